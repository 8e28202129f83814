"""The window: puts everything together."""
