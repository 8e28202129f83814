"""Other ways to train the linear networks of the engine's benchmark: by hand in numpy, and with MyGrad."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks._networks import Step

Array = Any
Update = Callable[[int, Array, Array], None]


def by_hand(sizes: tuple[int, ...], inputs: Array, classes: Array, optimizer: str) -> Step:
    """The least that numpy must do: no tensors, no record, one expression after the other."""
    generator = np.random.default_rng(0)
    parameters: list[Array] = []
    for before, after in pairwise(sizes):
        bound = before**-0.5
        parameters.append(generator.uniform(-bound, bound, (after, before)).astype(np.float32))
        parameters.append(generator.uniform(-bound, bound, after).astype(np.float32))
    update = (_sgd if optimizer == "SGD" else _adam)(parameters)
    rows = np.arange(len(inputs))

    def step() -> None:
        outputs = [inputs]
        for weight, bias in zip(parameters[::2], parameters[1::2], strict=True):
            out = outputs[-1] @ weight.T
            out += bias
            outputs.append(out)
            if weight is not parameters[-2]:
                np.maximum(out, 0, out=out)
        grad = _softmax_gradient(outputs[-1], rows, classes)
        for layer in range(len(sizes) - 2, -1, -1):
            below, weight = outputs[layer], parameters[2 * layer]
            by_weight, by_bias = grad.T @ below, grad.sum(axis=0)
            if layer:
                grad = grad @ weight
                grad *= below > 0
            update(2 * layer, weight, by_weight)
            update(2 * layer + 1, parameters[2 * layer + 1], by_bias)

    return step


def _softmax_gradient(scores: Array, rows: Array, classes: Array) -> Array:
    shifted = scores - scores.max(axis=1, keepdims=True)
    np.exp(shifted, out=shifted)
    shifted /= shifted.sum(axis=1, keepdims=True)
    shifted[rows, classes] -= 1
    shifted /= len(rows)
    return shifted


def _sgd(parameters: list[Array]) -> Update:
    def update(_: int, parameter: Array, grad: Array) -> None:
        grad *= 1e-3
        parameter -= grad

    return update


def _adam(parameters: list[Array]) -> Update:
    first, second = ([np.zeros_like(each) for each in parameters] for _ in range(2))
    taken = [0] * len(parameters)

    def update(number: int, parameter: Array, grad: Array) -> None:
        taken[number] += 1
        m, v, count = first[number], second[number], taken[number]
        m += (grad - m) * np.float32(0.1)
        grad *= grad
        v += (grad - v) * np.float32(0.001)
        root = np.sqrt(v)
        root *= np.float32((1 - 0.999**count) ** -0.5)
        root += np.float32(1e-8)
        parameter -= m * np.float32(1e-3 / (1 - 0.9**count)) / root

    return update


def with_mygrad(sizes: tuple[int, ...], inputs: Array, classes: Array) -> Step | None:
    """Plain gradient descent with MyGrad, which brings no other optimiser; None if it is not installed."""
    try:
        import mygrad
        from mygrad.nnet.activations import relu
        from mygrad.nnet.losses import softmax_crossentropy
    except ImportError:
        return None
    generator = np.random.default_rng(0)
    weights: list[Any] = [
        mygrad.tensor(generator.uniform(-0.1, 0.1, pair).astype(np.float32)) for pair in pairwise(sizes)
    ]
    biases: list[Any] = [mygrad.tensor(np.zeros(size, np.float32)) for size in sizes[1:]]

    def step() -> None:
        out: Any = inputs
        for weight, bias in zip(weights, biases, strict=True):
            out = (relu(out) if out is not inputs else out) @ weight + bias
        softmax_crossentropy(out, classes).backward()
        for parameter in (*weights, *biases):
            parameter.data -= np.float32(1e-3) * parameter.grad

    return step


def with_jax(sizes: tuple[int, ...], inputs: Array, classes: Array, optimizer: str) -> Step | None:
    """A step compiled as a whole by JAX; None if that is not installed."""
    try:
        import jax
        import jax.numpy as jnp
    except ImportError:
        return None
    generator, rows = np.random.default_rng(0), np.arange(len(inputs))
    parameters = [
        jnp.asarray(generator.uniform(-0.1, 0.1, shape).astype(np.float32))
        for pair in pairwise(sizes)
        for shape in (pair, pair[1:])
    ]

    def loss(parameters: list[Any]) -> Any:
        out: Any = inputs
        for number, (weight, bias) in enumerate(zip(parameters[::2], parameters[1::2], strict=True)):
            out = (jax.nn.relu(out) if number else out) @ weight + bias
        return -jax.nn.log_softmax(out)[rows, classes].mean()

    def sgd(parameters: list[Any], state: Any) -> Any:
        grads = jax.grad(loss)(parameters)
        return [p - 1e-3 * g for p, g in zip(parameters, grads, strict=True)], state

    def adam(parameters: list[Any], state: Any) -> Any:
        count, means, squares = state
        count, grads = count + 1, jax.grad(loss)(parameters)
        means = [m + (g - m) * 0.1 for m, g in zip(means, grads, strict=True)]
        squares = [v + (g * g - v) * 0.001 for v, g in zip(squares, grads, strict=True)]
        root, rate = jnp.sqrt(1 - 0.999**count), 1e-3 / (1 - 0.9**count)
        steps = [rate * m / (jnp.sqrt(v) / root + 1e-8) for m, v in zip(means, squares, strict=True)]
        return [p - step for p, step in zip(parameters, steps, strict=True)], (count, means, squares)

    update = jax.jit(sgd if optimizer == "SGD" else adam)
    now = [parameters, (0.0, [0 * p for p in parameters], [0 * p for p in parameters])]

    def step() -> None:
        now[:] = update(*now)
        now[0][0].block_until_ready()

    return step
