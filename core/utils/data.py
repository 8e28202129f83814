"""Datasets and loaders under PyTorch's name `torch.utils.data`. They live in `core.data`."""

from importlib import import_module
from typing import Any

from core.data.collate import default_collate, default_convert
from core.data.dataset import (
    ChainDataset,
    ConcatDataset,
    Dataset,
    IterableDataset,
    StackDataset,
    Subset,
    TensorDataset,
    random_split,
)
from core.data.loader import DataLoader
from core.data.sampler import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)
from core.data.worker import get_worker_info
from core.paths import PATHS

__path__: list[str] = []  # PyTorch has modules within: see core.paths

__all__ = [
    "BatchSampler",
    "ChainDataset",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "StackDataset",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "WeightedRandomSampler",
    "default_collate",
    "default_convert",
    "get_worker_info",
    "random_split",
]


def __getattr__(name: str) -> Any:
    """PyTorch's modules within."""
    if f"core.utils.data.{name}" not in PATHS:
        raise AttributeError(f"module 'core.utils.data' has no attribute '{name}'")
    return import_module(f"core.utils.data.{name}")
