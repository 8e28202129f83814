"""Messages as bytes and back: what travels through the pipes between the window and the engine's process.

A frame is the length of the rest (4 bytes, big-endian), the length of the header (4 bytes), the header (JSON, UTF-8)
and the attachments one after another. The header is `[class name, {field: value}, [length of each attachment]]`; where
a field holds bytes, its value is the number of the attachment. Nothing in a frame is ever executed: a reader builds
only the classes of `core.training.messages`, and only from values of the types their fields declare.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from core.errors import NetloomError
from core.training import messages
from core.training.messages import Event, Request

LIMIT = 64 * 1024 * 1024
"""No frame is longer, in bytes. A longer one is a sign that something else wrote into the pipe."""

_JSON = {NoneType, bool, int, float, str}
_LENGTH = struct.Struct(">I")

Reader: TypeAlias = "Callable[[Any, list[bytes]], Any]"


class FrameError(NetloomError):
    """Bytes that are no message: damaged, of another version, or not from us."""


class _UnfitError(Exception):
    """A value that is not of the type its field declares: where, what was expected, what came."""


# --- writing ----------------------------------------------------------------------------------------------------------


def encode(message: Request | Event) -> bytes:
    """The frame of a message."""
    attachments: list[bytes] = []
    content = [type(message).__name__, _plain(message, attachments), []]
    content[2] = [len(attachment) for attachment in attachments]
    header = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    length = _LENGTH.size + len(header) + sum(map(len, attachments))
    if length > LIMIT:
        raise FrameError("A {name} of {length} bytes is too long to send: at most {limit}.", **_size(message, length))
    return b"".join((_LENGTH.pack(length), _LENGTH.pack(len(header)), header, *attachments))


def _size(message: object, length: int) -> dict[str, object]:
    return {"name": type(message).__name__, "length": length, "limit": LIMIT}


def _plain(value: object, attachments: list[bytes]) -> Any:
    """A value as JSON has it. What JSON does not know, in a sentence's values, goes as its text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes):
        attachments.append(value)
        return len(attachments) - 1
    if isinstance(value, tuple | list):
        if set(map(type, value)) <= _JSON:
            return value
        return [_plain(item, attachments) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item, attachments) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type) and type(value).__module__ in _MODULES:
        return {name: _plain(getattr(value, name), attachments) for name in _readers(type(value))}
    return int(value) if isinstance(value, Integral) else float(value) if isinstance(value, Real) else str(value)


# --- reading ----------------------------------------------------------------------------------------------------------


