"""The operators and methods of Tensor: loading this room binds them.

They are functions of `core.functions` and so lie above Tensor and all that it is made of. Below this room Tensor is
bare: modules there can be loaded in any order, and what they do with tensors they do when this room is there. Whoever
comes from above has it loaded: the face, `core`, does so before it gives out a name, and so does each room above.
"""

from core.methods import binding as binding
