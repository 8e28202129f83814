"""What differs from PyTorch 2.13, on purpose or because it cannot be helped. docs/engine.md shows this list."""

from __future__ import annotations

from typing import NamedTuple


class Difference(NamedTuple):
    """names: of operations and layers, as PyTorch's own tests call them. pattern: found in the text of what differs.

    reason: one sentence, read after the names.
    """

    names: tuple[str, ...]
    pattern: str
    reason: str


DIFFERENCES = [
    Difference(
        tuple("__radd__ __rmul__ __rmod__ __rpow__ __rsub__ __rand__ __ror__ __rxor__ __rdiv__ __rmatmul__".split()),
        r"NotImplemented|__r\w+__' for|'int' object",
        "Called by name with a tensor they answer NotImplemented: Python itself only asks them about numbers.",
    ),
    Difference(
        tuple("sort argsort topk kthvalue mode".split()),
        r"value: \d+ of \d+ differ, at \[[\d, ]*\] \d+ instead of \d+; \((int64|bool)",
        "Of equal values the first comes first, always; PyTorch promises no order unless asked for a stable one.",
    ),
    Difference(
        tuple("acosh asinh atanh".split()),
        r"in place.*the derivative for 'inplace version of \w+' is not implemented",
        "In place too there is a gradient, where PyTorch has none.",
    ),
    Difference(
        ("nextafter",),
        r"requires_grad is False instead of True|in place, grad of input",
        "It is a constant for the gradient; PyTorch records it and then raises, or in place passes the gradient on.",
    ),
]
