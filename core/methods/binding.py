"""The methods and operators of Tensor, by family: functions of `core.functions` whose first argument is the tensor."""

from __future__ import annotations

from typing import Any

from core import autograd
from core.functions import (
    arithmetic,
    bessel,
    comparison,
    conversion,
    counting,
    creation,
    cumulative,
    decompositions,
    diagonals,
    elementwise,
    error_function,
    gamma,
    gathering,
    indexing,
    joining,
    matrices,
    norms,
    pairwise,
    patterns,
    products,
    python,
    rearranging,
    reduction,
    scattering,
    shape,
    solving,
    sorting,
    splitting,
    strided,
    trigonometry,
    types,
)
from core.functions import softmax as _softmax
from core.functions.operands import Operand
from core.methods.copying import Copying
from core.methods.in_place import InPlace
from core.methods.operators import Operators
from core.random import draws
from core.tensors.calling import numpy_names
from core.tensors.tensor import Tensor
from core.tensors.text import tensor_text


def _transposed(self: Tensor) -> Tensor:
    """The dimensions in reverse order."""
    return shape.permute(self, tuple(range(self.ndim))[::-1])


def _matrix_transposed(self: Tensor) -> Tensor:
    """The last two dimensions exchanged."""
    return shape.transpose(self, -1, -2)


def _adjoint(self: Tensor) -> Tensor:
    """The transpose of a matrix. Raises RuntimeError for more or fewer dimensions."""
    if self.ndim not in (0, 2):
        raise RuntimeError(
            f"tensor.H is only supported on matrices (2-D tensors). Got {self.ndim}-D tensor. For batches of matrices, "
            "consider using tensor.mH"
        )
    return shape.permute(self, tuple(range(self.ndim))[::-1])


class Arithmetic:
    """Of two tensors or a tensor and a number."""

    add = arithmetic.add
    sub = subtract = arithmetic.sub
    mul = multiply = arithmetic.mul
    div = divide = true_divide = arithmetic.div
    floor_divide = arithmetic.floor_divide
    remainder = arithmetic.remainder
    fmod = arithmetic.fmod
    pow = arithmetic.pow
    maximum = arithmetic.maximum
    minimum = arithmetic.minimum
    atan2 = arctan2 = arithmetic.atan2
    lerp = arithmetic.lerp
    addcmul = arithmetic.addcmul
    addcdiv = arithmetic.addcdiv


class Elementwise:
    """Of each element."""

    neg = negative = elementwise.neg
    positive = elementwise.positive
    abs = absolute = elementwise.abs
    exp = elementwise.exp
    exp2 = elementwise.exp2
    expm1 = elementwise.expm1
    log = elementwise.log
    log2 = elementwise.log2
    log10 = elementwise.log10
    log1p = elementwise.log1p
    sqrt = elementwise.sqrt
    rsqrt = elementwise.rsqrt
    square = elementwise.square
    reciprocal = elementwise.reciprocal
    sigmoid = elementwise.sigmoid
    tanh = elementwise.tanh
    relu = elementwise.relu
    softmax = _softmax.softmax
    log_softmax = _softmax.log_softmax
    floor = elementwise.floor
    ceil = elementwise.ceil
    trunc = fix = elementwise.trunc
    frac = elementwise.frac
    round = elementwise.round
    sign = sgn = elementwise.sign
    clamp = clip = elementwise.clamp
    clamp_min = elementwise.clamp_min
    clamp_max = elementwise.clamp_max
    logit = elementwise.logit
    angle = elementwise.angle
    conj = conj_physical = resolve_conj = resolve_neg = types.real
    nan_to_num = elementwise.nan_to_num


class Trigonometry:
    """Of each element, an angle or its sine, cosine, tangent."""

    sin = trigonometry.sin
    cos = trigonometry.cos
    tan = trigonometry.tan
    asin = arcsin = trigonometry.asin
    acos = arccos = trigonometry.acos
    atan = arctan = trigonometry.atan
    sinh = trigonometry.sinh
    cosh = trigonometry.cosh
    asinh = arcsinh = trigonometry.asinh
    acosh = arccosh = trigonometry.acosh
    atanh = arctanh = trigonometry.atanh
    sinc = trigonometry.sinc
    deg2rad = trigonometry.deg2rad
    rad2deg = trigonometry.rad2deg


class Special:
    """Error function, gamma and Bessel functions of each element."""

    erf = error_function.erf
    erfc = error_function.erfc
    erfinv = error_function.erfinv
    lgamma = gamma.lgamma
    digamma = gamma.digamma
    mvlgamma = gamma.mvlgamma
    i0 = bessel.i0
    polygamma = gamma.polygamma_of


