"""Typed dataclasses ⇄ JSON values, by their annotations; bytes go into frames beside the JSON.

A dataclass becomes the list of its fields, in order: both sides run the same code. Decoding checks every
type and length, so that a captured worker can hand over wrong values but never values of a wrong shape.
Encoders and decoders are built once for each type.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from maild.texts import Sentence, code_of, said_again

T = TypeVar("T")
Frames = list[bytes]
Encode = Callable[[Any, Frames], Any]
Decode = Callable[[Any, Frames], Any]
_SCALARS = (str, int, bool)


class CodecFault(ValueError):
    """A JSON value does not have the shape of its type."""


def encode(kind: Any, value: Any, frames: Frames) -> Any:
    """The JSON value of `value`; its bytes are appended to `frames`."""
    return _encoder(kind)(value, frames)


def decode(kind: type[T], value: Any, frames: Frames) -> T:
    """The reverse. Raises CodecFault on anything `encode` would not have made."""
    try:
        known: Any = kind
        result: T = _decoder(known)(value, frames)
    except RecursionError as error:
        raise CodecFault("nested too deeply") from error
    return result


def _plain(value: Any, frames: Frames) -> Any:
    return value


def _is_plain(kind: Any) -> bool:
    """Whether values of the type are JSON as they are."""
    if kind in _SCALARS or kind is float or kind is type(None):
        return True
    return _is_union(kind) and all(map(_is_plain, get_args(kind)))


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, types.UnionType)


def _optional(kind: Any) -> Any:
    """X of 'X | None'; raises TypeError on other unions."""
    args = [arg for arg in get_args(kind) if arg is not type(None)]
    if len(args) != 1 or len(get_args(kind)) != 2:
        raise TypeError(f"no codec for {kind}")
    return args[0]


@cache
def _encoder(kind: Any) -> Encode:
    if _is_plain(kind):
        return _plain
    if _is_union(kind):
        return _encode_optional(_optional(kind))
    if kind is bytes:
        return _encode_bytes
    if kind is datetime or kind is date:
        return lambda value, frames: value.isoformat()
    if kind is Decimal:
        return lambda value, frames: str(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value, frames: value.value
    if isinstance(kind, type) and is_dataclass(kind):
        return _encode_dataclass(kind)
    return _encode_container(kind)


def _encode_bytes(value: bytes, frames: Frames) -> int:
    frames.append(value)
    return len(frames) - 1


def _encode_optional(kind: Any) -> Encode:
    inner = _encoder(kind)
    return lambda value, frames: None if value is None else inner(value, frames)


def _encode_container(kind: Any) -> Encode:
    origin, args = get_origin(kind), get_args(kind)
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        if args[0] is str:
            return _encode_texts
        inner = _encoder(args[0])
        if inner is _plain:
            return lambda value, frames: list(value)
        return lambda value, frames: [inner(each, frames) for each in value]
    if origin is tuple:
        inners = [_encoder(arg) for arg in args]
        if all(inner is _plain for inner in inners):
            return _plain
        return lambda value, frames: [inner(each, frames) for inner, each in zip(inners, value, strict=True)]
    if origin in (Mapping, dict) and args[0] is str:
        inner = _encoder(args[1])
        return lambda value, frames: {key: inner(each, frames) for key, each in value.items()}
    raise TypeError(f"no codec for {kind}")


def _encode_texts(value: tuple[str, ...], frames: Frames) -> list[object]:
    """A sentence goes by its code: it is said again on the other side."""
    return [code_of(each) if isinstance(each, Sentence) else each for each in value]


def _encode_dataclass(kind: type[Any]) -> Encode:
    names = [field.name for field in fields(kind)]
    get = attrgetter(*names) if len(names) > 1 else None
    special: list[tuple[int, Encode]] | None = None  # built at first use: a class may hold itself (forwarded mails)

    def run(value: Any, frames: Frames) -> list[Any]:
        nonlocal special
        if special is None:
            hints = get_type_hints(kind)
            special = [(i, _encoder(hints[name])) for i, name in enumerate(names) if not _is_plain(hints[name])]
        values = list(get(value)) if get else [getattr(value, names[0])]
        for index, inner in special:
            values[index] = inner(values[index], frames)
        return values

    return run


@cache
def _decoder(kind: Any) -> Decode:
    if kind is type(None) or kind in _SCALARS:
        return _decode_exact(kind)
    if kind is float:
        return _decode_float
    if _is_union(kind):
        return _decode_optional(_optional(kind))
    if kind is bytes:
        return _decode_bytes
    if kind is datetime or kind is date:
        return _decode_text(kind.fromisoformat)
    if kind is Decimal:
        return _decode_text(Decimal)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _decode_text(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return _decode_dataclass(kind)
    return _decode_container(kind)


def _decode_exact(kind: type) -> Decode:
    def run(value: Any, frames: Frames) -> Any:
        if type(value) is not kind:
            raise CodecFault(f"{kind.__name__} expected, not {type(value).__name__}")
        return value

    return run


def _decode_float(value: Any, frames: Frames) -> float:
    if type(value) not in (float, int):
        raise CodecFault(f"float expected, not {type(value).__name__}")
    return float(value)


def _decode_bytes(value: Any, frames: Frames) -> bytes:
    if type(value) is not int or not 0 <= value < len(frames):
        raise CodecFault("no such frame")
    return frames[value]


def _decode_text(make: Callable[[str], Any]) -> Decode:
    def run(value: Any, frames: Frames) -> Any:
        if type(value) is not str:
            raise CodecFault(f"text expected, not {type(value).__name__}")
        try:
            return make(value)
        except (ValueError, InvalidOperation) as error:
            raise CodecFault(str(error)) from error

    return run


def _decode_optional(kind: Any) -> Decode:
    inner = _decoder(kind)
    return lambda value, frames: None if value is None else inner(value, frames)


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise CodecFault(f"list expected, not {type(value).__name__}")
    return value


def _decode_container(kind: Any) -> Decode:
    origin, args = get_origin(kind), get_args(kind)
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        if args[0] is str:
            return _decode_texts
        inner = _decoder(args[0])
        return lambda value, frames: tuple([inner(each, frames) for each in _list(value)])
    if origin is tuple:
        inners = [_decoder(arg) for arg in args]
        return lambda value, frames: tuple(_each(inners, value, frames))
    if origin in (Mapping, dict) and args[0] is str:
        inner = _decoder(args[1])
        return lambda value, frames: MappingProxyType(_decode_items(inner, value, frames))
    raise TypeError(f"no codec for {kind}")


def _decode_texts(value: Any, frames: Frames) -> tuple[str, ...]:
    return tuple([each if type(each) is str else _said_again(each) for each in _list(value)])


def _said_again(row: object) -> str:
    try:
        return said_again(row)
    except ValueError as error:
        raise CodecFault(str(error)) from error


def _decode_items(inner: Decode, value: Any, frames: Frames) -> dict[str, Any]:
    if type(value) is not dict:
        raise CodecFault(f"object expected, not {type(value).__name__}")
    return {key: inner(each, frames) for key, each in value.items()}


def _each(inners: list[Decode], value: Any, frames: Frames) -> list[Any]:
    values = _list(value)
    if len(values) != len(inners):
        raise CodecFault(f"{len(inners)} values expected, not {len(values)}")
    return [inner(each, frames) for inner, each in zip(inners, values, strict=True)]


def _decode_dataclass(kind: type[Any]) -> Decode:
    names = [field.name for field in fields(kind)]
    inners: list[Decode] | None = None

    def run(value: Any, frames: Frames) -> Any:
        nonlocal inners
        if inners is None:
            hints = get_type_hints(kind)
            inners = [_decoder(hints[name]) for name in names]
        values = _each(inners, value, frames)
        try:
            return kind(**dict(zip(names, values, strict=True)))
        except (TypeError, ValueError) as error:
            raise CodecFault(f"{kind.__name__}: {error}") from error

    return run
