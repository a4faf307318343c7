"""maild rules: what the rules are, whether their examples hold, and why one fires or not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from maild.cli import show
from maild.cli.context import CALL, services
from maild.cli.made import noun
from maild.cli.reading import drift, rules_acts
from maild.domain.errors import NotFound

app = typer.Typer(help="Rules: which mail is what.", no_args_is_help=True, cls=noun("rules"))


@app.command("list")
def list_() -> None:
    """List the rules in their order."""
    with services() as made:
        rules = made.rules.rules
        seen = {file.name: file.seen for file in made.rule_files.all()} if CALL.json else {}
    columns = ("name", "title", "party", "provider", "kind", "event", "examples", "synthetic")
    rows = (
        {
            "name": r.name,
            "title": r.title,
            "party": r.party.value,
            "provider": r.provider,
            "kind": r.kind.value if r.kind else "",
            "event": r.event.value if r.event else "",
            "examples": len(r.examples),
            "synthetic": r.synthetic,
            "file": r.file,
            "seen": seen.get(r.name, ""),
        }
        for r in rules
    )
    show.table(rows, columns, empty="no rules")


@app.command("test")
def test() -> None:
    """Run every example of every rule and of every receipt layout. Exit 1 if one does not go as expected."""
    from maild.parse import parse_mail
    from maild.receipts import examples, loading

    with services() as made:
        results = made.rule_examples(parse_mail)
        known = loading.load(
            made.settings.rules.folder, office=made.settings.office, number=made.settings.matching.transaction_number
        )
        misread = list(examples.failures(known, made.settings.office))
    failed = [r for r in results if not r.passed]
    shown = results if CALL.json else failed
    for r in shown:
        got = r.got.value if r.got else None
        row = {
            "rule": r.rule,
            "mail": r.mail,
            "passed": r.passed,
            "expected": r.expected.value,
            "got": got,
            "problems": list(r.problems),
        }
        if CALL.json:
            show.dump(row)
        else:
            show.say(f"{r.rule}: {r.mail}")
            for problem in r.problems:
                show.say(f"    {problem}")
    for line in misread:
        if CALL.json:
            show.dump({"rule": "receipts", "mail": "", "passed": False, "problems": [line]})
        else:
            show.say(line)
    if not CALL.json:
        show.say(f"{len(results)} examples, {len(failed)} failed")
        show.say(f"{examples.count(known)} examples of receipts, {len(misread)} values misread")
    if failed or misread:
        raise typer.Exit(1)


app.command("drift")(drift.drift)
app.command("hits")(rules_acts.hits)
app.command("try")(rules_acts.try_)
app.command("versions")(rules_acts.versions)


@app.command("explain")
def explain(
    rule: Annotated[str, typer.Argument(help="Name of the rule, e.g. 20-calis-shipped.")],
    mail: Annotated[Path, typer.Argument(help="Mail file (.eml).")],
    dns: Annotated[str, typer.Option(help="DNS answers: a JSON file, or 'none' for no look-up.")] = "",
) -> None:
    """Say why a rule fires on a mail or not, demand by demand."""
    from maild.authenticate import authenticate, questions_of
    from maild.authenticate.resolver import NoResolver, load_static
    from maild.parse import parse_mail

    try:
        raw = mail.read_bytes()
    except OSError as error:
        raise NotFound(f"{mail}: {error.strerror}", remedy="give a mail file") from error
    resolver = NoResolver() if dns == "none" else load_static(Path(dns)) if dns else None
    with services(resolver=resolver) as made:
        parsed = parse_mail(raw)
        auth = authenticate(
            raw,
            parsed.author,
            len(parsed.from_),
            made.resolver.txt(questions_of(raw)),
            authserv_id=made.settings.authentication.authserv_id,
            now=made.clock.now(),
            hosts=made.read_settings.hosts,
            sealers=made.read_settings.sealers,
        )
        lines = made.rules.explain(rule, parsed, auth)
    if CALL.json:
        show.dump(
            {
                "rule": rule,
                "mail": str(mail),
                "auth": auth.verdict.value,
                "fires": lines[-1].startswith("fires"),
                "lines": lines,
            }
        )
        return
    for line in lines:
        show.say(line)
