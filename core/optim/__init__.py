"""Optimisers."""

from core.optim.adam import Adam, AdamW
from core.optim.optimizer import Optimizer
from core.optim.sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer"]
