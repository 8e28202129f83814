"""Methods that fold dimensions, run along them, put them in order, or multiply matrices."""

from __future__ import annotations

from core.functions import (
    counting,
    cumulative,
    decompositions,
    matrices,
    norms,
    products,
    reduction,
    solving,
    sorting,
)


class Reduction:
    """Those that fold dimensions away."""

    sum = reduction.sum
    mean = reduction.mean
    var = reduction.var
    std = reduction.std
    prod = reduction.prod
    amax = reduction.amax
    amin = reduction.amin
    max = reduction.max
    min = reduction.min
    argmax = reduction.argmax
    argmin = reduction.argmin
    all = reduction.all
    any = reduction.any
    count_nonzero = reduction.count_nonzero
    norm = norms.norm
    logsumexp = reduction.logsumexp
    nansum = reduction.nansum
    nanmean = reduction.nanmean
    aminmax = reduction.aminmax


class Cumulative:
    """Those that run along a dimension."""

    cumsum = cumulative.cumsum
    cumprod = cumulative.cumprod
    cummax = cumulative.cummax
    cummin = cumulative.cummin
    logcumsumexp = cumulative.logcumsumexp
    diff = cumulative.diff


class Sorting:
    """Order, ranks and counts."""

    sort = sorting.sort
    argsort = sorting.argsort
    msort = sorting.msort
    topk = sorting.topk
    kthvalue = sorting.kthvalue
    median = sorting.median
    nanmedian = sorting.nanmedian
    mode = sorting.mode
    quantile = sorting.quantile
    nanquantile = sorting.nanquantile
    unique = counting.unique
    unique_consecutive = counting.unique_consecutive
    bincount = counting.bincount
    histc = counting.histc


class LinearAlgebra:
    """Products and decompositions of matrices."""

    matmul = products.matmul
    mm = products.mm
    bmm = products.bmm
    mv = products.mv
    dot = products.dot
    outer = products.outer
    addmm = products.addmm
    addmv = products.addmv
    addr = products.addr
    baddbmm = products.baddbmm
    addbmm = products.addbmm
    inner = products.inner
    vdot = products.vdot
    ger = products.outer
    det = decompositions.det
    slogdet = decompositions.slogdet
    logdet = decompositions.logdet
    inverse = decompositions.inv
    pinverse = decompositions.pinverse
    cholesky = decompositions.cholesky_of
    cholesky_solve = solving.cholesky_solve
    cholesky_inverse = solving.cholesky_inverse
    qr = decompositions.qr_of
    svd = decompositions.svd_of
    matrix_power = matrices.matrix_power
    matrix_exp = matrices.matrix_exp
    dist = matrices.dist
    renorm = matrices.renorm
    renorm_ = matrices.renorm_
    cov = matrices.cov
    corrcoef = matrices.corrcoef
    kron = products.kron
    cross = products.cross
