"""Changing the words of notices, and trying them on oneself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

from maild.console import SAY
from maild.console.pages.notices import Draft, Look, names
from maild.domain.desk.access import Role
from maild.domain.errors import NotFound, Permanent
from maild.domain.requests.patron import PatronKind
from maild.notify.language.locales import LOCALES
from maild.office import SAY as COMMON
from maild.office.acting.act import By, Given, Id, Line, Seen, act
from maild.office.acting.result import ActResult, Apart

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.office.workshop.notice_acts import NoticeActs

Body = Annotated[str | None, Given(most=40_000)]
Note = Annotated[str, Given(most=2000)]


class WordActs:
    """Raises NotFound, Permanent (with the reason and the remedy), StaleVersion where a colleague was faster."""

    def __init__(self, acts: NoticeActs) -> None:
        self._acts = acts

    @act("notices.save", "/notices/{kind}/save", role=Role.ADMINISTRATOR, command=None)
    def save(
        self,
        kind: str,
        *,
        actor: str,
        locale: str = "",
        patron: PatronKind = PatronKind.INTERNAL,
        bare: bool = False,
        subject: Body = None,
        text: Body = None,
        html: Body = None,
        note: Note = "",
        forms: Annotated[tuple[str, ...], Given(help="Which of the words are given, empty ones included.")] = (),
        seen: Annotated[Mapping[str, Id], Given(help="By form, the version that the author had.")] = MappingProxyType(
            {}
        ),
    ) -> ActResult:
        """Take new words of a notice into force; refused where they do not do its work.

        Raises Permanent without a language or where words are empty, NotFound, and as NoticeActs.save.
        """
        draft = Draft(kind=kind, locale=locale, patron=patron, bare=bare, subject=subject, text=text, html=html)
        if locale not in LOCALES:
            raise Permanent(SAY("say_language"), remedy=COMMON("one_of", names=", ".join(LOCALES)))
        there = names(kind, locale, self._acts)
        if not there:
            raise NotFound(SAY("no_kind", name=repr(kind)), remedy="maild notices list")
        for form in forms:
            if form in there and not (getattr(draft, form) or "").strip():
                raise Permanent(SAY("words_empty", name=there[form]), remedy=SAY("take_shipped"))
        versions = {there[form]: version for form, version in seen.items() if form in there}
        return self._acts.save(draft.bodies(self._acts), note=note, actor=actor, seen=versions)

    @act("notices.restore", "/notices/{kind}/restore", role=Role.ADMINISTRATOR, command=None)
    def restore(
        self,
        kind: str,
        name: Line,
        *,
        actor: str,
        version: Annotated[Id, Given(help="Which; 0 for the shipped words.")] = 0,
        seen: Annotated[Id, Given(help="The version in force that the author had.")] = 0,
        note: Note = "",
    ) -> ActResult:
        """Take a former version of a template into force again, or the shipped one.

        Raises NotFound where the template is another notice's, and as NoticeActs.restore.
        """
        if not name.startswith(f"{kind}."):
            raise NotFound(SAY("no_template", name=name, kind=kind), remedy="maild notices versions")
        return self.back(name, actor=actor, version=version or None, note=note, seen=seen)

    @act("notices.back", role=Role.ADMINISTRATOR, command="notices restore")
    def back(
        self,
        name: Annotated[str, Given(help="The template: <kind>.<locale>.<form>.j2", word=True)],
        *,
        actor: str,
        version: Annotated[int | None, Given(help="Which one; left out: as shipped.")] = None,
        note: Annotated[Note, Given(help="Why; kept with the version.")] = "",
        seen: Annotated[Seen, Given(help="The version you began from; left out: the newest.")] = None,
    ) -> ActResult:
        """Take a former version into force again, or the shipped words.

        Raises as NoticeActs.restore and as_shipped.
        """
        base = self._acts.template(name).version if seen is None else seen
        if version is None:
            done = self._acts.as_shipped(name, actor=actor, seen=base, note=note)
        else:
            done = self._acts.restore(version, of=name, actor=actor, seen=base, note=note)
        return Apart(done=done.done, data={"name": name})

    @act("notices.test", "/notices/{kind}/test", command=None)
    def test(
        self,
        kind: str,
        to: Annotated[str, Given(least=3, most=320)],
        *,
        by: By,
        locale: str = "",
        patron: PatronKind = PatronKind.INTERNAL,
        bare: bool = False,
        confirmed: Annotated[
            bool, Given(help="An administrator means an address that is none of the office's.")
        ] = False,
    ) -> ActResult:
        """Send a notice with invented data to an address of the office, marked [test]."""
        return self._acts.send_test(
            Look(kind=kind, locale=locale, patron=patron, bare=bare).shown,
            to,
            actor=by.name,
            locale=locale if locale in LOCALES else "",
            patron=patron,
            confirmed=confirmed and by.role.may(Role.ADMINISTRATOR),
        )


def word_acts(services: Services) -> WordActs:
    """For these services."""
    return WordActs(services.notice_acts)
