"""A training step worked out once and then repeated: what it computes is what the engine computes, to the bit.

Most of a small network's step is spent on what is the same each time: calling modules, checking arguments, recording.
A plan keeps the operations of one step, in order, and runs them on the next step's arrays. Whatever it does not
understand, it calls as it always was: an island. Where anything is not as it was, the step is made without it.
"""

from core.plan.step import PlannedStep

__all__ = ["PlannedStep"]