class Decoder:
    """Makes messages of bytes that arrive in pieces of any size."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, piece: bytes) -> Iterator[Request | Event]:
        """The messages that are complete with this piece. Raises `FrameError` at the first that cannot be read."""
        self._bytes += piece
        while (frame := self._take()) is not None:
            yield decode(frame)

    def _take(self) -> bytes | None:
        if len(self._bytes) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._bytes)
        if length > LIMIT:
            raise FrameError(
                "A message of {length} bytes was announced: something else wrote into the pipe.", length=length
            )
        end = _LENGTH.size + length
        if len(self._bytes) < end:
            return None
        frame = bytes(self._bytes[_LENGTH.size : end])
        del self._bytes[:end]
        return frame


def decode(frame: bytes) -> Request | Event:
    """The message of one frame, without the length in front. Raises `FrameError`."""
    name, values, attachments = _open(frame)
    if (kind := _messages().get(name)) is None:
        raise FrameError("A message of the unknown kind {name!r} came. Both sides must be of one version.", name=name)
    try:
        message: Request | Event = _readers_of(kind)(values, attachments)
    except _UnfitError as unfit:
        raise FrameError("A damaged message came: {name}{unfit}.", name=name, unfit=str(unfit)) from None
    return message


def _open(frame: bytes) -> tuple[str, object, list[bytes]]:
    try:
        (length,) = _LENGTH.unpack_from(frame)
        name, values, sizes = json.loads(frame[_LENGTH.size : _LENGTH.size + length].decode("utf-8", "surrogatepass"))
        attachments = list(_cut(frame, _LENGTH.size + length, sizes))
    except (struct.error, ValueError, TypeError, RecursionError) as error:
        raise FrameError("A damaged message came: {error}.", error=str(error)) from None
    if not isinstance(name, str):
        raise FrameError("A damaged message came: its kind is {name!r}.", name=name)
    return name, values, attachments


def _cut(frame: bytes, start: int, sizes: list[int]) -> Iterator[bytes]:
    if start + sum(sizes) != len(frame) or min(sizes, default=0) < 0:
        raise ValueError("its parts do not add up to its length")
    for size in sizes:
        yield frame[start : start + size]
        start += size


# --- the types fields declare -----------------------------------------------------------------------------------------

_MODULES = (messages.__name__, "core.design.settings")


@cache
def _messages() -> Mapping[str, type]:
    return {kind.__name__: kind for union in (Request, Event) for kind in get_args(union)}


@cache
def _readers(kind: Any) -> Mapping[str, Reader]:
    hints = get_type_hints(kind)
    return {field.name: _reader(hints[field.name]) for field in fields(kind)}


@cache
def _readers_of(kind: Any) -> Reader:
    """Reads a dataclass: exactly its fields, each of its type; a field with a default may be missing."""
    readers = _readers(kind)
    needed = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}

    def read(value: Any, attachments: list[bytes]) -> Any:
        if type(value) is not dict:
            raise _unfit(kind.__name__, value)
        given = value.keys()
        if given != readers.keys() and (odd := (needed - given) | (given - readers.keys())):
            raise _UnfitError(f" has other fields: {', '.join(sorted(odd))}")
        found, name = {}, ""
        try:
            for name, item in value.items():
                found[name] = readers[name](item, attachments)
        except _UnfitError as unfit:
            raise _UnfitError(f".{name}{unfit}") from None
        return kind(**found)

    return read


def _unfit(expected: str, value: object) -> _UnfitError:
    return _UnfitError(f" must be {expected}, not {str(value)[:80]!r}")


def _reader(hint: Any) -> Reader:
    """What reads a value of a declared type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _either([_reader(argument) for argument in arguments], str(hint))
    if origin is tuple:
        return _sequence(arguments[0]) if arguments[-1] is ... else _row([_reader(a) for a in arguments])
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(_reader(arguments[1]))
    return _SIMPLE[hint] if hint in _SIMPLE else _readers_of(hint)


def _either(readers: list[Reader], expected: str) -> Reader:
    def read(value: Any, attachments: list[bytes]) -> Any:
        for reader in readers:
            try:
                return reader(value, attachments)
            except _UnfitError:
                continue
        raise _unfit(expected, value)

    return read


def _sequence(hint: Any) -> Reader:
    reader = _reader(hint)

    def read(value: Any, attachments: list[bytes]) -> tuple[Any, ...]:
        if type(value) is not list:
            raise _unfit("a list", value)
        if hint is int and set(map(type, value)) == {int}:  # thousands of them, in histograms
            return tuple(value)
        return tuple([reader(item, attachments) for item in value])

    return read


def _row(readers: list[Reader]) -> Reader:
    def read(value: Any, attachments: list[bytes]) -> tuple[Any, ...]:
        if type(value) is not list or len(value) != len(readers):
            raise _unfit(f"a list of {len(readers)}", value)
        return tuple([reader(item, attachments) for reader, item in zip(readers, value, strict=True)])

    return read


def _mapping(reader: Reader) -> Reader:
    def read(value: Any, attachments: list[bytes]) -> dict[str, Any]:
        if type(value) is not dict:
            raise _unfit("a mapping", value)
        return {key: reader(item, attachments) for key, item in value.items()}

    return read


def _exactly(kind: type, expected: str) -> Reader:
    def read(value: Any, _attachments: list[bytes]) -> Any:
        if type(value) is not kind:
            raise _unfit(expected, value)
        return value

    return read


def _real(value: Any, _attachments: list[bytes]) -> float:
    if type(value) is not float and type(value) is not int:
        raise _unfit("a number", value)
    return float(value)


def _attachment(value: Any, attachments: list[bytes]) -> bytes:
    if type(value) is not int or not 0 <= value < len(attachments):
        raise _unfit("the number of an attachment", value)
    return attachments[value]


def _anything(value: Any, _attachments: list[bytes]) -> Any:
    """A plain value of any kind; lists become tuples, which is what frozen messages hold."""
    return tuple(_anything(item, _attachments) for item in value) if type(value) is list else value


_SIMPLE: Mapping[Any, Reader] = {
    bool: _exactly(bool, "true or false"),
    int: _exactly(int, "a whole number"),
    float: _real,
    str: _exactly(str, "text"),
    bytes: _attachment,
    NoneType: _exactly(NoneType, "nothing"),
    object: _anything,
}
