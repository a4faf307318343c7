"""Values of options that are what they have to be are taken as they are.

typer makes a validator of pydantic for each option of a command, be it for a text that is to be a text: loading it
took a sixth of `maild queue list`. What has to be turned into something, or is wrong, goes typer's own way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer.core
from typer._coercion import RuntimeParam, TypeDescriptor
from typer.core import build_runtime_param  # type: ignore[attr-defined]  # where it is used, and replaced

if TYPE_CHECKING:
    from typer.core import _TyperParameter


class _Plain(RuntimeParam):
    """One option's or argument's values."""

    def _coerce_value(self, value: Any, param: _TyperParameter, ctx: Any) -> Any:
        return value if self._right(value) else self._typers(param)._coerce_value(value, param, ctx)

    def _right(self, value: Any) -> bool:
        told = self.parameter_info
        if told.parser is not None or type(value) is not self.annotation:
            return False
        if isinstance(value, int):
            return (told.min is None or value >= told.min) and (told.max is None or value <= told.max)
        return isinstance(value, str)

    @staticmethod
    def _typers(param: _TyperParameter) -> RuntimeParam:
        return build_runtime_param(param.type_descriptor)


def _plain(descriptor: TypeDescriptor) -> RuntimeParam:
    return _Plain(descriptor.parameter_info, descriptor.annotation)


def spare_pydantic() -> None:
    """Let all commands of this process do so."""
    typer.core.build_runtime_param = _plain  # type: ignore[attr-defined]
