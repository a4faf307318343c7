"""How long classifying one mail takes, by kind of mail and with many more rules: python tests/bench/classify.py."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from maild.classify.rules.load import load
from maild.classify.rules.ruleset import RuleSet
from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.parse import parse_mail
from maild.resources import data_folder

NUMBER = r"(?:[A-Z]{2,8}[-_]?)?\d{4}[-_]?\d{4,12}(?:[-_]\d{1,6})?"
SAMPLES = ("calis/shipped-plain", "calis/unfilled-html", "general/sentence-en", "patron/status-1", "patron/thanks-2",
           "machine/calis-newsletter", "machine/advertising")  # fmt: skip


def microseconds(rules: RuleSet, mail: ParsedMail, rounds: int = 300) -> float:
    """The median time of one classification."""
    author = mail.author
    auth = AuthReport(verdict=Verdict.PASS, address=author.address, domain=author.domain)
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        rules.classify(mail, auth)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e6


def main() -> None:
    """Print a table: the shipped rules, and with 500 more."""
    started = time.perf_counter()
    shipped = load(None, NUMBER)
    print(f"load: {len(shipped.rules)} rules in {(time.perf_counter() - started) * 1e3:.0f} ms")
    with tempfile.TemporaryDirectory() as folder:
        for i in range(500):
            rule = f'title = "x"\nparty = "patron"\nkind = "patron_other"\n[when]\nany = ["词{i}甲{i * 7}乙", "word{i}x"]\n'
            Path(folder, f"{100 + i}-x.toml").write_text(rule, "utf-8")
        many = load(folder, NUMBER)
    print(f"{'mail':28} {'shipped':>9} {'+500 rules':>11}  (µs, median)")
    for name in SAMPLES:
        mail = parse_mail((data_folder("rules") / "examples" / f"{name}.eml").read_bytes())
        print(f"{name:28} {microseconds(shipped, mail):9.0f} {microseconds(many, mail):11.0f}")


if __name__ == "__main__":
    main()
