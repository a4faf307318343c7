"""Checks of edited notices: before new words are in force they are written with every sample and held to these laws.

compiles, no unknown variable, no code          line and reason (maild.notify.rendering.sandbox)
writes every sample                             full and bare, both kinds of patrons
says what the shipped words say                 numbers, amounts, dates, links, accounts, people's own words
is in its language                              Chinese in zh-CN, English in en
HTML that mail programs show                    nothing that runs or is fetched; every element closed
the mail has the form of one                    maild.notify.editing.lint
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import product

from jinja2 import TemplateSyntaxError, nodes

from maild.domain.errors import MaildError
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.patron import PatronKind
from maild.notify.editing import SAY, tidy_html
from maild.notify.editing.lint import lint, without_tags
from maild.notify.language.locales import LOCALES, ZH
from maild.notify.language.wrap import columns
from maild.notify.rendering.edits import EditFault
from maild.notify.rendering.facts import Fact, facts, plain, shown
from maild.notify.rendering.render import Renderer, frame_context
from maild.notify.rendering.samples import sample_parts
from maild.notify.rendering.templates import FORMS
from maild.notify.writing.compose import AGAIN_TO
from maild.notify.writing.letter import NoticePart

WIDEST_SUBJECT = 160  # columns, of a mail in one language
SAMPLE = "; in the sample it is "
HELD = "\ufffc"  # stands for what a variable holds
FRAMED = (NoticeKind.FEE_NOTICE, NoticeKind.DOCUMENT_DELIVERED, NoticeKind.REGISTRATION_RECEIVED, NoticeKind.ANSWER)
STAFF = (NoticeKind.STAFF_ALERT, NoticeKind.STAFF_DIGEST)
_PLACE = re.compile(r"(?P<file>[\w.-]+\.j2):(?P<line>\d+): (?P<what>.*)", re.DOTALL)
_HAN, _LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]+")
_AMOUNT = re.compile(r"(?<![\d.])\d+\.\d{2}(?!\d|\.\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about an edited template. line: 0 where none can be named; grave: it cannot be saved like this."""

    name: str
    what: str
    line: int = 0
    remedy: str = ""
    grave: bool = True

    def __str__(self) -> str:
        place = f"{self.name}:{self.line}" if self.line else self.name
        return f"{place}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A template, taken apart by its name. kind: None for a frame."""

    name: str
    kind: NoticeKind | None
    locale: str
    form: str

    @property
    def kinds(self) -> tuple[NoticeKind, ...]:
        """The kinds that show what became of it."""
        if self.kind is not None:
            return (self.kind,)
        return STAFF if self.name.startswith("_staff") else FRAMED


def place(name: str) -> Place:
    """Raises ValueError for the name of no template that can be edited."""
    stem, locale, form = name.removesuffix(".j2").split(".", 2)
    if locale not in LOCALES or form not in FORMS:
        raise ValueError(name)
    return Place(name=name, kind=None if stem.startswith("_") else NoticeKind(stem), locale=locale, form=form)


def check(base: Renderer, bodies: Mapping[str, str], current: Mapping[str, str], *, date: datetime) -> list[Finding]:
    """What is to be said of new bodies; [] where all is well.

    current  the edited templates that are in force: the new ones are judged together with these
    """
    trial = base.edited({**current, **bodies})
    left_out = dict(trial.templates.edits.left_out) if trial.templates.edits else {}
    found = [_placed(name, left_out[name]) for name in bodies if name in left_out]
    if found:
        return found
    sound = {name: body for name, body in {**current, **bodies}.items() if name not in left_out}
    trial, shipped = base.edited(sound, strict=True), base.edited({})
    for name in bodies:
        spot = place(name)
        found += _read(spot, bodies[name], shipped.templates.source(name))
        found += _written(spot, trial, shipped, date)
    return _once(found) if any(finding.grave for finding in found) else _once([*found, *_mails(bodies, trial, date)])


def _once(found: list[Finding]) -> list[Finding]:
    """Each once, whatever sample showed it; the grave ones first."""
    first: dict[tuple[str, int, str], Finding] = {}
    for finding in found:
        first.setdefault((finding.name, finding.line, finding.what.partition(SAMPLE)[0]), finding)
    return sorted(first.values(), key=lambda finding: not finding.grave)


def _placed(name: str, said: str) -> Finding:
    match = _PLACE.fullmatch(said)
    if match and match["file"] == name:
        return Finding(name=name, line=int(match["line"]), what=match["what"])
    return Finding(name=name, what=said.removeprefix(f"{name}: "))


# --- the words as they stand ------------------------------------------------------------------------------


def _read(spot: Place, body: str, shipped: str) -> Iterator[Finding]:
    words, before = _literals(body), _literals(shipped)
    now, then = "".join(text for _, text in words), "".join(text for _, text in before)
    yield from _language(spot, words, now, then)
    for line, text in words:
        for amount in _AMOUNT.findall(text):
            if amount not in then:
                yield Finding(
                    name=spot.name,
                    line=line,
                    grave=False,
                    what=SAY("amount_in_words", amount=amount),
                    remedy=SAY("use_variable"),
                )
    if spot.form == "html":
        for line, what in unsafe(body):
            yield Finding(name=spot.name, line=line, what=what)


