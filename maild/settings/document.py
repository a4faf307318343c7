"""The options in words: docs/configuration.md and the annotated file that `maild init` writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from maild.config import Settings
from maild.settings.environment import variable
from maild.settings.schema import FILE_SUFFIX, Option, Section, sections
from maild.settings.values import wanted

_INTRO = """\
# Configuration

This page is generated from `maild/config.py` (`make docs`): change the text there.

maild reads one TOML file: the one given with `--config`, else `/etc/maild/maild.toml`, else `./maild.toml`.
`maild init` writes an annotated one. Every option may also come from the environment, which wins:
`MAILD_STORE__URL` sets `url` of `[store]`. Lists are written with commas or as JSON; `MAILD_MAILBOX__HOST`
speaks of the first mailbox, `MAILD_MAILBOX__1__HOST` of the second. Relative paths in the file start at the
file's own folder.

Secrets do not belong into the file. Each has a twin with `_file` at its end that names a file holding the
secret alone (mode 0600); or it comes as a systemd credential called `section.option`
(`LoadCredential=smtp.password:…`; for a mailbox `mailbox.NAME.password`); or from the environment.

An unknown name, a wrong type, or a value out of range stops maild with exit code 2 and a message that names
the option, the file and line, and the remedy. `maild check` looks further: at folders, servers and DNS.
"""


def toml_value(value: Any) -> str:
    """A default in TOML's notation."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value:_}" if value >= 10_000 and value % 1000 == 0 else str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    text = value.reveal() if hasattr(value, "reveal") else str(value)
    return f"'{text}'" if "\\" in text and "'" not in text else json.dumps(text, ensure_ascii=False)


def options_markdown() -> str:
    """docs/configuration.md."""
    parts = [_INTRO]
    for section in sections().values():
        header = f"[[{section.name}]]" if section.many else f"[{section.name}]"
        parts.append(f"\n## `{header}`\n\n{section.help}\n")
        parts.append("| option | takes | default | meaning |\n| --- | --- | --- | --- |")
        parts += [_row(option) for option in section.options.values()]
    return "\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _row(option: Option) -> str:
    default = f"`{_cell(toml_value(option.default))}`"
    takes = wanted(option)
    name = f"`{option.name}`"
    if option.is_secret:
        name, default, takes = f"`{option.name}`, `{option.name}{FILE_SUFFIX}`", "", "a secret"
    return f"| {name} | {_cell(takes)} | {default} | {_cell(option.help)} |"


def annotated_toml(settings: Settings | None = None, files: dict[str, str] | None = None) -> str:
    """A complete TOML file: each option with its help; what equals the default is commented out.

    `files` gives the `…_file` of secrets by 'section.option' ('mailbox.NAME.password' for mailboxes).
    A secret's value is never written.
    """
    shown, files = settings or Settings(), files or {}
    lines = ["# maild's configuration. `maild check` tells whether it works; docs/configuration.md explains it."]
    for section in sections().values():
        values = getattr(shown, section.name)
        for row in values if section.many else (values,):
            lines += ["", f"# {section.help}", f"[[{section.name}]]" if section.many else f"[{section.name}]"]
            for option in section.options.values():
                lines += _lines(section, option, row, files)
    return "\n".join(lines) + "\n"


def _lines(section: Section, option: Option, row: Any, files: dict[str, str]) -> Iterator[str]:
    yield ""
    yield f"# {option.help}"
    note = wanted(option)
    if not option.is_secret and note != "a string in quotes":
        yield f"# Takes {note}."
    if option.is_secret:
        key = f"{section.name}.{row.name}.{option.name}" if section.many else option.path
        path = files.get(key)
        name = f"{option.name}{FILE_SUFFIX}"
        yield f"{name} = {toml_value(path)}" if path else f'# {name} = "/etc/maild/{key}"'
        yield f"# or the environment variable {variable(section.name, option.name)}"
        return
    value = getattr(row, option.name)
    value = str(value) if isinstance(value, Path) else value
    setting = f"{option.name} = {toml_value(value)}"
    changed = getattr(row, option.name) != option.default
    yield setting if changed else f"# {setting}"
