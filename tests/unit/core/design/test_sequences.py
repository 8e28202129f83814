"""Cards for sequences: what they refuse and how that is mended, and what they give in a network."""

from __future__ import annotations

import numpy as np
import pytest

import core as torch
from core.design import shapes
from core.design.model import Design, Value
from core.network import build
from core.network.sequences import Embedding
from tests.unit.core.design.drawing import FACTS, graph, labels, node, says, stack

LAST = ("Linear", {"out_features": 10})
Layer = str | tuple[str, dict[str, Value]]


def rows(*layers: Layer) -> Design:
    """The rows of a picture of 8 × 8 pixels as a sequence of 8 steps, through these layers."""
    return stack(("Flatten", {"start_dim": 1, "end_dim": 2}), *layers)


@pytest.mark.parametrize(
    ("design", "sentence", "repair"),
    [
        (
            stack("LSTM", LAST),
            "LSTM 'lstm' expects N × steps × features, but 'digits' gives N × 1 × 8 × 8.",
            "Insert Flatten",
        ),
        (
            rows("LSTM", "GRU", LAST),
            "GRU 'gru' expects N × steps × features, but 'lstm' gives N × 64.",
            "Insert Unflatten",
        ),
        (
            rows(("RNN", {"input_size": 5}), LAST),
            "RNN 'rnn' expects 5 features but 'flatten' gives 8.",
            "Set to 8",
        ),
        (
            rows(("LSTM", {"hidden_size": 4, "proj_size": 4}), LAST),
            "LSTM 'lstm' has 4 units, so its projection must be smaller, not 4.",
            "Set to 0",
        ),
        (
            rows(("MultiheadAttention", {"num_heads": 3}), "Flatten", LAST),
            "MultiheadAttention 'multiheadattention' cannot divide 8 features among 3 heads: 2 would do.",
            "Set to 2",
        ),
        (
            rows(("TransformerEncoder", {"d_model": 4}), "Flatten", LAST),
            "TransformerEncoder 'transformerencoder' expects 4 features but 'flatten' gives 8.",
            "Set to 8",
        ),
        (
            stack("Flatten", ("Embedding", {"num_embeddings": 3, "padding_idx": 3}), "LSTM", LAST),
            "Embedding 'embedding' has 3 things, numbered from 0, so 3 cannot be the padding.",
            "Set to 2",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "'" not in value else "",
)
def test_what_does_not_fit_is_said_and_mended(design: Design, sentence: str, repair: str) -> None:
    (problem,) = shapes.check(design, FACTS).problems
    assert str(problem.sentence) == sentence
    assert repair in labels(problem)
    mended = next(each for each in problem.repairs if str(each.label) == repair).edit(design)
    assert says(shapes.check(mended, FACTS)) == []


def test_a_decoder_layer_needs_two_wires() -> None:
    design = graph("input>transformerdecoderlayer", "TransformerDecoderLayer", shape=(5, 8))
    (sentence,) = says(shapes.check(design, shapes.Facts()))
    assert "transformerdecoderlayer" in sentence


def test_a_card_that_reads_both_ways_tells_how_wide_it_gives() -> None:
    design = rows(("LSTM", {"hidden_size": 3, "bidirectional": True}), LAST)
    assert shapes.check(design, FACTS).telling(node(design, "net.lstm").id) == "8 → 6"


def test_weights_have_pytorchs_names() -> None:
    design = rows(("LSTM", {"output": "every step"}), "TransformerEncoder", "Flatten", LAST)
    names = list(build(design, shapes.check(design, FACTS)).module.state_dict())
    assert "net.lstm.weight_hh_l0" in names
    assert "net.transformerencoder.layers.1.self_attn.in_proj_weight" in names


def test_the_last_state_is_that_of_the_last_step() -> None:
    torch.manual_seed(0)
    every, last = (
        build(design, shapes.check(design, FACTS)).module
        for design in (rows(("GRU", {"output": kind}), LAST) for kind in ("every step", "last state"))
    )
    last.load_state_dict(every.state_dict())
    pictures = torch.rand(2, 1, 8, 8)
    np.testing.assert_allclose(every(pictures)[:, -1].detach(), last(pictures).detach(), rtol=1e-5, atol=1e-6)


def test_looking_back_only_changes_nothing_before_what_changed() -> None:
    design = rows(("TransformerEncoder", {"causal": True, "dropout": 0.0}))
    network = build(design, shapes.check(design, shapes.Facts(FACTS.data))).module
    pictures = torch.rand(1, 1, 8, 8)
    before = network(pictures).detach()
    pictures[0, 0, 5] += 1
    after = network(pictures).detach()
    assert (after[:, :5] == before[:, :5]).all()
    assert not (after[:, 5:] == before[:, 5:]).any()


@pytest.mark.parametrize("value", [-1.0, 3.0, 0.5])
def test_numbers_that_are_no_rows_are_explained(value: float) -> None:
    with pytest.raises(ValueError, match=f"whole numbers from 0 to 2, but {value:g} came"):
        Embedding(3, 2)(torch.tensor([[0.0, value]]))
