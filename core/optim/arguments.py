"""What the arguments of optimisers must be, in PyTorch's words."""

from __future__ import annotations

from typing import Any

from core.tensors.tensor import Tensor


def scalar(value: Any) -> Any:
    """The number in a tensor of one element, anything else as it is."""
    return value.item() if isinstance(value, Tensor) else value


def check_lr(lr: float | Tensor) -> None:
    """Raises ValueError for a negative rate, or a tensor of more than one."""
    if isinstance(lr, Tensor) and lr.numel() != 1:
        raise ValueError("Tensor lr must be 1-element")
    check_not_negative("learning rate", lr)


def check_not_negative(name: str, value: Any) -> None:
    """Raises ValueError also for what is not a number."""
    if not value >= 0.0:
        raise ValueError(f"Invalid {name}: {value}")


def check_betas(betas: tuple[float, float]) -> None:
    """Raises ValueError for a share of the past that is not from 0 to below 1."""
    for index, beta in enumerate(betas):
        if not 0.0 <= beta < 1.0:
            raise ValueError(f"Invalid beta parameter at index {index}: {beta}")


def check_ways(name: str, differentiable: bool, foreach: bool | None = None, fused: bool | None = None) -> None:
    """`foreach`, `fused` and `capturable` choose among PyTorch's kernels and change no result: here there is one way.

    Raises NotImplementedError for `differentiable`, RuntimeError for what excludes each other.
    """
    if fused and differentiable:
        raise RuntimeError("`fused` does not support `differentiable`")
    if fused and foreach:
        raise RuntimeError("`fused` and `foreach` cannot be `True` together.")
    if differentiable:
        raise NotImplementedError(
            f"{name} does not support differentiable=True: its steps are not recorded. Write the step with tensors."
        )
