"""Layers, activations and losses as functions. Each family of them lists in `__all__` what it gives."""

from core.nn.functional.activation import *
from core.nn.functional.adaptive_pooling import *
from core.nn.functional.attention import *
from core.nn.functional.convolution import *
from core.nn.functional.cross_entropy import *
from core.nn.functional.ctc import *
from core.nn.functional.distance import *
from core.nn.functional.dropout import *
from core.nn.functional.embedding import *
from core.nn.functional.folding import *
from core.nn.functional.fractional_pooling import *
from core.nn.functional.grid import *
from core.nn.functional.linear import *
from core.nn.functional.linear_cross_entropy import *
from core.nn.functional.loss import *
from core.nn.functional.margin_loss import *
from core.nn.functional.multi_head import *
from core.nn.functional.normalization import *
from core.nn.functional.padding import *
from core.nn.functional.pixel_shuffle import *
from core.nn.functional.pooling import *
from core.nn.functional.rectifier import *
from core.nn.functional.resampling import *
from core.nn.functional.softmax import *
from core.nn.functional.unpooling import *
from core.tensors.calling import offered as _offered

# These look at their arguments before an operation does, and warn of nothing at the line of the caller.
for _name in (
    "conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d cosine_similarity dropout embedding glu "
    "grid_sample gumbel_softmax hinge_embedding_loss multi_margin_loss multilabel_margin_loss nll_loss one_hot "
    "pdist prelu soft_margin_loss"
).split():
    globals()[_name] = _offered(globals()[_name], __name__, _name, takes_out=False)
