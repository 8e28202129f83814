"""The methods and operators of Tensor, by family: functions of `core.functions` whose first argument is the tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core import autograd, dtypes
from core.functions import (
    arithmetic,
    comparison,
    conversion,
    creation,
    elementwise,
    in_place,
    indexing,
    linalg,
    reduction,
    shape,
)
from core.functions.operands import NUMBERS, OPERANDS
from core.tensor import Tensor


def _reflected(function: Callable[..., Tensor]) -> Callable[[Tensor, Any], Tensor]:
    """`number + tensor` as `function(tensor, number)`."""

    def operator(self: Tensor, other: Any) -> Tensor:
        return function(self, other) if isinstance(other, NUMBERS) else NotImplemented

    return operator


def _operator(function: Callable[..., Tensor]) -> Callable[[Tensor, Any], Tensor]:
    """`tensor + other`, leaving it to `other` if that is neither a tensor nor a number."""

    def operator(self: Tensor, other: Any) -> Tensor:
        return function(self, other) if isinstance(other, OPERANDS) else NotImplemented

    return operator


def _comparison(function: Callable[..., Tensor], otherwise: Any) -> Callable[[Tensor, Any], Any]:
    def operator(self: Tensor, other: Any) -> Any:
        return function(self, other) if isinstance(other, OPERANDS) else otherwise

    return operator


def _rdiv(self: Tensor, other: Any) -> Tensor:
    return elementwise.reciprocal(self) * other if isinstance(other, NUMBERS) else NotImplemented


def _rpow(self: Tensor, other: Any) -> Tensor:
    return arithmetic.pow(other, self) if isinstance(other, NUMBERS) else NotImplemented


def _like(self: Tensor, number: Any) -> Tensor:
    """The number as a tensor of the type in which the two will meet."""
    widens = dtypes.category(creation.type_of_number(number).numpy) > dtypes.category(self._array.dtype)
    return creation.tensor(number, device=self.device) if widens else creation.new_tensor(self, number)


def _rfloordiv(self: Tensor, other: Any) -> Tensor:
    return _like(self, other) // self if isinstance(other, NUMBERS) else NotImplemented


def _rmod(self: Tensor, other: Any) -> Tensor:
    return _like(self, other) % self if isinstance(other, NUMBERS) else NotImplemented


def _transposed(self: Tensor) -> Tensor:
    return shape.permute(self, tuple(range(self.ndim))[::-1])


def _matrix_transposed(self: Tensor) -> Tensor:
    return shape.transpose(self, -1, -2)


class Operators:
    __add__ = _operator(arithmetic.add)
    __radd__ = _reflected(arithmetic.add)
    __iadd__ = _operator(in_place.add_)
    __sub__ = _operator(arithmetic.sub)
    __rsub__ = _reflected(arithmetic.rsub)
    __isub__ = _operator(in_place.sub_)
    __mul__ = _operator(arithmetic.mul)
    __rmul__ = _reflected(arithmetic.mul)
    __imul__ = _operator(in_place.mul_)
    __truediv__ = _operator(arithmetic.div)
    __rtruediv__ = _rdiv
    __itruediv__ = _operator(in_place.div_)
    __floordiv__ = _operator(arithmetic.floor_divide)
    __rfloordiv__ = _rfloordiv
    __ifloordiv__ = _operator(in_place.floor_divide_)
    __mod__ = _operator(arithmetic.remainder)
    __rmod__ = _rmod
    __imod__ = _operator(in_place.remainder_)
    __pow__ = _operator(arithmetic.pow)
    __rpow__ = _rpow
    __ipow__ = _operator(in_place.pow_)
    __matmul__ = _operator(linalg.matmul)
    __neg__ = elementwise.neg
    __pos__ = elementwise.positive
    __abs__ = elementwise.abs
    __invert__ = elementwise.bitwise_not
    __and__ = _operator(comparison.bitwise_and)
    __rand__ = _reflected(comparison.bitwise_and)
    __or__ = _operator(comparison.bitwise_or)
    __ror__ = _reflected(comparison.bitwise_or)
    __xor__ = _operator(comparison.bitwise_xor)
    __rxor__ = _reflected(comparison.bitwise_xor)
    __eq__ = _comparison(comparison.eq, False)
    __ne__ = _comparison(comparison.ne, True)
    __lt__ = _comparison(comparison.lt, NotImplemented)
    __le__ = _comparison(comparison.le, NotImplemented)
    __gt__ = _comparison(comparison.gt, NotImplemented)
    __ge__ = _comparison(comparison.ge, NotImplemented)
    __getitem__ = indexing.getitem
    __setitem__ = indexing.setitem


class Arithmetic:
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
    atan2 = arithmetic.atan2
    lerp = arithmetic.lerp
    addcmul = arithmetic.addcmul
    addcdiv = arithmetic.addcdiv


class Elementwise:
    neg = negative = elementwise.neg
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
    sin = elementwise.sin
    cos = elementwise.cos
    tan = elementwise.tan
    asin = arcsin = elementwise.asin
    acos = arccos = elementwise.acos
    atan = arctan = elementwise.atan
    sinh = elementwise.sinh
    cosh = elementwise.cosh
    tanh = elementwise.tanh
    sigmoid = elementwise.sigmoid
    relu = elementwise.relu
    softmax = elementwise.softmax
    log_softmax = elementwise.log_softmax
    erf = elementwise.erf
    erfinv = elementwise.erfinv
    floor = elementwise.floor
    ceil = elementwise.ceil
    trunc = elementwise.trunc
    round = elementwise.round
    sign = elementwise.sign
    clamp = clip = elementwise.clamp
    isnan = elementwise.isnan
    isinf = elementwise.isinf
    isfinite = elementwise.isfinite
    logical_not = elementwise.logical_not
    bitwise_not = elementwise.bitwise_not


class Comparison:
    eq = comparison.eq
    ne = comparison.ne
    lt = comparison.lt
    le = comparison.le
    gt = comparison.gt
    ge = comparison.ge
    logical_and = comparison.logical_and
    logical_or = comparison.logical_or
    logical_xor = comparison.logical_xor
    isclose = comparison.isclose
    allclose = comparison.allclose
    equal = comparison.equal


class Reduction:
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
    norm = reduction.norm
    logsumexp = reduction.logsumexp
    cumsum = reduction.cumsum
    median = reduction.median
    sort = reduction.sort
    argsort = reduction.argsort
    topk = reduction.topk


class Shape:
    T = property(_transposed)
    mT = property(_matrix_transposed)  # noqa: N815 - PyTorch's name
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
    split = shape.split
    chunk = shape.chunk
    unbind = shape.unbind
    diagonal = shape.diagonal
    flip = shape.flip
    roll = shape.roll
    tril = shape.tril
    triu = shape.triu
    clone = shape.clone
    contiguous = shape.contiguous


class Indexing:
    index_select = indexing.index_select
    narrow = indexing.narrow
    select = indexing.select
    gather = indexing.gather
    scatter = indexing.scatter
    scatter_ = indexing.scatter_
    scatter_add = indexing.scatter_add
    scatter_add_ = indexing.scatter_add_
    index_add = indexing.index_add
    masked_fill = indexing.masked_fill
    masked_fill_ = indexing.masked_fill_
    masked_select = indexing.masked_select
    nonzero = indexing.nonzero
    where = arithmetic.where
    copy_ = indexing.copy_


class LinearAlgebra:
    matmul = linalg.matmul
    mm = linalg.mm
    bmm = linalg.bmm
    mv = linalg.mv
    dot = linalg.dot
    outer = linalg.outer
    addmm = linalg.addmm


class InPlace:
    add_ = in_place.add_
    sub_ = in_place.sub_
    mul_ = in_place.mul_
    div_ = in_place.div_
    floor_divide_ = in_place.floor_divide_
    remainder_ = in_place.remainder_
    pow_ = in_place.pow_
    lerp_ = in_place.lerp_
    addcmul_ = in_place.addcmul_
    addcdiv_ = in_place.addcdiv_
    neg_ = in_place.neg_
    abs_ = in_place.abs_
    exp_ = in_place.exp_
    log_ = in_place.log_
    sqrt_ = in_place.sqrt_
    reciprocal_ = in_place.reciprocal_
    erfinv_ = in_place.erfinv_
    floor_ = in_place.floor_
    ceil_ = in_place.ceil_
    round_ = in_place.round_
    clamp_ = in_place.clamp_
    relu_ = in_place.relu_
    sigmoid_ = in_place.sigmoid_
    tanh_ = in_place.tanh_
    fill_ = in_place.fill_
    zero_ = in_place.zero_
    uniform_ = in_place.uniform_
    normal_ = in_place.normal_
    bernoulli_ = in_place.bernoulli_
    random_ = in_place.random_


class Creation:
    new_tensor = creation.new_tensor
    new_zeros = creation.new_zeros
    new_ones = creation.new_ones
    new_empty = creation.new_empty
    new_full = creation.new_full


class Conversion:
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


class Recording:
    backward = autograd.backward
    detach = conversion.detach
    detach_ = conversion.detach_
    requires_grad_ = conversion.requires_grad_
    retain_grad = conversion.retain_grad
    register_hook = conversion.register_hook


FAMILIES = (
    Operators,
    Arithmetic,
    Elementwise,
    Comparison,
    Reduction,
    Shape,
    Indexing,
    LinearAlgebra,
    InPlace,
    Creation,
    Conversion,
    Recording,
)


class Methods(
    Operators,
    Arithmetic,
    Elementwise,
    Comparison,
    Reduction,
    Shape,
    Indexing,
    LinearAlgebra,
    InPlace,
    Creation,
    Conversion,
    Recording,
):
    """All of them, for type checkers: at run time they are set on Tensor below."""


for family in FAMILIES:
    for name, member in vars(family).items():
        if name not in ("__module__", "__doc__", "__dict__", "__weakref__", "__hash__", "__qualname__"):
            setattr(Tensor, name, member)
