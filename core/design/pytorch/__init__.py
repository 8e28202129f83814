"""A design as PyTorch source: its classes, and a script that trains them anywhere PyTorch is."""
