"""Neurons that only show what arrives: models of the tests' own."""

from simcore import Input, NeuronModel, State


def count(arriving):
    """The sum of the weights of this step."""
    return arriving, False


def measure(I_stim):
    """The current of this step."""
    return I_stim, False


COUNTER = NeuronModel("counter", {}, {"count": State("", "what arrived in this step")}, {"arriving": Input("")}, count)
AMMETER = NeuronModel("ammeter", {}, {"current": State("pA", "current of this step")}, {"arriving": Input("pA")}, measure)
