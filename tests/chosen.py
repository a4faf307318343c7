"""pytest with places of maild as arguments: `python -m tests.chosen maild/office/payments -k proof`.

A place below maild/ stands for its tests: those that lie as it does below tests/unit or tests, those that import it and
those that bear its name; a module that has none of them, for the tests of its folder. A place below rules/ has no tests
of its own.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def chosen(arguments: Sequence[str], root: Path = ROOT) -> list[str]:
    """The arguments for pytest. Raises SystemExit where a place below maild/ is none, or has no test; below rules/."""
    found = list[str]()
    for each in arguments:
        if each.startswith("rules/"):
            raise SystemExit(f"no test lies as {each} does: maild rules test, or make test ARGS=maild/classify")
        found += _tests_of(each.rstrip("/"), root) if re.match(r"maild(/|$)", each) else [each]
    return list(dict.fromkeys(found))


def _tests_of(place: str, root: Path) -> list[str]:
    path = root / place
    if not path.exists():
        beside = sorted(one.name for one in path.parent.glob("[!_]*")) if path.parent.is_dir() else []
        raise SystemExit(f"there is no {place}; beside it are: {', '.join(beside) or 'nothing'}")
    mirrored = list(_mirrored(path.relative_to(root / "maild"), root))
    naming = [file for file in sorted((root / "tests").rglob("test_*.py")) if _names(file, place)]
    found = [*mirrored, *(file for file in naming if not {file, *file.parents} & set(mirrored))]
    if not found and path.suffix == ".py":
        return _tests_of(str(Path(place).parent), root)
    if not found:
        raise SystemExit(f"no test names {place}")
    return [str(one.relative_to(root)) for one in found]


def _mirrored(below: Path, root: Path) -> Iterator[Path]:
    """tests/unit/office/payments and tests/payments of a folder; test_prices.py there of a module."""
    for base in (root / "tests/unit", root / "tests"):
        own = base / below if below.suffix != ".py" else base / below.parent / f"test_{below.name}"
        if below.parts and own.exists():
            yield own


def _names(file: Path, place: str) -> bool:
    """Whether a file of tests imports it, or bears its name: test_payment_loop.py that of maild/office/payments."""
    module = place.removesuffix(".py").replace("/", ".")
    own = module.rpartition(".")[2].removesuffix("s")
    return own in (word.removesuffix("s") for word in file.stem.split("_")) or bool(
        re.search(rf"\b{re.escape(module)}\b", file.read_text("utf-8"))
    )


# In memory what a test that passed has written is not kept.
KEEP_LITTLE = ("-o", "tmp_path_retention_policy=failed", "-o", "tmp_path_retention_count=1")


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    from tests.servers.scratch import DISK, scratch

    place = scratch()
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))  # where pytest makes its folders
    kept = () if place == DISK else KEEP_LITTLE
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *kept, *chosen(sys.argv[1:])])
