"""The topics of an answer as one locale shows them: the office's texts, and what is said of the writer's affairs. Pure.

NoticeRequest.data['topics'] is a list of {topic, flags, say, rows, charges, prices, balances, currency}, all but the
first optional; maild.office.answers.sections writes it. A notice 'query_answer' is a single one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from maild.domain.requests.lifecycle import Service
from maild.domain.requests.patron import Transaction
from maild.domain.wording import words
from maild.notify.language import say
from maild.notify.language.locales import Style, line, to_money
from maild.notify.writing import money
from maild.notify.writing.answers import READERS, SAID, AnswerTexts, Topic, said
from maild.notify.writing.fees import fee_view, read_fee
from maild.notify.writing.letter import BlockView, ChargeView, OfficeView, TopicView
from maild.notify.writing.requests_table import rows

MOST_TOPICS = 12


def topic_views(
    data: Mapping[str, object], texts: AnswerTexts, office: OfficeView, reader: str, style: Style
) -> tuple[TopicView, ...]:
    """What a notice's data say, in order; a topic that is not (or no longer) known is left out."""
    given = data.get("topics")
    if given is None and "rows" in data:
        given = [{"topic": "status", "flags": ["named"] if data["rows"] else ["none"], **data}]
    entries = given[:MOST_TOPICS] if isinstance(given, list | tuple) else ()
    found = [(texts.topics.get(line(e.get("topic"), 40)), e) for e in entries if isinstance(e, Mapping)]
    views = [_view(topic, entry, office, reader, style) for topic, entry in found if topic]
    return tuple(view for view in views if view.blocks)


def _view(topic: Topic, entry: Mapping[str, object], office: OfficeView, reader: str, style: Style) -> TopicView:
    flags = {*say.texts(entry.get("flags"), style), *({reader} if reader else READERS)}
    given = entry.get("say")
    told = {n: line(given.get(n), 500) for n in SAID} if isinstance(given, Mapping) else {}
    facts = {**{n: str(getattr(office, n)) for n in office.__slots__}, **told}
    blocks: list[BlockView] = []
    for part in topic.says:
        if not part.holds(flags):
            continue
        if part.show:
            blocks += _shown(part.show, entry, style)
        else:
            blocks += [BlockView(form=run.form, lines=run.lines) for run in said(part.text.to(style.locale), facts)]
    return TopicView(title=topic.title.to(style.locale), blocks=tuple(blocks))


def _shown(what: str, entry: Mapping[str, object], style: Style) -> Iterator[BlockView]:
    spoken = replace(style, currency=line(entry.get("currency"), 3) or style.currency)
    if what == "rows" and (found := rows(entry.get("rows"), style)):
        yield BlockView(form="rows", rows=found)
    if what == "charges" and (charges := tuple(_charges(entry.get("charges"), style))):
        yield BlockView(form="charges", charges=charges)
    if what == "prices" and (prices := tuple(_prices(entry.get("prices"), style))):
        yield BlockView(form="prices", prices=prices)
    if what == "balances" and (balances := money.balances(entry.get("balances"), spoken)):
        yield BlockView(form="balances", balances=balances)


def _charges(value: object, style: Style) -> Iterator[ChargeView]:
    for entry in value[: say.MAX_ROWS] if isinstance(value, list | tuple) else ():
        if not isinstance(entry, Mapping):
            continue
        spoken = replace(style, currency=line(entry.get("currency"), 3) or style.currency)
        loan = line(entry.get("service"), 10) == Service.LOAN
        about = Transaction(number="", patron_id="", service=Service.LOAN if loan else Service.COPY)
        owed = to_money(entry.get("owed"), spoken.currency)
        yield ChargeView(
            number=line(entry.get("number"), 80),
            title=line(entry.get("title")),
            fee=fee_view(read_fee(about, entry), spoken),
            entries=money.entries(entry.get("entries"), spoken),
            owed=spoken.short_money(owed) if owed and owed.amount > 0 else "",
            payment=words.look_up(words.PAYMENTS, line(entry.get("payment_state"), 40), style.locale),
        )


def _prices(value: object, style: Style) -> Iterator[tuple[str, str]]:
    """Lines of the price list: {zh, en} and {amount, currency, per}, or a share in percent; no amount: at cost."""
    for entry in value[: say.MAX_ROWS] if isinstance(value, list | tuple) else ():
        if not isinstance(entry, Mapping):
            continue
        label = line(entry.get("zh" if style.locale.startswith("zh") else "en"), 120)
        amount = to_money(entry.get("amount"), line(entry.get("currency"), 3) or style.currency)
        per = words.look_up(words.PER, line(entry.get("per"), 20), style.locale)
        share = line(entry.get("share"), 10)
        if share:
            yield label, f"{share}%"
            continue
        yield label, f"{style.short_money(amount)} {per}".strip() if amount is not None else per
