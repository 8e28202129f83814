"""The panel at the right: what is selected, in tabs. It also says which parameter the engine is to watch."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from PySide6.QtCore import QSignalBlocker, Signal, SignalInstance
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.document.document import Document
from app.engine.seeing import Seeing
from app.engine.trainer import Trainer
from app.look.sentences import say
from app.panels.inspector.activations_tab import ActivationsTab
from app.panels.inspector.code_tab import CodeTab, constructor_line, container_lines, forward_lines
from app.panels.inspector.container_tab import ContainerTab
from app.panels.inspector.copy_field import CopyField
from app.panels.inspector.gradients_tab import GradientsTab
from app.panels.inspector.header import Header
from app.panels.inspector.layer_tab import LayerTab
from app.panels.inspector.parameter_table import ParameterRow
from app.panels.inspector.parameters_tab import ParametersTab
from app.widgets.focus_order import FocusOrder
from core.design import edits
from core.design.lists import LISTS
from core.design.model import MARKS, Design, NodeId, Value
from core.design.shapes import Repair
from core.design.unfolding import original
from core.training.messages import ParameterInfo, ParameterView, Prepared

LAYER, PARAMETERS, GRADIENTS, ACTIVATIONS, CODE, INSIDE = range(6)
"""The pages. `INSIDE` has the parameters of all that is in a container."""
SAME = {PARAMETERS: INSIDE, INSIDE: PARAMETERS}
"""Pages that stand for each other where what is selected is a container, or none."""


class Inspector(QWidget):
    """Shows the selection; with nothing selected, the whole model."""

    initialise_requested = Signal(str)
    """A parameter, by its dotted name, that the user wants to fill by a function."""
    numbers_requested = Signal(str)
    """A parameter, by its dotted name, whose numbers the user wants to edit."""
    code_requested = Signal(str)
    """A custom layer, by its name, whose code the user wants to see."""

    def __init__(self, document: Document, trainer: Trainer, seeing: Seeing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName(self.tr("Inspector"))
        self._document = document
        self._trainer = trainer
        self._seeing = seeing
        self._infos: dict[tuple[NodeId, str], ParameterInfo] = {}
        self._watched: tuple[NodeId | None, str | None] = (None, None)
        self._make_controls()
        document.selection_changed.connect(lambda _: self._refresh())
        document.report_changed.connect(lambda _: self._refresh())
        document.saved_changed.connect(self._refresh)
        trainer.prepared.connect(self._take_prepared)
        trainer.parameter_viewed.connect(self._take_view)
        trainer.activations_viewed.connect(self.activations.take_view)
        trainer.weights.replaced.connect(self._forget_numbers)
        trainer.runs.state_changed.connect(lambda _: self._refresh())

    def _make_controls(self) -> None:
        self.header = Header(self._check_name, self)
        self.header.renamed.connect(self._rename)
        self.header.given_up.connect(self._document.refuse)
        self.copy = CopyField(self)
        self.copy.chosen.connect(self._refresh)
        self.layer = LayerTab(self._document, self._trainer.runs, self)
        self.layer.edited.connect(self._set_option)
        self.layer.repaired.connect(self._repair)
        self.layer.code_requested.connect(self.code_requested)
        self.parameters = ParametersTab(self)
        self.parameters.chosen.connect(self._choose_parameter)
        self.parameters.trainable_changed.connect(self._set_trainable)
        self.parameters.reinitialise_requested.connect(self._reinitialise)
        self.parameters.initialise_requested.connect(lambda: self._tell_path(self.initialise_requested))
        self.parameters.numbers_requested.connect(lambda: self._tell_path(self.numbers_requested))
        self.gradients = GradientsTab(self)
        self.activations = ActivationsTab(self._seeing, self)
        self.code = CodeTab(self)
        self.inside = ContainerTab(self)
        self.inside.opened.connect(self._open_inside)
        self._rows_inside: list[tuple[NodeId, str, ParameterRow]] = []
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("inspector.tabs")
        self.tabs.setAccessibleName(self.tr("Views of the layer"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self._pages = QStackedWidget(self)
        for page in (self.layer, self.parameters, self.gradients, self.activations, self.code, self.inside):
            self._pages.addWidget(page)
        self._shown_pages: tuple[int, ...] = ()
        self._container: NodeId | None = None
        """The container that is shown, if it is one."""
        self._show_tabs()
        self.tabs.currentChanged.connect(self._open_page)
        self._pages.currentChanged.connect(self.open_page)
        FocusOrder(self.tabs, self._pages)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for control in (self.header, self.copy, self.tabs, self._pages):
            column.addWidget(control, 1 if control is self._pages else 0)

    # --- what it shows ------------------------------------------------------------------------------------------------

    def tells_problems_of(self, node: NodeId | None) -> bool:
        """Whether what is wrong with a node is read here now."""
        is_open = self.isVisible() and self._pages.currentWidget() is self.layer
        return node is not None and is_open and node == self.node and bool(self._document.report.problems_of(node))

    @property
    def node(self) -> NodeId | None:
        """The one layer that is selected."""
        selection = self._document.selection
        return selection[0] if len(selection) == 1 else None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        if not self.isVisible():
            self._watch(None, None)
            self._look_at_activations(None)
            return
        selection = tuple(i for i in self._document.selection if i in self._document.design)
        if len(selection) > 1:
            self._show_several(selection)
        elif selection:
            self._show_one(selection[0])
        else:
            self._show_model()

    def _show_one(self, node_id: NodeId) -> None:
        design, report = self._document.design, self._document.report
        node, kind = design[node_id], report.type_of(node_id)
        parent = design.parents.get(node_id, design.root)
        container = self._document.name if parent == design.root else design[parent].name
        note = self.tr("{type} in {container}").format(type=node.type, container=container)
        icon, family = (kind.icon, kind.family) if kind else ("unknown", "custom")
        self.header.show_node(node_id, node.name, note, icon, family)
        self.layer.show_node(node_id)
        is_container = bool(kind and kind.container)
        line = "" if is_container else constructor_line(design, report, node_id)
        custom = design.customs.get(node.type)
        if not is_container:
            self.code.show_code(line, forward_lines(design, report, node_id), custom.source if custom else "")
        self.copy.show_copies_of(design, node_id)
        looked_into = self.copy.node or node_id
        self._container = looked_into if is_container else None
        if is_container:
            self._show_tabs(inside=True, code=True, activations=node.type not in LISTS)
            self._watch_inside()
            return
        has_parameters = bool(report.parameters.get(node_id) or self._buffers(looked_into))
        self._show_tabs(has_parameters, bool(line), activations=node.type not in MARKS)
        self._watch(looked_into if has_parameters else None, self._parameter_of(looked_into))
        self._show_parameters()

    def _show_several(self, ids: tuple[NodeId, ...]) -> None:
        names = ", ".join(self._document.design[node_id].name for node_id in ids)
        title = self.tr("{count} layers").format(count=len(ids))
        self.header.show_node("", title, names, "sequential", "container")
        self.layer.show_nodes(ids)
        self.copy.show_copies_of(self._document.design, None)
        self._container = None
        self._show_tabs()
        self._watch(None, None)

    def _show_model(self) -> None:
        self.header.show_node("", self._document.name, self.tr("Model"), "module", "container")
        self.layer.show_node(self._document.design.root)
        self.copy.show_copies_of(self._document.design, None)
        self._container = self._document.design.root
        self._show_tabs(inside=True, code=True)
        self._watch_inside()

    def _show_tabs(
        self, parameters: bool = False, code: bool = False, activations: bool = False, inside: bool = False
    ) -> None:
        """Have tabs for what there is, and stay on the same one if it is still among them."""
        wanted = {
            PARAMETERS: parameters, GRADIENTS: parameters, INSIDE: inside, ACTIVATIONS: activations, CODE: code
        }  # fmt: skip
        pages = (LAYER, *(page for page, is_wanted in wanted.items() if is_wanted))
        if pages == self._shown_pages:
            self._turn_to(self._pages.currentIndex())
            return
        titles = (
            self.tr("Layer"),
            self.tr("Parameters"),
            self.tr("Gradients"),
            self.tr("Activations"),
            self.tr("Code"),
            self.tr("Parameters"),
        )
        current = self._pages.currentIndex()
        if current not in pages:
            current = SAME.get(current, LAYER)
        with QSignalBlocker(self.tabs):
            while self.tabs.count():
                self.tabs.removeTab(0)
            for page in pages:
                self.tabs.addTab(titles[page])
        self._shown_pages = pages
        self.open_page(current if current in pages else LAYER)

    def open_page(self, page: int) -> None:
        """Go to a page, or to the one that stands for it, if the selection has it."""
        if page not in self._shown_pages:
            page = SAME.get(page, page)
        if page in self._shown_pages:
            self.tabs.setCurrentIndex(self._shown_pages.index(page))
            self._turn_to(page)

    def _open_page(self, tab: int) -> None:
        self._turn_to(self._shown_pages[tab])

    def _turn_to(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        self._look_at_activations(self.copy.node if page == ACTIVATIONS and self.isVisible() else None)
        self._watch_inside()
        if page == PARAMETERS:
            self._show_parameters()
        elif page == CODE and self._container is not None and original(self._container) in self._document.design:
            # Only here: of a large network the text takes a moment to write, and most edits are made without it.
            code = container_lines(self._document.design, self._document.report, original(self._container))
            self.code.show_code(code, "", "")

    def _look_at_activations(self, node_id: NodeId | None) -> None:
        self.activations.show_node(node_id)
        self._trainer.watch_activations(node_id)

    # --- parameters ---------------------------------------------------------------------------------------------------

    def _parameter_of(self, node_id: NodeId) -> str | None:
        """The parameter to look into: the one looked into so far, if the layer has it, or else its first."""
        names = [
            *self._document.report.parameters.get(original(node_id), ()),
            *(each.name for each in self._buffers(node_id)),
        ]
        if self._watched[1] in names:
            return self._watched[1]
        return names[0] if names else None

    def _buffers(self, node_id: NodeId) -> list[ParameterInfo]:
        """The buffers of a layer, such as running statistics: only the engine knows of them."""
        return [info for (node, _), info in self._infos.items() if node == node_id and info.buffer]

    def _watch(self, node_id: NodeId | None, parameter: str | None) -> None:
        if (node_id, parameter) != self._watched:
            self._watched = (node_id, parameter)
            self.parameters.clear()
            self.gradients.clear(parameter or "")
            self._trainer.watch(node_id, parameter)

    def _watch_inside(self) -> None:
        """Of a container the figures of all in it are asked for, which costs time, only where they are seen."""
        if self._container is None or self._container not in self._document.design.as_it_runs:
            return
        is_seen = self._pages.currentIndex() == INSIDE and self.isVisible()
        self._watch(self._container if is_seen else None, None)
        if is_seen:
            self._show_inside()

    def _show_inside(self) -> None:
        """The parameters and buffers in the container under the names that its `state_dict` has; shared ones once."""
        design, report = self._document.design.as_it_runs, self._document.report.as_it_runs
        assert self._container is not None
        prefix = design.path(self._container)
        rows: list[tuple[NodeId, str, ParameterRow]] = []
        seen: set[tuple[NodeId, str]] = set()
        for node in design.walk(self._container):
            path = design.path(node.id)[len(prefix) :].lstrip(".")
            own = [
                (name, shape, self._info(node.id, name, shape))
                for name, shape in report.parameters.get(node.id, {}).items()
            ]
            own += [(info.name, info.shape, info) for info in self._buffers(node.id)]
            for name, shape, info in own:
                if (design.owner(node.id), name) not in seen:
                    seen.add((design.owner(node.id), name))
                    rows.append((node.id, name, ParameterRow(f"{path}.{name}".lstrip("."), shape, info)))
        self._rows_inside = rows
        self.inside.show_rows([row for _, _, row in rows])

    def _open_inside(self, place: int) -> None:
        """Select the layer that a parameter of the container is in, and look into that parameter."""
        node_id, name, _ = self._rows_inside[place]
        self._document.select([original(node_id)])
        self.copy.choose(node_id)
        self.open_page(PARAMETERS)
        self._choose_parameter(name)

    def _show_parameters(self) -> None:
        looked_into, chosen = self._watched
        node_id = original(looked_into or "")
        if self._container is not None or looked_into is None or node_id not in self._document.design:
            return
        shapes = self._document.report.parameters.get(node_id, {})
        rows = [ParameterRow(name, shape, self._info(looked_into, name, shape)) for name, shape in shapes.items()]
        buffers = self._buffers(looked_into)
        rows += [ParameterRow(info.name, info.shape, info) for info in buffers]
        design = self._document.design

        def is_frozen(design: Design) -> bool:
            return node_id in design and chosen in design[node_id].frozen

        later = self._trainer.runs.is_later(is_frozen, design)
        is_parameter = chosen not in [info.name for info in buffers]
        self.parameters.show_rows(rows, chosen, is_parameter and not is_frozen(design), later)
        self.parameters.allow_by_hand(is_parameter)
        self.parameters.reinitialise.setEnabled(not self._trainer.weights.belong_to_run)

    def _info(self, node_id: NodeId, name: str, shape: tuple[int, ...]) -> ParameterInfo | None:
        """What is known of a parameter, unless it has another shape since."""
        info = self._infos.get((node_id, name))
        return info if info is not None and info.shape == shape else None

    def _take_prepared(self, prepared: Prepared) -> None:
        self._infos = self._noted(prepared.parameters)
        node = self.node
        if node is not None and PARAMETERS not in self._shown_pages and self._buffers(node):
            self._refresh()  # what has buffers only is known to have them now
        self._watch_inside()
        self._show_parameters()

    def _forget_numbers(self) -> None:
        self._infos.clear()
        self.parameters.clear()
        self.gradients.clear(self._watched[1] or "")
        self._watch_inside()
        self._show_parameters()

    def _noted(self, infos: Iterable[ParameterInfo]) -> dict[tuple[NodeId, str], ParameterInfo]:
        """Figures by parameter. A model made anew has no gradients; while its numbers are the same, the last count."""
        noted = {}
        for info in infos:
            old = self._infos.get((info.node, info.name))
            if info.gradient_norm is None and old is not None and (old.mean, old.norm) == (info.mean, info.norm):
                info = msgspec.structs.replace(info, gradient_norm=old.gradient_norm, update=old.update)
            noted[info.node, info.name] = info
        return noted

    def _take_view(self, view: ParameterView) -> None:
        self._infos |= self._noted(view.parameters)
        if view.node != self._watched[0]:
            return
        if self._container is not None:
            self._show_inside()
            return
        if self._pages.currentIndex() == PARAMETERS:  # what nobody sees need not be measured again and again
            self._show_parameters()
        info = self._infos.get((view.node, view.parameter or ""))
        if view.parameter == self._watched[1] and info is not None:
            self.parameters.show_view(view, info)
            self.gradients.show_view(view, info)

    def _choose_parameter(self, name: str) -> None:
        self._watch(self._watched[0], name)
        self._show_parameters()

    # --- what it does -------------------------------------------------------------------------------------------------

    def _check_name(self, node_id: NodeId, name: str) -> None:
        if node_id in self._document.design:
            edits.check_rename(self._document.design, node_id, name)

    def _rename(self, node_id: NodeId, name: str) -> None:
        if node_id in self._document.design:
            self._document.attempt(self.tr("Rename"), lambda: edits.rename(self._document.design, node_id, name))

    def _set_option(self, ids: tuple[NodeId, ...], name: str, value: Value) -> None:
        ids = tuple(node_id for node_id in ids if node_id in self._document.design)
        label = self.tr("Set {option}").format(option=name)
        self._document.attempt(label, lambda: edits.set_options(self._document.design, ids, {name: value}))
        self._refresh()

    def _repair(self, repair: Repair) -> None:
        self._document.attempt(say(repair.label), lambda: repair.edit(self._document.design))

    def _set_trainable(self, trainable: bool) -> None:
        node_id, parameter = original(self._watched[0] or ""), self._watched[1]
        if node_id and parameter is not None:
            label = self.tr("Train") if trainable else self.tr("Freeze")
            self._document.attempt(
                label, lambda: edits.freeze(self._document.design, node_id, parameter, not trainable)
            )

    def _reinitialise(self) -> None:
        node_id = original(self._watched[0] or "")
        if node_id:
            self._trainer.weights.reinitialise([node_id], self._document.design.settings.next_seed())

    def _tell_path(self, signal: SignalInstance) -> None:
        """Name the parameter that is looked into."""
        node_id, parameter = self._watched
        if node_id is not None and parameter is not None:
            design = self._document.design.as_it_runs
            signal.emit(f"{design.path(design.owner(node_id))}.{parameter}")
