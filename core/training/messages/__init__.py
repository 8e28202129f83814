"""What the window and the engine's process say to each other.

Requests go to the engine, events come back. Each is a small frozen struct; `core.training.frames` turns them into
bytes and back. They carry ids, never objects: a design travels as its JSON text, a node as its id.
"""

from __future__ import annotations

from typing import TypeAlias

from core.training.messages.by_hand import DrawValues as DrawValues
from core.training.messages.by_hand import EditNumbers as EditNumbers
from core.training.messages.by_hand import Filling as Filling
from core.training.messages.by_hand import Initialise as Initialise
from core.training.messages.by_hand import NumbersChanged as NumbersChanged
from core.training.messages.by_hand import NumbersRead as NumbersRead
from core.training.messages.by_hand import ReadNumbers as ReadNumbers
from core.training.messages.by_hand import Reinitialise as Reinitialise
from core.training.messages.by_hand import ValuesDrawn as ValuesDrawn
from core.training.messages.checkpoints import Checkpoint as Checkpoint
from core.training.messages.checkpoints import Checkpointed as Checkpointed
from core.training.messages.checkpoints import CheckScript as CheckScript
from core.training.messages.checkpoints import Difference as Difference
from core.training.messages.checkpoints import ImportNetwork as ImportNetwork
from core.training.messages.checkpoints import ListTensors as ListTensors
from core.training.messages.checkpoints import LoadWeights as LoadWeights
from core.training.messages.checkpoints import NetworkImported as NetworkImported
from core.training.messages.checkpoints import NetworkWritten as NetworkWritten
from core.training.messages.checkpoints import Restore as Restore
from core.training.messages.checkpoints import RestoreSnapshot as RestoreSnapshot
from core.training.messages.checkpoints import SaveWeights as SaveWeights
from core.training.messages.checkpoints import ScriptChecked as ScriptChecked
from core.training.messages.checkpoints import SnapshotTaken as SnapshotTaken
from core.training.messages.checkpoints import TakeSnapshot as TakeSnapshot
from core.training.messages.checkpoints import TensorInFile as TensorInFile
from core.training.messages.checkpoints import TensorsListed as TensorsListed
from core.training.messages.checkpoints import WeightsReport as WeightsReport
from core.training.messages.checkpoints import WeightsSaved as WeightsSaved
from core.training.messages.checkpoints import WriteNetwork as WriteNetwork
from core.training.messages.customs import Complete as Complete
from core.training.messages.customs import Completed as Completed
from core.training.messages.customs import Completion as Completion
from core.training.messages.customs import CustomInspected as CustomInspected
from core.training.messages.customs import CustomOption as CustomOption
from core.training.messages.customs import CustomTried as CustomTried
from core.training.messages.customs import GradientCheck as GradientCheck
from core.training.messages.customs import Inspect as Inspect
from core.training.messages.customs import Probe as Probe
from core.training.messages.customs import Probed as Probed
from core.training.messages.customs import TryCustom as TryCustom
from core.training.messages.data import AugmentedShown as AugmentedShown
from core.training.messages.data import DataDescribed as DataDescribed
from core.training.messages.data import DataPreviewed as DataPreviewed
from core.training.messages.data import DataScanned as DataScanned
from core.training.messages.data import Describe as Describe
from core.training.messages.data import Forget as Forget
from core.training.messages.data import OfData as OfData
from core.training.messages.data import Predict as Predict
from core.training.messages.data import Predicted as Predicted
from core.training.messages.data import ReadSamples as ReadSamples
from core.training.messages.data import SamplesRead as SamplesRead
from core.training.messages.data import ShowAugmented as ShowAugmented
from core.training.messages.data import Survey as Survey
from core.training.messages.data import Surveyed as Surveyed
from core.training.messages.message import UNSOUND_WEIGHTS as UNSOUND_WEIGHTS
from core.training.messages.message import Failed as Failed
from core.training.messages.message import Histogram as Histogram
from core.training.messages.message import Message as Message
from core.training.messages.message import Picture as Picture
from core.training.messages.message import Place as Place
from core.training.messages.runs import Adjust as Adjust
from core.training.messages.runs import Curves as Curves
from core.training.messages.runs import Device as Device
from core.training.messages.runs import Devices as Devices
from core.training.messages.runs import Diagnosed as Diagnosed
from core.training.messages.runs import Evaluate as Evaluate
from core.training.messages.runs import Evaluated as Evaluated
from core.training.messages.runs import LimitMemory as LimitMemory
from core.training.messages.runs import ListDevices as ListDevices
from core.training.messages.runs import ParameterInfo as ParameterInfo
from core.training.messages.runs import Pause as Pause
from core.training.messages.runs import Prepare as Prepare
from core.training.messages.runs import Prepared as Prepared
from core.training.messages.runs import Progress as Progress
from core.training.messages.runs import Ready as Ready
from core.training.messages.runs import Resume as Resume
from core.training.messages.runs import RunNoted as RunNoted
from core.training.messages.runs import RunState as RunState
from core.training.messages.runs import Start as Start
from core.training.messages.runs import Step as Step
from core.training.messages.runs import Stop as Stop
from core.training.messages.runs import TrainPoint as TrainPoint
from core.training.messages.seeing import ActivationsSeen as ActivationsSeen
from core.training.messages.seeing import Assess as Assess
from core.training.messages.seeing import Assessed as Assessed
from core.training.messages.seeing import Chosen as Chosen
from core.training.messages.seeing import ClassFigures as ClassFigures
from core.training.messages.seeing import SampleSeen as SampleSeen
from core.training.messages.seeing import SeeActivations as SeeActivations
from core.training.messages.seeing import SeeSample as SeeSample
from core.training.messages.seeing import SeeSurface as SeeSurface
from core.training.messages.seeing import SurfaceSeen as SurfaceSeen
from core.training.messages.telemetry import ActivationsView as ActivationsView
from core.training.messages.telemetry import NodeStatistics as NodeStatistics
from core.training.messages.telemetry import ParameterView as ParameterView
from core.training.messages.telemetry import Statistics as Statistics
from core.training.messages.telemetry import Watch as Watch

