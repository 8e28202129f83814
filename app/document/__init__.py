"""The design in hand: its history, its file, and what is remembered."""
