"""Short random programs of views, operations and changes in place leave the same numbers in both libraries."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import core

NEW = [
    "{a}.t() if {a}.ndim == 2 else {a}[...]",
    "{a}[0] if {a}.ndim else {a}",
    "{a}[1:] if {a}.ndim else {a}",
    "{a}[..., ::2] if {a}.ndim else {a}",
    "{a}.reshape(-1)",
    "{a}.unsqueeze(0)",
    "{a}.squeeze()",
    "{a}.detach()",
    "{a}.transpose(0, -1) if {a}.ndim else {a}",
    "{a}.exp()",
    "{a}.relu()",
    "{a} * 2",
    "{a}.sigmoid()",
    "{a}.clone()",
    "{a}.sum()",
    "{a} ** 2",
    "{a}.contiguous()",
    "{a}.mean(0) if {a}.ndim else {a} + 1",
    "{a}.softmax(-1) if {a}.ndim else {a}",
    "{a} + {b}",
    "{a} * {b}",
    "{a} / ({b} * {b} + 1)",
    "({a} > {b}) * {a}",
    "{a}.maximum({b})",
    "{a} @ {b}",
    "{a}.diagonal() if {a}.ndim > 1 else {a}[...]",
    "{a}.unfold(-1, 1, 1) if {a}.ndim else {a}[...]",
    "{a}.flip(0) if {a}.ndim else {a} - 1",
    "{a}.cumsum(0)",
    "{a}.amax(0) if {a}.ndim else {a}",
    "{a}.logaddexp({b})",
    "{a}.nan_to_num()",
    "{a}[{a} > 0]",
    "{a}[..., None, :1] if {a}.ndim else {a}",
    "{a}.movedim(0, -1) if {a}.ndim else {a}",
    "{a}.split(1)[0] if {a}.ndim else {a}",
    "{a}.chunk(2)[-1] if {a}.ndim else {a}",
    "{a}.unbind(0)[0] if {a}.ndim else {a}",
    "{a}.tensor_split(2)[0] if {a}.ndim else {a}",
]
CHANGE = [
    "{a}.mul_(2)",
    "{a}.add_(1)",
    "{a}.exp_()",
    "{a}.relu_()",
    "{a}.zero_()",
    "{a}.clamp_(-1, 1)",
    "{a}.neg_()",
    "{a}.detach().add_(0.5)",
    "{a}.data.mul_(1.5)",
    "{a}.__setitem__(0, 0.5)",
    "{a}.__setitem__({a} > 0, 1.0)",
    "{a}.__setitem__(0, {b})",
    "{a}.mul_({b})",
    "{a}.sub_({b})",
    "{a}.copy_({b})",
    "{a}.masked_fill_({b} > 0, 0.25)",
    "{a}.tanh_()",
    "{a}.cumsum_(0)",
    "{a}.clamp_min_(0.1)",
    "{a}.tril_()",
    "{a}.fill_(0.5)",
    "{a}.nan_to_num_()",
]
LEAVES = [((2, 3), True), ((3,), True), ((3, 2), False), ((), True)]


class Run:
    """One program run with one library: what happened at each line, and what is left."""

    def __init__(self, library: Any, program: list[tuple[str, float, float]], seed: int) -> None:
        source = np.random.default_rng(seed)
        leaves = [library.tensor(source.standard_normal(shape), requires_grad=wants) for shape, wants in LEAVES]
        self.pool, self.log = list(leaves), []
        for line, *places in program:
            a, b = (self.pool[int(place * len(self.pool))] for place in places)
            self.attempt(lambda line=line, a=a, b=b: eval(line.format(a="a", b="b"), {"a": a, "b": b}))
        self.attempt(lambda: sum([each.sum() for each in self.pool[-4:]]).backward())
        self.values = [each.detach().tolist() for each in self.pool]
        self.recorded = [self.attempted(lambda each=each: each.requires_grad) for each in self.pool]
        self.grads = [each.grad.tolist() for each in leaves if each.is_leaf and each.grad is not None]

    def attempted(self, question: Any) -> Any:
        """The answer; the class of the error where asking is refused."""
        try:
            return question()
        except RuntimeError:
            return "refused"

    def attempt(self, line: Any) -> None:
        try:
            made = line()
        except (RuntimeError, IndexError) as error:
            self.log.append("IndexError" if isinstance(error, IndexError) else "RuntimeError")
            return
        self.log.append("fine")
        if made is not None:
            self.pool.append(made)


def program(seed: int) -> list[tuple[str, float, float]]:
    source = random.Random(seed)
    return [
        (source.choice(NEW if source.random() < 0.6 else CHANGE), source.random(), source.random())
        for _ in range(source.randrange(3, 10))
    ]


def close(first: Any, second: Any) -> bool:
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(close, first, second))
    if isinstance(first, float) and isinstance(second, float):
        return bool(np.isclose(first, second, rtol=1e-9, atol=1e-12, equal_nan=True))
    return bool(first == second)


@pytest.mark.parametrize("block", range(10))
def test_programs(torch: Any, block: int) -> None:
    for seed in range(block * 60, block * 60 + 60):
        lines = program(seed)
        theirs = Run(torch, lines, seed)
        ours = Run(core, lines, seed)
        assert ours.log == theirs.log, lines
        assert close(ours.values, theirs.values), lines
        assert ours.recorded == theirs.recorded, lines
        if ours.log[-1] == "fine":
            assert close(ours.grads, theirs.grads), lines
