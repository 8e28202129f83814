"""Moving elements without computing."""

from __future__ import annotations

import numpy as np

import core as torch
from tests.unit.core.cases.case import TWO, Case

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
