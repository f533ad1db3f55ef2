"""static_synapse: every spike sends the weight unchanged."""

from simcore.synapses._base import SynapseModel

MODEL = SynapseModel("static_synapse", parameters={}, state={})
