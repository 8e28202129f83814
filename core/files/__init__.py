"""Files of weights: named arrays, written whole and read with distrust."""

from core.files.safetensors import read_tensors, write_tensors

__all__ = ["read_tensors", "write_tensors"]
