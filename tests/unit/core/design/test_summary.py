"""The table of layers says what PyTorch's layers give, hold and cost."""

from __future__ import annotations

from typing import Any

from core.design import edits
from core.design.shapes import check
from core.design.summary import summary
from tests.unit.core.design.drawing import node, stack

LAYERS = (
    ("Conv2d", {"out_channels": 6, "kernel_size": 3, "bias": False}),
    "BatchNorm2d",
    "ReLU",
    "Flatten",
    ("Linear", {"out_features": 10, "bias": False}),
)


def test_rows_are_those_of_the_same_network_in_pytorch(torch: Any) -> None:
    from torch.utils.flop_counter import FlopCounterMode

    rows = summary(check(stack(*LAYERS, shape=(1, 8, 8))))
    layers = [
        torch.nn.Conv2d(1, 6, 3, bias=False),
        torch.nn.BatchNorm2d(6),
        torch.nn.ReLU(),
        torch.nn.Flatten(),
        torch.nn.Linear(216, 10, bias=False),
    ]
    assert [row.type for row in rows] == [type(layer).__name__ for layer in layers]
    flowing = torch.zeros(1, 1, 8, 8)
    for row, layer in zip(rows, layers, strict=True):
        with FlopCounterMode(display=False) as counter:
            flowing = layer(flowing)
        assert row.output is not None
        assert row.output.shape[1:] == tuple(flowing.shape[1:])
        assert row.parameters == sum(parameter.numel() for parameter in layer.parameters())
        assert row.bytes == sum(parameter.nbytes for parameter in layer.parameters())
        if counter.get_total_flops():
            assert row.flops is not None
            assert abs(row.flops - counter.get_total_flops()) <= flowing.numel()  # the first product needs no sum


def test_what_is_shared_counts_once_and_what_is_unknown_is_not_guessed() -> None:
    design = stack("Flatten", ("Linear", {"out_features": 64}), ("Linear", {"out_features": 64}))
    tied = edits.tie(design, [node(design, f"net.{name}").id for name in ("linear", "linear1")])
    assert [row.parameters for row in summary(check(tied))] == [0, 64 * 65, 0]
    broken = summary(check(stack(("Linear", {"in_features": 3, "out_features": 2}))))
    assert [(row.output, row.parameters, row.bytes, row.flops) for row in broken] == [(None, None, None, None)]
