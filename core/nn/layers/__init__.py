"""Layers, a family a file. Each lists in `__all__` what `core.nn` shows of it."""
