"""Jacobians, Hessians and their products with vectors, of functions from tensors to tensors.

Each takes a function and its inputs, a tensor or a tuple, and answers in that form; `strict` raises RuntimeError where
an output does not depend on an input, which counts as a gradient of zero otherwise. With `create_graph` the answer can
be differentiated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.autograd.running import grad
from core.functions.creation import zeros_like
from core.functions.shape import stack
from core.grad_mode import enable_grad
from core.tensor import Tensor

Tensors = Tensor | tuple[Tensor, ...]
Function = Callable[..., Any]


@enable_grad()
def vjp(
    func: Function, inputs: Tensors, v: Tensors | None = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """The outputs, and `v`, of the outputs' shapes, times the Jacobian. `v` may be left out for a single number."""
    given = _leaves(inputs, create_graph)
    outputs = func(*given)
    weights = _vector(v, _tuple(outputs), "returns a single Tensor with a single element")
    product = _gradients(_tuple(outputs), given, weights, create_graph, strict)
    return _finished(outputs, create_graph), _like(inputs, product)


@enable_grad()
def jvp(
    func: Function, inputs: Tensors, v: Tensors | None = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """The outputs, and the Jacobian times `v`, of the inputs' shapes. `v` may be left out for a single number.

    vjp is linear in its vector, and the gradient with respect to that vector is the product wanted.
    """
    given = _leaves(inputs, create_graph)
    vector = _vector(v, given, "input is a single Tensor with a single element")
    outputs = func(*given)
    every = _tuple(outputs)
    weights = tuple([zeros_like(each).requires_grad_() for each in every])
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
    given = _leaves(inputs, create_graph)
    outputs = func(*given)
    rows = tuple([_like(inputs, _jacobian(each, given, create_graph, strict)) for each in _tuple(outputs)])
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

    found = jacobian(slope, _tuple(inputs), create_graph, strict)
    return found if isinstance(inputs, tuple) else found[0][0]


@enable_grad()
def vhp(
    func: Function, inputs: Tensors, v: Tensors | None = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """The number that `func` gives, and `v`, of the inputs' shapes, times its Hessian."""
    given = _leaves(inputs, create_graph)
    vector = _vector(v, given, "input is a single Tensor with a single element")
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


def _tuple(values: Any) -> tuple[Tensor, ...]:
    return tuple(values) if isinstance(values, tuple | list) else (values,)


def _like(model: Any, values: tuple[Any, ...]) -> Any:
    return values if isinstance(model, tuple | list) else values[0]


def _leaves(inputs: Tensors, create_graph: bool) -> tuple[Tensor, ...]:
    """The inputs cut off from their past, or still with it where the answer is to be differentiated."""
    for number, each in enumerate(_tuple(inputs)):
        if not isinstance(each, Tensor):
            raise TypeError(f"The inputs given must be Tensors, but the value at index {number} is {type(each)}")
    return tuple(
        [
            each.view_as(each) if create_graph and each.requires_grad else each.detach().requires_grad_()
            for each in _tuple(inputs)
        ]
    )


def _finished(outputs: Any, create_graph: bool) -> Any:
    return outputs if create_graph else _like(outputs, tuple([each.detach() for each in _tuple(outputs)]))


def _vector(v: Tensors | None, models: Sequence[Tensor], when: str) -> tuple[Tensor | None, ...]:
    if v is None:
        if len(models) != 1 or models[0].numel() != 1:
            raise RuntimeError(f"The vector v can only be None if the user-provided function {when}.")
        return (models[0].new_ones(models[0].shape),)
    vector = _tuple(v)
    if len(vector) != len(models):
        raise RuntimeError(f"v is a tuple of invalid length: should be {len(models)} but got {len(vector)}.")
    for number, (each, model) in enumerate(zip(vector, models, strict=True)):
        if each.shape != model.shape:
            raise RuntimeError(f"Entry {number} in v has invalid size: should be {model.shape} but got {each.shape}.")
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
) -> tuple[Tensor, ...]:
    """The gradients of the weighted outputs, zeros for an input on which none of them depends."""
    pairs = [(each, weight) for each, weight in zip(outputs, weights, strict=True) if each.requires_grad]
    if strict and len(pairs) < len(outputs):
        raise RuntimeError("An output of the user-provided function is independent of the inputs.")
    found: Sequence[Tensor | None] = [None] * len(inputs)
    if pairs:
        ends, seeds = zip(*pairs, strict=True)
        found = grad(ends, inputs, seeds, retain_graph=True, create_graph=create_graph, allow_unused=True)
    if strict and any(each is None for each in found):
        raise RuntimeError("The output of the user-provided function is independent of an input.")
    return tuple([zeros_like(at) if each is None else each for each, at in zip(found, inputs, strict=True)])


def _jacobian(output: Tensor, given: tuple[Tensor, ...], create_graph: bool, strict: bool) -> tuple[Tensor, ...]:
    rows = [_gradients((each,), given, (None,), create_graph, strict) for each in output.reshape(-1)]
    if not rows:
        return tuple([each.new_zeros((*output.shape, *each.shape)) for each in given])
    columns = zip(*rows, strict=True)
    return tuple(
        [stack(list(column)).reshape((*output.shape, *each.shape)) for column, each in zip(columns, given, strict=True)]
    )
