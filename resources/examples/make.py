"""The examples that come with the program. `python -m resources.examples.make` writes their files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.design import project
from core.design.data_options import for_other_source
from core.design.datasets import BUILT_IN
from core.design.model import Design, Node, NodeId, Value, Wire
from core.design.settings import DataSettings, Settings

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Part:
    """A layer, or a container with what is in it. `wires` are pairs of names: from, to."""

    type: str
    name: str
    options: dict[str, Value]
    children: tuple[Part, ...] = ()
    wires: tuple[tuple[str, str], ...] = ()


def layer(type: str, name: str = "", **options: Value) -> Part:
    """A layer; without a name it is called after its type."""
    return Part(type, name or type.lower(), options)


def linear(name: str, width: int) -> Part:
    """A Linear whose inputs are worked out from what flows in."""
    return layer("Linear", name, out_features=width)


def sequential(name: str, *children: Part) -> Part:
    """Layers that run in order."""
    return Part("Sequential", name, {}, children)


def module(name: str, *children: Part, wires: tuple[tuple[str, str], ...]) -> Part:
    """Layers connected by wires. Several wires into one layer go to its ports in this order."""
    return Part("Module", name, {}, children, wires)


def trained(name: str, net: Part, settings: Settings) -> Design:
    """A design in which the built-in dataset of the settings flows into `net`."""
    source = settings.data.source
    data = layer("Input", source, shape=BUILT_IN[source].shape)
    root = module(name, data, net, wires=((source, net.name),))
    nodes = {node.id: node for node in _nodes(root, name)}
    return Design(nodes, name, settings=settings)


def built_in(name: str) -> DataSettings:
    """A built-in dataset, read as it comes."""
    return for_other_source(DataSettings(), name)


def _nodes(part: Part, node_id: NodeId) -> Iterator[Node]:
    """The nodes of a part. An example's ids are paths, so that its file is the same whenever it is made."""
    ids = {child.name: f"{node_id}.{child.name}" for child in part.children}
    targets = [target for _, target in part.wires]
    wires = tuple(
        Wire(ids[source], ids[target], targets[:position].count(target))
        for position, (source, target) in enumerate(part.wires)
    )
    yield Node(node_id, part.type, part.name, part.options, tuple(ids.values()), wires)
    for child in part.children:
        yield from _nodes(child, ids[child.name])


# --- the examples -----------------------------------------------------------------------------------------------------


def digits_mlp() -> Design:
    """The first thing one sees: pictures of digits, two Linear layers."""
    net = sequential("net", layer("Flatten"), linear("hidden", 64), layer("ReLU"), linear("output", 10))
    return trained("digits-mlp", net, Settings(DataSettings("digits")))


def iris_mlp() -> Design:
    """Small enough to look at every weight."""
    net = sequential("net", linear("hidden", 8), layer("Tanh"), linear("output", 3))
    settings = Settings(DataSettings("iris"), optimiser_options={"lr": 0.01}, batch_size=16, epochs=50)
    return trained("iris-mlp", net, settings)


def diabetes_regression() -> Design:
    """Numbers instead of classes. A test loss of 1 is what guessing the mean would have."""
    net = sequential("net", linear("hidden", 16), layer("ReLU"), layer("Dropout", p=0.2), linear("output", 1))
    settings = Settings(
        DataSettings("diabetes"),
        loss="MSELoss",
        optimiser="AdamW",
        optimiser_options={"weight_decay": 0.1},
        batch_size=16,
        epochs=40,
    )
    return trained("diabetes-regression", net, settings)


def vanishing_gradients() -> Design:
    """Eight layers with sigmoids: the nearer to the input, the smaller the gradient, and nothing is learned."""
    deep = [part for i in range(1, 9) for part in (linear(f"fc{i}", 32), layer("Sigmoid", f"sigmoid{i}"))]
    net = sequential("net", layer("Flatten"), *deep, linear("output", 10))
    settings = Settings(DataSettings("digits"), optimiser="SGD", optimiser_options={"lr": 0.1}, epochs=10)
    return trained("vanishing-gradients", net, settings)


def nested_blocks() -> Design:
    """Containers in containers, with Dropout against learning by heart."""

    def block(name: str, width: int) -> Part:
        return sequential(name, linear("fc", width), layer("ReLU"), layer("Dropout", p=0.2))

    body = sequential("body", block("block1", 128), block("block2", 64))
    net = sequential("net", layer("Flatten"), body, linear("output", 10))
    return trained("nested-blocks", net, Settings(DataSettings("digits")))


def residual() -> Design:
    """Wires: each block adds what it was given to what it makes of it."""

    def block(name: str) -> Part:
        return module(
            name,
            layer("Input"),
            sequential("change", linear("fc1", 64), layer("ReLU"), linear("fc2", 64)),
            layer("Add"),
            layer("ReLU"),
            layer("Output"),
            wires=(("input", "change"), ("change", "add"), ("input", "add"), ("add", "relu"), ("relu", "output")),
        )

    net = sequential(
        "net", layer("Flatten"), linear("stem", 64), block("block1"), block("block2"), linear("output", 10)
    )
    return trained("residual", net, Settings(DataSettings("digits"), epochs=15))


