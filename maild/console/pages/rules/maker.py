"""A rule from a mail: values pointed at, the drafted file, what it does to the mails of the last months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Self
from urllib.parse import urlencode

from pydantic import Field

from maild.classify.drafting.draft import NOT_TO_CHOOSE, DraftFault, Pick, Place, Told, Wish
from maild.classify.drafting.draft_tokens import Token, clauses
from maild.classify.providers import Provider
from maild.classify.rules.view import View as MailView
from maild.console.acts import Id, Input, Line
from maild.console.desk import Desk
from maild.console.views import View
from maild.console.who import Who
from maild.domain.desk.access import Role
from maild.domain.errors import MaildError
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.records.journal import MailRecord
from maild.office.workshop.rule_maker import Looked, Made, RuleMaker

KINDS = tuple(kind for kind in Kind if kind not in NOT_TO_CHOOSE)
MOST_PICKS, MOST_CHOSEN = 60, 40
DAYS = 90
# field@place:start-end in characters of the folded text, or field@pair:index
PickText = Annotated[
    str, Field(pattern=r"^[a-z_]{1,40}@(?:(?:text|subject):[0-9]{1,6}-[0-9]{1,6}|pair:[0-9]{1,4})$", max_length=70)
]
PlaceText = Annotated[str, Field(pattern=r"^(?:text|subject):[0-9]{1,6}-[0-9]{1,6}$", max_length=30)]
KinText = Annotated[str, Field(pattern=r"^(?:alike|unlike):[0-9]{1,18}$", max_length=30)]
NameText = Annotated[str, Field(pattern=r"^(?:[0-9]{2,4}-[a-z0-9][a-z0-9-]{0,80})?$", max_length=90)]
ShortText = Annotated[str, Field(pattern=r"^(?:[a-z][a-z0-9-]{1,30})?$", max_length=32)]


class Wished(Input):
    """What the rule shall be. pick: field@text:START-END, field@subject:START-END or field@pair:INDEX

    must: words that have to stand in every such mail, text:START-END; kin: alike:MAIL or unlike:MAIL
    said: a value as it stands in the mail, for said_field, by whoever does not know its place
    """

    mail_id: Id
    item: Id | None = None
    kind: Kind | None = None
    pick: Annotated[tuple[PickText, ...], Field(max_length=MOST_PICKS)] = ()
    must: Annotated[tuple[PlaceText, ...], Field(max_length=MOST_CHOSEN)] = ()
    kin: Annotated[tuple[KinText, ...], Field(max_length=MOST_CHOSEN)] = ()
    said: Line = ""
    said_field: Annotated[str, Field(pattern="^[a-z_]{0,40}$")] = ""
    title: Line = ""
    name: NameText = ""
    new_provider: ShortText = ""

    @property
    def alike(self) -> tuple[int, ...]:
        return self._kin("alike")

    @property
    def unlike(self) -> tuple[int, ...]:
        return self._kin("unlike")

    def _kin(self, which: str) -> tuple[int, ...]:
        return tuple(int(one.partition(":")[2]) for one in self.kin if one.startswith(f"{which}:"))

    def wish(self, view: MailView) -> Wish:
        """For the drafter. Raises DraftFault where nothing was chosen, or what is said is nowhere."""
        if self.kind is None:
            raise DraftFault("it is not said what kind of mail it is", remedy="choose what the mail says")
        picks = [_pick(text) for text in dict.fromkeys(self.settled(view).pick)]
        if not picks and not self.must:
            raise DraftFault("nothing was pointed at in the mail", remedy="point at its request number first")
        must = tuple(_pick(f"@{text}") for text in dict.fromkeys(self.must))
        return Wish(
            kind=self.kind,
            picks=tuple(_labelled(pick, view) for pick in picks),
            must=must,
            title=self.title,
            name=self.name,
            new_provider=self.new_provider,
        )

    def settled(self, view: MailView) -> Self:
        """The same with what was typed as a place in the mail. Raises DraftFault where it stands nowhere."""
        said = _said(self, view)
        return (
            self.model_copy(update={"pick": (*self.pick, _text(said)), "said": "", "said_field": ""}) if said else self
        )

    def query(self) -> str:
        """The same as the query of a page."""
        pairs = [
            ("item", self.item or ""),
            ("kind", self.kind or ""),
            *(("pick", one) for one in self.pick),
            *(("must", one) for one in self.must),
            *(("kin", one) for one in self.kin),
            ("title", self.title),
            ("name", self.name),
            ("new_provider", self.new_provider),
        ]
        return urlencode([(name, str(value)) for name, value in pairs if value])


def _pick(text: str) -> Pick:
    field, _, where = text.partition("@")
    place, _, at = where.partition(":")
    start, _, end = at.partition("-")
    if place == Place.PAIR:
        return Pick(field=field, place=Place.PAIR, pair=int(start))
    return Pick(field=field, place=Place(place), start=int(start), end=int(end))


def _text(pick: Pick) -> str:
    at = str(pick.pair) if pick.place is Place.PAIR else f"{pick.start}-{pick.end}"
    return f"{pick.field}@{pick.place}:{at}"


def _said(asked: Wished, view: MailView) -> Pick | None:
    """Where the words stand that somebody typed. Raises DraftFault where they do not."""
    if not asked.said:
        return None
    if not asked.said_field:
        raise DraftFault(f"it is not said what '{asked.said[:60]}' is", remedy="choose it beside the value")
    for place, text in ((Place.TEXT, view.text), (Place.SUBJECT, view.subject)):
        if (at := text.find(asked.said)) >= 0:
            return Pick(field=asked.said_field, place=place, start=at, end=at + len(asked.said))
    raise DraftFault(f"the mail does not say '{asked.said[:60]}'", remedy="write it as it stands in the mail")


def _labelled(pick: Pick, view: MailView) -> Pick:
    """A value that stands behind one label only is found by that label: surer than by the words around it."""
    if pick.place is not Place.TEXT:
        return pick
    words = view.text[pick.start : pick.end].strip()
    pairs = [index for index, pair in enumerate(view.pairs) if pair.value.strip() == words]
    return replace(pick, place=Place.PAIR, pair=pairs[0]) if words and len(pairs) == 1 else pick


# --- the page -----------------------------------------------------------------------------------------------------


class AskedMake(Wished):
    """draft: whether the rule is to be drafted already."""

    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value that may be a field. field: what it was chosen for, ''; guess: what it may be; place: for the form."""

    words: str
    place: str
    label: str = ""
    field: str = ""
    guess: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A piece of the mail as it is shown. value: index of the value that it is, -1 for none."""

    text: str
    value: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words that may be chosen to stand in every such mail."""

    words: str
    place: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What the page shows. closed: why no rule can be saved here, '' where one can; trouble: why there is no draft."""

    mail: MailRecord
    told: Told
    kind: Kind | None
    now: Kind
    rule: str
    provider: Provider | None
    needs_provider: bool
    fields: Sequence[str]
    values: Sequence[Value]
    subject: Sequence[Run]
    text: Sequence[Run]
    phrases: Sequence[Phrase]
    kin: Sequence[tuple[MailRecord, str]]
    query: str
    made: Made | None = None
    trouble: MaildError | None = None
    closed: MaildError | None = None

    kinds = tuple(kind.value for kind in KINDS)


def _load(desk: Desk, who: Who, asked: AskedMake) -> Making:
    maker = desk.rule_maker
    looked = maker.look(asked.mail_id, asked.kind or _supposed(maker, asked.mail_id))
    made, trouble = None, None
    try:
        asked = asked.settled(looked.view)
        if asked.draft:
            made = maker.draft(asked.mail_id, asked.wish(looked.view), asked.alike, asked.unlike)
    except DraftFault as error:
        trouble = error
    tokens = looked.tokens
    values = _values(asked, looked)
    provider = desk.services.rules.providers.of_address(looked.told.mail.author.address)
    main = looked.now.main
    return Making(
        mail=looked.mail,
        told=looked.told,
        kind=asked.kind,
        now=main.kind,
        rule=main.rule,
        provider=provider,
        needs_provider=provider is None and looked.view.party is Party.PROVIDER,
        fields=list(looked.fields),
        values=values,
        subject=list(_runs(looked.view.subject, tokens, Place.SUBJECT)),
        text=list(_runs(looked.view.text, tokens, Place.TEXT)),
        phrases=_phrases(asked, looked.view),
        kin=[(mail, _marked(asked, mail.id)) for mail in maker.kin(asked.mail_id)],
        query=asked.query(),
        made=made,
        trouble=trouble,
        closed=closed(desk),
    )


def _supposed(maker: RuleMaker, mail_id: int) -> Kind:
    """Before anybody said what it is: a provider's mail, for these are what rules are made of, or what it is now."""
    now = maker.look(mail_id, Kind.SHIPPED).now.main
    return (
        now.kind
        if now.kind not in NOT_TO_CHOOSE
        else Kind.STATUS_QUERY
        if now.party is Party.PATRON
        else (Kind.SHIPPED)
    )


