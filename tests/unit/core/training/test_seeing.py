"""The network looked through with samples: answers, losses, gradients by the input, activations."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import core as torch
from core import nn
from core.data.prepare import prepare
from core.design import edits
from core.design.model import Design
from core.design.settings import DataSettings
from core.errors import NetloomError
from core.network import build
from core.training.activations import see_activations
from core.training.customs import full_report
from core.training.messages import ActivationsSeen, Chosen, Picture, SeeActivations
from core.training.scoring import class_figures, confusion, regression_figures
from core.training.seeing import Looking, assess, see_sample, see_surface
from tests.unit.core.design.drawing import node, stack

TEST = Chosen("test", 3)


def looking(*layers: Any, source: str = "digits", loss: str = "CrossEntropyLoss", **data: Any) -> Looking:
    settings = DataSettings(source=source, **data)
    prepared = prepare(settings)
    design = stack(*layers, shape=prepared.description.shape)
    design = edits.set_settings(design, _with(design, settings, loss))
    torch.manual_seed(0)
    return Looking(design, build(design, full_report(design, prepared.description)), prepared)


def _with(design: Design, data: DataSettings, loss: str) -> Any:
    return replace(design.settings, data=data, loss=loss)


def floats(data: bytes, kind: str = "<f4") -> NDArray[Any]:
    return np.frombuffer(data, kind)


def array(picture: Picture) -> NDArray[Any]:
    return floats(picture.values).reshape(picture.rows, picture.columns)


MLP = ("Flatten", ("Linear", {"out_features": 16}), "ReLU", "Dropout", ("Linear", {"out_features": 10}))


class TestScoring:
    def test_a_confusion_matrix_has_the_truth_in_its_rows(self) -> None:
        """The example of scikit-learn's documentation of confusion_matrix: [[2, 0, 0], [0, 0, 1], [1, 0, 2]]."""
        truths, answers = np.array([2, 0, 2, 2, 0, 1]), np.array([0, 0, 2, 2, 0, 2])
        assert confusion(truths, answers, 3).tolist() == [[2, 0, 0], [0, 0, 1], [1, 0, 2]]

    def test_precision_recall_and_f1_of_each_class(self) -> None:
        table = np.array([[2, 0, 0], [0, 0, 1], [1, 0, 2]])
        ant, bee, cat = class_figures(table, ("ant", "bee", "cat"))
        assert (ant.precision, ant.recall, ant.f1, ant.support) == (2 / 3, 1.0, 0.8, 2)
        assert math.isnan(bee.precision)
        assert (bee.recall, bee.f1, bee.support) == (0.0, 0.0, 1)
        assert (cat.precision, cat.recall, cat.support) == (2 / 3, 2 / 3, 3)
        assert cat.f1 == pytest.approx(2 / 3)

    def test_figures_of_numbers(self) -> None:
        """The example of scikit-learn's documentation of r2_score."""
        r2, mae, rmse = regression_figures(np.array([3, -0.5, 2, 7]), np.array([2.5, 0.0, 2, 8]))
        assert r2 == pytest.approx(0.9486081370449679)
        assert (mae, rmse) == (0.5, pytest.approx(math.sqrt(0.375)))
        assert math.isnan(regression_figures(np.ones(3), np.zeros(3))[0])


