"""noise_generator: a Gaussian current, piecewise constant, drawn for each target."""

import math

import numpy as np

from simcore.devices._base import DeviceModel
from simcore.parameter import Param

PARAMETERS = {
    "mean": Param(0.0, "pA", "mean current"),
    "std": Param(0.0, "pA", "standard deviation", low=0.0),
    "std_mod": Param(0.0, "pA", "modulation of the standard deviation", low=0.0),
    "frequency": Param(0.0, "Hz", "frequency of the modulation", low=0.0),
    "phase": Param(0.0, "deg", "phase of the modulation"),
    "dt": Param(1.0, "ms", "time between two draws: a multiple of the step", above=0.0),
}


def constants(p, grid):
    """Interval in steps; modulation in radians."""
    return {
        "interval_steps": grid.steps(p["dt"], "noise_generator: dt"),
        "omega": 2.0 * np.pi * p["frequency"] * grid.dt / 1000.0,
        "phi": np.deg2rad(p["phase"]),
    }


def value(normal, now, mean, std, std_mod, omega, phi):
    """Mean plus a normal number times the standard deviation, whose square is modulated by a sine of the time since zero."""
    variance = std * std + std_mod * std_mod * math.sin(omega * now + phi) if std_mod > 0.0 else std * std
    return mean + math.sqrt(max(variance, 0.0)) * normal


def check(p, grid):
    """The interval lies on the grid, and the modulation leaves the variance positive."""
    grid.steps(p["dt"], "noise_generator: dt")
    if p["dt"] < grid.dt:
        return f"dt must be at least the step of {grid.dt:g} ms"
    return "std_mod must not exceed std" if p["std_mod"] > p["std"] else None


MODEL = DeviceModel("noise_generator", "noise", PARAMETERS, value=value, constants=constants, check=check)
