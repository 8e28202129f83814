# ruff: noqa: E501 - one experiment a line
"""Attention and Transformers: numbers, gradients, texts, first values, dropout and errors are PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import core
from tests.parity.lines import outcome

PREFIX = """
F = nn.functional
S = F.scaled_dot_product_attention
torch.manual_seed(4)
q = torch.randn(2, 3, 4, 6)
k, v = torch.randn(2, 3, 5, 6), torch.randn(2, 3, 5, 7)
x = torch.randn(3, 2, 4)
def attention(**options):
    torch.manual_seed(2)
    return nn.MultiheadAttention(4, 2, **options)
def texts(module):
    return [(name, each.detach().tolist()) for name, each in module.named_parameters()]
def shapes(values):
    return [each if each is None else each.shape for each in values]
"""

SAME = {
    "without heads": "S(q[0, 0], k[0, 0], v[0, 0])",
    "of vectors": "S(q[0, 0, 0], k[0, 0], v[0, 0])",
    "mask and causal": "S(q, k, v, attn_mask=torch.ones(4, 5), is_causal=True)",
    "mask of integers": "S(q, k, v, attn_mask=torch.ones(4, 5, dtype=torch.int64))",
    "mask of another type": "S(q, k, v, attn_mask=torch.ones(4, 5, dtype=torch.float64))",
    "other types": "S(q, k.double(), v)",
    "integers": "S(q.long(), k.long(), v.long())",
    "a list": "S([1], k, v)",
    "all forbidden": "S(q, k, v, attn_mask=torch.zeros(4, 5, dtype=torch.bool))[0, 0]",
    "all minus infinity": "S(q, k, v, attn_mask=torch.full((4, 5), float('-inf')))[0, 0]",
    "dropout of 1.5": "S(q, k, v, dropout_p=1.5)",
    "dropout of all": "S(q, k, v, dropout_p=1.0)[0, 0, 0]",
    "dropout": "torch.manual_seed(9); S(q, k, v, dropout_p=0.4)[0]",
    "MultiheadAttention's text": "attention(kdim=3, bias=False)",
    "MultiheadAttention's state": "[(n, p.shape) for n, p in attention(kdim=3, vdim=5, add_bias_kv=True).state_dict().items()]",
    "MultiheadAttention's first values": "texts(attention(add_bias_kv=True))",
    "MultiheadAttention's other first values": "texts(attention(kdim=3, vdim=2))",
    "width that does not split": "nn.MultiheadAttention(5, 2)",
    "no heads": "nn.MultiheadAttention(4, 0)",
    "shares": "shapes(attention()(x, x, x))",
    "shares of heads": "shapes(attention()(x, x, x, average_attn_weights=False))",
    "no shares": "shapes(attention()(x, x, x, need_weights=False))",
    "no batch": "shapes(attention(batch_first=True)(x[0], x[0], x[0], average_attn_weights=False))",
    "causal without mask": "attention()(x, x, x, is_causal=True)",
    "small mask": "attention()(x, x, x, attn_mask=torch.ones(2, 2, dtype=torch.bool))",
    "wrong stack of masks": "attention()(x, x, x, attn_mask=torch.ones(3, 3, 3, dtype=torch.bool))",
    "mask of int32": "attention()(x, x, x, attn_mask=torch.ones(3, 3, dtype=torch.int32))",
    "padding for another batch": "attention()(x, x, x, key_padding_mask=torch.ones(3, 3, dtype=torch.bool))",
    "padding of another length": "attention()(x, x, x, key_padding_mask=torch.ones(2, 2, dtype=torch.bool))",
    "padding of 1-D": "attention()(x, x, x, key_padding_mask=torch.ones(2, dtype=torch.bool))",
    "mask of 1-D": "attention()(x, x, x, attn_mask=torch.ones(3, dtype=torch.bool))",
    "key of another length": "attention()(x, x[:2], x)",
    "query of another width": "attention()(x[..., :3], x, x)",
    "key without batch": "attention()(x, x[0], x)",
    "query of 1-D": "attention()(x[0, 0], x, x)",
    "value of another type": "attention()(x, x, x.double())",
    "nothing may be seen, with shares": "attention()(x, x, x, attn_mask=torch.ones(3, 3, dtype=torch.bool))[0].detach()",
    "nothing may be seen": "attention()(x, x, x, attn_mask=torch.ones(3, 3, dtype=torch.bool), need_weights=False)[0].detach()",
    "TransformerEncoderLayer's text": "nn.TransformerEncoderLayer(4, 2, 3)",
    "TransformerDecoderLayer's text": "nn.TransformerDecoderLayer(4, 2, 3, activation='gelu')",
    "TransformerEncoder's text": "nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 3, batch_first=True), 2)",
    "TransformerDecoder's text": "nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 3), 2, nn.LayerNorm(4))",
    "Transformer's text": "nn.Transformer(4, 2, 1, 1, 3, batch_first=True)",
    "Transformer's state": "[(n, p.shape) for n, p in nn.Transformer(4, 2, 1, 1, 3, batch_first=True).state_dict().items()]",
    "layer's first values": "torch.manual_seed(1); texts(nn.TransformerEncoderLayer(4, 2, 3))",
    "Transformer's first values": "torch.manual_seed(1); texts(nn.Transformer(4, 2, 1, 1, 3, batch_first=True))",
    "unknown activation": "nn.TransformerEncoderLayer(4, 2, 3, activation='x')",
    "subsequent mask": "nn.Transformer.generate_square_subsequent_mask(3)",
    "other batches": "nn.Transformer(4, 2, 1, 1, 3, batch_first=True)(torch.ones(2, 3, 4), torch.ones(1, 3, 4))",
    "other widths": "nn.Transformer(4, 2, 1, 1, 3, batch_first=True)(torch.ones(2, 3, 4), torch.ones(2, 3, 5))",
}


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True:UserWarning")  # there are none here
@pytest.mark.parametrize("name", SAME)
def test_same(name: str, torch: Any) -> None:
    assert outcome(core, SAME[name], PREFIX) == outcome(torch, SAME[name], PREFIX)


class Maker:
    """The tensors of an experiment, of one type, which are then asked for their gradients."""

    def __init__(self, library: Any, dtype: str) -> None:
        self.library = library
        self.dtype = getattr(library, dtype)
        self.leaves: list[Any] = []

    def __call__(self, *shape: int) -> Any:
        numbers = np.random.default_rng(len(self.leaves)).standard_normal(shape)
        leaf = self.library.tensor(numbers, dtype=self.dtype, requires_grad=True)
        self.leaves.append(leaf)
        return leaf

    def built(self, module: Any) -> Any:
        module = module.to(self.dtype)
        self.leaves += list(module.parameters())
        return module

    def mask(self, *shape: int) -> Any:
        """True in some places, in none of a row's first."""
        found = np.random.default_rng(7).random(shape) < 0.4
        found[..., 0] = False
        return self.library.tensor(found)


