"""A text from a file, a layer or an error is shown letter by letter: Qt would draw what it asks for as HTML."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QListView,
    QMenu,
    QMessageBox,
    QTabWidget,
    QTextBrowser,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.dialogs.custom_layer import CustomLayerDialog
from app.dialogs.data import DataDialog
from app.dialogs.import_network import ImportDialog
from app.dialogs.load_weights import LoadWeightsDialog
from app.dialogs.predict import PredictDialog
from app.dialogs.tensors import TensorsDialog
from app.engine.process import EngineProcess
from app.widgets.elided_label import ElidedLabel
from app.widgets.plain_tip import LONG, MOST, plain_tip
from app.window.failures import Failure
from app.window.window import Window
from core.design import edits
from core.design.shapes import Facts
from core.errors import Sentence
from core.training.messages import (
    Failed,
    ListTensors,
    NetworkImported,
    Predicted,
    RunNoted,
    TensorInFile,
    TensorsListed,
    WeightsReport,
)
from core.training.streams import Output

APP = Path(__file__).parents[2] / "app"
MARKUP = '<img src="/dev/zero"><b>bold</b> &lt;'
SHOWS_AS_HTML = ("<img", "<b>", "&lt;")


def models(view: QWidget) -> Iterator[QModelIndex]:
    """Every index of the model of a view or a choice."""
    model = view.model() if isinstance(view, QAbstractItemView | QComboBox) else None
    if isinstance(model, QAbstractItemModel):
        waiting = [QModelIndex()]
        for parent in waiting:
            for row in range(model.rowCount(parent)):
                for column in range(1 if isinstance(view, QListView) else model.columnCount(parent)):
                    index = model.index(row, column, parent)
                    yield index
                    waiting.append(index)


def tips(widget: QWidget) -> Iterator[str]:
    """Every tooltip that the pointer could find in a widget of its own."""
    yield widget.toolTip()
    yield from (index.data(Qt.ItemDataRole.ToolTipRole) or "" for index in models(widget))
    yield from (action.toolTip() for action in widget.actions())


def walk(top: QWidget) -> int:
    """Nothing below `top` takes a foreign text for HTML; how many labels and tooltips show one."""
    seen = 0
    for widget in [top, *top.findChildren(QWidget)]:
        if isinstance(widget, QLabel) and MARKUP in widget.text():
            assert widget.textFormat() == Qt.TextFormat.PlainText or isinstance(widget, ElidedLabel)
            seen += 1
        for tip in tips(widget):
            if tip.startswith("<qt><p"):
                seen += 1
                tip = tip.removeprefix('<qt><p style="white-space:pre-wrap; margin:0">').removesuffix("</p></qt>")
                assert "<" not in tip
            else:
                assert not any(sign in tip for sign in SHOWS_AS_HTML), tip
    return seen


def test_in_the_window(still_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    window, document = still_window, still_window.document
    window.files.saving.begin(tmp_path / f"{MARKUP[:4]}&lt;[*].netloom")
    window.files.finish()
    out = [node.id for node in document.design.walk()][-1]
    settings = document.design.settings
    document.apply(
        MARKUP, edits.set_settings(document.design, replace(settings, data=replace(settings.data, source=MARKUP)))
    )
    document.select([out])
    document.set_facts(Facts(data_problem=Sentence(MARKUP), failures={out: Sentence(MARKUP)}))
    window.notices.offer(MARKUP, [("Yes", lambda: None)])
    window.notices.failures.tell(Failure(MARKUP, MARKUP))
    window.status.show_text(MARKUP)
    assert walk(window) >= 10
    assert window.windowTitle() == f"{MARKUP[:4]}&lt;[*][*][*] — Netloom"


def test_in_lists_of_files(still_window: Window, tmp_path: Path) -> None:
    file = tmp_path / "<b>&lt;.netloom"
    file.touch()
    still_window.preferences.add_recent(file)
    recent = next(menu for menu in still_window.findChildren(QMenu) if menu.title() == "Open &recent")
    recent.aboutToShow.emit()
    assert recent.actions()[0].text() == "<b>&&lt;"
    assert walk(recent) == 1


def test_in_dialogs(still_window: Window, qtbot: QtBot) -> None:
    window = still_window
    data, custom = DataDialog(window.document, window.trainer), CustomLayerDialog(window.document, window.trainer)
    data._say(MARKUP, "problem")
    custom._say(MARKUP, "problem")
    tensor = TensorInFile(MARKUP, (1,), "float32", 4)
    other = TensorInFile(f"{MARKUP}2", (2,), MARKUP, 4)
    report = LoadWeightsDialog(
        WeightsReport(f"/{MARKUP}", False, (), (), (), (), MARKUP, own=(tensor,), file=(tensor, other))
    )
    for dialog in (data, custom, report):
        qtbot.addWidget(dialog)
        dialog.show()
        assert walk(dialog) >= 1


def test_in_what_the_engine_found(still_window: Window, qtbot: QtBot) -> None:
    """Names and notes that come from files, in the dialogs that show them."""
    window, trainer = still_window, still_window.trainer
    odd = Path(f"/{MARKUP[:4]}.onnx")
    tensors, importing = TensorsDialog(trainer, odd), ImportDialog(trainer, odd)
    predict = PredictDialog(window.document, trainer)
    tensor = TensorInFile(MARKUP, (1,), "float32", 4)
    trainer.questions.settled.emit(ListTensors(str(odd)), TensorsListed(str(odd), (tensor,), 1))
    made = NetworkImported(str(odd), "/x", 1, 1, ((MARKUP, {}),), ((MARKUP, {}),))
    trainer.questions.settled.emit(importing._question, made)
    predict.source.setText(MARKUP)
    trainer.predicted.emit(Predicted(MARKUP, (MARKUP,), ((MARKUP,),), 1, MARKUP))
    for dialog in (tensors, importing, predict):
        qtbot.addWidget(dialog)
        dialog.show()
        texts = [
            str(index.data() or "") for view in dialog.findChildren(QAbstractItemView) for index in models(view)
        ] + [label.text() for label in dialog.findChildren(QLabel)]
        assert any(MARKUP[:4] in text for text in texts)
        walk(dialog)


def test_in_the_panels_of_a_run(still_window: Window) -> None:
    """A run that failed in such words, in every panel and tab there is."""
    window, document = still_window, still_window.document
    node = [each.id for each in document.design.walk()][-1]
    window.trainer.start(document.design)
    process = window.trainer.findChildren(EngineProcess)[0]
    number = window.trainer.runs.number
    process.received.emit(RunNoted(number, 1, MARKUP, {}))
    process.printed.emit(Output(MARKUP))
    process.received.emit(Failed("Start", MARKUP, {}, node, details=MARKUP, run=number))
    document.select([node])
    for tabs in window.findChildren(QTabWidget):
        for place in range(tabs.count()):
            tabs.setCurrentIndex(place)
            QApplication.processEvents()
            walk(tabs.widget(place))
    assert walk(window) >= 1


def test_in_questions(still_window: Window) -> None:
    still_window.files._ask_about_other_hand(Path(MARKUP.replace("/", "")), lambda: None)
    box = still_window.findChild(QMessageBox, "changed elsewhere")
    assert box.textFormat() == Qt.TextFormat.PlainText
    assert MARKUP.replace("/", "") in box.text()
    box.reject()


def test_a_tooltip_is_bounded_and_long_lines_are_wrapped() -> None:
    assert plain_tip("a > b") == "a > b"
    assert plain_tip("<b>") == '<qt><p style="white-space:pre-wrap; margin:0">&lt;b&gt;</p></qt>'
    assert plain_tip("word " * LONG).startswith("<qt>")
    assert len(plain_tip("<" * 10**7)) < 5 * MOST


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a function or method with this name in the window's code, and where it is."""
    for file in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == name:
                yield f"{file.relative_to(APP)}:{node.lineno}", node


