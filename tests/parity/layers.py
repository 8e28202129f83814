"""A layer, written as an expression, made and run by both engines with the same seed and the same inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

import core

Shapes = tuple[tuple[int, ...], ...]
KINDS = {"float64": 1e-9, "float32": 2e-4}


def numbers(shape: tuple[int, ...], seed: int) -> np.ndarray[Any, Any]:
    """Numbers no two of which are equal, on either side of zero."""
    count = int(np.prod(shape))
    values = np.random.default_rng(seed).permutation(count) - count / 2 + 0.25
    return np.asarray((values / max(count, 1) * 4).reshape(shape))


def run(library: Any, expression: str, shapes: Shapes, kind: str) -> dict[str, Any]:
    """Text, state, outputs and gradients, first and second, of a layer or function."""
    names = {"torch": library, "nn": library.nn, "F": library.nn.functional, "inf": float("inf")}
    library.manual_seed(0)
    layer = eval(expression, names)
    dtype = getattr(library, kind)
    module = isinstance(layer, library.nn.Module)
    found: dict[str, Any] = {"first text": repr(layer) if module else ""}
    lazy = "Lazy" in expression
    if module and not lazy:
        found |= _state(layer)
        layer = layer.to(dtype)
    inputs = [library.tensor(numbers(shape, seed), dtype=dtype) for seed, shape in enumerate(shapes)]
    inputs = [each.requires_grad_() for each in inputs]
    if lazy:
        layer(inputs[0].detach().to(library.float32))
        found |= _state(layer)
        layer = layer.to(dtype)
    if not inputs:
        return found
    out = layer(*inputs)
    outs = list(out) if isinstance(out, tuple) else [out]
    found |= {f"output {number}": _plain(each) for number, each in enumerate(outs)}
    wanted = [*inputs, *(layer.parameters() if module else ())]
    if not outs[0].requires_grad:
        return found
    slope = library.tensor(numbers(tuple(outs[0].shape), 9), dtype=dtype)
    first = library.autograd.grad((outs[0] * slope).sum(), wanted, create_graph=True)
    found |= {f"gradient {number}": _plain(each) for number, each in enumerate(first)}
    twice = sum((each * each).sum() for each in first)
    if getattr(twice, "requires_grad", False):
        second = library.autograd.grad(twice, wanted, allow_unused=True)
        found |= {f"second {number}": _plain(each) for number, each in enumerate(second) if each is not None}
    return found | ({"text": repr(layer)} if module else {})


def agree(torch: Any, expression: str, shapes: Shapes, kind: str) -> None:
    """Asserts that both give the same; texts and first values to the letter and bit."""
    ours, theirs = run(core, expression, shapes, kind), run(torch, expression, shapes, kind)
    for name in sorted({*ours, *theirs}):
        if name.startswith("second") and name not in ours and not np.any(theirs[name]):
            continue  # PyTorch hands out zeros where nothing depends on the input
        assert name in ours, name
        if name not in theirs:
            assert not np.any(ours[name]), name
        elif isinstance(ours[name], str) or name.startswith("state"):
            np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)
        else:
            assert ours[name].shape == theirs[name].shape, name
            scale = max(1.0, float(np.abs(theirs[name]).max(initial=0)))
            np.testing.assert_allclose(
                ours[name], theirs[name], atol=KINDS[kind] * scale, rtol=KINDS[kind], err_msg=name
            )


def refusal(library: Any, expression: str) -> tuple[str, str]:
    """The class and sentence of the error that an expression raises."""
    names = {"torch": library, "nn": library.nn, "F": library.nn.functional}
    try:
        eval(expression, names)
    except Exception as error:
        return type(error).__name__, str(error)
    raise AssertionError(f"{expression} raises nothing")


def _state(layer: Any) -> dict[str, Any]:
    return {f"state {name}": _plain(value) for name, value in layer.state_dict().items()}


def _plain(tensor: Any) -> Any:
    return tensor.detach().numpy()
