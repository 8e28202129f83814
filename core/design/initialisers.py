"""The functions of `torch.nn.init`: their arguments, PyTorch's defaults and words.

The window shows this table and the engine is called by it, so that neither needs to know the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.design.catalog.base import Option


@dataclass(frozen=True, slots=True)
class Initialiser:
    """A function under PyTorch's name; its options are the arguments behind the tensor."""

    key: str
    summary: str
    options: tuple[Option, ...] = ()


NONLINEARITIES = (
    "leaky_relu", "relu", "tanh", "selu", "sigmoid", "linear",
    "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
)  # fmt: skip


def _number(name: str, default: float, label: str = "", required: bool = False) -> Option:
    return Option(name, "float", default, label or name, required=required)


_STD = Option("std", "float", 1.0, "deviation", minimum=0.0)
_GAIN = _number("gain", 1.0)
_KAIMING = (
    _number("a", 0.0, "negative slope"),
    Option("mode", "choice", "fan_in", "mode", choices=("fan_in", "fan_out")),
    Option("nonlinearity", "choice", "leaky_relu", "nonlinearity", choices=NONLINEARITIES),
)

INITIALISERS: Mapping[str, Initialiser] = MappingProxyType(
    {
        each.key: each
        for each in (
            Initialiser("normal_", "The normal distribution.", (_number("mean", 0.0), _STD)),
            Initialiser("uniform_", "Even between two ends.", (_number("a", 0.0, "from"), _number("b", 1.0, "to"))),
            Initialiser("constant_", "The same number everywhere.", (_number("val", 0.0, "value", required=True),)),
            Initialiser("zeros_", "Zeros."),
            Initialiser("ones_", "Ones."),
            Initialiser("xavier_uniform_", "Even, as wide as inputs and outputs allow (Glorot).", (_GAIN,)),
            Initialiser("xavier_normal_", "Normal, as wide as inputs and outputs allow (Glorot).", (_GAIN,)),
            Initialiser("kaiming_uniform_", "Even, as wide as inputs or outputs allow (He).", _KAIMING),
            Initialiser("kaiming_normal_", "Normal, as wide as inputs or outputs allow (He).", _KAIMING),
            Initialiser(
                "trunc_normal_",
                "The normal distribution within two ends.",
                (_number("mean", 0.0), _STD, _number("a", -2.0, "from"), _number("b", 2.0, "to")),
            ),
            Initialiser("orthogonal_", "Rows, or columns, at right angles.", (_GAIN,)),
            Initialiser(
                "sparse_",
                "Normal, with a share of each column zero.",
                (
                    Option("sparsity", "float", 0.1, "share of zeros", minimum=0.0, maximum=1.0, required=True),
                    Option("std", "float", 0.01, "deviation", minimum=0.0),
                ),
            ),
            Initialiser("eye_", "The identity: only for matrices."),
            Initialiser(
                "dirac_",
                "A kernel that hands each channel on: only for convolutions.",
                (Option("groups", "int", 1, "groups", minimum=1),),
            ),
        )
    }
)
