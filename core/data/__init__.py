"""Samples: datasets and loaders as in PyTorch, and readers that make arrays of files."""

from core import methods as methods
