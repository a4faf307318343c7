"""The words by which a page says that was paid: rules/receipts/states.toml, checked key by key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from maild.receipts.words import linemodel
from maild.receipts.words.grammar import Grammar, filled_in
from maild.receipts.words.layoutfile import LayoutFile, Pattern
from maild.receipts.words.linemodel import LineModel
from maild.traditional import simplified

PAID_FILES = ("states.toml", "purposes.toml", "currencies.toml", "tips.toml", "open.toml", "beside.toml")
_BEHIND_TITLE = r"(?: ?[(\[].{0,16}[)\]])?(?: \d)?"  # 回单(客户联), 进账单(回单) 1
_AROUND = re.compile(r"^(?:已经?|未|被|请|正在|全部|部分)+|(?:中|了|处理|申请|成功)+$")
# Between clauses, and between one in English and one in Chinese.
_CLAUSES = re.compile(
    r"[,;。!()]| [-–—]+ ?|[–—]+|(?<=[\u3400-\u9fff])-+ ?(?=[\u3400-\u9fff])"
    r"|\.(?=\s|$)|,? and (?=(?:the|your|our|this) )"
    r"|(?<=[a-z]) ?[/|(]? ?(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff]) ?[/|(]? ?(?=[a-z])"
)
_ARROW = re.compile(r" ?(?:→|⇒|➔|[-=—]+>|>+) ?")
_INTRODUCED, _CLAUSE = re.compile(r"[,;。!]|:(?!\d)|\.(?=\s|$)"), re.compile(r"[,;。!]|\.(?=\s|$)")
_SHORTEST = 2  # characters of a clause
_HONORIFIC = re.compile(r"\b(mr|ms|mrs|dr|prof)\.")
_DAY = (
    r"(?:20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}(?:月\d{1,2}日|[-/]\d{1,2})"
    r"|\d{1,2}[ -]?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ -]?20\d\d)"
)
_CLOCK = r"[0-2]?\d:[0-5]\d(?::[0-5]\d)?"
_MOMENT = rf"(?:{_DAY}[ ,t]*(?:{_CLOCK})?|{_CLOCK})"
# Where a text goes over from one language into the other.
_LANGUAGES = re.compile(r"(?<=[a-z]{3})[ ./|(]+(?=[\u3400-\u9fff]{2})|(?<=[\u3400-\u9fff]{2})[ ./|(]+(?=[a-z]{3})")
_STEP_AT = re.compile(r"[ ,;]*(?:(?:20\d{2}[-/.年])?\d{1,2}[-/.月]\d{1,2}日? ?)\d{1,2}:\d{2}(?::\d{2})?[ ,;]*")
_SINCE = re.compile(rf"^{_MOMENT} ?|[ ,(]*{_MOMENT}\)?$")  # a moment before or behind a state
_BETWEEN = re.compile(rf" ?{_MOMENT} ?")  # a moment within a line
# A form in two languages has '交易结果' above, and 'Result 交易成功' below it.
_LABEL_AHEAD = re.compile(
    r"(?:(?:transaction|transfer|payment|trans) )?(?:result|status|state) ?:? ?(?=[\u4e00-\u9fff])"
)
_CODE = re.compile(
    r"^(?:0{2,6} ?-? ?|s ?- ?)(?=[a-z\u3400-\u9fff])|(?<=[a-z\u3400-\u9fff]) ?[(\[]?0{2,6}[)\]]?$"
)  # of an answer: 交易成功 00
_SILENT = re.compile(  # a day, a moment, a number, with its name
    r"(?:(?:交易|业务|回单|参考|核心|系统|凭证)?(?:流水号?|单号|编号|号码?|ref(?:erence)?(?: no)?)[.: ]*[a-z]{0,4})?"
    r"[\d\s:/.年月日#*-]*"
)
_GOES_ON = re.compile(r"中$|ing\b")
_PRINTED = re.compile(
    r" ?(?:(?:交易|流水|传票|业务|日志)?(?:流水|号|金额)|柜员号?|终端号?|网点号?|金额)?:? ?"
    r"(?:rmb|cny|¥)?\d(?:[\d.,]|[a-z]{1,4}(?=\d))*元?(?:整)? ?"
)
_ANOTHER = re.compile(r"(?<=[账款讫毕成功])(?=[收付]|对方|银行|他行|款项|款已|资金|汇出|清算)")
_LONG = re.compile(r"\d{8}")
TICKS = "√✓✔✅"  # before what was done
_CLINGING = " ;,.!|_/\\-—>》＞<《√✓✔✅☑🎉✨●○◉◎▲·*"
_ADDRESS = re.compile(
    r"(?:https?:?/{0,2}|www\.)[a-z\d./?=&%#:~_+-]+|[a-z\d-]+(?:\.[a-z\d-]+){1,4}(?:/[a-z\d./?=&%#~_+-]*)"
)

Key = Callable[[str], str]  # a label as it is looked up


def plain(text: str) -> str:
    """A cell's text as the patterns of these files see it: simplified, lower case, nothing clinging to its ends."""
    return simplified(text).lower().replace("帐", "账").strip(_CLINGING)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWords:
    """[lines] of states.toml. known: is taken out of a line; small, banks: of a whole line; tells: of what is left;
    own: speaks of this payment; greetings: a whole line or clause that addresses or introduces; no_name: what no name
    has, beside of_name; speaks: what may tell of a payment where the page says that it is made; asides, papers,
    names: of a whole label, of a button; later: what may stand at papers; unreal: in the address of a site for tests.
    """

    known: Pattern
    small: Pattern
    banks: Pattern
    tells: Pattern
    own: Pattern
    greetings: Pattern
    of_name: Pattern
    no_name: Pattern
    speaks: Pattern
    asides: Pattern
    papers: Pattern
    later: Pattern
    names: Pattern
    unreal: Pattern

    def is_bank(self, text: str) -> bool:
        """Whether a plain text is a bank's name and nothing else."""
        return bool(self.banks.search(text)) and not self.no_name.search(self.of_name.sub(" ", text))


