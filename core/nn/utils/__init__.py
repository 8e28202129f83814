"""What PyTorch keeps in `nn.utils`: the name is its own. Gradient clipping, packed sequences, parametrisations."""

from core.nn.utils import rnn as rnn