def digits_convolution() -> Design:
    """LeNet's plan for small pictures: two convolutions, each with pooling, then two Linear layers."""
    net = sequential(
        "net",
        layer("Conv2d", "conv1", out_channels=8, kernel_size=3, padding=1),
        layer("ReLU", "relu1"),
        layer("MaxPool2d", "pool1", kernel_size=2),
        layer("Conv2d", "conv2", out_channels=16, kernel_size=3, padding=1),
        layer("ReLU", "relu2"),
        layer("MaxPool2d", "pool2", kernel_size=2),
        layer("Flatten"),
        linear("hidden", 64),
        layer("ReLU", "relu3"),
        linear("output", 10),
    )
    return trained(
        "digits-convolution", net, Settings(DataSettings("digits"), optimiser_options={"lr": 0.003}, epochs=10)
    )


def mnist_lenet() -> Design:
    """LeNet-5 on digits of the size it was made for, with ReLU and maxima as they are used today."""
    net = sequential(
        "net",
        layer("Conv2d", "conv1", out_channels=6, kernel_size=5, padding=2),
        layer("ReLU", "relu1"),
        layer("MaxPool2d", "pool1", kernel_size=2),
        layer("Conv2d", "conv2", out_channels=16, kernel_size=5),
        layer("ReLU", "relu2"),
        layer("MaxPool2d", "pool2", kernel_size=2),
        layer("Flatten"),
        linear("fc1", 120),
        layer("ReLU", "relu3"),
        linear("fc2", 84),
        layer("ReLU", "relu4"),
        linear("output", 10),
    )
    return trained("mnist-lenet", net, Settings(DataSettings("mnist"), batch_size=64, epochs=10))


def digits_lstm() -> Design:
    """A picture read row by row: its eight rows are the steps of a sequence."""
    net = sequential(
        "net",
        layer("Flatten", "rows", end_dim=2),
        layer("LSTM", "reader", hidden_size=32),
        linear("output", 10),
    )
    settings = Settings(DataSettings("digits"), optimiser_options={"lr": 0.005}, epochs=15)
    return trained("digits-lstm", net, settings)


def co2_forecast() -> Design:
    """The air's carbon dioxide four weeks on, by the year before: a Conv1d looks for the season in it."""
    net = sequential(
        "net",
        layer("Permute", "columns_first", dims=(0, 2, 1)),
        layer("Conv1d", "season", out_channels=8, kernel_size=13),
        layer("ReLU"),
        layer("Flatten"),
        linear("output", 1),
    )
    settings = Settings(built_in("co2"), loss="MSELoss", optimiser_options={"lr": 0.0003}, epochs=40)
    return trained("co2-forecast", net, settings)


def weather_lstm() -> Design:
    """Which kind of weather a day had, by the measures of three days of which it is the last."""
    net = sequential("net", layer("LSTM", "reader", hidden_size=16), linear("output", 5))
    options = {"lr": 0.003, "weight_decay": 0.1}
    settings = Settings(built_in("weather"), optimiser="AdamW", optimiser_options=options, epochs=15)
    return trained("weather-lstm", net, settings)


def names_lstm() -> Design:
    """Whether a first name is a woman's or a man's, read letter by letter."""
    net = sequential(
        "net",
        layer("Embedding", "letters", num_embeddings=54, embedding_dim=16),
        layer("LSTM", "reader", hidden_size=48),
        layer("Dropout", p=0.2),
        linear("output", 2),
    )
    settings = Settings(built_in("names"), optimiser_options={"lr": 0.003}, batch_size=64, epochs=12)
    return trained("names-lstm", net, settings)


def digits_autoencoder() -> Design:
    """A digit through a neck of eight numbers and back: the target is the picture itself."""
    net = sequential(
        "net",
        layer("Flatten"),
        linear("encode1", 32),
        layer("ReLU", "relu1"),
        linear("neck", 8),
        linear("decode1", 32),
        layer("ReLU", "relu2"),
        linear("decode2", 64),
        layer("Unflatten", dim=1, unflattened_size=(1, 8, 8)),
    )
    data = DataSettings("digits", task="autoencoder")
    return trained("digits-autoencoder", net, Settings(data, loss="MSELoss", epochs=20))


EXAMPLES = (
    digits_mlp,
    iris_mlp,
    diabetes_regression,
    vanishing_gradients,
    nested_blocks,
    residual,
    digits_convolution,
    digits_lstm,
    mnist_lenet,
    co2_forecast,
    weather_lstm,
    names_lstm,
    digits_autoencoder,
)


def write(folder: Path) -> None:
    """Write the file of each example."""
    for example in EXAMPLES:
        project.write(folder / f"{example.__name__.replace('_', '-')}.netloom", example())


if __name__ == "__main__":
    write(FOLDER)
