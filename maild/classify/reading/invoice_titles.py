"""What can stand on an invoice as its title: the name of an organisation, ending as such names do, or of a person.

A request says more around the name than belongs to it: '抬头就开浙江大学吧'. Verbs and particles before it are taken
off, but never out of a name that begins like one ('开封大学', '成都…', '能源…'). What then is neither is no title.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from maild.classify.vocabulary.lexicon import joined
from maild.classify.vocabulary.patterns import compile_pattern
from maild.traditional import simplified

LISTS = frozenset(
    {
        "organisation",
        "organisation_tail",
        "organisation_latin",
        "lead",
        "lead_latin",
        "follow",
        "begins",
        "no_title",
        "surnames",
        "no_name",
    }
)
EDGES = " \t\n:=-—~·*#•,;.。()[]'\""
HAN = re.compile(r"[\u3400-\u9fff]")
_CAPITAL = "A-ZÀ-ÖØ-Þ"
_LETTER = "A-Za-z0-9_À-ÖØ-öø-ÿ"
_PARTICLE = r"(?:van|von|der|den|de|da|di|la|le|el|al|bin|ibn|ten|ter|dos|du)"
_LATIN_RUN = re.compile(
    rf"(?<![{_LETTER}])(?=[{_CAPITAL}])"
    rf"(?:(?:[{_CAPITAL}0-9(][{_LETTER}.,‚&'’()/-]*|of|for|and|the|at|in|de|la|der|und|&)(?:\s+|$))+"
)
_TRAILING = re.compile(r"(?<!\s)(?:\s+(?:of|for|and|the|at|in|de|la))+\s*$")
_LEAST_NAME, _LEAST_TAIL, _LONGEST = 4, 6, 80  # characters: '有限公司' alone is no name
_REMARK = re.compile(r"\(([^()\n]{2,40})\)$")  # what stands behind a name in brackets may be said of it
_DOTTED_NAME = re.compile(r"[\u3400-\u9fff]{1,8}(?:·[\u3400-\u9fff]{1,8}){1,3}")
_LATIN_NAME = re.compile(
    rf"[{_CAPITAL}][{_LETTER}'’.-]{{0,30}}(?: (?:{_PARTICLE} ){{0,2}}[{_CAPITAL}][{_LETTER}'’.-]{{0,30}}){{1,3}}"
)
_APART = frozenset(
    "的和及与就可谢请但不别吧呢而也或这那要才再并麻税地电账帐开即行是在我你您为给用发抬单邮金合"
)  # no name goes on so
_ABBREVIATED = re.compile(r"\b(?:ltd|inc|co|corp|s\.a|b\.v)\.\s*$", re.IGNORECASE)


class Titles:
    """The lists of words/invoice.toml that names are known by."""

    def __init__(self, lists: Mapping[str, tuple[str, ...]]) -> None:
        ending, tail = joined(lists["organisation"]), joined(lists["organisation_tail"])
        self._organisation = compile_pattern(f"[\\p{{Han}}A-Za-z0-9()·&. -]{{1,40}}(?:{ending})(?:{tail})?")
        self._latin = compile_pattern(rf"(?:^|[^A-Za-z])(?:{joined(lists['organisation_latin'])})(?:$|[^A-Za-z])")
        self._lead = compile_pattern(f"(?:{joined(lists['lead'])})[\\s:,]*")
        self._lead_latin = compile_pattern(f"^(?:{joined(lists['lead_latin'])})+")
        self._follow = compile_pattern(f"[\\s,:]*(?:{joined(lists['follow'])})")
        self._begins = compile_pattern(f"^(?:{joined(lists['begins'])})")
        self._no_title = compile_pattern(joined(lists["no_title"]))
        self._surname = compile_pattern(f"^(?:{joined(lists['surnames'])})\\p{{Han}}{{1,2}}$")
        self._no_name = compile_pattern(joined(lists["no_name"]))

    def organised(self, text: str) -> str:
        """The organisation's name in a stretch of text, or ''."""
        if not HAN.search(text):
            return self._latin_organisation(text)
        words = text.split(" ")
        tails = [" ".join(words[n:]) for n in range(len(words) - 1, 0, -1)] if len(words) <= 12 else []
        for part in (*(tail for tail in tails if len(tail) >= _LEAST_TAIL), text):
            hit = self._organisation.search(part)
            if hit and len(name := self.cleaned(hit.group())) >= _LEAST_NAME and self._stands(name):
                return name
        return ""

    def title(self, value: str) -> str:
        """What a label names, as a title: an organisation, or a person's name; '' for anything else."""
        tail = self.organised(value.rpartition(":")[2])
        if tail and ":" in value:
            return tail
        title = self.cleaned(value)
        if (remark := _REMARK.search(title)) and not self._stands(remark[1]):
            title = self.cleaned(title[: remark.start()])
        if not 2 <= len(title) <= _LONGEST:
            return ""
        if name := self.organised(title):
            return "" if _goes_on(title, name) else name
        return title if self.is_name(title) else ""

    def is_name(self, text: str, *, labelled: bool = False) -> bool:
        """Whether it is a person's name. `labelled`: something says so, and any two to four characters may be one."""
        read = simplified(text)
        if self._no_name.search(read) or not self._stands(text):
            return False
        if _DOTTED_NAME.fullmatch(text) or self._surname.search(read):
            return True
        if labelled and re.fullmatch(r"[\u3400-\u9fff]{2,4}", text):
            return True
        return bool(_LATIN_NAME.fullmatch(text)) and not self._latin.search(text)

    def cleaned(self, text: str) -> str:
        """Without what stands glued before and behind a name."""
        dot = "." if _ABBREVIATED.search(text) else ""
        text = balanced(text.strip(EDGES.replace("(", "").replace(")", ""))) + dot
        for _ in range(8):
            shorter = text[self._led(text) :]
            shorter = self._unfollowed(shorter).strip(" ,:")
            if shorter == text:
                break
            text = shorter
        return balanced(text)

    def _led(self, text: str) -> int:
        """How many characters before the name are none of it; a name that begins like a verb is left whole."""
        read = simplified(text)
        if self._begins.search(read):
            return 0
        if HAN.search(text) and (latin := self._lead_latin.match(read)):
            return int(latin.end())
        hit = self._lead.match(read)
        if hit is None:
            return 0
        for place in range(1, hit.end()):
            if self._begins.search(read[place:]) and self._lead.fullmatch(read[:place]):
                return place
        return int(hit.end())

    def _unfollowed(self, text: str) -> str:
        hit = self._follow.search(simplified(text))
        return text[: hit.start()] + text[hit.end() :] if hit else text

    def _stands(self, name: str) -> bool:
        """Whether no word of the name belongs to a sentence about it, and no verb or particle begins it."""
        read = simplified(name)
        if begun := self._begins.match(read):
            read = "·" + read[begun.end() :]
        return self._no_title.search(read) is None

    def _latin_organisation(self, text: str) -> str:
        """The one run of capitalised words one of which names an organisation; of two, one may be what it is not."""
        runs = (_TRAILING.sub("", hit.group()).strip(" ,") for hit in _LATIN_RUN.finditer(text))
        found = {run for run in runs if " " in run and len(run) <= _LONGEST and self._names_one(run)}
        return found.pop() if len(found) == 1 else ""

    def _names_one(self, run: str) -> bool:
        word = self._latin.search(run)
        return word is not None and any(c.isupper() for c in word.group())


def _goes_on(title: str, name: str) -> bool:
    """Whether what a label names goes on behind the name with what may belong to it: half a name is a wrong one."""
    behind = title.partition(name)[2].lstrip()
    return bool(HAN.match(behind)) and behind[0] not in _APART


def balanced(text: str) -> str:
    """Without a bracket that opens or closes nothing."""
    if text.count("(") > text.count(")"):
        text = text.rpartition("(")[0] if not text.startswith("(") else text[1:]
    if text.count(")") > text.count("("):
        text = text.partition(")")[0] if not text.endswith(")") else text[:-1]
    return text.strip(" ,:")
