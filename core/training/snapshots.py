"""What the weights were at some steps of the history, so that those steps can be undone.

A folder holds a file `ID.json` for each snapshot, and the bytes of each tensor once, in a file that is called by its
digest: what did not change between two snapshots is shared. The oldest go when all together grow beyond a limit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from core import foreign, private
from core.errors import FileError
from core.functions.creation import from_numpy
from core.network import Key
from core.tensors.tensor import Tensor
from core.training.parameters import LiveParameters

LIMIT = 2 * 10**9
"""Bytes that all snapshots of a session may take."""


class _Array(msgspec.Struct, frozen=True):
    """`role` is "model", "optimiser" or "random"; `shape` that of the parameter, `size` that of this array."""

    role: str
    node: str
    name: str
    shape: tuple[int, ...]
    state: str
    dtype: str
    size: tuple[int, ...]
    digest: str


class _Snapshot(msgspec.Struct, frozen=True):
    optimiser_kind: str
    seed: int | None
    steps: int
    arrays: tuple[_Array, ...]
    learnt: str = ""


class Snapshots:
    """The snapshots in one folder."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit

    def take(self, name: str, live: LiveParameters) -> tuple[str, ...]:
        """Keep what lives on now under a name; returns the names of those that had to go. Raises FileError."""
        try:
            private.make_folder(self._folder)
            arrays = tuple(self._keep(*each) for each in _arrays(live))
            snapshot = _Snapshot(live.optimiser_kind, live.seed, live.steps, arrays, live.learnt)
            self._path(name).unlink(missing_ok=True)  # so that it is the youngest
            _write(self._path(name), msgspec.json.encode(snapshot))
            return tuple(self._shrink())
        except OSError as error:
            reason = error.strerror or str(error)
            raise FileError("What the weights were cannot be kept: {reason}.", reason=reason) from error

    def read(self, name: str) -> LiveParameters:
        """What lived on then. Raises FileError if it is no longer kept."""
        try:
            snapshot = msgspec.json.decode(foreign.read_bytes(self._path(name), foreign.LARGEST_TEXT), type=_Snapshot)
            return self._live(snapshot)
        except (OSError, msgspec.MsgspecError, ValueError):
            raise FileError("What the weights were then is no longer kept: they stay as they are.") from None

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _keep(self, role: str, key: Key, state: str, array: NDArray[Any]) -> _Array:
        content = array.tobytes()
        digest = hashlib.blake2b(content, digest_size=20).hexdigest()
        path = self._folder / digest
        if not path.exists():
            part = path.with_suffix(".part")
            _write(part, content)
            part.replace(path)
        return _Array(role, key.node, key.name, key.shape, state, array.dtype.str, array.shape, digest)

    def _live(self, snapshot: _Snapshot) -> LiveParameters:
        live = LiveParameters(
            optimiser_kind=snapshot.optimiser_kind, seed=snapshot.seed, steps=snapshot.steps, learnt=snapshot.learnt
        )
        for each in snapshot.arrays:
            content = bytearray((self._folder / each.digest).read_bytes())
            array = np.frombuffer(content, each.dtype).reshape(each.size)
            key = Key(each.node, each.name, each.shape)
            if each.role == "model":
                live.tensors[key] = from_numpy(array)
            elif each.role == "optimiser":
                live.optimiser.setdefault(key, {})[each.state] = from_numpy(array) if array.ndim else array.item()
            else:
                live.random = from_numpy(array)
        return live

    def _shrink(self) -> Iterator[str]:
        """Let the oldest go until all is within the limit, but never the last one there is."""
        files = sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        used = {path: _digests(path) for path in files}
        sizes = {path.name: path.stat().st_size for path in self._folder.iterdir() if not path.suffix}
        while len(used) > 1 and sum(sizes[digest] for digest in set().union(*used.values())) > self._limit:
            oldest = next(iter(used))
            del used[oldest]
            oldest.unlink()
            yield oldest.stem
        for digest in sizes.keys() - set().union(*used.values()):
            (self._folder / digest).unlink()


def _write(path: Path, content: bytes) -> None:
    with open(path, "wb", opener=private.opener) as file:
        file.write(content)


def _digests(path: Path) -> set[str]:
    return {each.digest for each in msgspec.json.decode(path.read_bytes(), type=_Snapshot).arrays}


def _arrays(live: LiveParameters) -> Iterator[tuple[str, Key, str, NDArray[Any]]]:
    for key, tensor in live.tensors.items():
        yield "model", key, "", _array(tensor)
    for key, states in live.optimiser.items():
        for name, value in states.items():
            if value is not None:
                yield "optimiser", key, name, _array(value)
    if live.random is not None:
        yield "random", Key("", "", ()), "", _array(live.random)


def _array(value: Tensor | float) -> NDArray[Any]:
    return value.detach().cpu().numpy() if isinstance(value, Tensor) else np.asarray(value)
