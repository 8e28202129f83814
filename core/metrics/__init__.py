"""Figures a trainer wants besides the loss, gathered batch by batch and asked for at the end of an epoch."""

from core import methods as methods
from core.metrics.classification import Accuracy as Accuracy
from core.metrics.classification import ConfusionMatrix as ConfusionMatrix
from core.metrics.classification import F1Score as F1Score
from core.metrics.classification import Precision as Precision
from core.metrics.classification import Recall as Recall
from core.metrics.metric import Mean as Mean
from core.metrics.metric import Metric as Metric
from core.metrics.regression import MeanAbsoluteError as MeanAbsoluteError
from core.metrics.regression import MeanSquaredError as MeanSquaredError
from core.metrics.regression import R2Score as R2Score
