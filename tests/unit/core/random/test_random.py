"""Random numbers: known ones, states that can be kept, seeds that repeat."""

from __future__ import annotations

from typing import Any

import pytest

import core as torch
from core import nn


def test_the_numbers_pytorch_gives_for_seed_0() -> None:
    torch.manual_seed(0)
    assert torch.rand(3).tolist() == [0.49625658988952637, 0.7682217955589294, 0.08847743272781372]
    torch.manual_seed(0)
    assert torch.randn(2).tolist() == pytest.approx([1.5409960746765137, -0.293428897857666])
    torch.manual_seed(0)
    assert torch.randperm(6).tolist() == [2, 5, 3, 0, 1, 4]
    torch.manual_seed(0)
    assert nn.Linear(2, 1).weight.tolist() == [[-0.005293981172144413, 0.37932288646697998]]


def test_a_state_goes_on_where_it_was_taken() -> None:
    source = torch.Generator().manual_seed(7)
    torch.randn(3, generator=source)
    state = source.get_state()
    ahead = [torch.randn(5, generator=source).tolist(), torch.rand(4, generator=source).tolist()]
    other = torch.Generator()
    other.set_state(state)
    assert [torch.randn(5, generator=other).tolist(), torch.rand(4, generator=other).tolist()] == ahead
    assert other.initial_seed() == 7


def test_the_common_generators_state() -> None:
    torch.manual_seed(3)
    state = torch.get_rng_state()
    first = torch.rand(2).tolist()
    torch.set_rng_state(state)
    assert torch.rand(2).tolist() == first
    assert torch.initial_seed() == 3


def test_a_foreign_state_is_refused() -> None:
    with pytest.raises(RuntimeError, match="state has 2520 bytes, this one has 5"):
        torch.Generator().set_state(torch.zeros(5, dtype=torch.uint8))


def test_generators_are_independent() -> None:
    torch.manual_seed(1)
    expected = torch.rand(2).tolist()
    torch.manual_seed(1)
    torch.rand(5, generator=torch.Generator().manual_seed(9))
    assert torch.rand(2).tolist() == expected


def test_a_fresh_seed_differs() -> None:
    source = torch.Generator()
    assert source.seed() != source.seed()


def test_a_seeded_training_repeats_to_the_bit() -> None:
    def train() -> list[float]:
        torch.manual_seed(11)
        net = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 3))
        optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
        losses = []
        for _ in range(5):
            optimizer.zero_grad()
            loss = nn.CrossEntropyLoss()(net(torch.randn(16, 5)), torch.randint(0, 3, (16,)))
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses

    assert train() == train()


def test_dropout_drops_its_share_and_keeps_the_mean() -> None:
    torch.manual_seed(0)
    dropped = nn.Dropout(0.25)(torch.ones(100_000))
    assert float((dropped == 0).float().mean()) == pytest.approx(0.25, abs=0.01)
    assert float(dropped.mean()) == pytest.approx(1.0, abs=0.01)
    assert float(dropped.max()) == pytest.approx(1 / 0.75)


def test_multinomial_draws_by_weight() -> None:
    torch.manual_seed(0)
    weights = torch.tensor([1.0, 0.0, 3.0])
    drawn = torch.multinomial(weights, 10_000, replacement=True)
    assert torch.bincount(drawn, minlength=3).tolist() == pytest.approx([2500, 0, 7500], abs=150)
    assert sorted(torch.multinomial(weights, 2).tolist()) == [0, 2]
    with pytest.raises(RuntimeError, match="without replacement"):
        torch.multinomial(weights, 4)
    with pytest.raises(RuntimeError, match="sum of probabilities"):
        torch.multinomial(weights * 0, 1)


@pytest.mark.parametrize(
    ("fill", "mean"),
    [
        (lambda x: x.exponential_(4.0), 0.25),
        (lambda x: x.geometric_(0.25), 4.0),
        (lambda x: x.log_normal_(0.0, 0.5), 1.1331),
        (lambda x: torch.poisson(x.fill_(2.5)), 2.5),
        (lambda x: torch.poisson(x.fill_(40.0)), 40.0),
    ],
)
def test_means(fill: Any, mean: float) -> None:
    torch.manual_seed(1)
    assert fill(torch.empty(4000)).mean().item() == pytest.approx(mean, rel=0.05)


def test_parameters_of_distributions_are_checked() -> None:
    for name, arguments in (("exponential_", (0,)), ("cauchy_", (0, 0)), ("geometric_", (1,)), ("log_normal_", (0, 0))):
        with pytest.raises(RuntimeError, match=name):
            getattr(torch.empty(2), name)(*arguments)
    with pytest.raises(RuntimeError, match="non-negative"):
        torch.poisson(torch.tensor([-1.0]))
