"""Tensor: an array, its gradient and the record it came from.

Its operators and methods are functions, and come with `core.methods`, which is above them.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core.arrays.backend import Array, namespace, to_numpy
from core.arrays.device import device, device_of
from core.ops.operation import Operation, Output, next_sequence
from core.tensors import dtypes
from core.tensors.grad_mode import grad_mode
from core.tensors.size import Size

if TYPE_CHECKING:
    from core.methods.binding import Methods
else:
    Methods = object


class InferenceCounter(list[int]):
    """What a tensor made in inference mode has instead of a version counter: nobody can rely on it."""

    def __getitem__(self, index: Any) -> Any:
        raise RuntimeError(
            "Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in "
            "computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and use "
            "it in autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`."
        )


_CUTS = ("SplitBackward0", "SplitWithSizesBackward0", "UnbindBackward0")
ONE_OF_SEVERAL = (
    "This view is the output of a function that returns multiple views. Such functions do not allow the output views "
    "to be modified inplace. You should replace the inplace operation by an out-of-place one."
)


class View(NamedTuple):
    """Where a view looks: its base, the operations that lead there, and the base's version that its record knows of."""

    base: Tensor
    path: tuple[Operation, ...]
    version: int


class Tensor(Methods):
    """An array of numpy or cupy with PyTorch's behaviour.

    _array: the numbers. _node: the record of the operation that made it, None for a leaf. _counter: a counter of
    changes in place, in a list that views and detached tensors share. _view: set if it shares the memory of another
    tensor.
    """

    __slots__ = (
        "__dict__",
        "__weakref__",
        "_array",
        "_counter",
        "_grad",
        "_hooks",
        "_node",
        "_requires_grad",
        "_view",
    )

    _array: Array
    _grad: Tensor | None
    _node: Operation | None
    _requires_grad: bool
    _counter: list[int]
    _view: View | None
    _hooks: Any

    __module__ = "torch"  # so that the class's text is PyTorch's, as the texts of tensors and types are
    __array_priority__ = 1000

    def __init__(self, *sizes_or_data: Any) -> None:
        """`Tensor(2, 3)` is uninitialised of that shape, `Tensor([1, 2])` holds the data, both in the default type."""
        kind = dtypes.get_default_dtype().numpy
        if len(sizes_or_data) == 1 and not isinstance(sizes_or_data[0], int):
            data = sizes_or_data[0]
            array = data._array.astype(kind) if isinstance(data, Tensor) else np.array(data, dtype=kind)
        else:
            array = np.empty(sizes_or_data if sizes_or_data else (0,), dtype=kind)
        self._set(array)

    def _set(self, array: Array, requires_grad: bool = False) -> None:
        self._array = array
        self._grad = None
        self._node = None
        self._requires_grad = requires_grad
        self._counter = [0]
        self._view = None
        self._hooks = None

    @property
    def shape(self) -> Size:
        """The lengths of its dimensions."""
        return Size(self._array.shape)

    @property
    def dtype(self) -> dtypes.dtype:
        return dtypes.of(self._array.dtype)

    @property
    def device(self) -> device:
        return device_of(self._array)

    @property
    def is_cuda(self) -> bool:
        """Whether it lies on a GPU."""
        return self.device.type == "cuda"

    @property
    def ndim(self) -> int:
        """How many dimensions there are."""
        return int(self._array.ndim)

    @property
    def itemsize(self) -> int:
        """The bytes of one element."""
        return int(self._array.itemsize)

    @property
    def nbytes(self) -> int:
        """The bytes of all elements."""
        return int(self._array.nbytes)

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient is wanted, or flows through it to where one is."""
        if self._node is not None and self._view is not None and one_of_several(self._view) is not None:
            return True  # whatever became of its base since
        return self._requires_grad or self.grad_fn is not None

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if self.grad_fn is not None:
            if not wanted:
                raise RuntimeError(
                    "you can only change requires_grad flags of leaf variables. If you want to use a computed variable "
                    "in a "
                    "subgraph that doesn't require differentiation use var_no_grad = var.detach()."
                )
            return
        if wanted and self._array.dtype.kind != "f":
            raise RuntimeError("only Tensors of floating point dtype can require gradients")
        if wanted and self.is_inference() and not grad_mode.inference:
            raise RuntimeError("Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.")
        self._requires_grad = wanted

    @property
    def grad_fn(self) -> Operation | None:
        """The record of the operation that made this tensor; None for a leaf."""
        if self._view is not None:
            refresh(self)
        node = self._node
        return node.inputs[0] if node.__class__ is Output else node

    @property
    def is_leaf(self) -> bool:
        """Whether no operation that is recorded made it."""
        return self.grad_fn is None

    @property
    def output_nr(self) -> int:
        """Which of its operation's outputs this tensor is."""
        node = edge_of(self)
        return node.number if isinstance(node, Output) else 0

    @property
    def grad(self) -> Tensor | None:
        """The gradient that `backward` accumulated: None before the first, of this tensor's shape, type and device."""
        if self._grad is None and self._node is not None and not self.retains_grad:
            warnings.warn(
                "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute "
                "won't be populated during autograd.backward(). If you indeed want the .grad field to be populated for "
                "a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by "
                "mistake, make sure you access the leaf Tensor instead.",
                stacklevel=2,
            )
        return self._grad

    @grad.setter
    def grad(self, new: Tensor | None) -> None:
        if new is not None:
            _check_grad(self, new)
        self._grad = new

    @property
    def retains_grad(self) -> bool:
        """Whether `backward` fills `.grad` although this is no leaf."""
        return self._hooks is not None and not self.is_leaf

    def is_inference(self) -> bool:
        """Whether this tensor was made in inference mode."""
        return isinstance(self._counter, InferenceCounter)

    @property
    def data(self) -> Tensor:
        """The same memory with no record and a version counter of its own: changes to it are not noticed."""
        made = tensor_of(self._array)
        if self.is_inference():
            made._counter = InferenceCounter()
        return made

    @data.setter
    def data(self, new: Tensor) -> None:
        self._array = new._array

    @property
    def _version(self) -> int:
        """How often this memory was changed in place, under PyTorch's name for it."""
        return self._counter[0]

    def __len__(self) -> int:
        if not self._array.ndim:
            raise TypeError("len() of a 0-d tensor")
        return len(self._array)

    def __iter__(self) -> Iterator[Tensor]:
        if not self._array.ndim:
            raise TypeError("iteration over a 0-d tensor")
        return iter(self.unbind(0))

    def __bool__(self) -> bool:
        if self._array.size != 1:
            problem = "no values" if self._array.size == 0 else "more than one value"
            raise RuntimeError(f"Boolean value of Tensor with {problem} is ambiguous")
        return bool(self._array.item())

    def __float__(self) -> float:
        return float(self._only_element())

    def __int__(self) -> int:
        return int(self._only_element())

    def _only_element(self) -> Any:
        if self._array.size != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        return self._array.item()

    def __index__(self) -> int:
        if self._array.dtype.kind == "f" or self._array.size != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self._only_element())

    def __format__(self, spec: str) -> str:
        if self._array.ndim == 0 and type(self) is Tensor:
            return format(self._only_element(), spec)
        return object.__format__(self, spec)

    __hash__ = object.__hash__

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        if self.requires_grad:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        return np.array(to_numpy(self._array), dtype=dtype, copy=copy)

    def __array_wrap__(self, array: Array, context: Any = None, return_scalar: bool = False) -> Tensor:
        """What numpy makes of a tensor is one again: of booleans, as PyTorch has it, one of bytes."""
        array = np.asarray(array)
        array = array.astype(np.uint8) if array.dtype == np.bool_ else array
        dtypes.of(array.dtype)
        return tensor_of(array)


