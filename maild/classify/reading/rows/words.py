"""What stands around rows: courtesies, headings, sums, what speaks of all rows or of some (words/rows.toml)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from maild.classify.reading.news.wordings import BENDING
from maild.classify.rules.lexicon import Lexicon, joined
from maild.classify.rules.patterns import Pattern, compile_pattern
from maild.domain.text import normalise
from maild.traditional import simplified

LISTS = ("furniture", "confirm", "joint", "each", "due", "sum", "naming", "ordered", "void", "aside", "headed")
MOST_TALLY = 80  # characters of a line that counts
MOST_GREETING = 40  # characters of a greeting
MOST_LINE = 300  # characters of a line that is looked at for a courtesy
# Lists of words/hedges.toml of which none may stand in what is said around rows and tells no outcome.
_HEDGES = ("condition", "supposition", "not_there", "not_real", "no_state", *BENDING)
_BACK = re.compile(
    r"以上|上述|上列|上[一面条行]|前[一面述者]|均|都|全部|这些"
    r"|\b(?:all|both|those|these|the \w+) above\b|\b(?:all|both|those|these)\b",
    re.IGNORECASE,
)
# One of several is told apart from the rest: which one an outcome is of cannot be told by rows.
_EXCEPTED = re.compile(
    r"除[^。;；\n]{1,60}(?:外|之外)|\b(?:except|apart from|other than|excluding|but not)\b", re.IGNORECASE
)
_GREETING = re.compile(
    r"^\s*(?:尊敬的|您好|你好|各位|(?:老师|同仁|同事)们?(?:您|你)?好|dear|hello|hi\b|good (?:morning|day|afternoon))"
    r"|(?:老师|同事|馆|您好|你好)[:：,，!！]?\s*$",
    re.IGNORECASE,
)
_GREETED = re.compile(
    r"^\s*(?:尊敬的[^,，。:：]{0,12}|您好|你好|(?:老师|同仁|同事)们?(?:您|你)?好|各位[^,，。:：]{0,8}"
    r"|dear [^,:]{1,40}|hello|hi|good (?:morning|day|afternoon))[,，:：!！~～。 ]*",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(r"[:：]\s*$|以下|下列|下述|如下|\b(?:the )?following\b|\bthese\b", re.IGNORECASE)
# What is announced is each row's own: an answer, a result, how things stand.
_NEUTRAL = re.compile(
    r"(?:处理|办理|结果|情况|进展|答复|回复|反馈|状态|清单|汇总|明细|说明)[^,，。;；\n]{0,6}(?:如下|[:：])"
    r"\s*(?:[:：]|[,，] ?(?:敬?请)(?:核对|查收|知悉|查阅|查看))?[。.]?\s*$"
    r"|^[^,，。;；\n]{0,16}如下[:：]?\s*$"
    r"|\b(?:status|update|results?|outcomes?|answers?|replies|where (?:they|things|we) stand|summary|overview)\b"
    r"[^.;\n]{0,60}[:：]\s*$",
    re.IGNORECASE,
)
# It leaves open or takes back what rows say.
_OPEN = re.compile(
    r"尚|还没|未|没|暂|拟|预|可能|或许|也许|如(?!下|期)|若|倘|待|是否|草|试|样[例张]|示例|假|将|上个?月|去年|旧|历史"
    r"|更正|撤|作废|误|参考|不(?!必|用|需)|应归还|异议|初[查步判]|内部|讨论|[仅只]限|重[查发]|再[查补]|补[寄发查]|改天|下周|明[天日]|后天|按[^,，。;；]{1,8}查|[?？]"
    r"|\b(?:if|whether|should|would|could|might|may|draft|test\w*|samples?|examples?|pending|proposed|provisional\w*"
    r"|not|no|never|cancel\w*|correct\w*|disregard|ignore|wrong\w*|mistaken\w*|unless|yet|until|subject to|last|old"
    r"|previous\w*|will|hold)\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"如(?!下)|若|倘|可能|待|是否|拟|\b(?:if|whether|pending|unless|may|might|could)\b", re.IGNORECASE
)
# A line that only closes a list, or counts what it holds: '以上。', '合计2单', '2 filled, 0 unfilled'.
_TALLY = re.compile(
    r"[\W_]*+(?:(?:以上(?:由系统(?:自动)?生成)?|(?:详情)?请登录[^,。;\n]{0,8}系统(?:查看)?(?:详情)?)[\W_]*"
    r"|(?:合计|总计|共|计|完成|满足|未满足|退单|成功|失败|已?发送|[单条件篇笔项个]|(?<!\d)\d{1,3}(?!\d)|[\W_]"
    r"|total|in all|filled|unfilled|shipped|supplied|sent|and|requests?|items?)++(?:详情请登录系统查看?[\W_]*)?)",
    re.IGNORECASE,
)
_OUTCOMES = re.compile(
    r"(?:完成|满足|退单|成功|失败|发送)\D{0,3}\d|\d\D{0,3}(?:完成|满足|退单|成功|失败|发送)"
    r"|\d\W{0,2}(?:un)?filled|\d\W{0,2}(?:shipped|supplied|sent)",
    re.IGNORECASE,
)
# It speaks of rows, of some or of all.
_POINTING = re.compile(
    r"以上|上述|前者|后者|其余|其他|其它|另外|另|均|都|全部|两篇|两本|[这那该此]|第[一二三四五\d]|\d ?号|再|也|除|最后"
    r"|前[一二两三]|\b(?:all|both|these|those|they|them|it|this|that|others?|rest|first|second|third|last|former|latter|above|ones?|two"
    r"|three|each|also)\b",
    re.IGNORECASE,
)
# It speaks of some of them.
_SOME = re.compile(
    r"前者|后者|其余|其他|其它|另|第[一二三四五\d]|\d ?号|除|最后|[前后][一二两三]|有的|有些|部分|一部|个别|其中"
    r"|[这那该此](?:篇|本|件|笔|一)"
    r"|\b(?:others?|rest|first|second|third|last|former|latter|one|some|part|this|that|it)\b",
    re.IGNORECASE,
)
# A clause that only greets, thanks or signs: what follows behind a comma has to be one as well.
_COURTESY = re.compile(
    r"(?:$|[-–—_=*]{2,}|谢谢|多谢|感谢|辛苦|此致|敬礼|顺颂|顺祝|祝|致礼|特此|如有(?:疑问|问题)|有问题(?:请|随时|可|联系)"
    r"|(?i:have an? (?:good|great|nice|lovely|happy|pleasant)|happy |enjoy |stay |take care|greetings|warm)"
    r"|(?i:best\b|kind\b|regards|thank|many thanks|yours|sincerely|cheers|mit freundlichen)"
    r"|(?i:(?:联系)?电话|邮箱|地址|tel|phone|e-?mail)[^一-鿿]{0,40}$|\d{4}(?:[-./]\d|年\d)[\d年月日/.: -]{0,16}$"
    r")"
)
# A line that only names who signs: an institution, a desk, a person.
_HOUSE = re.compile(
    r"\S{0,24}(?:\s\S{1,12})?(?:图书馆|圖書館|馆|館|中心|部|组|組|室|处|處|服务网|服务台|平台|联盟)(?:\s+\S{1,8}){0,2}"
)
_SIGNED = re.compile(
    r"[一-鿿]{2,4}(?: [一-鿿]{2,4})?|[A-Z](?![a-z]*(?:ing|ed)\b)[\w.'-]{1,20}"
    r"|[A-Z][\w.'-]+(?:,? (?:[A-Z][\w.'&-]*|of|the|and|for|&)){1,6}"
)
# What somebody does, or how things are: no name has it.
_DOES = re.compile(r"正|已|在|转|联系|寄|补|找|查|到|有|无|没|将|待|等|缺|损|退|拒|误|重|改|再|稍|后|先|未|不|发|完")
_NAMED = re.compile(r"[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3}$")  # behind a courtesy
_CLAUSES = re.compile(r"[,，。；;！!]\s*|\.(?:\s+|$)")
_SENTENCES = re.compile(r"(?<=[。；;！!])|(?<=[.])\s+(?=[A-Z])")
_EDGES = " \t\r\n。.!！,，;；:：~～…-—*#>·•"


@dataclass(frozen=True, slots=True)
class RowWords:
    """The lists of words/rows.toml, of which the engine knows what they are for."""

    lists: Mapping[str, Pattern]

    @classmethod
    def of(cls, lists: Mapping[str, tuple[str, ...]]) -> RowWords:
        return cls({name: compile_pattern(joined(patterns)) for name, patterns in lists.items()})

    def whole(self, name: str, text: str) -> bool:
        """Whether the text is one of a list from end to end, but for its marks."""
        return self.lists[name].fullmatch(_plain(text)) is not None

    def says(self, name: str, text: str) -> bool:
        """Whether one of a list stands in it."""
        return self.lists[name].search(_plain(text)) is not None

    def said(self, name: str, text: str) -> str:
        """The first words in it that are one of a list; ''."""
        hit = self.lists[name].search(_plain(text))
        return hit.group() if hit else ""


@dataclass(frozen=True, slots=True)
class Around:
    """Judges what names no request. silent: whether words tell no outcome, in whatever wording."""

    words: RowWords
    lexicon: Lexicon
    silent: Callable[[str], bool]

    def idle(self, line: str) -> bool:
        """Whether a line says nothing of any row: it greets, signs, closes or is furniture."""
        if greets(line) and not _DOES.search(line):
            return True
        if courteous(line) or (signs(line) and not self.leaves_open(line)):
            return self.silent(normalise(line)) or _HOUSE.fullmatch(line.strip()) is not None
        parts = [part for part in _SENTENCES.split(line) if part.strip(_EDGES)]
        return all(self.words.whole("furniture", part) or (len(parts) > 1 and courteous(part)) for part in parts)

    def quiet(self, part: str) -> bool:
        """Whether a sentence behind a row's own is furniture or a courtesy: any other may be about the row."""
        return self.words.whole("furniture", part) or courteous(part)

    def leaves_open(self, line: str) -> bool:
        """Whether a line that tells nothing of a row may leave all open."""
        return self.bends(line) or bool(_OPEN.search(line))

    def bends(self, text: str) -> bool:
        """Whether it leaves something open, asks or awaits something."""
        said = simplified(normalise(text))
        return any(self.lexicon.hedges[name].search(said) for name in _HEDGES)

    def void(self, text: str) -> str:
        """The words by which rows are void, a mistake, or no news of the request, wherever they stand; ''."""
        return self.words.said("void", text)

    def takes_off(self, subject: str) -> bool:
        """Whether a subject says that what is below is no news: a draft, an exercise, to be checked."""
        return bool(self.void(subject)) or self.words.says("headed", subject)

    def pointing(self, text: str) -> bool:
        """Whether it speaks of some of the rows; what speaks of all of them does not."""
        return bool(_SOME.search(self.words.lists["joint"].sub(" ", _plain(text))))

    def joint(self, text: str) -> bool:
        """Whether it speaks of all rows together."""
        return self.words.says("joint", text) or announces(text)


