"""What a package holds of others, as CycloneDX 1.6 JSON: each Python distribution with version, licence and its own hash.

python tools/sbom.py VENV > maild.cdx.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any


def bill(site: list[str]) -> dict[str, Any]:
    """The bill of the distributions that lie in these folders; the same folders give the same bill."""
    found = sorted(distributions(path=site), key=lambda one: one.name.lower())
    own = next((one for one in found if one.name == "maild"), None)
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": _component(own)} if own else {},
        "components": [_component(one) for one in found if one.name != "maild"],
        "dependencies": [{"ref": _ref(one), "dependsOn": sorted(_needs(one, found))} for one in found],
    }  # fmt: skip


def _component(one: Distribution) -> dict[str, Any]:
    licence = one.metadata.get("License-Expression") or _classified(one) or one.metadata.get("License") or ""
    made: dict[str, Any] = {"type": "application" if one.name == "maild" else "library", "name": one.name,
                            "version": one.version, "bom-ref": _ref(one), "purl": _ref(one)}  # fmt: skip
    if licence:
        made["licenses"] = [{"license": {"name": licence.splitlines()[0][:120]}}]
    return made


def _classified(one: Distribution) -> str:
    named = [line.rpartition(" :: ")[2] for line in one.metadata.get_all("Classifier") or [] if "License ::" in line]
    return " AND ".join(named)


def _ref(one: Distribution) -> str:
    return f"pkg:pypi/{one.name.lower().replace('_', '-')}@{one.version}"


def _needs(one: Distribution, found: list[Distribution]) -> Iterator[str]:
    """Of what it names those that are there: extras and other platforms leave nothing behind."""
    named = {line.split(";")[0].split("[")[0].strip(" (").split(" ")[0] for line in one.requires or []}
    plain = {_name(each.rstrip("<>=!~.0123456789,")) for each in named}
    yield from {_ref(each) for each in found if _name(each.name) in plain}


def _name(text: str) -> str:
    return text.lower().replace("_", "-").replace(".", "-")


if __name__ == "__main__":
    print(json.dumps(bill([str(path) for path in Path(sys.argv[1]).glob("lib/python3.*/site-packages")]), indent=1))
