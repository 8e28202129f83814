"""Layers, containers and losses. Each family of layers lists in `__all__` what it gives."""

from core import methods as methods
from core.nn import functional as functional
from core.nn import init as init
from core.nn import modules as modules
from core.nn import parallel as parallel
from core.nn import utils as utils
from core.nn.containers import ModuleDict as ModuleDict
from core.nn.containers import ModuleList as ModuleList
from core.nn.containers import Sequential as Sequential
from core.nn.layers.activation import *
from core.nn.layers.adaptive_pooling import *
from core.nn.layers.adaptive_softmax import *
from core.nn.layers.attention import *
from core.nn.layers.batch_norm import *
from core.nn.layers.convolution import *
from core.nn.layers.distance import *
from core.nn.layers.dropout import *
from core.nn.layers.embedding import *
from core.nn.layers.folding import *
from core.nn.layers.fractional_pooling import *
from core.nn.layers.lazy_convolution import *
from core.nn.layers.linear import *
from core.nn.layers.linear_cross_entropy import *
from core.nn.layers.loss import *
from core.nn.layers.margin_loss import *
from core.nn.layers.normalization import *
from core.nn.layers.padding import *
from core.nn.layers.pixel_shuffle import *
from core.nn.layers.pooling import *
from core.nn.layers.rectifier import *
from core.nn.layers.recurrent import *
from core.nn.layers.recurrent_cells import *
from core.nn.layers.resampling import *
from core.nn.layers.shape import *
from core.nn.layers.softmax import *
from core.nn.layers.transformer import *
from core.nn.module import Module as Module
from core.nn.parallel import DataParallel as DataParallel
from core.nn.parameter import Buffer as Buffer
from core.nn.parameter import Parameter as Parameter
from core.nn.parameter import UninitializedBuffer as UninitializedBuffer
from core.nn.parameter import UninitializedParameter as UninitializedParameter
from core.nn.parameter_containers import ParameterDict as ParameterDict
from core.nn.parameter_containers import ParameterList as ParameterList
