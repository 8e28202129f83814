# ruff: noqa: E501 - one experiment a line
"""Recurrent layers, cells and packed sequences: numbers, gradients, texts, first values and errors are PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core
from tests.parity.lines import outcome

PREFIX = """
L = torch.tensor
if torch.__name__ == 'core':
    from core.nn.utils.rnn import *
else:
    from torch.nn.utils.rnn import *
torch.manual_seed(5)
x = torch.randn(4, 3, 2)
padded = torch.arange(12.0).reshape(4, 3)
def texts(values):
    if isinstance(values, torch.Tensor):
        return values.detach().tolist()
    return [texts(each) for each in values]
def seen(values):
    return [each if each is None else each.detach() for each in values]
"""

SAME = {
    "RNN's text": "nn.RNN(3, 4, 2, 'relu')",
    "LSTM's text": "nn.LSTM(3, 4, 2, False, True, 0.5, True, 2)",
    "GRU's text": "nn.GRU(3, 4)",
    "RNNCell's text": "nn.RNNCell(3, 4, False, 'relu')",
    "LSTMCell's text": "nn.LSTMCell(3, 4)",
    "GRUCell's text": "nn.GRUCell(3, 4, False)",
    "LSTM's state": "[(k, v.shape) for k, v in nn.LSTM(2, 3, 2, bidirectional=True, proj_size=1).state_dict().items()]",
    "GRU's state": "[(k, v.shape) for k, v in nn.GRU(2, 3, 2, bias=False).state_dict().items()]",
    "RNN's parameters": "[k for k, v in nn.RNN(2, 3, bidirectional=True).named_parameters()]",
    "GRUCell's state": "[(k, v.shape) for k, v in nn.GRUCell(2, 3).state_dict().items()]",
    "LSTM's first values": "torch.manual_seed(1); texts(nn.LSTM(2, 3, 2, bidirectional=True).parameters())",
    "LSTMCell's first values": "torch.manual_seed(1); texts(nn.LSTMCell(2, 3).parameters())",
    "all_weights": "m = nn.LSTM(2, 3, 2); [[w.shape for w in each] for each in m.all_weights], m.all_weights[1][0] is m.weight_ih_l1",
    "flatten_parameters": "nn.LSTM(2, 3).flatten_parameters()",
    "attributes": "m = nn.RNN(2, 3, dropout=0, nonlinearity='relu'); m.mode, m.nonlinearity, m.dropout, m.proj_size",
    "LSTM of another type": "nn.LSTM(2, 4)(x.double())",
    "GRU h of another type": "nn.GRU(2, 4)(x, torch.ones(1, 3, 4).double())",
    "GRUCell of another type": "nn.GRUCell(2, 4)(x[0].double())",
    "LSTMCell h of another type": "nn.LSTMCell(2, 4)(x[0], (torch.ones(3, 4).double(), torch.ones(3, 4).double()))",
    "LSTM misfit": "nn.LSTM(3, 4)(x)",
    "LSTM of 4-D": "nn.LSTM(3, 4)(torch.ones(1, 1, 1, 3))",
    "RNN of 4-D": "nn.RNN(3, 4)(torch.ones(1, 1, 1, 3))",
    "GRU of 1-D": "nn.GRU(3, 4)(torch.ones(3))",
    "LSTM wrong h": "nn.LSTM(2, 4)(x, (torch.ones(1, 3, 5), torch.ones(1, 3, 4)))",
    "LSTM wrong c": "nn.LSTM(2, 4, 2)(x, (torch.ones(2, 3, 4), torch.ones(1, 3, 4)))",
    "LSTM h of 2-D": "nn.LSTM(2, 4)(x, (torch.ones(3, 4), torch.ones(3, 4)))",
    "LSTM h of 3-D without batch": "nn.LSTM(2, 4)(x[0], (torch.ones(1, 3, 4), torch.ones(1, 3, 4)))",
    "GRU wrong h": "nn.GRU(2, 4)(x, torch.ones(1, 2, 4))",
    "GRU h of 2-D": "nn.GRU(2, 4)(x, torch.ones(2, 4))",
    "GRU h of 3-D without batch": "nn.GRU(2, 4)(x[0], torch.ones(1, 2, 4))",
    "LSTM of no steps": "nn.LSTM(3, 4)(torch.ones(0, 2, 3))",
    "LSTM of no samples": "y, (h, c) = nn.LSTM(3, 4)(torch.ones(2, 0, 3)); y.shape, h.shape, c.shape",
    "GRU with a projection": "nn.GRU(3, 4, proj_size=2)",
    "large projection": "nn.LSTM(3, 4, proj_size=4)",
    "negative projection": "nn.LSTM(3, 4, proj_size=-1)",
    "dropout of 2": "nn.LSTM(3, 4, dropout=2)",
    "bias of 1": "nn.LSTM(3, 4, bias=1)",
    "batch_first of 1": "nn.LSTM(3, 4, batch_first=1)",
    "hidden_size of 4.0": "nn.LSTM(3, 4.0)",
    "hidden_size of 0": "nn.LSTM(3, 0)",
    "input_size of 0": "nn.LSTM(0, 3)",
    "no layers": "nn.LSTM(3, 4, 0)",
    "unknown nonlinearity": "nn.RNN(3, 4, nonlinearity='x')",
    "LSTMCell misfit": "nn.LSTMCell(3, 4)(torch.ones(2, 5))",
    "LSTMCell wrong h": "nn.LSTMCell(3, 4)(torch.ones(2, 3), (torch.ones(2, 5), torch.ones(2, 5)))",
    "LSTMCell h of 3-D": "nn.LSTMCell(3, 4)(torch.ones(2, 3), (torch.ones(2, 1, 5), torch.ones(2, 5)))",
    "GRUCell wrong batch": "nn.GRUCell(3, 4)(torch.ones(2, 3), torch.ones(3, 4))",
    "RNNCell of 3-D": "nn.RNNCell(3, 4)(torch.ones(2, 3, 4))",
    "RNNCell's nonlinearity": "nn.RNNCell(3, 4, nonlinearity='x')(torch.ones(2, 3))",
    "LSTMCell of one": "torch.manual_seed(0); seen(nn.LSTMCell(2, 3)(x[0, 0]))",
    # packed sequences
    "pack": "pack_padded_sequence(padded, [4, 2, 1])",
    "pack batch first": "pack_padded_sequence(padded, L([3, 2, 2, 1]), batch_first=True)",
    "pack unsorted": "pack_padded_sequence(padded, [2, 4, 3], enforce_sorted=False)",
    "pack refuses unsorted": "pack_padded_sequence(padded, [4, 2, 3])",
    "pack refuses an empty one": "pack_padded_sequence(padded, [4, 2, 0])",
    "pack refuses too few": "pack_padded_sequence(padded, [4, 2])",
    "pack refuses 2-D lengths": "pack_padded_sequence(padded, L([[4, 2, 1]]))",
    "pack of vectors": "pack_padded_sequence(x, [4, 2, 1]).data",
    "pack's gradient": "w = padded.clone().requires_grad_(); (pack_padded_sequence(w, [3, 2, 1]).data ** 2).sum().backward(); w.grad",
    "pad": "pad_packed_sequence(pack_padded_sequence(padded, [3, 2, 1]))",
    "pad to more": "pad_packed_sequence(pack_padded_sequence(padded, [3, 2, 1]), True, -1.0, 5)",
    "pad to less": "pad_packed_sequence(pack_padded_sequence(padded, [3, 2, 1]), total_length=2)",
    "pad unsorted": "pad_packed_sequence(pack_padded_sequence(padded, [2, 3, 1], enforce_sorted=False))",
    "pad vectors": "pad_packed_sequence(pack_padded_sequence(x, [3, 2, 1]), True)",
    "pad_sequence": "pad_sequence([L([1, 2]), L([3])])",
    "pad_sequence of vectors": "pad_sequence([x[:3, 0], x[:1, 1]], padding_value=7.0)",
    "pad_sequence on the left": "pad_sequence([L([1, 2]), L([3])], True, 9, 'left')",
    "pad_sequence on top": "pad_sequence([L([1, 2])], padding_side='up')",
    "pad_sequence of none": "pad_sequence([])",
    "pad_sequence of a number": "pad_sequence(3)",
    "pad_sequence's gradient": "a = L([1.0, 2.0], requires_grad=True); (pad_sequence([a, L([3.0])]) ** 2).sum().backward(); a.grad",
    "pack_sequence": "pack_sequence([L([3, 4, 5]), L([1, 2])])",
    "pack_sequence unsorted": "pack_sequence([L([1, 2]), L([3, 4, 5])], enforce_sorted=False)",
    "pack_sequence refuses unsorted": "pack_sequence([L([1, 2]), L([3, 4, 5])])",
    "unpack_sequence": "unpack_sequence(pack_sequence([L([1, 2]), L([3, 4, 5])], enforce_sorted=False))",
    "unpad_sequence": "unpad_sequence(L([[1, 2, 3], [4, 5, 6]]), L([2, 3]), True)",
    "packed to double": "p = pack_sequence([L([1.0, 2.0]), L([3.0])]); p.double(), p.to(torch.float32) is p, p.is_cuda, len(p)",
}


@pytest.mark.parametrize("name", SAME)
def test_same(name: str, torch: Any) -> None:
    assert outcome(core, SAME[name], PREFIX) == outcome(torch, SAME[name], PREFIX)


LAYERS = {
    "RNN": ("RNN", {}),
    "RNN relu": ("RNN", {"nonlinearity": "relu", "num_layers": 2}),
    "RNN both ways": ("RNN", {"bidirectional": True, "num_layers": 2}),
    "LSTM": ("LSTM", {}),
    "LSTM batch first": ("LSTM", {"batch_first": True}),
    "LSTM without bias": ("LSTM", {"bias": False}),
    "LSTM deep": ("LSTM", {"num_layers": 3, "bidirectional": True}),
    "LSTM projected": ("LSTM", {"proj_size": 2, "num_layers": 2, "bidirectional": True}),
    "GRU": ("GRU", {}),
    "GRU without bias": ("GRU", {"bias": False, "batch_first": True}),
    "GRU deep": ("GRU", {"num_layers": 2, "bidirectional": True}),
}
BATCH, STEPS, FEATURES, HIDDEN = 3, 4, 5, 6


def _numbers(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).standard_normal(shape)


def _flat(values: Any) -> list[Any]:
    """All tensors in nested tuples, in order; of a packed sequence its data."""
    if isinstance(values, tuple):
        values = values[:1] if hasattr(values, "batch_sizes") else values
        return [each for value in values for each in _flat(value)]
    return [values]


def _run(library: Any, kind: str, options: dict[str, Any], dtype: str, form: str) -> list[Any]:
    """Outputs and gradients of a layer with the states given, for a batch, a packed batch or one sequence."""
    library.manual_seed(11)
    layer = getattr(library.nn, kind)(FEATURES, HIDDEN, **options).to(getattr(library, dtype))
    ways = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)
    batch = () if form == "one" else (BATCH,)
    shape = (STEPS, *batch, FEATURES)
    if options.get("batch_first") and form != "one":
        shape = (BATCH, STEPS, FEATURES)

    def leaf(*sizes: int) -> Any:
        return library.tensor(_numbers(*sizes), dtype=getattr(library, dtype), requires_grad=True)

    x, h, c = leaf(*shape), leaf(ways, *batch, options.get("proj_size") or HIDDEN), leaf(ways, *batch, HIDDEN)
    given = x
    if form == "packed":
        pack = library.nn.utils.rnn.pack_padded_sequence
        given = pack(x, [2, 4, 1], options.get("batch_first", False), enforce_sorted=False)
    outputs = _flat(layer(given, (h, c) if kind == "LSTM" else h))
    loss = sum((each * (number + 1)).sin().sum() for number, each in enumerate(outputs))
    loss.backward()
    leaves = [x, h] + ([c] if kind == "LSTM" else []) + list(layer.parameters())
    return [each.detach().numpy() for each in outputs] + [each.grad.numpy() for each in leaves]


@pytest.mark.filterwarnings("ignore:LSTM with projections:UserWarning")  # PyTorch's own way of working
@pytest.mark.parametrize("form", ["batch", "packed", "one"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", LAYERS)
def test_layers_give_the_same_numbers_and_gradients(name: str, dtype: str, form: str, torch: Any) -> None:
    kind, options = LAYERS[name]
    tolerance = {"float64": 1e-12, "float32": 3e-5}[dtype]
    ours, theirs = _run(core, kind, options, dtype, form), _run(torch, kind, options, dtype, form)
    for mine, reference in zip(ours, theirs, strict=True):
        assert mine.dtype == reference.dtype
        np.testing.assert_allclose(mine, reference, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("kind", ["RNNCell", "LSTMCell", "GRUCell"])
@pytest.mark.parametrize("bias", [True, False])
def test_cells_give_the_same_numbers_and_gradients(kind: str, bias: bool, torch: Any) -> None:
    def run(library: Any) -> list[Any]:
        library.manual_seed(2)
        cell = getattr(library.nn, kind)(FEATURES, HIDDEN, bias).double()
        x = library.tensor(_numbers(BATCH, FEATURES), requires_grad=True)
        state = None
        for _ in range(3):
            state = cell(x, state)
        outputs = _flat(state)
        sum((each * (number + 1)).sin().sum() for number, each in enumerate(outputs)).backward()
        return [each.detach().numpy() for each in outputs] + [each.grad.numpy() for each in (x, *cell.parameters())]

    for mine, reference in zip(run(core), run(torch), strict=True):
        np.testing.assert_allclose(mine, reference, rtol=1e-12, atol=1e-12)


def test_dropout_with_one_layer_warns_as_pytorch_does(torch: Any) -> None:
    said = []
    for library in (core, torch):
        with pytest.warns(UserWarning, match="dropout option adds dropout") as caught:
            library.nn.LSTM(2, 3, dropout=0.5)
        said.append(str(caught[0].message))
    assert said[0] == said[1]
