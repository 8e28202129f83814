"""The methods and operators of Tensor, by family: functions of `core.functions` whose first argument is the tensor."""

from __future__ import annotations

from core.methods.conversion import Conversion, Creation, Recording
from core.methods.copying import Copying
from core.methods.elementwise import Arithmetic, Comparison, Elementwise, Pairwise, Special, Trigonometry
from core.methods.in_place import InPlace
from core.methods.operators import Operators
from core.methods.reduction import Cumulative, LinearAlgebra, Reduction, Sorting
from core.methods.shape import Indexing, Shape
from core.tensors.calling import numpy_names
from core.tensors.tensor import Tensor


class Methods(
    Operators,
    Arithmetic,
    Pairwise,
    Elementwise,
    Trigonometry,
    Special,
    Comparison,
    Reduction,
    Cumulative,
    Sorting,
    Shape,
    Indexing,
    LinearAlgebra,
    InPlace,
    Creation,
    Conversion,
    Copying,
    Recording,
):
    """All of them, for type checkers: at run time they are set on Tensor below."""


for family in Methods.__bases__:
    for name, member in vars(family).items():
        if name not in ("__module__", "__doc__", "__dict__", "__weakref__", "__hash__", "__qualname__"):
            # An operator is called by Python alone, and often: it has no use for other names of its arguments.
            setattr(Tensor, name, member if name.startswith("__") else numpy_names(member))