@dataclass(frozen=True, slots=True, kw_only=True)
class StateWords:
    """states.toml. final, bare, executed, paying (a label), handled, headlines, movements, seals, parts, asked,
    advises, twice, signed, agreed, steps, ends, whole (of failed and stems): of a whole text; nouns, titles, forms,
    slips, weak, files: of its end; the others: anywhere. dated, numbers, days, vouchers, entries: keys of labels.

    misread  a character → what it may be; grammar: which headings and labels of days no list has
    _finals  what `is_final` found out on the page at hand: a line is asked about ten times
    """

    final: Pattern
    bare: Pattern
    executed: Pattern
    paying: Pattern
    handled: Pattern
    headlines: Pattern
    movements: Pattern
    seals: Pattern
    dated: frozenset[str]
    numbers: frozenset[str]
    days: frozenset[str]
    vouchers: frozenset[str]
    entries: frozenset[str]
    unbooked: Pattern
    over: Pattern
    nouns: Pattern
    titles: Pattern
    forms: Pattern
    slips: Pattern
    weak: Pattern
    parts: Pattern
    asked: Pattern
    advises: Pattern
    twice: Pattern
    files: Pattern
    failed: Pattern
    stems: Pattern
    whole: Pattern
    harmless: Pattern
    signed: Pattern
    agreed: Pattern
    steps: Pattern
    taken: Pattern
    ends: Pattern
    pays: Pattern
    books: Pattern
    statelike: Pattern
    worth: Pattern
    stamped: Pattern
    received: Pattern
    misread: Mapping[str, tuple[str, ...]]
    lines: LineWords
    grammar: Grammar
    model: LineModel
    _finals: dict[tuple[str, bool], bool] = field(default_factory=dict, init=False, repr=False, compare=False)

    def readings(self, text: str) -> Iterator[str]:
        """A plain text as it is, then with one character mended that is known to be misread."""
        yield text
        for at, char in enumerate(text):
            for right in self.misread.get(char, ()):
                yield text[:at] + right + text[at + 1 :]

    def says(self, pattern: Pattern, text: str) -> bool:
        """Whether one reading of a plain text is one of the pattern's."""
        return any(pattern.search(reading) for reading in self.readings(text))

    def is_final(self, text: str, *, bare: bool = False) -> bool:
        """Whether a plain text says that the payment is made, in one clause or in several: 银行处理完毕,对方已入账.

        Beside such clauses only a greeting, a day, a number or a kind of payment may stand, and before the last of them
        a step that says that it was taken (提交成功,资金已到账) or who agreed. Elsewhere no word may speak against it.
        Before a colon may stand which bank or system says so, or a greeting. bare: as the value of a status label.
        """
        asked = (text, bare)
        if asked not in self._finals:
            self._finals[asked] = self._is_final(text, bare=bare)
        return self._finals[asked]

    def forget(self) -> None:
        """What was found out on a page."""
        self._finals.clear()
        self.model.forget()

    def _is_final(self, text: str, *, bare: bool) -> bool:
        if label := _LABEL_AHEAD.match(text):
            text, bare = text[label.end() :], True
        known = self.bare if bare else self.final
        text = _CODE.sub("", _SINCE.sub("", text)) or text
        if bare and _STEP_AT.search(text):  # 11-03 08:28 付款成功 11-03 08:28 到账成功: clauses
            text = _STEP_AT.sub(",", text).strip(", ")
        if self._is_made(known, text):
            return True
        twice = [plain(piece) for piece in _LANGUAGES.split(text)]
        if len(twice) > 1 and any(self._is_made(known, piece) for piece in twice):
            return all(self._is_made(known, piece) or self.handled.search(piece) for piece in twice)
        who, mark, said = text.partition(":")
        told = bool(mark and self.grammar.told.search(who))
        if told and self._is_made(self.final, who + said):
            return True  # 核心记账:成功
        if mark and (told or self.lines.greetings.search(who)) and self.is_final(plain(said)):
            return True  # 银行已回执:支付成功
        if (apart := _ANOTHER.sub(",", text)) != text and self.is_final(apart, bare=bare):
            return True  # 记账成功汇出已清算
        if _LONG.search(
            text
        ):  # what a teller's machine prints: 20261117电汇RMB38.00付方已扣账收方行已入账交易号570637455
            text = _ANOTHER.sub(",", _PRINTED.sub(",", text))
        clauses = [plain(clause) for clause in _CLAUSES.split(text)]
        last = max((at for at, clause in enumerate(clauses) if self._is_made(self.final, clause)), default=-1)
        return any(self._is_made(known, clause) for clause in clauses) and all(
            self._is_made(known, clause)
            or self._is_silent(clause)
            or (at < last and (self.is_taken(clause) or self._has_agreed(clause)))
            for at, clause in enumerate(clauses)
        )

    def _is_made(self, known: Pattern, clause: str) -> bool:
        """Whether a clause is one of these final states; 已成功付给待清算账户 is none."""
        return self.says(known, clause) and not self.against(clause)

    def _is_silent(self, clause: str) -> bool:
        """Whether a clause says nothing beside a state; one with a word of doubt in it says something."""
        return not self.stems.search(clause) and (bool(_SILENT.fullmatch(clause)) or self._names(clause))

    def is_taken(self, clause: str) -> bool:
        """Whether a clause is a step before a payment and says itself that it was taken: 提交成功, not 审核, 清算中."""
        marked = self.taken.search(clause) and not _GOES_ON.search(clause)
        return bool(marked) and self.says(self.steps, clause) and not self.fails(clause)

    def _has_agreed(self, clause: str) -> bool:
        """Whether a clause says that somebody agreed: 财务处王悦审核通过."""
        return bool(self.taken.search(clause)) and self.agrees(clause)

    def _names(self, clause: str) -> bool:
        """Whether a clause greets, introduces, or names a kind of payment: 电汇."""
        return bool(self.lines.greetings.search(clause) or self.parts.search(clause))

    def is_said(self, clause: str) -> bool:
        """Whether a clause says that the payment is made, greets, introduces what follows, or says nothing."""
        left = self.harmless.sub("", clause).strip(" ,.!:")
        if len(left) < _SHORTEST or self.says(self.final, plain(clause)) or self.says(self.final, left):
            return True
        return bool(self.lines.small.search(left) or self.lines.greetings.search(clause.strip(" ,.!:")))

    def all_said(self, text: str) -> bool:
        """Whether each clause of a plain text is such."""
        return all(map(self.is_said, self.clauses(text)))

    def clauses(self, text: str) -> list[str]:
        """The clauses of a plain text."""
        return [said for clause in _CLAUSE.split(text) if (said := clause.strip(" ."))]

    def is_address(self, text: str, *, unreal: bool = False) -> bool:
        """Whether a plain text is a page's address, as a browser's bar shows it: of a bank's page, or an unreal one."""
        return bool(_ADDRESS.fullmatch(text)) and bool(self.lines.unreal.search(text)) is unreal

    def is_way(self, text: str) -> bool:
        """Whether a plain text names a payment's steps, each of which would be final: not which of them were taken."""
        steps = [plain(step) for step in _ARROW.split(text)]
        return len(steps) > 1 and all(self.is_final(step) for step in steps)

    def is_dated(self, key: str) -> bool:
        """Whether a day at the label of that key says that the payment was booked or has arrived."""
        return key in self.dated or bool(self.grammar.dated.search(key))

    def introduces(self, text: str) -> bool:
        """Whether a plain text only addresses the reader and says that what follows is the receipt."""
        clauses = [clause.strip() for clause in _INTRODUCED.split(_HONORIFIC.sub(r"\1", text)) if clause.strip()]
        return bool(clauses) and all(self.lines.greetings.search(clause) for clause in clauses)

    def titled(self, ends: Pattern, text: str) -> bool:
        """Whether one reading of a plain text is a heading made of known parts, with such an end."""
        return any(ends.search(reading) and self.parts.search(reading) for reading in self.readings(text))

    def is_file(self, text: str) -> bool:
        """Whether a plain text is the name of a file, which has a known heading for its name, as a viewer shows it."""
        name = self.files.sub("", text)
        return name != text and self.titled(self.nouns, name) and not self.against(name)

    def against(self, text: str, *, name: bool = False, paper: bool = False) -> bool:
        """Whether a plain text holds a word that speaks against a payment, outside what is harmless.

        name: of a party, in which only a failure counts; paper: for somebody to sign, a word may stand alone
        """
        if paper and (hit := self.signed.search(text)):
            text = hit["rest"] or ""
        return self.fails(text) or (not name and bool(self.stems.search(self.harmless.sub(" ", text))))

    def agrees(self, text: str) -> bool:
        """Whether a plain text names who looked through a payment before it was made, with nothing but a person's name
        and that he agreed, and a moment: 部门审批, 财务审核:王五已审核, 财务初审 2026-11-03 14:20 通过.
        """
        return any(self.agreed.search(said) for said in (_SINCE.sub("", text), _BETWEEN.sub(" ", text)))

    def is_state(self, piece: str) -> bool:
        """Whether a piece of a plain remark is a word against a payment and nothing else: 退, 已退回; not 退火工艺."""
        return bool(self.whole.search(piece) or self.whole.search(_AROUND.sub("", piece)))

    def fails(self, text: str) -> bool:
        """Whether a plain text says that the payment failed, waits or went back."""
        return bool(self.failed.search(self.harmless.sub(" ", text)))


