"""Parameters that are computed from others: each time `layer.weight` is asked for, a module makes it.

The layer gets a class of its own with a property in the parameter's place, and a ModuleDict `parametrizations`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from core.nn.containers import ModuleDict, ModuleList
from core.nn.module import Module
from core.nn.parameter import Parameter
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor

__all__ = [
    "ParametrizationList",
    "cached",
    "is_parametrized",
    "register_parametrization",
    "remove_parametrizations",
    "type_before_parametrizations",
]


class _Cache:
    """What `cached` keeps: how many of its blocks are open, and what was computed in them."""

    depth = 0
    values: dict[tuple[int, str], Tensor] = {}  # noqa: RUF012 - one for all


@contextmanager
def cached() -> Iterator[None]:
    """Within the block each parametrised tensor is computed once."""
    _Cache.depth += 1
    try:
        yield
    finally:
        _Cache.depth -= 1
        if not _Cache.depth:
            _Cache.values.clear()


class ParametrizationList(ModuleList):
    """The modules that make a tensor, the first from `original` (or `original0`, `original1`, ...), each from the last.

    What the tensor is now goes back through their `right_inverse`, where they have one, to become the originals.
    Raises ValueError if shape or type of the tensor change, unless `unsafe`.
    """

    def __init__(self, modules: Sequence[Module], original: Tensor, unsafe: bool = False) -> None:
        if not len(modules):
            raise ValueError("ParametrizationList requires one or more modules.")
        super().__init__(modules)
        self.unsafe = unsafe
        shape, kind = original.shape, original.dtype
        new = self._inverted(original)
        self.is_tensor = isinstance(new, Tensor)
        self.ntensors = 1 if self.is_tensor else len(new)
        if self.is_tensor:
            _check_alike("right_inverse(original)", new.dtype, "original", original.dtype, "dtype")
            original.data = new.data
            _register(self, "original", original)
        else:
            self._register_parts(new, original)
        if not unsafe:
            _check_result(self(), shape, kind)

    def _inverted(self, original: Tensor) -> Any:
        new: Any = original
        with no_grad():
            for module in reversed(list(self)):
                if hasattr(module, "right_inverse"):
                    try:
                        new = module.right_inverse(new)
                    except NotImplementedError:  # there is none after all, and the tensor stays what it is
                        continue
        if not isinstance(new, Tensor | Sequence):
            raise ValueError(
                "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). Got "
                f"{type(new).__name__}"
            )
        return new

    def _register_parts(self, parts: Sequence[Any], original: Tensor) -> None:
        for number, part in enumerate(parts):
            if not isinstance(part, Tensor):
                raise ValueError(
                    "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). Got element "
                    f"{number} of the sequence with type {type(part).__name__}."
                )
            kept = Parameter(part, original.requires_grad) if isinstance(original, Parameter) else part
            _register(self, f"original{number}", kept)

    def _originals(self) -> list[Tensor]:
        names = ["original"] if self.is_tensor else [f"original{number}" for number in range(self.ntensors)]
        return [getattr(self, name) for name in names]

    def right_inverse(self, value: Tensor) -> None:
        """Makes the originals such that the tensor becomes `value`, as far as the modules can tell how."""
        parts: Any = value
        with no_grad():
            for module in reversed(list(self)):
                if not hasattr(module, "right_inverse"):
                    raise RuntimeError(f"parametrization {type(module).__name__} does not implement right_inverse.")
                parts = module.right_inverse(parts)
        if self.is_tensor:
            if not isinstance(parts, Tensor):
                raise ValueError(f"`right_inverse` should return a tensor. Got {type(parts).__name__}")
            parts = [parts]
        elif not isinstance(parts, Sequence) or len(parts) != self.ntensors:
            raise ValueError(f"'right_inverse' must return a sequence of tensors of length {self.ntensors}.")
        for original, part in zip(self._originals(), parts, strict=True):
            _check_alike("The tensor returned by `right_inverse`", part.dtype, "`original`", original.dtype, "dtype")
            original.data = part.data

    def forward(self) -> Any:
        first, *others = list(self)
        value = first(*self._originals())
        for module in others:
            value = module(value)
        return value


def register_parametrization(
    module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> Module:
    """Lets `parametrization` make the parameter or buffer `tensor_name` of `module` from now on; returns `module`.

    One that is registered later works on what the earlier ones give. Raises ValueError for a name that is not there
    and for a change of shape or type, unless `unsafe`.
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        made = module.parametrizations[tensor_name]
        if not unsafe:
            _check_next(getattr(module, tensor_name), parametrization)
        made.append(parametrization)
        made.unsafe |= unsafe
    elif tensor_name in module._buffers or tensor_name in module._parameters:
        made = ParametrizationList([parametrization], getattr(module, tensor_name), unsafe)
        delattr(module, tensor_name)
        if not is_parametrized(module):
            _give_own_class(module)
            module.parametrizations = ModuleDict()
        setattr(type(module), tensor_name, _property(tensor_name))
        module.parametrizations[tensor_name] = made
    else:
        raise ValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with name "
            f"'{tensor_name}'"
        )
    return module


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether that tensor of the module, or any without a name, is made by parametrisations."""
    found = getattr(module, "parametrizations", None)
    if not isinstance(found, ModuleDict):
        return False
    return len(found) > 0 if tensor_name is None else tensor_name in found


def remove_parametrizations(module: Module, tensor_name: str, leave_parametrized: bool = True) -> Module:
    """Makes the tensor an ordinary one again, with its present numbers or, if not `leave_parametrized`, the original's.

    Raises ValueError if it is not parametrised, or if there are several originals to choose from.
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    made = module.parametrizations[tensor_name]
    if not made.is_tensor and not leave_parametrized:
        raise ValueError(
            "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of a "
            "sequence of tensors."
        )
    value: Tensor = getattr(module, tensor_name)
    if made.is_tensor:
        original = made.original
        if leave_parametrized:
            original.data = value.detach()
    else:
        original = Parameter(value.detach()) if value.requires_grad else value
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    _register(module, tensor_name, original)
    if not is_parametrized(module):
        del module.parametrizations
        module.__class__ = type(module).__bases__[0]
    return module


