"""Schedulers epoch by epoch beside PyTorch's."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest

import core

Make = Callable[[Any, Any], Any]  # of `torch.optim.lr_scheduler` and an optimiser


def halves(epoch: int) -> float:
    return 0.5 ** (epoch // 7)


class Falling:
    """A callable whose attributes a scheduler saves."""

    def __init__(self) -> None:
        self.by = 0.97

    def __call__(self, epoch: float) -> float:
        return self.by**epoch


def sequential(s: Any, opt: Any) -> Any:
    return s.SequentialLR(opt, [s.LinearLR(opt, 0.1, total_iters=10), s.CosineAnnealingLR(opt, 30)], [12])


MAKE: dict[str, Make] = {
    "LambdaLR": lambda s, opt: s.LambdaLR(opt, halves),
    "LambdaLR of an object": lambda s, opt: s.LambdaLR(opt, Falling()),
    "LambdaLR for each group": lambda s, opt: s.LambdaLR(opt, [halves, Falling()]),
    "MultiplicativeLR": lambda s, opt: s.MultiplicativeLR(opt, lambda epoch: 0.95),
    "StepLR": lambda s, opt: s.StepLR(opt, 7),
    "StepLR of 1": lambda s, opt: s.StepLR(opt, 1, 0.9),
    "MultiStepLR": lambda s, opt: s.MultiStepLR(opt, [30, 10, 30, 80], 0.3),
    "ConstantLR": lambda s, opt: s.ConstantLR(opt),
    "ConstantLR long": lambda s, opt: s.ConstantLR(opt, 0.5, 20),
    "LinearLR": lambda s, opt: s.LinearLR(opt),
    "LinearLR down": lambda s, opt: s.LinearLR(opt, 1.0, 0.1, 50),
    "ExponentialLR": lambda s, opt: s.ExponentialLR(opt, 0.97),
    "PolynomialLR": lambda s, opt: s.PolynomialLR(opt),
    "PolynomialLR long": lambda s, opt: s.PolynomialLR(opt, 60, 1.7),
    "CosineAnnealingLR": lambda s, opt: s.CosineAnnealingLR(opt, 30),
    "CosineAnnealingLR above 0": lambda s, opt: s.CosineAnnealingLR(opt, 13, 0.01),
    "CosineAnnealingWarmRestarts": lambda s, opt: s.CosineAnnealingWarmRestarts(opt, 10),
    "CosineAnnealingWarmRestarts longer": lambda s, opt: s.CosineAnnealingWarmRestarts(opt, 5, 2, 0.001),
    "CyclicLR": lambda s, opt: s.CyclicLR(opt, 0.01, 0.3, 10),
    "CyclicLR triangular2": lambda s, opt: s.CyclicLR(opt, [0.01, 0.02], [0.3, 0.5], 10, 20, "triangular2"),
    "CyclicLR exp_range": lambda s, opt: s.CyclicLR(opt, 0.01, 0.3, 7, mode="exp_range", gamma=0.99),
    "CyclicLR of an object": lambda s, opt: s.CyclicLR(opt, 0.01, 0.3, 7, scale_fn=Falling(), scale_mode="iterations"),
    "CyclicLR without momentum": lambda s, opt: s.CyclicLR(opt, 0.01, 0.3, 7, cycle_momentum=False),
    "OneCycleLR": lambda s, opt: s.OneCycleLR(opt, 0.5, 100),
    "OneCycleLR by epochs": lambda s, opt: s.OneCycleLR(opt, [0.5, 0.1], epochs=10, steps_per_epoch=10),
    "OneCycleLR linear": lambda s, opt: s.OneCycleLR(opt, 0.5, 110, anneal_strategy="linear", pct_start=0.2),
    "OneCycleLR in three": lambda s, opt: s.OneCycleLR(opt, 0.5, 100, three_phase=True, cycle_momentum=False),
    "SequentialLR": sequential,
    "SequentialLR of three": lambda s, opt: s.SequentialLR(
        opt, [s.ConstantLR(opt, 0.1, 3), s.ExponentialLR(opt, 0.9), s.StepLR(opt, 5)], [3, 40]
    ),
    "SequentialLR with restarts": lambda s, opt: s.SequentialLR(
        opt, [s.LinearLR(opt, 0.1), s.CosineAnnealingWarmRestarts(opt, 8)], [5]
    ),
    "SequentialLR nested": lambda s, opt: s.SequentialLR(opt, [sequential(s, opt), s.ExponentialLR(opt, 0.9)], [50]),
    "ChainedScheduler": lambda s, opt: s.ChainedScheduler([s.ConstantLR(opt, 0.1, 20), s.ExponentialLR(opt, 0.95)]),
    "ChainedScheduler nested": lambda s, opt: s.ChainedScheduler([s.StepLR(opt, 20, 0.5), sequential(s, opt)], opt),
}


def optimiser(lib: Any, name: str = "SGD") -> Any:
    one, two = (lib.zeros(2, requires_grad=True) for _ in range(2))
    options = {"momentum": 0.9} if name == "SGD" else {}
    return getattr(lib.optim, name)([{"params": [one]}, {"params": [two], "lr": 0.02}], lr=0.1, **options)


def course(lib: Any, make: Make, name: str = "SGD", epochs: int = 100) -> tuple[list[Any], Any, Any]:
    """The rates and momenta of all groups in all epochs, and the scheduler and optimiser."""
    opt = optimiser(lib, name)
    scheduler = make(lib.optim.lr_scheduler, opt)
    seen = []
    for _ in range(epochs):
        opt.step()
        seen.append(figures(opt, scheduler))
        scheduler.step()
    return seen, scheduler, opt


def figures(opt: Any, scheduler: Any) -> list[float]:
    momenta = [group["betas"][0] if "betas" in group else group["momentum"] for group in opt.param_groups]
    return [*(group["lr"] for group in opt.param_groups), *momenta, *scheduler.get_last_lr()]


def comparable(state: Any) -> Any:
    """A scheduler's state without what PyTorch keeps and has no use for."""
    if isinstance(state, dict):
        return {key: comparable(value) for key, value in state.items() if key != "_is_initial"}
    if isinstance(state, list | tuple):
        return [comparable(each) for each in state]
    return pytest.approx(state, rel=1e-12) if isinstance(state, float) else state


