"""Linear algebra, under the names of `torch.linalg`."""

from core import methods as methods
from core.functions.decompositions import (
    cholesky,
    det,
    eig,
    eigh,
    eigvalsh,
    inv,
    pinv,
    qr,
    slogdet,
    svd,
    svdvals,
)
from core.functions.matrices import (
    cond,
    diagonal,
    matrix_exp,
    matrix_power,
    matrix_rank,
    vander,
    vecdot,
)
from core.functions.norms import linalg_norm as norm
from core.functions.norms import matrix_norm, vector_norm
from core.functions.products import cross, matmul, multi_dot
from core.functions.solving import lstsq, solve, solve_triangular, tensorinv, tensorsolve
from core.ops.decompositions import LinAlgError
from core.tensors.calling import offered

__all__ = [
    "LinAlgError",
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_exp",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
    "svdvals",
    "tensorinv",
    "tensorsolve",
    "vander",
    "vecdot",
    "vector_norm",
]

for _name in __all__:
    globals()[_name] = offered(globals()[_name], __name__, _name)
