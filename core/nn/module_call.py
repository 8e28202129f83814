"""Calling a module that has hooks. Without hooks `Module.__call__` goes straight to `forward`."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from core.arrays.backend import namespace
from core.autograd import record_many
from core.autograd.hooks import hooks_of
from core.nn.global_hooks import of_kind
from core.ops.operation import Operation
from core.tensors.calling import blame_argument
from core.tensors.grad_mode import grad_mode
from core.tensors.tensor import Tensor

if TYPE_CHECKING:
    from core.arrays.backend import Array
    from core.nn.module import Module

Gradients = tuple[Tensor | None, ...]


def say_where(module: Module, args: tuple[Any, ...], kwargs: dict[str, Any], error: Exception) -> None:
    """Notes in which layer `error` arose and the shapes it was given. An argument that is no tensor is a TypeError.

    PyTorch's sentence stays as it is. What a user's own layer raises keeps its class.
    """
    name, ours = type(module).__name__, type(module).__module__.startswith("core.")
    if not hasattr(error, "__notes__"):
        options = module.extra_repr() if ours else ""
        given = ", ".join(_told(value) for value in (*args, *kwargs.values()))
        error.add_note(f"In {name}({options}), called with {given or 'nothing'}.")
    if ours and isinstance(error, AttributeError):
        blame_argument(name, module.forward, args, kwargs, error)


def _told(argument: Any) -> str:
    return f"shape {list(argument.shape)}" if isinstance(argument, Tensor) else type(argument).__name__


def call_with_hooks(module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What `forward` and the hooks around it give. Raises what they raise, after hooks that are always called."""
    done: list[Any] = []
    try:
        return _call(module, args, kwargs, done)
    except Exception:
        for hook, with_kwargs, always_call in [*of_kind("forward"), *module._forward_hooks.values()]:
            if always_call and hook not in done:
                _after(module, hook, with_kwargs, args, kwargs, None)
        raise


def _call(module: Module, args: tuple[Any, ...], kwargs: dict[str, Any], done: list[Any]) -> Any:
    for hook, with_kwargs in [*of_kind("forward_pre"), *module._forward_pre_hooks.values()]:
        args, kwargs = _before(module, hook, with_kwargs, args, kwargs)
    watch = _BackwardWatch(module)
    if watch:
        args = watch.mark_inputs(args)
    output = module.forward(*args, **kwargs)
    for hook, with_kwargs, _ in [*of_kind("forward"), *module._forward_hooks.values()]:
        done.append(hook)
        answer = _after(module, hook, with_kwargs, args, kwargs, output)
        output = output if answer is None else answer
    return watch.mark_outputs(output) if watch else output


