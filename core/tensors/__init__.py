"""Tensor, what it is made of, how it prints, and how PyTorch's functions may be called with it."""