def type_before_parametrizations(module: Module) -> type:
    """The class the module was written as."""
    return type(module).__bases__[0] if is_parametrized(module) else type(module)


def _give_own_class(module: Module) -> None:
    kind = type(module)

    def copy(self: Module, memo: dict[int, Any]) -> Module:
        twin = self.__new__(type(self))
        memo[id(self)] = twin
        twin.__dict__ = deepcopy(self.__dict__, memo)
        return twin

    def getstate(self: Module) -> Any:
        raise RuntimeError("Serialization of parametrized modules is only supported through state_dict().")

    module.__class__ = type(f"Parametrized{kind.__name__}", (kind,), {"__deepcopy__": copy, "__getstate__": getstate})


def _property(tensor_name: str) -> property:
    def get(self: Module) -> Any:
        if not _Cache.depth:
            return self.parametrizations[tensor_name]()
        key = (id(self), tensor_name)
        if key not in _Cache.values:
            _Cache.values[key] = self.parametrizations[tensor_name]()
        return _Cache.values[key]

    def set_original(self: Module, value: Tensor) -> None:
        self.parametrizations[tensor_name].right_inverse(value)

    return property(get, set_original)


def _register(module: Module, name: str, tensor: Tensor) -> None:
    if isinstance(tensor, Parameter):
        module.register_parameter(name, tensor)
    else:
        module.register_buffer(name, tensor)


def _check_next(before: Tensor, parametrization: Module) -> None:
    after = parametrization(before)
    _check_result(after, before.shape, before.dtype)
    if hasattr(parametrization, "right_inverse"):
        try:
            back = parametrization.right_inverse(after)
        except NotImplementedError:  # there is none after all
            return
        _check_result(back, before.shape, before.dtype)


def _check_result(result: Any, shape: Any, kind: Any) -> None:
    if not isinstance(result, Tensor):
        raise ValueError(f"A parametrization must return a tensor. Got {type(result).__name__}.")
    _check_alike("parametrized", result.dtype, "unparametrized", kind, "dtype")
    _check_alike("parametrized", result.shape, "unparametrized", shape, "shape")


def _check_alike(new: str, found: Any, old: str, expected: Any, what: str) -> None:
    if found != expected:
        raise ValueError(
            f"Registering a parametrization may not change the {what} of the tensor, unless `unsafe` flag is enabled.\n"
            f"{old} {what}: {expected}\n{new} {what}: {found}"
        )
