"""The networks of the engine's benchmark, built with whichever library is given: PyTorch or ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple

import numpy as np

Step = Callable[[], None]
Library = ModuleType


class Task(NamedTuple):
    """A network and the data it is trained on. `classes`: how many; 0 for a network whose output is its target."""

    build: Callable[[Library], Any]
    shape: tuple[int, ...]
    classes: int


def mlp(*sizes: int) -> Callable[[Library], Any]:
    """Linear layers with ReLU between them."""

    def build(torch: Library) -> Any:
        layers: list[Any] = []
        for inputs, outputs in pairwise(sizes):
            layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
        return torch.nn.Sequential(*layers[:-1])

    return build


def lenet(torch: Library) -> Any:
    """LeNet-5 as it is taught today: ReLU and max pooling."""
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


def resnet(torch: Library) -> Any:
    """A stem of 64 channels, one residual block and global pooling."""
    nn = torch.nn

    class BasicBlock(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(64, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
                nn.Conv2d(64, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64),
            )  # fmt: skip
            self.relu = nn.ReLU()

        def forward(self, x: Any) -> Any:
            return self.relu(self.body(x) + x)

    return nn.Sequential(
        nn.Conv2d(3, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64), nn.ReLU(), BasicBlock(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10),
    )  # fmt: skip


def lstm(torch: Library) -> Any:
    """An LSTM whose last state names the class."""
    nn = torch.nn

    class Reader(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(64, 128, batch_first=True)
            self.head = nn.Linear(128, 10)

        def forward(self, x: Any) -> Any:
            return self.head(self.lstm(x)[0][:, -1])

    return Reader()


def transformer(torch: Library) -> Any:
    """One encoder layer, which learns to give its input back."""
    return torch.nn.TransformerEncoderLayer(128, 4, dim_feedforward=512, batch_first=True)


TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "MLP 64-64-10, batch 32": Task(mlp(64, 64, 10), (32, 64), 10),
        "MLP 784-256-10, batch 256": Task(mlp(784, 256, 10), (256, 784), 10),
        "LeNet-5, batch 64": Task(lenet, (64, 1, 28, 28), 10),
        "ResNet block net, 32x32, batch 32": Task(resnet, (32, 3, 32, 32), 10),
        "LSTM 64-128, 50 steps, batch 32": Task(lstm, (32, 50, 64), 10),
        "Transformer layer 128, batch 16x64": Task(transformer, (16, 64, 128), 0),
    }
)


def batch(task: Task) -> tuple[Any, Any]:
    """Inputs and targets, the same for everybody."""
    generator = np.random.default_rng(0)
    inputs = generator.standard_normal(task.shape, dtype=np.float32)
    return inputs, generator.integers(0, task.classes, task.shape[0]) if task.classes else inputs


def training_step(torch: Library, task: Task, optimizer: str, **options: Any) -> Step:
    """Forward, loss, backward and the optimiser's step, made with PyTorch or ours."""
    torch.manual_seed(0)
    net = task.build(torch)
    inputs, targets = (torch.from_numpy(each) for each in batch(task))
    loss = torch.nn.CrossEntropyLoss() if task.classes else torch.nn.MSELoss()
    steps = getattr(torch.optim, optimizer)(net.parameters(), lr=1e-3, **options)

    def step() -> None:
        steps.zero_grad()
        loss(net(inputs), targets).backward()
        steps.step()

    return step
