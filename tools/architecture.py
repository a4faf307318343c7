"""The plan of the house, drawn from what import-linter holds: floors of packages, and the slices of the office."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from maild.office.order import ORDER
from maild.office.recording import KEEPERS
from maild.spine.order import OTHERS, PROVIDERS, Handler
from maild.spine.recording.keeping import Keeper
from tools.imports import allowed
from tools.svg import Box, Picture

ROOT = Path(__file__).resolve().parents[1]
FLOORS = "Imports run downward only"
SLICES = "A capability of the office stands on those below it, never the other way"
WIDTH, HIGH = 1180, 62


def contract(name: str) -> list[list[str]]:
    """The layers of a contract, highest first: the modules of each."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    found = next(each for each in linter["contracts"] if each["name"] == name)
    return [[name.strip() for name in layer.replace(":", "|").split("|")] for layer in found["layers"]]


def says(module: str) -> str:
    """The first line of a module's or package's docstring. Raises FileNotFoundError where there is none."""
    path = ROOT / module.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").partition("\n")[0]


def _rows(picture: Picture, layers: list[list[str]], top: float, fill: str) -> None:
    for index, layer in enumerate(layers):
        y = top + index * HIGH
        if index:
            picture.parts.append(f'<path d="M590 {y - HIGH + 44:g} V{y - 1:g}" stroke="#5b6f8f" stroke-width="1.4" '
                                 'marker-end="url(#tip)"/>')  # fmt: skip
        room = (WIDTH - 40) / len(layer)
        for column, module in enumerate(layer):
            name = module.removeprefix("maild.")
            size = min(room - 12, max(120, 9 * len(name) + 40))
            picture.box(Box(20 + room * (column + 0.5), y + 22, name, "", size, 40, fill))


def floors_svg() -> str:
    """Packages: an import may run to what stands below, never up or beside."""
    layers = contract(FLOORS)
    picture = Picture(WIDTH, 20 + HIGH * len(layers), "The floors of maild: imports run downward only")
    _rows(picture, layers, 12, "#eef3fa")
    return picture.text()


def slices_svg() -> str:
    """Capabilities of the office in the order in which they may know each other."""
    layers = contract(SLICES)
    picture = Picture(WIDTH, 20 + HIGH * len(layers), "The office: a capability knows those below it")
    _rows(picture, layers, 12, "#fdf3e3")
    return picture.text()


def _takes(handler: Handler) -> str:
    who = {PROVIDERS: "providers", OTHERS: "all but providers"}.get(handler.parties, "")
    kinds = [f"`{kind.value}`" for kind in sorted(handler.main | handler.kinds)]
    return ": ".join(filter(None, (who, ", ".join(kinds)))) or "all mails"


def _taken_back(keeper: Keeper) -> str:
    return f"no: {keeper.stays}" if keeper.undo is None else "yes"


def _lines() -> Iterator[str]:
    yield "# The plan of the house\n"
    yield "<!-- Written by tools/docs.py from pyproject.toml and the docstrings. -->\n"
    yield ("How one message passes through it: [flow.md](flow.md). Why it is cut this way: "
           "[decisions/0081-a-spine-and-slices.md](decisions/0081-a-spine-and-slices.md). `make lint` refuses an import "
           "against an arrow, `python tools/house.py` counts.\n")  # fmt: skip
    yield "## Floors\n\n![Floors](images/floors.svg)\n"
    yield "| package | what it is |\n| --- | --- |"
    for module in (module for layer in contract(FLOORS) for module in layer):
        yield f"| `{module}` | {says(module)} |"
    yield "\n## The office\n\n![Capabilities](images/office.svg)\n"
    yield "| capability | what it is |\n| --- | --- |"
    for name in (name for layer in contract(SLICES) for name in layer):
        yield f"| `maild.office.{name}` | {says(f'maild.office.{name}')} |"
    yield ("\nIn a capability's folder: `facts*` look up what is known of a matter, `decide*` say what is to be done (pure), "
           "`record*` write what was decided, `announce*` fill notices, `acts*` are what staff do, `*_policy` read the "
           "office's table. The spine imports none of them: what a capability brings to the way of a mail stands in two tables, "
           "`maild/office/order.py` (handlers, with their needs) and `maild/office/recording.py` (keepers).\n")  # fmt: skip
    base, tables, crossings = allowed()
    yield "What one slice may import of another is said in `tools/slices.toml`, and nothing else is imported. All may import:\n"
    yield from (f"- `{name}`: {why}" for name, why in base.items())
    yield f"\nTables name them all: {', '.join(f'`{name}`' for name in tables)}. Beside these:\n"
    yield "| slice | imports | because |\n| --- | --- | --- |"
    yield from (f"| {here} | `{there}.{module}` | {why} |" for (here, there, module), why in crossings.items())
    yield "\nNo two modules or folders that stand side by side import each other, on whatever way round (`tools/imports.py`).\n"
    yield "## The deciding order\n\n`maild/office/order.py`, from above; the first that has a decision decides.\n"
    yield "| handler | takes | why it stands there |\n| --- | --- | --- |"
    for handler in ORDER.handlers:
        yield f"| {handler.name} | {_takes(handler)} | {handler.place} |"
    yield ("\n## Tables\n\nA file of rules/ that an office may lay its own over is a frozen dataclass and one line, "
           "`Table(name, type)` (`maild/tables/table.py`): the type says which keys there are and what they hold, and every "
           "fault tells file, line, key and what may stand there. How one is added: CONTRIBUTING.md.")  # fmt: skip
    yield ("\n## What is written down, and taken back\n\n`maild/office/recording.py`, from above; an act of staff is undone from "
           "below, by what its line of history keeps for each (`maild/office/queue/undo.py`).\n")  # fmt: skip
    yield "| effect | written by | taken back |\n| --- | --- | --- |"
    for keeper in KEEPERS:
        effects = ", ".join(f"`{kind.__name__}`" for kind in keeper.takes)
        yield f"| {effects} | `{keeper.by.__module__}.{keeper.by.__name__}` | {_taken_back(keeper)} |"
    yield ""


def architecture_markdown() -> str:
    """docs/architecture.md."""
    return "\n".join(_lines())
