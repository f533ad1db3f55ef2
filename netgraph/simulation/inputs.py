"""Stimulate neurons of a network that is in a simulation."""

from typing import Any

import numpy as np

from netgraph._checks import check_number
from netgraph.network import Network
from netgraph.simulation.select import chosen_ids
from netgraph.simulation.send import live_simulation
from simcore.errors import ParameterError
from simcore.nodes import Nodes

__all__ = ["set_minis", "set_noise", "set_poisson_input", "set_step_currents"]


def set_noise(
    network: Network, nodes: Any = None, *, mean: float, std: float, interval: float = 1.0, delay: float | None = None,
    start: float = 0.0, stop: float | None = None,
) -> Nodes:  # fmt: skip
    """Give neurons a Gaussian white current, drawn for each neuron on its own.

    Parameters
    ----------
    network : Network
        A network with a live simulation.
    nodes : None, str, Group, list of these, or array_like of int
        Which neurons; None means all.
    mean, std : float
        Mean and standard deviation in pA.
    interval : float
        Time between two draws in ms.
    delay : float, optional
        How long the current takes to the neurons in ms; None is 1 ms, or one step if that is longer.
    start, stop : float
        When it is on, in ms.

    Returns
    -------
    device : Nodes
        The ``noise_generator``.

    Examples
    --------
    >>> from netgraph import Network
    >>> net = Network.uniform(3, neuron_model="iaf_psc_exp")
    >>> sim = net.to_sim()
    >>> set_noise(net, mean=100.0, std=20.0)
    Nodes(1 noise_generator)
    >>> sim.close()
    """
    params = {"mean": mean, "std": std, "dt": interval, **_window(start, stop)}
    return _stimulate(network, nodes, "noise_generator", params=params, where="set_noise", wiring={"delay": delay})


def set_poisson_input(
    network: Network, nodes: Any = None, *, rate: float, weight: Any = 1.0, delay: float | None = None, receptor: int = 0,
    start: float = 0.0, stop: float | None = None,
) -> Nodes:  # fmt: skip
    """Give neurons Poisson spikes, an independent train for each neuron.

    Parameters
    ----------
    network : Network
        A network with a live simulation.
    nodes : None, str, Group, list of these, or array_like of int
        Which neurons; None means all.
    rate : float
        Rate of each train in Hz.
    weight : float or Distribution
        Weight in the unit of the neurons' input (pA, nS or mV); negative ones inhibit.
    delay : float, optional
        Delay in ms; None is 1 ms, or one step if that is longer.
    receptor : int
        Receptor type of the neurons.
    start, stop : float
        When it is on, in ms.

    Returns
    -------
    device : Nodes
        The ``poisson_generator``.

    Examples
    --------
    >>> from netgraph import Network
    >>> net = Network.uniform(3, neuron_model="iaf_psc_exp")
    >>> sim = net.to_sim()
    >>> set_poisson_input(net, [0, 2], rate=8000.0, weight=20.0)
    Nodes(1 poisson_generator)
    >>> sim.close()
    """
    params = {"rate": rate, **_window(start, stop)}
    wiring = {"weight": weight, "delay": delay, "receptor": receptor}
    return _stimulate(network, nodes, "poisson_generator", params=params, where="set_poisson_input", wiring=wiring)


def set_step_currents(network: Network, nodes: Any = None, *, times: Any, currents: Any, delay: float | None = None) -> Nodes:
    """Give neurons a current that changes at given times.

    Parameters
    ----------
    network : Network
        A network with a live simulation.
    nodes : None, str, Group, list of these, or array_like of int
        Which neurons; None means all.
    times : array_like of float, shape (n,)
        Times of the changes in ms: positive, increasing, on the grid.
    currents : array_like of float, shape (n,)
        Current in pA from each of these times on.
    delay : float, optional
        As in `set_noise`.

    Returns
    -------
    device : Nodes
        The ``step_current_generator``.

    Examples
    --------
    >>> from netgraph import Network
    >>> net = Network.uniform(3, neuron_model="iaf_psc_exp")
    >>> sim = net.to_sim()
    >>> set_step_currents(net, "default_group", times=[10.0, 50.0], currents=[400.0, 0.0])
    Nodes(1 step_current_generator)
    >>> sim.close()
    """
    if np.size(times) == 0:
        raise ParameterError("set_step_currents: times", got=times, expected="at least one time [ms]")
    params = {"amplitude_times": times, "amplitude_values": currents}
    return _stimulate(
        network, nodes, "step_current_generator", params=params, where="set_step_currents", wiring={"delay": delay}
    )


