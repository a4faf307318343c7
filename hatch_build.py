"""The wheel's bill of materials (PEP 770): what maild needs, as it was locked and tested, below *.dist-info/sboms/."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "maild.cdx.json"


class BillHook(BuildHookInterface):  # type: ignore[type-arg]
    """hatchling's custom hook. Writes below build/, which is no part of the sources."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """As hatchling says. Raises FileNotFoundError where the lock is missing."""
        if version == "editable":  # nothing is handed on
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from tools.sbom import locked_bill
        finally:
            sys.path.remove(str(root))
        core = self.metadata.core
        made = locked_bill(
            (root / "requirements-runtime.lock").read_text("utf-8"), self.metadata.version, core.license_expression
        )
        file = root / "build" / "sboms" / NAME
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(made, separators=(",", ":")) + "\n", "utf-8")
        build_data["sbom_files"].append(str(file.relative_to(root)))
