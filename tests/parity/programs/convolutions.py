"""Cross-correlation and batch normalisation by hand, and a small network with inception, residual and dense blocks."""

import core as torch
from core import nn
from core.nn import functional as F

torch.manual_seed(4)


def corr2d(X, K):
    h, w = K.shape
    Y = torch.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y


class BatchNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.gamma, self.beta = (
            nn.Parameter(torch.ones(1, channels, 1, 1)),
            nn.Parameter(torch.zeros(1, channels, 1, 1)),
        )
        self.register_buffer("mean", torch.zeros(1, channels, 1, 1))

    def forward(self, X):
        mean = X.mean(dim=(0, 2, 3), keepdim=True)
        var = ((X - mean) ** 2).mean(dim=(0, 2, 3), keepdim=True)
        self.mean = 0.9 * self.mean + 0.1 * mean.detach()
        return self.gamma * (X - mean) / torch.sqrt(var + 1e-5) + self.beta


class Block(nn.Module):
    def __init__(self, channels, stride=1):
        super().__init__()
        self.wide = nn.LazyConv2d(channels, kernel_size=3, padding=1, stride=stride)
        self.pointwise = nn.LazyConv2d(channels, kernel_size=1, stride=stride) if stride > 1 else None
        self.norm = nn.LazyBatchNorm2d()

    def forward(self, X):
        Y = self.norm(self.wide(X))
        Y += self.pointwise(X) if self.pointwise else X
        return torch.cat((F.relu(Y), F.max_pool2d(Y, 3, stride=1, padding=1)), dim=1)


edge = corr2d(torch.eye(4), torch.tensor([[1.0, -1.0], [0.5, 0.0]]))
print(edge, F.conv2d(torch.eye(4)[None, None], torch.tensor([[[[1.0, -1.0], [0.5, 0.0]]]])).squeeze() == edge)
net = nn.Sequential(
    nn.Conv2d(1, 6, kernel_size=5, padding=2), BatchNorm(6), nn.Sigmoid(), nn.AvgPool2d(2), Block(6), Block(4, 2),
    nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.LazyLinear(3),
)  # fmt: skip
X, y = torch.randn(8, 1, 12, 12), torch.arange(8) % 3
for layer in net:
    X = layer(X)
    print(layer.__class__.__name__, "output shape:\t", X.shape)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, nesterov=True)
X = torch.randn(8, 1, 12, 12)
for _ in range(4):
    loss = F.cross_entropy(net(X), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(f"{loss}")
print(net, net[1].mean.flatten(), net[4].norm.running_var, sep="\n")
