"""Writes the lists in docs/engine.md from the code: operations, layers, optimisers, and what differs from PyTorch.

`python tools/list_operations.py` (or `make docs`) renews what stands between the markers; the rest of the page is
written by hand. What has a gradient, and a second one, is found by trying, not looked up.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "engine.md"
sys.path.insert(0, str(ROOT))

import core  # noqa: E402 - found through the path above
from core import nn, optim  # noqa: E402
from tools.examples import derivatives  # noqa: E402
from tools.plans import in_a_plan  # noqa: E402

YES = "●"
MANY = 15
"""So many functions that are absent from one room are counted, fewer are named."""


def main() -> None:
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def renewed(page: str) -> str:
    """The page with every list made anew. A list that cannot be made here, for want of PyTorch, stays as it is."""

    def replace(match: re.Match[str]) -> str:
        text = LISTS[match["name"]]()
        return match[0] if text is None else f"<!-- {match['name']} -->\n{text.strip()}\n<!-- end -->"

    return re.sub(r"<!-- (?P<name>(?!end)[a-z ]+) -->\n(.*?)<!-- end -->", replace, page, flags=re.DOTALL)


def sentence(thing: Any) -> str:
    """The first sentence of a docstring, fit for a cell of a table."""
    text = " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
    first = re.split(r"(?<=[^A-Z.][.!?])\s(?=[A-Z(`])", text, maxsplit=1)[0].rstrip(".")
    return "" if first.startswith("Raises ") else first.replace("|", "\\|")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *(list(each) for each in rows)]
    return "\n".join(f"| {' | '.join(each)} |" for each in lines)


def merged(rows: list[list[str]]) -> list[list[str]]:
    """Rows for one, two and three axes as one row, with the sentence of the first; what is in place with the rest."""
    found: dict[str, list[list[str]]] = {}
    for row in rows:
        found.setdefault(re.sub(r"[123]d", "d", row[0].replace("_`", "`")), []).append(row)
    return [[", ".join(each[0] for each in alike), *alike[0][1:]] for alike in found.values()]


def members(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name in getattr(module, "__all__", ()):
        yield name, getattr(module, name)


def families(package: ModuleType) -> Iterator[ModuleType]:
    """The modules of a package that list what they give."""
    for each in pkgutil.iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{each.name}")
        if getattr(module, "__all__", None):
            yield module


def operations() -> str:
    """Every function of `core` that takes tensors, a table a family."""
    homes: dict[str, list[str]] = {}
    for name, home in core._HOME.items():
        if (home.startswith("core.functions.") and home != "core.functions.in_place") or home == "core.random.draws":
            homes.setdefault(home, []).append(name)
    parts = [_family(import_module(home), names, core) for home, names in homes.items()]
    for space in ("linalg", "special"):
        if space in core._MODULES:
            module = getattr(core, space)
            parts.append(_family(module, _public(module), module, f"{space}."))
    return "\n\n".join(parts)


def _public(module: ModuleType) -> list[str]:
    return list(getattr(module, "__all__", ()))


def _family(home: ModuleType, names: list[str], face: Any, prefix: str = "") -> str:
    title = home.__name__.rsplit(".", 1)[-1].replace("_", " ").capitalize()
    head = ["", "what it gives", "`x.f()`", "`x.f_()`", "`out=`", "∂", "∂²"]
    rows = [_operation(name, getattr(face, name), prefix) for name in sorted(names)]
    return f"#### {title}\n\n{sentence(home)}.\n\n{_dotted(head, rows)}"


def _dotted(head: list[str], rows: list[list[str]]) -> str:
    """A table without the columns in which nothing has a dot."""
    kept = [n for n in range(len(head)) if n < 2 or any(row[n] for row in rows)]
    return table([head[n] for n in kept], [[row[n] for n in kept] for row in rows])


def _operation(name: str, function: Any, prefix: str) -> list[str]:
    others = [f"`{each}`" for each, known in core._OTHER_NAMES.items() if known == name and not prefix]
    first, second = derivatives(f"{prefix}{name}", function)
    forms = [
        hasattr(core.Tensor, name) and not prefix,
        hasattr(core.Tensor, f"{name}_") and not prefix,
        _takes_out(function),
    ]
    shown = ", ".join([f"`{prefix}{name}`", *others])
    return [shown, sentence(function), *(YES if each else "" for each in (*forms, first, second))]


def _takes_out(function: Any) -> bool:
    try:
        return "out" in inspect.signature(function, follow_wrapped=False).parameters
    except ValueError:
        return False


def methods() -> str:
    """What a tensor can do that is not a function of the same name too."""
    functions = set(core.__all__)
    names = [name for name in dir(core.Tensor) if not name.startswith("_") and name not in functions]
    names = [name for name in names if name.removesuffix("_") not in functions or not name.endswith("_")]
    return table(["", ""], [[f"`{name}`", sentence(getattr(core.Tensor, name))] for name in names])


def functional() -> str:
    parts = []
    for module in families(nn.functional):
        rows = [
            [f"`{name}`", sentence(function), *(YES if each else "" for each in derivatives(f"F.{name}", function))]
            for name, function in members(module)
        ]
        title = module.__name__.rsplit(".", 1)[-1].replace("_", " ").capitalize()
        parts.append(f"#### {title}\n\n{_dotted(['', 'what it gives', '∂', '∂²'], merged(rows))}")
    return "\n\n".join(parts)


def layers() -> str:
    parts = []
    for module in families(import_module("core.nn.layers")):
        title = module.__name__.rsplit(".", 1)[-1].replace("_", " ").capitalize()
        every = [(name, layer) for name, layer in members(module) if not name.endswith("Base")]
        rows = [[f"`{name}`", sentence(layer), in_a_plan(name)] for name, layer in every]
        parts.append(f"#### {title}\n\n{table(['', '', 'in a plan'], merged(rows))}")
    return "\n\n".join(parts)


def _listed(things: Iterable[tuple[str, Any]]) -> str:
    return table(["", ""], [[f"`{name}`", sentence(thing)] for name, thing in things])


def _own(module: ModuleType, wanted: Callable[[Any], bool]) -> Iterator[tuple[str, Any]]:
    """The public things of a module, or of the rooms behind it, that are written in the engine."""
    for name in sorted(dir(module)):
        thing = getattr(module, name)
        if not name.startswith("_") and wanted(thing) and thing.__module__.startswith("core."):
            yield name, thing


def optimisers() -> str:
    return _listed(_own(optim, inspect.isclass))


def schedulers() -> str | None:
    module = getattr(optim, "lr_scheduler", None)
    return None if module is None else _listed(_own(module, inspect.isclass))


def initialisers() -> str:
    return _listed(each for each in _own(nn.init, inspect.isfunction) if each[1].__module__ == "core.nn.init")


def differences() -> str:
    """The list of tests/parity/differences.py, what has one reason together."""
    from tests.parity.differences import DIFFERENCES

    reasons: dict[str, set[str]] = {}
    for each in DIFFERENCES:
        reasons.setdefault(each.reason, set()).update(each.names)
    rows = [[", ".join(f"`{name}`" for name in sorted(names)), reason] for reason, names in sorted(reasons.items())]
    return table(["", "what differs, and why"], rows)


def absent() -> str | None:
    """What PyTorch's own tests know and we have not; None where PyTorch is not installed."""
    try:
        from tests.parity.opinfo.forms import unknown_operations
        from tests.parity.opinfo.modules import unknown_modules
    except ImportError:
        return None
    names = [*unknown_operations(), *unknown_modules()]
    rooms = {name.split(".")[0] for name in names if "." in name and not name.startswith("nn.")}
    whole = {room: sum(name.startswith(f"{room}.") for name in names) for room in rooms}
    whole = {room: count for room, count in whole.items() if count >= MANY}
    single = [f"`{name}`" for name in names if name.split(".")[0] not in whole]
    return ", ".join([*single, *(f"{count} of `{room}`" for room, count in sorted(whole.items()))]) + "."


LISTS: dict[str, Callable[[], str | None]] = {
    "operations": operations,
    "methods": methods,
    "functional": functional,
    "layers": layers,
    "optimisers": optimisers,
    "schedulers": schedulers,
    "initialisers": initialisers,
    "differences": differences,
    "absent": absent,
}

if __name__ == "__main__":
    main()
