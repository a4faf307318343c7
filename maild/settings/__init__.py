"""Loading of the options that maild.config declares: a TOML file, secrets beside it, the environment on top.

Where two places set the same option, the stronger wins: the environment, then the file, then a systemd
credential (secrets only), then the default. Nothing is guessed: an unknown name, a wrong type, a value out
of range is an error that names the option, the place and the remedy, and all errors come at once.
"""

from __future__ import annotations

from maild.settings.document import annotated_toml, options_markdown
from maild.settings.faults import Fault, SettingsError
from maild.settings.load import Loaded, check_values, find_file, load, load_settings
from maild.settings.places import faults_for_run, require_for_run

__all__ = [
    "Fault",
    "Loaded",
    "SettingsError",
    "annotated_toml",
    "check_values",
    "faults_for_run",
    "find_file",
    "load",
    "load_settings",
    "options_markdown",
    "require_for_run",
]
