"""What an exported script writes of its run, line by line, as far as it is written yet."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from core import foreign
from core.errors import FileError

MOST = 2**20
"""Bytes that are read at a time; a line is never longer."""


class Figures(msgspec.Struct, frozen=True):
    """A line: of a step its loss and the norm of each parameter's gradient; of a test, which may end an epoch, its
    loss and accuracy; last where the weights are. None, and 0: it does not say.
    """

    step: int = 0
    steps: int = 0
    epoch: int = 0
    epochs: int = 0
    loss: float | None = None
    gradients: dict[str, float | None] = {}
    train_loss: float | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    weights: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """The lines that came, and up to which byte they are read."""

    lines: tuple[Figures, ...]
    end: int


def read_figures(path: Path, begin: int = 0) -> Read:
    """The whole lines from a byte on, none where there is no file yet. Raises FileError for what is no such file."""
    try:
        with foreign.opened(path) as file:
            file.seek(begin)
            content = file.read(MOST)
    except FileNotFoundError:
        return Read((), begin)
    except OSError as error:
        raise FileError(
            "'{path}' cannot be read: {reason}.", path=str(path), reason=error.strerror or str(error)
        ) from None
    end = content.rfind(b"\n") + 1
    if not end and len(content) == MOST:
        raise _no_figures(path)
    return Read(tuple(_line(path, line) for line in content[:end].splitlines() if line.strip()), begin + end)


def _line(path: Path, line: bytes) -> Figures:
    try:
        found = _Decoder.decode(_finite(line))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise _no_figures(path) from None
    if min(found.step, found.steps, found.epoch, found.epochs) < 0 or max(found.step, found.steps) > 2**53:
        raise _no_figures(path)
    return found


_Decoder = msgspec.json.Decoder(Figures)


def _finite(line: bytes) -> bytes:
    """Python writes NaN and infinity as words that are no JSON: such a figure is one that is not known."""
    for word in (b"NaN", b"-Infinity", b"Infinity"):
        line = line.replace(b": " + word, b": null")
    return line


def _no_figures(path: Path) -> FileError:
    return FileError("'{path}' does not hold the figures of an exported script.", path=str(path))


def norms_by_layer(gradients: Mapping[str, float | None], layers: Iterable[tuple[str, str]]) -> dict[str, float]:
    """The norm of each layer's gradient, by its id. `layers`: ids and dotted names; a parameter is of the layer whose
    name is the longest that its own begins with.
    """
    by_name = {name: layer for layer, name in layers}
    squares: dict[str, float] = {}
    for parameter, norm in gradients.items():
        name = parameter
        while name and name not in by_name:
            name = name.rpartition(".")[0]
        if name:
            squares[by_name[name]] = squares.get(by_name[name], 0.0) + (math.nan if norm is None else norm * norm)
    return {layer: math.sqrt(square) for layer, square in squares.items()}
