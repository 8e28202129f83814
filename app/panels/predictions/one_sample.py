"""One sample: picked, or drawn with the mouse; the network's answer, and what of it the loss hangs on."""

from __future__ import annotations

import math
from array import array

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from app.document.document import Document
from app.engine.seeing import Seeing
from app.look import theme, units
from app.widgets.heat_map_view import HeatMapView
from app.widgets.label import Label
from app.widgets.number_text import decimal
from app.widgets.picture_pad import PicturePad
from app.widgets.push_button import push_button
from app.widgets.share_bars import ShareBars
from core.training.messages import Chosen, SampleSeen

CHANNELS = (1, 3)


class OneSample(QWidget):
    """Shows `SampleSeen`, and says which sample is wanted."""

    lit_changed = Signal(bool)
    """Whether the cards on the canvas are to show the activations of this sample."""

    def __init__(self, document: Document, seeing: Seeing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._seeing = seeing
        self._part, self._count = "test", 1
        self.place = QSpinBox()
        self.place.setObjectName("predictions.place")
        self.place.setAccessibleName(self.tr("Number of the sample"))
        self.place.setPrefix(self.tr("Sample "))
        self.place.setMinimum(1)
        self.place.valueChanged.connect(self._pick)
        self.wipe = push_button(self.tr("Draw one"), "link", "predictions.draw")
        self.wipe.setToolTip(self.tr("Begin with an empty picture, and draw on it with the mouse"))
        self.lit = QCheckBox(self.tr("On the canvas"))
        self.lit.setObjectName("predictions.lit")
        self.lit.setToolTip(self.tr("Show on each card what the layer makes of this sample"))
        self.lit.setChecked(True)
        self.lit.toggled.connect(self.lit_changed)
        self.pad = PicturePad()
        self.pad.setObjectName("predictions.pad")
        self.pad.setAccessibleName(self.tr("The sample. Draw on it with the mouse."))
        self.pad.drawn.connect(self._take_drawing)
        self.wipe.clicked.connect(self.pad.wipe)
        self.numbers = HeatMapView()
        self.numbers.setAccessibleName(self.tr("The numbers of the sample"))
        self.gradient = HeatMapView()
        self.gradient.setAccessibleName(self.tr("Gradient of the loss by the sample"))
        self.gradient.setFixedSize(self.pad.sizeHint())
        self.gradient.pointed.connect(self._read_out)
        self.numbers.pointed.connect(self._read_out)
        self.answer, self.read_out = Label(), Label()
        self.answer.setObjectName("predictions.answer")
        self.answer.setWordWrap(True)
        self.read_out.setProperty("look", "note")
        self.shares = ShareBars()
        self.shares.setAccessibleName(self.tr("Probabilities"))
        self._arrange()
        seeing.forgotten.connect(self._begin_anew)

    def _arrange(self) -> None:
        top = QHBoxLayout()
        for control in (self.place, self.wipe, self.lit):
            top.addWidget(control)
        top.addStretch(1)
        pictures = QGridLayout()
        pictures.setHorizontalSpacing(12)
        pictures.setVerticalSpacing(2)
        self._by_input = Label(self.tr("Gradient of the loss"))
        self._by_input.setProperty("look", "note")
        pictures.addWidget(self.pad, 0, 0, Qt.AlignmentFlag.AlignTop)
        pictures.addWidget(self.numbers, 0, 0, Qt.AlignmentFlag.AlignTop)
        pictures.addWidget(self.gradient, 0, 1, Qt.AlignmentFlag.AlignTop)
        pictures.addWidget(self.read_out, 1, 0)
        pictures.addWidget(self._by_input, 1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self.answer)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addLayout(pictures)
        middle.addWidget(self.shares, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(middle, 1)

    def begin(self, part: str, count: int) -> None:
        """Pick from this part, which has so many samples."""
        self._part, self._count = part, count
        self.place.blockSignals(True)
        self.place.setMaximum(max(count, 1))
        self.place.setSuffix(self.tr(" of {count}").format(count=f"{count:,}"))
        self.place.blockSignals(False)

    def show_place(self, index: int) -> None:
        """Go to a sample."""
        self.place.setValue(index + 1)
        self._pick(index + 1)

    def _pick(self, number: int) -> None:
        self._seeing.choose(Chosen(self._part, number - 1))

    def _begin_anew(self) -> None:
        self.answer.setText("")
        self.shares.show_shares((), ())
        self.gradient.show_picture(b"", 0, 0)
        self.pad.clear()
        self.place.blockSignals(True)
        self.place.setValue(1)
        self.place.setSuffix("")
        self.place.blockSignals(False)

    def _take_drawing(self) -> None:
        self._seeing.choose(Chosen("drawn", 0, self.pad.values.tobytes()))

    def _read_out(self, text: str) -> None:
        self.read_out.setText(text)

    def show_sample(self, seen: SampleSeen) -> None:
        """Show what became of a sample."""
        channels, height, width = (1, *seen.shape) if len(seen.shape) == 2 else (*seen.shape, 0, 0)[:3]
        is_picture = len(seen.shape) in (2, 3) and channels in CHANNELS and min(height, width) > 1
        self.pad.setVisible(is_picture)
        self.wipe.setVisible(is_picture)
        self.numbers.setVisible(not is_picture)
        features = array("f", seen.features)
        rows, columns = (height, width) if is_picture else _sides(seen.shape)
        if is_picture and seen.sample.part != "drawn":
            low, high = self._ends(features)
            self.pad.show_values(features, (channels, height, width), low, high)
        elif not is_picture:
            self.numbers.setFixedSize(self.pad.sizeHint())
            self.numbers.show_picture(seen.features, rows, columns, shape=seen.shape)
        gradient = _mean_of_channels(seen.gradient, channels if is_picture else 1)
        self.gradient.show_picture(gradient, rows if gradient else 0, columns if gradient else 0, shape=(rows, columns))
        self._by_input.setVisible(bool(gradient))
        self.gradient.setVisible(bool(gradient))
        if seen.classes:
            self.shares.show_shares(seen.classes, seen.values, seen.truth)
        self.shares.setVisible(bool(seen.classes))
        self.answer.setText(self._sentence(seen))
        is_wrong = bool(seen.classes) and bool(seen.truth) and seen.truth != seen.answer
        self.answer.setProperty("look", "problem" if is_wrong else "name")
        self.answer.style().polish(self.answer)

    def _ends(self, features: array[float]) -> tuple[float, float]:
        """What is black and white: the least and the greatest of all samples."""
        data = self._document.facts.data
        if data is not None and data.values is not None:
            return data.values.least, data.values.greatest
        return min(features, default=0.0), max(features, default=1.0)

    def _sentence(self, seen: SampleSeen) -> str:
        if seen.classes:
            text = self.tr("{answer}, {share} sure").format(answer=seen.answer, share=units.share(max(seen.values)))
        else:
            text = ", ".join(decimal(value) for value in seen.values[:6]) + (" …" if len(seen.values) > 6 else "")
        if seen.truth:
            text += self.tr(" · truth {truth}").format(truth=seen.truth)
        return text + (self.tr(" · loss {loss}").format(loss=decimal(seen.loss)) if seen.loss is not None else "")

    def changeEvent(self, event: object) -> None:
        self.read_out.setFont(theme.mono(-1))


def _sides(shape: tuple[int, ...]) -> tuple[int, int]:
    """Rows and columns for numbers that are no picture."""
    return (1, math.prod(shape)) if len(shape) < 2 else (shape[0], math.prod(shape[1:]))


def _mean_of_channels(values: bytes, channels: int) -> bytes:
    if channels == 1 or not values:
        return values
    numbers = array("f", values)
    size = len(numbers) // channels
    return array("f", (sum(numbers[place::size]) / channels for place in range(size))).tobytes()