Request: TypeAlias = (
    Prepare
    | Start
    | Pause
    | Resume
    | Step
    | Stop
    | Adjust
    | Evaluate
    | Predict
    | Watch
    | Checkpoint
    | Restore
    | TakeSnapshot
    | RestoreSnapshot
    | SaveWeights
    | WriteNetwork
    | CheckScript
    | LoadWeights
    | Reinitialise
    | DrawValues
    | Initialise
    | ReadNumbers
    | EditNumbers
    | Forget
    | Describe
    | Survey
    | ReadSamples
    | ShowAugmented
    | ListTensors
    | ImportNetwork
    | Inspect
    | Probe
    | TryCustom
    | Complete
    | Assess
    | SeeSample
    | SeeActivations
    | SeeSurface
    | ListDevices
    | LimitMemory
)

Event: TypeAlias = (
    Ready
    | Devices
    | Prepared
    | RunState
    | Progress
    | Curves
    | Diagnosed
    | RunNoted
    | Evaluated
    | Predicted
    | Statistics
    | ParameterView
    | ActivationsView
    | Checkpointed
    | SnapshotTaken
    | WeightsSaved
    | NetworkWritten
    | ScriptChecked
    | WeightsReport
    | ValuesDrawn
    | NumbersRead
    | NumbersChanged
    | TensorsListed
    | NetworkImported
    | DataDescribed
    | DataPreviewed
    | DataScanned
    | Surveyed
    | SamplesRead
    | AugmentedShown
    | CustomInspected
    | Probed
    | CustomTried
    | Completed
    | Assessed
    | SampleSeen
    | ActivationsSeen
    | SurfaceSeen
    | Failed
)
