"""The small widgets that stand on the canvas."""
