"""Classes and indices as vectors."""

from __future__ import annotations

import numpy as np

from core.backend import Array, namespace
from core.tensor import Tensor, tensor_of

__all__ = ["one_hot"]


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """A new last dimension with 1 at the class that each element names and 0 elsewhere, as int64."""
    classes: Array = tensor._array
    if classes.dtype != np.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    count = int(classes.max()) + 1 if num_classes == -1 else num_classes
    if classes.size and (int(classes.min()) < 0 or int(classes.max()) >= count):
        raise RuntimeError("Class values must be non-negative and smaller than num_classes.")
    xp = namespace(classes)
    return tensor_of((classes[..., None] == xp.arange(count)).astype(xp.int64))
