"""Folding a batch normalisation that is done with training into the layer in front of it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, TypeVar

from core.functions.creation import ones_like, zeros_like
from core.nn.module import Module
from core.nn.parameter import Parameter
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor

__all__ = ["fuse_conv_bn_eval", "fuse_conv_bn_weights", "fuse_linear_bn_eval", "fuse_linear_bn_weights"]

M = TypeVar("M", bound=Module)


def fuse_conv_bn_eval(conv: M, bn: Any, transpose: bool = False) -> M:
    """A convolution that gives what `conv` and then `bn` give. Raises AssertionError unless both are in evaluation."""
    return _fused(conv, bn, transpose)


def fuse_linear_bn_eval(linear: M, bn: Any) -> M:
    """A linear layer that gives what `linear` and then `bn` give. Raises as `fuse_conv_bn_eval`."""
    outputs = linear.out_features
    if bn.num_features not in (outputs, 1):
        raise AssertionError(
            "To fuse, linear.out_features == bn.num_features or bn.num_features == 1, got linear.out_features="
            f"{outputs} and bn.num_features={bn.num_features}"
        )
    return _fused(linear, bn, False)


@no_grad()
def fuse_conv_bn_weights(
    conv_w: Tensor,
    conv_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
    transpose: bool = False,
) -> tuple[Parameter, Parameter]:
    """Weight and bias of the layer and the normalisation in one; `transpose`: the outputs are dimension 1."""
    scale = (ones_like(bn_rm) if bn_w is None else bn_w) * (bn_rv + bn_eps).rsqrt()
    along = [1] * conv_w.ndim
    along[int(transpose)] = -1
    before = zeros_like(bn_rm) if conv_b is None else conv_b
    bias = (before - bn_rm) * scale
    if bn_b is not None:
        bias = bias + bn_b
    weight = (conv_w * scale.reshape(along)).to(conv_w.dtype)
    return Parameter(weight, conv_w.requires_grad), Parameter(bias.to(conv_w.dtype), before.requires_grad)


def fuse_linear_bn_weights(
    linear_w: Tensor,
    linear_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
) -> tuple[Parameter, Parameter]:
    """Weight and bias of the layer and the normalisation in one."""
    return fuse_conv_bn_weights(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b)


def _fused(layer: M, bn: Any, transpose: bool) -> M:
    if layer.training or bn.training:
        raise AssertionError("Fusion only for eval!")
    if bn.running_mean is None or bn.running_var is None:
        raise AssertionError("bn.running_mean and bn.running_var must not be None")
    fused = deepcopy(layer)
    fused.weight, fused.bias = fuse_conv_bn_weights(
        layer.weight, layer.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias, transpose
    )
    return fused
