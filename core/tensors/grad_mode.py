"""Whether operations are recorded: no_grad, enable_grad, inference_mode, each thread for itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from functools import wraps
from inspect import isgeneratorfunction
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


class _GradMode(threading.local):
    enabled = True
    inference = False


grad_mode = _GradMode()


def is_grad_enabled() -> bool:
    """Whether operations are recorded now, in this thread."""
    return grad_mode.enabled


def is_inference_mode_enabled() -> bool:
    """Whether inference mode is on now, in this thread."""
    return grad_mode.inference


class _Switch:
    """A mode for a `with` block or, as a decorator, for the calls of a function and the steps of a generator."""

    def __init__(self) -> None:
        self._before: list[tuple[bool, bool]] = []

    def _twin(self) -> _Switch:
        """The same mode for one call."""
        return type(self)()

    def _modes(self) -> tuple[bool, bool]:
        """Whether to record inside, and whether inside is inference mode."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._before.append((grad_mode.enabled, grad_mode.inference))
        grad_mode.enabled, grad_mode.inference = self._modes()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        grad_mode.enabled, grad_mode.inference = self._before.pop()

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def switched(*args: P.args, **kwargs: P.kwargs) -> R:
            with self._twin():
                return function(*args, **kwargs)

        @wraps(function)
        def generator(*args: P.args, **kwargs: P.kwargs) -> Any:
            return _stepped(cast("Generator[Any, Any, Any]", function(*args, **kwargs)), self._twin)

        return generator if isgeneratorfunction(function) else switched


def _stepped(generator: Generator[Any, Any, Any], switch: Callable[[], _Switch]) -> Generator[Any, Any, Any]:
    """Runs each step of `generator` within the mode, and whoever asks for the step outside of it."""
    try:
        with switch():
            answer = next(generator)
        while True:
            try:
                request = yield answer
            except GeneratorExit:
                with switch():
                    generator.close()
                raise
            except BaseException as error:
                with switch():
                    answer = generator.throw(error)
            else:
                with switch():
                    answer = generator.send(request)
    except StopIteration as stop:
        return stop.value


class _BareDecorator(type):
    """Lets `@no_grad` stand without parentheses."""

    def __call__(cls, *args: Any, **named: Any) -> Any:
        function = args[0] if args and callable(args[0]) else None
        return super().__call__(*args, **named) if function is None else super().__call__()(function)


class no_grad(_Switch, metaclass=_BareDecorator):  # noqa: N801 - PyTorch's name
    """Nothing is recorded inside."""

    def _modes(self) -> tuple[bool, bool]:
        return False, grad_mode.inference


class enable_grad(_Switch, metaclass=_BareDecorator):  # noqa: N801 - PyTorch's name
    """Operations are recorded inside, also within `no_grad`."""

    def _modes(self) -> tuple[bool, bool]:
        return True, grad_mode.inference


class set_grad_enabled(_Switch):  # noqa: N801 - PyTorch's name
    """Switches recording on or off: at once, and back again at the end of a `with` block; or for a function's calls."""

    def __init__(self, mode: bool) -> None:
        super().__init__()
        self.mode = mode
        self._outside = grad_mode.enabled
        grad_mode.enabled = mode

    def _twin(self) -> _Switch:
        return enable_grad() if self.mode else no_grad()

    def _modes(self) -> tuple[bool, bool]:
        return self.mode, grad_mode.inference

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        grad_mode.enabled = self._outside

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        grad_mode.enabled = self._outside
        return super().__call__(function)


class inference_mode(_Switch, metaclass=_BareDecorator):  # noqa: N801 - PyTorch's name
    """Nothing is recorded inside, and what is made inside cannot take part in recording later. mode: False switches
    inference mode off within another one."""

    def __init__(self, mode: bool = True) -> None:
        super().__init__()
        self.mode = mode

    def _twin(self) -> _Switch:
        twin: _Switch = type(self)(self.mode)
        return twin

    def _modes(self) -> tuple[bool, bool]:
        return not self.mode, self.mode
