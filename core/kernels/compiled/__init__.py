"""The loops themselves, in the part of Python that numba compiles. Only `core.kernels.library` imports them."""
