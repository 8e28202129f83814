"""What a `forward` does, read from its source: cards and wires, in the order in which they run."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from core.design import catalog
from core.design.code import MASKS, RECURRENT
from core.design.lists import LISTS
from core.design.model import Value
from core.design.pytorch.members import Chain, Layer, Member, Written
from core.design.pytorch.values import NotUnderstoodError, dotted, range_of, value_of

FUNCTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    **{key.lower(): (key, ()) for key in ("ReLU", "Sigmoid", "Tanh", "SELU", "SiLU", "Mish", "ReLU6", "Softplus")},
    **{key.lower(): (key, ()) for key in ("Softsign", "LogSigmoid", "Tanhshrink", "Hardswish", "Hardsigmoid")},
    "gelu": ("GELU", ()),
    "leaky_relu": ("LeakyReLU", ("negative_slope",)),
    "elu": ("ELU", ("alpha",)),
    "softmax": ("Softmax", ("dim",)),
    "log_softmax": ("LogSoftmax", ("dim",)),
    "dropout": ("Dropout", ("p",)),
    "max_pool1d": ("MaxPool1d", ("kernel_size", "stride", "padding")),
    "max_pool2d": ("MaxPool2d", ("kernel_size", "stride", "padding")),
    "avg_pool1d": ("AvgPool1d", ("kernel_size", "stride", "padding")),
    "avg_pool2d": ("AvgPool2d", ("kernel_size", "stride", "padding")),
    "adaptive_avg_pool2d": ("AdaptiveAvgPool2d", ("output_size",)),
    "flatten": ("Flatten", ("start_dim", "end_dim")),
}
"""Functions of one tensor by name, the layer that does the same, and their other arguments in order."""

PASSED_ON = ("long", "float", "contiguous", "clone")
"""Methods after which the same numbers go on."""

MOST_STEPS = 10_000
"""Cards that a `forward` may become."""

TRAINING = "training"
"""An argument of dropout that says what a layer knows itself."""


Feed: TypeAlias = tuple[int, int]
"""A step by its number, or an argument below 0, and which of its outputs."""


@dataclass(frozen=True, slots=True)
class Step:
    """A card that runs: what it is, its name, and what feeds its inputs."""

    member: Member
    name: str
    inputs: tuple[Feed, ...]


@dataclass(frozen=True, slots=True)
class _State:
    """What a recurrent layer gives besides its steps: a tensor only once its last layer is taken."""

    step: int


class Following:
    """One run through the lines of a `forward`. An argument's number is -1, -2, …, a step's 0, 1, …

    `results` are what it returns.
    """

    def __init__(self, written: Written) -> None:
        self._written = written
        self.arguments = [argument.arg for argument in written.forward.args.args][1:]
        self._values: dict[str, Feed | _State | str] = {n: (-1 - i, 0) for i, n in enumerate(self.arguments)}
        self._known = dict(written.known)
        self._paths: dict[str, str] = {}
        """The members that variables of loops stand for, by dotted path."""
        self.steps: list[Step] = []
        self.targets: set[str] = set()
        """The names of the variables that are assigned to."""
        self.results: tuple[Feed, ...] = ()

    def follow(self) -> None:
        """Go through all lines. Raises NotUnderstoodError with the first that cannot be drawn."""
        for line in self._written.forward.body:
            if self.results:
                raise NotUnderstoodError(line, "something follows return")
            self._line(line)
        if not self.results:
            raise NotUnderstoodError(self._written.forward, "forward returns nothing")

    def _line(self, line: ast.stmt) -> None:
        match line:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                return
            case ast.Return(value=ast.Tuple(elts=[_, *_] as values)):
                self.results = tuple(map(self._tensor, values))
            case ast.Return(value=ast.expr() as value):
                self.results = (self._tensor(value),)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._keep(name, self._mask(value) or self._tensor(value))
            case ast.AugAssign(target=ast.Name(id=name), op=sign, value=value):
                self._keep(name, self._tensor(ast.BinOp(ast.copy_location(ast.Name(name), line), sign, value)))
            case ast.For(target=target, iter=source, body=body, orelse=[]):
                for variables in self._turns(target, source):
                    self._known |= {name: item for name, item in variables.items() if isinstance(item, int)}
                    self._paths |= {name: item for name, item in variables.items() if isinstance(item, str)}
                    for inner in body:
                        self._line(inner)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Call() as call) if self._gives_several(call):
                self._keep_each(targets, call)
            case ast.Assign(targets=[ast.Tuple(elts=[first, second])], value=ast.Call() as call):
                self._keep_pair(first, second, call)
            case _:
                raise NotUnderstoodError(line, f"'{ast.unparse(line).splitlines()[0][:60]}' in forward")

    def _turns(self, target: ast.expr, source: ast.expr) -> list[dict[str, int | str]]:
        """The variables of each turn of a loop over numbers or over the members of a list: numbers, and paths."""
        match target, source:
            case ast.Name(id=name), ast.Call(func=ast.Name(id="range")):
                return [{name: number} for number in range_of(source, self._known)]
            case (
                ast.Tuple(elts=[ast.Name(id=count), ast.Name(id=name)]),
                ast.Call(func=ast.Name(id="enumerate"), args=[inner], keywords=[]),
            ):
                return [{count: number, name: path} for number, path in enumerate(self._members_of(inner))]
            case ast.Name(id=name), ast.Call(func=ast.Attribute(value=inner, attr="values"), args=[], keywords=[]):
                return [{name: path} for path in self._members_of(inner)]
            case ast.Name(id=name), _:
                return [{name: path} for path in self._members_of(source)]
        raise NotUnderstoodError(source, f"a loop over '{ast.unparse(source)[:60]}' in forward")

    def _members_of(self, node: ast.expr) -> list[str]:
        """The paths of the members of a list, or of the layers of a Sequential, which may be called one by one."""
        path = self._name(node)
        held = self._at(path)
        if not isinstance(held, Chain) or held.key not in LISTS:
            raise NotUnderstoodError(node, f"a loop over '{ast.unparse(node)[:60]}' in forward")
        return [f"{path}.{name}" for name in held.members]

    def _gives_several(self, call: ast.Call) -> bool:
        """Whether a call gives as many tensors as are taken of it: a part of the network, or the parts of a tensor."""
        return isinstance(self._member(call.func), Written) or self._function_name(call) in ("split", "chunk")

    def _keep_each(self, targets: Sequence[ast.expr], call: ast.Call) -> None:
        """`a, b = self.block(x)`, `a, b = x.split((3, 5), 1)`, `a, b = torch.chunk(x, 2, dim=1)`."""
        step = self._call(call) if self._member(call.func) is not None else self._split(call, len(targets))
        for number, target in enumerate(targets):
            if not isinstance(target, ast.Name):
                raise NotUnderstoodError(target, f"'{ast.unparse(target)[:60]}' is no name for what is given")
            self._keep(target.id, (step, number))

    def _split(self, call: ast.Call, count: int) -> int:
        start, *rest = self._arguments(call)
        given = dict(zip(("sizes", "dim"), rest, strict=False)) | {
            "dim" if word.arg in ("dim", "axis") else "sizes": word.value for word in call.keywords
        }
        sizes = value_of(given["sizes"], self._known) if "sizes" in given else count
        dim = value_of(given["dim"], {}) if "dim" in given else 0
        options: dict[str, Value] = {} if dim == 1 else {"dim": dim}
        if self._function_name(call) == "chunk" and sizes == count:
            options |= {} if count == 2 else {"parts": count}
        elif isinstance(sizes, tuple) and len(sizes) == count:
            options["sizes"] = sizes
        else:
            raise NotUnderstoodError(call, f"'{ast.unparse(call)[:60]}' in forward")
        return self._step(Layer("Split", options), "split", (self._tensor(start),))

    def _keep(self, name: str, value: Feed | _State | str) -> None:
        self._values[name] = value
        self.targets.add(name)

    def _keep_pair(self, first: ast.expr, second: ast.expr, call: ast.Call) -> None:
        """`x, _ = lstm(x)`, `_, (h, _) = lstm(x)`, `_, h = gru(x)` and `x, _ = attention(…)`."""
        layer = self._member(call.func)
        if not (isinstance(layer, Layer) and (layer.key in RECURRENT or layer.key == "MultiheadAttention")):
            raise NotUnderstoodError(call, f"'{ast.unparse(call)[:60]}' gives several values")
        step = self._call(call)
        if isinstance(second, ast.Tuple):
            second = second.elts[0]
        if isinstance(first, ast.Name) and first.id != "_":
            self._option(step, "output", "every step")
            self._keep(first.id, (step, 0))
        elif isinstance(second, ast.Name) and second.id != "_":
            self._keep(second.id, _State(step))

    def _option(self, step: int, name: str, value: Value) -> None:
        """Set an option that is about how a layer is used, if its type has it."""
        found = self.steps[step]
        if isinstance(found.member, Layer) and catalog.types()[found.member.key].option(name) is not None:
            member = Layer(found.member.key, {**found.member.options, name: value})
            self.steps[step] = Step(member, found.name, found.inputs)

    def _mask(self, value: ast.expr) -> str:
        causal = isinstance(value, ast.Call) and dotted(value.func).endswith("generate_square_subsequent_mask")
        return "mask" if causal else ""

    # --- expressions --------------------------------------------------------------------------------------------------

    def _tensor(self, node: ast.expr) -> Feed:
        match node:
            case ast.Name(id=name) if isinstance(found := self._values.get(name), tuple):
                return found
            case ast.BinOp(op=ast.Add() | ast.Mult()):
                return self._merged("Add" if isinstance(node.op, ast.Add) else "Multiply", _operands(node)), 0
            case ast.BinOp(left=left, op=ast.Sub() | ast.MatMult() as sign, right=right):
                return self._merged("Subtract" if isinstance(sign, ast.Sub) else "MatMul", (left, right)), 0
            case ast.Subscript(value=ast.Call() as call, slice=ast.Constant(value=0)) if self._gives_several(call):
                return self._split(call, 1), 0
            case ast.Subscript(value=ast.Name(id=name), slice=place) if isinstance(
                state := self._values.get(name), _State
            ):
                if value_of(place, {}) == -1:
                    return state.step, 0
            case ast.Subscript(value=value, slice=ast.Tuple(elts=[*whole, index])) if _is_whole(whole):
                return self._selected(value, len(whole), value_of(index, {}), node), 0
            case ast.Call():
                return self._called(node)
        raise NotUnderstoodError(node, f"'{ast.unparse(node)[:60]}' in forward")

    def _function_name(self, call: ast.Call) -> str:
        return call.func.attr if isinstance(call.func, ast.Attribute) else dotted(call.func)

    def _arguments(self, call: ast.Call) -> list[ast.expr]:
        """The arguments of a function; of a method, with the tensor in front."""
        is_function = dotted(call.func).rpartition(".")[0] in ("F", "torch", "nn.functional", "torch.nn.functional")
        if is_function or not isinstance(call.func, ast.Attribute):
            return list(call.args)
        return [call.func.value, *call.args]

    def _called(self, call: ast.Call) -> Feed:
        if self._member(call.func) is not None:
            return self._call(call), 0
        name, arguments = self._function_name(call), self._arguments(call)
        if name in PASSED_ON and len(arguments) == 1:
            return self._tensor(arguments[0])
        if name in FUNCTIONS and arguments:
            return self._function(call, name, arguments), 0
        match name, arguments:
            case "cat" | "concat", [_, *_]:
                return self._joined(call, arguments)
            case "view" | "reshape", [start, _, *_] if self._flattens(arguments):
                return self._step(Layer("Flatten"), "flatten", (self._tensor(start),)), 0
            case "view" | "reshape", [start, batch, *sizes] if sizes and _is_batch(batch, start, sizes):
                shape = tuple(value_of(size, self._written.known) for size in sizes)
                return self._step(Layer("Reshape", {"sizes": shape}), "reshape", (self._tensor(start),)), 0
            case "select", [start, dim, index]:
                return self._selected(start, value_of(dim, {}), value_of(index, {}), call), 0
            case "matmul" | "bmm" | "sub" | "subtract", [left, right]:
                return self._merged("MatMul" if "m" in name else "Subtract", (left, right)), 0
            case "permute", [start, *sizes]:
                dims = value_of(sizes[0], {}) if len(sizes) == 1 else tuple(value_of(size, {}) for size in sizes)
                return self._step(Layer("Permute", {"dims": dims}), "permute", (self._tensor(start),)), 0
        raise NotUnderstoodError(call, f"'{ast.unparse(call)[:60]}' in forward")

    def _selected(self, start: ast.expr, dim: Value, index: Value, node: ast.expr) -> int:
        if not isinstance(dim, int) or not isinstance(index, int):
            raise NotUnderstoodError(node, f"'{ast.unparse(node)[:60]}' in forward")
        return self._step(Layer("Select", {"dim": dim, "index": index}), "select", (self._tensor(start),))

    def _function(self, call: ast.Call, name: str, arguments: list[ast.expr]) -> int:
        key, names = FUNCTIONS[name]
        given = dict(zip(names, arguments[1:], strict=False))
        given |= {str(word.arg): word.value for word in call.keywords if word.arg not in (TRAINING, "inplace")}
        options = {option: value_of(item, self._known) for option, item in given.items()}
        if unknown := options.keys() - {option.name for option in catalog.types()[key].options}:
            raise NotUnderstoodError(call, f"{name} with {min(unknown)}")
        if key == "Flatten" and "start_dim" not in options:
            raise NotUnderstoodError(call, "flatten from axis 0 mixes the samples of a batch")
        return self._step(Layer(key, options), key.lower(), (self._tensor(arguments[0]),))

    def _joined(self, call: ast.Call, arguments: list[ast.expr]) -> Feed:
        match arguments[0]:
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                if (both := self._both_ways(parts)) is not None:
                    return both, 0
                dims = [*arguments[1:], *(word.value for word in call.keywords if word.arg in ("dim", "axis"))]
                dim = value_of(dims[0], {}) if dims else 0
                return self._merged("Concat", parts, {"dim": dim} if dim != 1 else {}), 0
        raise NotUnderstoodError(call, "what is put side by side is not written out")

    def _both_ways(self, parts: Sequence[ast.expr]) -> int | None:
        """`torch.cat((h[-2], h[-1]), 1)`: the last state of both directions, which is one card's."""
        names = {dotted(part.value) for part in parts if isinstance(part, ast.Subscript)}
        states = [self._values.get(name) for name in names]
        found = states[0] if len(parts) == 2 and len(states) == 1 else None
        return found.step if isinstance(found, _State) else None

    def _merged(self, key: str, parts: Sequence[ast.expr], options: Mapping[str, Value] | None = None) -> int:
        return self._step(Layer(key, options or {}), key.lower(), tuple(map(self._tensor, parts)))

    def _flattens(self, arguments: list[ast.expr]) -> bool:
        """Whether a view lays each sample in one row: `x.view(x.size(0), -1)`, `x.view(-1, 64)`."""
        if len(arguments) != 3:
            return False
        first, last = map(ast.unparse, arguments[1:])
        start = ast.unparse(arguments[0])
        batch = first in (f"{start}.size(0)", f"{start}.shape[0]", f"len({start})")
        return (batch and last == "-1") or (first == "-1" and last != "-1")

    # --- members ------------------------------------------------------------------------------------------------------

    def _name(self, function: ast.expr) -> str:
        match function:
            case ast.Name(id=name):
                return self._paths.get(name, "")
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                return name
            case ast.Attribute(value=inner, attr=name) if path := self._name(inner):
                return f"{path}.{name}"
            case ast.Subscript(value=inner, slice=place) if path := self._name(inner):
                held, key = self._at(path), value_of(place, self._known)
                if isinstance(key, int) and key < 0 and isinstance(held, Chain):
                    key += len(held.members)
                return f"{path}.{key}"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr="get_submodule"), args=[name]):
                return str(value_of(name, {}))
        return ""

    def _member(self, function: ast.expr) -> Member | None:
        return self._at(self._name(function))

    def _at(self, path: str) -> Member | None:
        """The member of a dotted path, which leads through lists."""
        first, *rest = path.split(".")
        found = self._written.members.get(first)
        for name in rest:
            found = found.members.get(name) if isinstance(found, Chain) and found.key in LISTS else None
        return found

    def _call(self, call: ast.Call) -> int:
        name = self._name(call.func)
        member = self._at(name)
        if member is None or (isinstance(member, Chain) and member.key in LISTS):
            raise NotUnderstoodError(call, f"'{ast.unparse(call)[:60]}': a list of modules cannot be called")
        inputs = tuple(map(self._tensor, call.args))
        key = member.key if isinstance(member, Layer) else ""
        if key == "MultiheadAttention":
            inputs = inputs[:1] if len(set(inputs)) == 1 else inputs[:2] if inputs[1:2] == inputs[2:] else inputs
        step = self._step(member, name, inputs)
        for word in call.keywords:
            if key in MASKS and word.arg == MASKS[key][0] and self._values.get(dotted(word.value)) == "mask":
                self._option(step, "causal", True)
            elif word.arg not in ("need_weights", "is_causal"):
                raise NotUnderstoodError(call, f"'{word.arg}=' in forward")
        return step

    def _step(self, member: Member, name: str, inputs: tuple[Feed, ...]) -> int:
        if len(self.steps) >= MOST_STEPS:
            raise NotUnderstoodError(self._written.forward, f"forward calls more than {MOST_STEPS} layers")
        self.steps.append(Step(member, name, inputs))
        return len(self.steps) - 1


def _is_whole(slices: Sequence[ast.expr]) -> bool:
    """Whether all of these axes are taken whole, as by `x[:, -1]`."""
    plain = (isinstance(each, ast.Slice) and each.lower is each.upper is each.step is None for each in slices)
    return bool(slices) and all(plain)


def _is_batch(batch: ast.expr, start: ast.expr, sizes: Sequence[ast.expr]) -> bool:
    """Whether the first size of a view is the number of samples."""
    text, of = ast.unparse(batch), ast.unparse(start)
    known = text in (f"{of}.size(0)", f"{of}.shape[0]", f"len({of})")
    return known or (text == "-1" and all(ast.unparse(size) != "-1" for size in sizes))


def _operands(node: ast.BinOp) -> list[ast.expr]:
    """`a + b + c` is one sum of three."""
    match node.left:
        case ast.BinOp(op=sign) as inner if type(sign) is type(node.op):
            return [*_operands(inner), node.right]
    return [node.left, node.right]