def greets(line: str) -> bool:
    """Whether a line is a greeting and nothing else."""
    said = ungreeted(line).strip(_EDGES)
    return bool(_GREETING.search(line)) and (not said or (said == line.strip(_EDGES) and len(said) <= MOST_GREETING))


def ungreeted(line: str) -> str:
    """The line without the greeting that it begins with."""
    return _GREETED.sub("", line)


def announces(line: str) -> bool:
    """Whether a line is a heading of what follows."""
    return bool(_ANNOUNCED.search(line))


def neutral(line: str) -> bool:
    """Whether it announces what each row has of its own."""
    return bool(_NEUTRAL.search(line.strip()))


def excepts(text: str) -> bool:
    """Whether one of several is told apart from the rest."""
    return bool(_EXCEPTED.search(text))


def pointing_back(text: str) -> bool:
    """Whether it points at what stands elsewhere in the mail."""
    return bool(_BACK.search(text))


def supposes(line: str) -> bool:
    """Whether a heading says what would be, not what is: '如可提供:'."""
    return bool(_SUPPOSED.search(line))


def signs(line: str) -> bool:
    """Whether a line is the name of an institution, a desk or a person, as far as its shape tells."""
    said = line.strip()
    return (bool(_HOUSE.fullmatch(said)) or bool(_SIGNED.fullmatch(said))) and not _DOES.search(said)


def courteous(line: str) -> bool:
    """Whether a line only greets, thanks or signs, clause by clause."""
    clauses = [clause for clause in _CLAUSES.split(line.strip()[:MOST_LINE]) if clause.strip()]
    first, *more = clauses or [""]
    plain = _COURTESY.match(first) is not None and len(line.strip()) <= MOST_LINE
    return plain and all(_COURTESY.match(one) or _NAMED.fullmatch(one) for one in more) and not announces(line)


def closes(line: str) -> bool:
    """Whether a line only closes a list, or counts it."""
    if len(line) > MOST_TALLY:
        return False
    return bool(_TALLY.fullmatch(line)) and (any(map(str.isdigit, line)) or "以上" in line or "登录" in line)


def counts_outcomes(line: str) -> bool:
    """Whether a line that closes a list counts outcomes: it may contradict the rows."""
    return bool(_OUTCOMES.search(line))


def _plain(text: str) -> str:
    return simplified(normalise(text)).strip(_EDGES)
