"""Synapse models, one a file, found by name."""

from simcore._registry import Registry
from simcore.synapses._base import SynapseModel

__all__ = ["REGISTRY", "SynapseModel"]

REGISTRY = Registry("simcore.synapses", "synapse model", SynapseModel)
