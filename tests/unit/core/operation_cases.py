"""Every operation once: how to call it, on what, and what numpy says it should give. A family a file, in `cases`."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path

from tests.unit.core.cases import activation, arithmetic, elementwise
from tests.unit.core.cases.case import Case

__all__ = ["BINARY", "CASES", "ELEMENTWISE", "Case"]

ELEMENTWISE: list[Case] = [*elementwise.CASES, *activation.ELEMENTWISE]
BINARY: list[Case] = arithmetic.CASES


def _collected() -> list[Case]:
    names = sorted(each.name for each in pkgutil.iter_modules([str(Path(__file__).parent / "cases")]))
    families = [import_module(f"tests.unit.core.cases.{name}") for name in names]
    return [case for family in families for case in getattr(family, "CASES", ())]


CASES = _collected()
