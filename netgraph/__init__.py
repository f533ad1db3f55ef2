"""netgraph: a network is a graph. Design it, analyse it, draw it, store it, and send it to the simulator."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what the table below loads, for type checkers
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import Group, MetaGroup, NeuralGroup, NeuralPop, Structure

__all__ = [
    "Graph",
    "Group",
    "MetaGroup",
    "Network",
    "NeuralGroup",
    "NeuralPop",
    "Structure",
]

# Tells this package from the other distribution that installs a folder of the same name.
__netgraph_simcore__ = True

# Name to module: each loads when first used, so that importing the package costs nothing.
_HOME = {
    "Graph": "netgraph.graph",
    "Group": "netgraph.population",
    "MetaGroup": "netgraph.population",
    "Network": "netgraph.network",
    "NeuralGroup": "netgraph.population",
    "NeuralPop": "netgraph.population",
    "Structure": "netgraph.population",
}
_SUBMODULES = {
    "analysis": "netgraph.analysis",
    "attributes": "netgraph.attributes",
    "convert": "netgraph.convert",
    "errors": "simcore.errors",
    "generation": "netgraph.generation",
    "io": "netgraph.io",
    "plot": "netgraph.plot",
    "simulation": "netgraph.simulation",
    "space": "netgraph.space",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    if name in _SUBMODULES:
        return importlib.import_module(_SUBMODULES[name])
    raise AttributeError(f"module 'netgraph' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, *_SUBMODULES])
