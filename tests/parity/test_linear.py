"""Linear, Bilinear, Identity, Flatten and Unflatten are PyTorch's: numbers, first weights, texts, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core
from tests.parity.lines import outcome

LAYERS = [
    ("Linear", (3, 4), ((2, 3),)),
    ("Linear", (3, 4, False), ((3,),)),
    ("Linear", (3, 4), ((2, 5, 3),)),
    ("Linear", (3, 4), ((0, 3),)),
    ("LazyLinear", (4,), ((2, 3),)),
    ("LazyLinear", (4, False), ((2, 1, 3),)),
    ("Bilinear", (3, 4, 5), ((2, 3), (2, 4))),
    ("Bilinear", (3, 4, 5, False), ((2, 6, 3), (2, 6, 4))),
    ("Bilinear", (3, 4, 1), ((3,), (4,))),
    ("Flatten", (), ((2, 3, 4),)),
    ("Flatten", (0, 1), ((2, 3, 4),)),
    ("Unflatten", (1, (2, -1)), ((2, 6),)),
    ("Unflatten", (-1, [1, 6]), ((2, 6),)),
    ("Identity", (5,), ((2, 3),)),
]


def run(library: Any, name: str, args: tuple[Any, ...], shapes: tuple[tuple[int, ...], ...]) -> dict[str, Any]:
    library.manual_seed(7)
    layer = getattr(library.nn, name)(*args)
    source = np.random.default_rng(0)
    inputs = [library.tensor(source.normal(size=s).tolist(), dtype=library.float32).reshape(s) for s in shapes]
    inputs = [each.requires_grad_() for each in inputs]
    out = layer(*inputs)
    (out * out.detach().cos()).sum().backward()
    found = {"text": repr(layer), "out": out.detach(), "next": library.rand(1)}
    found |= {f"gradient {number}": each.grad for number, each in enumerate(inputs)}
    found |= {f"gradient of {each}": parameter.grad for each, parameter in layer.named_parameters()}
    return found | {f"first {each}": parameter.detach() for each, parameter in layer.named_parameters()}


@pytest.mark.filterwarnings("ignore:Lazy modules are a new feature")
@pytest.mark.parametrize(("name", "args", "shapes"), LAYERS)
def test_same_numbers(name: str, args: tuple[Any, ...], shapes: Any, torch: Any) -> None:
    ours, theirs = run(core, name, args, shapes), run(torch, name, args, shapes)
    assert list(ours) == list(theirs)
    assert ours.pop("text") == theirs.pop("text")
    for each, value in theirs.items():
        exact = each.startswith(("first", "next"))
        near = {"rtol": 0.0} if exact else {"rtol": 1e-5, "atol": 1e-6}
        np.testing.assert_allclose(ours[each].numpy(), value.numpy(), err_msg=each, **near)


SAME: dict[str, str] = {
    "bilinear batches": "F.bilinear(torch.ones(2, 3), torch.ones(3, 4), torch.ones(5, 3, 4))",
    "bilinear dimensions": "F.bilinear(torch.ones(2, 3), torch.ones(2, 1, 4), torch.ones(5, 3, 4))",
    "bilinear input1": "F.bilinear(torch.ones(2, 3), torch.ones(2, 4), torch.ones(5, 2, 4))",
    "bilinear input2": "F.bilinear(torch.ones(2, 3), torch.ones(2, 4), torch.ones(5, 3, 3))",
    "bilinear bias": "F.bilinear(torch.ones(2, 3), torch.ones(2, 4), torch.ones(5, 3, 4), torch.ones(4))",
    "bilinear types": "F.bilinear(torch.ones(2, 3).double(), torch.ones(2, 4), torch.ones(5, 3, 4))",
    "Bilinear of nothing": "nn.Bilinear(0, 4, 5)",
    "linear misfit": "F.linear(torch.ones(2, 3), torch.ones(4, 2))",
    "linear by a vector": "F.linear(torch.ones(2, 3), torch.ones(3)), F.linear(torch.ones(3), torch.ones(3))",
    "linear by a wrong vector": "F.linear(torch.ones(2, 3), torch.ones(4))",
    "linear by a stack": "F.linear(torch.ones(2, 3), torch.ones(2, 4, 3))",
    "linear of a number": "F.linear(torch.ones(()), torch.ones(3))",
    "linear of integers": "F.linear(torch.ones(2, 3).long(), torch.ones(4, 3).long())",
    "linear of nothing": "F.linear(torch.ones(2, 5, 0), torch.ones(4, 0)).shape",
    "linear with one bias": "F.linear(torch.ones(2, 3), torch.ones(4, 3), torch.ones(1))",
    "linear with another type": "nn.Linear(2, 3)(torch.ones(1, 2).double())",
    "linear with a bias of another type": "F.linear(torch.ones(2, 3), torch.ones(4, 3), torch.ones(4).double())",
    "Linear of a number": "nn.Linear(2, 3)(5)",
    "Linear of 3-D": "nn.Linear(2, 3)(torch.ones(2, 4, 3))",
    "Unflatten of a number": "nn.Unflatten(1, 5)",
    "Unflatten of texts": "nn.Unflatten(1, (2, 'a'))",
    "Unflatten misfit": "nn.Unflatten(1, (2, 2))(torch.ones(2, 5))",
    "Flatten beyond": "nn.Flatten(3)(torch.ones(2, 3))",
    "Flatten backwards": "nn.Flatten(1, 0)(torch.ones(2, 3, 4))",
    "Flatten of 1-D": "nn.Flatten()(torch.ones(2))",
    "Flatten of 0-D": "nn.Flatten(0)(torch.ones(())).shape",
    "Identity": "nn.Identity(3, a=4), nn.Identity()(5)",
}


@pytest.mark.parametrize("name", SAME)
def test_same(name: str, torch: Any) -> None:
    ours, theirs = (outcome(library, SAME[name], "F = nn.functional\n") for library in (core, torch))
    assert ours == theirs
