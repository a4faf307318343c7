"""The DMARC policy of a From domain (RFC 7489 sections 3.2 and 6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maild.authenticate.domains import organisational
from maild.authenticate.keys import NoTags, parse_tags

if TYPE_CHECKING:
    from maild.ports import DnsAnswers

POLICIES = ("none", "quarantine", "reject")


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcPolicy:
    """`policy` '' where none is published or known; `unknown`: it could not be looked up now.

    strict_dkim (adkim=s) and strict_spf (aspf=s): only the very same domain is aligned.
    """

    policy: str = ""
    strict_dkim: bool = False
    strict_spf: bool = False
    unknown: bool = False

    @property
    def enforced(self) -> bool:
        return self.policy in ("quarantine", "reject")


def policy_names(domain: str) -> tuple[str, ...]:
    """The names to ask: the domain's own record, then its organisation's (section 6.6.3)."""
    if not domain:
        return ()
    return tuple(dict.fromkeys((f"_dmarc.{domain}", f"_dmarc.{organisational(domain)}")))


def find_policy(domain: str, answers: DnsAnswers) -> DmarcPolicy:
    """Read the policy out of the answers. Names that were not asked for count as not published."""
    for name in policy_names(domain):
        strings = answers.get(name, ())
        if strings is None:
            return DmarcPolicy(unknown=True)
        records = [tags for tags in map(_record, strings) if tags]
        if len(records) > 1:
            return DmarcPolicy()  # section 6.6.3: several records, no policy
        if records:
            return _policy(records[0], inherited=name != f"_dmarc.{domain}")
    return DmarcPolicy()


def _record(string: str) -> dict[str, str]:
    """The tags of a DMARC record, or none where the string is something else."""
    if not string.lstrip().startswith("v"):
        return {}
    try:
        tags = parse_tags(string)
    except NoTags:
        return {}
    return {name.lower(): value for name, value in tags.items()} if tags.get("v") == "DMARC1" else {}


def _policy(tags: dict[str, str], *, inherited: bool) -> DmarcPolicy:
    policy = tags.get("p", "none").lower()
    if inherited:
        policy = tags.get("sp", policy).lower()
    return DmarcPolicy(
        policy=policy if policy in POLICIES else "none",
        strict_dkim=tags.get("adkim", "r").lower() == "s",
        strict_spf=tags.get("aspf", "r").lower() == "s",
    )
