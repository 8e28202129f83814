"""Module: what every layer and network is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Self

from core.nn import module_casts, module_hooks, module_members, module_state
from core.nn.global_hooks import everywhere
from core.nn.module_call import call_with_hooks, say_where
from core.nn.module_slots import SLOTS, check_name, check_slot, kind_of, unexpected_arguments
from core.nn.module_text import module_text
from core.nn.parameter import Buffer, Parameter, UninitializedBuffer
from core.tensors.tensor import Tensor


class Module:
    """A part of a network. Parameters, buffers and modules register themselves when assigned as attributes.

    A subclass calls `super().__init__()` first and gives `forward`; the gradients follow from it. What a module can do
    besides is, by concern, in the files `module_….py`, and bound below.
    """

    training: bool
    _version: ClassVar[int] = 1

    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Any]
    _non_persistent_buffers_set: set[str]
    _forward_pre_hooks: dict[int, Any]
    _forward_hooks: dict[int, Any]
    _backward_pre_hooks: dict[int, Any]
    _backward_hooks: dict[int, Any]
    _state_dict_pre_hooks: dict[int, Any]
    _state_dict_hooks: dict[int, Any]
    _load_state_dict_pre_hooks: dict[int, Any]
    _load_state_dict_post_hooks: dict[int, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args or kwargs:
            raise TypeError(unexpected_arguments(self, args, kwargs))
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
            self._require_init("cannot assign parameters before Module.__init__() call")
            self._forget(name, except_in="_parameters")
            self.register_parameter(name, value)
        elif isinstance(value, Module):
            self._require_init("cannot assign module before Module.__init__() call")
            self._forget(name, except_in="_modules")
            check_name(self, "_modules", name, value)
            state["_modules"][name] = value
        elif name in state.get("_parameters", ()):
            check_slot(state, "_parameters", name, value, "torch.nn.Parameter or None")
        elif name in state.get("_modules", ()):
            check_slot(state, "_modules", name, value, "torch.nn.Module or None")
        elif isinstance(value, Buffer | UninitializedBuffer):
            self.register_buffer(name, value, getattr(value, "persistent", True))
        elif name in state.get("_buffers", ()) and (value is None or isinstance(value, Tensor)):
            state["_buffers"][name] = value
        elif name in state.get("_buffers", ()):
            check_slot(state, "_buffers", name, value, "torch.nn.Buffer, torch.Tensor or None")
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

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Changes nothing: `core.compile` gives a module that is planned."""

    def _get_name(self) -> str:
        return type(self).__name__

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Raises KeyError for a name that is empty, dotted or taken, TypeError for what is no parameter."""
        self._require_init("cannot assign parameter before Module.__init__() call")
        check_name(self, "_parameters", name, param)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                f"cannot assign '{kind_of(param)}' object to parameter '{name}' (torch.nn.Parameter or None required)"
            )
        if param is not None and param.grad_fn is not None:
            raise ValueError(
                f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be created explicitly. To "
                f"express '{name}' as a function of another Tensor, compute the value in the forward() method."
            )
        self._parameters[name] = param

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """A tensor that belongs to the module and is no parameter; `state_dict` holds it if it is persistent."""
        self._require_init("cannot assign buffer before Module.__init__() call")
        check_name(self, "_buffers", name, tensor)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"cannot assign '{type(tensor).__name__}' object to buffer '{name}' (torch Tensor or None required)"
            )
        self._buffers[name] = tensor
        (self._non_persistent_buffers_set.discard if persistent else self._non_persistent_buffers_set.add)(name)

    def register_module(self, name: str, module: Module | None) -> None:
        """As `add_module`."""
        self.add_module(name, module)

    def add_module(self, name: str, module: Module | None) -> None:
        """Raises KeyError for a name that is empty, dotted or taken, TypeError for what is no module."""
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{type(module).__name__} is not a Module subclass")
        check_name(self, "_modules", name, module)
        self._modules[name] = module

    def get_submodule(self, target: str) -> Module:
        """The module at a dotted path. Raises AttributeError naming the first part that is not there."""
        module: Any = self
        for name in target.split(".") if target else []:
            if not hasattr(module, name):
                raise AttributeError(f"{module._get_name()} has no attribute `{name}`")
            module = getattr(module, name)
            if not isinstance(module, Module):
                raise AttributeError(f"`{name}` is not an nn.Module")
        found: Module = module
        return found

    def set_submodule(self, target: str, module: Module, strict: bool = False) -> None:
        """Puts `module` at a dotted path, where `strict` asks for a module that is there already.

        Raises ValueError without a path or for no module, AttributeError for what is missing or no module.
        """
        if not target:
            raise ValueError("Cannot set the submodule without a target name!")
        if not isinstance(module, Module):
            raise ValueError(f"`module` is not an nn.Module, found {type(module)}")
        path, _, name = target.rpartition(".")
        parent = self.get_submodule(path)
        if strict or hasattr(parent, name):
            parent.get_submodule(name)
        setattr(parent, name, module)

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a dotted path. Raises AttributeError if there is none."""
        owner, name = self._owner(target)
        if isinstance(found := getattr(owner, name), Parameter):
            return found
        raise AttributeError(f"`{name}` is not an nn.Parameter")

    def get_buffer(self, target: str) -> Tensor:
        """The buffer at a dotted path. Raises AttributeError if there is none."""
        owner, name = self._owner(target)
        found: Tensor | None = owner._buffers.get(name)
        if found is None:
            raise AttributeError(f"`{name}` is not a buffer")
        return found

    def _owner(self, target: str) -> tuple[Module, str]:
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not hasattr(module, name):
            raise AttributeError(f"{module._get_name()} has no attribute `{name}`")
        return module, name

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
        """Leaves training mode: dropout drops nothing, normalisation uses the figures it has kept."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Whether gradients of all parameters below are wanted."""
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Takes the gradients of all parameters below away, or sets them to 0 unless `set_to_none`."""
        for parameter in self.parameters():
            if parameter._grad is None:
                continue
            if set_to_none:
                parameter._grad = None
            else:
                parameter._grad = parameter._grad.detach().zero_()

    def _require_init(self, sentence: str) -> None:
        if "_parameters" not in self.__dict__:
            raise AttributeError(sentence)

    def _forget(self, name: str, except_in: str) -> None:
        self.__dict__.pop(name, None)
        for slot in SLOTS:
            if slot != except_in:
                self.__dict__[slot].pop(name, None)
        self._non_persistent_buffers_set.discard(name)

    named_modules = module_members.named_modules
    modules = module_members.modules
    named_children = module_members.named_children
    children = module_members.children
    named_parameters = module_members.named_parameters
    parameters = module_members.parameters
    named_buffers = module_members.named_buffers
    buffers = module_members.buffers

    state_dict = module_state.state_dict
    load_state_dict = module_state.load_state_dict
    get_extra_state = module_state.get_extra_state
    set_extra_state = module_state.set_extra_state
    _save_to_state_dict = module_state.save_to_state_dict
    _load_from_state_dict = module_state.load_from_state_dict

    register_forward_pre_hook = module_hooks.register_forward_pre_hook
    register_forward_hook = module_hooks.register_forward_hook
    register_full_backward_pre_hook = module_hooks.register_full_backward_pre_hook
    register_full_backward_hook = module_hooks.register_full_backward_hook
    register_state_dict_pre_hook = module_hooks.register_state_dict_pre_hook
    register_state_dict_post_hook = module_hooks.register_state_dict_post_hook
    _register_state_dict_hook = module_hooks.register_state_dict_hook
    register_load_state_dict_pre_hook = module_hooks.register_load_state_dict_pre_hook
    _register_load_state_dict_pre_hook = module_hooks.register_load_pre_hook
    register_load_state_dict_post_hook = module_hooks.register_load_state_dict_post_hook

    _apply = module_casts.apply_to_tensors
    to = module_casts.to
    to_empty = module_casts.to_empty
    cpu = module_casts.cpu
    cuda = module_casts.cuda
    float = module_casts.float_
    double = module_casts.double
    half = module_casts.half
    bfloat16 = module_casts.bfloat16
    type = module_casts.type_
