"""Manual pages and shell completions, made from the tree of commands and the table of options.

python tools/manual.py ROOT          below ROOT/usr/share: man/man1/maild*.1.gz, man/man5/maild.toml.5.gz, completions
"""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import typer  # noqa: E402
from typer.core import TyperGroup  # noqa: E402

from maild import __version__  # noqa: E402
from maild.cli.app import app  # noqa: E402
from maild.settings import options_markdown  # noqa: E402

FILES = {
    "/etc/maild/maild.toml": "the configuration; maild.toml(5)",
    "/etc/maild/secrets, /etc/credstore/maild.*": "passwords and keys, each in a file of mode 0600",
    "/var/lib/maild": "the database and the mails as they came",
    "/usr/share/doc/maild/operations.md": "the handbook",
}
EXITS = {"0": "done", "1": "no, or failed", "2": "the command was misused, or the configuration is wrong"}


def pages() -> dict[str, str]:
    """Every manual page: its path below usr/share/man → roff (man(7))."""
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    found = {"man1/maild.1": "".join(_root(root))}
    for name, command in sorted(root.commands.items()):
        found[f"man1/maild-{name}.1"] = "".join(_page(f"maild {name}", command))
    return {**found, "man5/maild.toml.5": "".join(_options())}


def completions() -> dict[str, str]:
    """What bash, zsh and fish complete: path below usr/share → script. They ask the command itself, so never age."""
    return {
        "bash-completion/completions/maild": (
            "_maild() {\n    local IFS=$'\\n'\n    COMPREPLY=($(COMP_WORDS=\"${COMP_WORDS[*]}\" COMP_CWORD=$COMP_CWORD "
            "_MAILD_COMPLETE=complete_bash maild 2>/dev/null))\n}\ncomplete -o default -F _maild maild\n"
        ),
        "zsh/vendor-completions/_maild": (
            '#compdef maild\neval $(env _TYPER_COMPLETE_ARGS="${words[1,$CURRENT]}" _MAILD_COMPLETE=complete_zsh maild)\n'
        ),
        "fish/vendor_completions.d/maild.fish": (
            "complete --command maild --no-files --arguments "
            '"(env _MAILD_COMPLETE=complete_fish _TYPER_COMPLETE_FISH_ACTION=get-args _TYPER_COMPLETE_ARGS=(commandline -cp)'
            ' maild)"\n'
        ),
    }


def _head(name: str, section: int, what: str) -> Iterator[str]:
    yield f'.TH {name.upper().replace(" ", "-")} {section} "" "maild {__version__}" "maild"\n'
    yield f".SH NAME\n{_text(name.replace(' ', '-'))} \\- {_text(what)}\n"


def _root(root: TyperGroup) -> Iterator[str]:
    yield from _head("maild", 1, _first(root.help or ""))
    yield ".SH SYNOPSIS\n.B maild\n[\\-\\-config FILE] [\\-\\-json] COMMAND [ARGUMENTS]\n"
    yield ".SH DESCRIPTION\n"
    yield from _paragraphs(root.help or "")
    yield from _parameters(root)
    yield ".SH COMMANDS\n"
    for name, command in sorted(root.commands.items()):
        yield f".TP\n\\fBmaild\\-{_text(name)}\\fR(1)\n{_text(_first(command.help or ''))}\n"
    yield ".SH EXIT STATUS\n" + "".join(f".TP\n{code}\n{_text(what)}\n" for code, what in EXITS.items())
    yield ".SH FILES\n" + "".join(f".TP\n.I {_text(path)}\n{_text(what)}\n" for path, what in FILES.items())
    yield ".SH SEE ALSO\n.BR maild.toml (5),\n.BR systemctl (1)\n"


def _page(name: str, command: Any) -> Iterator[str]:
    yield from _head(name, 1, _first(command.help or ""))
    yield f".SH SYNOPSIS\n{_synopsis(name, command)}"
    yield ".SH DESCRIPTION\n"
    yield from _paragraphs(command.help or "")
    yield from _parameters(command)
    if isinstance(command, TyperGroup):
        yield ".SH COMMANDS\n"
        for sub, each in sorted(command.commands.items()):
            yield f".SS {_text(name)} {_text(sub)}\n{_synopsis(f'{name} {sub}', each)}.PP\n"
            yield from _paragraphs(each.help or "")
            yield from _parameters(each, heading="")
    yield ".SH SEE ALSO\n.BR maild (1),\n.BR maild.toml (5)\n"


def _synopsis(name: str, command: Any) -> str:
    context = command.make_context(name, [], resilient_parsing=True)
    words = " ".join(command.collect_usage_pieces(context))
    return f".B {_text(name)}\n{_text(words)}\n"


def _parameters(command: Any, heading: str = ".SH OPTIONS\n") -> Iterator[str]:
    context = command.make_context(command.name, [], resilient_parsing=True)
    rows = [record for each in command.get_params(context) if (record := _record(each, context))]
    if rows:
        yield heading
    for names, what in rows:
        yield f".TP\n\\fB{_text(names)}\\fR\n{_text(' '.join(what.split())) or 'As it says.'}\n"


def _record(parameter: Any, context: Any) -> tuple[str, str] | None:
    record = parameter.get_help_record(context)
    if record is None and parameter.param_type_name == "argument":
        return parameter.make_metavar(context), str(getattr(parameter, "help", "") or "")
    return record


def _options() -> Iterator[str]:
    """The table of options, which is Markdown, as a page of section 5."""
    yield from _head("maild.toml", 5, "the configuration of maild")
    yield ".SH DESCRIPTION\n"
    for line in options_markdown().splitlines()[1:]:
        if line.startswith("#"):
            yield f".SH {_text(line.lstrip('# ').replace('`', ''))}\n"
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            if cells[0].startswith("`"):
                name, rest = cells[0].strip("`"), [cell for cell in cells[1:] if cell]
                yield f".TP\n\\fB{_text(name)}\\fR\n{_text('; '.join(_plain(cell) for cell in rest))}\n"
        elif line.strip():
            yield f"{_text(_plain(line))}\n"
        else:
            yield ".PP\n"


def _plain(text: str) -> str:
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("`", "").replace("<br>", " ")


def _first(text: str) -> str:
    return text.strip().split("\n\n")[0].replace("\n", " ").split(". ")[0].rstrip(".")


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.strip().split("\n\n"):
        yield f"{_text(' '.join(paragraph.replace(chr(8), '').split()))}\n.PP\n"


def _text(text: Any) -> str:
    """Escaped: a backslash, a hyphen that is to be typed, a line that would be taken for a request (groff_man_style(7))."""
    safe = str(text).replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return f"\\&{safe}" if safe[:1] in (".", "'") else safe


def main(root: Path) -> None:
    """Write everything below root/usr/share."""
    for name, text in pages().items():
        path = root / "usr/share/man" / f"{name}.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
    for name, text in completions().items():
        path = root / "usr/share" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