# Lists of states.toml that are a pattern each, by their table: how each is looked for. The others are made of several.
_WHOLE: Mapping[str, Any] = MappingProxyType({"whole": True})
_BEHIND: Mapping[str, Any] = MappingProxyType({"ends": _BEHIND_TITLE})
_ANYWHERE: Mapping[str, Any] = MappingProxyType({})
_LISTS: Mapping[str, Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "final": {
            **dict.fromkeys(("executed", "paying", "handled", "movements", "headlines", "seals"), _WHOLE),
            **dict.fromkeys(("unbooked", "over"), _ANYWHERE),
        },
        "title": {
            **dict.fromkeys(("nouns", "slips", "weak"), _BEHIND),
            **dict.fromkeys(("advises", "twice"), _WHOLE),
            **dict.fromkeys(("files",), _ANYWHERE),
        },
        "doubt": {
            **dict.fromkeys(
                ("failed", "stems", "harmless", "taken", "pays", "books", "statelike", "worth", "stamped"), _ANYWHERE
            ),
            **dict.fromkeys(("steps", "ends", "received"), _WHOLE),
        },
    }
)
_HOW: Mapping[str, Mapping[str, Any]] = MappingProxyType(  # those of [lines] that are not of a whole text
    {"known": {"longest": True}, **dict.fromkeys(("tells", "own", "of_name", "no_name", "speaks", "unreal"), _ANYWHERE)}
)
_KEYS = ("dated", "numbers", "days", "vouchers", "entries")
_MADE = {
    "final": {"values", "bare", *_KEYS},
    "title": {"final", "forms", "asked", "parts"},
    "doubt": {"signed", "agreed"},
}


