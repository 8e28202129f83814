"""Functions of one number, applied to each element: exp, log, sqrt, rounding, clamping."""

from __future__ import annotations

import math

from core.arrays.backend import Array, StandIn, namespace
from core.ops.masks import kept, zeros
from core.ops.operation import OUTPUT, Operation


class Neg(Operation):
    """-x."""

    def forward(self, x: Array) -> Array:
        return -x

    def backward(self, grad: Array) -> Array:
        return -grad


class Abs(Operation):
    """|x|, with gradient 0 at 0."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return abs(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * signs(x)


class Exp(Operation):
    """e to the power of x."""

    saves = ((OUTPUT,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).exp(x)

    def backward(self, grad: Array, out: Array) -> Array:
        return grad * out


class Exp2(Operation):
    """2 to the power of x."""

    saves = ((OUTPUT,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).exp2(x)

    def backward(self, grad: Array, out: Array) -> Array:
        return grad * out * math.log(2)


class Expm1(Operation):
    """exp(x) - 1, exact near 0."""

    saves = ((OUTPUT,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).expm1(x)

    def backward(self, grad: Array, out: Array) -> Array:
        return grad * (out + 1)


class Log(Operation):
    """The natural logarithm."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).log(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad / x


class Log2(Operation):
    """The logarithm to the base 2."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).log2(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad / (x * math.log(2))


class Log10(Operation):
    """The logarithm to the base 10."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).log10(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad / (x * math.log(10))


class Log1p(Operation):
    """log(1 + x), exact near 0."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).log1p(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad / (x + 1)


class Sqrt(Operation):
    """The square root; its gradient at 0 is infinite."""

    saves = ((OUTPUT,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).sqrt(x)

    def backward(self, grad: Array, out: Array) -> Array:
        return grad / (2 * out)


class Rsqrt(Operation):
    """1 / sqrt(x)."""

    saves = ((OUTPUT,),)

    def forward(self, x: Array) -> Array:
        return 1 / namespace(x).sqrt(x)

    def backward(self, grad: Array, out: Array) -> Array:
        return grad * out * out * out * -0.5


class Reciprocal(Operation):
    """1 / x."""

    saves = ((OUTPUT,),)

    def forward(self, x: Array) -> Array:
        return 1 / x

    def backward(self, grad: Array, out: Array) -> Array:
        return -grad * out * out


class Frac(Operation):
    """What is behind the point, with the sign of x."""

    def forward(self, x: Array) -> Array:
        return x - namespace(x).trunc(x)

    def backward(self, grad: Array) -> Array:
        return grad


class Logit(Operation):
    """log(x / (1 - x)); with `eps`, x is kept away from 0 and 1 by so much."""

    __slots__ = ("eps",)
    saves = ((0,),)

    def __init__(self, eps: float | None) -> None:
        self.eps = eps

    def forward(self, x: Array) -> Array:
        xp = namespace(x)
        inner = x if self.eps is None else xp.clip(x, self.eps, 1 - self.eps)
        return xp.log(inner / (1 - inner))

    def backward(self, grad: Array, x: Array) -> Array:
        low = 0.0 if self.eps is None else self.eps
        outside = math.nan if self.eps is None else 0.0
        slope = grad / (x * (1 - x))
        return namespace(x).where((x < low) | (x > 1 - low), outside, slope)


class NanToNum(Operation):
    """Numbers for what is not finite; only finite elements have a gradient."""

    __slots__ = ("values",)
    saves = ((0,),)

    def __init__(self, nan: float, above: float, below: float) -> None:
        self.values = nan, above, below

    def forward(self, x: Array) -> Array:
        xp = namespace(x)
        nan, above, below = self.values
        return xp.where(xp.isnan(x), x.dtype.type(nan), xp.where(xp.isinf(x), _either(x, above, below), x))

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * namespace(x).isfinite(x)


class ZeroForNan(Operation):
    """0 for what is no number, and a gradient of 0 times that from above."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return namespace(x).where(x == x, x, x.dtype.type(0))

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * (x == x)


class Rounded(Operation):
    """floor, ceil, trunc, round (half to even) or sign: the gradient is zero everywhere."""

    __slots__ = ("function",)

    def __init__(self, function: str) -> None:
        self.function = function

    def forward(self, x: Array) -> Array:
        if self.function == "sign":
            return sign(x)
        return getattr(namespace(x), self.function)(x)

    def backward(self, grad: Array) -> Array:
        return zeros(grad)

    def name(self) -> str:
        return {"rint": "Round"}.get(self.function, self.function.capitalize()) + "Backward0"


class Angle(Operation):
    """0 for numbers from 0 on, pi for negative ones. Its gradient is zero."""

    def forward(self, x: Array) -> Array:
        xp = namespace(x)
        return xp.where(xp.isnan(x), x, (x < 0) * x.dtype.type(math.pi))

    def backward(self, grad: Array) -> Array:
        return zeros(grad)


class Clamp(Operation):
    """Keeps values between two bounds, either of which may be None; the gradient at a bound is 1."""

    __slots__ = ("high", "low")
    saves = ((0,),)
    bounds = ("low", "high")

    def __init__(self, low: float | None, high: float | None) -> None:
        self.low = low
        self.high = high

    def forward(self, x: Array) -> Array:
        return namespace(x).clip(x, self.low, self.high)

    def backward(self, grad: Array, x: Array) -> Array:
        if self.low is None or self.high is None:
            return kept(grad, x <= self.high if self.low is None else x >= self.low)
        return kept(grad, (x >= self.low) & (x <= self.high))

    def name(self) -> str:
        return "ClampBackward1"


class ClampBetween(Operation):
    """Keeps values between bounds that are arrays, either of which may be None; the gradient at a bound is x's."""

    saves = ((0, 1, 2),) * 3
    title = "Clamp"

    def forward(self, x: Array, low: Array | None, high: Array | None) -> Array:
        xp = namespace(x)
        lifted = x if low is None else xp.maximum(x, low)
        return lifted if high is None else xp.minimum(lifted, high)

    def backward(
        self, grad: Array, x: Array, low: Array | None, high: Array | None
    ) -> tuple[Array, Array | None, Array | None]:
        if low is None or high is None:
            inner, bound = (x <= high, x > high) if low is None else (x >= low, x < low)
            at_bound = kept(grad, bound)
            return kept(grad, inner), None if low is None else at_bound, None if high is None else at_bound
        crossed = low > high
        inner = (x >= low) & (x <= high)
        return kept(grad, inner), kept(grad, (x < low) & (low < high)), kept(grad, (x > high) | crossed)


def _either(x: Array, above: float, below: float) -> Array:
    return namespace(x).where(x > 0, x.dtype.type(above), x.dtype.type(below))


def sign(x: Array) -> Array:
    """1, 0 or -1; of what is no number 0, as PyTorch has it."""
    return signs(x).astype(x.dtype) if x.dtype.kind == "f" else namespace(x).sign(x)


def signs(x: Array) -> Array:
    """As `sign`, in small integers."""
    if isinstance(x, StandIn):
        return namespace(x).where(x == x, namespace(x).sign(x), 0)
    return (x > 0).view("int8") - (x < 0).view("int8")
