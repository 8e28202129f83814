"""Augmentation and balance: pictures changed at random, rare classes learned as much as frequent ones."""

from __future__ import annotations

import pickle
from contextlib import closing
from dataclasses import replace
from itertools import islice
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest

import core as torch
from core.data.augmentation import _looked_at, _places, augmentation_of
from core.data.prepare import prepare
from core.data.samples import samples_of
from core.data.seen import SeenData
from core.design.augmentation import AMOUNTS
from core.design.json_form import from_json, to_json
from core.design.model import Design
from core.design.settings import DataSettings, Settings
from core.errors import DataError, DesignError, FileError
from core.nn.functional import affine_grid, grid_sample
from core.training import feed
from core.training.augmentation import SHOWN, VARIANTS, show_augmented
from core.training.customs import full_report
from core.training.loop import Stepped, TrainingRun
from tests.unit.core.design.drawing import stack
from tests.unit.core.training.driving import iris, mlp

PICTURES = (3, 6, 5)


def augmented(features: torch.Tensor, seed: int = 0, task: str = "auto", **amounts: object) -> tuple[np.ndarray, ...]:
    augment = augmentation_of(DataSettings("digits", task=task, **amounts), PICTURES, -1.0, 2.0)
    assert augment is not None
    return pickle.loads(pickle.dumps(augment))(features.numpy(), seed)


@pytest.fixture
def pictures() -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(0).normal(size=(40, *PICTURES)).astype(np.float32))


def test_nothing_is_done_where_nothing_is_chosen() -> None:
    assert augmentation_of(DataSettings("digits"), PICTURES, 0, 1) is None


def test_the_same_seed_gives_the_same_pictures(pictures: torch.Tensor) -> None:
    amounts = {"flip": "both", "rotate": 20, "shift": 0.1, "scale": 0.2, "crop": 0.3, "brightness": 0.2, "noise": 0.1}
    torch.manual_seed(0)
    once, _ = augmented(pictures, **amounts)
    assert (once == augmented(pictures, **amounts)[0]).all()
    assert (once != augmented(pictures, seed=1, **amounts)[0]).any()
    torch.manual_seed(0)
    assert (once == augmented(pictures, **amounts)[0]).all(), "and nothing else is drawn from"


def test_about_half_are_flipped(pictures: torch.Tensor) -> None:
    values, found = pictures.numpy(), augmented(pictures, flip="horizontal")[0]
    flipped = [(found[i] == values[i, :, :, ::-1]).all() for i in range(40)]
    same = [(found[i] == values[i]).all() for i in range(40)]
    assert [a or b for a, b in zip(flipped, same, strict=True)] == [True] * 40
    assert 10 < sum(flipped) < 30


def test_places_are_looked_at_as_pytorch_would(pictures: torch.Tensor) -> None:
    theta = _places(pictures, DataSettings("x", rotate=40, shift=0.2, scale=0.3, crop=0.2), torch.Generator())
    grid = affine_grid(theta, list(pictures.shape), align_corners=False)
    wanted = grid_sample(pictures, grid, padding_mode="border", align_corners=False).numpy()
    assert _looked_at(pictures._array, theta._array) == pytest.approx(wanted, abs=1e-4)


def test_a_shift_moves_by_at_most_its_share() -> None:
    picture = torch.zeros(30, 1, 20, 20)
    picture[:, :, 10, 10] = 1
    augment = augmentation_of(DataSettings("x", shift=0.1), (1, 20, 20), 0.0, 1.0)
    assert augment is not None
    moved = augment(picture.numpy(), 0)[0]
    rows, columns = (moved.sum(axis=axis)[:, 0] @ np.arange(20) / moved.sum(axis=(1, 2, 3)) for axis in (3, 2))
    for places in (rows, columns):
        assert np.abs(places - 10).max() <= 2.001
        assert np.ptp(places) > 1


