"""The operations, a family a file: arrays in, arrays out, and the gradients of each."""
