"""Other words that people search by, from other libraries and from papers, and the layers they mean."""

from __future__ import annotations

from collections.abc import Mapping

OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    "Linear": ("dense", "fc", "fully", "connected", "affine", "perceptron", "projection", "gemm"),
    "Identity": ("skip", "shortcut", "nothing"),
    "Add": ("skip", "shortcut", "residuals", "sum", "plus"),
    "Multiply": ("gate", "product", "times"),
    "Concat": ("cat", "concatenate", "join", "merge", "skip"),
    "Sequential": ("block", "stack", "chain"),
    "Module": ("block", "graph", "branch"),
    "ModuleList": ("list", "experts", "heads"),
    "ModuleDict": ("dict", "dictionary", "experts", "heads"),
    "Flatten": ("reshape", "view", "ravel"),
    "Unflatten": ("reshape", "view", "split"),
    "Reshape": ("view", "arrange"),
    "Split": ("chunk", "divide", "branch", "unstack"),
    "Select": ("slice", "index", "gather", "last", "crop"),
    "Subtract": ("minus", "sub", "difference"),
    "MatMul": ("matrix", "dot", "bmm", "product"),
    "PositionalEncoding": ("position", "sinusoidal", "sine", "timing", "transformer"),
    "Permute": ("transpose", "swap", "rearrange"),
    "ConvTranspose2d": ("deconv", "deconvolution", "upconv"),
    "Upsample": ("interpolate", "resize", "scale"),
    "AdaptiveAvgPool2d": ("gap", "global"),
    "Dropout": ("regularise", "regularize"),
    "BatchNorm1d": ("bn",),
    "BatchNorm2d": ("bn",),
    "SiLU": ("swish",),
    "Sigmoid": ("logistic",),
    "Embedding": ("lookup", "token", "word"),
    "MultiheadAttention": ("self-attention", "mha"),
    "TransformerEncoderLayer": ("bert", "attention"),
    "Input": ("data", "source"),
    "MLP classifier": ("multilayer", "perceptron", "dense"),
    "LeNet-5": ("cnn", "convolutional"),
    "Residual block": ("resnet", "skip", "shortcut"),
    "GRU classifier": ("text", "recurrent"),
    "Transformer encoder": ("bert", "attention"),
    "Output": ("result", "return"),
}
