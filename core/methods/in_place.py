"""The methods of Tensor that change it, named with an underscore."""

from __future__ import annotations

from core.functions import (
    bessel,
    comparison,
    cumulative,
    elementwise,
    gamma,
    in_place,
    pairwise,
    products,
    rearranging,
    shape,
    trigonometry,
)
from core.functions.in_place import twin
from core.random import filling as drawing


class InPlace:
    """Each writes what the function without the underscore gives into the tensor's own memory."""

    add_ = in_place.add_
    sub_ = subtract_ = in_place.sub_
    mul_ = multiply_ = in_place.mul_
    div_ = divide_ = true_divide_ = in_place.div_
    floor_divide_ = in_place.floor_divide_
    remainder_ = in_place.remainder_
    fmod_ = in_place.fmod_
    pow_ = in_place.pow_
    float_power_ = in_place.float_power_
    lerp_ = in_place.lerp_
    addcmul_ = in_place.addcmul_
    addcdiv_ = in_place.addcdiv_
    atan2_ = arctan2_ = in_place.atan2_
    xlogy_ = twin(pairwise.xlogy)
    hypot_ = twin(pairwise.hypot)
    copysign_ = twin(pairwise.copysign)
    ldexp_ = twin(pairwise.ldexp)
    nextafter_ = twin(pairwise.nextafter)
    heaviside_ = twin(pairwise.heaviside)
    gcd_ = twin(pairwise.gcd)
    lcm_ = twin(pairwise.lcm)

    neg_ = negative_ = in_place.neg_
    abs_ = absolute_ = in_place.abs_
    exp_ = in_place.exp_
    exp2_ = in_place.exp2_
    expm1_ = in_place.expm1_
    log_ = in_place.log_
    log2_ = in_place.log2_
    log10_ = in_place.log10_
    log1p_ = in_place.log1p_
    sqrt_ = in_place.sqrt_
    rsqrt_ = in_place.rsqrt_
    square_ = in_place.square_
    reciprocal_ = in_place.reciprocal_
    floor_ = in_place.floor_
    ceil_ = in_place.ceil_
    trunc_ = fix_ = in_place.trunc_
    frac_ = twin(elementwise.frac)
    round_ = in_place.round_
    sign_ = sgn_ = in_place.sign_
    clamp_ = clip_ = in_place.clamp_
    clamp_min_ = twin(elementwise.clamp_min)
    clamp_max_ = twin(elementwise.clamp_max)
    relu_ = in_place.relu_
    sigmoid_ = in_place.sigmoid_
    logit_ = twin(elementwise.logit)
    nan_to_num_ = twin(elementwise.nan_to_num)

    sin_ = in_place.sin_
    cos_ = in_place.cos_
    tan_ = in_place.tan_
    asin_ = arcsin_ = in_place.asin_
    acos_ = arccos_ = in_place.acos_
    atan_ = arctan_ = in_place.atan_
    sinh_ = in_place.sinh_
    cosh_ = in_place.cosh_
    tanh_ = in_place.tanh_
    asinh_ = arcsinh_ = in_place.asinh_
    acosh_ = arccosh_ = in_place.acosh_
    atanh_ = arctanh_ = in_place.atanh_
    sinc_ = in_place.sinc_
    deg2rad_ = twin(trigonometry.deg2rad)
    rad2deg_ = twin(trigonometry.rad2deg)

    erf_ = in_place.erf_
    erfc_ = in_place.erfc_
    erfinv_ = in_place.erfinv_
    lgamma_ = twin(gamma.lgamma)
    polygamma_ = twin(gamma.polygamma_of)
    digamma_ = twin(gamma.digamma)
    mvlgamma_ = twin(gamma.mvlgamma)
    i0_ = twin(bessel.i0)

    tril_ = twin(shape.tril)
    triu_ = twin(shape.triu)
    cumsum_ = twin(cumulative.cumsum)
    cumprod_ = twin(cumulative.cumprod)

    addmm_ = twin(products.addmm)
    addmv_ = twin(products.addmv)
    addr_ = twin(products.addr)
    baddbmm_ = twin(products.baddbmm)
    addbmm_ = twin(products.addbmm)

    eq_ = twin(comparison.eq)
    ne_ = not_equal_ = twin(comparison.ne)
    lt_ = less_ = twin(comparison.lt)
    le_ = less_equal_ = twin(comparison.le)
    gt_ = greater_ = twin(comparison.gt)
    ge_ = greater_equal_ = twin(comparison.ge)
    logical_not_ = twin(comparison.logical_not)
    logical_and_ = twin(comparison.logical_and)
    logical_or_ = twin(comparison.logical_or)
    logical_xor_ = twin(comparison.logical_xor)
    bitwise_not_ = twin(comparison.bitwise_not)
    bitwise_and_ = in_place.bitwise_and_
    bitwise_or_ = in_place.bitwise_or_
    bitwise_xor_ = in_place.bitwise_xor_
    bitwise_left_shift_ = in_place.bitwise_left_shift_
    bitwise_right_shift_ = in_place.bitwise_right_shift_

    resize_ = rearranging.resize_
    resize_as_ = rearranging.resize_as_
    fill_ = in_place.fill_
    zero_ = in_place.zero_
    uniform_ = drawing.uniform_
    normal_ = drawing.normal_
    bernoulli_ = drawing.bernoulli_
    random_ = drawing.random_
    exponential_ = drawing.exponential_
    cauchy_ = drawing.cauchy_
    geometric_ = drawing.geometric_
    log_normal_ = drawing.log_normal_