def _before(
    module: Module, hook: Any, with_kwargs: bool, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    answer = hook(module, args, kwargs) if with_kwargs else hook(module, args)
    if answer is None:
        return args, kwargs
    if not with_kwargs:
        return answer if isinstance(answer, tuple) else (answer,), kwargs
    if isinstance(answer, tuple) and len(answer) == 2:
        return answer
    raise RuntimeError(f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {answer}.")


def _after(
    module: Module, hook: Any, with_kwargs: bool, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any
) -> Any:
    return hook(module, args, kwargs, output) if with_kwargs else hook(module, args, output)


class BackwardHookFunction(Operation):
    """Passes values and gradients on: a place to listen at the edge of a module. A missing gradient becomes zeros."""

    __slots__ = ("models",)

    def forward(self, *arrays: Array) -> tuple[Array, ...]:
        self.models = [(array.shape, array.dtype) for array in arrays]
        return arrays

    def backward(self, grads: tuple[Array | None, ...]) -> tuple[Array, ...]:
        xp = namespace(next(grad for grad in grads if grad is not None))
        pairs = zip(grads, self.models, strict=True)
        return tuple([xp.zeros(*model) if grad is None else grad for grad, model in pairs])

    def name(self) -> str:
        return "BackwardHookFunctionBackward"


class _BackwardWatch:
    """Waits at a module's outputs and inputs for their gradients, and calls its backward hooks with them."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._pre_hooks = [*of_kind("backward_pre"), *module._backward_pre_hooks.values()]
        self._hooks = [*of_kind("backward"), *module._backward_hooks.values()]
        self._inputs = self._outputs = 0
        self._at_inputs: list[int] = []
        self._at_outputs: list[int] = []
        self._grad_outputs: Gradients | None = None

    def __bool__(self) -> bool:
        """Whether anybody waits for gradients."""
        return bool(self._pre_hooks or self._hooks)

    def mark_inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        self._inputs = len(args)
        marked, self._at_inputs, node = _marked(args)
        if node is not None:
            hooks_of(node, "hooks").on_inputs[0] = self._inputs_arrived
        return marked

    def mark_outputs(self, output: Any) -> Any:
        if not isinstance(output, tuple | Tensor):
            warnings.warn(
                "For backward hooks to be called, module output should be a Tensor or a tuple of Tensors but received "
                f"{type(output)}",
                stacklevel=5,
            )
            return output
        outputs = output if isinstance(output, tuple) else (output,)
        self._outputs = len(outputs)
        marked, self._at_outputs, node = _marked(outputs)
        if node is not None:
            hooks_of(node, "hooks").on_outputs[0] = self._outputs_arrived
        if hasattr(output, "_fields"):
            return type(output)(*marked)
        return marked if isinstance(output, tuple) else marked[0]

    def _outputs_arrived(self, grads: Gradients) -> Gradients:
        found = _spread(grads, self._at_outputs, self._outputs)
        for hook in self._pre_hooks:
            answer = hook(self._module, found)
            if answer is not None and len(answer) != len(found):
                raise RuntimeError(
                    f"Backward pre hook returned an invalid number of grad_output, got {len(answer)}, but expected "
                    f"{len(found)}"
                )
            found = found if answer is None else tuple(answer)
        self._grad_outputs = found
        if not self._at_inputs:
            self._call_without_inputs()
        return tuple([found[place] for place in self._at_outputs])

    def _inputs_arrived(self, grads: Gradients, _: Gradients) -> Gradients | None:
        if self._grad_outputs is None:  # this gradient came past the module's outputs
            return None
        found = _spread(grads, self._at_inputs, self._inputs)
        for hook in self._hooks:
            answer = hook(self._module, found, self._grad_outputs)
            if answer is not None and len(answer) != len(found):
                raise RuntimeError(
                    f"Backward hook returned an invalid number of grad_input, got {len(answer)}, but expected "
                    f"{len(found)}"
                )
            found = found if answer is None else tuple(answer)
        self._grad_outputs = None
        return tuple([found[place] for place in self._at_inputs])

    def _call_without_inputs(self) -> None:
        if self._hooks:
            warnings.warn(
                "Full backward hook is firing when gradients are computed with respect to module outputs since no "
                "inputs require gradients.",
                stacklevel=2,
            )
        for hook in self._hooks:
            answer = hook(self._module, (None,) * self._inputs, self._grad_outputs)
            if answer is not None and any(gradient is not None for gradient in answer):
                raise RuntimeError(
                    "Backward hook for Modules where no input requires gradient should always return None or None for "
                    "all gradients."
                )
        self._grad_outputs = None


def _marked(values: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[int], Operation | None]:
    """The values, the tensors among them led through one record if one wants a gradient; where they are; the record."""
    places = [place for place, value in enumerate(values) if isinstance(value, Tensor)]
    if not grad_mode.enabled or not any(values[place].requires_grad for place in places):
        return values, [], None
    marked, node = list(values), BackwardHookFunction()
    for place, made in zip(places, record_many(node, *(values[place] for place in places)), strict=True):
        if values[place].requires_grad:
            made._counter = values[place]._counter
            marked[place] = made
    return tuple(marked), places, node


def _spread(grads: Gradients, places: list[int], length: int) -> Gradients:
    found: list[Tensor | None] = [None] * length
    for place, grad in zip(places, grads, strict=True):
        found[place] = grad
    return tuple(found)
