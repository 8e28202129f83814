"""Samples: datasets and loaders as in PyTorch, and readers that make arrays of files."""
