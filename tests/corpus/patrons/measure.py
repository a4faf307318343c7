"""python -m tests.corpus.patrons.measure [open|closed|late|second|plain] [-r]: the confusion table, the figures, what is wrong.

-r  also what was left over in the mails that a colleague would have dared to answer unread
"""

from __future__ import annotations

import sys

from tests.corpus.patrons.mails import PARTS, confusion, mails, mishaps, read, summary


def main() -> None:
    named = [argument for argument in sys.argv[1:] if argument in PARTS]
    for part in named or PARTS:
        readings = [read(mail) for mail in mails(part)]
        if not readings:
            print(f"{part}: no mails are there")
            continue
        print(f"== {part}\n{confusion(readings)}\n{summary(readings)}\n{mishaps(readings)}")
        if "-r" in sys.argv:
            for r in readings:
                if r.mail.certain and not r.certain:
                    print(f"rest {r.mail.id} {', '.join(r.kinds)}: {' / '.join(r.rest)}")


if __name__ == "__main__":
    main()
