"""Templates: networks and blocks that everybody knows, ready to be put into a drawing.

A template is a table of parts; `new` makes a fresh fragment of it. Sizes that follow from what flows in are left empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from core.design import catalog
from core.design.model import Fragment, Node, NodeId, Value, Wire, new_id


@dataclass(frozen=True, slots=True)
class Part:
    """A layer or a container of a template. `wires` connect the children of a Module by name; "split:1" is the second
    output of split."""

    type: str
    name: str
    options: Mapping[str, Value] = field(default_factory=dict)
    children: tuple[Part, ...] = ()
    wires: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A network or block to start from. `key` is how it is called; as no layer is, it has a space or a hyphen."""

    key: str
    icon: str
    summary: str
    body: Part


def new(key: str) -> Fragment:
    """A new one of the template, the built-in layer or the custom layer that this key means."""
    template = TEMPLATES.get(key)
    if template is None:
        return catalog.new(key)
    root = new_id()
    return Fragment({node.id: node for node in _nodes(template.body, root)}, (root,))


def _nodes(part: Part, node_id: NodeId) -> Iterator[Node]:
    ids = {child.name: new_id() for child in part.children}
    targets = [target for _, target in part.wires]
    wires = tuple(
        Wire(ids[source], ids[target], targets[:place].count(target), int(output or 0))
        for place, (start, target) in enumerate(part.wires)
        for source, _, output in [start.partition(":")]
    )
    yield Node(node_id, part.type, part.name, part.options, tuple(ids.values()), wires)
    for child in part.children:
        yield from _nodes(child, ids[child.name])


# --- parts ------------------------------------------------------------------------------------------------------------


def _layer(key: str, name: str = "", **options: Value) -> Part:
    return Part(key, name or catalog.default_name(key), options)


def _linear(name: str, width: int) -> Part:
    return _layer("Linear", name, out_features=width)


def _conv(name: str, channels: int, size: int, padding: int = 0) -> Part:
    return _layer("Conv2d", name, out_channels=channels, kernel_size=size, padding=padding)


def _pool(key: str, name: str) -> Part:
    return _layer(key, name, kernel_size=2)


def _stack(name: str, *children: Part) -> Part:
    """A Sequential; children of one name are numbered."""
    counts: dict[str, int] = {}
    numbered = []
    for child in children:
        counts[child.name] = counts.get(child.name, 0) + 1
        several = sum(other.name == child.name for other in children) > 1
        numbered.append(replace(child, name=f"{child.name}{counts[child.name]}") if several else child)
    return Part("Sequential", name, children=tuple(numbered))


_RELU = _layer("ReLU")
_TANH = _layer("Tanh")

_RESIDUAL = Part(
    "Module",
    "residual",
    children=(
        _layer("Input"),
        _stack("change", _conv("conv", 64, 3, 1), _layer("BatchNorm2d", "bn"), _RELU, _conv("conv", 64, 3, 1),
               _layer("BatchNorm2d", "bn")),
        _stack("skip", _conv("conv", 64, 1), _layer("BatchNorm2d", "bn")),
        _layer("Add"),
        _RELU,
        _layer("Output"),
    ),
    wires=(("input", "change"), ("input", "skip"), ("change", "add"), ("skip", "add"), ("add", "relu"),
           ("relu", "output")),
)  # fmt: skip


def _pair(name: str, channels: int) -> Part:
    """Two convolutions, as a U-Net has them at each size."""
    return _stack(name, _conv("conv", channels, 3, 1), _RELU, _conv("conv", channels, 3, 1), _RELU)


def _up(name: str, channels: int) -> Part:
    return _layer("ConvTranspose2d", name, out_channels=channels, kernel_size=2, stride=2)


_UNET = Part(
    "Module",
    "unet",
    children=(
        _layer("Input"), _pair("down1", 16), _pool("MaxPool2d", "pool1"), _pair("down2", 32),
        _pool("MaxPool2d", "pool2"), _pair("bottom", 64), _up("up2", 32), _layer("Concat", "join2"), _pair("back2", 32),
        _up("up1", 16), _layer("Concat", "join1"), _pair("back1", 16), _conv("output", 1, 1), _layer("Output", "out"),
    ),
    wires=(
        ("input", "down1"), ("down1", "pool1"), ("pool1", "down2"), ("down2", "pool2"), ("pool2", "bottom"),
        ("bottom", "up2"), ("down2", "join2"), ("up2", "join2"), ("join2", "back2"), ("back2", "up1"),
        ("down1", "join1"), ("up1", "join1"), ("join1", "back1"), ("back1", "output"), ("output", "out"),
    ),
)  # fmt: skip

