"""Messages as bytes and back: what travels through the pipes between the window and the engine's process.

A frame is the length of the rest (4 bytes, big-endian) and a message in MessagePack. Nothing in a frame is ever
executed: a reader builds only the classes of `core.training.messages`, and only from values of the types their fields
declare.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from numbers import Integral, Real
from typing import Any

import msgspec

from core.errors import NetloomError
from core.training.messages import Event, Request

LIMIT = 64 * 1024 * 1024
"""No frame is longer, in bytes. A longer one is a sign that something else wrote into the pipe."""

_LENGTH = struct.Struct(">I")


class FrameError(NetloomError):
    """Bytes that are no message: damaged, of another version, or not from us."""


def encode(message: Request | Event) -> bytes:
    """The frame of a message. Raises `FrameError` if it is longer than `LIMIT`."""
    try:
        content = _ENCODER.encode(message)
    except (UnicodeEncodeError, OverflowError):
        content = _ENCODER.encode(_sendable(msgspec.to_builtins(message, builtin_types=(bytes,), enc_hook=_plain)))
    if len(content) > LIMIT:
        raise FrameError(
            "A {name} of {length} bytes is too long to send: at most {limit}.",
            name=type(message).__name__, length=len(content), limit=LIMIT,
        )  # fmt: skip
    return _LENGTH.pack(len(content)) + content


def _plain(value: object) -> Any:
    """What MessagePack does not know: numbers and mappings of other libraries as Python's own, the rest as its text."""
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    return int(value) if isinstance(value, Integral) else float(value) if isinstance(value, Real) else str(value)


def _sendable(value: object) -> object:
    """The same without what MessagePack cannot hold: halves of characters, whole numbers of more than 64 bits."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
        case int() if not -(2**63) <= value < 2**64:
            return str(value)
        case dict():
            return {_sendable(key): _sendable(item) for key, item in value.items()}
        case list() | tuple():
            return [_sendable(item) for item in value]
    return value


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_plain)
_DECODER: msgspec.msgpack.Decoder[Request | Event] = msgspec.msgpack.Decoder(Request | Event)


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
    try:
        return _DECODER.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FrameError("A damaged message came: {reason}.", reason=str(error)) from None
