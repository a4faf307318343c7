"""What the engine itself knows of language, as data: words/labels.toml and words/hedges.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.classify.rules.patterns import Pattern, compile_pattern, fold, label_matches

Words = Mapping[str, Mapping[str, tuple[str, ...]]]  # file → list → patterns

_LABEL_LINE = r"^[\[【*•·#>\-–| ]*({})[\]】* ]*(?:[:=|]|$)"
LABEL_LISTS = ("transaction", "request", "status", "old_status", "registration_status", "status_in_text")
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
    "incomplete",
    "yours",
    "recall",
    "remark",
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
        masked=compile_pattern(_LABEL_LINE.format(mute)),
        label_anywhere=compile_pattern(rf"(?:^|[\s;,；，。|\[【(])({every})[\]】 ]*[:=]"),
        status_in_text=tuple(map(compile_pattern, words["labels"]["status_in_text"])),
        hedges={name: compile_pattern(joined(patterns)) for name, patterns in words["hedges"].items()},
    )


def joined(patterns: list[str] | tuple[str, ...]) -> str:
    """One pattern that matches what any of them does; longer ones first, as RE2 prefers the left one."""
    return "|".join(f"(?:{fold(p)})" for p in sorted(patterns, key=len, reverse=True)) or r"[^\s\S]"
