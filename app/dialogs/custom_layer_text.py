"""The text of a custom layer: where to begin, which class is in it, whether it is Python. Nothing is run here."""

from __future__ import annotations

import ast
import re
from collections.abc import Container

from core.design.reader import LARGEST_SOURCE
from core.errors import CustomLayerError

TEMPLATE = '''import torch
from torch import nn


class {name}(nn.Module):
    """Multiplies what comes in by a factor that is learned."""

    def __init__(self, factor: float = 1.0):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor([factor]))

    def forward(self, x):
        return x * self.factor
'''

CLASS = re.compile(r"^class[ \t]+(\w+)[ \t]*\((.*)", re.MULTILINE)


def free_name(taken: Container[str]) -> str:
    """MyLayer, or, if there is one, MyLayer2 and so on."""
    number = 2
    name = "MyLayer"
    while name in taken:
        name, number = f"MyLayer{number}", number + 1
    return name


def template(name: str) -> str:
    """A small layer that works, to start from."""
    return TEMPLATE.format(name=name)


def has_class(source: str, name: str) -> bool:
    """Whether the text defines a class of this name."""
    return re.search(rf"^class[ \t]+{re.escape(name)}\b", source, re.MULTILINE) is not None


def class_in(source: str) -> str:
    """The name of the last layer that the text defines; empty if there is none."""
    names = [name for name, rest in CLASS.findall(source) if ")" in rest.partition("Module")[2]]
    return names[-1] if names else ""


def renamed(source: str, old: str, new: str) -> str:
    """The text with its class under another name."""
    return re.sub(rf"\b{re.escape(old)}\b", new, source)


def check_syntax(name: str, source: str) -> None:
    """Raise `CustomLayerError`, with its `line`, if the text is no Python or lacks the class.

    The parser gives up by itself where it would go too deep; what is too long for it to be quick is not given to it.
    """
    if len(source) > LARGEST_SOURCE:
        raise CustomLayerError("'{name}' is longer than {most} characters.", name=name, most=LARGEST_SOURCE)
    try:
        ast.parse(source)
    except SyntaxError as error:
        raise CustomLayerError(
            "Line {line} of '{name}': {reason}.", line=error.lineno or 1, name=name, reason=error.msg
        ) from error
    except ValueError as error:  # a null character
        raise CustomLayerError("'{name}' is no Python text: {reason}.", name=name, reason=str(error)) from error
    except (RecursionError, MemoryError):
        raise CustomLayerError("'{name}' is nested too deeply to be Python.", name=name) from None
    if not has_class(source, name):
        raise CustomLayerError(
            "The text has no class {name}: write `class {name}(nn.Module):`, or give the layer the name of its class.",
            name=name,
        )
