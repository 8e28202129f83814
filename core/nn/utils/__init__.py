"""What PyTorch keeps in `nn.utils`: the name is its own. Gradient clipping, packed sequences, parametrisations."""

from core.nn.utils import fusion as fusion
from core.nn.utils import parametrizations as parametrizations
from core.nn.utils import parametrize as parametrize
from core.nn.utils import prune as prune
from core.nn.utils import rnn as rnn
from core.nn.utils.clip_grad import clip_grad_norm as clip_grad_norm
from core.nn.utils.clip_grad import clip_grad_norm_ as clip_grad_norm_
from core.nn.utils.clip_grad import clip_grad_value_ as clip_grad_value_
from core.nn.utils.clip_grad import clip_grads_with_norm_ as clip_grads_with_norm_
from core.nn.utils.clip_grad import get_total_norm as get_total_norm
from core.nn.utils.convert_parameters import parameters_to_vector as parameters_to_vector
from core.nn.utils.convert_parameters import vector_to_parameters as vector_to_parameters
from core.nn.utils.fusion import fuse_conv_bn_eval as fuse_conv_bn_eval
from core.nn.utils.fusion import fuse_conv_bn_weights as fuse_conv_bn_weights
from core.nn.utils.fusion import fuse_linear_bn_eval as fuse_linear_bn_eval
from core.nn.utils.fusion import fuse_linear_bn_weights as fuse_linear_bn_weights
from core.nn.utils.init import skip_init as skip_init
from core.nn.utils.spectral_norm import remove_spectral_norm as remove_spectral_norm
from core.nn.utils.spectral_norm import spectral_norm as spectral_norm
from core.nn.utils.weight_norm import remove_weight_norm as remove_weight_norm
from core.nn.utils.weight_norm import weight_norm as weight_norm
