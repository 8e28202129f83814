"""The class that all batch normalisations are, for those who look for them in a network."""

from core.nn.layers.batch_norm import _BatchNorm as _BatchNorm
