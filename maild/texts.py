"""What a slice says: texts.toml beside it, each sentence by a code, in English and in Chinese.

    [lost]
    en = "its bytes are lost, and the server has it no more (it lay in {folders:free})"
    zh = "原文已丢失，邮件服务器上也没有了（曾在 {folders}）"

The code says a code with its parameters, and no sentence. What commands print and the store keeps is the English, with
its code and what fills its gaps beside it in what a decision, an item, a receipt or a line of history says. By these
the console says it in Chinese, and plainer where it has `plain`; what has none is looked for by its words. Gaps and
their kinds: maild.console.wording.saying_template. A package has one, in its __init__.py: SAY = Texts(__name__). What
several slices of the office say stands in maild/office/texts.toml. Standard library only: the domain says by it, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

# In JSON data that says something: the codes of it, where what they say stands (codes_of); in the data of a line of
# history those of `before`, `after` and each reason. Whoever reads such rows gets sentences, and no such key.
CODES = "codes"
JOINTS = frozenset({"; ", ", ", " "})  # what sentences are joined by: the code of several in one line (one_line)
FILE, ROOT = "texts.toml", Path(__file__).parents[1]
_MADE: list[Texts] = []  # of the packages that are imported: a handful
_GAP = re.compile(r"\{([a-z_]+)\}")
_KIND = re.compile(r"(?<=[a-z_]):[a-z_]+(?=\})")


class Sentence(str):
    """What was said by a code: English text that knows its code, and what fills its gaps (text, or a sentence again).

    Whatever is made of it (cut, put into another text, joined but by `one_line`) is text and no more.
    """

    __slots__ = ("code", "gaps")
    code: str
    gaps: Mapping[str, str]

    def __new__(cls, text: str, code: str, gaps: Mapping[str, str]) -> Sentence:
        made = super().__new__(cls, text)
        made.code, made.gaps = code, gaps
        return made

    def __getnewargs__(self) -> tuple[str, str, Mapping[str, str]]:  # type: ignore[override]
        return str(self), self.code, self.gaps


class Texts:
    """The sentences of one package, read when the first is said. package: its dotted name."""

    def __init__(self, package: str) -> None:
        self.package, self._name = package, package.removeprefix("maild.")
        _MADE.append(self)

    @property
    def path(self) -> Path:
        """Where they lie."""
        return ROOT.joinpath(*self.package.split("."), FILE)

    @cached_property
    def known(self) -> Mapping[str, Mapping[str, str]]:
        """Code → language (en, zh, and where a page says it plainer: plain) → text."""
        import tomllib  # of those who say nothing, nobody reads TOML

        return tomllib.loads(self.path.read_text("utf-8"))

    @cached_property
    def _english(self) -> Mapping[str, tuple[str, str]]:
        """As str.format reads it (what kind a gap is matters to who finds it again), and the code as it is stored."""
        return {code: (_KIND.sub("", text["en"]), self.named(code)) for code, text in self.known.items()}

    def __call__(self, code: str, /, **parameters: object) -> str:
        """The sentence in English. Raises KeyError for a code or a gap that is not there: a fault of the program's."""
        return self.fill(
            code, {gap: value if isinstance(value, str) else format(value) for gap, value in parameters.items()}
        )

    def fill(self, code: str, gaps: Mapping[str, str]) -> Sentence:
        """The same, of texts. Raises KeyError as well."""
        english, name = self._english[code]
        return Sentence(english.format_map(gaps), name, gaps)

    def gaps(self, code: str) -> Set[str]:
        """The names of a sentence's gaps; of a code that is not there, one that no sentence has."""
        return self._gaps.get(code, frozenset({""}))

    @cached_property
    def _gaps(self) -> Mapping[str, Set[str]]:
        return {code: frozenset(_GAP.findall(english)) for code, (english, _) in self._english.items()}

    def named(self, code: str) -> str:
        """The code as it is stored, with its package."""
        return f"{self._name}:{code}"


