"""Linear regression from scratch, then with layers, a loader and an optimiser."""

import core as torch
from core import nn
from core.utils.data import DataLoader, TensorDataset

torch.manual_seed(1)
true_w, true_b = torch.tensor([2.0, -3.4]), 4.2
features = torch.normal(0, 1, size=(60, 2))
labels = (torch.matmul(features, true_w) + true_b).reshape(-1, 1)
labels += torch.normal(0, 0.01, labels.shape)

w = torch.normal(0, 0.01, size=(2, 1), requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(3):
    for rows in torch.randperm(60).split(16):
        loss = ((features[rows] @ w + b - labels[rows]) ** 2 / 2).mean()
        loss.backward()
        with torch.no_grad():
            for param in (w, b):
                param -= 0.3 * param.grad
                param.grad.zero_()
    print(f"epoch {epoch}, loss {loss:.6f}")
print("off by", true_w - w.reshape(true_w.shape), true_b - b)

net = nn.Sequential(nn.LazyLinear(1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, weight_decay=1e-3)
print(net, optimizer)
net(features)
net[0].weight.data.normal_(0, 0.01)
net[0].bias.data.fill_(0)
for _ in range(2):
    for X, y in DataLoader(TensorDataset(features, labels), batch_size=16, shuffle=True):
        loss = nn.functional.mse_loss(net(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(loss, net[0].weight.norm().item())
