"""The editor for a layer of one's own: what is wrong is said and marked, and nothing that was typed is lost."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.dialogs import custom_layer_text as text_of
from app.dialogs.custom_layer import CustomLayerDialog
from app.dialogs.custom_layer_draft import NEW, Drafts
from app.document.document import Document
from app.engine.process import EngineProcess
from app.engine.trainer import Trainer
from app.look import theme
from app.widgets.code_editor import CodeEditor
from core.design import catalog, edits
from core.design.model import CustomLayer
from core.errors import CustomLayerError
from core.training.messages import (
    Complete,
    Completed,
    CustomInspected,
    CustomOption,
    CustomTried,
    Event,
    Failed,
    GradientCheck,
    TryCustom,
)
from core.training.messages import Completion as Name
from tests.gui.conftest import Engine, id_of

SOURCE = '''from torch import nn


class Double(nn.Module):
    """Twice what comes in."""

    def forward(self, x):
        return x * 2
'''

Open = Callable[..., CustomLayerDialog]


@pytest.fixture
def open_dialog(document: Document, engine: Engine, qtbot: QtBot) -> Open:
    """Opens the editor; the drafts of earlier tests are gone with their settings' folder."""

    def open_it(name: str = "", file: Path | None = None) -> CustomLayerDialog:
        dialog = CustomLayerDialog(document, engine.trainer, name, file)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        return dialog

    Drafts().drop(NEW)
    return open_it


def write(dialog: CustomLayerDialog, source: str, qtbot: QtBot) -> None:
    """Put a text into the editor and wait until it was looked at."""
    dialog.code.setPlainText(source)
    qtbot.waitUntil(lambda: not dialog._soon.isActive())


def test_it_begins_with_a_layer_that_can_be_added(open_dialog: Open, document: Document, qtbot: QtBot) -> None:
    dialog = open_dialog()
    assert dialog.name.text() == "MyLayer"
    with qtbot.waitSignal(dialog.accepted_source) as accepted:
        qtbot.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    assert document.design.customs["MyLayer"].source == text_of.template("MyLayer") == accepted.args[0]
    assert document.undo_label == "Add MyLayer"
    assert not dialog.isVisible()


def test_control_enter_takes_it(open_dialog: Open, document: Document, qtbot: QtBot) -> None:
    dialog = open_dialog()
    dialog.code.setFocus()
    qtbot.keyClick(dialog.code, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "MyLayer" in document.design.customs


def test_renaming_renames_the_class(open_dialog: Open, qtbot: QtBot) -> None:
    dialog = open_dialog()
    dialog.name.selectAll()
    qtbot.keyClicks(dialog.name, "Scale")
    assert "class Scale(nn.Module):" in dialog.code.toPlainText()
    assert "MyLayer" not in dialog.code.toPlainText()


def test_the_name_follows_the_class_that_was_pasted(open_dialog: Open, qtbot: QtBot) -> None:
    dialog = open_dialog()
    write(dialog, SOURCE, qtbot)
    assert dialog.name.text() == "Double"


def test_a_syntax_error_is_said_and_marked_and_not_taken(open_dialog: Open, document: Document, qtbot: QtBot) -> None:
    dialog = open_dialog()
    before = document.design
    write(dialog, SOURCE.replace("return x", "returns x"), qtbot)
    assert dialog.message.text() == "Line 8 of 'Double': invalid syntax."
    assert dialog.message.property("look") == "problem"
    assert dialog.code.marked_line == 8
    qtbot.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert document.design is before
    write(dialog, SOURCE, qtbot)
    assert dialog.code.marked_line is None
    assert dialog.message.text() == "Checking…"


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        ("Double", "x = 1\n", "The text has no class Double"),
        ("Linear", SOURCE.replace("Double", "Linear"), "Linear is the name of a built-in layer"),
        ("two words", SOURCE, "cannot be the name of a class"),
    ],
)
def test_what_cannot_be_a_layer_is_refused_in_words(
    open_dialog: Open, document: Document, qtbot: QtBot, name: str, source: str, said: str
) -> None:
    dialog = open_dialog()
    dialog.code.setPlainText(source)
    dialog.name.setText(name)
    dialog.accept()
    assert said in dialog.message.text()
    assert dialog.isVisible()
    assert document.undo_label is None