def one_line(said: Iterable[str], joint: str = "; ") -> str:
    """Several in one line, which knows each of them: its code is the joint, its gaps their places. Text where none of
    them has a code.
    """
    parts = tuple(said)
    text = joint.join(parts)
    if len(parts) == 1 or not any(isinstance(part, Sentence) for part in parts):
        return parts[0] if len(parts) == 1 else text
    return Sentence(text, joint, {str(place): part for place, part in enumerate(parts)})


def parts_of(line: str) -> Sequence[str]:
    """What `one_line` joined; nothing of any other sentence, nor of text."""
    if not isinstance(line, Sentence) or line.code not in JOINTS:
        return ()
    places = [*map(str, range(len(line.gaps)))]
    if line.gaps.keys() != set(places):
        return ()
    return [line.gaps[place] for place in places]


def codes_of(data: object) -> Any:
    """JSON data beside JSON data that says something: of a sentence [code, {gap: value}], of a list that of each,
    or None, of a mapping that of those that have some. None where nothing has a code. A value that is a sentence
    itself is [code, {gap: value}, text].
    """
    if isinstance(data, Sentence):
        return code_of(data)
    if data is None or isinstance(data, str | int):
        return None
    if isinstance(data, Mapping):
        return {name: codes for name, value in data.items() if (codes := codes_of(value))} or None
    if isinstance(data, Sequence):
        listed = [codes_of(value) for value in data]
        return listed if any(listed) else None
    return None


def with_codes(data: Any, codes: object) -> Any:
    """Stored data with what `codes_of` made beside it; without it, or where it is of other data, as it is. Lists become
    tuples, as of all data that the store reads.
    """
    if isinstance(data, str):
        return _with_code(data, codes)
    if isinstance(data, Mapping):
        if not isinstance(codes, Mapping):
            return data
        said = {name: with_codes(data[name], code) for name, code in codes.items() if name in data}
        return MappingProxyType({**data, **said})
    if not isinstance(data, Sequence):
        return data
    if not isinstance(codes, Sequence) or isinstance(codes, str) or len(codes) != len(data):
        return tuple(data)
    return tuple(with_codes(value, code) if code else value for value, code in zip(data, codes, strict=True))


def code_of(sentence: Sentence) -> list[object]:
    """One of `codes_of`."""
    gaps = {name: [*code_of(v), str(v)] if isinstance(v, Sentence) else v for name, v in sentence.gaps.items()}
    return [sentence.code, gaps]


def said_again(row: object) -> Sentence:
    """The sentence that `code_of` was made of, composed anew by today's texts: whoever hands over a code cannot give it
    other words. Raises ValueError where no text has that code and these gaps.
    """
    match row:
        case [str(joint), Mapping() as gaps, *_] if joint in JOINTS:
            values = [gaps.get(str(place)) for place in range(len(gaps))]
            line = one_line([v if type(v) is str else said_again(v) for v in values], joint)
            if isinstance(line, Sentence):
                return line
        case [str(name), Mapping() as gaps, *_]:
            package, _, code = name.partition(":")
            texts = _packages().get(package)
            if texts is not None and texts.gaps(code) == gaps.keys():
                return texts.fill(code, {gap: v if type(v) is str else said_again(v) for gap, v in gaps.items()})
    raise ValueError(f"no sentence: {row!r:.200}")


def _with_code(text: str, row: object) -> str:
    match row:
        case [str(code), Mapping() as gaps, *_]:
            return Sentence(text, code, {str(name): _value(value) for name, value in gaps.items()})
    return text


def _value(value: object) -> str:
    match value:
        case [str(), Mapping(), str(text)]:
            return _with_code(text, value)
    return str(value)


def read_all() -> None:
    """Those of all packages that are imported: a worker reads no file once it is confined."""
    for texts in _MADE:
        if texts.path.is_file():
            texts._english  # noqa: B018 - read for later


@cache
def _packages() -> Mapping[str, Texts]:
    return {texts.package.removeprefix("maild."): texts for texts in beside()}


def beside() -> list[Texts]:
    """The texts of all packages that have some."""
    found = sorted([*ROOT.glob(f"maild/*/{FILE}"), *ROOT.glob(f"maild/*/*/{FILE}")])
    return [Texts(".".join(path.parent.relative_to(ROOT).parts)) for path in found]
