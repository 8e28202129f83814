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


def unet(torch: Library) -> Any:
    """Two levels, with what was found on the way down beside what comes up."""
    nn = torch.nn

    def block(inputs: int, outputs: int) -> Any:
        return nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.Conv2d(outputs, outputs, 3, padding=1), nn.ReLU()
        )

    class Net(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.down1, self.down2, self.bottom = block(3, 16), block(16, 32), block(32, 64)
            self.up2, self.up1 = nn.ConvTranspose2d(64, 32, 2, stride=2), nn.ConvTranspose2d(32, 16, 2, stride=2)
            self.join2, self.join1, self.head = block(64, 32), block(32, 16), nn.Conv2d(16, 3, 1)
            self.pool = nn.MaxPool2d(2)

        def forward(self, x: Any) -> Any:
            first = self.down1(x)
            second = self.down2(self.pool(first))
            up = self.join2(torch.cat([self.up2(self.bottom(self.pool(second))), second], 1))
            return self.head(self.join1(torch.cat([self.up1(up), first], 1)))

    return Net()


def vgg(torch: Library) -> Any:
    """A stem and a block of two convolutions with pooling behind."""
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(3, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.Conv2d(128, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 10),
    )  # fmt: skip


def separable(torch: Library) -> Any:
    """A stem and two blocks, each a convolution of single channels and one of single places, as in MobileNet."""
    nn = torch.nn

    def block(inputs: int, outputs: int, stride: int) -> list[Any]:
        return [
            nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False), nn.BatchNorm2d(inputs), nn.ReLU(),
            nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
        ]  # fmt: skip

    stem = [nn.Conv2d(3, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU()]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 10)]
    return nn.Sequential(*stem, *block(32, 64, 1), *block(64, 128, 2), *head)


LAYERS: Mapping[str, Callable[[Library], Any]] = MappingProxyType(
    {
        "LayerNorm": lambda torch: torch.nn.LayerNorm(1024),
        "GELU": lambda torch: torch.nn.GELU(),
        "hardswish": lambda torch: torch.nn.Hardswish(),
        "Softmax": lambda torch: torch.nn.Softmax(1),
        "Dropout": lambda torch: torch.nn.Dropout(),
    }
)
"""Layers alone, on a million numbers."""


TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "MLP 64-64-10, batch 32": Task(mlp(64, 64, 10), (32, 64), 10),
        "MLP 784-256-10, batch 256": Task(mlp(784, 256, 10), (256, 784), 10),
        "LeNet-5, batch 64": Task(lenet, (64, 1, 28, 28), 10),
        "ResNet block net, 32x32, batch 32": Task(resnet, (32, 3, 32, 32), 10),
        "LSTM 64-128, 50 steps, batch 32": Task(lstm, (32, 50, 64), 10),
        "Transformer layer 128, batch 16x64": Task(transformer, (16, 64, 128), 0),
        "U-Net of two levels, 32x32, batch 16": Task(unet, (16, 3, 32, 32), 0),
        "VGG block, 32x32, batch 16": Task(vgg, (16, 3, 32, 32), 10),
        "depthwise-separable block, 32x32, batch 16": Task(separable, (16, 3, 32, 32), 10),
    }
)


def batch(task: Task) -> tuple[Any, Any]:
    """Inputs and targets, the same for everybody."""
    generator = np.random.default_rng(0)
    inputs = generator.standard_normal(task.shape, dtype=np.float32)
    return inputs, generator.integers(0, task.classes, task.shape[0]) if task.classes else inputs


def training_step(
    torch: Library, task: Task, optimizer: str, wrapped: Callable[[Any], Any] = lambda net: net, **options: Any
) -> Step:
    """Forward, loss, backward and the optimiser's step, made with PyTorch or ours."""
    torch.manual_seed(0)
    net = wrapped(task.build(torch))
    inputs, targets = (torch.from_numpy(each) for each in batch(task))
    loss = torch.nn.CrossEntropyLoss() if task.classes else torch.nn.MSELoss()
    steps = getattr(torch.optim, optimizer)(net.parameters(), lr=1e-3, **options)

    def step() -> None:
        steps.zero_grad()
        loss(net(inputs), targets).backward()
        steps.step()

    return step


def planned_step(torch: Library, task: Task, optimizer: str) -> Step:
    """As `training_step`, with our engine's plan."""
    from core.plan import PlannedStep

    torch.manual_seed(0)
    net = task.build(torch)
    inputs, targets = (torch.from_numpy(each) for each in batch(task))
    loss = torch.nn.CrossEntropyLoss() if task.classes else torch.nn.MSELoss()
    planned = PlannedStep(net, loss)
    steps = getattr(torch.optim, optimizer)(net.parameters(), lr=1e-3)

    def step() -> None:
        steps.zero_grad()
        planned(inputs, targets)
        steps.step()

    return step


def layer_step(torch: Library, name: str) -> Step:
    """One layer, forward and backward."""
    generator = np.random.default_rng(0)
    layer = LAYERS[name](torch)
    x, grad = (torch.tensor(generator.standard_normal((1024, 1024), dtype=np.float32)) for _ in range(2))
    x.requires_grad_()

    def step() -> None:
        x.grad = None
        layer(x).backward(grad)

    return step
