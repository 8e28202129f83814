"""Makes the .onnx files of the tests with both of PyTorch's exporters: python -m, with torch and onnxscript.

What the newer exporter says of lines of source is left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx
import torch
import torch.nn.functional as F
from torch import nn

FOLDER = Path(__file__).with_name("files")


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 5, padding=2)
        self.conv2 = nn.Conv2d(4, 6, 5)
        self.fc1 = nn.Linear(6 * 5 * 5, 20)
        self.fc2 = nn.Linear(20, 16)
        self.fc3 = nn.Linear(16, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


class Block(nn.Module):
    def __init__(self, i, o, s):
        super().__init__()
        self.conv1 = nn.Conv2d(i, o, 3, s, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(o)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(o, o, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(o)
        self.downsample = (
            nn.Sequential(nn.Conv2d(i, o, 1, s, bias=False), nn.BatchNorm2d(o)) if s != 1 or i != o else None
        )

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.downsample is not None:
            x = self.downsample(x)
        return self.relu(y + x)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(6)
        self.relu = nn.ReLU(True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Block(6, 6, 1), Block(6, 6, 1))
        self.layer2 = nn.Sequential(Block(6, 8, 2), Block(8, 8, 1))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer2(self.layer1(x))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Flatten(),
            nn.Linear(64, 20),
            nn.GELU(),
            nn.LayerNorm(20),
            nn.Dropout(0.1),
            nn.Linear(20, 20),
            nn.SiLU(),
            nn.Linear(20, 10),
        )

    def forward(self, x):
        return F.log_softmax(self.net(x), 1)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(20, 8)
        self.lstm = nn.LSTM(8, 6, num_layers=2, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(12, 3)

    def forward(self, x):
        y, _ = self.lstm(self.embed(x))
        return self.fc(y[:, -1])


class Simple(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(5, 6, batch_first=True)
        self.fc = nn.Linear(6, 3)

    def forward(self, x):
        _, (h, _) = self.lstm(x)
        return self.fc(h[-1])


NETWORKS: dict[str, tuple[Any, Any]] = {
    "lenet": (LeNet, torch.rand(2, 1, 28, 28)),
    "resnet": (ResNet, torch.rand(2, 3, 32, 32)),
    "mlp": (MLP, torch.rand(2, 1, 8, 8)),
    "lstm": (Recurrent, torch.randint(0, 20, (2, 7))),
    "lstm_state": (Simple, torch.rand(2, 7, 5)),
}


def make() -> None:
    for name, (kind, sample) in NETWORKS.items():
        torch.manual_seed(0)
        network = kind().eval()
        for buffer in network.buffers():
            if buffer.dtype == torch.float32:
                buffer.copy_(torch.rand_like(buffer) + 0.5)
        first, second = FOLDER / f"{name}-script.onnx", FOLDER / f"{name}-dynamo.onnx"
        torch.onnx.export(
            network, (sample,), str(first), dynamo=False, opset_version=17, input_names=["input"],
            output_names=["output"], dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}},
        )  # fmt: skip
        torch.onnx.export(
            network, (sample,), str(second), dynamo=True, opset_version=18, dynamic_shapes=({0: "batch"},),
            external_data=False, verbose=False,
        )  # fmt: skip
        model = onnx.load(second)
        for node in model.graph.node:
            kept = [entry for entry in node.metadata_props if entry.key == "pkg.torch.onnx.name_scopes"]
            del node.metadata_props[:]
            node.metadata_props.extend(kept)
        onnx.save(model, second)


if __name__ == "__main__":
    make()