def is_ours(text: ast.expr) -> bool:
    """Whether a tooltip is made by `plain_tip`, or is a constant of the program."""
    if isinstance(text, ast.IfExp):
        return is_ours(text.body) and is_ours(text.orelse)
    name = getattr(text.func, "attr", getattr(text.func, "id", "")) if isinstance(text, ast.Call) else ""
    is_constant = isinstance(text, ast.Constant) or (name == "tr" and isinstance(text.args[0], ast.Constant))
    return name == "plain_tip" or is_constant


def test_no_text_comes_around_them() -> None:
    assert [where for where, _ in calls("QLabel")] == []
    assert [where for where, call in calls("setToolTip") if not is_ours(call.args[0])] == []
    assert [where for where, call in calls("showText") if not is_ours(call.args[1])] == []
    of_items = [(where, call) for where, call in calls("setItemData") if "ToolTipRole" in ast.dump(call)]
    assert [where for where, call in of_items if not is_ours(call.args[1])] == []
    for ways_to_html in ("setHtml", "appendHtml", "insertHtml", "setMarkdown", "setTextFormat"):
        known = ("widgets/label.py", "window/project_files.py", "canvas/painting/surface.py")
        assert [where for where, _ in calls(ways_to_html) if not where.startswith(known)] == []


@pytest.mark.parametrize("widget", [QTextEdit, QTextBrowser])
def test_no_widget_of_qt_that_takes_html(widget: type) -> None:
    assert [where for where, _ in calls(widget.__name__)] == []
