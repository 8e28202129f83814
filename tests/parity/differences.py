"""What differs from PyTorch 2.13, on purpose or because it cannot be helped. docs/engine.md shows this list."""

from __future__ import annotations

from typing import NamedTuple


class Difference(NamedTuple):
    """names: of operations and layers, as PyTorch's own tests call them. pattern: found in the text of what differs.

    reason: one sentence, read after the names.
    """

    names: tuple[str, ...]
    pattern: str
    reason: str


DIFFERENCES = [
    Difference(
        ("linalg.eig", "bfloat16"),
        r"NotImplementedError: (linalg.eig gives complex|bfloat16: numpy)",
        "Refused with a sentence: there are no complex numbers here, and no bfloat16.",
    ),
    Difference(
        ("addbmm",),
        r"in place, raised: RuntimeError: output with shape",
        "In place a tensor keeps its shape; PyTorch makes it as large as the result.",
    ),
    Difference(
        ("scatter_reduce (prod)",),
        r"second of input [01]",
        "Where factors are zero, mixed second derivatives of the product are left out.",
    ),
    Difference(
        ("nn.functional.scaled_dot_product_attention",),
        r"second error class: .*flash_attention",
        "It can always be differentiated twice, where PyTorch's fused kernel cannot.",
    ),
    Difference(
        ("cat", "gather", "index_select", "kthvalue", "masked_select", "take"),
        r"error class: PyTorch raises RuntimeError: unsupported operation: .*, ours returns",
        "`out` may overlap with itself or with the input: the result is complete before it is written there.",
    ),
    Difference(
        ("aminmax", "gather"),
        r"error class: PyTorch raises RuntimeError: Expected out tensor to have dtype",
        "`out` may be of a wider type, as it may for every other function.",
    ),
    Difference(
        ("nonzero",),
        r"out, error class",
        "With `as_tuple` it takes `out` too.",
    ),
    Difference(
        ("round",),
        r"special.round, error class",
        "`special.round` takes integers too, as `round` does.",
    ),
    Difference(
        ("narrow_copy",),
        r"error class: PyTorch raises RuntimeError: Expected dim <",
        "A dimension that is not there is an IndexError, as everywhere else; PyTorch raises RuntimeError here.",
    ),
    Difference(
        ("linalg.pinv (hermitian)",),
        r"grad of input 0",
        "The samples are not symmetric, though taken to be: half of them counts, and gets the gradient in another way.",
    ),
    Difference(
        tuple("__radd__ __rmul__ __rmod__ __rpow__ __rsub__ __rand__ __ror__ __rxor__".split()),
        r"NotImplemented|__r\w+__' for|; \(2, 3\)$",
        "Called by name with a tensor they answer NotImplemented: Python itself only asks them about numbers.",
    ),
    Difference(
        tuple("sort argsort msort topk kthvalue mode".split()),
        r"value: \d+ of \d+ differ, at \[[\d, ]*\] \d+ instead of \d+; \((u?int\d+|bool|float16)|\(float16\[8000\]",
        "Of equal values the first comes first, always; PyTorch promises no order unless asked for a stable one.",
    ),
    Difference(
        tuple("acosh asinh atanh".split()),
        r"in place.*the derivative for 'inplace version of \w+' is not implemented",
        "In place too there is a gradient, where PyTorch has none.",
    ),
    Difference(
        (
            *"div (no_rounding_mode)|true_divide|pow|norm|linalg.vector_norm|matrix_exp|logcumsumexp".split("|"),
            *"nn.functional.normalize nn.functional.soft_margin_loss nn.functional.grid_sample".split(),
            *"nn.functional.scaled_dot_product_attention nn.functional.nll_loss".split(),
            *"nn.functional.gaussian_nll_loss nn.functional.poisson_nll_loss special.i1 special.i1e".split(),
            *"polygamma (polygamma_n_0)|special.polygamma (special_polygamma_n_0)".split("|"),
        ),
        r"; \(float16\[",
        "Halves are computed in single precision and rounded once; PyTorch rounds, overflows or refuses on the way.",
    ),
    Difference(
        (*(f"polygamma (polygamma_n_{n})" for n in range(5)), "special.polygamma (special_polygamma_n_0)"),
        r"value: \d+ of \d+ differ, at \[[\d, ]*\] inf instead of .*; \(int(8|16)",
        "At whole negative numbers it is infinite; PyTorch divides by the sine of a rounded angle.",
    ),
    Difference(
        ("nextafter",),
        r"requires_grad is False instead of True|in place, grad of input",
        "It is a constant for the gradient; PyTorch records it and then raises, or in place passes the gradient on.",
    ),
    Difference(
        ("logcumsumexp",),
        r"grad of input 0: .*float32",
        "In single precision nearer to the true gradient, from which PyTorch's strays by 2e-3 in these samples.",
    ),
    Difference(
        ("nn.functional.hardsigmoid",),
        r"grad of input 0: .*float64",
        "The slope is 1/6; PyTorch's is 1/6 in single precision, for double precision too.",
    ),
    Difference(
        ("as_strided (partial_views)",),
        r"value: |out of bounds for storage",
        "Strides are counted in the memory of the tensor's own array, which may be part of a greater one.",
    ),
    Difference(
        ("nn.functional.linear_cross_entropy (chunked)", "nn.functional.linear_cross_entropy (chunked_none)"),
        r"second of input|grad error class",
        "In chunks PyTorch makes the gradient beforehand: it has no second one, and none where nothing is summed.",
    ),
]
