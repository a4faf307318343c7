"""Writes the mails, dns.json and expected.json of this folder: python -m tests.corpus.standing.make

A case is a scene (what is known of a request), steps (mails as they come, moves by staff) and what is expected of
the last mail: `acts` or `waits`, and words that its reasons must hold. Signed with dkimpy, not with maild.
"""

from __future__ import annotations

import json
from typing import Any

from tests.corpus.standing.libraries import honest_libraries, honest_news, libraries, reports
from tests.corpus.standing.office import FOLDER
from tests.corpus.standing.patrons import ages, astray, copies, directions, fast_clocks, matters, replays, tidings
from tests.corpus.standing.wishes import by_wish, honest_wishes
from tests.unit.authenticate.maker import record

DNS: dict[str, list[str] | None] = {
    **{f"s1._domainkey.{domain}": [record("rsa1024")] for domain in (
        "patron.example", "calis.edu.cn", "nlc.cn", "evil.example", "relay.example", "ca1is.edu.cn", "lists.example",
        "lib.pku.edu.cn", "pku.edu.cn", "stu.pku.edu.cn", "lib.pku-edu.cn", "post.example")},
    "old._domainkey.patron.example": [record("rsa1024")],
    "test._domainkey.patron.example": [record("rsa1024", "t=y; ")],
}  # fmt: skip
GROUPS = (ages, directions, replays, matters, tidings, copies, libraries, honest_libraries, honest_wishes, honest_news, astray,
          fast_clocks, by_wish, reports)  # fmt: skip


def main() -> None:
    """Write everything; numbers and signatures change with each run that adds cases."""
    expected: dict[str, Any] = {}
    for old in FOLDER.glob("*.eml"):
        old.unlink()
    for made in (each for group in GROUPS for each in group()):
        assert made.name not in expected, made.name
        for step, raw in zip((s for s in made.steps if "mail" in s), made.mails, strict=True):
            (FOLDER / step["mail"]).write_bytes(raw)
        expected[made.name] = {"group": made.group, "honest": made.honest, "scene": made.scene, "number": made.number,
                               "patron": made.patron, "words": made.words, "steps": made.steps, **made.more}  # fmt: skip
    for name, value in (("dns", DNS), ("expected", expected)):
        text = json.dumps(value, indent=1, ensure_ascii=False)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
