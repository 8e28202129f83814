"""Arguments to try an operation with, so that docs/engine.md can say which has a gradient and which a second one."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import core
from core import Tensor

Arguments = tuple[Any, ...]


def _leaf(*shape: int) -> Tensor:
    return (core.rand(*shape, dtype=core.float64) * 0.8 + 0.1).requires_grad_()


def _fitting() -> Iterator[Arguments]:
    """What most operations take, the plainest first: the first that an operation accepts is its example."""
    square, other = _leaf(3, 3), _leaf(3, 3)
    first, ids, mask = _leaf(3), core.tensor([0, 2, 1]), core.tensor([[True, False, True]] * 3)
    yield (square,)
    yield square, other
    yield square, 0
    yield square, ids
    yield square, other, _leaf(3, 3)
    yield first, first
    yield square, first
    yield first, square, first
    yield square, 1, 0
    yield square, 0, core.tensor([[0, 1, 2]])
    yield square, 0, core.tensor([[0, 1, 2]]), _leaf(1, 3)
    yield square, 0, ids, _leaf(3, 3)
    yield square, mask
    yield square, mask, 0.5
    yield square, mask, _leaf(9)
    yield square, (3, 3)
    yield square, (0, 1)
    yield square, 0, (3, 1)
    yield square, 0, 0, 2
    yield ([square, other],)
    yield (2, square)
    yield mask, square, other
    yield _leaf(2, 3, 3), _leaf(2, 3, 3)
    yield _leaf(3, 3), _leaf(2, 3, 3), _leaf(2, 3, 3)
    yield _leaf(2, 3, 3), _leaf(2, 3, 3), _leaf(2, 3, 3)
    yield _leaf(2, 2, 4), 2
    yield _leaf(2, 2, 4, 4), 2
    yield _leaf(2, 2, 4, 4, 4), 2
    yield _leaf(2, 2, 4), _leaf(2, 2, 3)
    yield _leaf(2, 2, 4, 4), _leaf(2, 2, 3, 3)
    yield _leaf(2, 2, 4, 4, 4), _leaf(2, 2, 3, 3, 3)
    yield _leaf(2, 4, 3), 2
    yield square, ids, _leaf(3, 3)
    yield square, core.zeros(3, dtype=core.float64), core.ones(3, dtype=core.float64)


def _positive() -> Tensor:
    square = core.rand(3, 3, dtype=core.float64)
    return (square @ square.T + core.eye(3, dtype=core.float64)).requires_grad_()


def _named() -> dict[str, Callable[[], Arguments]]:
    """The examples of operations that take something of their own."""
    ids, mask = core.tensor([0, 2, 1]), core.tensor([True, False, True])
    places = core.tensor([[[0, 3]]])
    return {
        "as_strided": lambda: (_leaf(3, 3), (2, 2), (3, 1)),
        "cholesky": lambda: (_positive(),),
        "combinations": lambda: (_leaf(3),),
        "einsum": lambda: ("ij,jk->ik", _leaf(3, 3), _leaf(3, 3)),
        "index_fill": lambda: (_leaf(3, 3), 0, ids, 1.0),
        "index_put": lambda: (_leaf(3), (ids,), _leaf(3)),
        "norm": lambda: (_leaf(3, 3),),
        "pow": lambda: (_leaf(3), _leaf(3)),
        "put": lambda: (_leaf(3), ids, _leaf(3)),
        "scatter_reduce": lambda: (_leaf(3), 0, ids, _leaf(3), "sum"),
        "select_scatter": lambda: (_leaf(3, 3), _leaf(3), 0, 0),
        "where": lambda: (mask, _leaf(3), _leaf(3)),
        "linalg.cholesky": lambda: (_positive(),),
        "linalg.matrix_power": lambda: (_leaf(3, 3), 2),
        "linalg.solve_triangular": lambda: (_leaf(3, 3), _leaf(3, 3)),
        "F.cosine_embedding_loss": lambda: (_leaf(3, 3), _leaf(3, 3), ids * 0 + 1),
        "F.cross_entropy": lambda: (_leaf(3, 3), ids),
        "F.ctc_loss": lambda: (_leaf(5, 1, 3), core.tensor([[1, 2]]), core.tensor([5]), core.tensor([2])),
        "F.embedding": lambda: (ids, _leaf(3, 3)),
        "F.embedding_bag": lambda: (ids, _leaf(3, 3), core.tensor([0])),
        "F.fold": lambda: (_leaf(1, 4, 4), 3, 2),
        "F.lp_pool1d": lambda: (_leaf(1, 1, 4), 2.0, 2),
        "F.lp_pool2d": lambda: (_leaf(1, 1, 4, 4), 2.0, 2),
        "F.lp_pool3d": lambda: (_leaf(1, 1, 4, 4, 4), 2.0, 2),
        "F.instance_norm": lambda: (_leaf(2, 2, 3),),
        "F.max_unpool1d": lambda: (_leaf(1, 1, 2), places, 2),
        "F.max_unpool2d": lambda: (_leaf(1, 1, 1, 2), places.unsqueeze(0), (1, 2)),
        "F.max_unpool3d": lambda: (_leaf(1, 1, 1, 1, 2), places.unsqueeze(0).unsqueeze(0), (1, 1, 2)),
        "F.multi_head_attention_forward": lambda: (
            *(_leaf(2, 1, 4) for _ in range(3)),
            4,
            2,
            _leaf(12, 4),
            _leaf(12),
            None,
            None,
            False,
            0.0,
            _leaf(4, 4),
            _leaf(4),
        ),
        "F.multilabel_margin_loss": lambda: (_leaf(3, 3), core.tensor([[0, -1, 0]] * 3)),
        "F.nll_loss": lambda: (_leaf(3, 3), ids),
    }


_OPTIONS: dict[str, dict[str, Any]] = {"linalg.solve_triangular": {"upper": True}}


def derivatives(name: str, function: Any) -> tuple[bool, bool]:
    """Whether a result of `function` has a gradient, and whether that gradient has one."""
    core.manual_seed(0)
    own = _named().get(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for arguments in [own()] if own else _fitting():
            try:
                result = function(*arguments, **_OPTIONS.get(name, {}))
            except (ArithmeticError, AttributeError, IndexError, LookupError, RuntimeError, TypeError, ValueError):
                continue
            return _differentiated(result, arguments)
    return False, False


def _differentiated(result: Any, arguments: Arguments) -> tuple[bool, bool]:
    recorded = [each for each in _tensors(result) if each.requires_grad]
    if not recorded:
        return False, False
    seeds = [core.ones_like(each).requires_grad_() for each in recorded]
    inputs = [each for each in _tensors(arguments) if each.requires_grad]
    try:
        found = core.autograd.grad(recorded, inputs, seeds, create_graph=True, allow_unused=True)
    except (NotImplementedError, RuntimeError):
        return True, False
    return True, any(each is not None and each.requires_grad for each in found)


def _tensors(value: Any) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    return [part for each in value for part in _tensors(each)] if isinstance(value, list | tuple) else []
