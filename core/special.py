"""Functions with names of their own, under the names of `torch.special`."""

from core import methods as methods
from core.functions.bessel import i0, i0e, i1, i1e
from core.functions.elementwise import exp2, expm1, log1p, logit, round
from core.functions.elementwise import sigmoid as expit
from core.functions.error_function import entr, erf, erfc, erfcx, erfinv, log_ndtr, ndtr, ndtri
from core.functions.gamma import digamma, polygamma
from core.functions.gamma import lgamma as gammaln
from core.functions.gamma import mvlgamma as multigammaln
from core.functions.pairwise import xlog1py, xlogy
from core.functions.reduction import logsumexp
from core.functions.trigonometry import sinc
from core.tensors.calling import offered

psi = digamma

__all__ = [
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfcx",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "gammaln",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "log1p",
    "log_ndtr",
    "logit",
    "logsumexp",
    "multigammaln",
    "ndtr",
    "ndtri",
    "polygamma",
    "psi",
    "round",
    "sinc",
    "xlog1py",
    "xlogy",
]

for _name in __all__:
    globals()[_name] = offered(globals()[_name], __name__, _name)
