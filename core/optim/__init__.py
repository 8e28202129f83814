"""Optimisers."""

from core.optim import lr_scheduler, swa_utils
from core.optim.adadelta import Adadelta
from core.optim.adafactor import Adafactor
from core.optim.adagrad import Adagrad
from core.optim.adam import Adam, AdamW
from core.optim.adamax import Adamax
from core.optim.asgd import ASGD
from core.optim.lbfgs import LBFGS
from core.optim.muon import Muon
from core.optim.nadam import NAdam
from core.optim.optimizer import Optimizer
from core.optim.radam import RAdam
from core.optim.rmsprop import RMSprop
from core.optim.rprop import Rprop
from core.optim.sgd import SGD

__all__ = [
    "ASGD",
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Muon",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
    "lr_scheduler",
    "swa_utils",
]
