"""What holds for sequences of any lengths, whatever PyTorch says."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, strategies

import core as torch
from core import Tensor, nn
from core.nn.utils.rnn import (
    PackedSequence,
    pack_padded_sequence,
    pack_sequence,
    pad_packed_sequence,
    pad_sequence,
    unpack_sequence,
)

LENGTHS = strategies.lists(strategies.integers(1, 5), min_size=1, max_size=5)


def sequences(lengths: list[int], features: int = 2) -> list[Tensor]:
    source = np.random.default_rng(len(lengths))
    return [torch.from_numpy(source.standard_normal((length, features))) for length in lengths]


@given(LENGTHS, strategies.booleans())
def test_what_was_padded_and_packed_comes_back(lengths: list[int], batch_first: bool) -> None:
    padded = pad_sequence(sequences(lengths), batch_first)
    packed = pack_padded_sequence(padded, lengths, batch_first, enforce_sorted=False)
    assert len(packed.data) == sum(lengths)
    again, known = pad_packed_sequence(packed, batch_first)
    assert known.tolist() == lengths
    assert torch.equal(again, padded)


@given(LENGTHS)
def test_what_was_packed_is_unpacked(lengths: list[int]) -> None:
    given_ = sequences(lengths)
    found = unpack_sequence(pack_sequence(given_, enforce_sorted=False))
    assert all(torch.equal(one, other) for one, other in zip(given_, found, strict=True))


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@given(LENGTHS)
def test_a_packed_sequence_is_read_as_if_it_were_alone(kind: str, lengths: list[int]) -> None:
    layer = getattr(nn, kind)(2, 3, bidirectional=True).double()
    packed = pack_sequence(sequences(lengths), enforce_sorted=False)
    output, state = layer(packed)
    last = state[0] if kind == "LSTM" else state
    for number, (alone, found) in enumerate(zip(sequences(lengths), unpack_sequence(output), strict=True)):
        expected, own = layer(alone)
        np.testing.assert_allclose(found.detach(), expected.detach(), atol=1e-12)
        np.testing.assert_allclose(last[:, number].detach(), (own[0] if kind == "LSTM" else own).detach(), atol=1e-12)


@given(LENGTHS)
def test_a_bag_is_the_sum_of_its_rows(lengths: list[int]) -> None:
    words = torch.arange(sum(lengths)) % 4
    offsets = torch.tensor([sum(lengths[:place]) for place in range(len(lengths))])
    bag = nn.EmbeddingBag(4, 3, mode="sum")
    rows = nn.functional.embedding(words, bag.weight)
    expected = torch.stack([part.sum(0) for part in rows.split(lengths)])
    np.testing.assert_allclose(bag(words, offsets).detach(), expected.detach(), rtol=1e-5, atol=1e-6)


def test_padding_changes_nothing_at_other_places() -> None:
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True)
    x, longer = torch.randn(1, 3, 4), torch.randn(1, 5, 4)
    longer[:, :3] = x
    padding = torch.tensor([[False, False, False, True, True]])
    found = layer(longer, src_key_padding_mask=padding)[:, :3]
    np.testing.assert_allclose(found.detach(), layer(x).detach(), rtol=1e-5, atol=1e-6)


def test_layers_and_packed_sequences_can_be_copied_and_pickled() -> None:
    layer, packed = nn.LSTM(2, 3), pack_sequence(sequences([2, 3]), enforce_sorted=False)
    again = pickle.loads(pickle.dumps(copy.deepcopy(layer)))
    assert torch.equal(again.weight_hh_l0, layer.weight_hh_l0)
    other = pickle.loads(pickle.dumps(packed))
    assert isinstance(other, PackedSequence)
    assert torch.equal(other.data, packed.data)
    assert torch.equal(copy.deepcopy(packed).data, packed.data)


def test_a_second_backward_of_a_kept_graph_adds_the_same_again() -> None:
    layer = nn.LSTM(2, 3, proj_size=2)
    loss = layer(torch.ones(4, 1, 2))[0].sum()
    loss.backward(retain_graph=True)
    once = [parameter.grad.clone() for parameter in layer.parameters() if parameter.grad is not None]
    loss.backward()
    for parameter, grad in zip(layer.parameters(), once, strict=True):
        np.testing.assert_allclose(parameter.grad, 2 * grad)


def test_gradients_of_the_two_biases_are_not_one_memory() -> None:
    layer = nn.GRU(2, 3)
    layer(torch.ones(4, 1, 2))[0].sum().backward()
    before = layer.bias_hh_l0.grad.clone()
    layer.bias_ih_l0.grad.zero_()
    assert torch.equal(layer.bias_hh_l0.grad, before)