def _language(spot: Place, words: list[tuple[int, str]], now: str, then: str) -> Iterator[Finding]:
    share = _chinese(without_tags(now, " "))
    if spot.locale == ZH and _chinese(without_tags(then, " ")) > 0.3 and share < 0.3:
        yield Finding(name=spot.name, what=SAY("not_chinese"))
    elif spot.locale != ZH and share > 0.3:
        yield Finding(name=spot.name, what=SAY("not_english"))
    elif spot.locale != ZH:
        for line, text in words:
            strange = [run for run in re.findall(r"[\u4e00-\u9fff]+", text) if run not in then]
            if strange:
                yield Finding(
                    name=spot.name,
                    line=line,
                    grave=False,
                    what=SAY("chinese_in_english", text=strange[0]),
                    remedy=SAY("let_english_read"),
                )


def _chinese(text: str) -> float:
    """The share of Chinese among the words: a character counts as one."""
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    return han / (han + latin) if han + latin else 0.0


def _literals(body: str) -> list[tuple[int, str]]:
    """The words of a template that are no code, with their lines."""
    found = []
    for node in _tree(body).find_all(nodes.TemplateData):
        for number, text in enumerate(node.data.splitlines()):
            found.append((node.lineno + number, text))
    return found


def unsafe(body: str) -> list[tuple[int, str]]:
    """What may not stand in the HTML of a notice, whatever its variables hold: line and reason."""
    return tidy_html.elements(_with_holes(body))


def _with_holes(body: str) -> str:
    """What a template writes by itself, whatever branch is taken, with U+FFFC where values stand; each on its line.

    Taken from the parsed template: what only looks like code, as in {{ '}}{%' }}, hides nothing.
    """
    said: list[str] = []
    for line, text in _written_by(_tree(body)):
        said.append("\n" * (line - 1 - sum(piece.count("\n") for piece in said)))
        said.append(text)
    return "".join(said)


def _written_by(node: nodes.Node) -> Iterator[tuple[int, str]]:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.TemplateData):
            yield child.lineno, child.data
        elif isinstance(child, nodes.Stmt):
            yield from _written_by(child)
        elif isinstance(node, nodes.Output):
            yield child.lineno, HELD


@lru_cache(maxsize=4)  # of one template: as it is and as it was, each read for its words and for its elements
def _tree(body: str) -> nodes.Template:
    from maild.notify.rendering.environment import NoticeEnvironment

    try:
        return NoticeEnvironment(()).parse(body)
    except TemplateSyntaxError:  # of a shipped one only: edited ones have been compiled
        return nodes.Template([])


# --- the words as written ---------------------------------------------------------------------------------


def _written(spot: Place, trial: Renderer, shipped: Renderer, date: datetime) -> Iterator[Finding]:
    for parts in _samples(spot):
        letter = shipped.letter(parts, date=date)
        if spot.kind is not None:
            context = letter.sections[0].context[spot.locale]
        else:
            context = frame_context(letter, spot.locale, ["SECTION ONE", "SECTION TWO"])
        try:
            new = trial.templates.write(spot.name, context)
        except EditFault as fault:
            yield _placed(spot.name, fault.what)
            return
        yield from _compared(spot, shipped.templates.write(spot.name, context), new, context)


def _samples(spot: Place) -> Iterator[tuple[NoticePart, ...]]:
    """Full and bare, to both kinds of patrons; for a frame also with earlier mail that did not arrive."""
    for kind, patron, bare in product(spot.kinds, PatronKind, (False, True)):
        parts = sample_parts(kind, spot.locale, patron, bare=bare)
        yield parts
        if spot.kind is None:
            data = {AGAIN_TO: parts[0].request.recipient}
            yield tuple(replace(p, request=replace(p.request, data={**p.request.data, **data})) for p in parts)


def _compared(spot: Place, old: str, new: str, context: Mapping[str, object]) -> Iterator[Finding]:
    """What the shipped words show of the values, the new ones have to show."""
    before, after = plain(spot.form, old), plain(spot.form, new)
    for fact in facts(context):
        if shown(fact, before) and not shown(fact, after):
            yield _lost(spot, fact)
    if spot.form == "subject.txt":
        if not after:
            yield Finding(name=spot.name, what=SAY("empty_subject"))
        elif columns(after) > WIDEST_SUBJECT:
            yield Finding(name=spot.name, what=SAY("long_subject", count=columns(after), most=WIDEST_SUBJECT))
    elif before and not after:
        yield Finding(name=spot.name, what=SAY("nothing_said"))
    if spot.form == "html" and set(tidy_html.unbalanced(new)) - set(tidy_html.unbalanced(old)):
        yield from (Finding(name=spot.name, what=what) for what in tidy_html.unbalanced(new))


def _lost(spot: Place, fact: Fact) -> Finding:
    return Finding(
        name=spot.name,
        grave=fact.needed and spot.form != "subject.txt",
        what=f"the shipped words show {{{{ {fact.variable} }}}}, these do not{SAMPLE}{fact.value[:80]}",
        remedy=f"write {{{{ {fact.variable} }}}} where it belongs, or keep the part that shows it",
    )


def _mails(bodies: Mapping[str, str], trial: Renderer, date: datetime) -> Iterator[Finding]:
    """Whole mails: in each language, and in both; each once, though several bodies stand in it."""
    faults: dict[tuple[NoticeKind, str], list[str]] = {}
    for name in bodies:
        spot = place(name)
        for mail in product(spot.kinds, (spot.locale, "")):
            if mail not in faults:
                try:
                    message = trial.render(sample_parts(*mail), message_id="<check@maild.example>", date=date)
                except MaildError as error:
                    yield _placed(name, error.what)
                    continue
                faults[mail] = lint(message.raw)[:5]
            yield from (Finding(name=name, what=fault) for fault in faults[mail])
