"""Only for PyTorch's names `torch.utils.data` and `torch.utils.checkpoint`."""

from core.utils import checkpoint as checkpoint
from core.utils import data as data
