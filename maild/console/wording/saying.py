"""The code's reasons in the reader's language: English sentences of the store, said in Chinese or in plainer English.

Why a mail was decided so, why it waits, what an error means: the program says an English sentence by a code, and the
store keeps both. The texts.toml beside the code (maild/texts.py) say each of them in Chinese. What has no code with it
(rows of before, sentences that were cut, what a worker read) is looked for by its words among the same, and
among templates/console/words/reasons; what no template knows is shown as it is, and marked as English. Pure but for
reading those files once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from html import escape
from pathlib import Path
from types import MappingProxyType

from maild.console.wording.saying_template import Template, TemplateError, words_of
from maild.console.wording.saying_values import CHANGES, SEVERAL, is_amount, known, shown
from maild.domain.errors import ConfigError
from maild.domain.legible import legible
from maild.resources import data_folder
from maild.texts import Sentence, Texts, beside, parts_of

MOST_PARTS = 24  # reasons joined by '; ' that are looked at one by one
TELLING = 12  # characters that a template fixes: with fewer it fits what it does not mean, unless its gaps are known
DEEPEST = 4  # a reason within a reason within a reason
_MARKS, _OPENING, _CLOSING = frozenset("，。；：、！？（）“”《》"), frozenset("([{'\""), frozenset(")]}'\",.;:!?%")
LONGEST = 4000  # characters of a sentence that are looked at
AND = "; "
_BETWEEN = {AND: ("；", "; "), ", ": ("、", ", "), "\n": ("；", "; "), " ": (" ", " ")}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what is said. lang: 'en' where it could not be said in the language asked for, else ''."""

    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A reason, ready to be shown."""

    parts: tuple[Part, ...]

    @property
    def translated(self) -> bool:
        """Whether all of it is in the language that was asked for."""
        return not any(part.lang for part in self.parts)

    def __str__(self) -> str:
        return "".join(part.text for part in self.parts)

    def __html__(self) -> str:
        """Escaped HTML, which templates take as it is: what is left in English stands in <q lang="en">."""
        return "".join(
            f'<q lang="{part.lang}">{escape(legible(part.text))}</q>' if part.lang else escape(legible(part.text))
            for part in self.parts
        )


class Sayings:
    """All templates, by their codes, and found again by the rarest word each of them must contain."""

    def __init__(self, templates: Iterable[Template], codes: Mapping[str, Template] = MappingProxyType({})) -> None:
        self.templates = kept = tuple(templates)
        self.codes = dict(codes)
        count: dict[str, int] = {}
        for word in (word for template in kept for word in template.words):
            count[word] = count.get(word, 0) + 1
        self._fixed = {template.source: template for template in kept if not template.names}
        self._by_word: dict[str, list[Template]] = {}
        self._wordless = [template for template in kept if template.names and not template.words]
        for template in sorted(kept, key=lambda t: -t.weight):
            if template.names and template.words:
                rarest = min(template.words, key=lambda word: (count[word], -len(word), word))
                self._by_word.setdefault(rarest, []).append(template)

    def find(self, sentence: str) -> tuple[Template, Mapping[str, str]] | None:
        """The most telling template that fits all of the sentence, and what fills its gaps."""
        if found := self._find(sentence):
            return found
        for template in self._wordless:  # 'name: reason', where the reason is known
            values = template.match(sentence)
            if values and self._all_known(template, values):
                return template, values
        return None

    def _all_known(self, template: Template, values: Mapping[str, str]) -> bool:
        return all(self._known(values[name], kind) for _, name, kind in template.zh if name)

    def _known(self, value: str, kind: str) -> bool:
        return self.find(value) is not None if kind == "said" else known(value, kind)

    def _find(self, sentence: str) -> tuple[Template, Mapping[str, str]] | None:
        if fixed := self._fixed.get(sentence):
            return fixed, {}
        near = [t for word in dict.fromkeys(words_of(sentence)) for t in self._by_word.get(word, ())]
        loose = None
        for template in sorted(near, key=lambda t: -t.weight):
            values = template.match(sentence)
            if values is not None and (template.weight >= TELLING or self._all_known(template, values)):
                if not _swallows(template, values):
                    return template, values
                loose = loose or (template, values)
        return loose

    def say(self, sentence: str, locale: str, zone: tzinfo | None = None) -> Said:
        """A sentence, or several joined by '; ', in that language. Moments are shown on the clock of `zone`."""
        parts = self._coded(sentence, locale, zone, 0) or self._parts(sentence[:LONGEST], locale, zone, 0)
        return Said(tuple(_merged(parts, _gap if locale.startswith("zh") else None)))

    def _coded(self, sentence: str, locale: str, zone: tzinfo | None, depth: int) -> Iterator[Part] | None:
        """What was said by a code, by it; None where it has none, or one that is no longer known with these gaps."""
        if not isinstance(sentence, Sentence):
            return None
        if parts := parts_of(sentence):
            return self._joined(parts, sentence.code, locale, zone, depth)
        template = self.codes.get(sentence.code)
        if template is None or set(template.names) != sentence.gaps.keys():
            return None
        return self._filled(template, sentence.gaps, locale, zone, depth)

    def _joined(self, parts: Sequence[str], joint: str, locale: str, zone: tzinfo | None, depth: int) -> Iterator[Part]:
        for place, part in enumerate(parts):
            if place:
                yield Part(_BETWEEN[joint][0 if locale.startswith("zh") else 1])
            yield from self._value(part, "said", locale, zone, depth)

    def _filled(
        self, template: Template, values: Mapping[str, str], locale: str, zone: tzinfo | None, depth: int
    ) -> Iterator[Part]:
        for text, name, kind in template.out(chinese=locale.startswith("zh")):
            yield Part(text)
            if name:
                yield from self._value(values[name], kind, locale, zone, depth)

    def _parts(self, sentence: str, locale: str, zone: tzinfo | None, depth: int, between: str = AND) -> Iterator[Part]:
        chinese = locale.startswith("zh")
        for place, (piece, found) in enumerate(self._pieces(sentence, between)):
            if place:
                yield Part(_BETWEEN[between][0 if chinese else 1])
            if found is None:
                yield from self._otherwise(piece, locale, zone, depth)
                continue
            yield from self._filled(*found, locale, zone, depth)

    def _otherwise(self, piece: str, locale: str, zone: tzinfo | None, depth: int) -> Iterator[Part]:
        """What no template fits as it stands: with points before it, or written as a sentence of its own."""
        chinese = locale.startswith("zh")
        points, plain = _points(piece)
        clause = f"{piece[:1].lower()}{piece[1:-1]}" if piece.endswith(".") else ""
        if is_amount(piece):
            yield Part(shown(piece, "", locale, zone))
        elif points:
            yield Part(points)
            yield from self._parts(plain, locale, zone, depth)
        elif chinese and clause and self.find(clause):
            yield from self._parts(clause, locale, zone, depth)
            yield Part("。")
        else:
            yield Part(piece, "en" if chinese and _english(piece) else "")

    def _value(self, value: str, kind: str, locale: str, zone: tzinfo | None, depth: int) -> Iterator[Part]:
        if depth < DEEPEST and (coded := self._coded(value, locale, zone, depth + 1)):
            yield from coded
            return
        value = str(value)[:LONGEST]
        fixed = self._fixed.get(value)
        if depth < DEEPEST and (kind == "said" or fixed):
            yield from self._parts(value, locale, zone, depth + 1)
        elif depth < DEEPEST and kind in SEVERAL:
            yield from self._parts(value.strip(), locale, zone, depth + 1, SEVERAL[kind])
        else:
            yield Part(shown(value, kind, locale, zone))

    def _pieces(self, sentence: str, between: str) -> Sequence[tuple[str, tuple[Template, Mapping[str, str]] | None]]:
        """The sentence, cut at its '; ' so that as little as possible is left unknown, then into as many as possible.

        Who wrote a reason may have written '; ' within it. `between`: another mark that parts the reasons.
        """
        if between not in sentence:
            return [(sentence, self.find(sentence))]
        cut = [piece.strip(" \n") for piece in sentence.split(between, MOST_PARTS - 1)]
        best: list[tuple[int, int, int]] = [(0, 0, 0)] * (len(cut) + 1)  # unknown, −pieces, where the first one ends
        known: dict[tuple[int, int], tuple[Template, Mapping[str, str]] | None] = {}
        for start in range(len(cut) - 1, -1, -1):
            options = []
            for end in range(start + 1, len(cut) + 1):
                found = known[start, end] = self.find(between.join(cut[start:end]))
                if found or end == start + 1:
                    unknown, pieces, _ = best[end]
                    options.append((unknown + (found is None), pieces - 1, end))
            best[start] = min(options)
        made, start = [], 0
        while start < len(cut):
            end = best[start][2]
            made.append((between.join(cut[start:end]), known[start, end]))
            start = end
        return made


def _swallows(template: Template, values: Mapping[str, str]) -> bool:
    """Whether a gap for a name holds 'what: ' of a reason around this one: one that says that fits better."""
    return any(": " in values[name] for name, kind in zip(template.names, template.kinds, strict=True) if not kind)


def _points(piece: str) -> tuple[str, str]:
    """('+45 ', the reason) of a candidate's reason, else ('', piece)."""
    points, gap, plain = piece.partition(" ")
    return (f"{points} ", plain) if gap and points[:1] in "+-" and points[1:].isdecimal() else ("", piece)


