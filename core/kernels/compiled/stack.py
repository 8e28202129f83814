"""Linear layers one behind the other, some with a ReLU: all products and loops of a way in one call.

The products are those of numpy's own BLAS, which is called by its address, with the arguments numpy gives it: so the
numbers are numpy's, to the bit. A layer is a row of whole numbers: the addresses of weight (out, in) and bias (out,),
in, out, and whether a ReLU follows; for the way back also the addresses of their gradients, or 0 for one not wanted.
"""

from __future__ import annotations

from llvmlite import ir
from numba import carray, types
from numba import float32 as f4
from numba.extending import intrinsic

from core.kernels.compiled.numba_kernel import inlined, kernel

ROWS, PLAIN, TURNED = 101, 111, 112
"""What CBLAS calls matrices row by row, and whether one is transposed."""
WEIGHT, BIAS, IN, OUT, BENDS, BY_WEIGHT, BY_BIAS = range(7)
_INTS, _LONG, _REAL = ir.IntType(32), ir.IntType(64), ir.FloatType()
_AT = ir.PointerType(_REAL)


@intrinsic
def _numbers(typing, address):
    """A pointer to the numbers at an address."""

    def generate(context, builder, signature, given):
        return builder.inttoptr(given[0], context.get_value_type(signature.return_type))

    return types.CPointer(types.float32)(types.int64), generate


@intrinsic
def _product(typing, blas, a_turned, b_turned, m, n, k, a, a_step, b, b_step, out):
    """out (m, n) = a (m, k) @ b (k, n); turned or not, each with the distance of its rows; out's is n."""

    def generate(context, builder, signature, given):
        blas, a_turned, b_turned, m, n, k, a, a_step, b, b_step, out = given
        kinds = [_INTS, _INTS, _INTS, _LONG, _LONG, _LONG, _REAL, _AT, _LONG, _AT, _LONG, _REAL, _AT, _LONG]
        call = builder.inttoptr(blas, ir.PointerType(ir.FunctionType(ir.VoidType(), kinds)))
        turns = [builder.trunc(each, _INTS) for each in (a_turned, b_turned)]
        a, b, out = [builder.inttoptr(each, _AT) for each in (a, b, out)]
        one, none = ir.Constant(_REAL, 1.0), ir.Constant(_REAL, 0.0)
        order = ir.Constant(_INTS, ROWS)
        builder.call(call, [order, *turns, m, n, k, one, a, a_step, b, b_step, none, out, n])
        return context.get_dummy_value()

    return types.void(*[types.int64] * 11), generate


@inlined
def _finish(x, bias, bends):
    for i in range(x.shape[0]):
        row = x[i]
        if bends:
            for j in range(row.size):
                v = row[j] + bias[j]
                row[j] = f4(0) if v <= f4(0) else v
        else:
            for j in range(row.size):
                row[j] += bias[j]


@inlined
def _add_rows(rows, total):
    """One after the other, as numpy does."""
    total[:] = rows[0]
    for i in range(1, rows.shape[0]):
        row = rows[i]
        for j in range(row.size):
            total[j] += row[j]


@inlined
def _bend_back(grad, y, out):
    for i in range(grad.size):
        out[i] = f4(0) if y[i] <= f4(0) else grad[i]


@kernel("void(i8, i8[:, ::1], f4[:, ::1], f4[::1], f4[:, ::1])")
def forward(blas, layers, x, hidden, out):
    """hidden: what the layers but the last make, one behind the other."""
    count, given, start = x.shape[0], x.ctypes.data, 0
    for number in range(layers.shape[0]):
        layer = layers[number]
        ins, outs = layer[IN], layer[OUT]
        made = out.ctypes.data
        if number < layers.shape[0] - 1:
            made = hidden[start:].ctypes.data
            start += count * outs
        _product(blas, PLAIN, TURNED, count, outs, ins, given, ins, layer[WEIGHT], ins, made)
        _finish(carray(_numbers(made), (count, outs)), carray(_numbers(layer[BIAS]), (outs,)), layer[BENDS] != 0)
        given = made


@kernel("void(i8, i8[:, ::1], f4[:, ::1], f4[::1], f4[:, ::1], f4[:, ::1], f4[:, ::1], f4[:, ::1])")
def backward(blas, layers, x, hidden, out, grad, work, by_x):
    """work: two rows, each of as many numbers as the widest layer makes. by_x: empty where it is not wanted."""
    count, end, given = x.shape[0], hidden.size, grad.ctypes.data
    for number in range(layers.shape[0] - 1, -1, -1):
        layer = layers[number]
        ins, outs = layer[IN], layer[OUT]
        passed = given
        if layer[BENDS]:
            passed = work[0].ctypes.data
            made = out.ctypes.data if number == layers.shape[0] - 1 else hidden[end:].ctypes.data
            size = (count * outs,)
            _bend_back(carray(_numbers(given), size), carray(_numbers(made), size), carray(_numbers(passed), size))
        before = x.ctypes.data
        if number:
            end -= count * ins
            before = hidden[end:].ctypes.data
        if layer[BY_WEIGHT]:
            _product(blas, TURNED, PLAIN, outs, ins, count, passed, outs, before, ins, layer[BY_WEIGHT])
        if layer[BY_BIAS]:
            _add_rows(carray(_numbers(passed), (count, outs)), carray(_numbers(layer[BY_BIAS]), (outs,)))
        if number:
            _product(blas, PLAIN, PLAIN, count, ins, outs, passed, outs, layer[WEIGHT], ins, work[1].ctypes.data)
            given = work[1].ctypes.data
        elif by_x.size:
            _product(blas, PLAIN, PLAIN, count, ins, outs, passed, outs, layer[WEIGHT], ins, by_x.ctypes.data)