def load_states(file: LayoutFile, key: Key, grammar: Grammar) -> StateWords:
    """states.toml, and what grammar.toml makes final. Raises RuleError."""
    data = file.known("", file.data, {*_LISTS, "misread", "lines"})
    final, title, doubt = tables = [
        file.known(name, data.get(name, {}), {*lists, *_MADE[name]}) for name, lists in _LISTS.items()
    ]
    own = {
        name: file.any(f"{table}.{name}", _filled(file, table, data_of, name, grammar), **how)
        for (table, lists), data_of in zip(_LISTS.items(), tables, strict=True)
        for name, how in lists.items()
    }
    values = [*file.required("final", final, "values"), *grammar.final]
    finals = file.required("title", title, "final")
    misread = file.known("misread", data.get("misread", {}), {"groups"})
    against = [*file.required("doubt", doubt, "failed"), *file.required("doubt", doubt, "stems")]
    parts, asked = (
        "|".join(f"(?:{part})" for name in names for part in file.required("title", title, name))
        for names in (("parts",), ("parts", "asked"))
    )
    signed = filled_in(file, "doubt.signed", doubt.get("signed", ""), grammar.parts)
    agreed = filled_in(file, "doubt.agreed", doubt.get("agreed", ""), grammar.parts)
    return StateWords(
        **own,
        **{name: frozenset(map(key, file.required("final", final, name))) for name in _KEYS},
        final=file.any("final.values", values, whole=True),
        bare=file.any("final.bare", [*values, *file.required("final", final, "bare")], whole=True),
        titles=file.any("title.final", finals, ends=_BEHIND_TITLE),
        forms=file.any("title.forms", [*finals, *file.required("title", title, "forms")], ends=_BEHIND_TITLE),
        parts=file.pattern("title.parts", f"(?i)^(?:{parts})+$"),
        asked=file.pattern("title.asked", f"(?i)^(?:{asked})+$"),
        whole=file.any("doubt.stems", [f"(?:{'|'.join(f'(?:{stem})' for stem in against)})+"], whole=True),
        signed=file.pattern("doubt.signed", f"^(?:{signed})$"),
        agreed=file.pattern("doubt.agreed", f"^(?:{agreed})$"),
        misread=_misread(file.required("misread", misread, "groups")),
        grammar=grammar,
        model=linemodel.shipped(),
        lines=_lines(file, file.known("lines", data.get("lines", {}), set(LineWords.__slots__)), grammar),
    )


def _filled(file: LayoutFile, table: str, data: Mapping[str, Any], name: str, grammar: Grammar) -> list[str]:
    return [filled_in(file, f"{table}.{name}", one, grammar.parts) for one in file.required(table, data, name)]


def _lines(file: LayoutFile, table: Mapping[str, Any], grammar: Grammar) -> LineWords:
    return LineWords(
        **{
            name: file.any(f"lines.{name}", _filled(file, "lines", table, name, grammar), **_HOW.get(name, _WHOLE))
            for name in LineWords.__slots__
        }
    )


def _misread(groups: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Of groups whose first character is the right one: each other → the right ones."""
    others = {char for group in groups for char in group[1:]}
    return {char: tuple(group[0] for group in groups if char in group[1:]) for char in others}
