"""Moving elements without computing."""

from __future__ import annotations

import numpy as np

import core as torch
from tests.unit.core.cases.case import TWO, Case, Numbers


def _windows(x: Numbers, size: int) -> Numbers:
    return np.lib.stride_tricks.sliding_window_view(x, size, axis=1)


def _block_diag(a: Numbers, b: Numbers) -> Numbers:
    out = np.zeros((len(a) + len(b), a.shape[1] + b.shape[1]))
    out[: len(a), : a.shape[1]] = a
    out[len(a) :, a.shape[1] :] = b
    return out


def _diag_embedded(x: Numbers) -> Numbers:
    out = np.zeros((4, 2, 4))
    for row in range(2):
        out[:, row] = np.diag(x[row], -1)
    return out


CASES = [
    Case("reshape", lambda x: x.reshape(3, -1), lambda x: x.reshape(3, -1), is_view=True),
    Case("reshape copy", lambda x: x.t().reshape(6), lambda x: x.T.reshape(6)),
    Case("view", lambda x: x.view(6), lambda x: x.reshape(6), is_view=True),
    Case("flatten", lambda x: x.flatten(1), lambda x: x.reshape(2, 12), ((2, 3, 4),), is_view=True),
    Case("unflatten", lambda x: x.unflatten(1, (3, -1)), lambda x: x.reshape(2, 3, 4), ((2, 12),), is_view=True),
    Case("squeeze", lambda x: x.squeeze(), np.squeeze, ((1, 2, 1, 3),), is_view=True),
    Case("squeeze dim", lambda x: x.squeeze(0), lambda x: x.squeeze(0), ((1, 2, 1, 3),), is_view=True),
    Case("unsqueeze", lambda x: x.unsqueeze(-1), lambda x: x[..., None], is_view=True),
    Case("permute", lambda x: x.permute(2, 0, 1), lambda x: x.transpose(2, 0, 1), ((2, 3, 4),), is_view=True),
    Case("transpose", lambda x: x.transpose(0, -1), lambda x: x.swapaxes(0, 2), ((2, 3, 4),), is_view=True),
    Case("t", lambda x: x.t(), np.transpose, is_view=True),
    Case("T", lambda x: x.T, np.transpose, is_view=True),
    Case("mT", lambda x: x.mT, lambda x: x.swapaxes(1, 2), ((2, 3, 4),), is_view=True),
    Case("movedim", lambda x: x.movedim(0, 2), lambda x: np.moveaxis(x, 0, 2), ((2, 3, 4),), is_view=True),
    Case("expand", lambda x: x.expand(4, -1, 3), lambda x: np.broadcast_to(x, (4, 2, 3)), ((2, 1),), is_view=True),
    Case("select", lambda x: x[1], lambda x: x[1], is_view=True),
    Case("slice", lambda x: x[:, 1:], lambda x: x[:, 1:], is_view=True),
    Case("slice step", lambda x: x[..., ::2], lambda x: x[..., ::2], is_view=True),
    Case("none", lambda x: x[None, :, 0], lambda x: x[None, :, 0], is_view=True),
    Case("narrow", lambda x: x.narrow(1, 1, 2), lambda x: x[:, 1:3], is_view=True),
    Case("unbind", lambda x: x.unbind(1)[2], lambda x: x[:, 2], is_view=True),
    Case("split", lambda x: x.split(2, 1)[1], lambda x: x[:, 2:], is_view=True),
    Case("chunk", lambda x: x.chunk(2, 1)[0], lambda x: x[:, :2], is_view=True),
    Case("diagonal", lambda x: x.diagonal(1), lambda x: x.diagonal(1), is_view=True),
    Case(
        "diagonal of a stack",
        lambda x: x.diagonal(-1, 1, 2),
        lambda x: x.diagonal(-1, 1, 2),
        ((2, 3, 4),),
        is_view=True,
    ),
    Case("unfold", lambda x: x.unfold(1, 3, 2), lambda x: _windows(x, 3)[:, ::2], ((2, 7),), is_view=True),
    Case(
        "unfold in front", lambda x: x.unfold(0, 2, 1), lambda x: np.stack([x[:-1], x[1:]], -1), ((3, 2),), is_view=True
    ),
    Case(
        "as_strided",
        lambda x: x.as_strided((2, 2), (1, 2), 1),
        lambda x: x.reshape(-1)[[[1, 3], [2, 4]]],
        is_view=True,
    ),
    Case("ravel", torch.ravel, np.ravel, is_view=True),
    Case("moveaxis", lambda x: x.moveaxis(0, 1), lambda x: np.moveaxis(x, 0, 1), is_view=True),
    Case("atleast_3d", torch.atleast_3d, np.atleast_3d, is_view=True),
    Case("tensor_split", lambda x: x.tensor_split(2, 1)[1], lambda x: np.array_split(x, 2, 1)[1], is_view=True),
    Case("hsplit", lambda x: torch.hsplit(x, [1, 2])[2], lambda x: np.hsplit(x, [1, 2])[2], is_view=True),
    Case("vsplit", lambda x: torch.vsplit(x, 2)[0], lambda x: np.vsplit(x, 2)[0], is_view=True),
    Case("dsplit", lambda x: torch.dsplit(x, 2)[1], lambda x: np.dsplit(x, 2)[1], ((2, 3, 4),), is_view=True),
    Case("fliplr", torch.fliplr, np.fliplr),
    Case("flipud", torch.flipud, np.flipud),
    Case("rot90", lambda x: torch.rot90(x, 3), lambda x: np.rot90(x, 3)),
    Case("hstack", lambda a, b: torch.hstack([a, b]), lambda a, b: np.hstack([a, b]), TWO),
    Case("vstack", lambda a, b: torch.vstack([a, b]), lambda a, b: np.vstack([a, b]), TWO),
    Case("dstack", lambda a, b: torch.dstack([a, b]), lambda a, b: np.dstack([a, b]), TWO),
    Case("column_stack", lambda a, b: torch.column_stack([a, b]), lambda a, b: np.column_stack([a, b]), ((2,), (2, 3))),
    Case("block_diag", torch.block_diag, _block_diag, TWO),
    Case("cartesian_prod", torch.cartesian_prod, lambda a, b: np.array([[i, j] for i in a for j in b]), ((2,), (3,))),
    Case("combinations", torch.combinations, lambda x: np.array([[x[0], x[1]], [x[0], x[2]], [x[1], x[2]]]), ((3,),)),
    Case("meshgrid", lambda a, b: sum(torch.meshgrid(a, b)), lambda a, b: a[:, None] + b, ((2,), (3,))),
    Case("diag", torch.diag, np.diag, ((3,),)),
    Case("diag of a matrix", lambda x: torch.diag(x, 1), lambda x: np.diag(x, 1)),
    Case("diag_embed", lambda x: torch.diag_embed(x, -1, 0, 2), _diag_embedded),
    Case("diagflat", torch.diagflat, np.diagflat),
    Case("trace", torch.trace, np.trace),
    Case("cat", lambda a, b: torch.cat([a, b], 1), lambda a, b: np.concatenate([a, b], 1), ((2, 3), (2, 1))),
    Case("stack", lambda a, b: torch.stack([a, b], -1), lambda a, b: np.stack([a, b], -1), TWO),
    Case("repeat", lambda x: x.repeat(2, 1, 3), lambda x: np.tile(x, (2, 1, 3))),
    Case("tile", lambda x: x.tile(2), lambda x: np.tile(x, 2)),
    Case("repeat_interleave", lambda x: x.repeat_interleave(2, 1), lambda x: x.repeat(2, 1)),
    Case("flip", lambda x: x.flip(0, 1), lambda x: x[::-1, ::-1]),
    Case("roll", lambda x: x.roll(1, 0), lambda x: np.roll(x, 1, 0)),
    Case("roll flat", lambda x: x.roll(2), lambda x: np.roll(x, 2)),
    Case("tril", lambda x: x.tril(-1), lambda x: np.tril(x, -1), ((3, 3),)),
    Case("triu", lambda x: x.triu(), np.triu, ((3, 3),)),
    Case("contiguous", lambda x: x.t().contiguous(), np.transpose),
]