class TestAssessing:
    def test_answers_probabilities_and_losses_are_those_of_the_network(self) -> None:
        seen = looking(*MLP)
        found = assess(seen, "test")
        features, targets = seen.part("test")
        module = seen.model.module.eval()
        scores = module(torch.from_numpy(features))
        shares = torch.softmax(scores, 1).detach().numpy()
        assert floats(found.answers, "<f8").tolist() == shares.argmax(1).tolist()
        np.testing.assert_allclose(floats(found.scores, "<f8"), shares.max(1), rtol=1e-4)
        each = nn.CrossEntropyLoss(reduction="none")(scores, torch.from_numpy(targets)).detach().numpy()
        np.testing.assert_allclose(floats(found.losses, "<f8"), each, rtol=1e-3, atol=1e-5)
        assert found.accuracy == pytest.approx((shares.argmax(1) == targets).mean())
        table = np.array(found.confusion).reshape(10, 10)
        assert table.sum() == found.count == found.total == len(targets)
        assert table.sum(1).tolist() == np.bincount(targets, minlength=10).tolist()

    @pytest.mark.parametrize("loss", ["BCEWithLogitsLoss", "MSELoss", "MultiMarginLoss"])
    def test_other_losses_of_classes(self, loss: str) -> None:
        seen = looking(*MLP, loss=loss)
        found = assess(seen, "test")
        assert floats(found.losses, "<f8").mean() == pytest.approx(found.loss)
        whole = getattr(nn, loss)()
        features, targets = seen.part("test")
        wanted = torch.from_numpy(targets)
        if loss != "MultiMarginLoss":
            wanted = torch.from_numpy(np.eye(10, dtype=np.float32)[targets])
        expected = whole(seen.model.module.eval()(torch.from_numpy(features)), wanted).item()
        assert found.loss == pytest.approx(expected, rel=1e-4)

    def test_numbers_are_in_the_datas_own_units(self) -> None:
        seen = looking(("Linear", {"out_features": 1}), source="diabetes", loss="MSELoss")
        found = assess(seen, "test")
        truths, answers = floats(found.truths, "<f8"), floats(found.answers, "<f8")
        assert truths.min() >= 25
        assert truths.max() <= 346  # the progression of the disease, as the data have it
        expected = regression_figures(truths, answers)
        assert (found.r2, found.mae, found.rmse) == pytest.approx(expected)
        assert not found.classes

    def test_nothing_of_the_network_changes(self) -> None:
        seen = looking("Flatten", "BatchNorm1d", *MLP[1:])
        module = seen.model.module.train()
        before = {name: value.clone() for name, value in module.state_dict().items()}
        torch.manual_seed(5)
        expected = torch.rand(3)
        torch.manual_seed(5)
        assess(seen, "test")
        see_sample(seen, TEST)
        see_activations(seen, SeeActivations(node(seen.design, "net.relu").id, TEST))
        assert torch.equal(torch.rand(3), expected)
        assert module.training
        assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
        assert all(parameter.grad is None for parameter in module.parameters())
        assert not module._forward_hooks


class TestOneSample:
    def test_the_gradient_of_the_loss_by_the_input(self) -> None:
        seen = looking(*MLP)
        found = see_sample(seen, TEST)
        features, targets = seen.part("test")
        x = torch.from_numpy(features[3:4].copy()).requires_grad_(True)
        loss = nn.CrossEntropyLoss()(seen.model.module.eval()(x), torch.from_numpy(targets[3:4]))
        loss.backward()
        assert x.grad is not None
        np.testing.assert_allclose(floats(found.gradient), x.grad.numpy().reshape(-1), rtol=1e-4, atol=1e-7)
        assert found.loss == pytest.approx(loss.item(), rel=1e-5)
        assert found.truth == str(targets[3])
        assert sum(found.values) == pytest.approx(1)
        assert found.answer == found.classes[int(np.argmax(found.values))]
        np.testing.assert_allclose(
            floats(found.features).reshape(1, 8, 8), seen.data.features.undo(features[3]), rtol=1e-5, atol=1e-4
        )

    def test_every_layer_is_lit(self) -> None:
        seen = looking(*MLP)
        found = see_sample(seen, TEST)
        hidden, relu = (node(seen.design, f"net.{name}").id for name in ("linear", "relu"))
        before, after = array(found.layers[hidden]), array(found.layers[relu])
        assert before.shape == (1, 16)
        np.testing.assert_array_equal(np.maximum(before, 0), after)
        assert set(found.layers) == {i for i, part in seen.model.parts.items() if i in seen.model.parts}

    def test_what_was_drawn_is_scaled_as_the_samples_are(self) -> None:
        seen = looking(*MLP)
        raw = seen.data.features.undo(seen.part("test")[0][3]).astype("<f4")
        drawn = see_sample(seen, Chosen("drawn", 0, raw.tobytes()))
        np.testing.assert_allclose(drawn.values, see_sample(seen, TEST).values, rtol=1e-3)
        assert (drawn.truth, drawn.loss, drawn.gradient) == ("", None, b"")

    @pytest.mark.parametrize(
        ("chosen", "said"),
        [
            (Chosen("test", 10_000), "no sample 10001"),
            (Chosen("validation"), "no validation samples"),
            (Chosen("drawn", 0, b"1234"), "draw it anew"),
        ],
    )
    def test_a_sample_that_is_not_there_is_said(self, chosen: Chosen, said: str) -> None:
        with pytest.raises(NetloomError) as caught:
            see_sample(looking(*MLP), chosen)
        assert said in str(caught.value)


def activations(seen: Looking, path: str) -> ActivationsSeen:
    return see_activations(seen, SeeActivations(node(seen.design, path).id, TEST))


