"""Stimulators, one a file, found by name."""

from simcore._registry import Registry
from simcore.devices._base import WINDOW, DeviceModel, Draws, window_steps

__all__ = ["REGISTRY", "WINDOW", "DeviceModel", "Draws", "window_steps"]

REGISTRY = Registry("simcore.devices", "device", DeviceModel)
