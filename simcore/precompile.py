"""Fill the cache of compiled code, so that first runs start at once."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from simcore import devices, models, rules, synapses
from simcore.distributions import Uniform
from simcore.simulation import Simulation

__all__ = ["warmup"]


def warmup(report: Callable[[str], None] | None = None) -> None:
    """Compile the kernels of all models, synapses, stimulators and rules by running small networks.

    Parameters
    ----------
    report : callable, optional
        Called with the name of what comes next.

    Examples
    --------
    >>> warmup(print)  # doctest: +SKIP
    """
    for name, work in _tasks():
        if report is not None:
            report(name)
        work()


def _tasks() -> Iterator[tuple[str, Callable[[], None]]]:
    for name in models.REGISTRY.names():
        yield name, partial(_neurons, name)
    for name in synapses.REGISTRY.names():
        yield name, partial(_synapses, name)
    for name in devices.REGISTRY.names():
        yield name, partial(_device, name)
    yield "connection rules", _rules


def _neurons(model: str) -> None:
    """The update kernel without and with a stimulating current."""
    simulation = Simulation(dt=0.1)
    neurons = simulation.create(model, 2)
    simulation.run(0.1)
    if neurons.simulation.populations[0].model.takes_current:
        simulation.connect(simulation.create("dc_generator"), neurons)
        simulation.run(0.1)


def _synapses(model: str) -> None:
    """The delivery kernel for each way in which weights are stored."""
    simulation = Simulation(dt=0.1)
    neurons = simulation.create("iaf_psc_exp", 2)
    for weights in ([1.0, 1.0], [1.0, 2.0], [1.0, 0.1]):
        simulation.connect_edges([0, 0], [1, 1], weight=np.array(weights), delay=[1.0, 1.5], synapse=model)
    simulation.record(neurons, ["V_m"], interval=0.1)
    simulation.run(2.0)
    simulation.connectivity(sources=[0])


def _device(model: str) -> None:
    """What it sends, and what it shows."""
    simulation = Simulation(dt=0.1)
    generator, record = simulation.create(model), devices.REGISTRY.get(model)
    simulation.connect(generator, simulation.create("iaf_psc_exp", 2))
    simulation.record(generator, tuple(record.recordable_units) or "spikes", interval=0.1 if record.recordable_units else None)
    simulation.run(0.2)


def _rules() -> None:
    simulation = Simulation(dt=0.1)
    neurons = simulation.create("iaf_psc_exp", 4)
    distinct = rules.FixedIndegree(2, allow_multapses=False)
    pairwise = [rules.PairwiseBernoulli(0.5), rules.PairwisePoisson(0.5), rules.SymmetricPairwiseBernoulli(0.5)]
    for rule in (
        rules.AllToAll(),
        rules.FixedIndegree(2),
        distinct,
        *pairwise,
        rules.FixedOutdegree(2),
        rules.FixedTotalNumber(4),
    ):
        simulation.connect(neurons, neurons, rule, weight=Uniform(1.0, 2.0), delay=Uniform(1.0, 2.0))
    simulation.run(0.1)
    simulation.connectivity(sources=[0])