def closed(desk: Desk) -> MaildError | None:
    """Why no rule can be saved in this office."""
    try:
        desk.rule_acts.ready()
    except MaildError as error:
        return error
    return None


def _values(asked: Wished, looked: Looked) -> list[Value]:
    """Those that were found, then those that somebody marked elsewhere in the mail."""
    chosen = {where: field for field, _, where in (one.partition("@") for one in asked.pick)}
    found = []
    for token in looked.tokens:
        where = _where(token)
        field = chosen.pop(where, "")
        if not field and token.place is Place.PAIR and token.start >= 0:
            field = chosen.pop(f"text:{token.start}-{token.end}", "")
        guess = token.field if token.field in looked.fields else ""
        found.append(Value(words=token.words, place=where, label=token.label, field=field, guess=guess))
    for where, field in chosen.items():
        if words := _words(_pick(f"{field}@{where}"), looked.view):
            found.append(Value(words=words, place=where, field=field))
    return found


def _words(pick: Pick, view: MailView) -> str:
    try:
        return pick.words(view)
    except DraftFault:
        return ""


def _where(token: Token) -> str:
    return f"pair:{token.pair}" if token.place is Place.PAIR else f"{token.place}:{token.start}-{token.end}"


def _runs(text: str, tokens: Sequence[Token], place: Place) -> Iterator[Run]:
    """The whole text, its values marked."""
    at = 0
    for index, token in sorted(enumerate(tokens), key=lambda one: one[1].start):
        inside = token.place is place or (token.place is Place.PAIR and place is Place.TEXT)
        if not inside or token.start < at:
            continue
        if token.start > at:
            yield Run(text=text[at : token.start])
        yield Run(text=text[token.start : token.end], value=index)
        at = token.end
    if at < len(text):
        yield Run(text=text[at:])


