"""parrot_neuron: repeats every spike that arrives, in the step in which it arrives.

Weights do not matter, and two spikes that arrive in one step are two spikes out. Spikes sent to receptor 1 are not repeated.
"""

from simcore.models._base import Input, NeuronModel

INPUTS = {"heard": Input("", takes="count"), "ignored": Input("", receptor=1, takes="count")}


def step(heard):
    """As many spikes as arrived."""
    return (heard,)


MODEL = NeuronModel("parrot_neuron", parameters={}, state={}, inputs=INPUTS, step=step)
