"""simcore: a spiking simulation core. Models, names, units and timing are NEST's."""

import importlib
from typing import Any

__all__ = [
    "Input",
    "NeuronModel",
    "Nodes",
    "Param",
    "RKF45",
    "Receptor",
    "Results",
    "Simulation",
    "State",
    "SynapseModel",
    "load",
    "warmup",
    "with_receptors",
]

# Name to module: each loads when first used, so that importing the package costs nothing.
_HOME = {
    "Input": "simcore.models",
    "NeuronModel": "simcore.models",
    "Nodes": "simcore.nodes",
    "Param": "simcore.parameter",
    "RKF45": "simcore.models",
    "Receptor": "simcore.models",
    "Results": "simcore.results",
    "Simulation": "simcore.simulation",
    "State": "simcore.parameter",
    "SynapseModel": "simcore.synapses",
    "load": "simcore.checkpoint",
    "warmup": "simcore.precompile",
    "with_receptors": "simcore.models",
}
_SUBMODULES = ("devices", "distributions", "errors", "models", "random", "rules", "synapses")


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    if name in _SUBMODULES:
        return importlib.import_module(f"simcore.{name}")
    raise AttributeError(f"module 'simcore' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, *_SUBMODULES])