def tensor_of(array: Array) -> Tensor:
    """A tensor without a record on top of `array`, which it shares."""
    made = Tensor.__new__(Tensor)
    made._array = array
    made._grad = None
    made._node = None
    made._requires_grad = False
    made._counter = [0]
    made._view = None
    made._hooks = None
    return made


def made_of(array: Array) -> Tensor:
    """As `tensor_of`, for what a user makes: in inference mode an inference tensor."""
    made = tensor_of(array)
    if grad_mode.inference:
        made._counter = InferenceCounter()
    return made


def one_of_several(view: View) -> Operation | None:
    """The step of the view's path that made several views at once, if there is one: such views must stay alike."""
    return next((step for step in view.path if step.name() in _CUTS), None)


def refresh(tensor: Tensor) -> None:
    """Renews the record of a view whose base was changed in place since: it now leads through the base's new record."""
    view = tensor._view
    if view is None or view.version == view.base._counter[0]:
        return
    edge: Any = edge_of(view.base)
    if edge is not None and (cut := one_of_several(view)) is not None:
        raise RuntimeError(
            f"An output of {cut.name()} is a view and its base or another view of its base has been modified inplace. "
            f"{ONE_OF_SEVERAL}"
        )
    tensor._view = View(view.base, view.path, view.base._counter[0])
    if edge is None or view.base._node is None:
        return
    for step in view.path:
        twin = copy(step)
        twin.inputs = [edge]
        twin.sequence, twin.hooks = next_sequence(), None
        edge = twin
    tensor._node = edge


def edge_of(tensor: Tensor) -> Operation | Tensor | None:
    """Where the gradient of `tensor` flows: its record, itself if it is a leaf that wants one, or nowhere."""
    if tensor._view is not None:
        refresh(tensor)
    return tensor._node or (tensor if tensor._requires_grad else None)


def _check_grad(tensor: Tensor, new: Tensor) -> None:
    if not isinstance(new, Tensor):
        raise TypeError(f"assigned grad expected to be a Tensor or None but got grad of type {type(new).__name__}")
    if new._array.shape != tensor._array.shape:
        raise RuntimeError(
            f"attempting to assign a gradient of size '{list(new.shape)}' to a tensor of size '{list(tensor.shape)}'. "
            "Please "
            "ensure that the gradient and the tensor are the same size"
        )
    if new._array.dtype != tensor._array.dtype:
        raise RuntimeError(
            f"attempting to assign a gradient with dtype '{new.dtype.c_name}' to a tensor with grad_dtype "
            f"'{tensor.dtype.title}'. The gradient must match the tensor's grad_dtype (defaults to the tensor's dtype)."
            " You can set the tensor's grad_dtype attribute with a specific dtype, or None to allow any dtype. Set "
            "grad_dtype with caution. Diverging the dtypes of a tensor and its gradient may break downstream systems "
            "that assume they match."
        )
    if namespace(new._array) is not namespace(tensor._array):
        raise RuntimeError("assigned grad has data located on a different device")
