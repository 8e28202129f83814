"""PyTorch's functions on tensors, a family a file. Most become methods of Tensor too, by `core.methods.binding`."""

import core.tensors.tensor  # noqa: F401 - the class comes first: these modules and Tensor's methods need one another
