"""Weights under their dotted names, `net.fc1.weight`, between a file and a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from core.data.learnt import metadata_of
from core.design.weight_matching import best_renaming, by_name
from core.errors import FileError
from core.files.safetensors import read_metadata
from core.files.weights import read_weights, write_weights
from core.nn import Module
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor
from core.training.finite import all_finite
from core.training.messages import TensorInFile, WeightsReport, WeightsSaved
from core.training.tensor_files import described

KEEP_SHARING = (".pt", ".pth")
"""Endings of files in which tensors may share their numbers."""


def save_weights(
    path: Path, module: Module, learnt: str = "", design: str = "", inside: Sequence[str] | None = None
) -> WeightsSaved:
    """Write all parameters and buffers and, where there is a place for it, what they learned from. Raises FileError.

    `design`: the text of the network, which goes with them in the same way. `inside`: dotted names of the layers of
    which alone they are written; by default all.
    """
    state = module.state_dict()
    if inside is not None:
        state = {name: each for name, each in state.items() if any(name.startswith(f"{layer}.") for layer in inside)}
    if not state:
        raise FileError("'{path}' was not written: the layers that are chosen have no weights.", path=str(path))
    write_weights(path, state, metadata_of(learnt) | ({"design": design} if design else {}))
    twice = () if path.suffix.lower() in KEEP_SHARING else tuple(_twice(state, module))
    return WeightsSaved(str(path), len(state), twice)


def _twice(state: Mapping[str, Tensor], module: Module) -> Iterator[str]:
    """Names of tensors that are another one's, too."""
    seen: set[int] = set()
    for name, tensor in module.state_dict(keep_vars=True).items():
        if name in state:
            if id(tensor) in seen:
                yield name
            seen.add(id(tensor))


def learnt_in(path: Path, report: WeightsReport) -> str:
    """What the weights of a file learned from, as a text; none where it does not say, or not all of them were taken."""
    if report.missing or report.mismatched or path.suffix.lower() != ".safetensors":
        return ""
    return read_metadata(path).get("data", "")


def load_weights(
    path: Path, module: Module, apply: bool, part: str = "", pairs: Sequence[tuple[str, str]] = ()
) -> WeightsReport:
    """Compare a file with a model and, with `apply`, load what matches by name and shape, or `pairs`. Raises FileError.

    All is read before anything changes. `part`: which of several sets of weights is meant; by default the first.
    `pairs`: names of the model's tensors, each with the file's that goes into it.
    """
    states, own = read_weights(path), module.state_dict()
    part = part if part in states else next(iter(states))
    found = states[part]
    ours, theirs = ({name: tuple(each.shape) for name, each in state.items()} for state in (own, found))
    renaming = best_renaming(theirs, ours)
    renamed = {renaming.of(name): name for name in theirs}
    chosen = dict(pairs) or by_name(theirs, ours, renaming)
    for name, other in pairs:
        if name not in ours or ours[name] != theirs.get(other):
            raise FileError(
                "'{other}' of '{path}' does not go into '{name}' any more: choose again.",
                path=str(path), other=ascii(other), name=name,
            )  # fmt: skip
    if apply:
        with no_grad():
            for name, other in chosen.items():
                own[name].copy_(found[other])
    shared = [] if pairs else [name for name in own if name in renamed and name not in chosen]
    return WeightsReport(
        str(path),
        apply,
        tuple(name for name in own if name in chosen),
        missing=tuple(name for name in own if name not in chosen and name not in shared),
        unexpected=tuple(new for new, name in renamed.items() if name not in chosen.values() and new not in shared),
        mismatched=tuple((name, theirs[renamed[name]], ours[name]) for name in shared),
        removed=renaming.removed,
        added=renaming.added,
        parts=tuple(states) if len(states) > 1 else (),
        part=part,
        unsound=tuple(name for name in own if name in chosen and not _is_finite(found[chosen[name]])),
        own=() if apply else tuple(_described(own)),
        file=() if apply else tuple(_described(found)),
    )


def _is_finite(tensor: Tensor) -> bool:
    return all_finite([tensor.detach().numpy()])


def _described(state: Mapping[str, Tensor]) -> Iterator[TensorInFile]:
    return (described(name, tensor.detach().cpu().numpy()) for name, tensor in state.items())
