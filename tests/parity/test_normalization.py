"""Normalisation layers give PyTorch's numbers, gradients, running figures, texts and errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core

Layer = tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]

LAYERS: list[Layer] = [
    ("BatchNorm1d", (3,), {}, (5, 3)),
    ("BatchNorm1d", (3,), {"momentum": None, "eps": 1e-3}, (5, 3, 4)),
    ("BatchNorm1d", (3,), {"affine": False}, (5, 3)),
    ("BatchNorm1d", (3,), {"bias": False}, (5, 3)),
    ("BatchNorm1d", (3,), {"track_running_stats": False}, (5, 3)),
    ("BatchNorm2d", (3,), {"momentum": 0.3}, (2, 3, 4, 5)),
    ("BatchNorm2d", (1,), {}, (2, 1, 4, 5)),
    ("BatchNorm2d", (3,), {}, (0, 3, 4, 5)),
    ("BatchNorm3d", (3,), {}, (2, 3, 4, 5, 2)),
    ("LazyBatchNorm1d", (), {}, (5, 3)),
    ("LazyBatchNorm2d", (), {"affine": False}, (5, 3, 2, 2)),
    ("LazyBatchNorm3d", (), {"track_running_stats": False, "bias": False}, (5, 3, 2, 2, 1)),
    ("InstanceNorm1d", (3,), {}, (2, 3, 4)),
    ("InstanceNorm1d", (3,), {"affine": True, "track_running_stats": True}, (2, 3, 4)),
    ("InstanceNorm1d", (3,), {"affine": True}, (3, 4)),
    ("InstanceNorm2d", (3,), {"affine": True, "bias": False}, (2, 3, 4, 5)),
    ("InstanceNorm2d", (3,), {"track_running_stats": True, "momentum": 0.5}, (3, 4, 5)),
    ("InstanceNorm3d", (3,), {"eps": 1e-2}, (2, 3, 4, 5, 2)),
    ("LazyInstanceNorm1d", (), {}, (2, 3, 4)),
    ("LazyInstanceNorm2d", (), {"affine": False}, (2, 3, 4, 4)),
    ("LazyInstanceNorm3d", (), {"affine": True}, (2, 3, 4, 4, 2)),
    ("LayerNorm", (4,), {}, (5, 4)),
    ("LayerNorm", ((3, 4),), {"eps": 1e-3}, (5, 3, 4)),
    ("LayerNorm", ([4],), {"bias": False}, (2, 5, 4)),
    ("LayerNorm", ((1, 4),), {"elementwise_affine": False}, (5, 1, 4)),
    ("LayerNorm", (4,), {}, (0, 4)),
    ("GroupNorm", (2, 4), {}, (3, 4)),
    ("GroupNorm", (2, 6), {"eps": 1e-3}, (3, 6, 4)),
    ("GroupNorm", (1, 4), {"bias": False}, (3, 4, 2, 2)),
    ("GroupNorm", (4, 4), {"affine": False}, (3, 4, 2, 2, 2)),
    ("RMSNorm", (4,), {}, (5, 4)),
    ("RMSNorm", ((3, 4),), {"eps": 1e-2, "elementwise_affine": False}, (5, 3, 4)),
    ("LocalResponseNorm", (3,), {}, (2, 5, 4)),
    ("LocalResponseNorm", (2,), {"alpha": 0.5, "beta": 0.5, "k": 2.0}, (2, 5, 4, 3)),
    ("LocalResponseNorm", (9,), {"alpha": 0.5}, (2, 2, 4)),
]
every_layer = pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: f"{layer[0]}-{layer[1:]}")


def numbers(shape: tuple[int, ...], seed: int = 0) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).normal(1.0, 2.0, shape)


def run(library: Any, layer: Layer, kind: str) -> dict[str, Any]:
    """What a layer with other than its first weights gives in two steps of training and one of evaluation."""
    name, args, options, shape = layer
    made = getattr(library.nn, name)(*args, **options)
    dtype = getattr(library, kind)
    made = made.to(dtype)
    found: dict[str, Any] = {}
    for step in ("first", "second", "evaluated"):
        made.train(step != "evaluated")
        x = library.tensor(numbers(shape).tolist(), dtype=dtype).reshape(shape).requires_grad_()
        out = made(x)
        with library.no_grad():
            slope = library.tensor(numbers(shape, 1).tolist(), dtype=dtype).reshape(shape)
        (out * slope).sum().backward()
        found |= {f"{step} output": out.detach(), f"{step} input's gradient": x.grad}
        for each, parameter in made.named_parameters():
            found[f"{step} gradient of {each}"] = parameter.grad
            parameter.data = parameter.data + parameter.data * 0.5 + 0.25
    return found | {f"state {each}": value for each, value in made.state_dict().items()} | {"text": repr(made)}


@pytest.mark.filterwarnings("ignore:Lazy modules are a new feature")
@every_layer
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_same_numbers(layer: Layer, kind: str, torch: Any) -> None:
    ours, theirs = run(core, layer, kind), run(torch, layer, kind)
    assert list(ours) == list(theirs)
    near = {"rtol": 1e-9, "atol": 1e-10} if kind == "float64" else {"rtol": 2e-4, "atol": 2e-5}
    for name, value in theirs.items():
        if name == "text":
            assert ours[name] == value
        else:
            assert str(ours[name].dtype) == str(value.dtype), name
            np.testing.assert_allclose(ours[name].numpy(), value.numpy(), err_msg=name, **near)


REFUSED: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]] = [
    ("batch_norm", (None, None), {}, (2, 3)),
    ("batch_norm", (2, 3), {}, (2, 3)),
    ("batch_norm", (3, 3, 2), {}, (2, 3)),
    ("batch_norm", (3, 3, None, 2), {}, (2, 3)),
    ("batch_norm", (3, None), {"training": True}, (2, 3)),
    ("batch_norm", (None, None), {"training": True}, (3,)),
    ("batch_norm", (None, None), {"training": True}, (1, 3)),
    ("layer_norm", ((4,),), {}, (2, 3)),
    ("layer_norm", ((4, 3),), {}, (3,)),
    ("layer_norm", ((),), {}, (2, 3)),
    ("layer_norm", (3,), {}, (2, 3)),
    ("layer_norm", ((3,), 2), {}, (2, 3)),
    ("layer_norm", ((3,), None, 2), {}, (2, 3)),
    ("group_norm", (3,), {}, (2, 4)),
    ("group_norm", (2,), {}, (4,)),
    ("group_norm", (4,), {}, (1, 4)),
    ("group_norm", (0,), {}, (2, 4)),
    ("instance_norm", (), {}, (2, 4)),
    ("instance_norm", (), {}, (2, 4, 1)),
    ("instance_norm", (), {"use_input_stats": False}, (2, 4, 2)),
    ("local_response_norm", (2,), {}, (2, 4)),
]


def said(library: Any, name: str, args: tuple[Any, ...], options: dict[str, Any], shape: tuple[int, ...]) -> str:
    """Numbers stand for tensors of that length, but in what is no tensor."""
    plain = name not in ("batch_norm", "instance_norm") and args[:1]
    rest = args[len(plain) :] if plain else args
    given = [library.ones(each) if isinstance(each, int) else each for each in rest]
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the kind is what is compared
        getattr(library.nn.functional, name)(library.ones(*shape), *(plain or ()), *given, **options)
    return f"{caught.type.__name__}: {caught.value}"


@pytest.mark.parametrize("refused", REFUSED, ids=str)
def test_same_refusal(refused: Any, torch: Any) -> None:
    assert said(core, *refused) == said(torch, *refused)


LAYERS_REFUSED: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]] = [
    ("BatchNorm1d", (3,), {}, (2, 4)),
    ("BatchNorm1d", (3,), {"track_running_stats": False}, (2, 4)),
    ("BatchNorm1d", (3,), {}, (2, 3, 4, 5)),
    ("BatchNorm2d", (3,), {}, (2, 3, 4)),
    ("BatchNorm3d", (3,), {}, (2, 3, 4)),
    ("InstanceNorm1d", (4,), {"affine": True}, (5, 3)),
    ("InstanceNorm1d", (4,), {"affine": True}, (2, 5, 3)),
    ("InstanceNorm2d", (4,), {}, (2, 5)),
    ("GroupNorm", (3, 4), {}, (2, 4)),
    ("GroupNorm", (2, 4), {}, (2, 6)),
    ("LayerNorm", (4,), {}, (2, 6)),
]


@pytest.mark.parametrize("refused", LAYERS_REFUSED, ids=str)
def test_layers_refuse_alike(refused: Any, torch: Any) -> None:
    name, args, options, shape = refused

    def said_by(library: Any) -> str:
        with pytest.raises((ValueError, RuntimeError)) as caught:
            getattr(library.nn, name)(*args, **options)(library.ones(*shape))
        return f"{caught.type.__name__}: {caught.value}"

    assert said_by(core) == said_by(torch)


def test_a_channel_count_that_is_not_used_is_warned_of() -> None:
    with pytest.warns(UserWarning, match="does not match num_features"):
        core.nn.InstanceNorm1d(4)(core.ones(5, 3))


@pytest.mark.parametrize("name", ["batch_norm", "layer_norm"])
def test_half_precision_is_worked_out_in_single(name: str, torch: Any) -> None:
    def run_half(library: Any) -> Any:
        x = library.tensor(numbers((6, 4)).tolist(), dtype=library.float16, requires_grad=True)
        extra = (None, None, None, None, True) if name == "batch_norm" else ((4,),)
        out = getattr(library.nn.functional, name)(x, *extra)
        out.float().square().sum().backward()
        return out.detach().numpy(), x.grad.numpy()

    for ours, theirs in zip(run_half(core), run_half(torch), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=6e-3)
