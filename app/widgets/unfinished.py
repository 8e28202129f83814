"""What the user has typed and not yet entered: it is taken before a command that needs it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.widgets.committed_field import settle_fields
from app.widgets.dialog import Dialog


def take_what_is_typed(window: QWidget) -> bool:
    """Whether everything that stands in fields and editors of code counts now. If not, the first that cannot be taken
    has the keyboard, and says why."""
    return settle_fields(window) and all(dialog.settle() for dialog in window.findChildren(Dialog))