def close(ours: list[Any], theirs: list[Any]) -> None:
    for epoch, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        assert mine == pytest.approx(other, rel=1e-12, abs=1e-15), f"in epoch {epoch}"


# A nested SequentialLR warns when it is made, here and there.
@pytest.mark.filterwarnings("ignore:Detected call of:UserWarning")
@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize("kind", ["SGD", "Adam"])
def test_a_hundred_epochs(torch: Any, name: str, kind: str) -> None:
    ours, mine, _ = course(core, MAKE[name], kind)
    theirs, other, _ = course(torch, MAKE[name], kind)
    close(ours, theirs)
    assert comparable(mine.state_dict()) == comparable(other.state_dict())


@pytest.mark.filterwarnings("ignore:Detected call of:UserWarning")
@pytest.mark.parametrize("name", MAKE)
def test_a_saved_state_of_pytorchs_goes_on(torch: Any, name: str) -> None:
    whole, _, _ = course(torch, MAKE[name], epochs=60)
    _, other, theirs = course(torch, MAKE[name], epochs=25)
    opt = optimiser(core)
    scheduler = MAKE[name](core.optim.lr_scheduler, opt)
    scheduler.load_state_dict(other.state_dict())
    opt.load_state_dict(theirs.state_dict())
    seen = []
    for _ in range(35):
        opt.step()
        seen.append(figures(opt, scheduler))
        scheduler.step()
    close(seen, whole[25:])