def _english(text: str) -> bool:
    """Whether there are words in it that a reader of Chinese must be told to be English."""
    return any("a" <= char.lower() <= "z" for char in text)


def _merged(parts: Iterable[Part], space: Callable[[str, str], tuple[str, str]] | None) -> Iterator[Part]:
    """The same with neighbours of one language in one piece, and none empty; `space` puts two pieces together."""
    held: Part | None = None
    for part in parts:
        if not part.text:
            continue
        if held is None:
            held = part
            continue
        before, after = space(held.text, part.text) if space else (held.text, part.text)
        if held.lang == part.lang:
            held = Part(before + after, held.lang)
        else:
            yield Part(before, held.lang)
            held = Part(after, part.lang)
    if held:
        yield held


def _gap(before: str, after: str) -> tuple[str, str]:
    """Chinese and what is not are set apart by one space, Chinese and Chinese by none."""
    left, right = before.rstrip(" "), after.lstrip(" ")
    if not left or not right or not (_wide(left[-1]) or _wide(right[0])):
        return before, after
    apart = (_han(left[-1]) and right[0].isascii() and right[0] not in _CLOSING) or (
        _han(right[0]) and left[-1].isascii() and left[-1] not in _OPENING
    )
    return (left + " " if apart else left), right


def _wide(char: str) -> bool:
    return _han(char) or char in _MARKS


