"""A file of weights and the design side by side, and what the user does about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from app.dialogs.load_weights import LoadWeightsDialog
from app.widgets.choice_field import ChoiceField
from core.training.messages import WeightsReport
from core.training.tensor_files import described

Arrays = Mapping[str, np.ndarray[Any, Any]]
Show = Callable[..., LoadWeightsDialog]
OWN = {
    "net.fc1.weight": np.zeros((4, 3), np.float32), "net.fc1.bias": np.zeros(4, np.float32),
    "net.out.weight": np.zeros((2, 4), np.float32), "net.out.bias": np.zeros(2, np.float32),
}  # fmt: skip


def ones(*names: str, own: Arrays = OWN) -> dict[str, np.ndarray[Any, Any]]:
    """Tensors of the design's shapes, in its order, under these names."""
    return {name: np.ones_like(array) for name, array in zip(names, own.values(), strict=False)}


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    def make(found: Arrays, **told: Any) -> LoadWeightsDialog:
        own, file = (tuple(described(name, each) for name, each in arrays.items()) for arrays in (OWN, found))
        report = WeightsReport("/w.pt", False, (), (), (), (), own=own, file=file)
        dialog = LoadWeightsDialog(replace(report, **told))
        qtbot.addWidget(dialog)
        dialog.open()
        qtbot.waitExposed(dialog)
        return dialog

    return make


def rows(dialog: LoadWeightsDialog) -> list[tuple[str, str, str]]:
    items = map(dialog.table.topLevelItem, range(dialog.table.topLevelItemCount()))
    return [(item.text(0), item.text(5), item.text(10)) for item in items]


def button(dialog: LoadWeightsDialog, name: str) -> QAbstractButton:
    return dialog.findChild(QAbstractButton, f"load_weights.{name}")


def click(box: QAbstractButton, qtbot: QtBot) -> None:
    """On its mark: beside the text there may be nothing to click on."""
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(10, box.height() // 2))


def sentence(dialog: LoadWeightsDialog) -> str:
    return dialog.findChild(QLabel, "load_weights.sentence").text()


def test_the_same_names_are_loaded_with_one_click(show: Show, qtbot: QtBot) -> None:
    dialog = show(ones(*OWN))
    assert sentence(dialog) == "All 4 tensors of /w.pt fit this design."
    assert [row[2] for row in rows(dialog)] == ["fits"] * 4
    assert dialog.table.topLevelItem(0).text(1) == "4×3"
    assert not button(dialog, "prefix").isVisible()
    assert not button(dialog, "order").isVisible()
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(button(dialog, "load"), Qt.MouseButton.LeftButton)
    assert dialog.pairs == tuple((name, name) for name in OWN)


def test_a_prefix_is_taken_off_and_put_back_by_a_click(show: Show, qtbot: QtBot) -> None:
    dialog = show(ones(*(f"module.{name}" for name in OWN)), removed="module.")
    prefix = button(dialog, "prefix")
    assert (prefix.text(), prefix.isChecked()) == ("Names without “module.”", True)
    assert dialog.pairs == tuple((name, f"module.{name}") for name in OWN)
    click(prefix, qtbot)
    assert dialog.pairs == ()
    assert not button(dialog, "load").isEnabled()
    assert sentence(dialog) == "Nothing in /w.pt fits this design by name and shape."


def test_the_same_network_under_other_names_is_matched_by_order_and_said_to_be(show: Show, qtbot: QtBot) -> None:
    names = ("0.weight", "0.bias", "2.weight", "2.bias")
    dialog = show(ones(*names))
    assert dialog.pairs == tuple(zip(OWN, names, strict=True))
    assert "Matched by order and shape, for the names differ: 4." in sentence(dialog)
    assert {row[2] for row in rows(dialog)} == {"by order and shape"}
    click(button(dialog, "order"), qtbot)
    assert dialog.pairs == ()


def test_another_network_is_matched_by_order_only_when_asked(show: Show, qtbot: QtBot) -> None:
    dialog = show({**ones("a.weight", "a.bias"), "b": np.ones(7)})
    assert dialog.pairs == ()
    assert button(dialog, "order").text() == "The rest by order and shape: 2"
    click(button(dialog, "order"), qtbot)
    assert dialog.pairs == (("net.fc1.weight", "a.weight"), ("net.fc1.bias", "a.bias"))
    assert rows(dialog)[2:] == [
        ("net.out.weight", "", "missing in the file"),
        ("net.out.bias", "", "missing in the file"),
        ("", "b", "not in this design"),
    ]


def test_what_goes_where_is_chosen_by_hand(show: Show, qtbot: QtBot) -> None:
    dialog = show({**ones(*OWN), "other": np.full(4, 2.0, np.float32)})
    dialog.table.setCurrentItem(dialog.table.topLevelItem(1))
    choice = dialog.one.choice
    assert [choice.itemText(at) for at in range(choice.count())][1:] == ["net.fc1.bias", "other"]
    assert choice.currentText() == "net.fc1.bias"
    assert dialog.one.before.histogram.low == -0.5
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert dict(dialog.pairs)["net.fc1.bias"] == "other"
    assert dialog.one.after.histogram.low == 1
    assert dialog.one.before.axis == dialog.one.after.axis == (-0.5, dialog.one.after.histogram.high)
    assert rows(dialog)[1] == ("net.fc1.bias", "other", "chosen by hand")
    qtbot.keyClick(choice, Qt.Key.Key_Home)
    assert "net.fc1.bias" not in dict(dialog.pairs)
    assert rows(dialog)[1] == ("net.fc1.bias", "", "stays as it is")


def test_shapes_types_and_values_that_do_not_fit_are_said(show: Show) -> None:
    bias = np.array([np.nan, np.inf, 1, 2], np.float32)
    dialog = show({
        "net.fc1.weight": np.ones((4, 3)), "net.fc1.bias": bias, "net.out.weight": np.ones((2, 9), np.float32),
        "net.out.bias": np.ones(2, np.int64),
    })  # fmt: skip
    assert [row[2] for row in rows(dialog)] == [
        "float64 is rounded to float32", "NaN or infinite: 2", "another shape", "int64 is rounded to float32",
    ]  # fmt: skip
    assert sentence(dialog) == (
        "/w.pt has 3 of the 4 tensors of this design. "
        "NaN or infinite values, from which nothing can be learned, are in net.fc1.bias."
    )


def test_esc_and_cancel_load_nothing(show: Show, qtbot: QtBot) -> None:
    for act in (lambda d: qtbot.keyClick(d, Qt.Key.Key_Escape), lambda d: button(d, "cancel").click()):
        dialog = show(ones(*OWN))
        with qtbot.waitSignal(dialog.rejected), qtbot.assertNotEmitted(dialog.accepted):
            act(dialog)


def test_another_of_several_sets_of_weights_can_be_chosen(show: Show, qtbot: QtBot) -> None:
    dialog = show(ones(*OWN), parts=("model", "ema"), part="model")
    choice = dialog.findChild(ChoiceField, "load_weights.part")
    assert choice.currentText() == "model"
    with qtbot.waitSignal(dialog.part_chosen) as chosen:
        qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert chosen.args == ["ema"]
