"""Parametrisations to use: weight_norm, spectral_norm, orthogonal."""

from __future__ import annotations

from typing import Any

from core.arrays.backend import namespace
from core.functions.comparison import allclose
from core.functions.creation import eye, zeros_like
from core.functions.decompositions import qr
from core.functions.matrices import matrix_exp
from core.functions.shape import cat
from core.functions.solving import solve
from core.nn import functional as F
from core.nn.module import Module
from core.nn.utils.parametrize import register_parametrization
from core.nn.utils.weight_norm import length, normed
from core.random.draws import randn
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor, tensor_of

__all__ = ["orthogonal", "spectral_norm", "weight_norm"]

_MAPS = ("matrix_exp", "cayley", "householder")


def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """Splits a weight into lengths (`original0`) and directions (`original1`) along `dim`; None: one length for all.

    Salimans and Kingma, 2016. States written with the older `nn.utils.weight_norm` can be loaded.
    """
    register_parametrization(module, name, _WeightNorm(dim), unsafe=True)

    def rename(state_dict: dict[str, Any], prefix: str, *_: Any) -> None:
        old = [f"{prefix}{name}_{part}" for part in "gv"]
        if all(key in state_dict for key in old):
            for number, key in enumerate(old):
                state_dict[f"{prefix}parametrizations.{name}.original{number}"] = state_dict.pop(key)

    module._register_load_state_dict_pre_hook(rename)
    return module


def spectral_norm(
    module: Module, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Module:
    """Divides a weight by its greatest singular value, which a power iteration follows in training.

    Miyato et al., 2018. dim: that of the outputs, 0, or 1 for a transposed convolution.
    """
    weight = _tensor_of(module, name)
    if dim is None:
        dim = int(type(module).__name__.startswith("ConvTranspose"))
    return register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, dim, eps))


def orthogonal(
    module: Module, name: str = "weight", orthogonal_map: str | None = None, *, use_trivialization: bool = True
) -> Module:
    """Keeps the rows (or columns, if fewer) of a matrix, or a stack of them, at right angles and of length 1.

    orthogonal_map: "matrix_exp", "cayley" or "householder"; the first for square matrices, else the last.
    use_trivialization: the map acts on a fixed matrix from which training sets out (Lezcano-Casado, 2019).
    """
    weight = _tensor_of(module, name)
    if weight.ndim < 2:
        raise ValueError(f"Expected a matrix or batch of matrices. Got a tensor of {weight.ndim} dimensions.")
    if orthogonal_map is None:
        orthogonal_map = "matrix_exp" if weight.shape[-2] == weight.shape[-1] else "householder"
    if orthogonal_map not in _MAPS:
        raise ValueError(
            f'orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: {orthogonal_map}'
        )
    made = _Orthogonal(weight, orthogonal_map, use_trivialization)
    return register_parametrization(module, name, made, unsafe=True)


def _tensor_of(module: Module, name: str) -> Tensor:
    found = getattr(module, name, None)
    if not isinstance(found, Tensor):
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    return found


class _WeightNorm(Module):
    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Tensor, weight_v: Tensor) -> Tensor:
        return normed(weight_g, weight_v, self.dim)

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        return length(weight, self.dim), weight


