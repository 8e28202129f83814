"""Buttons in one of the looks of the style sheet."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton


def push_button(text: str, look: str = "", name: str = "") -> QPushButton:
    """A button; `look` is "", "accent", "primary" or "link", `name` its object name."""
    button = QPushButton(text)
    button.setProperty("look", look)
    button.setAutoDefault(False)
    if name:
        button.setObjectName(name)
    return button