def answer_with(engine: Engine, answer: Event) -> None:
    """The process for questions answers the one that was asked."""
    _, process = engine.trainer.findChildren(EngineProcess)
    process.received.emit(answer)


FOUND = CustomInspected("Double", (CustomOption("scale", "float", 1.0, False),), 1, "Twice what comes in.")
EIGHT = (((None, 8), "float32"),)


def tried(found: CustomInspected = FOUND, **changes: object) -> CustomTried:
    """What the engine says of a layer that gives N × 16 for N × 8."""
    answer = CustomTried(found, {}, EIGHT, (None, 16), "float32", (("factor", (1,)),), "", (), 0.4)
    return msgspec.structs.replace(answer, **changes)


def test_check_says_what_the_layer_takes_and_gives(open_dialog: Open, engine: Engine, qtbot: QtBot) -> None:
    dialog = open_dialog()
    write(dialog, SOURCE, qtbot)
    answer_with(engine, tried())
    qtbot.mouseClick(dialog.check_button, Qt.MouseButton.LeftButton)
    question = engine.asked(TryCustom)[-1]
    assert question == TryCustom("Double", SOURCE, {}, (), (8,))
    assert not dialog.check_button.isEnabled()
    answer_with(engine, tried())
    said = "1 input · scale = 1.0 · gives N × 16 for N × 8 · holds factor 1 · 400 µs there and back"
    assert dialog.message.text() == said
    assert dialog.message.property("look") == "ok"
    assert dialog.check_button.isEnabled()


def test_after_a_pause_in_typing_it_is_tried(open_dialog: Open, engine: Engine, qtbot: QtBot) -> None:
    dialog = open_dialog()
    assert not engine.asked(TryCustom)
    dialog.code.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(dialog.code, " ")
    qtbot.waitUntil(lambda: bool(engine.asked(TryCustom)))
    assert engine.asked(TryCustom)[0].source == dialog.code.toPlainText()


def test_what_was_only_opened_is_not_run(open_dialog: Open, engine: Engine, document: Document, tmp_path: Path) -> None:
    document.apply("Add", edits.add_custom(document.design, CustomLayer("Double", SOURCE)))
    file = tmp_path / "double.py"
    file.write_text(SOURCE, encoding="utf-8")
    for dialog in (open_dialog("Double"), open_dialog(file=file)):
        assert not dialog._soon.isActive()
    assert not engine.asked(TryCustom)


def test_it_is_tried_with_what_would_flow_in(
    open_dialog: Open, document: Document, engine: Engine, qtbot: QtBot
) -> None:
    document.select([id_of(document.design, "fc1")])
    dialog = open_dialog()
    write(dialog, SOURCE, qtbot)
    assert engine.asked(TryCustom)[-1].inputs == (((None, 128), "float32"),)
    answer_with(engine, tried())
    dialog.reject()
    design = edits.add_custom(document.design, CustomLayer("Double", SOURCE))
    layer = catalog.new("Double", "", {"size": 3})
    document.apply("Add", edits.insert(design, layer, id_of(design, "net"), 1))
    dialog = open_dialog("Double")
    dialog.check()
    question = engine.asked(TryCustom)[-1]
    assert (question.options, question.inputs) == ({"size": 3}, (((None, 64), "float32"),))


def test_it_says_where_forward_was_not_tried(open_dialog: Open, engine: Engine, qtbot: QtBot) -> None:
    dialog = open_dialog()
    write(dialog, SOURCE, qtbot)
    found = CustomInspected("Double", (CustomOption("size", "int", None, True),), 1, "")
    answer_with(engine, tried(found, missing="size"))
    assert dialog.message.text() == "1 input · size: int · forward was not tried: 'size' has no value yet"
    assert dialog.message.property("look") == "muted"


