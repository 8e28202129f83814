"""Less memory for more time: what a part of a network computed is let go, and computed again for its gradient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.autograd.function import Function
from core.autograd.running import backward
from core.functions.creation import zeros
from core.random.draws import get_rng_state, set_rng_state
from core.tensors.grad_mode import enable_grad, grad_mode
from core.tensors.tensor import Tensor

__all__ = ["checkpoint", "checkpoint_sequential"]


class _Recomputed(Function):
    """A function run without a record, and run again with one when the gradient comes."""

    @staticmethod
    def forward(ctx: Any, anchor: Tensor, wanted: list[Any], function: Any, keeps_random: bool, *args: Any) -> Any:
        ctx.function, ctx.args = function, args
        ctx.state = get_rng_state() if keeps_random else None
        with enable_grad():  # only so can be seen whether a gradient is wanted; the record is let go with the result
            out = function(*[_own(each) for each in args])
        outputs = out if isinstance(out, tuple) else (out,)
        wanted.extend(each for each in outputs if isinstance(each, Tensor) and each.requires_grad)
        plain = tuple([each.detach() if isinstance(each, Tensor) else each for each in outputs])
        return plain if isinstance(out, tuple) else plain[0]

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        args = [_own(each) for each in ctx.args]
        after = get_rng_state()
        if ctx.state is not None:
            set_rng_state(ctx.state)
        with enable_grad():
            outputs = ctx.function(*args)
        set_rng_state(after)
        pairs = zip(outputs if isinstance(outputs, tuple) else (outputs,), grads, strict=True)
        wanted = [(out, grad) for out, grad in pairs if isinstance(out, Tensor) and out.requires_grad]
        if wanted:
            backward([out for out, _ in wanted], [grad for _, grad in wanted])
        return (None, None, None, None, *[each.grad if isinstance(each, Tensor) else None for each in args])


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    preserve_rng_state: bool = True,
    **kwargs: Any,
) -> Any:
    """`function(*args, **kwargs)`, of which nothing is kept for the gradient but the arguments.

    preserve_rng_state: whether what is drawn within is drawn again. use_reentrant and the other options of PyTorch
    change nothing.
    """
    for name in ("context_fn", "determinism_check", "debug", "early_stop"):
        kwargs.pop(name, None)
    if not grad_mode.enabled:
        return function(*args, **kwargs)

    def run(*given: Any) -> Any:
        return function(*given, **kwargs)

    anchor = zeros(1, requires_grad=True)  # so that there is a record even where only parameters want a gradient
    wanted: list[Any] = []
    found = _Recomputed.apply(anchor, wanted, run, preserve_rng_state, *args)
    if wanted:
        wanted.clear()
        return found
    return tuple([each.detach() for each in found]) if isinstance(found, tuple) else found.detach()


def checkpoint_sequential(functions: Any, segments: int, input: Any, **options: Any) -> Any:
    """Runs the layers of a Sequential in so many parts, all but the last of them by `checkpoint`."""
    layers: Sequence[Any] = list(functions.children()) if hasattr(functions, "children") else list(functions)
    size = len(layers) // segments
    for part in range(segments - 1):
        input = checkpoint(_chain(layers[part * size : (part + 1) * size]), input, **options)
    return _chain(layers[(segments - 1) * size :])(input)


def _chain(layers: Sequence[Any]) -> Callable[[Any], Any]:
    def run(input: Any) -> Any:
        for layer in layers:
            input = layer(input)
        return input

    return run


def _own(value: Any) -> Any:
    """The argument as a leaf of its own."""
    return value.detach().requires_grad_(value.requires_grad) if isinstance(value, Tensor) else value
