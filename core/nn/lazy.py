"""Layers that take the sizes of their parameters from the first input."""

from __future__ import annotations

from itertools import chain
from typing import Any, ClassVar

from core.nn.module import Module
from core.nn.parameter import is_lazy


class LazyModuleMixin(Module):
    """Stands before a Module among the bases of its lazy form, whose parameters are `UninitializedParameter`s.

    The first call runs `initialize_parameters` with the arguments of the call; the layer is of the class
    `cls_to_become` from then on, if there is one. Raises RuntimeError if a parameter is still without a shape then.
    """

    cls_to_become: ClassVar[type[Module] | None] = None

    _awaits_input: bool = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._awaits_input = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self._awaits_input:
            return super().__call__(*args, **kwargs)
        self._infer_parameters(args, kwargs)
        return self(*args, **kwargs)

    def initialize_parameters(self, *args: Any, **kwargs: Any) -> None:
        """Gives the parameters their shapes and first values, from the arguments of the first call."""
        raise NotImplementedError(f"initialize_parameters is not implemented for {type(self).__name__}")

    def has_uninitialized_params(self) -> bool:
        """Whether a parameter or buffer of this very module still waits for its shape."""
        return any(is_lazy(tensor) for tensor in chain(self._parameters.values(), self._buffers.values()))

    def _infer_parameters(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.initialize_parameters(*args, **kwargs)
        if self.has_uninitialized_params():
            raise RuntimeError(f"module {self._get_name()} has not been fully initialized")
        if self.cls_to_become is not None:
            self.__class__ = self.cls_to_become  # type: ignore[assignment]
        del self.__dict__["_awaits_input"]
