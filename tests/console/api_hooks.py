"""For schemathesis (SCHEMATHESIS_HOOKS): the document's parameters and bodies name things that are in the test's office.

What they are the test writes into the file that API_EXAMPLES names: operation → body, 'operation.parameter' or
'parameter' → value.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import schemathesis


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    """Give every operation the examples that there are for it."""
    known = json.loads(Path(os.environ["API_EXAMPLES"]).read_text("utf-8"))
    for path in raw_schema["paths"].values():
        for operation in path.values():
            name = operation["operationId"]
            for parameter in operation["parameters"]:
                value = known.get(f"{name}.{parameter['name']}", known.get(parameter["name"]))
                if value is not None and parameter["in"] == "path":
                    parameter["example"] = int(value) if parameter["schema"]["type"] == "integer" else value
            if name in known:
                operation["requestBody"]["content"]["application/json"]["example"] = known[name]
