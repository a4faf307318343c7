"""Where the data that ship with maild lie: rules, templates."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from maild.domain.errors import ConfigError


def data_folder(name: str) -> Path:
    """The shipped folder `name` ('rules', 'templates'): inside an installed wheel, else the source tree.

    Raises ConfigError where neither has it: the installation is incomplete.
    """
    package = Path(str(files("maild")))
    for folder in (package / "_data" / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise ConfigError(f"the shipped folder {name!r} is missing", remedy="install maild again from its wheel")
