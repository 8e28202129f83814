"""PyTorch's own files, .pt and .pth: `save` and `load` interoperate with `torch.save` and `torch.load`."""

from core.files.pt.archive import TensorFileError
from core.files.pt.loading import load
from core.files.pt.saving import save

__all__ = ["TensorFileError", "load", "save"]
