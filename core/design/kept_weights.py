"""What a checkpoint says of itself: which numbers it keeps for which node, read without the engine.

A safetensors file begins with 8 bytes of length and that much JSON: for each tensor its type, shape and place in the
data behind. That is enough to check a checkpoint, to find what of it fits a design, and to copy only that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, NamedTuple

import msgspec

from core.design.model import NodeId
from core.design.shapes import Report
from core.errors import FileError

FORMAT = "netloom checkpoint 1"
_LARGEST_HEADER = 2**26
_PIECE = 2**20
_BITS = {"BOOL": 8, "BF16": 16, **{f"{kind}{bits}": bits for kind in "FIU" for bits in (8, 16, 32, 64)}}


class WeightsError(FileError):
    """Weights that are damaged or no checkpoint."""


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]

    @property
    def is_sound(self) -> bool:
        begin, end = self.data_offsets
        return self.dtype in _BITS and min(self.shape, default=0) >= 0 and (
            8 * (end - begin) == math.prod(self.shape) * _BITS[self.dtype]
        )  # fmt: skip


class _Owner(NamedTuple):
    """Whose number a tensor is; `role` is "model", "optimiser" or, of the weights that tested best, "best"."""

    role: str
    node: NodeId
    name: str


@dataclass(frozen=True, slots=True)
class KeptWeights:
    """The tensors of a checkpoint by name, in the order of their data, which begin at byte `start` of the file."""

    start: int
    metadata: Mapping[str, str]
    tensors: Mapping[str, _Entry]

    def fitting(self, report: Report) -> KeptWeights:
        """These weights without those that do not fit the design: of nodes it lacks, of other shapes or other names.

        All of a node goes if one of its tensors has another shape or is missing. What a node's shapes are may not be
        known: it then keeps all.
        """
        misfits = set(self.misfits(report))
        kept = {
            name: each
            for name, each in self.tensors.items()
            if (owner := _owner(name)).node not in misfits and _has(report, owner)
        }
        return KeptWeights(self.start, self.metadata, kept)

    def misfits(self, report: Report) -> Iterator[NodeId]:
        """The nodes whose weights here do not fit the design, each once."""
        owners = dict.fromkeys(owner.node for owner in map(_owner, self.tensors) if owner.node)
        for node in owners:
            is_known = node in report.design or node in report.design.as_it_runs
            if not is_known or self._shapes(node, report) == "other":
                yield node

    def lacking(self, report: Report) -> list[NodeId]:
        """The nodes with parameters for which there are none here that fit, in the order of the design."""
        nodes = report.design.as_it_runs.walk()
        return [node.id for node in nodes if self._shapes(node.id, report) in ("none", "other")]

    def _shapes(self, node: NodeId, report: Report) -> str:
        """Whether a node's parameters and buffers here are those of the design: "same", "other" or "none"."""
        wanted = report.tensors(node)
        found = {name: self.tensors.get(f"model|{node}|{name}") for name in wanted}
        if all(each is not None and each.shape == wanted[name] for name, each in found.items()):
            return "same"
        return "none" if not any(found.values()) else "other"

    @property
    def holds_any(self) -> bool:
        """Whether there are weights at all, and not only the state of the random numbers."""
        return any(_owner(name).role == "model" for name in self.tensors)

    def copy(self, source: IO[bytes], target: IO[bytes]) -> None:
        """Write a checkpoint of just these tensors, from the file whose header was read."""
        head: dict[str, object] = {"__metadata__": self.metadata}
        at = 0
        for name, each in self.tensors.items():
            begin, end = each.data_offsets
            head[name] = {"dtype": each.dtype, "shape": each.shape, "data_offsets": (at, at := at + end - begin)}
        text = msgspec.json.encode(head)
        text += b" " * (-len(text) % 8)
        target.write(len(text).to_bytes(8, "little") + text)
        for each in self.tensors.values():
            begin, end = each.data_offsets
            source.seek(self.start + begin)
            for size in _pieces(end - begin):
                target.write(source.read(size))


def read_header(file: IO[bytes], size: int) -> KeptWeights:
    """What the checkpoint of `size` bytes in `file` holds. Raises WeightsError if it is damaged or no checkpoint."""
    length = int.from_bytes(file.read(8), "little")
    if not 0 < length <= min(size - 8, _LARGEST_HEADER):
        raise WeightsError("The weights are damaged or cut off.")
    try:
        parts = msgspec.json.decode(file.read(length), type=dict[str, msgspec.Raw])
        metadata = msgspec.json.decode(parts.pop("__metadata__", b"{}"), type=dict[str, str])
        tensors = {name: msgspec.json.decode(part, type=_Entry) for name, part in parts.items()}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise WeightsError("The weights are damaged.") from None
    ordered = dict(sorted(tensors.items(), key=lambda item: item[1].data_offsets))
    _check(ordered, size - 8 - length, metadata)
    return KeptWeights(8 + length, metadata, ordered)


def _check(tensors: Mapping[str, _Entry], size: int, metadata: Mapping[str, str]) -> None:
    """Raise WeightsError unless the tensors fill the data without a gap, under names that a checkpoint has."""
    at = 0
    for each in tensors.values():
        if each.data_offsets[0] != at or not each.is_sound:
            raise WeightsError("The weights are damaged: one of them is not where it should be.")
        at = each.data_offsets[1]
    if at != size:
        raise WeightsError("The weights are damaged or cut off.")
    numbers = metadata.get("steps", ""), metadata.get("seed") or "0"
    if metadata.get("format") != FORMAT or "optimiser" not in metadata or not all(map(str.isdecimal, numbers)):
        raise WeightsError("The weights are no checkpoint of Netloom.")
    for name in tensors:
        role, node, parameter = _owner(name)
        is_alone = role != "model" and f"model|{node}|{parameter}" not in tensors
        if name not in ("random", "drawn") and (not role or is_alone):
            raise WeightsError("The weights are no checkpoint of Netloom: '{name}' is among them.", name=ascii(name))


def _owner(name: str) -> _Owner:
    match name.split("|"):
        case ["model" | "best", node, parameter] | ["optimiser", node, parameter, _]:
            return _Owner(name.partition("|")[0], node, parameter)
        case _:
            return _Owner("", "", "")


def _has(report: Report, owner: _Owner) -> bool:
    """Whether the layer has a tensor of this name. Of layers of one's own, only the engine knows all."""
    network = report.as_it_runs
    known = owner.node in report.findings and not network.design[owner.node].bypassed
    entry = network.type_of(owner.node) if known else None
    return entry is None or entry.family == "custom" or owner.name in report.tensors(owner.node)


def _pieces(size: int) -> Iterator[int]:
    for at in range(0, size, _PIECE):
        yield min(_PIECE, size - at)
