"""A module called as a function of its parameters, and functions that give the derivatives of functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from core.autograd.functional import hessian as second_derivatives
from core.autograd.functional import jacobian
from core.autograd.running import grad as gradients
from core.functions.shape import stack
from core.nn.module import Module
from core.tensors.grad_mode import enable_grad
from core.tensors.tensor import Tensor

__all__ = ["functional_call", "grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "vjp", "vmap"]


def functional_call(
    module: Module,
    parameter_and_buffer_dicts: Mapping[str, Tensor] | Sequence[Mapping[str, Tensor]],
    args: Any = None,
    kwargs: Mapping[str, Any] | None = None,
) -> Any:
    """What `module` gives with other tensors in place of the parameters and buffers named; itself it stays as it is.

    A parameter in several places is replaced in all of them; names that the module lacks are passed over. Raises
    ValueError for a name given twice.
    """
    found = _merged(parameter_and_buffer_dicts)
    places: dict[str, tuple[dict[str, Any], str]] = {
        f"{path}.{name}".lstrip("."): (slot, name)
        for path, part in module.named_modules(remove_duplicate=False)
        for slot in (part._parameters, part._buffers)
        for name in slot
    }
    before = {key: slot[name] for key, (slot, name) in places.items()}
    instead = {id(before[name]): value for name, value in found.items() if name in places}
    try:
        for key, (slot, name) in places.items():
            slot[name] = instead.get(id(before[key]), before[key])
        return module(*(args if isinstance(args, tuple) else () if args is None else (args,)), **(kwargs or {}))
    finally:
        for key, (slot, name) in places.items():
            slot[name] = before[key]


def _merged(dicts: Mapping[str, Tensor] | Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    several = [dicts] if isinstance(dicts, Mapping) else dicts
    names = [name for table in several for name in table]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise ValueError(f"{twice} appeared in multiple dictionaries; behavior of functional call is ambiguous")
    merged = {name: value for table in several for name, value in table.items()}
    for value in merged.values():
        if not isinstance(value, Tensor):
            raise TypeError(f"{value} is not an instance of torch.Tensor")
    return merged


def grad(func: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that gives the gradient of `func`, which gives one number, by the arguments of these places."""

    def of(*args: Any, **kwargs: Any) -> Any:
        found, value = grad_and_value(func, argnums, has_aux)(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return of


def grad_and_value(
    func: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """As `grad`, with what `func` gives beside the gradient."""

    def of(*args: Any, **kwargs: Any) -> Any:
        places = (argnums,) if isinstance(argnums, int) else argnums
        given = list(args)
        leaves: list[Tensor] = []
        for place in places:
            given[place] = _leaves(given[place], leaves)
        with enable_grad():
            out = func(*given, **kwargs)
        value, aux = out if has_aux else (out, None)
        if not isinstance(value, Tensor) or value.numel() != 1:
            raise RuntimeError(
                "grad_and_value(func)(*args): Expected the given function to return a tensor of one element"
            )
        nested = any(each.requires_grad for each in _tensors(args))
        parts = iter(gradients(value, leaves, create_graph=nested, allow_unused=True, materialize_grads=True))
        found = tuple([_filled(given[place], parts) for place in places])
        plain = value if nested else value.detach()
        return (found[0] if isinstance(argnums, int) else found), ((plain, aux) if has_aux else plain)

    return of


def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """What `func` gives, and the function that takes the gradient of that back to the arguments."""
    leaves: list[Tensor] = []
    given = [_leaves(each, leaves) for each in primals]
    with enable_grad():
        out = func(*given)
    value, aux = out if has_aux else (out, None)
    outputs = _tensors(value)

    def back(cotangents: Any, retain_graph: bool = True, create_graph: bool | None = None) -> Any:
        weights = _tensors(cotangents)
        parts = iter(gradients(outputs, leaves, weights, retain_graph, bool(create_graph), True, True, False, True))
        return tuple([_filled(each, parts) for each in given])

    plain = _mapped(value, lambda each: each.detach())
    return (plain, back, aux) if has_aux else (plain, back)


def jacrev(func: Callable[..., Any], argnums: int = 0) -> Callable[..., Any]:
    """The function that gives the derivatives of all numbers of `func`'s result by all of the argument."""

    def of(*args: Any) -> Any:
        def at(value: Tensor) -> Any:
            return func(*args[:argnums], value, *args[argnums + 1 :])

        return jacobian(at, args[argnums], create_graph=args[argnums].requires_grad)

    return of


jacfwd = jacrev


def hessian(func: Callable[..., Any], argnums: int = 0) -> Callable[..., Any]:
    """The function that gives the second derivatives of `func`, which gives one number."""

    def of(*args: Any) -> Any:
        def at(value: Tensor) -> Any:
            return func(*args[:argnums], value, *args[argnums + 1 :])

        return second_derivatives(at, args[argnums])

    return of


def vmap(func: Callable[..., Any], in_dims: Any = 0, out_dims: Any = 0, **options: Any) -> Callable[..., Any]:
    """`func` for each slice of its arguments along `in_dims`, None for one that all share, one after the other."""

    def of(*args: Any, **kwargs: Any) -> Any:
        dims = in_dims if isinstance(in_dims, tuple) else (in_dims,) * len(args)
        counts = {_count(each, dim) for each, dim in zip(args, dims, strict=True) if dim is not None}
        if len(counts) != 1:
            raise ValueError(
                f"vmap: Expected all tensors to have the same size in the mapped dimension, got {sorted(counts)}"
            )
        rows = [
            func(*[_slice(each, dim, number) for each, dim in zip(args, dims, strict=True)], **kwargs)
            for number in range(counts.pop())
        ]
        return _joined(rows, out_dims)

    return of


def _slice(value: Any, dim: int | None, number: int) -> Any:
    return value if dim is None else _mapped(value, lambda each: each.select(dim, number))


def _count(value: Any, dim: int) -> int:
    return int(_tensors(value)[0].shape[dim])


def _joined(rows: list[Any], dim: Any) -> Any:
    if isinstance(rows[0], tuple | list):
        dims = dim if isinstance(dim, tuple) else (dim,) * len(rows[0])
        return tuple([_joined(list(each), place) for each, place in zip(zip(*rows, strict=True), dims, strict=True)])
    if isinstance(rows[0], dict):
        return {key: _joined([each[key] for each in rows], dim) for key in rows[0]}
    return stack(rows, dim)


def _mapped(value: Any, function: Callable[[Tensor], Any]) -> Any:
    """The value with the function's results in place of its tensors."""
    if isinstance(value, Tensor):
        return function(value)
    if isinstance(value, dict):
        return {key: _mapped(each, function) for key, each in value.items()}
    return type(value)([_mapped(each, function) for each in value]) if isinstance(value, list | tuple) else value


def _tensors(value: Any) -> list[Tensor]:
    found: list[Tensor] = []
    _mapped(value, found.append)
    return found


def _leaves(value: Any, found: list[Tensor]) -> Any:
    """The value with tensors that want a gradient, which are noted."""

    def leaf(each: Tensor) -> Tensor:
        made = each.view_as(each) if each.requires_grad else each.detach().requires_grad_()
        found.append(made)
        return made

    return _mapped(value, leaf)


def _filled(value: Any, parts: Iterator[Any]) -> Any:
    return _mapped(value, lambda _: next(parts))