def set_minis(
    network: Network, base_rate: float, weight: float, *, syn_type: int = 1, nodes: Any = None, delay: float | None = None,
    receptor: int = 0,
) -> Nodes:  # fmt: skip
    """Give every neuron the spontaneous events of its synapses: Poisson spikes at `base_rate` for each incoming edge.

    Parameters
    ----------
    network : Network
        A network with a live simulation.
    base_rate : float
        Rate of one synapse in Hz.
    weight : float
        Strength of an event, positive; the type gives the sign.
    syn_type : int
        1: events of excitatory synapses; -1: of inhibitory ones.
    nodes : None, str, Group, list of these, or array_like of int
        Which neurons; None means all.
    delay, receptor
        As in `set_poisson_input`.

    Returns
    -------
    devices : Nodes
        One ``poisson_generator`` for each in-degree that occurs; neurons without such synapses get none.

    Examples
    --------
    >>> from netgraph import Network
    >>> net = Network.exc_and_inhib(10, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    >>> rows = net.add_edges([0, 1, 9], [2, 2, 3])
    >>> sim = net.to_sim()
    >>> set_minis(net, 2.0, 30.0)
    Nodes(1 poisson_generator)
    >>> sim.close()
    """
    simulation = live_simulation(network, "set_minis")
    if syn_type not in (1, -1):
        raise ParameterError("set_minis: syn_type", got=syn_type, expected="1 (excitatory) or -1 (inhibitory)")
    if isinstance(weight, bool) or not isinstance(weight, (int, float, np.number)) or not weight >= 0:
        raise ParameterError("set_minis: weight", got=weight, expected="a number >= 0: syn_type gives the sign")
    check_number("set_minis: base_rate", base_rate, 0.0, unit="Hz")
    ids = chosen_ids(network, nodes, "set_minis: nodes")
    degrees = network.in_degree(ids, edge_type="excitatory" if syn_type == 1 else "inhibitory")
    ids, degrees = ids[degrees > 0], degrees[degrees > 0]
    if ids.size == 0:
        kind = "excitatory" if syn_type == 1 else "inhibitory"
        raise ParameterError("set_minis: nodes", got=f"neurons without {kind} synapses", expected="some that have them")
    distinct, which = np.unique(degrees, return_inverse=True)
    signed = _signed(network, ids, weight * syn_type, receptor)
    _check_wiring(simulation, ids, {"weight": signed, "delay": delay, "receptor": receptor})
    devices = simulation.create("poisson_generator", distinct.size, {"rate": distinct * float(base_rate)})
    simulation.connect_edges(devices.ids[which], ids, weight=signed, delay=delay, receptor=receptor)
    return devices


def _signed(network: Network, ids: np.ndarray, weight: float, receptor: int) -> np.ndarray:
    """The weight for each neuron: without a sign where the receptor has one of its own."""
    population = network.population
    takes_sign = np.array([g.model.takes_signed_weights(receptor) for g in population.values()])
    return np.where(takes_sign[population.group_index()[ids]], weight, abs(weight))


def _window(start: float, stop: float | None) -> dict[str, float]:
    return {"start": start} if stop is None else {"start": start, "stop": stop}


def _stimulate(
    network: Network, nodes: Any, model: str, *, params: dict[str, Any], where: str, wiring: dict[str, Any]
) -> Nodes:
    """Create one stimulator and connect it to the chosen neurons; a refused call leaves nothing behind."""
    simulation = live_simulation(network, where)
    ids = chosen_ids(network, nodes, f"{where}: nodes")
    _check_wiring(simulation, ids, wiring)
    if model != "poisson_generator":
        _check_takes_current(network, ids, where)
    device = simulation.create(model, params=params)
    simulation.connect_edges(device.ids.repeat(ids.size), ids, **wiring)
    return device


def _check_wiring(simulation: Any, ids: np.ndarray, wiring: dict[str, Any]) -> None:
    """Refuse wrong weights, delays or receptors before a stimulator is made: as if a neuron were to send."""
    simulation.check_edges(ids[:1].repeat(ids.size), ids, **wiring)


def _check_takes_current(network: Network, ids: np.ndarray, where: str) -> None:
    """Refuse neurons of models that have no place for a stimulating current."""
    groups = list(network.population.values())
    for index in np.unique(network.population.group_index()[ids]):
        if not groups[index].model.takes_current:
            got = f"group {groups[index].name!r} of {groups[index].model.name}"
            raise ParameterError(f"{where}: nodes", got=got, expected="neurons that take a current")
