"""Data looked at before anything is learned from them: samples, classes, features."""

from app.dialogs.data_view.view import DataView

__all__ = ["DataView"]
