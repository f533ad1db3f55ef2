"""dc_generator: a constant current."""

from simcore.devices._base import DeviceModel
from simcore.parameter import Param


def value(amplitude):
    """The amplitude, at any time of the window."""
    return amplitude


MODEL = DeviceModel("dc_generator", "current", {"amplitude": Param(0.0, "pA", "current")}, value=value)
