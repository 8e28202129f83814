"""What hands do on the canvas: one gesture is one object with start, move, end and cancel."""
