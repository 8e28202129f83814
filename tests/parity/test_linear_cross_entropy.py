"""Linear and cross entropy in one, as PyTorch has it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core

LAYERS = [
    ("nn.LinearCrossEntropyLoss(4, 3)", [0, 2]),
    ("nn.LinearCrossEntropyLoss(4, 3, bias=True, label_smoothing=0.1, reduction='sum')", [0, 2]),
    ("nn.LinearCrossEntropyLoss(4, 3, weight=torch.tensor([1.0, 2.0, 3.0]), ignore_index=2)", [1, 2]),
    ("nn.LinearCrossEntropyLoss(4, 3, out_features=(2,), bias=True, reduction='none')", [[0, 1], [2, 2]]),
]
ERRORS = [
    "F.linear_cross_entropy(torch.zeros(1, 2, 4), torch.zeros(3, 4), torch.tensor([0]))",
    "F.linear_cross_entropy(torch.zeros(2, 4), torch.zeros(4), torch.tensor([0, 1]))",
    "F.linear_cross_entropy(torch.zeros(2, 4), torch.zeros(3, 5), torch.tensor([0, 1]))",
    "F.linear_cross_entropy(torch.zeros(2, 4), torch.zeros(3, 4), torch.tensor([0, 1]), linear_bias=torch.zeros(2))",
    "F.linear_cross_entropy(torch.zeros(4), torch.zeros(3, 2, 4), torch.tensor([0, 1]))",
    "F.linear_cross_entropy(torch.zeros(2, 4), torch.zeros(3, 4), torch.zeros(2, 3), ignore_index=1)",
    "nn.LinearCrossEntropyLoss(4, 3, weight=torch.ones(2))",
    "nn.LinearCrossEntropyLoss(4, 3, label_smoothing=1.5)",
]


@pytest.mark.parametrize(("line", "target"), LAYERS)
def test_values_gradients_text_and_state(torch: Any, line: str, target: Any) -> None:
    found = []
    for library in (core, torch):
        library.manual_seed(2)
        layer = eval(line, {"nn": library.nn, "torch": library})
        x = library.tensor(np.linspace(-1, 1, 8, dtype=np.float32).reshape(2, 4), requires_grad=True)
        loss = layer(x, library.tensor(target))
        loss.sum().backward()
        found.append((repr(layer), [*layer.state_dict()], [loss.detach(), x.grad, layer.linear.weight.grad]))
    assert found[0][:2] == found[1][:2]
    for mine, theirs in zip(found[0][2], found[1][2], strict=True):
        np.testing.assert_allclose(mine.numpy(), theirs.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("line", ERRORS)
def test_errors(torch: Any, line: str) -> None:
    said = []
    for library in (core, torch):
        with pytest.raises(RuntimeError) as caught:
            eval(line, {"nn": library.nn, "F": library.nn.functional, "torch": library})
        said.append(str(caught.value))
    assert said[0] == said[1]
