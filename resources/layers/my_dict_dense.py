import torch
from torch import nn


class MyDictDense(nn.Module):
    """Parameters by name, one of which an argument chooses."""

    def __init__(self, in_units: int, units: int = 4, choice: str = "linear1"):
        super().__init__()
        self.choice = choice
        self.params = nn.ParameterDict(
            {
                "linear1": nn.Parameter(torch.randn(in_units, units)),
                "linear2": nn.Parameter(torch.randn(in_units, 1)),
            }
        )
        self.params.update({"linear3": nn.Parameter(torch.randn(in_units, 2))})

    def forward(self, x):
        return torch.mm(x, self.params[self.choice])
