"""Modules of one's own, their parameters, shapes found by the first batch, shared layers, initialisation, files."""

import tempfile
from pathlib import Path

import core as torch
from core import nn
from core.nn import functional as F

torch.manual_seed(3)


class FixedHidden(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("fixed", torch.rand((8, 8)))
        self.linear = nn.LazyLinear(8)

    def forward(self, X):
        X = F.relu(self.linear(X) @ self.fixed + 1)
        X = self.linear(X)
        while X.abs().sum() > 1:
            X = X / 2
        return X.sum()


def start(module):
    if type(module) is nn.Linear:
        nn.init.xavier_uniform_(module.weight)
        nn.init.constant_(module.bias, 0.5)


chimera = nn.Sequential(nn.LazyLinear(4), nn.Tanh(), nn.Linear(4, 8), FixedHidden())
print(chimera, chimera[0].weight)
print(chimera(torch.rand(size=(2, 5))))
print(chimera.apply(start)(torch.ones(2, 5)), [(name, each.shape) for name, each in chimera.named_parameters()])
print({name: type(each).__name__ for name, each in chimera.named_modules()})

shared = nn.Linear(4, 4)
tied = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), shared, nn.ReLU(), shared)
tied[2].weight.data[0, 0] = 100
print(tied[4].weight.data[0], len(list(tied.parameters())), list(tied.state_dict()))
tied(torch.ones(2, 3)).sum().backward()
print(tied[2].weight.grad, tied[2].bias)

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "chimera.params"
    torch.save({"state": chimera.state_dict(), "numbers": [torch.arange(3), 1.5]}, path)
    found = torch.load(path)
twin = nn.Sequential(nn.LazyLinear(4), nn.Tanh(), nn.Linear(4, 8), FixedHidden())
print(twin.load_state_dict(found["state"]), found["numbers"], twin.eval())
print(twin(torch.ones(2, 5)) == chimera(torch.ones(2, 5)))
