from torch import nn


class NestMLP(nn.Module):
    """A module that holds a Sequential beside a layer of its own."""

    def __init__(self, in_features: int, units: int = 16):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(in_features, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU())
        self.linear = nn.Linear(32, units)

    def forward(self, x):
        return self.linear(self.net(x))
