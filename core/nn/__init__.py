"""Layers, containers and losses."""

from core.nn import functional, init
from core.nn.activation import ELU, GELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh
from core.nn.containers import ModuleDict, ModuleList, Sequential
from core.nn.dropout import Dropout
from core.nn.linear import Identity, LazyLinear, Linear
from core.nn.loss import BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, MSELoss, NLLLoss
from core.nn.module import Module
from core.nn.normalization import BatchNorm1d, LayerNorm
from core.nn.parameter import Parameter, UninitializedParameter
from core.nn.parameter_containers import ParameterDict, ParameterList
from core.nn.shape import Flatten, Unflatten

__all__ = [
    "ELU",
    "GELU",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "CrossEntropyLoss",
    "Dropout",
    "Flatten",
    "Identity",
    "L1Loss",
    "LayerNorm",
    "LazyLinear",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "Module",
    "ModuleDict",
    "ModuleList",
    "NLLLoss",
    "Parameter",
    "ParameterDict",
    "ParameterList",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "Unflatten",
    "UninitializedParameter",
    "functional",
    "init",
]