@pytest.mark.parametrize(
    "name", ["LambdaLR", "StepLR", "MultiStepLR", "LinearLR", "ExponentialLR", "PolynomialLR long", "CosineAnnealingLR"]
)
def test_resuming_by_last_epoch(torch: Any, name: str) -> None:
    make: dict[str, Callable[[Any, Any, int], Any]] = {
        "LambdaLR": lambda s, opt, last: s.LambdaLR(opt, halves, last),
        "StepLR": lambda s, opt, last: s.StepLR(opt, 7, last_epoch=last),
        "MultiStepLR": lambda s, opt, last: s.MultiStepLR(opt, [10, 20], 0.3, last),
        "LinearLR": lambda s, opt, last: s.LinearLR(opt, 0.1, 1.0, 30, last),
        "ExponentialLR": lambda s, opt, last: s.ExponentialLR(opt, 0.97, last),
        "PolynomialLR long": lambda s, opt, last: s.PolynomialLR(opt, 60, 1.7, last),
        "CosineAnnealingLR": lambda s, opt, last: s.CosineAnnealingLR(opt, 13, 0.01, last),
    }
    courses = []
    for lib in (core, torch):
        _, _, opt = course(lib, lambda s, opt: make[name](s, opt, -1), epochs=9)
        scheduler, seen = make[name](lib.optim.lr_scheduler, opt, 8), []
        for _ in range(20):
            opt.step()
            seen.append(figures(opt, scheduler))
            scheduler.step()
        courses.append(seen)
    close(*courses)


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("threshold_mode", ["rel", "abs"])
@pytest.mark.parametrize("options", [{}, {"patience": 2, "cooldown": 3}, {"patience": 0, "min_lr": [0.01, 0.001]}])
def test_plateau(torch: Any, mode: str, threshold_mode: str, options: dict[str, Any]) -> None:
    figures_ = [abs((7 * epoch) % 11 - 5) / (1 + epoch // 20) for epoch in range(100)]
    courses = []
    for lib in (core, torch):
        opt = optimiser(lib)
        scheduler = lib.optim.lr_scheduler.ReduceLROnPlateau(
            opt, mode, threshold_mode=threshold_mode, threshold=0.05, **options
        )
        seen = []
        for figure in figures_:
            opt.step()
            scheduler.step(lib.tensor(figure))
            seen.append(figures(opt, scheduler))
        courses.append(seen)
        states = comparable(scheduler.state_dict()) if lib is core else scheduler.state_dict()
    close(*courses)
    assert comparable(states) == comparable(scheduler.state_dict())


def test_steps_to_an_epoch(torch: Any) -> None:
    for name in ("StepLR", "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "PolynomialLR long", "LambdaLR"):
        seen = []
        for lib in (core, torch):
            opt = optimiser(lib)
            scheduler = MAKE[name](lib.optim.lr_scheduler, opt)
            opt.step()
            with pytest.warns(UserWarning, match="The epoch parameter in `scheduler.step.+` was not necessary"):
                scheduler.step(13)
            seen.append(figures(opt, scheduler))
        close([seen[0]], [seen[1]])


def test_restarts_at_fractions_of_epochs(torch: Any) -> None:
    for options in ({"T_0": 5}, {"T_0": 3, "T_mult": 2}):
        seen = []
        for lib in (core, torch):
            opt = optimiser(lib)
            scheduler = lib.optim.lr_scheduler.CosineAnnealingWarmRestarts(opt, **options)
            course_ = []
            for step in (0.5, 1, 4.7, 5, 17.25, 9, 31.5):
                opt.step()
                scheduler.step(step)
                course_.append(figures(opt, scheduler))
            seen.append(course_)
        close(*seen)


WRONG: dict[str, Make] = {
    "no optimiser": lambda s, opt: s.StepLR(5, 1),
    "resuming": lambda s, opt: s.StepLR(opt, 1, last_epoch=3),
    "lambdas": lambda s, opt: s.LambdaLR(opt, [halves]),
    "no function": lambda s, opt: s.MultiplicativeLR(opt, 5),
    "constant": lambda s, opt: s.ConstantLR(opt, 2.0),
    "linear start": lambda s, opt: s.LinearLR(opt, 0.0),
    "linear end": lambda s, opt: s.LinearLR(opt, 0.1, 2.0),
    "T_0": lambda s, opt: s.CosineAnnealingWarmRestarts(opt, 0),
    "T_mult": lambda s, opt: s.CosineAnnealingWarmRestarts(opt, 1, 0.5),
    "eta_min": lambda s, opt: s.CosineAnnealingWarmRestarts(opt, 1, 1, "a"),
    "negative epoch": lambda s, opt: s.CosineAnnealingWarmRestarts(opt, 1).step(-1),
    "cyclic mode": lambda s, opt: s.CyclicLR(opt, 0.1, 0.2, mode="square"),
    "cyclic lengths": lambda s, opt: s.CyclicLR(opt, [0.1], 0.2),
    "one cycle of nothing": lambda s, opt: s.OneCycleLR(opt, 0.1),
    "one cycle of 0": lambda s, opt: s.OneCycleLR(opt, 0.1, 0),
    "one cycle share": lambda s, opt: s.OneCycleLR(opt, 0.1, 5, pct_start=2.0),
    "one cycle way": lambda s, opt: s.OneCycleLR(opt, 0.1, 5, anneal_strategy="up"),
    "sequence of nothing": lambda s, opt: s.SequentialLR(opt, [], []),
    "sequence of numbers": lambda s, opt: s.SequentialLR(opt, [5], []),
    "sequence of milestones": lambda s, opt: s.SequentialLR(opt, [s.StepLR(opt, 1)], [3]),
    "sequence of plateaus": lambda s, opt: s.SequentialLR(opt, [s.ReduceLROnPlateau(opt)], []),
    "chain of nothing": lambda s, opt: s.ChainedScheduler([]),
    "plateau factor": lambda s, opt: s.ReduceLROnPlateau(opt, factor=1.0),
    "plateau mode": lambda s, opt: s.ReduceLROnPlateau(opt, "mean"),
    "plateau threshold": lambda s, opt: s.ReduceLROnPlateau(opt, threshold_mode="log"),
    "plateau limits": lambda s, opt: s.ReduceLROnPlateau(opt, min_lr=[0.1]),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_arguments(torch: Any, case: str) -> None:
    said = []
    for lib in (core, torch):
        with pytest.raises((TypeError, ValueError, KeyError)) as raised:
            WRONG[case](lib.optim.lr_scheduler, optimiser(lib))
        said.append((type(raised.value), str(raised.value)))
    if case == "resuming":  # PyTorch adds three lines of advice
        said = [(kind, text.split(" with last")[0].split("last_epoch")[0]) for kind, text in said]
    assert said[0] == said[1]


def test_warnings_come_where_pytorchs_do(torch: Any) -> None:
    def first(lib: Any) -> None:
        opt = optimiser(lib)
        lib.optim.lr_scheduler.StepLR(opt, 1).step()

    def second(lib: Any) -> None:
        opt = optimiser(lib)
        scheduler = lib.optim.lr_scheduler.StepLR(opt, 1)
        opt.step = lambda: None
        scheduler.step()

    def third(lib: Any) -> None:
        lib.optim.lr_scheduler.StepLR(optimiser(lib), 1).get_lr()

    def none(lib: Any) -> None:
        opt = optimiser(lib)
        opt.step()
        scheduler = lib.optim.lr_scheduler.StepLR(opt, 1)
        opt.step()
        scheduler.step()
        scheduler.step()

    def before_the_scheduler(lib: Any) -> None:
        opt = optimiser(lib)
        opt.step()
        lib.optim.lr_scheduler.StepLR(opt, 1).step()

    for act, begins in (
        (first, "Detected call of `lr_scheduler.step()` before `optimizer.step()`"),
        (second, "Seems like `optimizer.step()` has been overridden after learning rate scheduler initialization"),
        (third, "To get the last learning rate computed by the scheduler, please use `get_last_lr()`."),
        (before_the_scheduler, "Detected call of"),
        (none, ""),
    ):
        for lib in (core, torch):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                act(lib)
            texts = [str(each.message) for each in caught]
            assert [text[: len(begins)] for text in texts] == ([begins] if begins else []), texts
            assert lib is torch or all(each.filename == __file__ for each in caught)


def test_a_rate_in_a_tensor_is_changed_in_place(torch: Any) -> None:
    for lib in (core, torch):
        rate = lib.tensor(0.1, dtype=lib.float64)
        opt = lib.optim.SGD([lib.zeros(1, requires_grad=True)], lr=rate)
        scheduler = lib.optim.lr_scheduler.ExponentialLR(opt, 0.5)
        opt.step()
        scheduler.step()
        assert opt.param_groups[0]["lr"] is rate
        assert float(rate) == pytest.approx(0.05)
