"""What of a weights file fits the design, before anything is loaded."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.look import theme
from app.widgets.choice_field import ChoiceField
from app.widgets.dialog import Dialog
from app.widgets.label import Label
from app.widgets.number_text import sizes
from app.widgets.push_button import push_button
from core.training.messages import WeightsReport

SHOWN = 3
"""Names in a sentence; all stand in the list below it."""


class WeightsReportDialog(Dialog):
    """Lists what matches, what is missing in the file, what the design has no place for, and what has another shape.

    Accepted when the user wants what matches; `part_chosen` when it is another of several sets of weights.
    """

    part_chosen = Signal(str)

    def __init__(self, report: WeightsReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("weights_report")
        self.setWindowTitle(self.tr("Load weights"))
        self.resize(QSize(560, 480))
        self._report = report
        self._headline = Label(self._sentence())
        self._headline.setObjectName("weights_report.sentence")
        self._headline.setWordWrap(True)
        self.tree = self._make_tree()
        self._load = push_button(self.tr("Load what matches"), "primary", "weights_report.load")
        self._load.setEnabled(bool(report.matched))
        self._load.setDefault(bool(report.matched))
        self._load.clicked.connect(self.accept)
        cancel = push_button(self.tr("Cancel"), "", "weights_report.cancel")
        cancel.clicked.connect(self.reject)
        buttons, column = QHBoxLayout(), QVBoxLayout(self)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._load)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._headline)
        if report.parts:
            column.addLayout(self._parts())
        column.addWidget(self.tree, 1)
        column.addLayout(buttons)

    def _sentence(self) -> str:
        report = self._report
        total = len(report.matched) + len(report.missing) + len(report.mismatched)
        if not report.matched:
            text = self.tr("Nothing in {path} fits this design by name and shape.")
        elif len(report.matched) == total and not report.unexpected:
            text = self.tr("All {total} tensors of {path} fit this design.")
        else:
            text = self.tr("{path} has {matched} of the {total} tensors of this design.")
        text = text.format(path=report.path, matched=len(report.matched), total=total)
        return " ".join(filter(None, [text, self._renaming(), self._warning()]))

    def _warning(self) -> str:
        """What speaks against loading it, if anything does."""
        unsound = self._report.unsound
        if not unsound:
            return ""
        text = self.tr("NaN or infinite values, from which nothing can be learned, are in {names}.")
        rest = " …" if len(unsound) > SHOWN else ""
        return text.format(names=", ".join(unsound[:SHOWN]) + rest)

    def _renaming(self) -> str:
        """What was done to the names of the file, if anything."""
        removed, added = self._report.removed, self._report.added
        if removed and added:
            text = self.tr("Names are taken with “{added}” before them in place of “{removed}”.")
        elif removed:
            text = self.tr("Names are taken without the “{removed}” before them.")
        else:
            text = self.tr("Names are taken with “{added}” before them.") if added else ""
        return text.format(removed=removed, added=added)

    def _parts(self) -> QHBoxLayout:
        """The sets of weights in the file."""
        label, choice, row = Label(self.tr("Weights in the file")), ChoiceField(self._report.parts), QHBoxLayout()
        choice.setObjectName("weights_report.part")
        choice.show_value(self._report.part)
        choice.value_edited.connect(lambda part: self.part_chosen.emit(str(part)))
        label.setBuddy(choice)
        row.addWidget(label)
        row.addWidget(choice, 1)
        return row

    def _make_tree(self) -> QTreeWidget:
        report, shown = self._report, theme.current()
        tree = QTreeWidget()
        tree.setObjectName("weights_report.list")
        tree.setAccessibleName(self.tr("Tensors"))
        tree.setHeaderHidden(True)
        tree.setColumnCount(2)
        tree.setRootIsDecorated(False)
        tree.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        shape = self.tr("{file} in the file, {design} here")
        shapes = ((name, shape.format(file=sizes(file), design=sizes(here))) for name, file, here in report.mismatched)
        self._add(tree, self.tr("Another shape"), shown.problem, shapes)
        self._add(tree, self.tr("Missing in the file"), shown.warning, ((name, "") for name in report.missing))
        self._add(tree, self.tr("Not in this design"), shown.warning, ((name, "") for name in report.unexpected))
        self._add(tree, self.tr("Matches"), shown.ok, ((name, "") for name in report.matched))
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        return tree

    @staticmethod
    def _add(tree: QTreeWidget, title: str, color: QColor, rows: Iterable[tuple[str, str]]) -> None:
        """A group with its count, if there is something in it."""
        rows = list(rows)
        if not rows:
            return
        group = QTreeWidgetItem(tree, [f"{title} · {len(rows)}"])
        group.setForeground(0, color)
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        for texts in rows:
            item = QTreeWidgetItem(group, list(texts))
            item.setFont(0, theme.mono())
            item.setForeground(1, theme.current().muted)
        group.setExpanded(True)
