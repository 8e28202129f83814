"""The data view: samples, classes and features of data, read in the engine's process."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from app.dialogs.data_remarks import DataRemarks
from app.dialogs.data_view.samples_tab import SamplesTab
from app.dialogs.data_view.words import part_words
from app.engine.trainer import Trainer
from app.look import units
from app.look.sentences import say
from app.widgets.dialog import Dialog
from app.widgets.figure_table import Figure, FigureTable
from app.widgets.histogram_view import HistogramView
from app.widgets.label import Label
from app.widgets.number_text import significant
from app.widgets.push_button import push_button
from core.design.model import Design
from core.design.seen_data import PARTS, DataSurvey, FeatureFigures, SampleQuery
from core.design.settings import DataSettings
from core.errors import Sentence
from core.training.messages import Event, Failed, Histogram, ReadSamples, SamplesRead, Survey, Surveyed


class DataView(Dialog):
    """Stays open beside the window. `show_settings` says of which data; what they are like is asked of the engine."""

    def __init__(self, trainer: Trainer, settings: DataSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("look")
        self.resize(QSize(980, 660))
        self._trainer = trainer
        self._settings: DataSettings | None = None
        self._survey: DataSurvey | None = None
        self.headline = Label()
        self.headline.setObjectName("look.sentence")
        self.headline.setWordWrap(True)
        self.remarks = DataRemarks()
        self.repeated = push_button(self.tr("Show samples that are in both"), "link", "look.repeated")
        self.repeated.clicked.connect(self._show_repeated)
        self.samples = SamplesTab()
        self.samples.wanted.connect(self._ask)
        parts = [part_words()[part] for part in PARTS]
        self.classes = FigureTable([self.tr("class"), *parts, self.tr("share of training")])
        self.classes.setObjectName("look.classes")
        self.classes.setAccessibleName(self.tr("Classes"))
        self.classes.itemActivated.connect(self._show_class)
        self.features = FigureTable(
            [self.tr("feature"), self.tr("mean"), self.tr("std"), self.tr("min"), self.tr("max"),
             self.tr("far from all others"), self.tr("note")]
        )  # fmt: skip
        self.features.setObjectName("look.features")
        self.features.setAccessibleName(self.tr("Features"))
        self.features.currentItemChanged.connect(lambda *_: self._show_histogram())
        self.histogram = HistogramView("linear")
        self.histogram.setAccessibleName(self.tr("Values"))
        self._arrange()
        trainer.questions.settled.connect(self._take)
        self.show_settings(settings)

    def _arrange(self) -> None:
        features = QWidget()
        below = QVBoxLayout(features)
        below.setContentsMargins(0, 12, 0, 0)
        below.addWidget(self.features, 1)
        below.addWidget(self.histogram)
        self.tabs = QTabWidget()
        self.tabs.setObjectName("look.tabs")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.samples, self.tr("Samples"))
        self.tabs.addTab(self.classes, self.tr("Classes"))
        self.tabs.addTab(features, self.tr("Features"))
        close = push_button(self.tr("Close"), "primary", "look.close")
        close.clicked.connect(self.reject)
        bottom, column = QHBoxLayout(), QVBoxLayout(self)
        bottom.addWidget(self.repeated)
        bottom.addStretch(1)
        bottom.addWidget(close)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.headline)
        column.addWidget(self.remarks)
        column.addWidget(self.tabs, 1)
        column.addLayout(bottom)

    # --- asking -------------------------------------------------------------------------------------------------------

    def show_settings(self, settings: DataSettings) -> None:
        """Show the data of these, unless they are shown already."""
        if settings == self._settings:
            return
        self._settings, self._survey = settings, None
        self.setWindowTitle(self.tr("Data: {source}").format(source=settings.source))
        self.headline.setText(self.tr("Reading…"))
        self.remarks.show_remarks(())
        self.repeated.hide()
        self.samples.begin()
        self._trainer.questions.ask(Survey(settings))

    def follow(self, _before: Design, after: Design) -> None:
        """The design is another: show its data."""
        self.show_settings(after.settings.data)

    def _ask(self, query: SampleQuery) -> None:
        if self._settings is not None:
            self._trainer.questions.ask(ReadSamples(self._settings, query))

    def _take(self, question: object, answer: Event) -> None:
        if not isinstance(question, Survey | ReadSamples) or question.settings != self._settings:
            return
        match answer:
            case Surveyed(survey):
                self._show(survey)
            case SamplesRead(total, samples) if isinstance(question, ReadSamples):
                if question.query == self.samples.query:
                    self.samples.show_samples(total, samples)
                elif question.query == self.samples.one and samples:
                    self.samples.show_one(samples[0])
            case Failed(template=template, values=values):
                self.headline.setText(say(Sentence(template, values)))

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _show(self, survey: DataSurvey) -> None:
        self._survey = survey
        train, valid, test = map(units.count, survey.sizes)
        text = self.tr("{train} samples to train, {test} to test.")
        if survey.sizes[1]:
            text = self.tr("{train} samples to train, {valid} to validate, {test} to test.")
        self.headline.setText(text.format(train=train, valid=valid, test=test))
        self.remarks.show_remarks(survey.remarks)
        self.repeated.setVisible(survey.repeated > 0)
        self.samples.take_survey(survey)
        self.classes.show_rows([self._class_cells(name, sizes) for name, sizes in survey.classes])
        self.tabs.setTabEnabled(1, bool(survey.classes))
        self.features.show_rows([self._feature_cells(feature) for feature in survey.features])
        self.features.setCurrentIndex(self.features.model().index(0, 0))

    def _class_cells(self, name: str, sizes: tuple[int, int, int]) -> list[Figure]:
        assert self._survey is not None
        share = sizes[0] / max(self._survey.sizes[0], 1)
        return [Figure(name, name), *(Figure(units.count(size), size) for size in sizes),
                Figure(units.share(share), share)]  # fmt: skip

    def _feature_cells(self, feature: FeatureFigures) -> list[Figure]:
        figures = (feature.mean, feature.std, feature.least, feature.greatest)
        note = self.tr("constant") if feature.constant else self.tr("target") if feature.is_target else ""
        return [Figure(feature.name, feature.name), *(Figure(significant(value, 5), value) for value in figures),
                Figure(units.count(feature.outlying), feature.outlying), Figure(note, note)]  # fmt: skip

    def _show_histogram(self) -> None:
        place = self.features.place
        if self._survey is not None and place is not None and place < len(self._survey.features):
            feature = self._survey.features[place]
            self.histogram.show_histogram(Histogram(feature.least, feature.greatest, feature.counts))

    def _show_class(self) -> None:
        if self.classes.place is not None:
            self.samples.show_class(self.classes.place)
            self.tabs.setCurrentWidget(self.samples)

    def _show_repeated(self) -> None:
        self.tabs.setCurrentWidget(self.samples)
        self.samples.show_repeated()
