"""Operations that users write themselves: `autograd.Function`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from core.autograd.function_node import FunctionCtx, FunctionNode, OnceDifferentiable
from core.autograd.recording import edges_of, record_result
from core.tensors.grad_mode import grad_mode, no_grad
from core.tensors.tensor import Tensor, tensor_of


class Function:
    """A function of tensors with a gradient of its own, called by `apply`.

    A subclass gives static methods: `forward(ctx, *inputs)`, whose output is a tensor or a tuple, and
    `backward(ctx, *gradients)`, which answers with one gradient, or None, for each input. Instead of receiving `ctx`,
    `forward` may leave it to `setup_context(ctx, inputs, output)`. Where `backward` is made of tensor operations it has
    gradients in turn.
    """

    def __call__(self, *_: Any) -> Any:
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd "
            "function with static forward method."
        )

    @staticmethod
    def forward(*_: Any) -> Any:
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx: FunctionCtx, inputs: tuple[Any, ...], output: Any) -> None:
        """Keeps in `ctx` what `backward` needs, where `forward` does not take `ctx`."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: FunctionCtx, *_: Any) -> Any:
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom autograd.Function to use it with "
            "backward mode AD."
        )

    @classmethod
    def apply(cls, *inputs: Any) -> Any:
        """The output of `forward`, recorded if one of the inputs wants a gradient."""
        ctx = FunctionCtx(tuple([isinstance(source, Tensor) and source.requires_grad for source in inputs]))
        edges, needs = edges_of(inputs) if grad_mode.enabled else ([], 0)
        with no_grad():
            if cls.setup_context is Function.setup_context:
                output = cls.forward(ctx, *inputs)
            else:
                output = cls.forward(*inputs)
                cls.setup_context(ctx, inputs, output)
        if not needs:
            return output
        several = isinstance(output, tuple)
        outputs = [_own(value, ctx, inputs) for value in (output if several else (output,))]
        if several or isinstance(output, Tensor):
            FunctionNode(cls, ctx, inputs).record(edges, outputs, several)
        return tuple(outputs) if several else outputs[0]


def _own(output: Any, ctx: FunctionCtx, inputs: Sequence[Any]) -> Any:
    """An output as a tensor that may be given a record: not an input or a view itself. Raises RuntimeError for a leaf
    that was changed in place."""
    if not isinstance(output, Tensor):
        return output
    if any(output is tensor for tensor in ctx._dirty):
        if output._requires_grad:
            raise RuntimeError("a leaf Variable that requires grad has been used in an in-place operation.")
        return output
    if output._view is None and output._node is None and not any(output is source for source in inputs):
        return output
    alias = tensor_of(output._array)
    alias._counter = output._counter
    ctx._constants = [alias if tensor is output else tensor for tensor in ctx._constants]
    return alias


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """For a `backward` that has no gradient in turn: asking for one raises RuntimeError."""

    @wraps(backward)
    def wrapper(ctx: FunctionCtx, *gradients: Any) -> Any:
        with no_grad():
            answers = backward(ctx, *gradients)
        if not any(isinstance(gradient, Tensor) and gradient.requires_grad for gradient in gradients):
            return answers
        several = answers if isinstance(answers, tuple) else (answers,)
        made = [_refusing(tensor, gradients) if isinstance(tensor, Tensor) else tensor for tensor in several]
        return tuple(made) if isinstance(answers, tuple) else made[0]

    return wrapper


def _refusing(answer: Tensor, gradients: tuple[Any, ...]) -> Tensor:
    arrays = [None if gradient is None else gradient._array for gradient in gradients]
    refusing: Tensor = record_result(OnceDifferentiable(), answer._array, gradients, arrays)
    return refusing