def _attention(options: dict[str, Any], **call: Any) -> Callable[[Maker], Any]:
    def run(make: Maker) -> Any:
        same = {key: call[key] for key in call if key not in ("masked", "padded", "stacked", "causal", "weighted")}
        layer = make.built(make.library.nn.MultiheadAttention(6, 2, **options))
        first = options.get("batch_first", False)
        query = make(2, 4, 6) if first else make(4, 2, 6)
        if "kdim" in options:
            key, value = make(5, 2, options["kdim"]), make(5, 2, options["vdim"])
        elif call.get("weighted"):
            key = value = make(2, 4, 6) if first else make(4, 2, 6)
        else:
            key = value = query
        same.pop("weighted", None)
        if call.get("masked"):
            same["attn_mask"] = make.mask(4, key.shape[1 if first else 0])
        if call.get("stacked"):
            same["attn_mask"] = make(4, 4, 4)
        if call.get("causal"):
            same["attn_mask"] = make.library.nn.Transformer.generate_square_subsequent_mask(4, dtype=make.dtype)
            same["is_causal"] = True
        if call.get("padded"):
            same["key_padding_mask"] = make.mask(2, key.shape[1 if first else 0])
        return [each for each in layer(query, key, value, **same) if each is not None]

    return run


def _encoder(**options: Any) -> Callable[[Maker], Any]:
    def run(make: Maker) -> Any:
        layer = make.library.nn.TransformerEncoderLayer(6, 2, 5, **options)
        encoder = make.built(make.library.nn.TransformerEncoder(layer, 2, make.library.nn.LayerNorm(6)))
        return [encoder(make(2, 4, 6), src_key_padding_mask=make.mask(2, 4) if options.get("batch_first") else None)]

    return run