class _SpectralNorm(Module):
    _u: Tensor
    _v: Tensor

    def __init__(self, weight: Tensor, n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        super().__init__()
        ndim = weight.ndim
        if not -ndim <= dim < ndim:
            raise IndexError(f"Dimension out of range (expected to be in range of [-{ndim}, {ndim - 1}] but got {dim})")
        if n_power_iterations <= 0:
            raise ValueError(
                f"Expected n_power_iterations to be positive, but got n_power_iterations={n_power_iterations}"
            )
        self.dim = dim % ndim
        self.eps = eps
        self.n_power_iterations = n_power_iterations
        if ndim > 1:
            matrix = self._matrix(weight).detach()
            for name, size in zip(("_u", "_v"), matrix.shape, strict=True):
                drawn = matrix.new_empty(size).normal_(0, 1)
                self.register_buffer(name, F.normalize(drawn, dim=0, eps=eps))
            self._iterate(matrix, 15)

    def _matrix(self, weight: Tensor) -> Tensor:
        return weight.movedim(self.dim, 0).flatten(1)

    @no_grad()
    def _iterate(self, matrix: Tensor, times: int) -> None:
        for _ in range(times):
            F.normalize(matrix.mv(self._v), dim=0, eps=self.eps, out=self._u)
            F.normalize(matrix.t().mv(self._u), dim=0, eps=self.eps, out=self._v)

    def forward(self, weight: Tensor) -> Tensor:
        if weight.ndim == 1:
            return F.normalize(weight, dim=0, eps=self.eps)
        matrix = self._matrix(weight)
        if self.training:
            self._iterate(matrix, self.n_power_iterations)
        u, v = self._u.clone(), self._v.clone()  # the next call changes them, and this one's gradient needs them
        return weight / u.dot(matrix.mv(v))

    def right_inverse(self, value: Tensor) -> Tensor:
        return value


class _Orthogonal(Module):
    base: Tensor

    def __init__(self, weight: Tensor, orthogonal_map: str, use_trivialization: bool = True) -> None:
        super().__init__()
        self.shape = weight.shape
        self.orthogonal_map = orthogonal_map
        self.use_trivialization = use_trivialization
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, x: Tensor) -> Tensor:
        wide = x.shape[-2] < x.shape[-1]
        tall = x.mT if wide else x
        q = _from_reflections(tall) if self.orthogonal_map == "householder" else self._from_skew(tall)
        if self.use_trivialization:
            q = self.base @ q
        return q.mT if wide else q

    def _from_skew(self, tall: Tensor) -> Tensor:
        rows, columns = tall.shape[-2:]
        lower = tall.tril()
        if rows != columns:
            lower = cat([lower, lower.new_zeros(*tall.shape[:-1], rows - columns)], -1)
        skew = lower - lower.mT
        if self.orthogonal_map == "matrix_exp":
            q = matrix_exp(skew)
        else:
            unit = eye(rows, dtype=tall.dtype, device=tall.device)
            q = solve(unit - skew * 0.5, unit + skew * 0.5)
        return q[..., :columns]

    @no_grad()
    def right_inverse(self, q: Tensor) -> Tensor:
        if q.shape != self.shape:
            raise ValueError(
                f"Expected a matrix or batch of matrices of shape {self.shape}. Got a tensor of shape {q.shape}."
            )
        wide = q.shape[-2] < q.shape[-1]
        tall = q.mT if wide else q
        if not self.use_trivialization:
            if self.orthogonal_map != "householder":
                raise NotImplementedError("Neither the matrix exponential nor Cayley's map is undone without a base.")
            return _reflections(tall).mT if wide else _reflections(tall)
        self.base = _completed(tall)
        start = zeros_like(q)
        start.diagonal(0, -2, -1).fill_(-1.0)
        return start


def _from_reflections(tall: Tensor) -> Tensor:
    """The product of Householder's reflections whose vectors are the columns below the diagonal.

    The diagonal says which columns of the product change their sign.
    """
    rows, columns = tall.shape[-2:]
    unit = eye(rows, columns, dtype=tall.dtype, device=tall.device)
    below = tall.tril(-1)
    factors = 2.0 / (1.0 + (below * below).sum(-2))
    vectors, q = below + unit, unit
    for column in reversed(range(columns)):
        vector = vectors[..., column : column + 1]
        q = q - factors[..., column, None, None] * vector @ (vector.mT @ q)
    return q * tall.diagonal(0, -2, -1).detach().trunc().unsqueeze(-2)


def _reflections(tall: Tensor) -> Tensor:
    """What `_from_reflections` makes an orthogonal `tall` of, by LAPACK's decomposition before Q is multiplied out."""
    packed, factors = namespace(tall._array).linalg.qr(tall._array, mode="raw")
    found = tensor_of(packed.swapaxes(-1, -2).copy())
    diagonal = found.diagonal(0, -2, -1)
    diagonal.copy_(diagonal.sign())
    diagonal.mul_(1 - 2 * (tensor_of(factors) == 0).to(found.dtype))  # there is no reflection in such a column
    return found


def _completed(tall: Tensor) -> Tensor:
    """An orthogonal square matrix near `tall`, whose columns come first in it."""
    rows, columns = tall.shape[-2:]
    if rows != columns:
        more = randn(*tall.shape[:-1], rows - columns, dtype=tall.dtype, device=tall.device)
        tall = cat([tall, more], -1)
    elif _is_orthogonal(tall):
        return tall.clone()
    q, r = qr(tall)
    return q * r.diagonal(0, -2, -1).sign().unsqueeze(-2)


def _is_orthogonal(square: Tensor) -> bool:
    size = square.shape[-1]
    tolerance = 10.0 * size * float(namespace(square._array).finfo(square._array.dtype).eps)
    unit = eye(size, dtype=square.dtype, device=square.device)
    return bool(allclose(square.mT @ square, unit.expand_as(square), atol=tolerance))