def test_gradients_stand_in_a_table_and_a_wrong_one_is_said(open_dialog: Open, engine: Engine, qtbot: QtBot) -> None:
    dialog = open_dialog()
    write(dialog, SOURCE, qtbot)
    right = GradientCheck("input", (2, 8), 0.5, 0.5, reached=True, agrees=True)
    answer_with(engine, tried(gradients=(right, GradientCheck("w", (3,), 0.25, 0.0, reached=False, agrees=False))))
    assert dialog.gradients.isVisible()
    rows = [[dialog.gradients.topLevelItem(i).text(c) for c in range(5)] for i in range(2)]
    assert rows == [["input", "2×8", "0.5000", "0.5000", "yes"], ["w", "3", "0.2500", "none", "no"]]
    assert "No gradient reaches 'w', though moving it changes what comes out: 0.2500." in dialog.message.text()
    assert dialog.message.property("look") == "problem"
    write(dialog, SOURCE.replace("return x", "returns x"), qtbot)
    assert not dialog.gradients.isVisible()


def test_the_focus_goes_from_check_to_what_takes_the_layer(open_dialog: Open, qtbot: QtBot) -> None:
    dialog = open_dialog()
    dialog.check_button.setFocus()
    qtbot.keyClick(dialog.check_button, Qt.Key.Key_Space)
    assert not dialog.check_button.isEnabled()
    assert dialog.focusWidget() is dialog.take


def test_the_line_that_failed_is_marked(open_dialog: Open, engine: Engine, qtbot: QtBot) -> None:
    dialog = open_dialog()
    write(dialog, SOURCE, qtbot)
    values = {"line": 4, "name": "Double", "kind": "NameError", "reason": "no such thing"}
    answer_with(engine, Failed("TryCustom", "Line {line} of '{name}': {kind}: {reason}.", values, key="Double"))
    assert dialog.message.text() == "Line 4 of 'Double': NameError: no such thing."
    assert dialog.code.marked_line == 4


def test_answers_to_other_questions_are_not_taken(open_dialog: Open, engine: Engine, qtbot: QtBot) -> None:
    dialog = open_dialog()
    dialog.check()
    engine.trainer.questions.settled.emit(TryCustom("Other", "", {}, ()), tried())
    assert not dialog.check_button.isEnabled()


def test_an_example_is_put_in_as_if_it_were_typed(open_dialog: Open, document: Document, qtbot: QtBot) -> None:
    dialog = open_dialog()
    names = [action.text() for action in dialog.examples.menu().actions() if action.text()]
    assert names == ["CenteredLayer", "FancyMLP", "MyDense", "MyDictDense", "NestMLP"]
    next(action for action in dialog.examples.menu().actions() if action.text() == "MyDense").trigger()
    assert dialog.name.text() == "MyDense"
    assert "class MyDense(nn.Module):" in dialog.code.toPlainText()
    dialog.code.undo()
    assert "class MyLayer" in dialog.code.toPlainText()
    dialog.code.redo()
    dialog.accept()
    assert "in_units" in document.design.customs["MyDense"].source


# --- completion -----------------------------------------------------------------------------------------------------


def popup_names(dialog: CustomLayerDialog) -> list[str]:
    completer = dialog.code.completion.completer
    return [completer.completionModel().index(row, 0).data() for row in range(completer.completionCount())]


