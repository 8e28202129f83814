"""Methods that make tensors, say what they are and change it, and ask for gradients."""

from __future__ import annotations

from typing import Any

from core import autograd
from core.functions import (
    conversion,
    creation,
    patterns,
    python,
    rearranging,
    types,
)
from core.random import draws
from core.tensors.text import tensor_text


class Creation:
    """New tensors of this one's type and device, or drawn with its numbers."""

    new_tensor = creation.new_tensor
    new_zeros = creation.new_zeros
    new_ones = creation.new_ones
    new_empty = creation.new_empty
    new_full = creation.new_full

    def multinomial(self: Any, *args: Any, **named: Any) -> Any:
        """Draws places of these weights: see `torch.multinomial`."""
        return draws.multinomial(self, *args, **named)

    def bernoulli(self: Any, *args: Any, **named: Any) -> Any:
        """Draws ones with these probabilities: see `torch.bernoulli`."""
        return draws.bernoulli(self, *args, **named)


class Conversion:
    """Other types, devices and Python's own values, and what a tensor is."""

    to = conversion.to
    type = conversion.type_
    type_as = conversion.type_as
    half = conversion.half
    float = conversion.float
    double = conversion.double
    int = conversion.int
    long = conversion.long
    bool = conversion.bool
    cpu = conversion.cpu
    cuda = conversion.cuda
    numpy = conversion.numpy
    item = conversion.item
    tolist = conversion.tolist
    size = conversion.size
    dim = conversion.dim
    numel = nelement = conversion.numel
    element_size = conversion.element_size
    stride = conversion.stride
    data_ptr = conversion.data_ptr
    is_contiguous = conversion.is_contiguous
    is_floating_point = conversion.is_floating_point
    short = types.short
    char = types.char
    byte = types.byte
    bfloat16 = types.bfloat16
    is_complex = types.is_complex
    is_signed = types.is_signed
    real = property(types.real)
    share_memory_ = types.share_memory_
    pin_memory = types.pin_memory
    is_sparse = is_quantized = is_mkldnn = is_meta = is_nested = property(types.is_never)
    is_cpu = property(types.is_cpu)
    layout = property(types.layout)
    new = types.new
    ndimension = conversion.dim
    get_device = patterns.get_device
    apply_ = python.apply_
    map_ = python.map_
    __contains__ = python.contains
    __reversed__ = python.backwards
    __repr__ = tensor_text
    sum_to_size = rearranging.sum_to_size


class Recording:
    """Gradients and hooks."""

    backward = autograd.backward_of
    detach = conversion.detach
    detach_ = conversion.detach_
    requires_grad_ = conversion.requires_grad_
    retain_grad = autograd.retain_grad
    register_hook = autograd.register_hook
    register_post_accumulate_grad_hook = autograd.register_post_accumulate_grad_hook
