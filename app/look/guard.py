"""What Qt calls never raises into Qt: with PySide6 an exception below an overridden `event` ends the process."""

from __future__ import annotations

import inspect
import sys
import traceback
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter
from shiboken6 import Shiboken

_WITHOUT_OWN = {
    "rowCount": 0, "columnCount": 0, "count": 0, "data": None, "itemAt": None, "takeAt": None, "event": False,
    "eventFilter": False, "sizeHint": QSize(), "expandingDirections": Qt.Orientation(0), "pixmap": None,
    "boundingRect": QRectF(),
}  # fmt: skip
"""What is answered in place of a method that failed, where Qt has no answer or does more than answer."""


class Blank(QIconEngine):
    """An icon that shows nothing, in place of the copy of one that could not be made."""

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        pass

    def clone(self) -> QIconEngine:
        return Blank()


def guard_overrides(package: str = "app") -> None:
    """Guard every override of a method of Qt in the classes of a package that were imported."""
    for kind, name, function in overrides(package):
        setattr(kind, name, guarded(function, name, _base_of(kind)))


def overrides(package: str = "app") -> Iterator[tuple[type, str, Callable[..., Any]]]:
    """The overrides of Qt's methods that are not guarded yet."""
    for kind in _below(Shiboken.Object):
        if kind.__module__.partition(".")[0] == package:
            for name, function in list(vars(kind).items()):
                is_override = inspect.isfunction(function) and hasattr(_base_of(kind), name)
                if is_override and not name.startswith("__") and not hasattr(function, "is_guarded"):
                    yield kind, name, function


def guarded(function: Callable[..., Any], name: str, base: type) -> Callable[..., Any]:
    """The method, which reports an exception to `sys.excepthook`, and answers as Qt's own class would."""

    @wraps(function)
    def call(self: Any, *arguments: Any) -> Any:
        try:
            return function(self, *arguments)
        except Exception as error:
            sys.excepthook(type(error), error, error.__traceback__)
            traceback.clear_frames(error.__traceback__)  # a painter in one of them would outlive its paintEvent
        return _answer(self, arguments, function, name, base)

    call.is_guarded = True  # type: ignore[attr-defined]
    return call


def _answer(self: Any, arguments: tuple[Any, ...], function: Callable[..., Any], name: str, base: type) -> Any:
    if function.__annotations__.get("return") in ("None", None):
        return None
    if name == "clone":
        return Blank()
    if name in _WITHOUT_OWN:
        return _WITHOUT_OWN[name]
    return getattr(base, name)(self, *arguments)


def _below(kind: type[Any]) -> Iterator[type]:
    subs: list[type] = kind.__subclasses__()
    for sub in subs:
        yield sub
        yield from _below(sub)


def _base_of(kind: type) -> type:
    """The class of Qt that a class is built upon."""
    return next(base for base in kind.__mro__ if base.__module__.startswith("PySide6"))
