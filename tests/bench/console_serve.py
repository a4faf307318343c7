"""The measured process: python -m tests.bench.console_serve URL FOLDER (tests.bench.console_office starts it).

Serves a filled office's console, with its real gate, until standard input ends. Prints JSON: url, cookie of a session.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from maild.console.access.gate import Gate
from maild.console.serve import Server, make_desk, spare_what_stays
from maild.domain.desk.access import BY_PASSWORD
from tests.bench.console_office import Office


def main() -> None:
    """Serve."""
    url, folder = sys.argv[1:3]
    services = Office(url=url, folder=Path(folder), database="").services()
    gate = Gate(services)
    with services.store.begin() as uow:
        account = uow.accounts.get("li")
        assert account is not None, "the office was not filled"
        cookie = gate.sessions.open(uow, account, origin="127.0.0.1", agent="bench", way=BY_PASSWORD)
    spare_what_stays()
    server = Server(make_desk(services), gate, "127.0.0.1:0")
    server.start()
    print(json.dumps({"url": server.url, "cookie": cookie}), flush=True)
    sys.stdin.read()
    server.stop()
    services.close()


if __name__ == "__main__":
    main()
