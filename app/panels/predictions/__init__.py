"""What the network makes of samples: one of them, all of a part, and where it is wrong."""

from app.panels.predictions.panel import PredictionsPanel

__all__ = ["PredictionsPanel"]
