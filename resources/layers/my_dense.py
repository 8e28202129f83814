import torch
from torch import nn
from torch.nn import functional as F


class MyDense(nn.Module):
    """A fully connected layer with a ReLU behind it, written out."""

    def __init__(self, in_units: int, units: int = 10):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(in_units, units) / in_units**0.5)
        self.bias = nn.Parameter(torch.zeros(units))

    def forward(self, x):
        return F.relu(torch.matmul(x, self.weight) + self.bias)
