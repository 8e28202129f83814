"""What of a weights file fits, and what the user does about it."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.weights_report import WeightsReportDialog
from app.widgets.choice_field import ChoiceField
from core.training.messages import WeightsReport

Show = Callable[[WeightsReport], WeightsReportDialog]
MIXED = WeightsReport(
    "/w.safetensors",
    False,
    matched=("net.fc1.weight", "net.fc1.bias"),
    missing=("net.out.bias",),
    unexpected=("head.weight",),
    mismatched=(("net.out.weight", (10, 64), (10, 128)),),
)


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    def make(report: WeightsReport) -> WeightsReportDialog:
        dialog = WeightsReportDialog(report)
        qtbot.addWidget(dialog)
        dialog.open()
        qtbot.waitExposed(dialog)
        return dialog

    return make


def groups(dialog: WeightsReportDialog) -> dict[str, list[tuple[str, str]]]:
    tops = (dialog.tree.topLevelItem(i) for i in range(dialog.tree.topLevelItemCount()))
    return {
        top.text(0): [(top.child(i).text(0), top.child(i).text(1)) for i in range(top.childCount())] for top in tops
    }


def button(dialog: WeightsReportDialog, name: str) -> QPushButton:
    return dialog.findChild(QPushButton, f"weights_report.{name}")


def sentence(dialog: WeightsReportDialog) -> str:
    return dialog.findChild(QLabel, "weights_report.sentence").text()


def test_everything_is_listed_with_counts(show: Show) -> None:
    dialog = show(MIXED)
    assert sentence(dialog) == "/w.safetensors has 2 of the 4 tensors of this design."
    assert groups(dialog) == {
        "Another shape · 1": [("net.out.weight", "10×64 in the file, 10×128 here")],
        "Missing in the file · 1": [("net.out.bias", "")],
        "Not in this design · 1": [("head.weight", "")],
        "Matches · 2": [("net.fc1.weight", ""), ("net.fc1.bias", "")],
    }


def test_what_matches_can_be_loaded(show: Show, qtbot: QtBot) -> None:
    dialog = show(MIXED)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(button(dialog, "load"), Qt.MouseButton.LeftButton)


def test_esc_and_cancel_load_nothing(show: Show, qtbot: QtBot) -> None:
    for act in (lambda d: qtbot.keyClick(d, Qt.Key.Key_Escape), lambda d: button(d, "cancel").click()):
        dialog = show(MIXED)
        with qtbot.waitSignal(dialog.rejected), qtbot.assertNotEmitted(dialog.accepted):
            act(dialog)


def test_all_or_nothing_is_said_in_a_sentence(show: Show) -> None:
    whole = show(WeightsReport("/w", False, ("a", "b"), (), (), ()))
    assert sentence(whole) == "All 2 tensors of /w fit this design."
    nothing = show(WeightsReport("/w", False, (), ("a",), ("b",), ()))
    assert sentence(nothing) == "Nothing in /w fits this design by name and shape."
    assert not button(nothing, "load").isEnabled()


@pytest.mark.parametrize(
    ("removed", "added", "said"),
    [
        ("module.", "", "Names are taken without the “module.” before them."),
        ("", "net.", "Names are taken with “net.” before them."),
        ("a.", "b.", "Names are taken with “b.” before them in place of “a.”."),
        ("", "", "/w.safetensors has 2 of the 4 tensors of this design."),
    ],
)
def test_it_says_what_was_done_to_the_names(show: Show, removed: str, added: str, said: str) -> None:
    assert sentence(show(replace(MIXED, removed=removed, added=added))).endswith(said)


def test_another_of_several_sets_of_weights_can_be_chosen(show: Show, qtbot: QtBot) -> None:
    assert show(MIXED).findChild(ChoiceField) is None
    dialog = show(replace(MIXED, parts=("model", "ema"), part="model"))
    choice = dialog.findChild(ChoiceField, "weights_report.part")
    assert choice.currentText() == "model"
    with qtbot.waitSignal(dialog.part_chosen) as chosen:
        qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert chosen.args == ["ema"]


def test_values_that_are_not_finite_are_said_before_they_are_taken(show: Show) -> None:
    assert "NaN" not in sentence(show(MIXED))
    assert sentence(show(replace(MIXED, unsound=("net.fc1.weight",)))).endswith(
        "NaN or infinite values, from which nothing can be learned, are in net.fc1.weight."
    )
