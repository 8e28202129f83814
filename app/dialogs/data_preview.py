"""What was understood of data: a sentence, and the first rows."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QAbstractItemView, QStackedWidget, QTableWidget, QTableWidgetItem, QWidget

from app.dialogs.picture_grid import PictureGrid
from app.look import theme, units
from app.look.sentences import say
from app.widgets.number_text import sizes
from core.design.account import account
from core.design.settings import DataDescription

MOST_CLASSES = 6
MOST_COUNTED = 12
IMBALANCE = 5
"""So many times larger than the smallest class is worth a word."""
ROW = 25
translate = QCoreApplication.translate


def summary(data: DataDescription) -> str:
    """ "120 to train, 30 to test: 4 values each, to tell 3 classes apart (setosa, versicolor, virginica)."""
    if data.classes:
        names = ", ".join(data.classes[:MOST_CLASSES]) + (", …" if len(data.classes) > MOST_CLASSES else "")
        goal = translate("DataPreview", "to tell {count} classes apart ({names})")
        goal = goal.format(count=len(data.classes), names=names)
    else:
        goal = translate("DataPreview", "to predict {target}").format(target=data.target)
    text = translate("DataPreview", "{train} samples to train, {test} to test: {values} each, {goal}.")
    if data.valid_size:
        text = translate(
            "DataPreview", "{train} samples to train, {valid} to validate, {test} to test: {values} each, {goal}."
        )
    text = text.format(
        train=units.count(data.train_size),
        valid=units.count(data.valid_size),
        test=units.count(data.test_size),
        values=_values(data),
        goal=goal,
    )
    held = translate("DataPreview", "They are held in memory.")
    if not data.is_held:
        held = translate("DataPreview", "They are not held in memory, but read while they are learned from.")
    return " ".join([text, held, *([say(account(data))] if data.lines else []), *_class_sizes(data)])


def _values(data: DataDescription) -> str:
    if data.shape == (1,):
        return translate("DataPreview", "1 value")
    return translate("DataPreview", "{shape} values").format(shape=sizes(data.shape))


def _class_sizes(data: DataDescription) -> Iterator[str]:
    """ "Samples of each class, training + test: rose: 40 + 10, tulip: 40 + 10." where they differ much or are few."""
    train = [count for count, _ in data.counts]
    if train and len(train) <= MOST_COUNTED:
        sizes = ", ".join(f"{name}: {a} + {b}" for name, (a, b) in zip(data.classes, data.counts, strict=True))
        yield translate("DataPreview", "Training + test of each class: {sizes}.").format(sizes=sizes)
    if train and max(train) > IMBALANCE * min(train):
        yield translate("DataPreview", "The largest class has {times} times as many as the smallest.").format(
            times=round(max(train) / max(min(train), 1))
        )


class DataPreview(QStackedWidget):
    """The first samples: rows of numbers, or pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows, self.pictures = RowsPreview(), PictureGrid()
        self.addWidget(self.rows)
        self.addWidget(self.pictures)

    def show_data(self, data: DataDescription) -> None:
        """Show samples of these data."""
        self.clear_data()
        if data.pictures:
            self.pictures.show_pictures(data.pictures)
        elif data.curves:
            self.pictures.show_curves(data.curves)
        elif data.rows:
            self.rows.show_data(data)
        self.setCurrentWidget(self.pictures if data.pictures or data.curves else self.rows)

    def clear_data(self) -> None:
        """Show nothing."""
        self.rows.clear_data()
        self.pictures.clear()


class RowsPreview(QTableWidget):
    """The first samples, their target last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("First rows"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)

    def show_data(self, data: DataDescription) -> None:
        """Show the first samples of data that were read."""
        self.clear_data()
        width = len(data.rows[0])
        names = data.columns if len(data.columns) == width - 1 else [str(column) for column in range(width - 1)]
        self.setColumnCount(width)
        self.setRowCount(len(data.rows))
        self.setHorizontalHeaderLabels([*names, self.tr("→ {target}").format(target=data.target)])
        for row, texts in enumerate(data.rows):
            for column, text in enumerate(texts):
                self.setItem(row, column, self._item(text, is_target=column == width - 1))
        self.resizeColumnsToContents()

    def clear_data(self) -> None:
        """Show none."""
        self.setRowCount(0)
        self.setColumnCount(0)

    @staticmethod
    def _item(text: str, is_target: bool) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        item.setFont(theme.mono(-1))
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if is_target:
            item.setForeground(theme.current().accent)
        return item
