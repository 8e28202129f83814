"""The network as a value: what a person draws, without the engine that runs it."""
