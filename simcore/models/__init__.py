"""Neuron models, one a file, found by name."""

from simcore._registry import Registry
from simcore.models._base import RKF45, Input, NeuronModel

__all__ = ["REGISTRY", "RKF45", "Input", "NeuronModel"]

REGISTRY = Registry("simcore.models", "neuron model", NeuronModel)
