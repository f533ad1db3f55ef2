"""spike_recorder, multimeter, voltmeter and weight_recorder as nodes: what can be set on them.

In simcore a recorder is no node but what ``Simulation.record`` returns; here it has an id, parameters and events, as in NEST.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simcore.parameter import Param

__all__ = ["FOREVER", "RECORDERS", "RecorderModel"]

# What NEST shows for a device that never stops.
FOREVER = sys.float_info.max

_WINDOW = {
    "start": Param(0.0, "ms", "events later than this are kept; counted from origin", low=0.0),
    "stop": Param(FOREVER, "ms", "events up to this are kept; counted from origin", low=0.0, infinite=True),
    "origin": Param(0.0, "ms", "time from which start and stop are counted", low=0.0),
    "record_to": Param("memory", "", "recording backend: memory, ascii or screen"),
    "label": Param("", "", "name of the recorder in names of files"),
    "time_in_steps": Param(False, "", "give times as whole steps, and offsets within the step"),
}

_SAMPLING = {
    "interval": Param(1.0, "ms", "time between samples: a multiple of the resolution", above=0.0),
    "offset": Param(0.0, "ms", "time of the first sample, if not one interval after zero", low=0.0),
}


@dataclass(frozen=True)
class RecorderModel:
    """A kind of recorder.

    Parameters
    ----------
    name : str
        NEST's name of it.
    parameters : dict of str to Param
        What is a number, a truth or a text.
    defaults : dict
        Defaults of what is more: ``record_from`` and the filters of a weight_recorder.
    columns : tuple of str
        Columns of ``events`` besides ``senders`` and ``times``.
    """

    name: str
    parameters: Mapping[str, Param]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    columns: tuple[str, ...] = ()

    @property
    def is_meter(self) -> bool:
        """Whether it samples state variables: it is then the source of its connections."""
        return "interval" in self.parameters

    @property
    def settable(self) -> dict[str, Any]:
        """All that can be set, with defaults."""
        return {**{name: p.default for name, p in self.parameters.items()}, **self.defaults}


RECORDERS = {
    "spike_recorder": RecorderModel("spike_recorder", _WINDOW),
    "multimeter": RecorderModel("multimeter", {**_WINDOW, **_SAMPLING}, {"record_from": ()}),
    "voltmeter": RecorderModel("voltmeter", {**_WINDOW, **_SAMPLING}, {"record_from": ("V_m",)}),
    "weight_recorder": RecorderModel(
        "weight_recorder", _WINDOW, {"senders": None, "targets": None}, ("targets", "receptors", "ports", "weights")
    ),
}
