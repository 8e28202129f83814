"""The tab of a parameter's gradient: its norm over the steps, how its numbers spread, and their picture."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.look import theme
from app.look.sentences import tr
from app.panels.inspector.fact_rows import FactRows
from app.plots.line import Line
from app.plots.line_plot import LinePlot
from app.plots.over_time_plot import OverTimePlot
from app.plots.series import Series
from app.widgets.heat_map_section import HeatMapSection
from app.widgets.histogram_view import HistogramView, sample_text
from app.widgets.number_text import power, sizes
from app.widgets.scroll_column import ScrollColumn, section
from core.training.messages import ParameterInfo, ParameterView


class GradientsTab(ScrollColumn):
    """Shows the gradient of the parameter that is chosen in the parameters' tab."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts = FactRows()
        self.norms = LinePlot(self.tr("Norm over steps"), log=True, spell=power, takes_wheel=False)
        self.norms.setFixedHeight(168)
        self.histogram = HistogramView("activation")
        self.histogram.setAccessibleName(self.tr("Gradient"))
        self.heat_map = HeatMapSection(self.tr("Heat map of the gradient"))
        self.column.addWidget(self.facts)
        self.column.addWidget(section(self.histogram.accessibleName()))
        self.column.addWidget(self.histogram)
        self.column.addWidget(self.heat_map)
        self.history = OverTimePlot(self.tr("Histogram over steps"))
        self.column.addWidget(self.history)
        self.column.addWidget(self.norms)
        self._series = Series()
        self._name = ""
        self.clear("")

    def clear(self, parameter: str) -> None:
        """Begin anew, with this parameter."""
        self._name = parameter
        self._series = Series()
        self.norms.show_lines(())
        self.history.clear()
        self.history.hide()
        self.facts.show_facts([(tr("Parameter"), parameter)])
        self.histogram.show_histogram(None, self.tr("no step yet"))
        self.heat_map.view.show_picture(b"", 0, 0)

    def show_view(self, view: ParameterView, info: ParameterInfo) -> None:
        """Show the gradient that came with a view of the parameter."""
        if info.gradient_norm is None:
            self.clear(info.name)
        if view.gradient is None or info.gradient_norm is None:
            return
        latest = self._series.latest
        if latest is not None and view.step < latest[0]:
            self._series = Series()
        if (latest is None or view.step != latest[0]) and info.gradient_norm > 0:
            self._series.append(view.step, info.gradient_norm)
        self.facts.show_facts(gradient_facts(info, view))
        self.histogram.show_histogram(view.gradient)
        self.heat_map.view.show_picture(view.gradient_picture, view.rows, view.columns, view.stride, info.shape)
        self.norms.show_lines([Line(info.name, theme.current().family("activation"), self._series)], streams=True)
        self.history.add(view.step, view.gradient)
        self.history.setVisible(len(self.history) > 1)


def gradient_facts(info: ParameterInfo, view: ParameterView) -> list[tuple[str, str]]:
    """The gradient's norm, and how it compares with the size of the weights."""
    assert info.gradient_norm is not None
    facts = [
        (tr("Parameter"), f"{info.name}  {sizes(info.shape)}"),
        (tr("Step"), f"{view.step:,}"),
        (tr("Norm"), power(info.gradient_norm)),
    ]
    if info.norm:
        facts.append((tr("Norm to weights’ norm"), power(info.gradient_norm / info.norm)))
    if source := sample_text(view.gradient):
        facts.append((tr("Histogram"), source))
    return facts
