"""Only for PyTorch's name `torch.utils.data`."""

from core.utils import data as data
