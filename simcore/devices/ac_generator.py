"""ac_generator: a sinusoidal current."""

import math

import numpy as np

from simcore.devices._base import DeviceModel
from simcore.parameter import Param

PARAMETERS = {
    "amplitude": Param(0.0, "pA", "amplitude of the sine"),
    "offset": Param(0.0, "pA", "constant part of the current"),
    "frequency": Param(0.0, "Hz", "frequency of the sine"),
    "phase": Param(0.0, "deg", "phase of the sine at time zero"),
}


def constants(p, grid):
    """Radians a step; phase in radians."""
    return {"omega": 2.0 * np.pi * p["frequency"] * grid.dt / 1000.0, "phi": np.deg2rad(p["phase"])}


def value(now, amplitude, offset, omega, phi):
    """Offset plus a sine of the time since zero."""
    return offset + amplitude * math.sin(omega * now + phi)


MODEL = DeviceModel("ac_generator", "current", PARAMETERS, value=value, constants=constants)
