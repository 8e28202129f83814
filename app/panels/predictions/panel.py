"""The tab of predictions: one sample, all of a part with the worst first, and where the network is wrong."""

from __future__ import annotations

import math
from array import array

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QScrollArea, QSplitter, QTabWidget, QVBoxLayout, QWidget

from app.document.document import Document
from app.engine.seeing import Seeing
from app.look import units
from app.look.sentences import say
from app.panels.predictions.one_sample import OneSample
from app.panels.predictions.plane import Plane
from app.panels.predictions.sample_table import MOST, SampleTable
from app.widgets.confusion_view import ConfusionView
from app.widgets.figure_table import Figure, FigureTable
from app.widgets.label import Label
from app.widgets.number_text import decimal
from app.widgets.push_button import push_button
from core.errors import Sentence
from core.training.messages import Assess, Assessed, SampleSeen, SeeSample, SeeSurface, SurfaceSeen

SIZES = [390, 280, 210]
"""How wide one sample, the table and the matrix are to each other."""
WIDE = 1000
"""Pixels from which the table has a place of its own; with less it is a tab beside the matrix."""
PARTS = ("test", "validation", "train")


class PredictionsPanel(QWidget):
    """What it shows is asked for while it is seen, and kept up to date while a run goes on."""

    lit = Signal(object)
    """The activations of the sample by layer, or None: what the cards on the canvas are to show."""

    def __init__(self, document: Document, seeing: Seeing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("predictions")
        self._document = document
        self._seeing = seeing
        self._assessed: Assessed | None = None
        self._sample: SampleSeen | None = None
        self.one = OneSample(document, seeing)
        self.one.lit_changed.connect(lambda _: self._light())
        self.samples = SampleTable()
        self.samples.picked.connect(self.one.show_place)
        self.part = QComboBox()
        self.part.setObjectName("predictions.part")
        self.part.setAccessibleName(self.tr("Which samples"))
        titles = {"test": self.tr("Test"), "validation": self.tr("Validation"), "train": self.tr("Training")}
        for part in PARTS:
            self.part.addItem(titles[part], part)
        self.part.currentIndexChanged.connect(lambda _: self._choose_part())
        self.sentence = Label()
        self.sentence.setObjectName("predictions.sentence")
        self.sentence.setProperty("look", "muted")
        self.sentence.setWordWrap(True)
        self.all = push_button(self.tr("Show all"), "link", "predictions.all")
        self._note = Label()
        self._note.setProperty("look", "note")
        self.confusion = ConfusionView()
        self.all.clicked.connect(lambda: self.confusion.choose(None))
        self.confusion.setObjectName("predictions.confusion")
        self.confusion.setAccessibleName(self.tr("Confusion matrix: rows are the truth, columns the answer"))
        self.confusion.chosen.connect(self._take_cell)
        self.confusion.pointed.connect(lambda text: self._note.setText(text))
        self.classes = FigureTable(
            [self.tr("class"), self.tr("precision"), self.tr("recall"), "F1", self.tr("samples")]
        )
        self.classes.setObjectName("predictions.classes")
        self.classes.setAccessibleName(self.tr("Precision, recall and F1 of each class"))
        self.plane, self.surface = Plane(), Plane()
        self.plane.setAccessibleName(self.tr("Predicted against true numbers"))
        self.surface.setAccessibleName(self.tr("Decision surface"))
        self.residuals = FigureTable([self.tr("figure"), self.tr("value")])
        self._arrange()
        seeing.seen.connect(self._take)
        seeing.failed.connect(self._take_failure)
        seeing.forgotten.connect(self._forget)
        document.report_changed.connect(lambda _: self._show_parts())
        self._forget()

    def _arrange(self) -> None:
        self.views = QTabWidget()
        self.views.setObjectName("predictions.views")
        self.views.setDocumentMode(True)
        matrix = QWidget()
        column = QVBoxLayout(matrix)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.confusion, 1)
        column.addWidget(self._note)
        self._pages = {"confusion": matrix, "classes": self.classes, "plane": self.plane, "residuals": self.residuals,
                       "surface": self.surface}  # fmt: skip
        self._middle = middle = QWidget()
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.part)
        top.addWidget(self.sentence, 1)
        top.addWidget(self.all)
        rows = QVBoxLayout(middle)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addLayout(top)
        rows.addWidget(self.samples, 1)
        self.splitter = QSplitter()
        self.splitter.setChildrenCollapsible(False)
        for part in (self.one, self.views):
            self.splitter.addWidget(part)
        self._is_wide: bool | None = None
        self.splitter.setHandleWidth(12)
        self.splitter.setProperty("look", "gap")
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        area = QScrollArea()  # in a small window
        area.setWidget(self.splitter)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        line.addWidget(area)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (is_wide := self.width() >= WIDE) != self._is_wide:
            self._is_wide = is_wide
            if is_wide:
                self.views.removeTab(self.views.indexOf(self._middle))
                self.splitter.insertWidget(1, self._middle)
                self._middle.show()
                self.splitter.setSizes(SIZES)
            else:
                self.views.insertTab(0, self._middle, self.tr("Samples"))
                self.splitter.setSizes([SIZES[0], self.width() - SIZES[0]])

    # --- what is wanted -----------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._want()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        for kind in (Assess, SeeSample, SeeSurface):
            self._seeing.let_go(kind)
        self.lit.emit(None)

    def _want(self) -> None:
        self._seeing.want(Assess(self._current_part()))
        self._seeing.want(SeeSample(self._seeing.chosen))
        if self._has_surface():
            self._seeing.want(SeeSurface())
        else:
            self._seeing.let_go(SeeSurface)
        self._light()

    def _current_part(self) -> str:
        return str(self.part.currentData() or "test")

    def _has_surface(self) -> bool:
        data = self._document.facts.data
        return data is not None and data.shape == (2,)

    def _choose_part(self) -> None:
        self.confusion.choose(None)
        if self.isVisible():
            self._seeing.want(Assess(self._current_part()))

    def show_confusion(self) -> None:
        """Bring the confusion matrix to the front, where there are classes."""
        if "confusion" in self._shown:
            self.views.setCurrentWidget(self._pages["confusion"])

    # --- what it shows ------------------------------------------------------------------------------------------------

    def _take(self, seen: object) -> None:
        match seen:
            case Assessed():
                self._assessed = seen
                self.one.begin(seen.part, seen.total)
                self._show_assessed(seen)
            case SampleSeen():
                self._sample = seen
                self.one.show_sample(seen)
                self._light()
            case SurfaceSeen():
                names = self._document.facts.data.columns if self._document.facts.data is not None else ()
                self.surface.show_surface(seen, (names[0], names[1]) if len(names) == 2 else ("", ""))

    def _take_failure(self, kind: type, sentence: Sentence) -> None:
        if kind in (Assess, SeeSample, SeeSurface):
            self._say(say(sentence))

    def _say(self, text: str) -> None:
        self.sentence.setText(text)

    def _forget(self) -> None:
        self._assessed = self._sample = None
        self.samples.show_rows(())
        self._say(self.tr("Not looked at yet."))
        self._shown: tuple[str, ...] = ()
        self._show_pages(("confusion", "classes"))
        self.confusion.show_counts((), ())
        self.lit.emit(None)

    def _show_parts(self) -> None:
        """Offer the parts that the data have."""
        data = self._document.facts.data
        has_validation = bool(data and data.valid_size)
        view = self.part.model()
        item = getattr(view, "item", lambda _: None)(PARTS.index("validation"))
        if item is not None:
            item.setEnabled(has_validation)
        if self.isVisible():
            self._want()

    def _show_pages(self, pages: tuple[str, ...]) -> None:
        titles = {
            "confusion": self.tr("Confusion"),
            "classes": self.tr("Classes"),
            "plane": self.tr("True · predicted"),
            "residuals": self.tr("Residuals"),
            "surface": self.tr("Surface"),
        }
        if pages != self._shown:
            self._shown = pages
            first = 0 if self._is_wide else 1
            while self.views.count() > first:
                self.views.removeTab(first)
            for page in pages:
                self.views.addTab(self._pages[page], titles[page])
            self.views.setCurrentIndex(self.views.indexOf(self.surface) if "surface" in pages else 0)

    def _show_assessed(self, seen: Assessed) -> None:
        pages = ("confusion", "classes") if seen.classes else ("plane", "residuals")
        self._show_pages((*pages, *(("surface",) if self._has_surface() else ())))
        if seen.classes:
            self.confusion.show_counts(seen.classes, seen.confusion)
            self.classes.show_rows([
                (
                    Figure(each.name, each.name),
                    *(_share(value) for value in (each.precision, each.recall, each.f1)),
                    Figure(units.count(each.support), each.support),
                )
                for each in seen.figures
            ])  # fmt: skip
        else:
            self.plane.show_numbers(seen)
            self.residuals.show_rows([
                (Figure(name, name), Figure(decimal(value), value))
                for name, value in self._figures(seen)
                if value is not None
            ])  # fmt: skip
        self._show_rows()

    def _figures(self, seen: Assessed) -> list[tuple[str, float | None]]:
        truths, answers = array("d", seen.truths), array("d", seen.answers)
        apart = sorted(answer - truth for truth, answer in zip(truths, answers, strict=True))
        quarter = len(apart) // 4
        return [
            ("R²", seen.r2),
            (self.tr("mean absolute error"), seen.mae),
            (self.tr("root of the mean squared error"), seen.rmse),
            (self.tr("mean residual (predicted − true)"), math.fsum(apart) / len(apart) if apart else None),
            (self.tr("least residual"), apart[0] if apart else None),
            (self.tr("a quarter is below"), apart[quarter] if apart else None),
            (self.tr("half is below"), apart[len(apart) // 2] if apart else None),
            (self.tr("a quarter is above"), apart[-1 - quarter] if apart else None),
            (self.tr("greatest residual"), apart[-1] if apart else None),
        ]

    def _take_cell(self, cell: tuple[int, int] | None) -> None:
        self._show_rows()
        if cell is not None and not self._is_wide:
            self.views.setCurrentWidget(self._middle)

    def _show_rows(self) -> None:
        seen = self._assessed
        if seen is None:
            return
        cell = self.confusion.choice if seen.classes else None
        shown = self.samples.show_assessed(seen, cell)
        self.all.setVisible(cell is not None)
        self._say(self._headline(seen, cell, shown))

    def _headline(self, seen: Assessed, cell: tuple[int, int] | None, shown: int) -> str:
        if cell is not None:
            text = self.tr("{count} of {truth} taken for {answer}").format(
                count=units.count(shown), truth=seen.classes[cell[0]], answer=seen.classes[cell[1]]
            )
        elif seen.accuracy is not None:
            right = round(seen.accuracy * seen.count)
            text = self.tr("{right} of {count} right, {share} · loss {loss}").format(
                right=units.count(right), count=units.count(seen.count), share=units.share(seen.accuracy),
                loss=decimal(seen.loss),
            )  # fmt: skip
        else:
            text = self.tr("{count} samples · loss {loss}").format(
                count=units.count(seen.count), loss=decimal(seen.loss)
            )
            if seen.r2 is not None and seen.mae is not None:
                text += f" · R² {decimal(seen.r2)} · MAE {decimal(seen.mae)}"
        if seen.total > seen.count:
            text += self.tr(" · the first of {total}").format(total=units.count(seen.total))
        if shown > MOST:
            text += self.tr(" · the worst {count} below").format(count=units.count(MOST))
        return text

    def _light(self) -> None:
        is_lit = self.isVisible() and self.one.lit.isChecked() and self._sample is not None
        self.lit.emit(dict(self._sample.layers) if is_lit and self._sample is not None else None)


def _share(value: float) -> Figure:
    return Figure("–" if math.isnan(value) else units.share(value), None if math.isnan(value) else value)
