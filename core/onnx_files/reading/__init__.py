"""ONNX's operators as layers: what flows is followed symbolically, and nothing is run."""
