"""PyTorch's functions on tensors, a family a file. Most become methods of Tensor too, by `core.methods`.

They are written as anybody writes with tensors, with operators and methods, which Tensor has from `core.methods`.
"""
