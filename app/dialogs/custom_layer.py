"""The small editor for a layer of one's own."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

import resources
from app.dialogs import custom_layer_text as text_of
from app.dialogs.custom_layer_draft import NEW, Draft, Drafts
from app.dialogs.custom_layer_trial import describe, row, titles, trial, wrong_gradient
from app.document.document import Document
from app.document.file_work import FileWork
from app.engine.questions import Question
from app.engine.trainer import Trainer
from app.look import theme
from app.look.sentences import say
from app.widgets.choose_file import file_dialog
from app.widgets.code_editor import CodeEditor
from app.widgets.dialog import Dialog
from app.widgets.figure_table import FigureTable
from app.widgets.label import Label
from app.widgets.push_button import push_button
from core import foreign
from core.design import edits
from core.design.model import CustomLayer
from core.errors import NetloomError, Sentence
from core.training.messages import Complete, Completed, CustomTried, Event, Failed, TryCustom

PAUSE = 400
"""Milliseconds after the last key until the text is looked at."""

HEIGHT = 128
"""Of the table of gradients, in pixels."""


class CustomLayerDialog(Dialog):
    """Writes a custom layer and puts it into the design. What was typed is kept as a draft until it is taken over."""

    accepted_source = Signal(str)
    """The text that is taken over: the user wrote it or read it here, so it may run."""

    def __init__(
        self,
        document: Document,
        trainer: Trainer,
        name: str = "",
        file: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`name`: the custom layer to change; without one, a new one is made, from `file` if that is given."""
        super().__init__(parent)
        self._document = document
        self._trainer = trainer
        self._old = document.design.customs.get(name)
        self._key = name if self._old else NEW
        self._drafts = Drafts()
        self._files = FileWork(self)
        self._layer = self._old or CustomLayer("", "")
        self._asked: TryCustom | None = None
        self._soon = QTimer(self, singleShot=True, interval=PAUSE)
        self._soon.timeout.connect(self.check)
        self._make_controls()
        self._begin(file)
        trainer.questions.settled.connect(self._take_answer)

    # --- controls -----------------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self.setObjectName("custom_layer")
        self.setWindowTitle(self.tr("Custom layer"))
        self.resize(QSize(720, 560))
        self.name = QLineEdit()
        self.name.setObjectName("custom_layer.name")
        self.name.setAccessibleName(self.tr("Name of the class"))
        self.name.setFont(theme.mono())
        self.name.setReadOnly(self._old is not None)
        self.examples = push_button(self.tr("Examples"), "link", "custom_layer.examples")
        self.examples.setMenu(self._examples_menu())
        self.from_file = push_button(self.tr("From file…"), "link", "custom_layer.from_file")
        self.code = CodeEditor()
        self.code.setObjectName("custom_layer.code")
        self.code.setAccessibleName(self.tr("Python code"))
        self.gradients = FigureTable(titles())
        self.gradients.setObjectName("custom_layer.gradients")
        self.gradients.setAccessibleName(self.tr("Gradients, measured and by backward"))
        self.gradients.setFixedHeight(HEIGHT)
        self.message = Label()
        self.message.setObjectName("custom_layer.message")
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.afresh = push_button(self.tr("Discard the draft"), "link", "custom_layer.afresh")
        self.check_button = push_button(self.tr("Check"), "", "custom_layer.check")
        self.check_button.setToolTip(
            self.tr("Runs the code in the engine’s process and says what the layer takes and gives")
        )
        self.keep = QCheckBox(self.tr("Keep in your library"))
        self.keep.setObjectName("custom_layer.keep")
        self.keep.setToolTip(self.tr("Other projects have it, too, under Yours"))
        self.cancel = push_button(self.tr("Close"), "", "custom_layer.close")
        self.take = push_button(self.tr("Add"), "primary", "custom_layer.take")
        self.take.setToolTip(self.tr("Ctrl+Enter"))
        self._arrange()
        self._connect_controls()

    def _arrange(self) -> None:
        label = Label(self.tr("Name"))
        label.setProperty("look", "muted")
        label.setBuddy(self.name)
        top = QHBoxLayout()
        for control in (label, self.name, self.examples, self.from_file):
            top.addWidget(control, 1 if control is self.name else 0)
        bottom = QHBoxLayout()
        bottom.addWidget(self.check_button)
        bottom.addWidget(self.afresh)
        bottom.addStretch(1)
        bottom.addWidget(self.keep)
        bottom.addWidget(self.cancel)
        bottom.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.code, 1)
        column.addWidget(self.message)
        column.addWidget(self.gradients)
        column.addLayout(bottom)

    def _connect_controls(self) -> None:
        self.name.textEdited.connect(self._rename)
        self.code.textChanged.connect(self._soon.start)
        self.code.completion.wanted.connect(self._complete)
        self.from_file.clicked.connect(self._choose_file)
        self.afresh.clicked.connect(self._start_afresh)
        self.check_button.clicked.connect(self.check)
        self.cancel.clicked.connect(self.reject)
        self.take.clicked.connect(self.accept)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = Qt.KeyboardModifier.ControlModifier in event.modifiers()
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept()
        else:
            super().keyPressEvent(event)

    # --- what to begin with -------------------------------------------------------------------------------------------

    def _begin(self, file: Path | None) -> None:
        draft = self._drafts.get(self._key)
        self._show(self._original())
        self.afresh.hide()
        if file is not None:
            self.read(file)
        elif draft is not None and draft.source != self.code.toPlainText():
            self._show(replace(self._layer, name=draft.name, source=draft.source))
            self.afresh.show()
            self._say(self.tr("This is your draft from last time."), "muted")

    def _original(self) -> CustomLayer:
        """The layer as it is in the design, or something to start from."""
        if self._old is not None:
            return self._old
        name = text_of.free_name(self._document.design.customs)
        return CustomLayer(name, text_of.template(name))

    def _examples_menu(self) -> QMenu:
        """Layers to begin with, and those of the library; of a layer that is changed, the name stays."""
        menu = QMenu(self)
        for path in sorted(resources.folder("layers").glob("*.py")):
            name = text_of.class_in(source := foreign.read_text(path))
            menu.addAction(name, partial(self._begin_with, CustomLayer(name, source)))
        menu.addSeparator()
        for layer in self._document.library.items.values():
            menu.addAction(layer.name, partial(self._begin_with, layer))
        return menu

    def _begin_with(self, layer: CustomLayer) -> None:
        """Put another text into the editor, as if it were typed: it can be undone."""
        if self._old is not None:
            layer = CustomLayer(self._old.name, text_of.renamed(layer.source, layer.name, self._old.name))
        self.name.setText(layer.name)
        self._layer = replace(self._layer, name=layer.name, path=None)
        self.code.selectAll()
        self.code.insertPlainText(layer.source)
        self.code.moveCursor(QTextCursor.MoveOperation.Start)
        self.code.setFocus()

    def _start_afresh(self) -> None:
        self._drafts.drop(self._key)
        self.code.setFocus()
        self.afresh.hide()
        self._show(self._original())

    def _show(self, layer: CustomLayer) -> None:
        self._layer = layer
        self.name.setText(layer.name)
        self.code.setPlainText(layer.source)
        self._soon.stop()
        self._clear_message()
        self._name_action()
        known = self._document.library.items.get(layer.name)
        self.keep.setChecked(self._old is None or (known is not None and known.source == self._old.source))

    def _choose_file(self) -> None:
        folder = str(Path(self._layer.path).parent) if self._layer.path else ""
        title = self.tr("Custom layer from file")
        dialog = file_dialog(self, title, folder, self.tr("Python files (*.py)"))
        dialog.fileSelected.connect(lambda path: self.read(Path(path)))
        dialog.open()

    def read(self, file: Path) -> None:
        """Show the text of a Python file, once it was read; the layer is the last one that it defines."""

        def show(source: str) -> None:
            name = self._old.name if self._old else text_of.class_in(source) or self._layer.name
            self._show(CustomLayer(name, source, str(file)))
            self._look()

        self._files.do(
            None, lambda: str(self._trainer.reading.ask("source", path=str(file))["source"]), show, self._complain
        )

    # --- while it is written ------------------------------------------------------------------------------------------

    @property
    def layer(self) -> CustomLayer:
        """The layer as it stands in the editor."""
        return replace(self._layer, name=self.name.text().strip(), source=self.code.toPlainText())

    def _rename(self, name: str) -> None:
        """Rename the class with the layer."""
        old, new = self._layer.name, name.strip()
        if new.isidentifier() and text_of.has_class(self.code.toPlainText(), old):
            position = self.code.textCursor().position()
            self.code.selectAll()
            self.code.insertPlainText(text_of.renamed(self.code.toPlainText(), old, new))
            cursor = self.code.textCursor()
            cursor.setPosition(min(position, len(self.code.toPlainText())))
            self.code.setTextCursor(cursor)
            self._layer = replace(self._layer, name=new)
        self._soon.start()

    def _look(self) -> bool:
        """Keep the draft, follow the name of the class, and mark what is no Python; whether something is wrong."""
        self._soon.stop()
        layer = self.layer
        lost = self._old is None and not text_of.has_class(layer.source, layer.name)
        if lost and (found := text_of.class_in(layer.source)):
            self.name.setText(found)
            self._layer = replace(self._layer, name=found)
            layer = self.layer
        if layer.source != self._original().source:
            self._drafts.keep(self._key, Draft(layer.name, layer.source))
        self._name_action()
        return self._complaint_of(layer)

    def _name_action(self) -> None:
        exists = self.layer.name in self._document.design.customs
        words = self.tr("Apply") if self._old else self.tr("Replace") if exists else self.tr("Add")
        self.take.setText(words)

    def _complaint_of(self, layer: CustomLayer) -> bool:
        """Show what is wrong as far as it can be told without running the code; whether something is."""
        try:
            edits.check_add_custom(self._document.design, layer)
            text_of.check_syntax(layer.name, layer.source)
        except NetloomError as error:
            self._complain(error.sentence)
            return True
        self._clear_message()
        return False

    # --- checking -----------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Have the engine's process make the layer, which runs its code, and run it there and back."""
        if self._look():
            return
        self._asked = trial(self._document, self.layer)
        if self.focusWidget() is self.check_button:
            self.take.setFocus()  # the focus goes on to what takes the layer, not to what closes
        self.check_button.setEnabled(False)
        self._say(self.tr("Checking…"), "muted")
        self._trainer.questions.ask(self._asked)

    def _complete(self, line: int, column: int) -> None:
        self._trainer.questions.ask(Complete(self.code.toPlainText(), line, column))

    def _take_answer(self, question: Question, answer: Event) -> None:
        if isinstance(question, Complete):
            self._take_names(question, answer)
        elif question == self._asked:
            self._asked = None
            self.check_button.setEnabled(True)
            self._take_trial(answer)

    def _take_trial(self, answer: Event) -> None:
        if isinstance(answer, CustomTried):
            self._show_gradients(answer)
            wrong = wrong_gradient(answer)
            looks = "problem" if wrong else "muted" if answer.missing else "ok"
            self._say("\n".join(filter(None, [describe(answer), wrong])), looks)
        elif isinstance(answer, Failed):
            self._complain(Sentence(answer.template, answer.values))

    def _take_names(self, question: Complete, answer: Event) -> None:
        if isinstance(answer, Completed):
            self.code.completion.show([name.name for name in answer.names], question.line, question.column)
        elif isinstance(answer, Failed) and self.code.toPlainText() == question.source:
            self._say(say(Sentence(answer.template, answer.values)), "muted")

    def _show_gradients(self, tried: CustomTried | None) -> None:
        checks = () if tried is None else tried.gradients
        self.gradients.show_rows([row(check) for check in checks])
        self.gradients.setVisible(bool(checks))

    def _complain(self, sentence: Sentence) -> None:
        line = sentence.values.get("line")
        self.code.mark_line(line if isinstance(line, int) else None)
        self._show_gradients(None)
        self._say(say(sentence), "problem")

    def _clear_message(self) -> None:
        self.code.mark_line(None)
        self._show_gradients(None)
        self._say("", "")

    def _say(self, text: str, look: str) -> None:
        self.message.setText(text)
        self.message.setProperty("look", look)
        self.message.style().polish(self.message)
        self.message.setVisible(bool(text))

    # --- the end ------------------------------------------------------------------------------------------------------

    def settle(self) -> bool:
        """Put a layer of the design that was changed here into it, and stay open; whether that could be.

        A new layer is a draft until it is added: nothing uses it.
        """
        layer = self.layer
        if self._old is None or layer.name not in self._document.design.customs or layer.source == self._old.source:
            return True
        if self._complaint_of(layer):
            self.raise_()
            self.activateWindow()
            self.code.setFocus()
            return False
        self._put(layer)
        self._old = layer
        return True

    def accept(self) -> None:
        """Put the layer into the design, unless it is no Python."""
        layer = self.layer
        if self._complaint_of(layer):
            self.code.setFocus()
            return
        self._put(layer)
        super().accept()

    def _put(self, layer: CustomLayer) -> None:
        self._soon.stop()
        self.accepted_source.emit(layer.source)
        label = self.tr("Change {name}") if layer.name in self._document.design.customs else self.tr("Add {name}")
        design = edits.add_custom(self._document.design, layer)
        self._document.apply(label.format(name=layer.name), design)
        if self.keep.isChecked():
            self._document.library.keep(layer.name, layer.source)
        self._drafts.drop(self._key)

    def done(self, result: int) -> None:
        """What is still being read is not waited for."""
        self._trainer.reading.stop()
        self._files.finish()
        super().done(result)

    def reject(self) -> None:
        """Close; what was typed stays as a draft."""
        if self._soon.isActive():
            self._look()
        super().reject()
