"""What a script takes from PyTorch that this engine lacks, read from the script without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from core import foreign
from core.backends import Missing

RELATIVES = (
    "torchvision",
    "torchaudio",
    "torchtext",
    "torch_geometric",
    "torchmetrics",
    "pytorch_lightning",
    "lightning",
)
"""Libraries built on PyTorch itself, which cannot run on another engine."""


class Lack(NamedTuple):
    """A name that is not there: the file and the line that ask for it, and why it is not."""

    path: Path
    line: int
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.name} is not in this engine{f': {self.reason}' if self.reason else ''}."


def lacks(script: Path) -> list[Lack]:
    """Everything that the script and the modules beside it, which it imports, ask PyTorch for in vain, in order.

    Raises SyntaxError for what is no Python, OSError for a file that cannot be read.
    """
    waiting, seen, found = [script], set[Path](), set[Lack]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        tree = ast.parse(foreign.read_bytes(path, foreign.LARGEST_TEXT), str(path))
        asked = {Lack(path, line, *what) for line, what in _asked_in_vain(tree)}
        found |= {each for each in asked if not any(_leads_to(other, each) for other in asked)}
        waiting += [each for name in _imported(tree) if (each := _beside(script, name)) is not None]
    return sorted(found)


def _leads_to(other: Lack, lack: Lack) -> bool:
    """Whether the other one, on the same line, is on the way to this one."""
    return other.line == lack.line and lack.name.startswith(f"{other.name}.")


def _asked_in_vain(tree: ast.Module) -> Iterator[tuple[int, tuple[str, str]]]:
    aliases = _aliases(tree)
    for node in ast.walk(tree):
        for path in _paths(node, aliases):
            reason = _reason(path)
            if reason is not None:
                yield getattr(node, "lineno", 1), (path, reason)


def _aliases(tree: ast.Module) -> dict[str, str]:
    """Names in the script that stand for PyTorch or something in it, unless they are given to something else too."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                if each.name.split(".")[0] == "torch":
                    found[each.asname or "torch"] = each.name if each.asname else "torch"
        elif isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] == "torch":
            found |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names if each.name != "*"}
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    given = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return {name: path for name, path in found.items() if name not in stored | given}


def _paths(node: ast.AST, aliases: dict[str, str]) -> Iterator[str]:
    """PyTorch's paths that one node of the script asks for."""
    if isinstance(node, ast.Import):
        yield from (each.name for each in node.names if each.name.split(".")[0] in ("torch", *RELATIVES))
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        if node.module.split(".")[0] == "torch":
            yield from (f"{node.module}.{each.name}" if each.name != "*" else node.module for each in node.names)
        elif node.module.split(".")[0] in RELATIVES:
            yield node.module
    elif isinstance(node, ast.Attribute) and (path := _dotted(node)) is not None:
        first, _, rest = path.partition(".")
        if first in aliases:
            yield f"{aliases[first]}.{rest}"


def _dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    inner = _dotted(node.value) if isinstance(node, ast.Attribute) else None
    return f"{inner}.{node.attr}" if inner is not None and isinstance(node, ast.Attribute) else None


def _reason(path: str) -> str | None:
    """None if the path leads somewhere; else why it does not, empty if nothing more is known."""
    first, *names = path.split(".")
    if first != "torch":
        return None if find_spec(first) and first != "torchvision" else "it is built on PyTorch itself"
    found: Any = import_module("core")
    for place, name in enumerate(names):
        try:
            found = getattr(found, name)
        except AttributeError as error:
            module = _module(names[: place + 1]) if isinstance(found, ModuleType) else None
            if module is None:
                return str(error).partition("': ")[2]
            found = module
        if not isinstance(found, ModuleType | type | Missing):
            return None  # what a value has is seen when it runs
    return None


def _module(names: list[str]) -> Any:
    try:
        return import_module(".".join(["core", *names]))
    except ImportError:
        return None


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def _beside(script: Path, name: str) -> Path | None:
    """The file of a module that lies where the script does."""
    base = script.parent.joinpath(*name.split("."))
    return next((each for each in (base.with_suffix(".py"), base / "__init__.py") if each.is_file()), None)
