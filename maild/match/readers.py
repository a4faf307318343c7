"""Whether a provider's mail names a request's reader: '仉老师要的那篇', 'for Ms Solheim', 'Marta Quispe'. Pure."""

from __future__ import annotations

from maild.match.title_words import several
from maild.match.words import fold

LEAST_LATIN, LEAST_HAN, LEAST_SURNAME = 8, 3, 4  # letters of a whole name, characters of one, letters of a surname


def reader_said(name: str, said: str) -> str:
    """How the folded text names who is called so; '' where it does not.

    A surname alone counts where a title stands beside it and what follows speaks of what is wanted: '王老师您好' greets
    a colleague, and '水老师' below a letter is its writer.
    """
    whole = fold(name)
    if whole.isascii():
        words = [fold(word) for word in name.split() if fold(word)]
        if len(words) < 2:
            return ""
        if len(whole) >= LEAST_LATIN and any(order in said for order in (whole, "".join(reversed(words)))):
            return name
        last = words[-1]
        calls = [f"{call}{last}" for call in several("called_latin")] if len(last) >= LEAST_SURNAME else []
        calls += [f"{last}{call}{after}" for call in several("honorific") for after in several("wanting")]
        return next((call for call in calls if call in said), "")
    if len(whole) >= LEAST_HAN and whole in said:
        return name
    calls = [f"{call}{after}" for call in several("honorific") for after in several("wanting")]
    return next((f"{who}{call}" for who in (whole, whole[:1]) for call in calls if f"{who}{call}" in said), "")