def test_brightness_is_about_black_and_noise_about_the_range(pictures: torch.Tensor) -> None:
    values, found = pictures.numpy(), augmented(pictures, brightness=0.5)[0]
    factors = ((found + 1) / (values + 1)).reshape(40, -1)
    assert factors.std(axis=1).max() < 0.01
    assert factors.min() > 0.49
    assert factors.max() < 1.51
    noise = augmented(pictures, noise=0.1)[0] - values
    assert noise.std() == pytest.approx(0.3, rel=0.05)


def test_an_autoencoder_is_to_give_the_changed_picture_without_its_noise(pictures: torch.Tensor) -> None:
    noisy, target = augmented(pictures, task="autoencoder", rotate=20, noise=0.1)
    assert (target == augmented(pictures, task="autoencoder", rotate=20)[0]).all()
    assert (noisy != target).any()


@pytest.mark.parametrize(
    ("amounts", "shape", "sentence"),
    [({"rotate": 181.0}, PICTURES, "must be from 0 to 180"), ({"noise": -0.1}, PICTURES, "must be from 0 to 1"),
     ({"flip": "both"}, (4,), "Only pictures can be augmented")],
)  # fmt: skip
def test_what_cannot_be_is_said(amounts: dict[str, object], shape: tuple[int, ...], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        augmentation_of(DataSettings("x", **amounts), shape, 0, 1)


def test_samples_are_shown_beside_what_becomes_of_them() -> None:
    seen = SeenData(samples_of(DataSettings("digits")))
    shown = show_augmented(seen, DataSettings("digits", rotate=30), seed=3)
    assert [row[0].label for row in shown.rows] == list("012345")[:SHOWN]
    assert {len(row) for row in shown.rows} == {1 + VARIANTS}
    assert shown == show_augmented(seen, DataSettings("digits", rotate=30), seed=3)
    with pytest.raises(DataError, match="Only pictures"):
        show_augmented(SeenData(samples_of(DataSettings("iris"))), DataSettings("iris", flip="both"), 0)


def run_of(design, **changes: object) -> TrainingRun:
    settings = replace(design.settings, data=replace(design.settings.data, **changes))
    design = replace(design, settings=settings)
    data = prepare(settings.data)
    return TrainingRun(design, full_report(design, data.description), data)


def losses(run: TrainingRun, count: int) -> list[float]:
    with closing(run):
        return [event.loss for event in islice((event for event in run if isinstance(event, Stepped)), count)]


@pytest.mark.parametrize("task", ["auto", "autoencoder"])
def test_training_sees_changed_pictures_and_repeats_them_in_any_process(
    task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = mlp(epochs=2) if task == "auto" else by_itself()
    learnt: list[list[tuple[torch.Tensor, torch.Tensor]]] = []
    found = []
    for processors in (1, 2, 3):
        monkeypatch.setattr(feed, "usable_processors", lambda processors=processors: processors)
        run = run_of(design, rotate=20.0, noise=0.1, task=task)
        learnt.append(taken_by(run))
        events = iter(run)
        first = next(event.loss for event in events if isinstance(event, Stepped))
        assert len(active_children()) == processors - 1
        found.append([first, *(event.loss for event in events if isinstance(event, Stepped))])
        run.close()
        assert not active_children()
    for one, two, three in zip(*learnt, strict=True):
        for which in (0, 1):
            assert one[which].equal(two[which])
            assert one[which].equal(three[which])
    assert found[0] == pytest.approx(found[1], rel=1e-4)
    assert found[0] != pytest.approx(losses(run_of(design, task=task), len(found[0])), rel=1e-4)


def taken_by(run: TrainingRun) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """The features and targets of each step to come."""
    taken: list[tuple[torch.Tensor, torch.Tensor]] = []
    there_and_back = run._there_and_back
    run._there_and_back = lambda *batch: taken.append(batch) or there_and_back(*batch)  # type: ignore[method-assign]
    return taken


def by_itself() -> Design:
    """An autoencoder of digits."""
    design = stack(("Flatten", {}), ("Linear", {"out_features": 64}), ("Unflatten", {"unflattened_size": (1, 8, 8)}),
                   shape=(1, 8, 8))  # fmt: skip
    data = DataSettings("digits", task="autoencoder")
    return replace(design, settings=Settings(data=data, loss="MSELoss", batch_size=200, epochs=2))


def test_what_failed_is_made_again_with_the_same_changes() -> None:
    with closing(run_of(mlp(epochs=1), rotate=30.0, noise=0.2)) as run:
        events = iter(run)
        taken = taken_by(run)
        for _ in range(3):
            next(event for event in events if isinstance(event, Stepped))
        lots = [each for each in run._guard._since if isinstance(each, feed.Lot)][-3:]
        for lot, (features, targets) in zip(lots, taken[-len(lots) :], strict=True):
            again = run._batch(lot)
            assert again[0].equal(features)
            assert again[1].equal(targets)
        assert len(lots) >= 1


@pytest.fixture
def unequal(tmp_path: Path) -> DataSettings:
    """90 samples of one class to train with, 10 of the other."""
    rng = np.random.default_rng(0)
    np.savez(
        tmp_path / "u.npz",
        X_train=rng.normal(size=(100, 3)), y_train=(np.arange(100) >= 90).astype(int),
        X_test=rng.normal(size=(4, 3)), y_test=np.arange(4) % 2,
    )  # fmt: skip
    return DataSettings(str(tmp_path / "u.npz"))


def balanced(data: DataSettings, balance: str, **settings: object) -> TrainingRun:
    design = stack(("Linear", {"out_features": 2}), shape=(3,))
    design = replace(design, settings=Settings(data=replace(data, balance=balance), batch_size=100, **settings))
    found = prepare(design.settings.data)
    return TrainingRun(design, full_report(design, found.description), found)


def test_rare_classes_are_drawn_as_often_as_frequent_ones(unequal: DataSettings) -> None:
    run = balanced(unequal, "sampling")
    torch.manual_seed(0)
    drawn = np.concatenate([piece for _ in range(50) for piece in run._pieces()])
    assert np.mean(drawn >= 90) == pytest.approx(0.5, abs=0.03)
    assert losses(balanced(unequal, "sampling", epochs=3), 3) == losses(balanced(unequal, "sampling", epochs=3), 3)


def test_rare_classes_weigh_more_in_what_is_learned_from_but_not_in_tests(unequal: DataSettings) -> None:
    run = balanced(unequal, "weights")
    features, targets = run._batch(feed.Lot(np.arange(100)))
    scores = run.model.module(features)
    weight = torch.tensor([100 / 180, 100 / 20])
    wanted = torch.nn.CrossEntropyLoss(weight=weight)(scores, targets).item()
    assert run._loss_of(features, targets).item() == pytest.approx(wanted)
    assert wanted != pytest.approx(torch.nn.CrossEntropyLoss()(scores, targets).item())


def test_what_cannot_be_balanced_is_said(unequal: DataSettings) -> None:
    with pytest.raises(DesignError, match="MSELoss cannot weigh classes: choose CrossEntropyLoss"):
        balanced(unequal, "weights", loss="MSELoss")
    with pytest.raises(DesignError, match="no classes that could be balanced"):
        run_of(replace(iris(), settings=Settings(data=DataSettings("diabetes"), loss="MSELoss")), balance="sampling")


def test_all_that_is_chosen_is_kept_in_the_project() -> None:
    most = {name: amount.most for name, amount in AMOUNTS.items()}
    for amounts in (most, dict.fromkeys(most, 0.25)):
        data = DataSettings("digits", flip="both", balance="weights", **amounts)
        design = replace(mlp(), settings=Settings(data=data))
        assert from_json(to_json(design)).settings.data == data
    for name, amount in AMOUNTS.items():
        design = replace(mlp(), settings=Settings(data=DataSettings("digits", **{name: 2 * amount.most})))
        with pytest.raises(FileError, match=f"a number from 0 to {amount.most:g}"):
            from_json(to_json(design))
