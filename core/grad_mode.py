"""Whether operations are recorded: no_grad, enable_grad, inference_mode, each thread for itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class _GradMode(threading.local):
    enabled = True
    inference = False


grad_mode = _GradMode()


def is_grad_enabled() -> bool:
    return grad_mode.enabled


def is_inference_mode_enabled() -> bool:
    return grad_mode.inference


class set_grad_enabled:  # noqa: N801 - PyTorch's name
    """Switches recording on or off: at once, and back again at the end of a `with` block."""

    def __init__(self, mode: bool) -> None:
        self._mode = mode
        self._before = grad_mode.enabled
        grad_mode.enabled = mode

    def __enter__(self) -> Self:
        grad_mode.enabled = self._mode
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        grad_mode.enabled = self._before


class _Switch:
    """A mode for a `with` block or, as a decorator with or without parentheses, for the calls of a function."""

    _mode = False

    def __init__(self) -> None:
        self._before: list[bool] = []

    def __enter__(self) -> Self:
        self._before.append(grad_mode.enabled)
        grad_mode.enabled = self._mode
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        grad_mode.enabled = self._before.pop()

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def switched(*args: P.args, **kwargs: P.kwargs) -> R:
            with type(self)():
                return function(*args, **kwargs)

        return switched


class _BareDecorator(type):
    """Lets `@no_grad` stand without parentheses."""

    def __call__(cls, function: Callable[..., Any] | None = None) -> Any:
        switch = super().__call__()
        return switch if function is None else switch(function)


class no_grad(_Switch, metaclass=_BareDecorator):  # noqa: N801 - PyTorch's name
    """Nothing is recorded inside."""


class enable_grad(_Switch, metaclass=_BareDecorator):  # noqa: N801 - PyTorch's name
    """Operations are recorded inside, also within `no_grad`."""

    _mode = True


class inference_mode(_Switch, metaclass=_BareDecorator):  # noqa: N801 - PyTorch's name
    """Nothing is recorded inside. Unlike in PyTorch the tensors made inside may be used for recording later."""

    def __enter__(self) -> Self:
        self._outside = grad_mode.inference
        grad_mode.inference = True
        return super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        grad_mode.inference = self._outside
        super().__exit__(kind, error, trace)
