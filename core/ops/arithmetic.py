"""Operations on two numbers at a time: sum, product, power, maximum and their kin, with broadcasting."""

from __future__ import annotations

from core.arrays.backend import Array, namespace
from core.ops.masks import chosen, kept, zeros
from core.ops.operation import OUTPUT, Operation


class Add(Operation):
    """a + b."""

    def forward(self, a: Array, b: Array) -> Array:
        return a + b

    def backward(self, grad: Array) -> tuple[Array, Array]:
        return grad, grad


class Sub(Operation):
    """a - b."""

    def forward(self, a: Array, b: Array) -> Array:
        return a - b

    def backward(self, grad: Array) -> tuple[Array, Array | None]:
        return grad, -grad if self.needs(1) else None


class Rsub(Operation):
    """b - a, for a number on the left of the sign."""

    def forward(self, a: Array, b: Array) -> Array:
        return b - a

    def backward(self, grad: Array) -> tuple[Array, Array]:
        return -grad, grad

    def name(self) -> str:
        return "RsubBackward1" if self.inputs[1] is None else "RsubBackward0"


class Mul(Operation):
    """a * b."""

    exact_numbers = True
    saves = ((1,), (0,))

    def forward(self, a: Array, b: Array) -> Array:
        return a * b

    def backward(self, grad: Array, a: Array | None, b: Array | None) -> tuple[Array | None, Array | None]:
        return None if b is None else grad * b, None if a is None else grad * a


class Div(Operation):
    """a / b."""

    exact_numbers = True
    saves = ((1,), (0, 1))

    def forward(self, a: Array, b: Array) -> Array:
        return a / b

    def backward(self, grad: Array, a: Array | None, b: Array) -> tuple[Array | None, Array | None]:
        by_a = grad / b if self.needs(0) else None
        return by_a, None if a is None else -grad * (a / b / b)


class DivRounded(Operation):
    """a / b rounded towards zero or down. Its gradient is zero."""

    __slots__ = ("mode",)
    title = "Div"
    exact_numbers = True

    def __init__(self, mode: str) -> None:
        self.mode = mode

    def forward(self, a: Array, b: Array) -> Array:
        xp = namespace(a)
        if self.mode == "floor":
            return xp.floor_divide(a, b)
        quotient = xp.trunc(xp.true_divide(a, b))
        return quotient.astype(xp.result_type(a, b))

    def backward(self, grad: Array) -> tuple[Array, Array]:
        zero = zeros(grad)
        return zero, zero


class Remainder(Operation):
    """a - floor(a / b) * b: it has b's sign."""

    saves = ((), (0, 1))

    def forward(self, a: Array, b: Array) -> Array:
        return namespace(a).remainder(a, b)

    def backward(self, grad: Array, a: Array | None, b: Array | None) -> tuple[Array, Array | None]:
        return grad, None if a is None else -grad * namespace(a).floor_divide(a, b)


class Fmod(Operation):
    """a - trunc(a / b) * b: it has a's sign."""

    saves = ((), (0, 1))

    def forward(self, a: Array, b: Array) -> Array:
        return namespace(a).fmod(a, b)

    def backward(self, grad: Array, a: Array | None, b: Array | None) -> tuple[Array, Array | None]:
        return grad, None if a is None else -grad * namespace(a).trunc(a / b)


class Pow(Operation):
    """a ** b, with gradient 0 where the exponent is 0. from_tensor: whether the base is a tensor."""

    __slots__ = ("from_tensor",)
    saves = ((0, 1), (0, 1, OUTPUT))

    def __init__(self, from_tensor: bool = True) -> None:
        self.from_tensor = from_tensor

    def forward(self, a: Array, b: Array) -> Array:
        return a**b

    def backward(self, grad: Array, a: Array, b: Array, out: Array | None) -> tuple[Array | None, Array | None]:
        by_base = _by_base(grad, a, b) if self.needs(0) else None
        if out is None:
            return by_base, None
        # 0 ** b has the limit 0 for b >= 0, where log(0) * 0 would give nan.
        xp = namespace(b)
        at_zero = xp.logical_and(a == 0, b >= 0)
        return by_base, grad * xp.where(at_zero, 0, out * xp.log(xp.where(at_zero, 1, a)))

    def name(self) -> str:
        return "PowBackward0" if self.inputs[1] is None else "PowBackward1" if self.from_tensor else "PowBackward2"


class Maximum(Operation):
    """The greater of two; equal ones share the gradient by halves."""

    saves = ((0, 1), (0, 1))

    def forward(self, a: Array, b: Array) -> Array:
        return namespace(a).maximum(a, b)

    def backward(self, grad: Array, a: Array, b: Array) -> tuple[Array, Array]:
        shared = _halved(grad, a == b)
        return kept(shared, ~(a < b)), kept(shared, ~(a > b))


class Minimum(Operation):
    """The lesser of two; equal ones share the gradient by halves."""

    saves = ((0, 1), (0, 1))

    def forward(self, a: Array, b: Array) -> Array:
        return namespace(a).minimum(a, b)

    def backward(self, grad: Array, a: Array, b: Array) -> tuple[Array, Array]:
        shared = _halved(grad, a == b)
        return kept(shared, ~(a > b)), kept(shared, ~(a < b))


class Atan2(Operation):
    """The angle of the point (x, y), from -pi to pi; y is the first input."""

    saves = ((0, 1), (0, 1))

    def forward(self, a: Array, b: Array) -> Array:
        return namespace(a).arctan2(a, b)

    def backward(self, grad: Array, a: Array, b: Array) -> tuple[Array, Array]:
        """Where both are 0 there is no slope, and PyTorch has 0."""
        square = a * a + b * b
        share = namespace(grad).where((a == 0) & (b == 0), 0, 1 / square)
        return grad * b * share, -grad * a * share


class Where(Operation):
    """a where the condition holds, else b. The condition is the first input."""

    saves = ((), (0,), (0,))

    def forward(self, condition: Array, a: Array, b: Array) -> Array:
        return chosen(condition, a, b)

    def backward(self, grad: Array, condition: Array) -> tuple[None, Array | None, Array | None]:
        return None, kept(grad, condition) if self.needs(1) else None, kept(grad, ~condition) if self.needs(2) else None


class Lerp(Operation):
    """start + weight * (end - start)."""

    exact_numbers = True
    saves = ((2,), (2,), (0, 1))

    def forward(self, start: Array, end: Array, weight: Array) -> Array:
        return start + weight * (end - start)

    def backward(
        self, grad: Array, start: Array | None, end: Array | None, weight: Array | None
    ) -> tuple[Array | None, Array | None, Array | None]:
        ends = (None, None) if weight is None else (grad * (1 - weight), grad * weight)
        return (*ends, None if start is None or end is None else grad * (end - start))


def _halved(grad: Array, equal: Array) -> Array:
    """What either of two gets: half of the gradient where they are equal, all of it elsewhere."""
    return chosen(equal, grad * 0.5, grad) if equal.any() else grad


def _by_base(grad: Array, a: Array, b: Array) -> Array:
    """grad * b * a ** (b - 1), and 0 for b = 0 whatever the rest is."""
    if not isinstance(b, int | float):
        return kept(grad * (b * a ** (b - 1)), b != 0)
    if b == 0:
        return zeros(grad)
    return grad * (2 * a if b == 2 else 0.5 / namespace(a).sqrt(a) if b == 0.5 else b * a ** (b - 1))
