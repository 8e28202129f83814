"""Curves and bars, drawn by the program itself.

They do not come from a plotting library because of time, see `benchmarks/plots.py`: what one takes for an update of
twelve curves is felt in the window's event loop. Short lines, drawn in one call a curve, take less than a third of it.
"""
