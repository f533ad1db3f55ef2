"""sinusoidal_poisson_generator: Poisson spikes at a sinusoidal rate, a train for each target or one for all."""

import math

import numpy as np

from simcore.devices._base import DeviceModel
from simcore.devices._rates import too_high
from simcore.parameter import Param

PARAMETERS = {
    "rate": Param(0.0, "Hz", "mean of the sine"),
    "amplitude": Param(0.0, "Hz", "amplitude of the sine; where the sum is negative the rate is 0"),
    "frequency": Param(0.0, "Hz", "frequency of the sine"),
    "phase": Param(0.0, "deg", "phase of the sine at time zero"),
    "individual_spike_trains": Param(True, "", "whether each target gets a train of its own, or all the same one"),
}


def constants(p, grid):
    """Radians a step; phase in radians."""
    return {"omega": 2.0 * np.pi * p["frequency"] * grid.dt / 1000.0, "phi": np.deg2rad(p["phase"])}


def value(now, rate, amplitude, omega, phi):
    """The rate at the stamp of the step, its right end."""
    return max(rate + amplitude * math.sin(omega * (now + 1) + phi), 0.0)


def copies(p):
    """All targets get the device's one train, unless each has its own."""
    return None if p["individual_spike_trains"] else 1.0


def check(p, grid):
    """Bound the spikes of one step."""
    return too_high("rate + |amplitude|", p["rate"] + abs(p["amplitude"]), grid)


# Its window is that of a current: it acts one step before a poisson_generator starts, and stops two before.
MODEL = DeviceModel(
    "sinusoidal_poisson_generator", "counts", PARAMETERS, value=value, constants=constants, check=check, copies=copies,
    acting=(0, -1), recordables={"rate": ("Hz", value)},
)  # fmt: skip
