"""Programs that speak while they run, so that what two libraries say can be compared."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any

import core

LINKS = re.compile(r" ?(If you are using Distributed.*|See (https://)?(github|docs).*|\(Triggered internally.*)")


class Said:
    """What a program says: texts of values, and the kinds and sentences of errors and warnings."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, *values: object) -> None:
        self.lines.append(" ".join(re.sub("0x[0-9a-f]+", "0x", str(value)) for value in values))

    def outcome(self, action: Callable[[], Any]) -> None:
        """The answer of `action`, the warnings it gives and the error it raises."""
        with warnings.catch_warnings(record=True) as given:
            warnings.simplefilter("always")
            try:
                self(action())
            except Exception as error:
                kind = next(base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins")
                self(f"{kind}: {LINKS.sub('', str(error))}")
        for each in given:
            self(each.category.__name__, LINKS.sub("", str(each.message)))


def both(program: Callable[[Any, Said], None], torch: Any) -> tuple[list[str], list[str]]:
    """What `program` says on our library, and on PyTorch."""
    expected, said = Said(), Said()
    for library, listener in ((torch, expected), (core, said)):
        program(library, listener)
        assert library.is_grad_enabled()
    return said.lines, expected.lines
