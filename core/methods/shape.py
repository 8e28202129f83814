"""Methods that give the same elements another shape, pick some, and put them back."""

from __future__ import annotations

from core.functions import (
    arithmetic,
    diagonals,
    gathering,
    indexing,
    joining,
    rearranging,
    scattering,
    shape,
    splitting,
    strided,
)
from core.functions.operands import Operand
from core.tensors.tensor import Tensor


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
