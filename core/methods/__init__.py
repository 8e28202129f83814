"""The methods and operators of Tensor, bound to it where the functions are known."""
