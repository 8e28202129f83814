"""The menu of devices to train on."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyle, QStyleOptionComboBox, QWidget

from app.document.document import Document
from app.engine.trainer import Trainer
from app.look import theme, units
from app.widgets import dot
from app.widgets.plain_tip import plain_tip
from core.design import edits
from core.training.messages import Device, Devices

MARGINS = 64
"""Pixels around the text: dot, arrow, edges."""
GAP = 6
"""Pixels that a style leaves between the dot and the text."""


class DeviceField(QComboBox):
    """The devices there are, with their free memory, and the design's own; what is chosen goes into the design.

    `brief`: names alone, and the rest in the tool tips.
    """

    def __init__(
        self, document: Document, trainer: Trainer, parent: QWidget | None = None, brief: bool = False
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Device"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setIconSize(QSize(dot.SIZE, dot.SIZE))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._document = document
        self._brief = brief
        self._found = Devices((Device("cpu", ""),))
        self.activated.connect(self._choose)
        trainer.devices_found.connect(self._take)
        document.design_changed.connect(self._show)
        theme.notifier.changed.connect(self._fill)
        self._fill()

    @property
    def device(self) -> Device:
        """The design's device, as far as it is known."""
        name = self._document.design.settings.device
        missing = Device(name, "", problem=self.tr("There is no {device} in this machine.").format(device=name))
        return next((device for device in self._found.devices if device.name == name), missing)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, part, self).width() - dot.SIZE - GAP
        option.currentText = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)

    def showPopup(self) -> None:
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + MARGINS // 2)
        super().showPopup()

    def _take(self, found: Devices) -> None:
        self._found = found
        self._fill()

    def _fill(self) -> None:
        self.clear()
        devices = self._found.devices
        if self.device not in devices:
            devices = (*devices, self.device)
        for device in devices:
            self._add(device)
        if self._found.reason and len(self._found.devices) == 1:
            self.addItem(self._found.reason)
            self._disable(self.count() - 1)
        self._show()

    def _add(self, device: Device) -> None:
        shown, text = theme.current(), self._text(device)
        color = shown.problem if device.problem else shown.ok
        self.addItem(dot.dot_icon(color), device.name if self._brief else text, device.name)
        self.setItemData(self.count() - 1, plain_tip(device.problem or text), Qt.ItemDataRole.ToolTipRole)
        if device.problem:
            self._disable(self.count() - 1)

    def _text(self, device: Device) -> str:
        text = f"{device.name} {device.title}".strip()
        if device.problem:
            return text + " · " + self.tr("cannot be used")
        return text + " · " + self.tr("{memory} free").format(memory=units.memory(device.free)) if device.free else text

    def _disable(self, row: int) -> None:
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        model.item(row).setEnabled(False)

    def _show(self) -> None:
        name = self._document.design.settings.device
        if self.findData(name) < 0 and name:
            self._fill()
            return
        self.setCurrentIndex(self.findData(name))
        if not self._brief:
            # At most as wide as what is chosen: the reason why there is no GPU, which is in the list, too, may be long.
            self.setMaximumWidth(self.fontMetrics().horizontalAdvance(self.currentText()) + MARGINS)
        self.setToolTip(plain_tip(self.device.problem or self._found.reason or self._text(self.device)))

    def _choose(self, row: int) -> None:
        design, name = self._document.design, self.itemData(row)
        settings = replace(design.settings, device=name)
        self._document.attempt(
            self.tr("Choose {device}").format(device=name), lambda: edits.set_settings(design, settings)
        )