_INCEPTION = Part(
    "Module",
    "inception",
    children=(
        _layer("Input"),
        _stack("ones", _conv("conv", 16, 1), _RELU),
        _stack("threes", _conv("squeeze", 16, 1), _RELU, _conv("conv", 24, 3, 1), _RELU),
        _stack("fives", _conv("squeeze", 8, 1), _RELU, _conv("conv", 12, 5, 2), _RELU),
        _stack("pooled", _layer("MaxPool2d", "pool", kernel_size=3, stride=1, padding=1), _conv("conv", 12, 1), _RELU),
        _layer("Concat"),
        _layer("Output"),
    ),
    wires=(*(("input", branch) for branch in ("ones", "threes", "fives", "pooled")),
           *((branch, "concat") for branch in ("ones", "threes", "fives", "pooled")), ("concat", "output")),
)  # fmt: skip

_BRANCHES = Part(
    "Module",
    "branches",
    children=(
        _layer("Input"), _layer("Flatten"), _layer("Split"), _stack("first", _linear("fc", 32), _RELU),
        _stack("second", _linear("fc", 32), _RELU), _layer("Concat"), _linear("output", 10), _layer("Output", "out"),
    ),
    wires=(("input", "flatten"), ("flatten", "split"), ("split", "first"), ("split:1", "second"), ("first", "concat"),
           ("second", "concat"), ("concat", "output"), ("output", "out")),
)  # fmt: skip

_LENET = _stack(
    "lenet", _conv("conv", 6, 5, 2), _TANH, _pool("AvgPool2d", "pool"), _conv("conv", 16, 5), _TANH,
    _pool("AvgPool2d", "pool"), _layer("Flatten"), _linear("fc", 120), _TANH, _linear("fc", 84), _TANH,
    _linear("output", 10),
)  # fmt: skip

_AUTOENCODER = _stack(
    "autoencoder",
    _stack("encoder", _layer("Flatten"), _linear("hidden", 128), _RELU, _linear("code", 16)),
    _stack("decoder", _linear("hidden", 128), _RELU, _linear("output", 64)),
)

_TRANSFORMER = _stack(
    "transformer",
    _layer("Embedding", num_embeddings=1000, embedding_dim=64),
    _layer("PositionalEncoding", "position"),
    _layer("TransformerEncoder", "encoder", num_layers=2, nhead=4, dim_feedforward=128),
    _layer("Permute"),
    _layer("AdaptiveAvgPool1d", "mean", output_size=1),
    _layer("Flatten"),
    _linear("output", 10),
)

_TABLE = (
    Template("MLP classifier", "linear", "A multilayer perceptron: two hidden layers, ten outputs.",
             _stack("mlp", _layer("Flatten"), _linear("hidden", 128), _RELU, _linear("hidden", 64), _RELU,
                    _linear("output", 10))),
    Template("LeNet-5", "conv", "LeCun's network of 1998 for pictures of digits, 28 × 28.", _LENET),
    Template("Residual block", "add", "Two convolutions whose outcome is added to what came in, as in ResNet.",
             _RESIDUAL),
    Template("VGG block", "conv", "Two 3 × 3 convolutions, then pooling to half the size.",
             _stack("vgg", _conv("conv", 64, 3, 1), _RELU, _conv("conv", 64, 3, 1), _RELU,
                    _pool("MaxPool2d", "pool"))),
    Template("Inception block", "concat", "Convolutions of several sizes beside each other, as in GoogLeNet.",
             _INCEPTION),
    Template("U-Net", "conv-transpose", "Makes a picture small and large again and keeps what it saw on the way; height"
             " and width must divide by 4.", _UNET),
    Template("Two branches", "split", "Divides each sample in two halves, which go ways of their own until they meet.",
             _BRANCHES),
    Template("Dense autoencoder", "flatten", "Squeezes a sample into 16 numbers and draws it again; give its output the"
             " size of your data.", _AUTOENCODER),
    Template("GRU classifier", "gru", "Reads a text number by number and says which of ten classes it is.",
             _stack("reader", _layer("Embedding", num_embeddings=1000, embedding_dim=64),
                    _layer("GRU", hidden_size=64), _linear("output", 10))),
    Template("Transformer encoder", "encoder", "Lets all words of a text look at each other, then says which of ten"
             " classes it is.", _TRANSFORMER),
)  # fmt: skip
TEMPLATES: Mapping[str, Template] = MappingProxyType({template.key: template for template in _TABLE})
"""All templates by key, in the order the palette shows them."""