def _han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def load(folder: Path, texts: Iterable[Texts] = ()) -> Sayings:
    """The templates of a folder of TOML files: "English with {gaps}" = "中文" or ["中文", "plainer English"].

    texts: those of slices, which stand beside them. Raises ConfigError where a file is broken, a template stands twice,
    or the gaps of its languages differ.
    """
    texts = list(texts)
    templates: dict[str, Template] = {}
    for path, rows in [*_files(folder), *((each.path, _rows(each)) for each in texts)]:
        for source, said in rows.items():
            try:
                template = Template.of(source, said)
            except TemplateError as error:
                raise ConfigError(f"{path}: {source!r}: {error}", remedy="mend the template") from error
            if source in templates:
                raise ConfigError(f"{path}: {source!r} stands twice", remedy="keep one of them")
            templates[source] = template
    codes = {each.named(code): templates[text["en"]] for each in texts for code, text in each.known.items()}
    return Sayings(templates.values(), codes)


def _files(folder: Path) -> Iterator[tuple[Path, Mapping[str, object]]]:
    for path in sorted(folder.glob("*.toml")):
        try:
            yield path, tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: {error}", remedy="mend the file") from error


def _rows(texts: Texts) -> Mapping[str, object]:
    """Those of a slice, as the files of the folder have them."""
    return {each["en"]: [each["zh"], each["plain"]] if "plain" in each else each["zh"] for each in texts.known.values()}


@lru_cache(maxsize=1)
def shipped() -> Sayings:
    """The templates that ship with maild, read once."""
    return load(data_folder("templates") / "console" / "words" / "reasons", beside())


def say(sentence: str, locale: str, zone: tzinfo | None = None) -> Said:
    """A stored English reason in the reader's language, by its code or its words; never lost, see Said.translated."""
    if isinstance(sentence, Sentence):
        return shipped().say(sentence, locale, zone)
    return _by_words(sentence, locale, zone)


@lru_cache(maxsize=4096)  # the same reasons stand on the same pages
def _by_words(sentence: str, locale: str, zone: tzinfo | None) -> Said:
    return shipped().say(sentence, locale, zone)


def changed(what: str, value: str, locale: str, zone: tzinfo | None = None) -> Said:
    """What stands before or after in a line of history of that word: a state in the office's words, else a reason."""
    word = CHANGES.get(what, {}).get(value)
    return Said((Part(word.to(locale)),)) if word else say(value, locale, zone)
