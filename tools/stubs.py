"""Puts empty libraries in the place of those that packaging/stubs.txt names, below a folder of site-packages.

    python tools/stubs.py SITE-PACKAGES

A wheel's library cannot simply be left out where others are linked to it: they would not load. An empty one has the same
file name, name (SONAME) and the functions that are asked of it, in the same versions; each answers 0. Where others of the
system are named behind it, it has no function of its own and leads to theirs. What no library needs any more afterwards goes
with it. Needs gcc, and nm and readelf of binutils. Exits with 1 where a library hands out data
(a variable) to others: that cannot be empty.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

LIST = Path(__file__).parents[1] / "packaging" / "stubs.txt"
Asked = dict[str, str]  # function → its version, '' for none


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def libraries(site: Path) -> list[Path]:
    return [path for path in sorted(site.rglob("*.so*")) if path.is_file() and not path.is_symlink()]


def dynamic(library: Path, word: str) -> list[str]:
    """What its dynamic section says under NEEDED or SONAME."""
    return re.findall(rf"\({word}\).*\[(.*)\]", run("readelf", "-d", str(library)))


def asked_of(library: Path, users: Iterable[Path]) -> Asked:
    """What other libraries take from it. Raises ValueError where that is data."""
    given: dict[str, str] = {}
    for line in run("nm", "-D", "--defined-only", str(library)).splitlines():
        _, kind, name = line.split(maxsplit=2)
        given[name.partition("@")[0]] = kind
    asked: Asked = {}
    for user in users:
        for line in run("nm", "-D", "--undefined-only", str(user)).splitlines():
            name, _, version = line.split()[-1].partition("@")
            if name in given:
                if given[name] not in "TtWi":
                    raise ValueError(f"{library.name} hands out {name}, which is no function")
                asked[name] = version.lstrip("@")
    return asked


def shared(made: Path, source: Path, soname: str, *more: str) -> None:
    run(
        "gcc",
        "-shared",
        "-fPIC",
        "-O1",
        "-s",
        "-nostdlib",
        "-w",
        f"-Wl,-soname,{soname}",
        *more,
        "-o",
        str(made),
        str(source),
    )


def leading(library: Path, others: Iterable[str]) -> None:
    """Put one in its place that leads to others of the system, which need not be there yet."""
    soname = (dynamic(library, "SONAME") or [library.name])[0]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "stub.c")
        source.write_text("", "utf-8")
        for other in others:
            shared(Path(folder, other), source, other)
        library.unlink()
        shared(library, source, soname, f"-L{folder}", "-Wl,--no-as-needed", *(f"-l:{other}" for other in others))
        library.chmod(0o644)


def empty(library: Path, asked: Asked) -> None:
    """Put an empty one in its place."""
    soname = (dynamic(library, "SONAME") or [library.name])[0]
    with tempfile.TemporaryDirectory() as folder:
        source, versions = Path(folder, "stub.c"), Path(folder, "versions")
        source.write_text("".join(f"long {name}(void) {{ return 0; }}\n" for name in sorted(asked)), "utf-8")
        scripts = ""
        for version in sorted(set(asked.values()) - {""}):
            names = "; ".join(name for name in sorted(asked) if asked[name] == version)
            scripts += f"{version} {{ global: {names}; }};\n"
        versions.write_text(scripts, "utf-8")
        script = [f"-Wl,--version-script={versions}"] if scripts else []
        library.unlink()
        shared(library, source, soname, *script)
        library.chmod(0o644)


def unneeded(site: Path, folder: Path) -> list[Path]:
    """Libraries of the folder that no other one needs any more."""
    needed = {name for library in libraries(site) for name in dynamic(library, "NEEDED")}
    return [library for library in libraries(folder) if library.name not in needed]


def main(site: Path) -> int:
    patterns = [
        line.strip() for line in LIST.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")
    ]
    before = sum(path.stat().st_size for path in libraries(site))
    folders: set[Path] = set()
    for line in patterns:
        pattern, *others = line.split()
        found = [path for path in site.glob(pattern) if path.is_file()]
        if not found:
            print(f"stubs: nothing is called {pattern} any more: take it out of {LIST.name}", file=sys.stderr)
            return 1
        for library in found:
            users = [one for one in libraries(site) if library.name in dynamic(one, "NEEDED")]
            try:
                if others:
                    leading(library, others)
                else:
                    empty(library, asked_of(library, users))
            except ValueError as error:
                print(f"stubs: {error}", file=sys.stderr)
                return 1
            folders.add(library.parent)
    for folder in folders:
        while gone := unneeded(site, folder):
            for library in gone:
                library.unlink()
    after = sum(path.stat().st_size for path in libraries(site))
    print(f"stubs: {(before - after) >> 20} MB less", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
