"""Softmax regression from scratch, and a perceptron with dropout and weight decay for some of its parameters."""

import core as torch
from core import nn

torch.manual_seed(2)
images, labels = torch.rand(64, 1, 6, 6), torch.randint(0, 10, (64,))
W = torch.normal(0, 0.01, size=(36, 10), requires_grad=True)
b = torch.zeros(10, requires_grad=True)


def softmax(X):
    powers = torch.exp(X)
    return powers / powers.sum(1, keepdims=True)


def net(X):
    return softmax(torch.matmul(X.reshape((-1, W.shape[0])), W) + b)


def accuracy(scores, y):
    right = scores.argmax(axis=1).type(y.dtype) == y
    return float(right.type(torch.float32).mean())


for _ in range(4):
    loss = -torch.log(net(images)[range(64), labels]).mean()
    loss.backward()
    with torch.no_grad():
        for param in (W, b):
            param -= 2 * param.grad
            param.grad = None
    print(f"{loss.item():.5f} {accuracy(net(images), labels):.3f}")

mlp = nn.Sequential(nn.Flatten(), nn.Linear(36, 16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 10))
groups = [{"params": [mlp[1].weight, mlp[4].weight], "weight_decay": 0.1}, {"params": [mlp[1].bias, mlp[4].bias]}]
optimizer = torch.optim.Adam(groups, lr=0.01)
print(mlp, optimizer, sep="\n")
for _ in range(4):
    loss = nn.CrossEntropyLoss(label_smoothing=0.1)(mlp(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(loss)
mlp.eval()
print(mlp(images[:2]).softmax(-1), (mlp[1].weight ** 2).sum() / 2)
