"""Two designs beside each other as the canvas draws them, with what is otherwise in the second one outlined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.canvas.layout.arranging import arrange
from app.canvas.painting import export, style
from app.canvas.painting.drawing import Drawing
from app.canvas.painting.words import Speaker
from app.look import theme
from app.widgets.dialog import Dialog
from app.widgets.label import Label
from app.widgets.push_button import push_button
from core.design import catalog, shapes
from core.design.model import Design, Node, NodeId

GONE, NEW, CHANGED = "gone", "new", "changed"
OUTLINE, APART = 2.5, 4.0
"""How thick an outline is, and how far from its card, in canvas units."""


def marks(first: Design, second: Design) -> tuple[dict[NodeId, str], dict[NodeId, str]]:
    """What is otherwise, by the nodes of each design. Layers are the same where they are called the same.

    A container is changed where its own options or wires are, not where something in it is.
    """
    old, new = ({design.path(node.id): node for node in design.walk()} for design in (first, second))
    in_first = {node.id: GONE for path, node in old.items() if path not in new}
    in_second = {node.id: NEW for path, node in new.items() if path not in old}
    for path in old.keys() & new.keys():
        if _essence(first, old[path]) != _essence(second, new[path]):
            in_first[old[path].id] = in_second[new[path].id] = CHANGED
    return in_first, in_second


def _essence(design: Design, node: Node) -> tuple[object, ...]:
    custom = design.customs.get(node.type)
    wires = sorted((design.path(w.source), w.output, design.path(w.target), w.input) for w in node.wires)
    twins = sorted(design.path(each.id) for each in design.walk() if node.tie is not None and each.tie == node.tie)
    kind = catalog.get(node.type)
    drawn = {option.name for option in kind.options if option.drawn} if kind is not None else set()
    options = {name: value for name, value in node.options.items() if name not in drawn}
    return node.type, options, node.frozen, wires, twins, None if custom is None else custom.source


class DesignPicture(QWidget):
    """A whole design, as wide as there is room for at most, with outlines around some of its cards."""

    def __init__(self, design: Design, facts: shapes.Facts, marked: Mapping[NodeId, str]) -> None:
        super().__init__()
        looks = style.current()
        layout = arrange(design, design.root, looks.metrics, None)
        self.drawing = Drawing(layout, shapes.check(design, facts), Speaker(design, shapes.check(design, facts)), looks)
        self.marked = marked
        self._area = export.area_of(self.drawing)
        self._image = QImage()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        return self._area.size().toSize()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(min(width / self._area.width(), 1.0) * self._area.height())

    @property
    def scale(self) -> float:
        """Pixels of a canvas unit."""
        return min(self.width() / self._area.width(), 1.0)

    def outline(self, node: NodeId) -> QRectF:
        """Where a card, or what holds it where that is folded, is outlined."""
        box = self.drawing.layout.boxes[node]
        scale = self.scale
        return QRectF(
            (box.x - self._area.x() - APART) * scale, (box.y - self._area.y() - APART) * scale,
            (box.width + 2 * APART) * scale, (box.height + 2 * APART) * scale,
        )  # fmt: skip

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._image.isNull():
            self._image = export.image(self.drawing, 1.5 * ratio)
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        size = self._area.size() * self.scale
        painter.drawImage(QRectF(0, 0, size.width(), size.height()), self._image)
        for node, mark in self.marked.items():
            if node in self.drawing.layout.boxes:
                painter.setPen(QPen(color_of(mark), OUTLINE))
                painter.drawRoundedRect(self.outline(node), theme.RADIUS, theme.RADIUS)


def color_of(mark: str) -> QColor:
    """Red is gone, green new, and the accent changed."""
    shown = theme.current()
    return {GONE: shown.problem, NEW: shown.ok, CHANGED: shown.accent}[mark]


class RunDifference(Dialog):
    """Each run with its name over its design, and in words what is otherwise."""

    def __init__(
        self,
        names: Sequence[str],
        designs: Sequence[Design],
        facts: shapes.Facts,
        told: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("run_difference")
        self.setWindowTitle(self.tr("Difference of two runs"))
        self.resize(QSize(1080, 640))
        self.told = Label("\n".join(told) or self.tr("Both have the same settings and design."))
        self.told.setObjectName("run_difference.told")
        self.told.setWordWrap(True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        marked = marks(designs[0], designs[1])
        self.pictures = tuple(DesignPicture(design, facts, own) for design, own in zip(designs, marked, strict=True))
        grid = QGridLayout()
        for place, (name, picture) in enumerate(zip(names, self.pictures, strict=True)):
            title = Label(name)
            title.setProperty("look", "section")
            area = QScrollArea()
            area.setWidget(picture)
            area.setWidgetResizable(True)
            picture.setAccessibleName(name)
            grid.addWidget(title, 0, place)
            grid.addWidget(area, 1, place)
            grid.setColumnStretch(place, 1)
        close = push_button(self.tr("Close"), "primary", "run_difference.close")
        close.clicked.connect(self.accept)
        legend, bottom, column = Label(self._legend()), QHBoxLayout(), QVBoxLayout(self)
        legend.setProperty("look", "note")
        bottom.addWidget(legend, 1)
        bottom.addWidget(close)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.told)
        column.addLayout(grid, 1)
        column.addLayout(bottom)

    def _legend(self) -> str:
        counts = [mark for picture in self.pictures for mark in picture.marked.values()]
        return " \u00b7 ".join(self._counted(counts)) or self.tr("No layer is otherwise.")

    def _counted(self, found: Sequence[str]) -> Iterator[str]:
        texts = {
            GONE: self.tr("red: {count} only in the first"),
            NEW: self.tr("green: {count} only in the second"),
            CHANGED: self.tr("blue: {count} changed"),
        }
        for mark, text in texts.items():
            count = found.count(mark) // (2 if mark == CHANGED else 1)
            if count:
                yield text.format(count=count)
