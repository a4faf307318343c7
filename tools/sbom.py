"""What a package holds of others, as CycloneDX 1.6 JSON: each Python distribution with version and licence.

python tools/sbom.py VENV > maild.cdx.json

A wheel holds nothing of others: its bill says what it needs, as requirements-runtime.lock has it, with the hashes of the
files that may be installed (hatch_build.py).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any


def bill(site: list[str]) -> dict[str, Any]:
    """The bill of the distributions that lie in these folders; the same folders give the same bill."""
    found = sorted(distributions(path=site), key=lambda one: one.name.lower())
    own = next((one for one in found if one.name == "maild"), None)
    refs = {
        name_of(one.name): _ref(one) for one in found
    }  # once: a name is read from its file whenever it is asked for
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": _component(own)} if own else {},
        "components": [_component(one) for one in found if one.name != "maild"],
        "dependencies": [{"ref": _ref(one), "dependsOn": sorted(_needs(one, refs))} for one in found],
    }  # fmt: skip


def locked_bill(lock: str, version: str, licence: str = "") -> dict[str, Any]:
    """The bill of what a lock of uv names; the same lock gives the same bill. What holds elsewhere only is in it as well."""
    found = dict(_locked(lock))
    refs = {name: f"pkg:pypi/{name}@{one['version']}" for name, one in found.items()}
    own = f"pkg:pypi/maild@{version}"
    needs = {ref: sorted(refs[name] for name, one in found.items() if by in one["via"]) for by, ref in refs.items()}
    needs[own] = sorted(refs[name] for name, one in found.items() if "maild" in one["via"])
    licences = {"licenses": [{"license": {"name": licence}}]} if licence else {}
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": {"type": "application", "name": "maild", "version": version, "bom-ref": own,
                                   "purl": own, **licences}},
        "components": [
            {"type": "library", "name": name, "version": one["version"], "bom-ref": refs[name], "purl": refs[name],
             "externalReferences": [{"type": "distribution", "url": refs[name], "hashes": [{"alg": "SHA-256", "content": each}]}
                                    for each in one["hashes"]]}
            for name, one in found.items()
        ],
        "dependencies": [{"ref": ref, "dependsOn": needs[ref]} for ref in sorted(needs)],
    }  # fmt: skip


def pinned(lock: str) -> dict[str, str]:
    """Version by name."""
    return {name: one["version"] for name, one in _locked(lock)}


def _locked(lock: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each pinned distribution: version, hashes, and who needs it."""
    pins = list(re.finditer(r"^([\w.-]+)(?:\[[^\]]*\])?==([\w.+!-]+)", lock, re.MULTILINE))
    for pin, following in zip(pins, [*pins[1:], None], strict=True):
        block = lock[pin.end() : following.start() if following else len(lock)]
        via = re.findall(r"^    #(?: via)? +(?!via)([\w.-]+)", block, re.MULTILINE)
        yield name_of(pin[1]), {
            "version": pin[2], "hashes": re.findall(r"--hash=sha256:([0-9a-f]{64})", block), "via": {name_of(one) for one in via},
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


def _needs(one: Distribution, refs: Mapping[str, str]) -> Iterator[str]:
    """Of what it names those that are there: extras and other platforms leave nothing behind. refs: package URL by name."""
    named = {line.split(";")[0].split("[")[0].strip(" (").split(" ")[0] for line in one.requires or []}
    plain = {name_of(each.rstrip("<>=!~.0123456789,")) for each in named}
    yield from (refs[name] for name in plain if name in refs)


def name_of(text: str) -> str:
    """As PEP 503 compares names."""
    return text.lower().replace("_", "-").replace(".", "-")


if __name__ == "__main__":
    print(json.dumps(bill([str(path) for path in Path(sys.argv[1]).glob("lib/python3.*/site-packages")]), indent=1))
