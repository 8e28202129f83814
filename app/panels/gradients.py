"""The gradient of each layer at the last step, from the input to the output, and what that means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.document.document import Document
from app.engine.run import Run, State, distinct_names
from app.engine.runs import Runs
from app.look import theme
from app.look.gradient_color import gradient_color
from app.plots.bar import Bar
from app.plots.bar_plot import BarPlot
from app.widgets.label import Label
from app.widgets.number_text import significant
from core.design.diagnosis import CURE, to_replace
from core.design.gradient_flow import Flow, Kind, flows
from core.design.graph import layers_in_order
from core.design.model import NodeId
from core.design.unfolding import original

translate = QCoreApplication.translate

NAMED = 3
"""Layers without a gradient that are named one by one; of more, the first and the last are."""
LONG = 20.0
"""Seconds after which a run is warned of that is not over yet."""


class GradientsPanel(QWidget):
    """A bar for each layer with parameters; one click selects the layer."""

    alarmed = Signal(str)
    """What is wrong with a run's gradients: once a run, when it is over or has gone on for long."""

    picture_failed = Signal(object)
    """The `Sentence` that says why a picture of the chart could not be written."""

    def __init__(self, document: Document, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gradients")
        self._document = document
        self._runs = runs
        self._warned_of: Run | None = None
        self.verdict = Label("", self)
        self.verdict.setObjectName("gradients.verdict")
        self.verdict.setWordWrap(True)
        self.chart = BarPlot(self.tr("Size of the gradient, mean and greatest, from input to output"), self, _norm)
        self.chart.setObjectName("gradients.chart")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 14)
        column.setSpacing(8)
        column.addWidget(self.verdict)
        column.addWidget(self.chart, 1)
        self.chart.chosen.connect(self._select)
        self.chart.picture.failed.connect(self.picture_failed)
        runs.curves_grew.connect(self._refresh)
        runs.current_changed.connect(self._refresh)
        runs.diagnosed.connect(self._refresh)
        runs.run_changed.connect(self._warn)
        document.selection_changed.connect(self._refresh)
        theme.notifier.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        run = self._runs.current
        norms = run.last_gradients() if run is not None else []
        flow, names = flows(norms), _names(run)
        bars = []
        for node, norm in norms:
            color = gradient_color(flow[node], theme.current())
            mean, most = run.flow.get(node, (norm, None)) if run is not None else (norm, None)
            bars.append(Bar(node, names[node], mean, color, node in self._document.selection, most))
        self.chart.show_bars(bars)
        self._tell(*judge_run(run))

    def _tell(self, text: str, alarming: bool) -> None:
        look = "warning" if alarming else "muted"
        if self.verdict.property("look") != look:
            self.verdict.setProperty("look", look)
            self.verdict.style().polish(self.verdict)
        self.verdict.setText(text)

    def _warn(self, run: Run) -> None:
        is_time = run.state in (State.FINISHED, State.STOPPED) or run.seconds > LONG
        if run is self._warned_of or not is_time:
            return
        text, alarming = judge_run(run)
        if alarming:
            self._warned_of = run
            self.alarmed.emit(text)

    def _select(self, node: str) -> None:
        """The run's layer may have been removed from the design since."""
        if original(node) in self._document.design:
            self._document.select([node])


def types_of(run: Run) -> tuple[str, ...]:
    """The types of a run's layers, in their order."""
    return tuple(run.design.as_it_runs[node].type for node in layers_in_order(run.design))


def judge_run(run: Run | None) -> tuple[str, bool]:
    """What the gradients at the last step of a run say of its learning; and whether it is alarming."""
    if run is None:
        return judge([])
    names, norms = _names(run), run.last_gradients()
    reached = {node for node, norm in norms if norm}
    unreached = [f"{names[node]}.{name}" for node, name in run.unreached if node in reached]
    text, alarming = judge([(names[node], norm) for node, norm in norms], types_of(run), unreached)
    if not alarming and any(finding.kind == "chance" for finding in run.findings):
        return translate(
            "GradientsPanel", "Gradients reach all the way back, but tests are no better than a guess: see Problems."
        ), True
    return text, alarming


def _names(run: Run | None) -> dict[NodeId, str]:
    return {} if run is None else distinct_names(run.design, [node for node, _ in run.last_gradients()])


def judge(
    norms: Sequence[tuple[str, float]], types: Sequence[str] = (), unreached: Sequence[str] = ()
) -> tuple[str, bool]:
    """What the gradients of the layers, from the first to the last, say of the learning; and whether it is alarming.

    `types` are those of all layers: what could be tried depends on them. `unreached`: parameters without a gradient of
    layers that have others. Colours of cards and bars follow the same rule, that of `gradient_flow`.
    """
    if not norms:
        return translate("GradientsPanel", "Press Start to see how far gradients reach back from the output."), False
    found = flows(norms)
    broken = [name for name, flow in found.items() if flow.kind is Kind.BROKEN]
    if broken:
        text = translate(
            "GradientsPanel", "The gradient of '{name}' is infinite or not a number: learn in smaller steps."
        )
        return text.format(name=broken[-1]), True
    silent = [f"'{name}'" for name, flow in found.items() if flow.kind is Kind.NONE]
    if silent or unreached:
        return _tell_silent([*silent, *(f"'{name}'" for name in unreached)]), True
    if len(norms) == 1:
        return translate("GradientsPanel", "'{name}' is the only layer with parameters.").format(
            name=norms[0][0]
        ), False
    return _compare(norms, found, types)


def _tell_silent(names: Sequence[str]) -> str:
    if len(names) <= NAMED:
        text = translate("GradientsPanel", "No gradient reaches {names}: nothing is learned there.")
        return text.format(names=", ".join(names))
    text = translate(
        "GradientsPanel", "No gradient reaches {count} layers, from {first} to {last}: nothing is learned there."
    )
    return text.format(count=len(names), first=names[0], last=names[-1])


def _compare(norms: Sequence[tuple[str, float]], found: Mapping[str, Flow], types: Sequence[str]) -> tuple[str, bool]:
    """The layer that is worst off beside the last one; all norms are above zero."""
    first, last = norms[0][0], norms[-1][0]
    least, most = (choose(found, key=lambda name: found[name].share) for choose in (min, max))
    worst, alarming, advice = first, True, ""
    if found[least].kind is Kind.VANISHING:
        worst, advice = least, _against_vanishing(types)
        text = translate(
            "GradientsPanel",
            "Gradients shrink by a factor of {factor} from '{last}' to '{first}': little of the error gets there.",
        )
    elif found[most].kind is Kind.EXPLODING:
        worst = most
        text = translate(
            "GradientsPanel",
            "Gradients grow by a factor of {factor} from '{last}' to '{first}': steps may become too large.",
        )
    else:
        alarming = False
        text = translate(
            "GradientsPanel", "Gradients reach all the way back: '{first}' and '{last}' differ by a factor of {factor}."
        )
    text = text.format(first=worst, last=last, factor=_factor(found[worst].share))
    return f"{text} {advice}".rstrip(), alarming


def _against_vanishing(types: Sequence[str]) -> str:
    """What was tried against it; where nothing was, nothing."""
    old = to_replace(types)
    if old is None:
        return ""
    text = translate("GradientsPanel", "Replace all {type} by {cure}: Problems has the button.")
    return text.format(type=old, cure=CURE)


def _factor(share: float) -> str:
    """In two digits: more would tremble with every step."""
    return f"{float(f'{max(share, 1 / share):.2g}'):,.10g}"


def _norm(norm: float) -> str:
    return significant(norm, 2)
