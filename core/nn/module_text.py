"""The tree text of a module, letter by letter as PyTorch prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.nn.module import Module


def module_text(module: Module) -> str:
    """Class, options and children, these on lines of their own."""
    extra = module.extra_repr()
    extra_lines = extra.split("\n") if extra else []
    child_lines = [f"({name}): {indented(repr(child))}" for name, child in module._modules.items()]
    lines = extra_lines + child_lines
    if not lines:
        body = ""
    elif len(extra_lines) == 1 and not child_lines:
        body = extra_lines[0]
    else:
        body = "\n  " + "\n  ".join(lines) + "\n"
    return f"{module._get_name()}({body})"


def indented(text: str) -> str:
    """All lines but the first moved in by two."""
    return text.replace("\n", "\n  ")
