"""PyTorch source becomes the drawing of which it is the source."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given, settings, strategies

from core.commands.examined import examine
from core.design import clipboard, edits, shapes
from core.design.model import CustomLayer, Design, Fragment, Value, Wire
from core.design.pytorch.network import network_source
from core.design.pytorch.reading import read_source
from core.design.shapes import Facts
from core.errors import DesignError
from core.training.customs import full_report
from resources.examples import make
from tests.unit.core.design.drawing import empty, node, put, stack
from tests.unit.core.design.test_catalog import CASES

EXAMPLES = sorted(path.stem for path in make.FOLDER.glob("*.netloom"))


def text_of(fragment: Fragment) -> list[str]:
    """A line for each node, indented as deep as it lies, with its options, wires and ties."""
    lines: list[str] = []
    names = {key: found.name for key, found in fragment.nodes.items()}

    def add(key: str, depth: int) -> None:
        found = fragment.nodes[key]
        options = ", ".join(f"{name}={value}" for name, value in found.options.items())
        wires = " ".join(
            f"{names[w.source]}>{names[w.target]}" + (f".{w.input}" if w.input else "") for w in found.wires
        )
        tie = f" tied to {names[found.tie]}" if found.tie and found.tie != key else ""
        lines.append(f"{'  ' * depth}{found.name} {found.type}({options}){tie} {wires}".rstrip())
        for child in found.children:
            add(child, depth + 1)

    for root in fragment.roots:
        add(root, 0)
    return lines


def again(fragment: Fragment, like: Design) -> Design:
    """A design whose root is what was read, with the Input of another one."""
    (root,) = fragment.roots
    shape = next(found.options for found in like.nodes.values() if found.type == "Input")
    nodes = dict(fragment.nodes)
    entry = next(child for child in nodes[root].children if nodes[child].type == "Input")
    nodes[entry] = replace(nodes[entry], options=shape)
    return Design(nodes, root, {**like.customs, **fragment.customs}, like.settings)


@pytest.mark.parametrize(
    ("key", "options", "sizes"), [case for case in CASES if len(case[2]) == 1 and case[0] != "Split"]
)
def test_each_layer_comes_back(key: str, options: dict[str, Value], sizes: tuple[tuple[int, ...], ...]) -> None:
    design = stack((key, options), shape=sizes[0])
    source, _ = network_source(design, shapes.check(design, Facts()))
    second = again(read_source(source), design)
    assert network_source(second, shapes.check(second, Facts()))[0] == source


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_comes_back(name: str) -> None:
    found = examine(make.FOLDER / f"{name}.netloom", trust=True)
    source, _ = network_source(found.design, found.report)
    fragment = read_source(source)
    assert fragment.customs == {}
    second = again(fragment, found.design)
    assert network_source(second, shapes.check(second, found.report.facts))[0] == source


def test_tied_frozen_and_oddly_named_layers_come_back() -> None:
    design = stack("Flatten", ("Linear", {"out_features": 64}), "ReLU", ("Linear", {"out_features": 64}))
    first, second = node(design, "net.linear").id, node(design, "net.linear1").id
    design = edits.freeze(edits.tie(design, (first, second)), first, "bias", True)
    design = edits.rename(design, second, "fc 2")
    source, _ = network_source(design, shapes.check(design, Facts()))
    back = again(read_source(source), design)
    assert network_source(back, shapes.check(back, Facts()))[0] == source


SOURCES = {
    "a Sequential": (
        "net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))",
        """
        net Sequential()
          0 Linear(in_features=784, out_features=256)
          1 ReLU()
          2 Linear(in_features=256, out_features=10)
        """,
    ),
    "an OrderedDict of pairs": (
        'nn.Sequential(OrderedDict([("hidden", nn.Linear(4, 8, bias=False)), ("act", nn.GELU())]))',
        """
        net Sequential()
          hidden Linear(in_features=4, out_features=8, bias=False)
          act GELU()
        """,
    ),
    "a class with functions": (
        """
        import torch
        from torch import nn
        import torch.nn.functional as F

        class LeNet(nn.Module):
            def __init__(self, classes=10):
                super(LeNet, self).__init__()
                width = 2 * 8
                self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
                self.conv2 = nn.Conv2d(6, width, kernel_size=(5, 5))
                self.fc = nn.Linear(width * 5 * 5, classes)

            def forward(self, x):
                x = F.max_pool2d(torch.relu(self.conv1(x)), 2)
                x = F.max_pool2d(self.conv2(x).relu(), kernel_size=2)
                x = x.view(x.size(0), -1)
                return F.log_softmax(self.fc(x), dim=1)
        """,
        """
        le_net Sequential()
          conv1 Conv2d(in_channels=1, out_channels=6, kernel_size=5, padding=2)
          relu ReLU()
          maxpool2d MaxPool2d(kernel_size=2)
          conv2 Conv2d(in_channels=6, out_channels=16, kernel_size=(5, 5))
          relu2 ReLU()
          maxpool2d2 MaxPool2d(kernel_size=2)
          flatten Flatten()
          fc Linear(in_features=400, out_features=10)
          logsoftmax LogSoftmax(dim=1)
        """,
    ),
    "a residual block": (
        """
        class Block(nn.Module):
            def __init__(self, features: int) -> None:
                super().__init__()
                self.change = nn.Sequential(nn.Linear(features, features), nn.ReLU())

            def forward(self, x):
                y = self.change(x)
                y += x
                return y

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.block1 = Block(8)
                self.block2 = Block(features=8)

            def forward(self, x):
                return self.block2(self.block1(x))
        """,
        """
        net Sequential()
          block1 Module() x>change change>add x>add.1 add>output
            x Input()
            change Sequential()
              0 Linear(in_features=8, out_features=8)
              1 ReLU()
            add Add()
            output Output()
          block2 Module() x>change change>add x>add.1 add>output
            x Input()
            change Sequential()
              0 Linear(in_features=8, out_features=8)
              1 ReLU()
            add Add()
            output Output()
        """,
    ),
    "a layer called twice": (
        """
        class Twice(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(4, 4)

            def forward(self, x):
                return self.fc(torch.tanh(self.fc(x)))
        """,
        """
        twice Sequential()
          fc Linear(in_features=4, out_features=4)
          tanh Tanh()
          fc2 Linear(in_features=4, out_features=4) tied to fc
        """,
    ),
    "two inputs put side by side": (
        """
        class Both(nn.Module):
            def forward(self, left, right):
                return torch.cat([left, right], dim=-1)
        """,
        """
        both Module() left>concat right>concat.1 concat>output
          left Input()
          right Input()
          concat Concat(dim=-1)
          output Output()
        """,
    ),
    "layers made in loops, by functions, and of settings": (
        """
        import torch
        import torch.nn as nn
        from functools import partial

        SIZES = {"small": [4, "M", 8], "large": [64]}

        def conv3(inp, out, **more):
            return nn.Conv2d(inp, out, 3, padding=1, **more)

        class Net(nn.Module):
            def __init__(self, which, classes=10, norm=partial(nn.BatchNorm2d, eps=1e-3)):
                super(Net, self).__init__()
                self.features = self._make(SIZES[which], norm)
                self.head = nn.Linear(8, classes) if classes > 0 else nn.Identity()
                for m in self.modules():
                    if isinstance(m, nn.Conv2d):
                        nn.init.kaiming_normal_(m.weight)

            def _make(self, sizes, norm):
                layers, inp = [], 3
                for size in sizes:
                    if size == "M":
                        layers += [nn.MaxPool2d(2)]
                    else:
                        layers.extend([conv3(inp, size, bias=False), norm(size), nn.ReLU(True)])
                        inp = size
                return nn.Sequential(*layers)

            def forward(self, x):
                x = self.features(x)
                x = torch.nn.functional.avg_pool2d(x, x.size()[2:]).view(x.size(0), -1)
                return self.head(x)

        def small():
            return Net("small", classes=2)
        """,
        """
        small Sequential()
          features Sequential()
            0 Conv2d(in_channels=3, out_channels=4, kernel_size=3, padding=1, bias=False)
            1 BatchNorm2d(num_features=4, eps=0.001)
            2 ReLU(inplace=True)
            3 MaxPool2d(kernel_size=2)
            4 Conv2d(in_channels=4, out_channels=8, kernel_size=3, padding=1, bias=False)
            5 BatchNorm2d(num_features=8, eps=0.001)
            6 ReLU(inplace=True)
          adaptiveavgpool2d AdaptiveAvgPool2d(output_size=1)
          flatten Flatten()
          head Linear(in_features=8, out_features=2)
        """,
    ),
    "classes derived from others, and what depends on what was made": (
        """
        class Base(nn.Module):
            expansion = 2

            def __init__(self, size, change):
                super().__init__()
                self.fc = nn.Linear(size, size * self.expansion)
                if change:
                    self.change = nn.Linear(size, size * self.expansion)

            def forward(self, x):
                return self.fc(x)

        class Block(Base):
            expansion = 1

            def forward(self, x):
                y = self.change(x) if hasattr(self, "change") else x
                return super_sum(self.fc(x), y)

        def super_sum(a, b):
            return F.relu(a + b)

        class Rows(nn.Sequential):
            def __init__(self):
                super().__init__(Block(4, False), Block(4, change=True))
        """,
        """
        rows Sequential()
          0 Module() x>fc fc>add x>add.1 add>relu relu>output
            x Input()
            fc Linear(in_features=4, out_features=4)
            add Add()
            relu ReLU()
            output Output()
          1 Module() x>change x>fc fc>add change>add.1 add>relu relu>output
            x Input()
            fc Linear(in_features=4, out_features=4)
            change Linear(in_features=4, out_features=4)
            add Add()
            relu ReLU()
            output Output()
        """,
    ),
    "channels in groups, weighed": (
        """
        class Mix(nn.Module):
            def __init__(self):
                super().__init__()
                self.groups = 2
                self.squeeze = nn.AdaptiveAvgPool2d(1)
                self.fc = nn.Sequential(nn.Linear(8, 8), nn.Sigmoid())

            def forward(self, x):
                b, c, h, w = x.size()
                y = self.fc(self.squeeze(x).view(b, c)).view(b, c, 1, 1)
                x = x * y.expand_as(x)
                x = x.view(b, self.groups, c // self.groups, h, w).transpose(1, 2).contiguous()
                return x.view(b, -1, h, w)
        """,
        """
        mix Module() x>squeeze squeeze>flatten flatten>fc fc>reshape x>multiply reshape>multiply.1 \
multiply>unflatten unflatten>permute permute>flatten2 flatten2>output
          x Input()
          squeeze AdaptiveAvgPool2d(output_size=1)
          flatten Flatten()
          fc Sequential()
            0 Linear(in_features=8, out_features=8)
            1 Sigmoid()
          reshape Reshape(sizes=(-1, 1, 1))
          multiply Multiply()
          unflatten Unflatten(dim=1, unflattened_size=(2, -1))
          permute Permute(dims=(0, 2, 1, 3, 4))
          flatten2 Flatten(end_dim=2)
          output Output()
        """,
    ),
    "a module that is given a list, and a Sequential called layer by layer": (
        """
        class Join(nn.Module):
            def forward(self, parts):
                return torch.cat(parts, 1)

        class Dense(nn.Module):
            def __init__(self):
                super().__init__()
                self.layers = nn.Sequential(*[nn.Linear(4 * (i + 1), 4) for i in range(2)])
                self.join = Join()

            def forward(self, x):
                found = [x]
                for layer in self.layers:
                    found.append(layer(torch.cat(found, 1)))
                return self.join(found)
        """,
        """
        dense Module() x>0 x>concat 0>concat.1 concat>1 x>join 0>join.1 1>join.2 join>output
          x Input()
          layers ModuleList()
            0 Linear(in_features=4, out_features=4)
            1 Linear(in_features=8, out_features=4)
          concat Concat()
          join Module() parts0>concat parts1>concat.1 parts2>concat.2 concat>output
            parts0 Input()
            parts1 Input()
            parts2 Input()
            concat Concat()
            output Output()
          output Output()
        """,
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_source_as_people_write_it(name: str) -> None:
    source, expected = SOURCES[name]
    lines = text_of(read_source(dedent(source)))
    assert lines == dedent(expected).strip().splitlines()


def test_what_is_wanted_of_a_source_may_be_said() -> None:
    source = dedent(SOURCES["layers made in loops, by functions, and of settings"][0])
    fragment = read_source(source, 'Net("large", classes=0)')
    assert text_of(fragment)[0] == "net Sequential()"
    assert text_of(fragment)[-1] == "  head Identity()"
    for what, sentence in (
        ("Net(", "no expression"),
        ("3", "makes no nn.Module"),
        ("Other()", "'Other' is no"),
    ):
        with pytest.raises(DesignError, match=sentence):
            read_source(source, what)


ENDLESS = {
    "a loop": "for i in range(1000):\n            for j in range(1000):\n                x = i * j",
    "itself": "self.a, self.b = Net(), Net()",
    "a list": "x = [1]\n        for i in range(100):\n            x.extend(x)",
    "a text": "x = 'ab'\n        for i in range(100):\n            x = x + x",
    "a number": "x = 9 ** 9 ** 9",
    "a width": "x = '%99999999d' % 1",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_would_never_end_is_given_up(name: str) -> None:
    lines = [
        "class Net(nn.Module):",
        "    def __init__(self):",
        f"        {ENDLESS[name]}",
        "",
        "    def forward(self, x):",
    ]
    fragment = read_source("\n".join([*lines, "        return x", ""]))
    assert fragment.customs["Net"].source.startswith("# Kept as code: line ")


PLAIN = ("ReLU", "GELU", "Identity", "Dropout", "LayerNorm", "BatchNorm1d", ("Linear", {"out_features": 8}), "SiLU")
PIECES = strategies.recursive(
    strategies.sampled_from(PLAIN),
    lambda inside: strategies.tuples(
        strategies.sampled_from(("Sequential", "Module", "sum", "twice")),
        strategies.lists(inside, min_size=1, max_size=4),
    ),
    max_leaves=12,
)


def lay(design: Design, container: str, piece: Any, before: str) -> tuple[Design, str]:
    """A layer or a container of pieces, one after the other, behind `before`: in a "sum" that is added once more."""
    if isinstance(piece, str) or isinstance(piece[1], dict):
        key, options = (piece, {}) if isinstance(piece, str) else piece
        design, made = put(design, container, key, **options)
    elif piece[0] == "Sequential":
        design, made = put(design, container, "Sequential", "block")
        for inside in piece[1]:
            design, _ = lay(design, made, inside, "")
    else:
        design, made = put(design, container, "Module", "part")
        entry, output = design[made].children
        design, last = edits.disconnect(design, made, [Wire(entry, output)]), entry
        for inside in piece[1]:
            design, last = lay(design, made, inside, last)
        if piece[0] == "sum":
            design, total = put(design, made, "Add")
            design = edits.connect(design, made, Wire(last, total))
            design, last = edits.connect(design, made, Wire(entry, total, 1)), total
        design = edits.connect(design, made, Wire(last, output))
        if piece[0] == "twice":
            linear = [child for child in design[made].children if design[child].type == "Linear"]
            design = edits.tie(design, linear[:2]) if len(linear) > 1 else design
    return (edits.connect(design, container, Wire(before, made)) if before else design), made


@given(strategies.lists(PIECES, min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_whatever_is_drawn_comes_back(pieces: list[Any]) -> None:
    design, last = put(empty("whole"), "root", "Input", "samples", shape=(8,))
    for piece in pieces:
        design, last = lay(design, "root", piece, last)
    report = shapes.check(design, Facts())
    assert report.outputs[design.root] is not None
    source, _ = network_source(design, report)
    second = again(read_source(source), design)
    assert network_source(second, shapes.check(second, Facts()))[0] == source


LOOP = """
class Loop(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        while x.norm() > 1:
            x = self.fc(x) / 2
        return x


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.loop = Loop()
        self.out = nn.Linear(4, 2)

    def forward(self, x):
        return self.out(self.loop(x))
"""


def test_what_cannot_be_drawn_becomes_a_custom_layer_that_says_why() -> None:
    fragment = read_source(LOOP)
    assert text_of(fragment) == [
        "net Sequential()", "  loop Loop()", "  out Linear(in_features=4, out_features=2)"
    ]  # fmt: skip
    custom = fragment.customs["Loop"]
    assert custom.source.startswith("# Kept as code: line 8: 'x.norm()' in forward.\n")
    design = edits.add_custom(stack("Flatten", shape=(4,)), CustomLayer("Loop", custom.source))
    design, _ = put(design, node(design, "net").id, "Loop")
    assert [str(problem.sentence) for problem in full_report(design, None).problems] == []


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("x = 1", "no nn.Sequential and no class of nn.Module"),
        ("class A(nn.Module:", "This is no Python: line 1"),
        ("nn.Sequential(nn.Linear(4, width))", "line 1: 'width' is no value that is known beforehand"),
        ("nn.Sequential(nn.LSTM(4, 8))", "line 1: LSTM without batch_first=True has the steps first"),
        ("nn.Sequential(nn.Linear(4, -8))", "line 1: 'out_features' must be at least 1, not -8"),
        ("nn.Sequential(nn.Nonsense(4))", "line 1: there is no card for nn.Nonsense"),
        ("nn.Sequential(*layers)", "'layers' is no value that is known beforehand"),
        ("nn.Sequential(nn.Linear(9**9**9, 1))", "a number is too large"),
        ("(" * 5000, "This is no Python"),
        ("nn.Linear(4, " + "1 + " * 20_000 + "1)", "This is no Python"),
        ("x" * 200_001, "longer than 200000 characters"),
    ],
)
def test_what_is_no_network_is_refused_with_its_line(source: str, sentence: str) -> None:
    with pytest.raises(DesignError) as caught:
        read_source(source)
    assert sentence in str(caught.value)


def test_source_on_the_clipboard_becomes_layers() -> None:
    fragment = clipboard.from_text("model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))")
    design = edits.insert(empty(), fragment, "root")
    assert [found.name for found in design.walk()] == ["project", "model", "0", "1"]
    with pytest.raises(DesignError, match="line 1: there is no card"):
        clipboard.from_text("nn.Sequential(nn.Fold3d(2))")
