"""Mixed precision under PyTorch's names. Nothing is cast here: on the CPU numpy computes halves slower than floats."""

from __future__ import annotations

import warnings
from contextlib import ContextDecorator
from typing import Any

from core.tensors import dtypes

__path__: list[str] = []  # PyTorch has modules within: see core.paths

__all__ = ["GradScaler", "autocast", "is_autocast_available"]

_told: set[str] = set()


class autocast(ContextDecorator):  # noqa: N801 - PyTorch's name
    """Leaves every type as it is, and says so once. Raises TypeError unless the kind of device is a text."""

    def __init__(
        self, device_type: str = "cuda", dtype: Any = None, enabled: bool = True, cache_enabled: bool | None = None
    ) -> None:
        if not isinstance(device_type, str):
            raise TypeError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        self._enabled = enabled

    def __enter__(self) -> autocast:
        if self._enabled:
            _tell("autocast", "autocast changes nothing here: types stay as they are, use half(), float() or double()")
        return self

    def __exit__(self, *_: Any) -> None:
        return None


class GradScaler:
    """Scales nothing, since no type is cast: a step is the optimiser's own step."""

    def __init__(self, device: str = "cuda", *args: Any, enabled: bool = True, **named: Any) -> None:
        self._enabled = False

    def scale(self, outputs: Any) -> Any:
        """The loss as it is."""
        return outputs

    def unscale_(self, optimizer: Any) -> None:
        """Nothing is scaled."""

    def step(self, optimizer: Any, *args: Any, **named: Any) -> Any:
        """The optimiser's step."""
        return optimizer.step(*args, **named)

    def update(self, new_scale: Any = None) -> None:
        """The scale stays 1."""

    def get_scale(self) -> float:
        """1."""
        return 1.0

    def is_enabled(self) -> bool:
        """No."""
        return self._enabled

    def state_dict(self) -> dict[str, Any]:
        """Nothing has to be kept."""
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Nothing was kept."""


def is_autocast_available(device_type: str) -> bool:
    """No: nothing is cast here."""
    return False


def is_autocast_enabled(device_type: str | None = None) -> bool:
    """No: nothing is cast here."""
    return False


def custom_fwd(fwd: Any = None, *, device_type: str = "cuda", cast_inputs: dtypes.dtype | None = None) -> Any:
    """The function as it is. Also as a decorator with arguments."""
    return (lambda wrapped: wrapped) if fwd is None else fwd


custom_bwd = custom_fwd


def _tell(name: str, sentence: str) -> None:
    if name not in _told:
        _told.add(name)
        warnings.warn(sentence, stacklevel=3)
