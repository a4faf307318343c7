"""`python -m maild`."""

from __future__ import annotations

import sys

from maild.garbage import loading


def main() -> None:
    """The console script: run a command and exit with its code."""
    loading()
    from maild.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
