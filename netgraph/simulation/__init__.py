"""The bridge: send a network to a simulation, stimulate, randomise and watch its neurons, and get results back on the graph."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what the table below loads, for type checkers
    from netgraph.simulation.activity import plot_activity, save_spikes
    from netgraph.simulation.inputs import set_minis, set_noise, set_poisson_input, set_step_currents
    from netgraph.simulation.monitors import get_recording, monitor_groups, monitor_nodes
    from netgraph.simulation.nest_export import to_nest
    from netgraph.simulation.nest_import import from_nest
    from netgraph.simulation.psp import psp_amplitude, weight_for_psp
    from netgraph.simulation.send import to_sim
    from netgraph.simulation.states import randomize_neural_states

__all__ = [
    "from_nest",
    "get_recording",
    "monitor_groups",
    "monitor_nodes",
    "plot_activity",
    "psp_amplitude",
    "randomize_neural_states",
    "save_spikes",
    "set_minis",
    "set_noise",
    "set_poisson_input",
    "set_step_currents",
    "to_nest",
    "to_sim",
    "weight_for_psp",
]

_HOME = {
    "from_nest": "nest_import",
    "get_recording": "monitors",
    "monitor_groups": "monitors",
    "monitor_nodes": "monitors",
    "plot_activity": "activity",
    "psp_amplitude": "psp",
    "randomize_neural_states": "states",
    "save_spikes": "activity",
    "set_minis": "inputs",
    "set_noise": "inputs",
    "set_poisson_input": "inputs",
    "set_step_currents": "inputs",
    "to_nest": "nest_export",
    "to_sim": "send",
    "weight_for_psp": "psp",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"netgraph.simulation.{_HOME[name]}"), name)
    raise AttributeError(f"module 'netgraph.simulation' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
