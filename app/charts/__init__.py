"""Curves and bars, drawn by the program itself.

They do not come from a plotting library because of time: pyqtgraph takes 0.4 s to import and draws twelve curves of 600
points in 14 ms, which the window's event loop feels; the same curves as short lines, drawn in one call each, take 3 ms.
"""
