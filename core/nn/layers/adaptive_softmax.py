"""A softmax over many classes of which few are common (E. Grave et al., 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from core.functions.shape import cat
from core.nn import functional as F
from core.nn.containers import ModuleList, Sequential
from core.nn.layers.linear import Linear
from core.nn.module import Module
from core.tensors.tensor import Tensor

__all__ = ["AdaptiveLogSoftmaxWithLoss"]


class _ASMoutput(NamedTuple):
    output: Tensor
    loss: Tensor


class AdaptiveLogSoftmaxWithLoss(Module):
    """Logarithms of the targets' probabilities, and minus their mean. Classes are numbered by falling frequency.

    The head scores the classes below the first cutoff and one number for each cluster of rarer ones, whose own scores
    are made through ever fewer features (divided by `div_value` from cluster to cluster).
    input: (N, in_features) or (in_features,), target: (N,) or (). Raises ValueError for cutoffs that do not rise,
    RuntimeError for shapes or classes that do not fit.
    """

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        _check_cutoffs(list(cutoffs), n_classes)
        self.in_features = in_features
        self.n_classes = n_classes
        self.cutoffs = [*cutoffs, n_classes]
        self.div_value = div_value
        self.head_bias = head_bias
        self.shortlist_size = self.cutoffs[0]
        self.n_clusters = len(self.cutoffs) - 1
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = Linear(in_features, self.head_size, bias=head_bias, device=device, dtype=dtype)
        self.tail = ModuleList()
        for number, (first, end) in enumerate(zip(self.cutoffs, self.cutoffs[1:], strict=False), start=1):
            narrow = int(in_features // div_value**number)
            self.tail.append(
                Sequential(
                    Linear(in_features, narrow, bias=False, device=device, dtype=dtype),
                    Linear(narrow, end - first, bias=False, device=device, dtype=dtype),
                )
            )

    def reset_parameters(self) -> None:
        """Draws all weights anew."""
        self.head.reset_parameters()
        for first, second in self.tail:
            first.reset_parameters()
            second.reset_parameters()

    def forward(self, input_: Tensor, target_: Tensor) -> _ASMoutput:
        self._check(input_, target_)
        rows, classes = (input_, target_) if target_.ndim else (input_.unsqueeze(0), target_.unsqueeze(0))
        low, high = (int(value) for value in (classes.min(), classes.max())) if len(classes) else (0, 0)
        if low < 0 or high >= self.n_classes:
            raise RuntimeError(
                f"Target values should be in [0, {self.n_classes - 1}], but values in range [{low}, {high}] were "
                "found. "
            )
        head = F.log_softmax(self.head(rows), 1)
        common = classes.clamp(max=self.shortlist_size - 1)
        output = head.gather(1, common.unsqueeze(1)).squeeze(1)
        for number in range(self.n_clusters):
            inside = (classes >= self.cutoffs[number]) & (classes < self.cutoffs[number + 1])
            chosen = inside.nonzero().squeeze(1)
            if len(chosen):
                scores = F.log_softmax(self.tail[number](rows[chosen]), 1)
                place = (classes[chosen] - self.cutoffs[number]).unsqueeze(1)
                found = head[chosen, self.shortlist_size + number] + scores.gather(1, place).squeeze(1)
                output = output.masked_fill(inside, 0.0).index_add(0, chosen, found)
        loss = (-output).mean()
        return _ASMoutput(output if target_.ndim else output.squeeze(0), loss)

    def log_prob(self, input: Tensor) -> Tensor:
        """Logarithms of all classes' probabilities: (N, in_features) -> (N, n_classes)."""
        head = F.log_softmax(self.head(input), 1)
        parts = [head[:, : self.shortlist_size]]
        for number, cluster in enumerate(self.tail):
            place = self.shortlist_size + number
            parts.append(F.log_softmax(cluster(input), 1) + head[:, place : place + 1])
        return cat(parts, 1)

    def predict(self, input: Tensor) -> Tensor:
        """The likeliest class of each row: (N, in_features) -> (N,)."""
        best: Tensor = self.log_prob(input).argmax(1)
        return best

    def _check(self, input: Tensor, target: Tensor) -> None:
        if target.ndim > 1:
            raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
        if target.ndim and (input.ndim == 1 or input.shape[0] != target.shape[0]):
            raise RuntimeError("Input and target should have the same size in the batch dimension.")
        if not target.ndim and input.ndim != 1:
            raise RuntimeError(f"0D target tensor expects 1D input tensors, but found inputs with size {input.shape}")


def _check_cutoffs(cutoffs: list[int], classes: int) -> None:
    if not cutoffs:
        raise ValueError("cutoffs should be a sequence of length larger than 0")
    if cutoffs != sorted(set(cutoffs)) or cutoffs[0] <= 0 or cutoffs[-1] > classes - 1:
        raise ValueError(
            "cutoffs should be a sequence of unique, positive integers sorted in an increasing order, where each "
            "value is between 1 and n_classes-1"
        )
