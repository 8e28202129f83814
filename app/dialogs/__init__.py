"""Dialogs: for what cannot be said or asked in a panel.

Each is imported when it is first opened, by its name here (`dialogs.PredictDialog`): the window's first picture does
not wait for thirty modules, and for numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from app.look.guard import guard_overrides

if TYPE_CHECKING:
    from app.dialogs.all_runs import AllRunsDialog as AllRunsDialog
    from app.dialogs.augmentation import AugmentationDialog as AugmentationDialog
    from app.dialogs.check_pytorch import CheckPytorchDialog as CheckPytorchDialog
    from app.dialogs.custom_layer import CustomLayerDialog as CustomLayerDialog
    from app.dialogs.data import DataDialog as DataDialog
    from app.dialogs.data_view import DataView as DataView
    from app.dialogs.elsewhere import ElsewhereDialog as ElsewhereDialog
    from app.dialogs.foreign_code import ForeignCodeDialog as ForeignCodeDialog
    from app.dialogs.import_network import ImportDialog as ImportDialog
    from app.dialogs.initialise import InitialiseDialog as InitialiseDialog
    from app.dialogs.load_weights import LoadWeightsDialog as LoadWeightsDialog
    from app.dialogs.numbers import NumbersDialog as NumbersDialog
    from app.dialogs.own_data import OwnDataDialog as OwnDataDialog
    from app.dialogs.predict import PredictDialog as PredictDialog
    from app.dialogs.run_steps import RunStepsDialog as RunStepsDialog
    from app.dialogs.summary import SummaryDialog as SummaryDialog
    from app.dialogs.tensors import TensorsDialog as TensorsDialog

_MODULES = {
    "AllRunsDialog": "all_runs", "AugmentationDialog": "augmentation", "CheckPytorchDialog": "check_pytorch",
    "CustomLayerDialog": "custom_layer", "ElsewhereDialog": "elsewhere",
    "DataDialog": "data", "DataView": "data_view", "ForeignCodeDialog": "foreign_code",
    "ImportDialog": "import_network", "InitialiseDialog": "initialise", "NumbersDialog": "numbers",
    "OwnDataDialog": "own_data", "PredictDialog": "predict", "RunStepsDialog": "run_steps",
    "SummaryDialog": "summary", "TensorsDialog": "tensors", "LoadWeightsDialog": "load_weights",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """The dialog of this name; AttributeError where there is none."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    dialog = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    guard_overrides()
    globals()[name] = dialog
    return dialog
