"""Checks the hand-written mails of patrons and counts them.

Run `python tests/corpus/patrons/check.py [FILE…]`: exit 0 when every file is sound, 1 otherwise.
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KINDS = (
    "payment_proof",
    "status_query",
    "not_received",
    "invoice_request",
    "deposit",
    "fee_question",
    "pickup_question",
    "permission_problem",
    "cancel_request",
    "renew_request",
    "refund_request",
    "registration_question",
    "address_change",
    "thanks",
    "patron_other",
)
# What a colleague never answers without thinking further, however plainly it is said.
NEVER_CERTAIN = {
    "payment_proof",
    "cancel_request",
    "refund_request",
    "address_change",
    "patron_other",
}
LANGUAGES = ("zh", "en", "mixed", "hant")
SENDERS = ("internal", "external", "unknown")
NEEDED = {"id", "subject", "text", "from", "kinds", "certain", "lang"}
OPTIONAL = {"attachments", "alternatives", "note"}


def faults(mail: dict[str, Any]) -> Iterator[str]:
    """What is wrong with one mail, a sentence each."""
    if missing := NEEDED - mail.keys():
        yield f"lacks {', '.join(sorted(missing))}"
        return
    if strange := mail.keys() - NEEDED - OPTIONAL:
        yield f"has unknown keys {', '.join(sorted(strange))}"
    for kinds in (mail["kinds"], *mail.get("alternatives", [])):
        yield from _faults_of_kinds(kinds)
    if mail["kinds"] in mail.get("alternatives", []):
        yield "repeats its kinds as an alternative"
    if mail["lang"] not in LANGUAGES:
        yield f"has the unknown language {mail['lang']!r}"
    if mail["from"] not in SENDERS:
        yield f"has the unknown sender {mail['from']!r}"
    if not isinstance(mail["certain"], bool):
        yield "says neither true nor false for certain"
    if mail["certain"] and (NEVER_CERTAIN & set(mail["kinds"]) or "alternatives" in mail):
        yield "cannot be certain"
    if not (mail["subject"].strip() or mail["text"].strip() or mail.get("attachments")):
        yield "is empty"


def _faults_of_kinds(kinds: list[str]) -> Iterator[str]:
    if not kinds:
        yield "has an empty list of kinds"
    if len(set(kinds)) < len(kinds):
        yield f"names a kind twice in {kinds}"
    if strange := set(kinds) - set(KINDS):
        yield f"has unknown kinds {', '.join(sorted(strange))}"


def table(mails: list[dict[str, Any]]) -> Iterator[str]:
    """Counts of the first kinds by language, and how often a kind occurs at all."""
    first = Counter((mail["kinds"][0], mail["lang"]) for mail in mails)
    anywhere = Counter(kind for mail in mails for kind in mail["kinds"])
    yield f"{'kind':<22}{'first':>6}" + "".join(f"{one:>7}" for one in LANGUAGES) + f"{'any':>6}"
    for kind in KINDS:
        counts = [first[kind, language] for language in LANGUAGES]
        cells = "".join(f"{count:>7}" for count in counts)
        yield f"{kind:<22}{sum(counts):>6}{cells}{anywhere[kind]:>6}"
    totals = [sum(mail["lang"] == language for mail in mails) for language in LANGUAGES]
    yield f"{'all':<22}{len(mails):>6}" + "".join(f"{total:>7}" for total in totals)
    several = sum(len(mail["kinds"]) > 1 for mail in mails)
    certain = sum(mail["certain"] for mail in mails)
    disputed = sum("alternatives" in mail for mail in mails)
    yield f"several kinds {several}, certain {certain}, with alternatives {disputed}"


def main(paths: list[Path]) -> int:
    """Checks the files; the number of faults is told, the exit code is 1 when there are any."""
    found = 0
    seen: set[str] = set()
    for path in paths:
        mails = tomllib.loads(path.read_text(encoding="utf-8"))["mail"]
        print(f"== {path.name}")
        for mail in mails:
            name = str(mail.get("id", "?"))
            problems = list(faults(mail)) + (["has the id of another mail"] if name in seen else [])
            seen.add(name)
            found += len(problems)
            for problem in problems:
                print(f"{path.name}: mail {name} {problem}")
        print("\n".join(table(mails)) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    given = [Path(name) for name in sys.argv[1:]]
    sys.exit(main(given or sorted(HERE.glob("*.toml"))))
