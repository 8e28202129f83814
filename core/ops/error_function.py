"""The error function, the normal distribution and their inverses, element by element."""

from __future__ import annotations

import math

from core.arrays.backend import Array, namespace
from core.ops import erf
from core.ops.operation import OUTPUT, Operation, apply


class Erf(Operation):
    """The error function."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return erf.erf(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * (2 / math.sqrt(math.pi)) * namespace(x).exp(-x * x)


class Erfinv(Operation):
    """The inverse of the error function, on (-1, 1)."""

    saves = ((OUTPUT,),)

    def forward(self, x: Array) -> Array:
        return erf.erfinv(x)

    def backward(self, grad: Array, out: Array) -> Array:
        return grad * (math.sqrt(math.pi) / 2) * namespace(out).exp(out * out)


class Erfc(Operation):
    """1 - erf(x), exact where that is tiny."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return erf.erfc(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return -grad * (2 / math.sqrt(math.pi)) * namespace(x).exp(-x * x)


class Erfcx(Operation):
    """exp(x^2) erfc(x)."""

    saves = ((0, OUTPUT),)

    def forward(self, x: Array) -> Array:
        return erf.erfcx(x)

    def backward(self, grad: Array, x: Array, out: Array) -> Array:
        return grad * (2 * x * out - 2 / math.sqrt(math.pi))


class LogNdtr(Operation):
    """The logarithm of the normal distribution's cumulative probability."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        return erf.log_ndtr(x)

    def backward(self, grad: Array, x: Array) -> Array:
        return grad * math.sqrt(2 / math.pi) / apply(Erfcx(), x * -math.sqrt(0.5))


class Ndtri(Operation):
    """Where the normal distribution's cumulative probability is x."""

    saves = ((OUTPUT,),)

    def forward(self, x: Array) -> Array:
        return erf.ndtri(x)

    def backward(self, grad: Array, out: Array) -> Array:
        return grad * math.sqrt(2 * math.pi) * namespace(out).exp(out * out / 2)


class Entr(Operation):
    """-x log(x), 0 at 0 and -inf below."""

    saves = ((0,),)

    def forward(self, x: Array) -> Array:
        xp = namespace(x)
        return xp.where(x < 0, x.dtype.type(-math.inf), -x * xp.log(xp.where(x > 0, x, 1)))

    def backward(self, grad: Array, x: Array) -> Array:
        return -grad * (namespace(x).log(x) + 1)
