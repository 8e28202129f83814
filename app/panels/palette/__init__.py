"""The palette: the layers to choose from."""

from app.panels.palette.palette import Palette

__all__ = ["Palette"]
