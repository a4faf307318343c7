"""What the engine itself knows of language, as data: words/labels.toml and words/hedges.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from maild.classify.vocabulary.patterns import Pattern, compile_pattern, fold, label_matches, without_groups

Words = Mapping[str, Mapping[str, tuple[str, ...]]]  # file → list → patterns

_LABEL_LINE = r"^[\[【*•·#>\-–| ]*({})[\]】* ]*(?:[:=|]|$)"
LABEL_LISTS = ("transaction", "request", "status", "old_status", "registration_status", "refusal", "status_in_text")
REMEMBERED, LINES = 120, 4096  # characters of a line that is remembered; lines
IN_TEXT = "_in_text"  # lists so named are no labels
HEDGE_LISTS = (
    "negation",
    "right_before",
    "negation_after",
    "neutral",
    "needless",
    "condition",
    "supposed_within",
    "supposition",
    "future",
    "question",
    "aside",
    "footer",
    "retraction",
    "asking",
    "matter",
    "willing",
    "unsettled",
    "approximate",
    "asks_us",
    "damaged",
    "partly",
    "not_inside",
    "other_objects",
    "the_text",
    "of_the_text",
    "incomplete",
    "instead",
    "as_lost",
    "yours",
    "recall",
    "remark",
    "not_real",
    "no_state",
    "not_final",
    "silence",
    "sample",
    "astray",
    "guess",
    "wants_reply",
    "of_a_quotation",
    "presses",
    "more_money",
    "compound",
    "to_all",
    "asks_back",
    "already",
    "ready",
    "posted",
    "not_there",
    "unpaid",
    "set_apart",
    "other_copy",
    "offer",
    "others_hold",
    "onward",
    "confidential",
    "misdirected",
    "more_than_print",
    "lent_out",
    "to_us",
    "from_abroad",
    "refused_too",
    "why",
    "lacking",
    "another_version",
    "on_terms",
    "open_end",
    "threat",
    "advised",
    "handed_on",
    "handed_on_not",
    "handed_back",
    "ours_first",
    "priced_aside",
    "not_to_us",
    "errand",
    "not_yet",
    "only_heard",
    "agreeing",
    "hands_over",
    "carries",
    "to_a_library",
    "own_house",
    "no_supply",
    "no_refusal",
    "aside_begins",
    "aside_talk",
    "aside_else",
    "aside_touches",
    "no_recall",
    "by_a_day",
    "given_back",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Compiled once per rule set.

    labels      list name → pattern that matches a whole label
    any_label   a pattern that does so for all lists
    label       any known label at the start of a line, group 1
    masked      the same, without labels whose value is free text that may state facts (note)
    label_anywhere  a known label and its colon within a line
    status_in_text  a sentence that names the status; group 1 is its value
    hedges      list name → pattern
    """

    labels: Mapping[str, Pattern]
    any_label: Pattern
    label: Pattern
    masked: Pattern
    label_anywhere: Pattern
    status_in_text: tuple[Pattern, ...]
    hedges: Mapping[str, Pattern]

    def label_kind(self, label: str) -> str:
        """The name of the list that knows the label, or ''."""
        if not label_matches(self.any_label, label):
            return ""
        return next((name for name, pattern in self.labels.items() if label_matches(pattern, label)), "")

    def behind_label(self, line: str) -> int:
        """Where a line goes on behind the label, of those in `masked`, that it begins with; -1 where it does not."""
        return _end(self.masked, line) if len(line) <= REMEMBERED else _end.__wrapped__(self.masked, line)

    def labels_in(self, line: str) -> tuple[tuple[str, int, int], ...]:
        """Known labels with their colons: (label, start, end)."""
        if ":" not in line and "=" not in line:  # what they end with
            return ()
        found = _places if len(line) <= REMEMBERED else _places.__wrapped__
        return found(self.label_anywhere, line)


@lru_cache(LINES)
def _end(pattern: Pattern, line: str) -> int:
    """The forms of providers bring the same lines again and again."""
    hit = pattern.search(line)
    return hit.end() if hit else -1


@lru_cache(LINES)
def _places(pattern: Pattern, line: str) -> tuple[tuple[str, int, int], ...]:
    return tuple((hit.group(1), hit.start(), hit.end()) for hit in pattern.finditer(line))


def build_lexicon(words: Words) -> Lexicon:
    """Compile the lists. Their files and lists are known to be there and well-formed (load checks it)."""
    lists = {name: patterns for name, patterns in words["labels"].items() if not name.endswith(IN_TEXT)}
    labels = {name: compile_pattern(joined(patterns)) for name, patterns in lists.items()}
    every = joined([p for patterns in lists.values() for p in patterns])
    mute = joined([p for name, patterns in lists.items() if name != "note" for p in patterns])
    return Lexicon(
        labels=labels,
        any_label=compile_pattern(every),
        label=compile_pattern(_LABEL_LINE.format(every)),
        masked=compile_pattern(without_groups(_LABEL_LINE.format(mute))),  # groups would have to be found, too
        label_anywhere=compile_pattern(rf"(?:^|[\s;,；，。|\[【(])({every})[\]】 ]*[:=]"),
        status_in_text=tuple(map(compile_pattern, words["labels"]["status_in_text"])),
        hedges={name: compile_pattern(joined(patterns)) for name, patterns in words["hedges"].items()},
    )


def joined(patterns: list[str] | tuple[str, ...]) -> str:
    """One pattern that matches what any of them does; longer ones first, as RE2 prefers the left one."""
    return "|".join(f"(?:{fold(p)})" for p in sorted(patterns, key=len, reverse=True)) or r"[^\s\S]"
