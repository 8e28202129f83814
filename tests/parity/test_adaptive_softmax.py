"""The adaptive softmax as PyTorch has it, from the first weights on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core

TARGETS = [0, 9, 10, 49, 50, 99, 3]


def made(library: Any, bias: bool) -> Any:
    library.manual_seed(4)
    return library.nn.AdaptiveLogSoftmaxWithLoss(32, 100, [10, 50], 2.0, bias)


@pytest.mark.parametrize("bias", [False, True])
def test_values_gradients_text_and_state(torch: Any, bias: bool) -> None:
    x = np.random.default_rng(0).normal(size=(7, 32)).astype(np.float32)
    found = []
    for library in (core, torch):
        layer = made(library, bias)
        output, loss = layer(library.tensor(x), library.tensor(TARGETS))
        loss.backward()
        numbers = [
            output,
            loss,
            layer.log_prob(library.tensor(x)),
            layer.head.weight.grad,
            layer.tail[1][0].weight.grad,
        ]
        classes = layer.predict(library.tensor(x)).tolist()
        found.append((repr(layer), [*layer.state_dict()], classes, [each.detach().numpy() for each in numbers]))
    assert found[0][:3] == found[1][:3]
    for mine, theirs in zip(found[0][3], found[1][3], strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-6)


def test_one_sample(torch: Any) -> None:
    x = np.linspace(-1, 1, 32, dtype=np.float32)
    results = [made(library, False)(library.tensor(x), library.tensor(60)) for library in (core, torch)]
    assert results[0].output.shape == ()
    np.testing.assert_allclose(results[0].loss.item(), results[1].loss.item(), rtol=1e-6)


@pytest.mark.parametrize(
    "line",
    [
        "nn.AdaptiveLogSoftmaxWithLoss(4, 10, [])",
        "nn.AdaptiveLogSoftmaxWithLoss(4, 10, [5, 2])",
        "nn.AdaptiveLogSoftmaxWithLoss(4, 10, [10])",
        "layer(torch.zeros(3, 32), torch.tensor([1, 20, 100]))",
        "layer(torch.zeros(3, 32), torch.tensor([1, 20]))",
        "layer(torch.zeros(3, 32), torch.tensor(1))",
        "layer(torch.zeros(32), torch.tensor([1]))",
        "layer(torch.zeros(3, 32), torch.tensor([[1]]))",
    ],
)
def test_errors(torch: Any, line: str) -> None:
    said = []
    for library in (core, torch):
        with pytest.raises((ValueError, RuntimeError)) as caught:
            eval(line, {"nn": library.nn, "torch": library, "layer": made(library, False)})
        said.append((type(caught.value), str(caught.value)))
    assert said[0] == said[1]
