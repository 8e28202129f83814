"""Indices of every kind, mixed at random: what they pick, what may be assigned to them, and where gradients go."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import core

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
SHAPES = st.lists(st.integers(1, 3), max_size=4).map(tuple)  # PyTorch checks no index of what is empty
NUMBER = st.integers(-4, 4)
STEP = st.sampled_from([None, 1, 2, 3])
PARTS = st.one_of(
    NUMBER.map(lambda n: ("int", n)),
    st.tuples(st.none() | NUMBER, st.none() | NUMBER, STEP).map(lambda each: ("slice", each)),
    st.just(("none", None)),
    st.just(("ellipsis", None)),
    st.just(("bool", True)),
    st.lists(st.integers(-2, 2), min_size=1, max_size=3).map(lambda each: ("list", each)),
    st.tuples(
        st.lists(st.integers(-2, 2), max_size=3),
        st.sampled_from(["int64", "int32", "int16"]),
    ).map(lambda each: ("tensor", each)),
    st.lists(st.lists(st.integers(0, 1), min_size=2, max_size=2), min_size=1, max_size=2).map(
        lambda each: ("matrix", each)
    ),
    st.lists(st.booleans(), min_size=1, max_size=3).map(lambda each: ("mask", each)),
)
INDEX = st.lists(PARTS, min_size=1, max_size=4).filter(lambda parts: sum(kind == "ellipsis" for kind, _ in parts) < 2)


def index_for(library: Any, parts: list[tuple[str, Any]]) -> Any:
    made = [_part(library, kind, value) for kind, value in parts]
    return made[0] if len(made) == 1 else tuple(made)


def _part(library: Any, kind: str, value: Any) -> Any:
    if kind == "slice":
        return slice(*value)
    if kind == "tensor":
        return library.tensor(value[0], dtype=getattr(library, value[1]))
    if kind in ("matrix", "mask"):
        return library.tensor(value)
    return {"none": None, "ellipsis": Ellipsis}.get(kind, value) if kind in ("none", "ellipsis") else value


def outcome(action: Any) -> Any:
    try:
        return action()
    except (IndexError, RuntimeError, ValueError, TypeError) as error:
        return next(base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins")


def same(ours: Any, theirs: Any, what: str) -> None:
    if isinstance(ours, str) and ours == "IndexError" and getattr(theirs, "size", 1) == 0:
        return  # PyTorch looks at no index where there is nothing to pick
    if isinstance(theirs, str) or isinstance(ours, str):
        assert ours == theirs, what
    else:
        assert ours.shape == tuple(theirs.shape), what
        np.testing.assert_array_equal(ours, theirs, err_msg=what)


@pytest.mark.filterwarnings("ignore::UserWarning")
@SETTINGS
@given(shape=SHAPES, parts=INDEX)
def test_getting(torch: Any, shape: tuple[int, ...], parts: list[Any]) -> None:
    found = []
    for library in (core, torch):
        x = library.arange(float(np.prod(shape))).reshape(shape)
        found.append(outcome(lambda x=x, library=library: x[index_for(library, parts)].numpy()))
    same(*found, f"{shape} {parts}")


@pytest.mark.filterwarnings("ignore::UserWarning")
@SETTINGS
@given(shape=SHAPES, parts=INDEX, width=st.sampled_from([None, (), (1,), (2,), (3,), (2, 1)]))
def test_setting(torch: Any, shape: tuple[int, ...], parts: list[Any], width: Any) -> None:
    if _is_unclear(shape, parts):
        return
    found = []
    for library in (core, torch):

        def change(library: Any = library) -> Any:
            x = library.arange(float(np.prod(shape))).reshape(shape)
            value = -1.5 if width is None else -library.arange(1.0, 1 + np.prod(width)).reshape(width)
            x[index_for(library, parts)] = value
            return x.numpy()

        found.append(outcome(change))
    if all(isinstance(each, str) for each in found):
        return  # where index and value are both wrong, either may be named
    same(*found, f"{shape} {parts} {width}")


@pytest.mark.filterwarnings("ignore::UserWarning")
@SETTINGS
@given(shape=SHAPES, parts=INDEX)
def test_gradients(torch: Any, shape: tuple[int, ...], parts: list[Any]) -> None:
    found = []
    for library in (core, torch):

        def gradient(library: Any = library) -> Any:
            x = library.ones(shape, requires_grad=True)
            picked = x[index_for(library, parts)]
            (picked * library.arange(1.0, 1 + picked.numel()).reshape(picked.shape)).sum().backward()
            return x.grad.numpy()

        found.append(outcome(gradient))
    if isinstance(found[0], str) and not isinstance(found[1], str) and not found[1].any():
        return  # nothing is picked there
    same(*found, f"{shape} {parts}")


def _is_unclear(shape: tuple[int, ...], parts: list[Any]) -> bool:
    """Whether several values meet in one place, of which one wins, or nothing is picked."""
    places = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    try:
        picked = core.tensor(places)[index_for(core, parts)].numpy()
    except IndexError:
        return any(kind == "slice" for kind, _ in parts)
    except (RuntimeError, ValueError, TypeError):
        return False
    return not picked.size or len(np.unique(picked)) < picked.size
