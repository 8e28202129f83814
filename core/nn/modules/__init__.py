"""Where PyTorch keeps its layers; what is used under that address."""

from core.nn import lazy as lazy
from core.nn.modules import batchnorm as batchnorm
from core.nn.modules import module as module
