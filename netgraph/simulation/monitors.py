"""Watch neurons of a network that is in a simulation."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from netgraph.network import Network
from netgraph.simulation.select import chosen_ids, groups_by_name
from netgraph.simulation.send import live_simulation
from simcore.errors import ParameterError, UnknownNameError
from simcore.recorders import TraceRecorder

__all__ = ["get_recording", "monitor_groups", "monitor_nodes"]


def monitor_groups(
    network: Network, groups: Any = None, what: Any = "spikes", *, interval: float | None = None, start: float = 0.0,
    stop: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Record spikes or state variables of groups, one recorder a group.

    Parameters
    ----------
    network : Network
        A network with a live simulation.
    groups : None, NeuralPop, str, Group or list of these
        Which groups; None or the population means all.
    what : "spikes", str or list of str
        Spikes, or names of state variables.
    interval, start, stop : float
        See `simcore.Simulation.record`.

    Returns
    -------
    recorders : dict of str to SpikeRecorder or TraceRecorder
        By name of group; each has ``.times``, ``.ids`` (node ids) and, for variables, ``recorder["V_m"]``.

    Examples
    --------
    >>> from netgraph import Network
    >>> net = Network.uniform(3, neuron_model="iaf_psc_exp", neuron_param={"I_e": 400.0})
    >>> sim = net.to_sim()
    >>> monitors = monitor_groups(net)
    >>> results = sim.run(50.0)
    >>> monitors["default_group"].ids
    array([0, 1, 2])
    >>> sim.close()
    """
    simulation = live_simulation(network, "monitor_groups")
    chosen = groups_by_name(network, groups, "monitor_groups: groups")
    nodes = {name: simulation.select(group.ids) for name, group in chosen.items()}
    for name in nodes:
        simulation.check_recordable(nodes[name], what)
    timing: dict[str, Any] = {"interval": interval, "start": start, "stop": stop}
    return {name: simulation.record(nodes[name], what, **timing) for name in nodes}


def monitor_nodes(
    network: Network, nodes: Any = None, what: Any = "spikes", *, interval: float | None = None, start: float = 0.0,
    stop: float | None = None,
) -> Any:  # fmt: skip
    """Record spikes or state variables of some neurons with one recorder.

    Parameters
    ----------
    network : Network
        A network with a live simulation.
    nodes : None, str, Group, list of these, or array_like of int
        Which neurons; None means all. Traces keep this order.
    what : "spikes", str or list of str
        Spikes, or names of state variables.
    interval, start, stop : float
        See `simcore.Simulation.record`.

    Returns
    -------
    recorder : SpikeRecorder or TraceRecorder

    Examples
    --------
    >>> from netgraph import Network
    >>> net = Network.uniform(3, neuron_model="iaf_psc_exp")
    >>> sim = net.to_sim()
    >>> voltage = monitor_nodes(net, [2, 0], "V_m", interval=0.5)
    >>> results = sim.run(1.0)
    >>> voltage.ids, voltage["V_m"].shape
    (array([2, 0]), (2, 2))
    >>> sim.close()
    """
    simulation = live_simulation(network, "monitor_nodes")
    ids = chosen_ids(network, nodes, "monitor_nodes: nodes")
    return simulation.record(simulation.select(ids), what, interval=interval, start=start, stop=stop)


def get_recording(network: Network, record: str, *, recorder: Any = None, nodes: Any = None) -> dict[str, Any]:
    """Recorded traces of a state variable by node.

    Parameters
    ----------
    network : Network
        A network with a live simulation, unless `recorder` is given.
    record : str
        Name of the variable.
    recorder : TraceRecorder or dict of these, optional
        Where to look, e.g. what `monitor_groups` returned; all recorders of the simulation if None.
    nodes : None, str, Group, list of these, or array_like of int
        Which neurons; None means all that were recorded.

    Returns
    -------
    recording : dict
        ``{"times": array [ms], record: {node id: array}}``, all arrays of one length.

    Raises
    ------
    UnknownNameError
        Nothing was recorded under that name.
    ParameterError
        A neuron that was not recorded, or recorders with different times.

    Examples
    --------
    >>> from netgraph import Network
    >>> net = Network.uniform(3, neuron_model="iaf_psc_exp")
    >>> sim = net.to_sim()
    >>> voltage = monitor_nodes(net, [2, 0], "V_m", interval=0.5)
    >>> results = sim.run(1.0)
    >>> get_recording(net, "V_m", nodes=[0])["V_m"][0]
    array([-70., -70.])
    >>> sim.close()
    """
    if recorder is None:
        traces = live_simulation(network, "get_recording").results.traces
    else:
        recorders = list(recorder.values()) if isinstance(recorder, Mapping) else [recorder]
        if not all(isinstance(r, TraceRecorder) for r in recorders):
            raise ParameterError("get_recording: recorder", got=recorder, expected="recorders of state variables")
        traces = [r.traces for r in recorders]
    holding = [t for t in traces if record in t.values]
    if not holding:
        raise UnknownNameError("recorded variable", got=record, choices={n for t in traces for n in t.values})
    if nodes is not None:
        wanted = chosen_ids(network, nodes, "get_recording: nodes")
        missing = wanted[~np.isin(wanted, np.concatenate([t.ids for t in holding]))]
        if missing.size:
            raise ParameterError("get_recording: nodes", got=int(missing[0]), expected="neurons that were recorded")
        holding = [t for t in holding if np.isin(t.ids, wanted).any()]
    times = holding[0].times
    if not all(np.array_equal(t.times, times) for t in holding):
        raise ParameterError("get_recording: recorder", got="recorders with different times", expected="one of them")
    by_node = {int(node): t[record][:, k] for t in holding for k, node in enumerate(t.ids)}
    return {"times": times, record: by_node if nodes is None else {int(n): by_node[int(n)] for n in wanted}}