class TestActivations:
    def test_zeros_of_each_unit(self) -> None:
        seen = looking(*MLP)
        found = activations(seen, "net.relu")
        module = seen.model.module.eval()
        x = torch.from_numpy(seen.part("test")[0][:256])
        given = torch.relu(module.net.linear(x.flatten(1))).detach().numpy()
        np.testing.assert_allclose(floats(found.unit_zeros), (given == 0).mean(0), atol=1e-6)
        assert found.zeros == pytest.approx((given == 0).mean())
        assert (found.saturated, found.unit_saturated) == (None, b"")
        assert (found.count, found.shape, found.kind) == (256, (16,), "units")
        np.testing.assert_allclose(array(found.pictures[0])[0], given[3], rtol=1e-5)

    def test_saturated_is_within_a_hundredth_of_an_end(self) -> None:
        seen = looking("Flatten", ("Linear", {"out_features": 8}), "Tanh", ("Linear", {"out_features": 10}))
        weight = seen.model.module.net.linear.weight
        with torch.no_grad():
            weight *= 8
        found = activations(seen, "net.tanh")
        x = torch.from_numpy(seen.part("test")[0][:256])
        given = torch.tanh(seen.model.module.net.linear(x.flatten(1))).detach().numpy()
        expected = (given <= -1 + 0.02) | (given >= 1 - 0.02)
        assert found.saturated is not None
        assert 0 < found.saturated == pytest.approx(expected.mean())
        np.testing.assert_allclose(floats(found.unit_saturated), expected.mean(0), atol=1e-6)

    def test_feature_maps(self) -> None:
        conv = ("Conv2d", {"out_channels": 5, "kernel_size": 3})
        seen = looking(conv, "Flatten", ("Linear", {"out_features": 10}))
        found = activations(seen, "net.conv2d")
        assert (found.kind, len(found.pictures)) == ("maps", 5)
        given = seen.model.module.eval().net.conv2d(torch.from_numpy(seen.part("test")[0][3:4])).detach().numpy()
        for channel, picture in enumerate(found.pictures):
            np.testing.assert_allclose(array(picture), given[0, channel], rtol=1e-5)
        assert floats(found.unit_zeros).shape == (5,)

    def test_the_state_over_steps_also_where_only_the_last_goes_on(self) -> None:
        rows = ("Flatten", {"start_dim": 1, "end_dim": 2})
        seen = looking(rows, ("LSTM", {"hidden_size": 6, "output": "last state"}), ("Linear", {"out_features": 10}))
        found = activations(seen, "net.lstm")
        assert found.kind == "steps"
        states = array(found.pictures[0])
        assert states.shape == (8, 6)
        module = seen.model.module.eval().net.lstm
        last = module(torch.from_numpy(seen.part("test")[0][3:4].reshape(1, 8, 8))).detach().numpy()
        np.testing.assert_allclose(states[-1], last[0], rtol=1e-5)

    @pytest.mark.parametrize("kind", ["MultiheadAttention", "TransformerEncoderLayer"])
    @pytest.mark.parametrize("causal", [False, True])
    def test_attention_of_each_head(self, kind: str, causal: bool) -> None:
        heads = {"num_heads": 2} if kind == "MultiheadAttention" else {"nhead": 2, "dim_feedforward": 16}
        rows = ("Flatten", {"start_dim": 1, "end_dim": 2})
        seen = looking(rows, (kind, {**heads, "causal": causal}), "Flatten", ("Linear", {"out_features": 10}))
        found = activations(seen, f"net.{kind.lower()}")
        assert (found.kind, len(found.pictures)) == ("attention", 2)
        for picture in found.pictures:
            weights = array(picture)
            assert weights.shape == (8, 8)
            np.testing.assert_allclose(weights.sum(1), 1, rtol=1e-5)
            assert bool((np.triu(weights, 1) == 0).all()) == causal

    def test_a_layer_that_is_not_there_is_said(self) -> None:
        seen = looking(*MLP)
        with pytest.raises(NetloomError, match="no such layer"):
            see_activations(seen, SeeActivations("gone", TEST))


class TestSurface:
    def test_samples_that_are_not_two_numbers_have_none(self) -> None:
        with pytest.raises(NetloomError, match="two numbers"):
            see_surface(looking(*MLP), 8)

    def test_each_place_has_the_networks_answer(self, tmp_path: Any) -> None:
        file = tmp_path / "points.csv"
        rng = np.random.default_rng(0)
        points = rng.uniform(-2, 5, (60, 2))
        rows = [f"{x:.4f},{y:.4f},{'in' if x > y else 'out'}" for x, y in points]
        file.write_text("\n".join(["x,y,side", *rows]))
        seen = looking(("Linear", {"out_features": 2}), source=str(file))
        found = see_surface(seen, 5)
        answers = floats(found.answers).reshape(5, 5)
        xs, ys = (np.linspace(found.low[axis], found.high[axis], 5) for axis in (0, 1))
        raw = np.array([[xs[3], ys[1]]])
        scores = seen.model.module.eval()(torch.from_numpy(seen.data.features.apply(raw))).detach().numpy()
        assert answers[1, 3] == scores.argmax()
        assert floats(found.points).reshape(-1, 3).shape[0] == len(seen.data.train_features)
        assert found.low[0] < points[:, 0].min()
