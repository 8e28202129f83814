"""Ways to call PyTorch's functions that many of them share: `out=`, numpy's names, `size=` and Python's types."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable
from functools import wraps
from types import CodeType, FunctionType
from typing import Any, TypeVar, cast

from core.arrays.backend import Array, namespace
from core.arrays.device import device_of
from core.tensors import dtypes
from core.tensors.grad_mode import grad_mode, no_grad
from core.tensors.tensor import Tensor

F = TypeVar("F", bound=Callable[..., Any])
NUMPYS = {"axis": "dim", "keepdims": "keepdim", "x2": "other"}
WITH_OUT = frozenset(
    "arithmetic bessel comparison counting cumulative decompositions diagonals elementwise error_function gamma "
    "gathering indexing joining matrices norms pairwise products reduction scattering shape solving sorting "
    "trigonometry".split()
)
"""Modules of `core.functions` whose functions take `out`."""

_AT_ONCE = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "div": "true_divide",
    "maximum": "maximum",
    "minimum": "minimum",
    "neg": "negative",
    "matmul": "matmul",
    "mm": "matmul",
    "bmm": "matmul",
    "abs": "absolute",
    **{name: name for name in "exp log sqrt square sin cos tanh".split()},
}
"""Functions that numpy computes right into `out`."""


def factory(function: F) -> F:
    """`function`, which makes a tensor, and also takes its lengths as `size`, Python's own types as `dtype`, and
    `pin_memory`, which has no effect.
    """
    code = function.__code__
    by_name = "size" not in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]

    @wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        if named:
            named.pop("pin_memory", None)
            if "out" in named and "out" not in code.co_varnames:
                out = named.pop("out")
                return call(*args, **named) if out is None else _write(call(*args, **named), out)
            if "dtype" in named:
                named["dtype"] = dtypes.named(named["dtype"])
            if by_name and "size" in named:
                args = (*args, named.pop("size"))
        try:
            return function(*args, **named)
        except AttributeError as error:
            blame_argument(f"{function.__name__}()", function, args, named, error)
            raise

    return cast(F, call)


def numpy_names(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, which also understands numpy's names for its arguments; itself if it has none of them."""
    code: CodeType | None = getattr(function, "__code__", None)
    if code is None:
        return function
    own = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    others = {theirs: ours for theirs, ours in NUMPYS.items() if ours in own and theirs not in own}
    if not others:
        return function

    @wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        for name in others.keys() & named.keys() if named else ():
            named[others[name]] = named.pop(name)
        return function(*args, **named)

    return call


def with_out(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, which also takes `out`: a tensor (or several) to write the result to."""
    name = function.__name__

    @wraps(function)
    def call(*args: Any, out: Any = None, **named: Any) -> Any:
        if out is None:
            try:
                return function(*args, **named)
            except AttributeError as error:
                blame_argument(f"{name}()", function, args, named, error)
                raise
        _refuse_gradients(name, (*args, *named.values(), *_targets(name, out)))
        if name in _AT_ONCE and not named and _fits(_AT_ONCE[name], args, out):
            arrays = [argument._array for argument in args]
            getattr(namespace(arrays[0]), _AT_ONCE[name])(*arrays, out=out._array)
            out._counter[0] += 1
            return out
        with no_grad():
            result = function(*args, **named)
        if isinstance(out, Tensor):
            return _write(result, out)
        return (
            type(result)(*map(_write, result, out)) if hasattr(result, "_fields") else tuple(map(_write, result, out))
        )

    return call


def blame_argument(
    what: str, function: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any], error: AttributeError
) -> None:
    """Raises TypeError if `error` came of an argument that was used as a tensor and is none.

    So a call with the right arguments costs nothing.
    """
    if isinstance(error.obj, Tensor) or not hasattr(Tensor, error.name or ""):
        return
    names = inspect.unwrap(function).__code__.co_varnames[inspect.ismethod(function) :]
    for position, (name, argument) in enumerate([*zip(names, args, strict=False), *named.items()], 1):
        if argument is error.obj:
            kind = type(argument).__name__
            raise TypeError(f"{what}: argument '{name}' (position {position}) must be Tensor, not {kind}") from error


def naming_wrong_kinds(function: F) -> F:
    """`function`, which says by name which of its arguments should have been a tensor."""

    @wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        try:
            return function(*args, **named)
        except AttributeError as error:
            blame_argument(f"{function.__name__}()", function, args, named, error)
            raise

    return cast(F, call)


def offered(function: Callable[..., Any], room: str, name: str, *, takes_out: bool = True) -> Any:
    """`function` as the module `room` offers it under `name`, where pickle finds it too; a class as it is."""
    if not isinstance(function, FunctionType):
        return function
    found = (with_out if takes_out else naming_wrong_kinds)(numpy_names(function))
    found.__module__, found.__qualname__ = room, name
    return found


def _targets(name: str, out: Any) -> Iterable[Tensor]:
    if isinstance(out, Tensor):
        return (out,)
    if not isinstance(out, tuple | list):
        raise TypeError(f"{name}(): argument 'out' must be Tensor, not {type(out).__name__}")
    return out


def _refuse_gradients(name: str, values: tuple[Any, ...]) -> None:
    if grad_mode.enabled and any(isinstance(value, Tensor) and value.requires_grad for value in values):
        raise RuntimeError(
            f"{name}(): functions with out=... arguments don't support automatic differentiation, but one of the "
            "arguments requires grad."
        )


def _fits(function: str, args: tuple[Any, ...], out: Any) -> bool:
    """Whether all are tensors of one type and place, and `out` has the result's shape."""
    if not all(isinstance(tensor, Tensor) for tensor in (*args, out)):
        return False
    target: Array = out._array
    shapes = {argument._array.shape for argument in args}
    if function == "matmul" and all(argument.ndim == 2 for argument in args):
        shapes = {(args[0].shape[0], args[1].shape[1])}
    same = all(
        argument._array.dtype == target.dtype and device_of(argument._array) == device_of(target) for argument in args
    )
    return same and target.dtype.kind == "f" and target.ndim > 0 and shapes == {target.shape}


def _write(result: Tensor, out: Tensor) -> Tensor:
    if device_of(result._array) != device_of(out._array):
        raise RuntimeError(f"Expected out tensor to be on {result.device}, but it is on {out.device}")
    if dtypes.category(result._array.dtype) > dtypes.category(out._array.dtype):
        raise RuntimeError(
            f"result type {result.dtype.title} can't be cast to the desired output type {out.dtype.title}"
        )
    if out._array.shape != result._array.shape:
        if out._array.size:
            warnings.warn(
                f"An output with one or more elements was resized since it had shape {list(out.shape)}, which does not "
                f"match the required output shape {list(result.shape)}.",
                UserWarning,
                stacklevel=3,
            )
        out._array = namespace(result._array).empty(result._array.shape, out._array.dtype)
    out._array[...] = result._array
    out._counter[0] += 1
    return out
