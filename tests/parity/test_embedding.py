# ruff: noqa: E501 - one experiment a line
"""Embeddings: numbers, gradients, texts, first values and errors are PyTorch's."""

from __future__ import annotations

from typing import Any

import pytest

import core
from tests.parity.lines import outcome

# What the largest values of bags come from has a name of its own here, and by frequency PyTorch 2.13 divides bags' gradients
# by the counts of other rows; neither is compared.
PREFIX = """
F = nn.functional
L = torch.tensor
torch.manual_seed(3)
W = torch.randn(5, 4, requires_grad=True)
words = L([[1, 2, 1], [0, 1, 4]])
def slope(y):
    y.sin().sum().backward()
    return y, W.grad
def catch(action):
    try:
        action()
    except Exception as error:
        return error
def bag(**options):
    return slope(F.embedding_bag(words, W, **options))
"""

SAME = {
    "pick": "slope(F.embedding(words, W))",
    "pick by int32": "slope(F.embedding(words.int(), W))",
    "pick one": "slope(F.embedding(L(3), W))",
    "pick none": "F.embedding(L([], dtype=torch.int64), W).shape",
    "padding": "slope(F.embedding(words, W, padding_idx=1))",
    "padding from the end": "slope(F.embedding(words, W, padding_idx=-1))",
    "by frequency": "slope(F.embedding(words, W, 0, scale_grad_by_freq=True))",
    "max_norm": "w = W.detach().clone(); F.embedding(words, w, max_norm=1.5), w",
    "max_norm of sums": "w = W.detach().clone(); F.embedding(words, w, max_norm=1.5, norm_type=1.0), w",
    "row too high": "type(catch(lambda: F.embedding(L([7]), W)))",
    "row below zero": "type(catch(lambda: F.embedding(L([-1]), W)))",
    "floats as rows": "F.embedding(L([0.5]), W)",
    "bools as rows": "F.embedding(L([True]), W)",
    "int16 as rows": "F.embedding(L([1], dtype=torch.int16), W)",
    "list as rows": "F.embedding([1], W)",
    "vector as table": "F.embedding(L([1]), W[0])",
    "padding that is not there": "F.embedding(L([1]), W, padding_idx=9)",
    "bag sum": "bag(mode='sum')",
    "bag mean": "bag()",
    "bag max": "[each.detach() for each in bag(mode='max')]",
    "bag sum padded": "bag(mode='sum', padding_idx=1)",
    "bag mean padded": "bag(padding_idx=1)",
    "bag max padded": "[each.detach() for each in bag(mode='max', padding_idx=1)]",
    "bag weighted": "p = torch.rand(2, 3, requires_grad=True); bag(mode='sum', per_sample_weights=p), p.grad",
    "bag weighted and padded": "p = torch.rand(2, 3, requires_grad=True); bag(mode='sum', per_sample_weights=p, padding_idx=1), p.grad",
    "bag of a list": "slope(F.embedding_bag(L([1, 2, 0, 3]), W, L([0, 2, 2])))",
    "bag max of a list": "[each.detach() for each in slope(F.embedding_bag(L([1, 2, 0, 3]), W, L([0, 2, 2]), mode='max'))]",
    "bag last offset": "slope(F.embedding_bag(L([1, 2, 0, 3]), W, L([0, 3, 4]), include_last_offset=True))",
    "bag of nothing": "F.embedding_bag(L([], dtype=torch.int64), W, L([0]))",
    "bag max of nothing": "F.embedding_bag(L([], dtype=torch.int64), W, L([0]), mode='max').shape",
    "bag max_norm": "w = W.detach().clone(); F.embedding_bag(words, w, max_norm=1.5), w",
    "bag misplaced weights": "F.embedding_bag(words, W, mode='sum', per_sample_weights=torch.ones(2, 2))",
    "bag weighted mean": "type(catch(lambda: F.embedding_bag(words, W, per_sample_weights=torch.ones(2, 3))))",
    "bag weights of another type": "F.embedding_bag(words, W, mode='sum', per_sample_weights=torch.ones(2, 3, dtype=torch.float64))",
    "bag without offsets": "F.embedding_bag(L([1]), W)",
    "bag offsets of 2-D": "F.embedding_bag(L([1]), W, L([[0]]))",
    "bag begins late": "str(catch(lambda: F.embedding_bag(L([1, 2]), W, L([1]))))[:100]",
    "bag ends late": "F.embedding_bag(L([1, 2]), W, L([0, 5]))",
    "bag of 3-D": "F.embedding_bag(L([[[1]]]), W)",
    "bag mode": "F.embedding_bag(words, W, mode='median')",
    "bag max by frequency": "bag(mode='max', scale_grad_by_freq=True)",
    "bag table of 1-D": "F.embedding_bag(words, W[0])",
    "Embedding": "m = nn.Embedding(5, 4, 2); m, m.weight, m(words)",
    "Embedding's text": "nn.Embedding(4, 3, -1, 1.0, 1, True)",
    "Embedding's state": "m = nn.Embedding(4, 3); list(m.state_dict()), m.state_dict()._metadata",
    "Embedding's padding": "nn.Embedding(4, 3, 7)",
    "Embedding of a table": "m = nn.Embedding.from_pretrained(W.detach(), padding_idx=1); m, m.weight.requires_grad, m(words)",
    "Embedding of a table to learn": "nn.Embedding.from_pretrained(W.detach(), False).weight.requires_grad",
    "Embedding of a vector": "nn.Embedding.from_pretrained(torch.ones(3))",
    "Embedding of a misfit": "nn.Embedding(4, 3, _weight=torch.ones(3, 4))",
    "EmbeddingBag": "m = nn.EmbeddingBag(5, 4); m, m.weight, m(words)",
    "EmbeddingBag's text": "nn.EmbeddingBag(4, 3, 1.0, 1, True, padding_idx=-1)",
    "EmbeddingBag of a table": "m = nn.EmbeddingBag.from_pretrained(W.detach(), mode='max'); m, m(words)",
    "EmbeddingBag's padding": "nn.EmbeddingBag(4, 3, padding_idx=-5)",
    "one_hot": "F.one_hot(words), F.one_hot(words, 6).dtype",
    "one_hot of nothing": "F.one_hot(L([], dtype=torch.int64))",
    "one_hot of floats": "F.one_hot(L([0.5]))",
    "one_hot below zero": "F.one_hot(L([-1, 2]))",
    "one_hot too high": "F.one_hot(L([1, 2]), 2)",
}


@pytest.mark.parametrize("name", SAME)
def test_same(name: str, torch: Any) -> None:
    assert outcome(core, SAME[name], PREFIX) == outcome(torch, SAME[name], PREFIX)


def test_sparse_gradients_are_refused_in_a_sentence() -> None:
    with pytest.raises(NotImplementedError, match="no sparse gradients"):
        core.nn.Embedding(3, 2, sparse=True)(core.tensor([0]))


def test_by_frequency_each_row_is_divided_by_its_own_count() -> None:
    table = core.ones(5, 2, requires_grad=True)
    words = core.tensor([[1, 2, 1], [0, 1, 4]])
    core.nn.functional.embedding_bag(words, table, mode="sum", scale_grad_by_freq=True).sum().backward()
    assert table.grad is not None
    assert table.grad[:, 0].tolist() == [1, 1, 1, 0, 1]