class Pairwise:
    """Less common ones of two tensors."""

    xlogy = pairwise.xlogy
    logaddexp = pairwise.logaddexp
    logaddexp2 = pairwise.logaddexp2
    hypot = pairwise.hypot
    copysign = pairwise.copysign
    ldexp = pairwise.ldexp
    frexp = pairwise.frexp
    fmax = pairwise.fmax
    fmin = pairwise.fmin
    nextafter = pairwise.nextafter
    heaviside = pairwise.heaviside
    gcd = pairwise.gcd
    lcm = pairwise.lcm
    float_power = pairwise.float_power
    bitwise_left_shift = pairwise.bitwise_left_shift
    bitwise_right_shift = pairwise.bitwise_right_shift


class Comparison:
    """Those that answer with booleans."""

    eq = comparison.eq
    ne = comparison.ne
    lt = comparison.lt
    le = comparison.le
    gt = comparison.gt
    ge = comparison.ge
    greater = comparison.gt
    greater_equal = comparison.ge
    less = comparison.lt
    less_equal = comparison.le
    not_equal = comparison.ne
    isnan = comparison.isnan
    isinf = comparison.isinf
    isfinite = comparison.isfinite
    isposinf = comparison.isposinf
    isneginf = comparison.isneginf
    isreal = comparison.isreal
    is_nonzero = comparison.is_nonzero
    signbit = comparison.signbit
    bitwise_not = comparison.bitwise_not
    bitwise_and = comparison.bitwise_and
    bitwise_or = comparison.bitwise_or
    bitwise_xor = comparison.bitwise_xor
    logical_not = comparison.logical_not
    logical_and = comparison.logical_and
    logical_or = comparison.logical_or
    logical_xor = comparison.logical_xor
    isclose = comparison.isclose
    allclose = comparison.allclose
    equal = comparison.equal


class Reduction:
    """Those that fold dimensions away."""

    sum = reduction.sum
    mean = reduction.mean
    var = reduction.var
    std = reduction.std
    prod = reduction.prod
    amax = reduction.amax
    amin = reduction.amin
    max = reduction.max
    min = reduction.min
    argmax = reduction.argmax
    argmin = reduction.argmin
    all = reduction.all
    any = reduction.any
    count_nonzero = reduction.count_nonzero
    norm = norms.norm
    logsumexp = reduction.logsumexp
    nansum = reduction.nansum
    nanmean = reduction.nanmean
    aminmax = reduction.aminmax


class Cumulative:
    """Those that run along a dimension."""

    cumsum = cumulative.cumsum
    cumprod = cumulative.cumprod
    cummax = cumulative.cummax
    cummin = cumulative.cummin
    logcumsumexp = cumulative.logcumsumexp
    diff = cumulative.diff


class Sorting:
    """Order, ranks and counts."""

    sort = sorting.sort
    argsort = sorting.argsort
    msort = sorting.msort
    topk = sorting.topk
    kthvalue = sorting.kthvalue
    median = sorting.median
    nanmedian = sorting.nanmedian
    mode = sorting.mode
    quantile = sorting.quantile
    nanquantile = sorting.nanquantile
    unique = counting.unique
    unique_consecutive = counting.unique_consecutive
    bincount = counting.bincount
    histc = counting.histc


class Shape:
    """The same elements in another shape or order."""

    T = property(_transposed)
    mT = mH = property(_matrix_transposed)  # noqa: N815 - PyTorch's names
    H = property(_adjoint)
    adjoint = _matrix_transposed
    reshape = shape.reshape
    reshape_as = shape.reshape_as
    view = shape.view
    view_as = shape.view_as
    flatten = shape.flatten
    unflatten = shape.unflatten
    squeeze = shape.squeeze
    unsqueeze = shape.unsqueeze
    permute = shape.permute
    transpose = swapaxes = shape.transpose
    t = shape.t
    movedim = shape.movedim
    expand = shape.expand
    expand_as = shape.expand_as
    broadcast_to = shape.broadcast_to
    repeat = shape.repeat
    tile = shape.tile
    repeat_interleave = shape.repeat_interleave
    split = splitting.split
    chunk = splitting.chunk
    unbind = splitting.unbind
    diagonal = shape.diagonal
    flip = shape.flip
    roll = shape.roll
    tril = shape.tril
    triu = shape.triu
    moveaxis = shape.movedim
    swapdims = shape.transpose
    ravel = rearranging.ravel
    fliplr = rearranging.fliplr
    flipud = rearranging.flipud
    rot90 = rearranging.rot90
    unfold = strided.unfold
    as_strided = strided.as_strided
    narrow_copy = rearranging.narrow_copy
    split_with_sizes = rearranging.split_with_sizes
    squeeze_ = rearranging.squeeze_
    unsqueeze_ = rearranging.unsqueeze_
    transpose_ = swapaxes_ = swapdims_ = rearranging.transpose_
    t_ = rearranging.t_
    is_same_size = rearranging.is_same_size
    storage_offset = strided.storage_offset
    tensor_split = joining.tensor_split
    hsplit = joining.hsplit
    vsplit = joining.vsplit
    dsplit = joining.dsplit
    diag = diagonals.diag
    diag_embed = diagonals.diag_embed
    diagflat = diagonals.diagflat
    diagonal_scatter = diagonals.diagonal_scatter
    fill_diagonal_ = diagonals.fill_diagonal_
    trace = diagonals.trace
    clone = shape.clone
    contiguous = shape.contiguous


