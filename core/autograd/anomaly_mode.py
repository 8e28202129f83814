"""Finding the line that recorded an operation whose `backward` fails or gives nan.

While the mode is on, the number of each record carries the lines of the program that led to it. While it is off
nothing is asked of anybody: the function that numbers records is exchanged.
"""

from __future__ import annotations

import traceback
import warnings
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from core.arrays.backend import StandIn, namespace
from core.autograd import function_node, recording
from core.autograd.complaints import HINT, HINT_BESIDE_LINES
from core.autograd.graph import Step
from core.ops.operation import Operation, next_sequence

_ENGINE = str(Path(__file__).parents[1])
_NUMBERING: tuple[ModuleType, ...] = (recording, function_node)


class _Mode:
    enabled = False
    check_nan = True


_mode = _Mode()


def is_anomaly_enabled() -> bool:
    """Whether records carry the lines that led to them."""
    return _mode.enabled


def is_anomaly_check_nan_enabled() -> bool:
    """Whether a gradient of nan is an error now."""
    return _mode.enabled and _mode.check_nan


class set_detect_anomaly:  # noqa: N801 - PyTorch's name
    """Switches the mode on or off: at once, and back again at the end of a `with` block."""

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self._before = is_anomaly_enabled(), _mode.check_nan
        _switch(mode, check_nan)

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _switch(*self._before)


class detect_anomaly(set_detect_anomaly):  # noqa: N801 - PyTorch's name
    """The mode for a `with` block around forward and backward. check_nan: whether a gradient of nan is an error."""

    def __init__(self, check_nan: bool = True) -> None:
        warnings.warn(
            "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for "
            "debugging.",
            stacklevel=2,
        )
        super().__init__(True, check_nan)


class TracedNumber(int):
    """A record's number, and the text of the lines that led to the record."""

    lines: str


def traced_sequence() -> TracedNumber:
    """The next number, with the lines outside the engine that led to it."""
    number = TracedNumber(next_sequence())
    stack = [frame for frame in traceback.extract_stack() if not frame.filename.startswith(_ENGINE)]
    number.lines = "".join(traceback.format_list(stack))
    return number


def watched(step: Step) -> Step:
    """`step`, which shows the lines of the record that fails or, if that is checked, gives nan."""

    def watched_step(node: Operation, array: Any, retain: bool) -> Any:
        try:
            parts = step(node, array, retain)
            if _mode.check_nan:
                _check(node, parts)
        except Exception as error:
            warnings.warn(_lines_of(node), stacklevel=4)
            error.args = tuple([text.replace(HINT, HINT_BESIDE_LINES) for text in map(str, error.args)])
            raise
        return parts

    return watched_step


def _switch(enabled: bool, check_nan: bool) -> None:
    _mode.enabled, _mode.check_nan = enabled, check_nan
    for module in _NUMBERING:
        vars(module)["next_sequence"] = traced_sequence if enabled else next_sequence


def _check(node: Operation, parts: Any) -> None:
    for number, part in enumerate(parts if isinstance(parts, tuple) else (parts,)):
        array = part.tensor._array if isinstance(part, StandIn) else part
        if hasattr(array, "dtype") and array.dtype.kind == "f" and bool(namespace(array).isnan(array).any()):
            raise RuntimeError(f"Function '{node.name()}' returned nan values in its {number}th output.")


def _lines_of(node: Operation) -> str:
    if isinstance(node.sequence, TracedNumber):
        return (
            f"Error detected in {node.name()}. Traceback of forward call that caused the error:\n{node.sequence.lines}"
        )
    return (
        f"Error detected in {node.name()}. No forward pass information available. Enable detect anomaly during forward "
        "pass for more information."
    )
