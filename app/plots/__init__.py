"""Curves, bars and histograms over time, drawn by pyqtgraph.

What imports pyqtgraph is in `graph`, `bars` and `over_time`; the widgets around them fetch it when they are first
shown, or when `warm_up` did before, so that the window's first picture does not wait for it.
"""

from __future__ import annotations


def warm_up() -> None:
    """Import what the first plot would wait for, a quarter of a second: to be called in a thread of its own."""
    from app.look.guard import guard_overrides
    from app.plots import bars, graph, over_time  # noqa: F401

    guard_overrides()