def _transformer(make: Maker) -> Any:
    net = make.built(make.library.nn.Transformer(6, 2, 1, 2, 5, 0.3, batch_first=True))
    causal = net.generate_square_subsequent_mask(3, dtype=make.dtype)
    return [net(make(2, 4, 6), make(2, 3, 6), tgt_mask=causal, memory_key_padding_mask=make.mask(2, 4))]


def _grouped(make: Maker) -> Any:
    S = make.library.nn.functional.scaled_dot_product_attention
    return [S(make(2, 4, 3, 5), make(2, 2, 3, 5), make(2, 2, 3, 5), enable_gqa=True)]


def _dot_product(**options: Any) -> Callable[[Maker], Any]:
    def run(make: Maker) -> Any:
        S = make.library.nn.functional.scaled_dot_product_attention
        masks = {"bool": lambda: ~make.mask(3, 4), "float": lambda: make(2, 1, 3, 4)}
        given = {**options, "attn_mask": masks[options["attn_mask"]]()} if "attn_mask" in options else options
        return [S(make(2, 2, 3, 5), make(2, 2, 4, 5), make(2, 2, 4, 6), **given)]

    return run


EXPERIMENTS: dict[str, Callable[[Maker], Any]] = {
    "attention": _dot_product(),
    "attention causal": _dot_product(is_causal=True),
    "attention scaled": _dot_product(scale=0.3),
    "attention masked": _dot_product(attn_mask="bool"),
    "attention with a bias": _dot_product(attn_mask="float"),
    "attention grouped": _grouped,
    "heads": _attention({}, need_weights=False),
    "heads batch first": _attention({"batch_first": True}, need_weights=False),
    "heads with shares": _attention({}),
    "heads with all shares": _attention({"batch_first": True}, average_attn_weights=False),
    "heads with dropout": _attention({"dropout": 0.4}, need_weights=False),
    "heads with dropped shares": _attention({"dropout": 0.4}),
    "heads without bias": _attention({"bias": False}, need_weights=False),
    "heads masked": _attention({}, masked=True, need_weights=False),
    "heads masked each": _attention({}, stacked=True, need_weights=False),
    "heads causal": _attention({"batch_first": True}, causal=True, need_weights=False),
    "heads padded": _attention({}, padded=True, need_weights=False),
    "heads masked and padded": _attention({"batch_first": True}, masked=True, padded=True),
    "heads to another": _attention({"batch_first": True}, weighted=True, padded=True, need_weights=False),
    "heads of other widths": _attention({"kdim": 3, "vdim": 5}, masked=True),
    "heads with a learned key": _attention({"add_bias_kv": True}, masked=True, padded=True, need_weights=False),
    "heads with a zero": _attention({"add_zero_attn": True}, padded=True),
    "encoder": _encoder(dropout=0.0),
    "encoder with dropout": _encoder(dropout=0.3, batch_first=True),
    "encoder norm first": _encoder(norm_first=True, activation="gelu", batch_first=True),
    "transformer": _transformer,
}


def _run(library: Any, dtype: str, experiment: Callable[[Maker], Any]) -> list[Any]:
    library.manual_seed(3)
    make = Maker(library, dtype)
    outputs = experiment(make)
    sum((each * (number + 1)).sin().sum() for number, each in enumerate(outputs)).backward()
    gradients = [np.zeros(()) if each.grad is None else each.grad.numpy() for each in make.leaves]
    return [each.detach().numpy() for each in outputs] + gradients


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True:UserWarning")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_same_numbers_gradients_and_dropout(name: str, dtype: str, torch: Any) -> None:
    # The learned key is drawn by randn, which is PyTorch's to 1.2e-7.
    tolerance = 5e-5 if dtype == "float32" else 1e-6 if name == "heads with a learned key" else 1e-10
    experiment = EXPERIMENTS[name]
    for mine, reference in zip(_run(core, dtype, experiment), _run(torch, dtype, experiment), strict=True):
        np.testing.assert_allclose(mine, reference, rtol=tolerance, atol=tolerance)
