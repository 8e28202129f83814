"""Networks as ONNX files, both ways. Needs the package `onnx`, which only `doors` asks for, when it is wanted."""
