"""Training: the loop, what it tells, and the process it runs in."""
