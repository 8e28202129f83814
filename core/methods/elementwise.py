"""Methods that work element by element."""

from __future__ import annotations

from core.functions import (
    arithmetic,
    bessel,
    comparison,
    elementwise,
    error_function,
    gamma,
    pairwise,
    trigonometry,
    types,
)
from core.functions import softmax as _softmax


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
