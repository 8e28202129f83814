"""What each layer is in ONNX's operators, a family a file."""
