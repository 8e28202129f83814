"""Weights that other programs saved often have the names of ours but for what stands before them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from core.tensors.tensor import Tensor


class Renaming(NamedTuple):
    """What is taken away before each name, as `module.`, and what is put in its place, as `net.`."""

    removed: str = ""
    added: str = ""

    def of(self, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The tensors under their other names."""
        return {self.added + name.removeprefix(self.removed): tensor for name, tensor in state.items()}


def best_renaming(found: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> Renaming:
    """The one under which most tensors fit by name and shape; none at all unless another lets more of them fit."""
    return max(_candidates(found, own), key=lambda renaming: _fitting(renaming.of(found), own))


def _fitting(found: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> int:
    return sum(name in own and own[name].shape == tensor.shape for name, tensor in found.items())


def _candidates(found: Iterable[str], own: Iterable[str]) -> Iterator[Renaming]:
    """The plainest first: it stays where others are no better."""
    removable, addable = list(_common_starts(found)), list(_common_starts(own))
    for removed in removable:
        for added in addable:
            yield Renaming(removed, added)


def _common_starts(names: Iterable[str]) -> Iterator[str]:
    """Nothing, then what all names begin with, a part more each time, but never the layer itself."""
    yield ""
    parts = [name.split(".")[:-2] for name in names]
    shortest = min(map(len, parts), default=0)
    for length in range(1, shortest + 1):
        if len({tuple(each[:length]) for each in parts}) > 1:
            return
        yield ".".join(parts[0][:length]) + "."
