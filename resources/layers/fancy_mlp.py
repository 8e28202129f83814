import torch
from torch import nn
from torch.nn import functional as F


class FancyMLP(nn.Module):
    """Python decides what happens: a constant, one layer used twice, and loops that depend on the numbers."""

    def __init__(self, in_features: int, width: int = 20):
        super().__init__()
        # A constant that is not trained. As a buffer it is kept with the weights.
        self.register_buffer("rand_weight", torch.rand((width, width)))
        self.inner = nn.Linear(in_features, width)
        self.linear = nn.Linear(width, width)

    def forward(self, x):
        x = self.inner(x)
        x = F.relu(torch.mm(x, self.rand_weight) + 1)
        x = self.linear(x)
        x = self.linear(x)  # the same parameters once more
        while x.norm().item() > 1:
            x = x / 2
        if x.norm().item() < 0.8:
            x = x * 10
        return x.sum(dim=1, keepdim=True)  # one number a sample: a layer on the canvas keeps the batch