def test_names_are_offered_behind_a_dot_and_taken_with_enter(open_dialog: Open, engine: Engine, qtbot: QtBot) -> None:
    dialog = open_dialog()
    dialog.code.setFocus()
    dialog.code.setPlainText("class A:\n    torch")
    dialog.code.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(dialog.code, ".")
    qtbot.waitUntil(lambda: bool(engine.asked(Complete)))
    asked = engine.asked(Complete)[-1]
    assert (asked.line, asked.column) == (2, 10)
    names = tuple(Name(name, "function") for name in ("relu", "rand", "randn"))
    engine.trainer.questions.settled.emit(asked, Completed(names, 0))
    popup = dialog.code.completion.completer.popup()
    assert popup.isVisible()
    assert popup_names(dialog) == ["relu", "rand", "randn"]
    qtbot.keyClicks(dialog.code, "ra")
    qtbot.waitUntil(lambda: popup_names(dialog) == ["rand", "randn"])
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert dialog.code.toPlainText().endswith("torch.rand")
    assert not popup.isVisible()


def test_esc_closes_the_list_and_not_the_editor(open_dialog: Open, engine: Engine, qtbot: QtBot) -> None:
    dialog = open_dialog()
    dialog.code.setFocus()
    dialog.code.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClick(dialog.code, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    engine.trainer.questions.settled.emit(engine.asked(Complete)[-1], Completed((Name("relu", "function"),), 0))
    assert dialog.code.completion.completer.popup().isVisible()
    qtbot.keyClick(dialog.code.completion.completer.popup(), Qt.Key.Key_Escape)
    assert not dialog.code.completion.completer.popup().isVisible()
    assert dialog.isVisible()


def test_names_for_another_place_are_not_shown(open_dialog: Open, engine: Engine, qtbot: QtBot) -> None:
    dialog = open_dialog()
    dialog.code.setFocus()
    qtbot.keyClick(dialog.code, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    dialog.code.moveCursor(QTextCursor.MoveOperation.End)
    engine.trainer.questions.settled.emit(engine.asked(Complete)[-1], Completed((Name("relu", "function"),), 0))
    assert not dialog.code.completion.completer.popup().isVisible()


# --- the library ----------------------------------------------------------------------------------------------------


def test_a_new_layer_is_kept_in_the_library_unless_it_is_not_wanted(
    open_dialog: Open, document: Document, qtbot: QtBot
) -> None:
    dialog = open_dialog()
    assert dialog.keep.isChecked()
    write(dialog, SOURCE, qtbot)
    dialog.accept()
    assert document.library.items == {"Double": CustomLayer("Double", SOURCE)}
    document.apply("Add", edits.add_custom(document.design, CustomLayer("Other", SOURCE.replace("Double", "Other"))))
    assert not open_dialog("Other").keep.isChecked()
    assert open_dialog("Double").keep.isChecked()
    dialog = open_dialog()
    dialog.keep.click()
    dialog.accept()
    assert list(document.library.items) == ["Double"]


def test_an_existing_layer_is_changed(open_dialog: Open, document: Document, qtbot: QtBot) -> None:
    document.apply("Add", edits.add_custom(document.design, CustomLayer("Double", SOURCE)))
    dialog = open_dialog("Double")
    assert dialog.name.isReadOnly()
    assert dialog.code.toPlainText() == SOURCE
    write(dialog, SOURCE.replace("* 2", "* 3"), qtbot)
    dialog.accept()
    assert "* 3" in document.design.customs["Double"].source
    assert document.undo_label == "Change Double"


def test_taking_the_place_of_another_layer_is_announced(open_dialog: Open, document: Document, qtbot: QtBot) -> None:
    document.apply("Add", edits.add_custom(document.design, CustomLayer("Double", SOURCE)))
    dialog = open_dialog()
    assert dialog.take.text() == "Add"
    write(dialog, SOURCE, qtbot)
    assert dialog.take.text() == "Replace"


# --- files and drafts -----------------------------------------------------------------------------------------------


def test_a_file_is_read(open_dialog: Open, document: Document, tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "double.py"
    file.write_text(SOURCE, encoding="utf-8")
    dialog = open_dialog(file=file)
    dialog._files.finish()
    assert dialog.name.text() == "Double"
    dialog.accept()
    assert document.design.customs["Double"] == CustomLayer("Double", SOURCE, str(file))


def test_a_file_that_cannot_be_read_is_named(open_dialog: Open, tmp_path: Path) -> None:
    dialog = open_dialog(file=tmp_path / "gone.py")
    dialog._files.finish()
    assert str(tmp_path / "gone.py") in dialog.message.text()
    (tmp_path / "foreign.py").write_bytes(b"\xff\xfe\x00\x01")
    dialog.read(tmp_path / "foreign.py")
    dialog._files.finish()
    assert "it is not text in UTF-8" in dialog.message.text()
    assert dialog.code.toPlainText() == text_of.template("MyLayer")


def test_closing_keeps_what_was_typed(open_dialog: Open, qtbot: QtBot) -> None:
    dialog = open_dialog()
    dialog.code.setPlainText(SOURCE)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    again = open_dialog()
    assert again.code.toPlainText() == SOURCE
    assert again.message.text() == "This is your draft from last time."
    qtbot.mouseClick(again.afresh, Qt.MouseButton.LeftButton)
    assert again.code.toPlainText() == text_of.template("MyLayer")
    again.reject()
    assert open_dialog().code.toPlainText() == text_of.template("MyLayer")


def test_what_was_taken_leaves_no_draft(open_dialog: Open, qtbot: QtBot) -> None:
    dialog = open_dialog()
    write(dialog, SOURCE, qtbot)
    assert Drafts().get(NEW) is not None
    dialog.accept()
    assert Drafts().get(NEW) is None


# --- the editor -----------------------------------------------------------------------------------------------------


@pytest.fixture
def editor(qapp: QApplication, qtbot: QtBot) -> CodeEditor:
    editor = CodeEditor()
    qtbot.addWidget(editor)
    editor.resize(400, 300)
    editor.show()
    qtbot.waitExposed(editor)
    return editor


def test_tab_and_enter_indent(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "def f(x):")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClicks(editor, "y")
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.toPlainText() == "def f(x):\n    y   "


@pytest.mark.parametrize(
    ("text", "left"), [(8 * " ", 4 * " "), (6 * " ", 4 * " "), (4 * " ", ""), ("    x  ", "    x "), ("a\n", "a")]
)
def test_backspace_takes_back_a_step_of_the_indentation(editor: CodeEditor, qtbot: QtBot, text: str, left: str) -> None:
    editor.setPlainText(text)
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    assert editor.toPlainText() == left
    editor.undo()
    assert editor.toPlainText() == text


def test_backspace_takes_what_is_selected(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.setPlainText("        x")
    cursor = editor.textCursor()
    cursor.setPosition(7)
    cursor.setPosition(8, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    assert editor.toPlainText() == "       x"


def test_selected_lines_go_in_and_out_together(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.setPlainText("a\n  b\nc")
    editor.selectAll()
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.toPlainText() == "    a\n      b\n    c"
    for _ in range(2):
        editor.selectAll()
        qtbot.keyClick(editor, Qt.Key.Key_Backtab)
    assert editor.toPlainText() == "a\nb\nc"


def test_the_marked_line_is_coloured(editor: CodeEditor) -> None:
    editor.setPlainText("a\nb\nc")
    editor.mark_line(2)
    (mark,) = editor.extraSelections()
    assert QTextCursor(mark.cursor).blockNumber() == 1
    editor.mark_line(None)
    assert editor.extraSelections() == []


def colors_of(editor: CodeEditor, line: int) -> dict[str, QColor]:
    """The words of a line with their colours."""
    block = editor.document().findBlockByNumber(line)
    return {
        block.text()[part.start : part.start + part.length]: part.format.foreground().color()
        for part in block.layout().formats()
    }


def test_code_is_coloured(editor: CodeEditor) -> None:
    editor.setPlainText('class A:  # one\n    """two\n    three"""\n    x = "four" + 5')
    shown = theme.current()
    first = colors_of(editor, 0)
    assert first["class"] == shown.family("convolution")
    assert first["A"] == shown.accent
    assert first["# one"] == shown.muted
    assert list(colors_of(editor, 1).values()) == [shown.ok]
    assert list(colors_of(editor, 2).values()) == [shown.ok]
    assert colors_of(editor, 3)['"four"'] == shown.ok
    assert colors_of(editor, 3)["5"] == shown.warning


def test_quotes_in_a_comment_open_no_text(editor: CodeEditor) -> None:
    editor.setPlainText('x = 1  # not """ here\ny = 2')
    assert colors_of(editor, 1) == {"2": theme.current().warning}


def test_a_colour_in_quotes_is_no_comment(editor: CodeEditor) -> None:
    editor.setPlainText('color = "#fff"; text = """long\nand longer"""\nx = 1')
    shown = theme.current()
    assert list(colors_of(editor, 1).values()) == [shown.ok]
    assert colors_of(editor, 2) == {"1": shown.warning}


def test_colours_further_down_follow_what_is_typed(editor: CodeEditor, qtbot: QtBot) -> None:
    shown = theme.current()
    editor.setPlainText("\ndef f():\n    return 1\n")
    qtbot.keyClicks(editor, '"""')
    assert list(colors_of(editor, 2).values()) == [shown.ok]
    for _ in range(3):
        qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    assert colors_of(editor, 2) == {"return": shown.family("convolution"), "1": shown.warning}


def test_colours_stand_where_qt_counts_them(editor: CodeEditor) -> None:
    editor.setPlainText('x = "\U0001f600" + 5')
    assert [(part.start, part.length) for part in editor.document().firstBlock().layout().formats()] == [
        (4, 4),
        (11, 1),
    ]


# --- the text -------------------------------------------------------------------------------------------------------


def test_names_are_found_and_free() -> None:
    assert text_of.class_in(SOURCE) == "Double"
    assert text_of.class_in("class A:\n    pass\n") == ""
    assert text_of.free_name({"MyLayer", "MyLayer2"}) == "MyLayer3"


DEEP = "x" + ".a" * 50_000
"""Deeper than Python's parser goes, as are many minus signs."""


@pytest.mark.parametrize("source", ["class A(", "\0", "x = (1", DEEP, "-" * 50_000 + "1", "x = 1\n" * 200_000])
def test_what_is_no_python_is_refused(source: str) -> None:
    with pytest.raises(CustomLayerError):
        text_of.check_syntax("A", source)


def test_the_template_is_a_layer_for_the_engine(document: Document, qtbot: QtBot) -> None:
    trainer = Trainer()
    dialog = CustomLayerDialog(document, trainer)
    qtbot.addWidget(dialog)
    dialog.check()
    qtbot.waitUntil(lambda: dialog.message.property("look") == "ok", timeout=20_000)
    assert dialog.message.text().startswith("1 input · factor = 1.0")
    assert " · gives N × 8 for N × 8 · holds factor 1 · " in dialog.message.text()
    trainer.close()


@pytest.mark.parametrize(
    ("body", "said", "line"),
    [
        ("raise ValueError('no')", "Line 8 of 'Double': ValueError: no.", 8),
        ("__import__('os')._exit(3)", "3", None),
        ("while True: pass", "'Double' did not come back within 0.5 s. Is there an endless loop?", None),
    ],
)
def test_a_forward_that_does_not_work_is_no_success(
    document: Document, qtbot: QtBot, body: str, said: str, line: int | None
) -> None:
    trainer = Trainer()
    trainer.questions.patience[TryCustom] = 500
    dialog = CustomLayerDialog(document, trainer)
    qtbot.addWidget(dialog)
    write(dialog, SOURCE.replace("return x * 2", body), qtbot)
    dialog.check()
    qtbot.waitUntil(lambda: dialog.message.property("look") == "problem", timeout=20_000)
    assert said in dialog.message.text()
    assert dialog.code.marked_line == line
    trainer.close()
