"""Schedulers: the learning rate as a function of the epoch, or of how training goes."""

from core.optim.lr_scheduler.combined import ChainedScheduler, SequentialLR
from core.optim.lr_scheduler.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from core.optim.lr_scheduler.cyclic import CyclicLR
from core.optim.lr_scheduler.decaying import (
    ConstantLR,
    ExponentialLR,
    LinearLR,
    MultiStepLR,
    PolynomialLR,
    StepLR,
)
from core.optim.lr_scheduler.one_cycle import OneCycleLR
from core.optim.lr_scheduler.own_function import LambdaLR, MultiplicativeLR
from core.optim.lr_scheduler.plateau import ReduceLROnPlateau
from core.optim.lr_scheduler.scheduler import LRScheduler

__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]
