"""PyNEST's interface over one implicit simulation: ``import simcore.nest as nest``, and scripts run as they are.

Names, arguments, units, defaults and timing are NEST's; `docs/coming_from_nest.md` lists what is the same, better, or missing.

Examples
--------
>>> import simcore.nest as nest
>>> nest.ResetKernel()
>>> neuron = nest.Create("iaf_psc_alpha", params={"I_e": 376.0})
>>> recorder = nest.Create("spike_recorder")
>>> nest.Connect(neuron, recorder)
>>> nest.Simulate(200.0)
>>> recorder.events["times"]
array([ 59.3, 120.6, 181.9])
"""

import sys

from simcore.nest import errors as NESTErrors
from simcore.nest import logic, math, random, raster_plot, spatial, spatial_distributions, visualization, voltage_trace
from simcore.nest._attributes import GetKernelStatus, SetKernelStatus, get, set
from simcore.nest._connect import Connect
from simcore.nest._connections import Disconnect, GetConnections, SynapseCollection
from simcore.nest._control import Cleanup, Prepare, ResetKernel, Run, RunManager, Simulate
from simcore.nest._create_mask import CreateMask
from simcore.nest._create_parameter import CreateParameter
from simcore.nest._creating import CopyModel, Create, GetDefaults, SetDefaults
from simcore.nest._info import (
    ConnectionRules,
    GetLocalNodeCollection,
    GetLocalVPs,
    GetNodes,
    Models,
    NumProcesses,
    PrintNodes,
    Rank,
    SyncProcesses,
    get_verbosity,
    help,
    message,
    set_verbosity,
)
from simcore.nest._json import serialize_data, to_json
from simcore.nest._masks import Mask
from simcore.nest._module import NestModule
from simcore.nest._nodes import NodeCollection
from simcore.nest._old_functions import GetStatus, SetStatus
from simcore.nest._parameter import Parameter
from simcore.nest._settings import VerbosityLevel
from simcore.nest._spatial_functions import (
    Displacement,
    Distance,
    FindCenterElement,
    FindNearestElement,
    GetPosition,
    SelectNodesByMask,
)
from simcore.nest._spatial_partners import (
    DumpLayerConnections,
    DumpLayerNodes,
    GetSourceNodes,
    GetSourcePositions,
    GetTargetNodes,
    GetTargetPositions,
)
from simcore.nest._spatial_plots import PlotLayer, PlotProbabilityParameter, PlotSources, PlotTargets
from simcore.nest._synapse_spec import CollocatedSynapses
from simcore.nest.errors import KernelException as NESTError

__all__ = [
    "Cleanup",
    "CollocatedSynapses",
    "Connect",
    "ConnectionRules",
    "CopyModel",
    "Create",
    "CreateMask",
    "CreateParameter",
    "Disconnect",
    "Displacement",
    "Distance",
    "DumpLayerConnections",
    "DumpLayerNodes",
    "FindCenterElement",
    "FindNearestElement",
    "GetConnections",
    "GetDefaults",
    "GetKernelStatus",
    "GetLocalNodeCollection",
    "GetLocalVPs",
    "GetNodes",
    "GetPosition",
    "GetSourceNodes",
    "GetSourcePositions",
    "GetStatus",
    "GetTargetNodes",
    "GetTargetPositions",
    "Mask",
    "Models",
    "NESTError",
    "NESTErrors",
    "NodeCollection",
    "NumProcesses",
    "Parameter",
    "PlotLayer",
    "PlotProbabilityParameter",
    "PlotSources",
    "PlotTargets",
    "Prepare",
    "PrintNodes",
    "Rank",
    "ResetKernel",
    "Run",
    "RunManager",
    "SelectNodesByMask",
    "SetDefaults",
    "SetKernelStatus",
    "SetStatus",
    "Simulate",
    "SynapseCollection",
    "SyncProcesses",
    "VerbosityLevel",
    "get",
    "get_verbosity",
    "help",
    "logic",
    "math",
    "message",
    "random",
    "raster_plot",
    "serialize_data",
    "set",
    "set_verbosity",
    "spatial",
    "spatial_distributions",
    "to_json",
    "userdict",
    "visualization",
    "voltage_trace",
]

# Whatever a script wants to keep here; nothing reads it.
userdict: dict = {}

# Kernel attributes are read and set on the module itself, so it gets a class of its own. An object in its place would not be
# the one that others have imported already.
sys.modules[__name__].__class__ = NestModule
