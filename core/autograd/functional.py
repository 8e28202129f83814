"""Jacobians, Hessians and their products with vectors, of functions from tensors to tensors.

Each takes a function and its inputs, a tensor or a tuple, and answers in that form; `strict` raises RuntimeError where
an output does not depend on an input, which counts as a gradient of zero otherwise. With `create_graph` the answer can
be differentiated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.autograd.running import grad, stacked, zeros_like
from core.tensors.grad_mode import enable_grad
from core.tensors.tensor import Tensor

Tensors = Tensor | tuple[Tensor, ...]
Function = Callable[..., Any]
INPUT = "the input to the user-provided function is a single Tensor with a single element"


@enable_grad()
def vjp(
    func: Function, inputs: Tensors, v: Tensors | None = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """The outputs, and `v`, of the outputs' shapes, times the Jacobian. `v` may be left out for a single number."""
    given = _leaves("vjp", inputs, create_graph)
    outputs = func(*given)
    every = _outputs("vjp", outputs)
    weights = _vector(v, every, "the user-provided function returns a single Tensor with a single element")
    product = _gradients(every, given, weights, create_graph, strict)
    return _finished(outputs, create_graph), _like(inputs, product)


@enable_grad()
def jvp(
    func: Function, inputs: Tensors, v: Tensors | None = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """The outputs, and the Jacobian times `v`, of the inputs' shapes. `v` may be left out for a single number.

    vjp is linear in its vector, and the gradient with respect to that vector is the product wanted.
    """
    given = _leaves("jvp", inputs, create_graph)
    vector = _vector(v, given, INPUT)
    outputs = func(*given)
    every = _outputs("jvp", outputs)
    weights = tuple([zeros_like(tensor).requires_grad_() for tensor in every])
    back = _gradients(every, given, weights, True, strict)
    product = _gradients(back, weights, vector, create_graph, strict)
    return _finished(outputs, create_graph), _like(outputs, product)


@enable_grad()
def jacobian(
    func: Function,
    inputs: Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """The derivatives of each element of the outputs by each of the inputs, of shape outputs + inputs.

    A tuple for several outputs, of tuples for several inputs. `vectorize` and `strategy` change nothing here.
    """
    given = _leaves("jacobian", inputs, create_graph)
    outputs = func(*given)
    every = enumerate(_outputs("jacobian", outputs))
    rows = tuple([_like(inputs, _jacobian(number, output, given, create_graph, strict)) for number, output in every])
    return _like(outputs, rows)


@enable_grad()
def hessian(
    func: Function,
    inputs: Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """The second derivatives of a function that gives one number: a tensor, or a tuple of tuples for several inputs."""

    def slope(*given: Tensor) -> tuple[Tensor, ...]:
        return _gradients((_number(func(*given), "hessian"),), given, (None,), True, strict)

    found = jacobian(slope, inputs if isinstance(inputs, tuple) else (inputs,), create_graph, strict)
    return found if isinstance(inputs, tuple) else found[0][0]


@enable_grad()
def vhp(
    func: Function, inputs: Tensors, v: Tensors | None = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """The number that `func` gives, and `v`, of the inputs' shapes, times its Hessian."""
    given = _leaves("vhp", inputs, create_graph)
    vector = _vector(v, given, INPUT)
    output = func(*given)
    slope = _gradients((_number(output, "vhp"),), given, (None,), True, strict)
    product = _gradients(slope, given, vector, create_graph, strict)
    return _finished(output, create_graph), _like(inputs, product)


def hvp(
    func: Function, inputs: Tensors, v: Tensors | None = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """The number that `func` gives, and its Hessian times `v`: the same as `vhp`, since a Hessian is symmetric."""
    found: tuple[Any, Any] = vhp(func, inputs, v, create_graph, strict)
    return found


def _tensors(called: str, what: str, values: Any) -> tuple[Tensor, ...]:
    """The values as a tuple. Raises TypeError unless they are a tensor or a tuple of tensors."""
    several = values if isinstance(values, tuple) else (values,)
    for number, tensor in enumerate(several):
        if not isinstance(tensor, Tensor):
            place = f"value at index {number}" if several is values else f"given {what}"
            raise TypeError(
                f"The {what} given to {called} must be either a Tensor or a tuple of Tensors but the {place} has type "
                f"{type(tensor)}."
            )
    return several


def _outputs(called: str, outputs: Any) -> tuple[Tensor, ...]:
    return _tensors(called, "outputs of the user-provided function", outputs)


def _like(model: Any, values: tuple[Any, ...]) -> Any:
    return values if isinstance(model, tuple) else values[0]


def _leaves(called: str, inputs: Tensors, create_graph: bool) -> tuple[Tensor, ...]:
    """The inputs cut off from their past, or still with it where the answer is to be differentiated."""
    return tuple(
        [
            tensor.view_as(tensor) if create_graph and tensor.requires_grad else tensor.detach().requires_grad_()
            for tensor in _tensors(called, "inputs", inputs)
        ]
    )


def _finished(outputs: Any, create_graph: bool) -> Any:
    if create_graph:
        return outputs
    return tuple([output.detach() for output in outputs]) if isinstance(outputs, tuple) else outputs.detach()


def _vector(v: Tensors | None, models: Sequence[Tensor], when: str) -> tuple[Tensor | None, ...]:
    if v is None:
        if len(models) != 1 or models[0].numel() != 1:
            raise RuntimeError(f"The vector v can only be None if {when}.")
        return (models[0].new_ones(models[0].shape),)
    vector = v if isinstance(v, tuple) else (v,)
    if len(vector) != len(models):
        if len(models) == 1:
            raise RuntimeError("The given v should contain a single Tensor.")
        raise RuntimeError(f"v is a tuple of invalid length: should be {len(models)} but got {len(vector)}.")
    for number, (part, model) in enumerate(zip(vector, models, strict=True)):
        if part.shape != model.shape:
            place = f"Entry {number} in v" if len(models) > 1 else "v"
            raise RuntimeError(f"{place} has invalid size: should be {model.shape} but got {part.shape}.")
    return vector


def _number(output: Any, called: str) -> Tensor:
    if not isinstance(output, Tensor):
        raise RuntimeError(f"The function given to {called} should return a single Tensor")
    if output.numel() != 1:
        raise RuntimeError(f"The Tensor returned by the function given to {called} should contain a single element")
    return output.squeeze()


def _gradients(
    outputs: Sequence[Tensor],
    inputs: Sequence[Tensor],
    weights: Sequence[Tensor | None],
    create_graph: bool,
    strict: bool,
    first: int = 0,
) -> tuple[Tensor, ...]:
    """The gradients of the weighted outputs, zeros for an input on which none depends. first: the outputs' number."""
    pairs = [(output, weight) for output, weight in zip(outputs, weights, strict=True) if output.requires_grad]
    if strict and len(pairs) < len(outputs):
        number = first + next(number for number, output in enumerate(outputs) if not output.requires_grad)
        raise RuntimeError(
            f"Output {number} of the user-provided function does not require gradients. The outputs must be computed "
            "in a differentiable manner from the input when running in strict mode."
        )
    found: Sequence[Tensor | None] = [None] * len(inputs)
    if pairs:
        ends, seeds = zip(*pairs, strict=True)
        found = grad(ends, inputs, seeds, retain_graph=True, create_graph=create_graph, allow_unused=True)
    for number, tensor in enumerate(found):
        if strict and tensor is None:
            raise RuntimeError(
                f"Output {first} of the user-provided function is independent of input {number}. This is not allowed "
                "in strict mode."
            )
    return tuple([zeros_like(at) if tensor is None else tensor for tensor, at in zip(found, inputs, strict=True)])


def _jacobian(
    number: int, output: Tensor, given: tuple[Tensor, ...], create_graph: bool, strict: bool
) -> tuple[Tensor, ...]:
    rows = [_gradients((element,), given, (None,), create_graph, strict, number) for element in output.reshape(-1)]
    if not rows:
        return tuple([tensor.new_zeros((*output.shape, *tensor.shape)) for tensor in given])
    columns = zip(*rows, strict=True)
    return tuple(
        [stacked(column).reshape((*output.shape, *tensor.shape)) for column, tensor in zip(columns, given, strict=True)]
    )
