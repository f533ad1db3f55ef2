"""Neuron models, one a file, found by name.

Names, units, defaults and the order of operations are NEST's. Start values are numbers of their own and do not follow
parameters: a neuron created with ``E_L=-60.0`` alone starts at the default potential and relaxes to -60 mV, as in NEST.
"""

from simcore._registry import Registry
from simcore.models._base import RKF45, Input, NeuronModel
from simcore.models._receptors import Receptor, with_receptors

__all__ = ["REGISTRY", "RKF45", "Input", "NeuronModel", "Receptor", "with_receptors"]

REGISTRY = Registry("simcore.models", "neuron model", NeuronModel)
