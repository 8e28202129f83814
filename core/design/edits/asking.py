"""Turning "raise the reason why not" into "may I?"."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

from core.errors import DesignError

P = ParamSpec("P")


def asks(check: Callable[P, object]) -> Callable[P, bool]:
    """The question to a check: true where it does not raise `DesignError`."""

    def can(*args: P.args, **kwargs: P.kwargs) -> bool:
        try:
            check(*args, **kwargs)
        except DesignError:
            return False
        return True

    return can
