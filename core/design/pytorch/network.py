"""The classes of a design in PyTorch: the same names, the same parameters, the same numbers.

A Sequential becomes `nn.Sequential`, or a class where PyTorch's layers in it give more than one tensor; a Module
becomes a class whose `forward` follows its wires. Layers are made in the order of the design, so that a seed gives the
weights it gives here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from keyword import iskeyword

from core.design.catalog.custom import made_with
from core.design.code import OF_OUR_OWN, call, constructor, custom_constructor
from core.design.graph import output_count, output_name
from core.design.lists import LISTS
from core.design.model import Design, Node, NodeId
from core.design.shapes import Report
from core.design.shapes.complete import check_complete
from core.design.unfolding import holds_copies

BOUNDARY = ("Input", "Output")
KNOWN = ("torch", "nn", "F", "OrderedDict", "self", "mask", "h", "_")
"""Names that mean something in the code already."""

INDENT = "    "


def network_source(design: Design, report: Report) -> tuple[str, str]:
    """The classes of the design, those that are used first, and the name of the root's.

    Raises DesignError if a layer does not fit: then there is no network yet.
    """
    design, report = design.as_it_runs, report.as_it_runs
    check_complete(design, report)
    classes = _Classes(design, report)
    root = classes.add(design[design.root])
    used = {node.type for node in design.nodes.values()}
    classes.texts[:0] = [text for name, text in OF_OUR_OWN.items() if name in used]
    return "\n\n\n".join(classes.texts), root


def container_source(design: Design, report: Report, node_id: NodeId) -> str:
    """What makes a container in a Module's `__init__`, behind the classes that it needs; of the root, its class.

    Raises DesignError if something in the design does not fit.
    """
    design, report = design.as_it_runs, report.as_it_runs
    check_complete(design, report)
    classes = _Classes(design, report)
    if node_id == design.root:
        classes.add(design[node_id])
        return "\n\n\n".join(classes.texts)
    lines = classes.assignment(design[node_id])
    return "\n\n\n".join([*classes.texts, "\n".join(lines)])


def identifier(name: str, taken: Sequence[str] | Mapping[str, object], camel: bool = False) -> str:
    """A Python name like `name` that is not taken."""
    words = re.findall(r"[^\W_]+" if camel else r"\w+", name)
    found = "".join(word[:1].upper() + word[1:] for word in words) if camel else "_".join(words)
    found = found if found[:1].isalpha() or found[:1] == "_" else f"{'Net' if camel else 'x'}{found}"
    if not found.isidentifier() or iskeyword(found) or found in KNOWN:
        found = ("Net" if camel else "x_") + re.sub(r"\W", "", found)
    number, free = 2, found
    while free in taken or free in KNOWN:
        free, number = f"{found}_{number}" if not camel else f"{found}{number}", number + 1
    return free


def access(path: str, start: str = "self") -> str:
    """The expression for the module at a dotted path."""
    names = path.split(".") if path else []
    if all(name.isidentifier() and not iskeyword(name) for name in names):
        return ".".join([start, *names])
    return f"{start}.get_submodule({_quoted(path)})"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


class _Classes:
    """Collects the text of each class of a design."""

    def __init__(self, design: Design, report: Report) -> None:
        self.design, self.report = design, report
        self.texts: list[str] = []
        self._names = dict.fromkeys(design.customs)
        self._bodies: dict[str, str] = {}

    def add(self, node: Node) -> str:
        """Write the class of a container, after those it needs; its name. Containers that are alike have one class."""
        made = [line for child in self._layers(node) for line in self.assignment(child)]
        if node.id == self.design.root:
            made += [*self._ties(), *self._frozen()]
        head = [f"{INDENT}def __init__(self) -> None:", f"{INDENT * 2}super().__init__()"]
        body = "\n".join([*head, *_indented(made, 2), "", *_indented(self._forward(node), 1)])
        if body not in self._bodies:
            around = self.design[self.design.parents[node.id]] if node.id in self.design.parents else node
            called = around.name if holds_copies(around) else node.name
            name = identifier(called.rstrip("0123456789 _") or called, self._names, camel=True)
            self._names[name], self._bodies[body] = None, name
            self.texts.append(f"class {name}(nn.Module):\n{body}")
        return self._bodies[body]

    def _layers(self, node: Node) -> Iterator[Node]:
        """The children that are modules of their own; Add and its like are expressions in PyTorch."""
        for child in map(self.design.__getitem__, node.children):
            kind = self.report.type_of(child.id)
            if kind is not None and (kind.container or (child.id in self.report.findings and self._is_module(child))):
                yield child

    def _members(self, node: Node) -> list[Node]:
        return [self.design[child] for child in node.children]

    def _is_module(self, node: Node) -> bool:
        kind = self.report.type_of(node.id)
        return node.type in self.design.customs or bool(kind and kind.target)

    def assignment(self, node: Node) -> list[str]:
        """The lines of `__init__` that make a child, after the classes that it needs."""
        first, *rest = self._expression(node)
        if node.name.isidentifier() and not iskeyword(node.name):
            return [f"self.{node.name} = {first}", *rest]
        *_, last = lines = [f"self.add_module({_quoted(node.name)}, {first}", *rest]
        return [*lines[:-1], f"{last})"]

    def _expression(self, node: Node) -> list[str]:
        """The lines of the expression that makes a node's module."""
        kind, options = self.report.type_of(node.id), self.report.options.get(node.id, {})
        assert kind is not None
        if node.type in self.design.customs:
            return [custom_constructor(node.type, made_with(kind, node.options, options))]
        if not kind.container:
            return [constructor(kind, options)]
        if node.type in LISTS:
            return self._held(node)
        return self._sequential(node) if self._is_plain(node) else [f"{self.add(node)}()"]

    def _held(self, node: Node) -> list[str]:
        """A ModuleList of a list, or a ModuleDict of a dict."""
        start, end = ("[", "]") if node.type == "ModuleList" else ("{", "}")
        lines = []
        for member in self._layers(node):
            first, *rest = self._expression(member)
            key = f"{_quoted(member.name)}: " if node.type == "ModuleDict" else ""
            *others, last = [f"{key}{first}", *rest]
            lines += [*others, f"{last},"]
        return [f"nn.{node.type}({start}", *_indented(lines, 1), f"{end})"] if lines else [f"nn.{node.type}()"]

    def _is_plain(self, node: Node) -> bool:
        """Whether `nn.Sequential` itself runs these layers: each takes one tensor and gives one."""
        return node.type == "Sequential" and all(
            self._calls(child, ("x",), "x", "layer") == ["x = layer(x)"] for child in self._members(node)
        )

    def _sequential(self, node: Node) -> list[str]:
        layers = list(self._layers(node))
        if not layers:
            return ["nn.Sequential()"]
        if holds_copies(node) and all(self._expression(layer) == self._expression(layers[0]) for layer in layers):
            each, times = self._expression(layers[0]), len(layers)
            if len(each) == 1:
                return [f"nn.Sequential(*[{each[0]} for _ in range({times})])"]
            return [
                "nn.Sequential(",
                *_indented(["*[", *_indented([*each, f"for _ in range({times})"], 1), "]"], 1),
                ")",
            ]
        if [layer.name for layer in layers] == [str(number) for number in range(len(layers))]:
            members = [[*lines[:-1], f"{lines[-1]},"] for lines in map(self._expression, layers)]
            return ["nn.Sequential(", *_indented([line for lines in members for line in lines], 1), ")"]
        return ["nn.Sequential(", *_indented(["OrderedDict(", *self._named(layers), ")"], 1), ")"]

    def _named(self, layers: list[Node]) -> Iterator[str]:
        """The members of an OrderedDict, as arguments where their names can be such."""
        plain = all(layer.name.isidentifier() and not iskeyword(layer.name) for layer in layers)
        if not plain:
            yield f"{INDENT}{{"
        for layer in layers:
            first, *rest = self._expression(layer)
            *lines, last = [f"{layer.name}={first}" if plain else f"{_quoted(layer.name)}: {first}", *rest]
            yield from _indented([*lines, f"{last},"], 1 if plain else 2)
        if not plain:
            yield f"{INDENT}}}"

    def _calls(self, node: Node, inputs: Sequence[str], result: str, layer: str = "") -> list[str]:
        kind = self.report.type_of(node.id)
        layer = layer or self._way(node)
        if kind is None or kind.container or node.type in self.design.customs:
            return [f"{result} = {layer}({', '.join(inputs)})"]
        return call(kind, self.report.options[node.id], layer, inputs, result)

    def _way(self, node: Node) -> str:
        """The expression for a child of a Module, or for a member of a list in it."""
        around = self.design[self.design.parents[node.id]] if node.id in self.design.parents else None
        if around is None or around.type not in LISTS:
            return access(node.name)
        return f"{self._way(around)}[{node.name if around.type == 'ModuleList' else _quoted(node.name)}]"

    def _forward(self, node: Node) -> list[str]:
        if node.type == "Sequential":
            lines = [line for layer in self._members(node) for line in self._calls(layer, ("x",), "x")]
            return ["def forward(self, x: torch.Tensor) -> torch.Tensor:", *_indented([*lines, "return x"], 1)]
        return self._wired(node)

    def _wired(self, node: Node) -> list[str]:
        """A `forward` that follows the wires: each result is a variable called like its card."""
        graph, design = self.report.graphs[node.id], self.design
        names: dict[NodeId, list[str]] = {}
        taken = dict.fromkeys(self._names)
        for child in (*graph.entries, *graph.order):
            if child not in names and design[child].type != "Output":
                names[child] = []
                path = design.path(child).removeprefix(f"{design.path(node.id)}.").replace(".", "_")
                for called in self._called(child, path):
                    names[child].append(identifier(called, taken))
                    taken[names[child][-1]] = None

        def given(child: NodeId) -> list[str]:
            feeds = enumerate(graph.feeds[child])
            return [names[feeder][graph.tap(child, port)] for port, feeder in feeds if feeder]

        lines = [
            line
            for child in graph.order
            if design[child].type not in (*BOUNDARY, *LISTS) and child not in graph.unused
            for line in self._calls(design[child], given(child), ", ".join(names[child]))
        ]
        arguments = ", ".join(f"{names[entry][0]}: torch.Tensor" for entry in graph.entries)
        results = [
            given(output)[0] if design[output].type == "Output" else names[output][0] for output in graph.outputs
        ]
        lines.append(f"return {', '.join(results)}")
        kind = "torch.Tensor" if len(results) == 1 else "tuple[torch.Tensor, ...]"
        return [f"def forward(self, {arguments}) -> {kind}:", *_indented(_returned(lines), 1)]

    def _called(self, node_id: NodeId, name: str) -> Iterator[str]:
        """What the variables are called that hold what a card gives."""
        count = output_count(self.design, node_id)
        for number in range(count):
            yield f"{name}_{output_name(self.design, node_id, number)}" if count > 1 else name

    def _ties(self) -> Iterator[str]:
        """Layers that share: the later ones take the parameters of the first."""
        first: dict[str, Node] = {}
        for node in self.design.walk():
            if node.tie is None or node.id not in self.report.findings:
                continue
            owner = first.setdefault(node.tie, node)
            if owner is not node:
                for name in self.report.findings[owner.id].parameters:
                    to, of = (access(self.design.path(twin.id)) for twin in (node, owner))
                    yield f"{to}.{name} = {of}.{name}"

    def _frozen(self) -> Iterator[str]:
        for node in self.design.walk():
            for name in sorted(node.frozen & self.report.parameters.get(node.id, {}).keys()):
                yield f"{access(self.design.path(node.id))}.{name}.requires_grad_(False)"


def _indented(lines: Sequence[str] | Iterator[str], depth: int) -> list[str]:
    return [INDENT * depth + line if line else line for line in lines]


def _returned(lines: list[str]) -> list[str]:
    """`y = f(x)` followed by `return y` is `return f(x)`."""
    *rest, last = lines
    result = last.removeprefix("return ")
    if rest and rest[-1].startswith(f"{result} = "):
        return [*rest[:-1], f"return {rest[-1].removeprefix(f'{result} = ')}"]
    return lines
