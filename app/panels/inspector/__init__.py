"""The inspector: what is selected, to read and to change."""

from app.panels.inspector.inspector import Inspector

__all__ = ["Inspector"]
