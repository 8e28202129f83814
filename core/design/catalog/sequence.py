"""What layers on sequences have in common: the shape they want, options and texts."""

from __future__ import annotations

from collections.abc import Mapping

from core.design.catalog.base import Misfit, Option, Options, times
from core.design.model import TensorSpec, Value

SEQUENCE = "sequence"
"""The family of these layers."""

Shapes = dict[str, tuple[int, ...]]

CAUSAL = Option(
    "causal",
    "bool",
    False,
    label="Look back only",
    help="Whether a step sees only itself and what came before, as when text is written word by word.",
)


def check_sequence(given: TensorSpec, port: int = 0) -> tuple[int, int]:
    """Steps and features of `(N, steps, features)`; `Misfit` with what would make a sequence of it for others."""
    sizes = [size for size in given.shape[1:] if size is not None]
    if len(sizes) == 2:
        return sizes[0], sizes[1]
    inserts: tuple[tuple[str, Options], ...] = ()
    if len(sizes) == 1:
        inserts = (("Unflatten", {"dim": 1, "unflattened_size": (sizes[0], 1)}),)
    elif len(sizes) > 2:
        inserts = (("Flatten", {"start_dim": 1, "end_dim": len(sizes) - 1}),)
    raise Misfit(
        "{type} '{name}' expects N × steps × features, but '{source}' gives {given}.",
        inserts=inserts,
        port=port,
        given=str(given),
    )


def check_features(option: str, expected: int | None, given: int, output: TensorSpec | None = None) -> None:
    """`Misfit` if another number of features was set than flows in."""
    if expected is not None and expected != given:
        raise Misfit(
            "{type} '{name}' expects {expected} features but '{source}' gives {given}.",
            fixes={option: given},
            inserts=(("Linear", {"out_features": expected}),),
            output=output,
            expected=expected,
            given=given,
        )


def from_to(left: Value, right: Value) -> str:
    """What a card tells of a change of size: "64 → 128"."""
    return f"{times((left,))} → {times((right,))}"


def tree(children: Mapping[str, str]) -> str:
    """What stands between the brackets in the text of a module with children."""
    lines = "".join(f"\n  ({name}): " + text.replace("\n", "\n  ") for name, text in children.items())
    return f"{lines}\n"
