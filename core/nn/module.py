"""Module: what every layer and network is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from core.nn.global_hooks import everywhere
from core.nn.hooks import ForwardHook, RemovableHandle, add_hook
from core.nn.module_call import call_with_hooks, say_where
from core.nn.module_casts import ModuleCasts
from core.nn.module_text import module_text
from core.nn.parameter import Buffer, Parameter, UninitializedBuffer
from core.tensors.tensor import Tensor

SLOTS = ("_parameters", "_buffers", "_modules")
_KINDS = {"_parameters": "parameter", "_buffers": "buffer", "_modules": "module"}


class Module(ModuleCasts):
    """A part of a network. Parameters, buffers and modules register themselves when assigned as attributes.

    A subclass calls `super().__init__()` first and gives `forward`; the gradients follow from it.
    """

    training: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args or kwargs:
            raise TypeError(_unexpected_arguments(self, args, kwargs))
        state = self.__dict__
        state["training"] = True
        for name in SLOTS:
            state[name] = {}
        state["_non_persistent_buffers_set"] = set()
        state["_forward_pre_hooks"] = {}
        state["_forward_hooks"] = {}
        state["_backward_pre_hooks"] = {}
        state["_backward_hooks"] = {}
        state["_state_dict_pre_hooks"] = {}
        state["_state_dict_hooks"] = {}
        state["_load_state_dict_pre_hooks"] = {}
        state["_load_state_dict_post_hooks"] = {}

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            if self._backward_hooks or self._backward_pre_hooks or self._forward_hooks or self._forward_pre_hooks:
                return call_with_hooks(self, args, kwargs)
            if everywhere:
                return call_with_hooks(self, args, kwargs)
            return self.forward(*args, **kwargs)
        except Exception as error:
            say_where(self, args, kwargs, error)
            raise

    def __getattr__(self, name: str) -> Any:
        state = self.__dict__
        for slot in SLOTS:
            if slot in state and name in state[slot]:
                return state[slot][name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self)

    def __setattr__(self, name: str, value: Any) -> None:
        state = self.__dict__
        if isinstance(value, Parameter):
            self._require_init("parameters", "cannot assign parameters before Module.__init__() call")
            self._forget(name, except_in="_parameters")
            self.register_parameter(name, value)
        elif isinstance(value, Module):
            self._require_init("modules", "cannot assign module before Module.__init__() call")
            self._forget(name, except_in="_modules")
            _check_name(self, "_modules", name, value)
            state["_modules"][name] = value
        elif name in state.get("_parameters", ()):
            _check_slot(state, "_parameters", name, value, "torch.nn.Parameter or None")
        elif name in state.get("_modules", ()):
            _check_slot(state, "_modules", name, value, "torch.nn.Module or None")
        elif isinstance(value, Buffer | UninitializedBuffer):
            self.register_buffer(name, value, getattr(value, "persistent", True))
        elif name in state.get("_buffers", ()) and (value is None or isinstance(value, Tensor)):
            state["_buffers"][name] = value
        elif name in state.get("_buffers", ()):
            _check_slot(state, "_buffers", name, value, "torch.nn.Buffer, torch.Tensor or None")
        else:
            object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        for slot in SLOTS:
            if name in self.__dict__.get(slot, ()):
                del self.__dict__[slot][name]
                self._non_persistent_buffers_set.discard(name)
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        registered = [name for slot in SLOTS for name in self.__dict__.get(slot, ())]
        return sorted(name for name in {*object.__dir__(self), *registered} if not name[0].isdigit())

    def __repr__(self) -> str:
        return module_text(self)

    def extra_repr(self) -> str:
        """What stands between the brackets of this module's text."""
        return ""

    def _get_name(self) -> str:
        return type(self).__name__

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Raises KeyError for a name that is empty, dotted or taken, TypeError for what is no parameter."""
        self._require_init("parameters", "cannot assign parameter before Module.__init__() call")
        _check_name(self, "_parameters", name, param)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                f"cannot assign '{_kind_of(param)}' object to parameter '{name}' (torch.nn.Parameter or None required)"
            )
        if param is not None and param.grad_fn is not None:
            raise ValueError(
                f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be created explicitly. To "
                f"express '{name}' as a function of another Tensor, compute the value in the forward() method."
            )
        self._parameters[name] = param

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """A tensor that belongs to the module and is no parameter; `state_dict` holds it if it is persistent."""
        self._require_init("buffers", "cannot assign buffer before Module.__init__() call")
        _check_name(self, "_buffers", name, tensor)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"cannot assign '{type(tensor).__name__}' object to buffer '{name}' (torch Tensor or None required)"
            )
        self._buffers[name] = tensor
        (self._non_persistent_buffers_set.discard if persistent else self._non_persistent_buffers_set.add)(name)

    def register_module(self, name: str, module: Module | None) -> None:
        self.add_module(name, module)

    def add_module(self, name: str, module: Module | None) -> None:
        """Raises KeyError for a name that is empty, dotted or taken, TypeError for what is no module."""
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{type(module).__name__} is not a Module subclass")
        _check_name(self, "_modules", name, module)
        self._modules[name] = module

    def apply(self, fn: Callable[[Module], None]) -> Self:
        """Calls `fn` with every module below, children first, and with this one."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Whether dropout drops and normalisation takes its figures from the batch. Raises ValueError for no bool."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self) -> Self:
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        for parameter in self.parameters():
            if parameter._grad is None:
                continue
            if set_to_none:
                parameter._grad = None
            else:
                parameter._grad = parameter._grad.detach().zero_()

    def register_forward_pre_hook(
        self, hook: ForwardHook, *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """`hook(module, args)` before `forward`; what it returns replaces the arguments."""
        return add_hook(self._forward_pre_hooks, (hook, with_kwargs), prepend)

    def register_forward_hook(
        self, hook: ForwardHook, *, prepend: bool = False, with_kwargs: bool = False, always_call: bool = False
    ) -> RemovableHandle:
        """`hook(module, args, output)` after `forward`; what it returns replaces the output. always_call: also where
        `forward` fails, with None for the output."""
        return add_hook(self._forward_hooks, (hook, with_kwargs, always_call), prepend)

    def register_full_backward_pre_hook(self, hook: ForwardHook, prepend: bool = False) -> RemovableHandle:
        """`hook(module, grad_output)` when the gradient of the output is known; what it returns replaces it."""
        return add_hook(self._backward_pre_hooks, hook, prepend)

    def register_full_backward_hook(self, hook: ForwardHook, prepend: bool = False) -> RemovableHandle:
        """`hook(module, grad_input, grad_output)` at the gradients of inputs; what it returns replaces them."""
        return add_hook(self._backward_hooks, hook, prepend)

    def _require_init(self, what: str, sentence: str) -> None:
        if "_parameters" not in self.__dict__:
            raise AttributeError(sentence)

    def _forget(self, name: str, except_in: str) -> None:
        self.__dict__.pop(name, None)
        for slot in SLOTS:
            if slot != except_in:
                self.__dict__[slot].pop(name, None)
        self._non_persistent_buffers_set.discard(name)


def _unexpected_arguments(module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    if kwargs:
        return f"{type(module).__name__}.__init__() got an unexpected keyword argument '{next(iter(kwargs))}'"
    given = f"{len(args) + 1} were" if args else "1 was"
    return f"{type(module).__name__}.__init__() takes 1 positional argument but {given} given"


def _check_slot(state: dict[str, Any], slot: str, name: str, value: Any, required: str) -> None:
    if value is not None:
        raise TypeError(
            f"cannot assign '{_kind_of(value)}' as {'child ' if slot == '_modules' else ''}{_KINDS[slot]} '{name}' "
            f"({required} expected)"
        )
    state[slot][name] = None


def _kind_of(value: Any) -> str:
    return str(value.type()) if type(value) is Tensor else type(value).__name__


def _check_name(module: Module, slot: str, name: Any, value: object) -> None:
    kind = _KINDS[slot]
    if not isinstance(name, str):
        raise TypeError(f"{kind} name should be a string. Got {type(name).__name__}")
    if "." in name:
        raise KeyError(f'{kind} name can\'t contain "."' + (f", got: {name}" if kind == "module" else ""))
    if name == "":
        raise KeyError(f'{kind} name can\'t be empty string ""')
    if hasattr(module, name) and name not in module.__dict__[slot]:
        raise KeyError(f"attribute '{name}' already exists")