def _phrases(asked: Wished, view: MailView) -> list[Phrase]:
    chosen = dict.fromkeys(asked.must)
    found = [(f"{place}:{start}-{end}", words) for place, start, end, words in clauses(view)]
    known = {where for where, _ in found}
    more = [(where, _words(_pick(f"words@{where}"), view)) for where in chosen if where not in known]
    return [Phrase(words=words, place=where, chosen=where in chosen) for where, words in [*found, *more] if words]


def _marked(asked: Wished, mail_id: int) -> str:
    return "alike" if mail_id in asked.alike else "unlike" if mail_id in asked.unlike else ""


def _json(loaded: Making) -> object:
    made, trouble = loaded.made, loaded.trouble
    return {
        "mail_id": loaded.mail.id,
        "from": loaded.mail.sender,
        "subject": loaded.mail.subject,
        "proven": loaded.told.auth.passed,
        "kind_now": loaded.now.value,
        "rule_now": loaded.rule,
        "provider": loaded.provider.id if loaded.provider else "",
        "fields": list(loaded.fields),
        "kinds": [kind.value for kind in KINDS],
        "values": [
            {"words": v.words, "place": v.place, "label": v.label, "field": v.field, "guess": v.guess}
            for v in loaded.values
        ],
        "phrases": [{"words": p.words, "place": p.place, "chosen": p.chosen} for p in loaded.phrases],
        "kin": [
            {"mail_id": mail.id, "subject": mail.subject, "kind": mail.kind, "rule": mail.rule, "marked": marked}
            for mail, marked in loaded.kin
        ],
        "draft": drafted_json(made) if made else None,
        "trouble": {"what": trouble.what, "remedy": trouble.remedy} if trouble else None,
        "closed": {"what": loaded.closed.what, "remedy": loaded.closed.remedy} if loaded.closed else None,
    }


def drafted_json(made: Made) -> Mapping[str, object]:
    """A draft for programs."""
    draft = made.draft
    return {
        "name": draft.name,
        "text": draft.text,
        "providers": draft.providers,
        "finds": dict(draft.expected),
        "notes": list(draft.notes),
        "problems": list(made.problems),
    }


VIEWS = (
    View(
        name="rules.make",
        path="/rules/from-mail/{mail_id:int}",
        input=AskedMake,
        load=_load,
        json=_json,
        template="rule_maker/make.html.j2",
        role=Role.LIBRARIAN,
        summary="A mail to be pointed into, and the rule that is drafted of what was pointed at.",
    ),
)
