"""Loops compiled by numba, where it is installed, for what numpy needs several passes over memory for.

Each has its twin in numpy: the operation in `core.ops` that asks for it, and goes on by itself where it gets None.
"""
