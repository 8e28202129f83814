"""Calling a module that has hooks. Without hooks `Module.__call__` goes straight to `forward`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.autograd import record
from core.grad_mode import grad_mode
from core.ops.operation import Operation
from core.tensor import Tensor

if TYPE_CHECKING:
    from core.backend import Array
    from core.nn.module import Module


def call_with_hooks(module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    for hook, with_kwargs in list(module._forward_pre_hooks.values()):
        args, kwargs = _before(module, hook, with_kwargs, args, kwargs)
    watch = (
        _BackwardWatch(module) if grad_mode.enabled and (module._backward_hooks or module._backward_pre_hooks) else None
    )
    if watch:
        args = watch.mark_inputs(args)
    output = module.forward(*args, **kwargs)
    for hook, with_kwargs in list(module._forward_hooks.values()):
        answer = hook(module, args, kwargs, output) if with_kwargs else hook(module, args, output)
        output = output if answer is None else answer
    return watch.mark_outputs(output) if watch else output


def _before(
    module: Module, hook: Any, with_kwargs: bool, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if with_kwargs:
        answer = hook(module, args, kwargs)
        return (args, kwargs) if answer is None else answer
    answer = hook(module, args)
    if answer is None:
        return args, kwargs
    return answer if isinstance(answer, tuple) else (answer,), kwargs


class BackwardHookFunction(Operation):
    """Passes values and gradients on unchanged: a place to listen at the edge of a module."""

    is_view = False

    def forward(self, x: Array) -> Array:
        return x

    def backward(self, grad: Array) -> Array:
        return grad

    def name(self) -> str:
        return "BackwardHookFunctionBackward"


class _BackwardWatch:
    """Gathers the gradients at a module's outputs and inputs, and calls its backward hooks."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._pre_hooks = list(module._backward_pre_hooks.values())
        self._hooks = list(module._backward_hooks.values())
        self._outputs: list[Tensor | None] = []
        self._inputs: list[Tensor | None] = []
        self._awaited = 0

    def mark_inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        marked = list(args)
        self._inputs = [None] * len(args)
        for position, each in enumerate(args):
            if isinstance(each, Tensor) and each.requires_grad:
                marked[position] = record(BackwardHookFunction(), each)
                marked[position].register_hook(lambda grad, at=position: self._input_arrived(at, grad))
                self._awaited += 1
        return tuple(marked)

    def mark_outputs(self, output: Any) -> Any:
        several = isinstance(output, tuple | list)
        outputs = list(output) if several else [output]
        self._outputs = [None] * len(outputs)
        for position, each in enumerate(outputs):
            if isinstance(each, Tensor) and each.requires_grad:
                outputs[position] = record(BackwardHookFunction(), each)
                outputs[position].register_hook(lambda grad, at=position: self._output_arrived(at, grad))
        return type(output)(outputs) if several else outputs[0]

    def _output_arrived(self, position: int, grad: Tensor) -> Tensor:
        self._outputs[position] = grad
        for hook in self._pre_hooks:
            answer = hook(self._module, tuple(self._outputs))
            if answer is not None:
                self._outputs = list(answer) if isinstance(answer, tuple | list) else [answer]
        if not self._awaited:
            self._call_hooks()
        return _or(self._outputs[position], grad)

    def _input_arrived(self, position: int, grad: Tensor) -> Tensor:
        self._inputs[position] = grad
        self._awaited -= 1
        if self._awaited == 0:
            self._call_hooks()
        return _or(self._inputs[position], grad)

    def _call_hooks(self) -> None:
        for hook in self._hooks:
            answer = hook(self._module, tuple(self._inputs), tuple(self._outputs))
            if answer is not None:
                self._inputs = list(answer) if isinstance(answer, tuple | list) else [answer]


def _or(answer: Tensor | None, grad: Tensor) -> Tensor:
    return grad if answer is None else answer