def _where(self: Tensor, condition: Tensor, other: Operand) -> Tensor:
    """This tensor where `condition` holds, else `other`."""
    chosen: Tensor = arithmetic.where(condition, self, other)
    return chosen


class Indexing:
    """Picking elements and putting them back."""

    index_select = indexing.index_select
    narrow = indexing.narrow
    select = indexing.select
    gather = gathering.gather
    scatter = scattering.scatter
    scatter_ = scattering.scatter_
    scatter_add = scattering.scatter_add
    scatter_add_ = scattering.scatter_add_
    take_along_dim = gathering.take_along_dim
    index_add = indexing.index_add
    index_add_ = scattering.index_add_
    index_copy = scattering.index_copy
    index_copy_ = scattering.index_copy_
    index_fill = scattering.index_fill
    index_fill_ = scattering.index_fill_
    index_put = scattering.index_put
    index_put_ = scattering.index_put_
    put = scattering.put
    put_ = scattering.put_
    take = scattering.take
    masked_scatter = scattering.masked_scatter
    masked_scatter_ = scattering.masked_scatter_
    scatter_reduce = scattering.scatter_reduce
    scatter_reduce_ = scattering.scatter_reduce_
    select_scatter = scattering.select_scatter
    slice_scatter = scattering.slice_scatter
    argwhere = rearranging.argwhere
    masked_fill = indexing.masked_fill
    masked_fill_ = indexing.masked_fill_
    masked_select = indexing.masked_select
    nonzero = indexing.nonzero
    where = _where
    copy_ = indexing.copy_


class LinearAlgebra:
    """Products and decompositions of matrices."""

    matmul = products.matmul
    mm = products.mm
    bmm = products.bmm
    mv = products.mv
    dot = products.dot
    outer = products.outer
    addmm = products.addmm
    addmv = products.addmv
    addr = products.addr
    baddbmm = products.baddbmm
    addbmm = products.addbmm
    inner = products.inner
    vdot = products.vdot
    ger = products.outer
    det = decompositions.det
    slogdet = decompositions.slogdet
    logdet = decompositions.logdet
    inverse = decompositions.inv
    pinverse = decompositions.pinverse
    cholesky = decompositions.cholesky_of
    cholesky_solve = solving.cholesky_solve
    cholesky_inverse = solving.cholesky_inverse
    qr = decompositions.qr_of
    svd = decompositions.svd_of
    matrix_power = matrices.matrix_power
    matrix_exp = matrices.matrix_exp
    dist = matrices.dist
    renorm = matrices.renorm
    renorm_ = matrices.renorm_
    cov = matrices.cov
    corrcoef = matrices.corrcoef
    kron = products.kron
    cross = products.cross


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


class Methods(
    Operators,
    Arithmetic,
    Pairwise,
    Elementwise,
    Trigonometry,
    Special,
    Comparison,
    Reduction,
    Cumulative,
    Sorting,
    Shape,
    Indexing,
    LinearAlgebra,
    InPlace,
    Creation,
    Conversion,
    Copying,
    Recording,
):
    """All of them, for type checkers: at run time they are set on Tensor below."""


for family in Methods.__bases__:
    for name, member in vars(family).items():
        if name not in ("__module__", "__doc__", "__dict__", "__weakref__", "__hash__", "__qualname__"):
            # An operator is called by Python alone, and often: it has no use for other names of its arguments.
            setattr(Tensor, name, member if name.startswith("__") else numpy_names(member))
