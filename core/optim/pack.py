"""Several parameters treated as one long vector, since ten small numpy calls cost ten times one.

Only gradients and the optimiser's own figures lie in the long vectors. Parameters stay where they are, so that whoever
shares their memory sees every step.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.arrays.backend import Array, namespace
from core.kernels.updates import rows_of, updated
from core.tensors.tensor import Tensor, tensor_of


class Pack:
    """Parameters of one type on one device whose numbers, such as that of the steps taken, are the same.

    state: the optimiser's long vectors by name. is_new: whether these hold nothing yet. numbers: a number for each
    parameter, on the CPU; those of one name are all the same.
    """

    def __init__(self, params: Sequence[Tensor]) -> None:
        self.params = list(params)
        arrays = [param._array for param in self.params]
        self._xp = namespace(arrays[0])
        self._rows = rows_of(arrays)
        self._kind = arrays[0].dtype
        self._ends = [0]
        for array in arrays:
            self._ends.append(self._ends[-1] + array.size)
        self.state: dict[str, Array] = {}
        self.numbers: dict[str, Array] = {}
        self.is_new = True
        self._gradient = self.vector()
        self.scratch = self.vector()
        self._updates = self._split(self.scratch)

    def vector(self) -> Array:
        """A new vector of zeros, as long as all parameters together."""
        return self._xp.zeros(self._ends[-1], self._kind)

    def tensors(self, vector: Array) -> list[Tensor]:
        """For each parameter its part of `vector`, in its shape, on the same memory."""
        return [tensor_of(part) for part in self._split(vector)]

    def _split(self, vector: Array) -> list[Array]:
        starts = zip(self._ends[:-1], self._ends[1:], self.params, strict=True)
        return [vector[start:end].reshape(param._array.shape) for start, end, param in starts]

    def gradient(self, weight_decay: float = 0.0, maximize: bool = False) -> Array:
        """The gradients in a row, turned round to maximise, plus decayed parameters. Not to be changed."""
        grads = [param._grad._array.reshape(-1) for param in self.params if param._grad is not None]
        plain = not weight_decay and not maximize
        if len(grads) == 1 and plain:
            return grads[0]
        self._xp.concatenate(grads, out=self._gradient)
        if maximize:
            self._xp.negative(self._gradient, out=self._gradient)
        if weight_decay:
            self._xp.multiply(self.values(), weight_decay, out=self.scratch)
            self._xp.add(self._gradient, self.scratch, out=self._gradient)
        return self._gradient

    def values(self) -> Array:
        """The parameters in a row, in `scratch`."""
        return self._xp.concatenate([param._array.reshape(-1) for param in self.params], out=self.scratch)

    def scale_gradient(self, factor: float) -> None:
        """Puts `factor` times the gradients into `scratch`."""
        for param, update in zip(self.params, self._updates, strict=True):
            if param._grad is not None:
                self._xp.multiply(param._grad._array, factor, out=update)

    def updated(self, loop: str, states: Sequence[str], *numbers: float) -> bool:
        """Does the whole step by a compiled loop, with these vectors of the state. False where it cannot be had."""
        if self._rows is None:
            return False
        grads = [param._grad._array for param in self.params if param._grad is not None]
        if not updated(loop, self._rows, grads, [self.state[name] for name in states], numbers):
            return False
        for param in self.params:
            param._counter[0] += 1
        return True

    def number(self, name: str) -> float:
        """The number `name` of the parameters' state, such as their count of steps."""
        return float(self.numbers[name][0])

    def count_step(self) -> float:
        """Adds one to the number of steps and returns it."""
        self.numbers["step"] += 1
        return self.number("step")

    def shrink(self, factor: float) -> None:
        """Multiplies the parameters by `factor`."""
        for param in self.params:
            param._array *= factor

    def subtract(self, vector: Array, factor: float) -> None:
        """Takes `factor * vector` off the parameters."""
        self._xp.multiply(vector, factor, out=self.scratch)
        self.subtract_scratch()

    def subtract_scratch(self) -> None:
        """Takes what lies in `scratch` off the parameters."""
        for param, update in zip(self.params, self._updates, strict=True):
            array = param._array
            self._xp.subtract(array, update, out=array)
            param._counter[0] += 1
