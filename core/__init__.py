"""Netloom's engine under PyTorch's names: `import core as torch`, `from core import nn`.

Nothing is imported before it is asked for (PEP 562), so that the window, which needs `core.design` only, does not pay
for it.
"""

from __future__ import annotations

import math
import os
from importlib import import_module
from typing import Any

# The threads of OpenBLAS wait for work in a busy loop and so slow down the thread that has it: by default for 2 ** 26
# ticks of the clock, some 20 ms. It reads this when numpy is imported.
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "20")

_MODULES = "amp autograd backends cuda data distributions func linalg nn optim random special testing utils".split()
_STAND_INS = "accelerator distributed hub jit multiprocessing onnx profiler types version".split()
"""Modules by PyTorch's paths, see `core.paths`."""
_FUNCTIONS = {
    "core.tensors.tensor": ("Tensor",),
    "core.tensors.size": ("Size",),
    "core.arrays.device": ("device",),
    "core.tensors.dtypes": (
        "bool dtype float16 float32 float64 int16 int32 int64 int8 uint8 get_default_dtype set_default_dtype"
    ).split(),
    "core.functions.types": "can_cast finfo iinfo is_complex is_signed promote_types real result_type".split(),
    "core.tensors.text": ["set_printoptions"],
    "core.tensors.grad_mode": (
        "enable_grad inference_mode is_grad_enabled is_inference_mode_enabled no_grad set_grad_enabled"
    ).split(),
    "core.autograd.anomaly_mode": ["is_anomaly_check_nan_enabled", "is_anomaly_enabled"],
    "core.backends": (
        "are_deterministic_algorithms_enabled get_float32_matmul_precision get_num_interop_threads "
        "get_num_threads set_float32_matmul_precision set_num_interop_threads set_num_threads set_warn_always "
        "use_deterministic_algorithms"
    ).split(),
    "core.plan.compiled": ["compile"],
    "core.amp": ["autocast", "is_autocast_available", "is_autocast_enabled"],
    "core.func": ["vmap"],
    "core.functions.creation": (
        "arange as_tensor empty empty_like eye from_numpy full full_like linspace ones ones_like tensor zeros "
        "zeros_like"
    ).split(),
    "core.functions.patterns": (
        "asarray bartlett_window blackman_window frombuffer get_device hamming_window hann_window kaiser_window "
        "logspace range scalar_tensor vander"
    ).split(),
    "core.random.generator": ["Generator", "default_generator"],
    "core.random.draws": (
        "bernoulli get_rng_state initial_seed manual_seed multinomial normal poisson rand rand_like randint "
        "randint_like randn randn_like randperm seed set_rng_state"
    ).split(),
    "core.functions.conversion": ["detach", "detach_", "is_floating_point", "is_inference", "is_tensor", "numel"],
    "core.functions.arithmetic": (
        "add addcdiv addcmul atan2 div floor_divide fmod lerp maximum minimum mul pow remainder rsub sub where"
    ).split(),
    "core.functions.elementwise": (
        "abs angle ceil clamp clamp_max clamp_min exp exp2 expm1 floor frac log log10 log1p log2 logit "
        "nan_to_num neg positive reciprocal relu round rsqrt sigmoid sign sqrt square tanh trunc"
    ).split(),
    "core.functions.trigonometry": (
        "acos acosh asin asinh atan atanh cos cosh deg2rad rad2deg sin sinc sinh tan"
    ).split(),
    "core.functions.error_function": ["erf", "erfc", "erfinv"],
    "core.functions.gamma": "digamma lgamma mvlgamma polygamma".split(),
    "core.functions.bessel": ["i0"],
    "core.functions.pairwise": (
        "bitwise_left_shift bitwise_right_shift copysign float_power fmax fmin frexp gcd heaviside hypot lcm ldexp "
        "logaddexp logaddexp2 nextafter xlogy"
    ).split(),
    "core.functions.in_place": (
        "abs_ ceil_ clamp_ cos_ cosh_ erf_ exp2_ exp_ expm1_ fill_ floor_ log10_ log1p_ log2_ log_ neg_ reciprocal_ "
        "relu_ round_ rsqrt_ sigmoid_ sin_ sinc_ sinh_ sqrt_ square_ tan_ tanh_ trunc_ zero_"
    ).split(),
    "core.functions.comparison": (
        "allclose bitwise_and bitwise_not bitwise_or bitwise_xor eq equal ge gt is_nonzero isclose isfinite isinf "
        "isnan isneginf isposinf isreal le logical_and logical_not logical_or logical_xor lt ne signbit"
    ).split(),
    "core.functions.reduction": (
        "all amax amin aminmax any argmax argmin count_nonzero logsumexp max mean min nanmean nansum prod std "
        "std_mean sum var var_mean"
    ).split(),
    "core.functions.norms": ["norm"],
    "core.functions.cumulative": (
        "cummax cummin cumprod cumsum cumulative_trapezoid diff gradient logcumsumexp trapezoid"
    ).split(),
    "core.functions.sorting": (
        "argsort bucketize kthvalue median mode msort nanmedian nanquantile quantile searchsorted sort topk"
    ).split(),
    "core.functions.counting": "bincount histc isin unique unique_consecutive".split(),
    "core.functions.softmax": ["log_softmax", "softmax"],
    "core.functions.shape": (
        "broadcast_to cat clone diagonal flatten flip movedim permute repeat_interleave reshape roll "
        "squeeze stack t "
        "tile transpose tril triu unflatten unsqueeze"
    ).split(),
    "core.functions.joining": (
        "atleast_1d atleast_2d atleast_3d block_diag broadcast_shapes broadcast_tensors cartesian_prod column_stack "
        "combinations dsplit dstack hsplit hstack meshgrid tensor_split vsplit vstack"
    ).split(),
    "core.functions.splitting": ["chunk", "split", "unbind"],
    "core.functions.rearranging": (
        "argwhere fliplr flipud is_same_size narrow_copy ravel resize_as_ rot90 split_with_sizes unravel_index"
    ).split(),
    "core.functions.strided": ["as_strided"],
    "core.functions.diagonals": "diag diag_embed diagflat diagonal_scatter trace tril_indices triu_indices".split(),
    "core.functions.indexing": ("index_add index_select masked_fill masked_select narrow nonzero select").split(),
    "core.functions.gathering": ["gather", "take_along_dim"],
    "core.functions.scattering": (
        "index_copy index_fill index_put index_put_ masked_scatter put scatter scatter_add scatter_reduce "
        "select_scatter slice_scatter take"
    ).split(),
    "core.functions.products": (
        "addbmm addmm addmv addr baddbmm bmm chain_matmul cross dot inner kron matmul mm mv outer tensordot vdot"
    ).split(),
    "core.functions.einsum": ["einsum"],
    "core.functions.matrices": "cdist corrcoef cov dist matrix_exp matrix_power renorm".split(),
    "core.functions.decompositions": ["det", "logdet", "pinverse", "slogdet"],
    "core.functions.solving": ["cholesky_inverse", "cholesky_solve"],
    "core.files.pt": ["load", "save"],
    "core.nn.functional.rectifier": (
        "celu celu_ hardshrink prelu rrelu rrelu_ selu selu_ threshold threshold_"
    ).split(),
    "core.nn.functional": (
        "adaptive_max_pool1d alpha_dropout bilinear dropout embedding group_norm layer_norm rms_norm"
    ).split(),
    "core.nn.functional.adaptive_pooling": ["adaptive_avg_pool1d"],
    "core.nn.functional.convolution": (
        "conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d"
    ).split(),
    "core.nn.functional.distance": ["cosine_similarity", "pairwise_distance", "pdist"],
    "core.nn.functional.pooling": "avg_pool1d max_pool1d max_pool1d_with_indices max_pool2d max_pool3d".split(),
    "core.nn.functional.pixel_shuffle": "channel_shuffle pixel_shuffle pixel_unshuffle".split(),
}
_OTHER_NAMES = {
    "float": "float32",
    "double": "float64",
    "half": "float16",
    "short": "int16",
    "int": "int32",
    "long": "int64",
    "concat": "cat",
    "concatenate": "cat",
    "divide": "div",
    "multiply": "mul",
    "negative": "neg",
    "subtract": "sub",
    "swapaxes": "transpose",
    "true_divide": "div",
    "absolute": "abs",
    "clip": "clamp",
    "fix": "trunc",
    "sgn": "sign",
    "conj": "real",
    "resolve_conj": "real",
    "resolve_neg": "real",
    "moveaxis": "movedim",
    "row_stack": "vstack",
    "spmm": "mm",
    "swapdims": "transpose",
    "trapz": "trapezoid",
    "ger": "outer",
    "arccos": "acos",
    "arccosh": "acosh",
    "arcsin": "asin",
    "arcsinh": "asinh",
    "arctan": "atan",
    "arctan2": "atan2",
    "arctanh": "atanh",
    "greater": "gt",
    "greater_equal": "ge",
    "less": "lt",
    "less_equal": "le",
    "not_equal": "ne",
}
_RENAMED = {
    "cholesky": "core.functions.decompositions.cholesky_of",
    "inverse": "core.functions.decompositions.inv",
    "qr": "core.functions.decompositions.qr_of",
    "svd": "core.functions.decompositions.svd_of",
}
_NUMBERS = {"__version__": "2.13.0", "pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "newaxis": None}
_LACKING = {
    **dict.fromkeys(("bfloat16",), "numpy has no such type: use float16 or float32"),
    **dict.fromkeys(
        (
            "complex complex32 complex64 complex128 cfloat cdouble chalf fft imag istft polar stft view_as_complex "
            "view_as_real"
        ).split(),
        "this engine computes with real numbers only",
    ),
    **dict.fromkeys(("fx",), "there is one way to run here, step by step"),
    **dict.fromkeys(
        ("channels_last", "channels_last_3d", "contiguous_format", "preserve_format"),
        "images lie in memory as is best for each operation",
    ),
    **dict.fromkeys(("sparse", "sparse_coo_tensor", "sparse_csr_tensor", "nested"), "all tensors here are dense"),
}
import_module("core.paths")
_HOME = {name: module for module, names in _FUNCTIONS.items() for name in names}
__all__ = sorted({*_HOME, *_OTHER_NAMES, *_RENAMED, *_MODULES, *_NUMBERS})


def __getattr__(name: str) -> Any:
    if name in _NUMBERS:
        return _NUMBERS[name]
    if name in _MODULES or name in _STAND_INS:
        return _loaded(f"core.{name}")
    known = _OTHER_NAMES.get(name, name)
    if known in _HOME:
        home = _HOME[known]
    elif name in _RENAMED:
        home, _, known = _RENAMED[name].rpartition(".")
    elif name.endswith("_") and not name.startswith("_") and name in _in_place():
        return getattr(_loaded("core.tensors.tensor").Tensor, name)
    elif name.endswith("Tensor") and (found := _loaded("core.functions.types").older_type(name)):
        return found
    else:
        why = f": {_LACKING[name]}" if name in _LACKING else ""
        raise AttributeError(f"module 'core' has no attribute '{name}'{why}")
    found = globals()[name] = _as_pytorchs(getattr(_loaded(home), known), home, name)
    return found


def _loaded(home: str) -> Any:
    """The module `home`, once Tensor has its methods: nobody can have a tensor before."""
    import_module("core.methods")
    return import_module(home)


def _as_pytorchs(found: Any, home: str, name: str) -> Any:
    """Functions also take `out` and numpy's names for their arguments, and name what is of a wrong kind."""
    if not home.startswith(("core.functions.", "core.nn.functional.")):
        return found
    calling = import_module("core.tensors.calling")
    return calling.offered(found, "core", name, takes_out=home.rpartition(".")[2] in calling.WITH_OUT)


def _in_place() -> dict[str, Any]:
    """The methods that are functions here too, such as `torch.exp_`."""
    return dict(vars(_loaded("core.methods.in_place").InPlace))


def __dir__() -> list[str]:
    return __all__
