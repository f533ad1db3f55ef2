"""Small populations and networks that several tests share."""

import numpy as np

from netgraph.groups import NeuralGroup
from netgraph.network import Network
from netgraph.population import NeuralPop
from simcore.synapses import REGISTRY

MODEL = "iaf_psc_exp"


def neurons(nodes=None, neuron_type=1, **param):
    """A group of one model."""
    return NeuralGroup(nodes, neuron_type, neuron_model=MODEL, neuron_param=param)


def two_groups():
    """Three excitatory and two inhibitory neurons."""
    return NeuralPop.from_groups([neurons(3), neurons(2, -1)], ["e", "i"])


def population(*groups):
    """One group for each list of ids (or number), excitatory and inhibitory in turn; V_m tells the neuron."""
    made = []
    for i, nodes in enumerate(groups):
        group = NeuralGroup(nodes, 1 if i % 2 == 0 else -1, neuron_model=MODEL)
        if group.ids.size:
            group.neuron_param["V_m"] = -70.0 - group.ids
        made.append(group)
    return NeuralPop.from_groups(made, [f"g{i}" for i in range(len(made))])


def small():
    """Six neurons in a ring, in two groups with interleaved ids."""
    net = Network(population([5, 0, 2], [4, 1, 3]), name="small")
    net.add_edges([0, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 0], attributes={"weight": np.arange(1.0, 7.0)})
    return net


def in_full(net, source, target):
    """What joins two groups of a network, with default values."""
    found = net.population.resolve_synapse(source, target)
    model = REGISTRY.get(found["synapse_model"])
    return {**model.defaults(), **{name: state.start for name, state in model.state.items()}, **found}
