"""What the user's code printed, and what failed."""

from __future__ import annotations

from PySide6.QtGui import QColor, QGuiApplication, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.engine.trainer import Trainer
from app.look import icons, theme, units
from app.look.sentences import say
from app.widgets.label import Label
from app.widgets.push_button import push_button
from core.errors import Sentence
from core.training.messages import Failed, Progress, RunNoted
from core.training.streams import Output

LINES = 5_000
"""Lines kept at most; the oldest go."""


class ConsolePanel(QWidget):
    """Text as it came. Failures and standard error have the colour of problems, the traceback of the user's code a
    quieter one."""

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("console")
        self.view = QPlainTextEdit(self)
        self.view.setObjectName("console.text")
        self.view.setAccessibleName(self.tr("Console"))
        self.view.setReadOnly(True)
        self.view.setUndoRedoEnabled(False)
        self.view.setMaximumBlockCount(LINES)
        self.view.setPlaceholderText(self.tr("What your layers print appears here, and so does what fails."))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(4)
        column.addLayout(self._make_buttons())
        column.addWidget(self.view, 1)
        self._set_font()
        theme.notifier.changed.connect(self._set_font)
        trainer.output_written.connect(self._take_output)
        trainer.failed.connect(self._take_failure)
        trainer.forgotten.connect(self.view.clear)
        trainer.run_noted.connect(self._take_note)
        trainer.runs.progressed.connect(self._tell_cost)

    def _make_buttons(self) -> QHBoxLayout:
        wrap = QCheckBox(self.tr("Wrap lines"))
        wrap.setObjectName("console.wrap")
        wrap.setChecked(True)
        wrap.toggled.connect(self._set_wrap)
        copy = push_button(self.tr("Copy all"), "link", "console.copy")
        copy.setIcon(icons.icon("copy"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.view.toPlainText()))
        clear = push_button(self.tr("Clear"), "link", "console.clear")
        clear.setIcon(icons.icon("trash"))
        clear.clicked.connect(self.view.clear)
        row = QHBoxLayout()
        self.cost = Label()
        self.cost.setObjectName("console.cost")
        self.cost.setProperty("look", "note")
        row.addWidget(self.cost)
        row.addStretch(1)
        for button in (wrap, copy, clear):
            row.addWidget(button)
        return row

    def _tell_cost(self, progress: Progress) -> None:
        template = self.tr("Telling of the run takes {share} of its time.")
        self.cost.setText(template.format(share=units.share(progress.cost)))

    def _set_font(self) -> None:
        self.view.setFont(theme.mono(-1))

    def _set_wrap(self, on: bool) -> None:
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth if on else QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def _take_output(self, output: Output) -> None:
        self._write(output.text, theme.current().problem if output.is_error else theme.current().text)

    def _take_note(self, noted: RunNoted) -> None:
        text = self.tr("Run {run}, step {step}: ").format(run=noted.run, step=f"{noted.step:,}")
        self._write(f"{text}{say(Sentence(noted.template, noted.values))}\n", theme.current().accent)

    def _take_failure(self, failed: Failed) -> None:
        self._write(say(Sentence(failed.template, failed.values)) + "\n", theme.current().problem)
        if failed.details:
            self._write(failed.details.rstrip() + "\n", theme.current().muted)

    def _write(self, text: str, color: QColor) -> None:
        """At the end, in a colour. The view follows the text unless the user has scrolled back."""
        bar = self.view.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 1
        form = QTextCharFormat()
        form.setForeground(color)
        cursor = QTextCursor(self.view.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text, form)
        if follows:
            bar.setValue(bar.maximum())
