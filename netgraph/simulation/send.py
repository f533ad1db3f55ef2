"""Send a network to a new simulation."""

from typing import Any

from netgraph.network import Network
from netgraph.simulation.translate import check_sendable, edge_sets, group_parameters
from simcore.errors import ParameterError, SimulationError
from simcore.simulation import Simulation

__all__ = ["live_simulation", "to_sim"]


def to_sim(
    network: Network, *, dt: float = 0.1, seed: int = 0, threads: int | None = None, comm: Any = None, local: bool = False
) -> Simulation:
    """Send a network to a new simulation: groups, parameters, edges, signs and synapses.

    The neurons keep the ids of the graph: ``sim.select(range(net.n_nodes))`` has them in the order of the graph, while
    ``sim.nodes`` is in order of creation, group after group. Every edge becomes a connection, parallel edges, self-loops
    and edges of weight zero too. Weights are sent with the sign of the source's type, or without a sign to receptors that
    take none; delays are rounded to the grid. The network and its population cannot be changed until
    ``simulation.close()``.

    Parameters
    ----------
    network : Network
        Its population must be complete, and delays at least `dt`.
    dt : float
        Step in ms.
    seed : int
        Seed of all that the simulation draws, parameters given as distributions included.
    threads : int, optional
        Threads to use; None takes all cores.
    comm : mpi4py communicator, optional
        Processes that simulate the network together; None takes those that ``mpiexec`` started, if it did. Each makes the same
        graph, and its simulation keeps the edges onto its own neurons only.
    local : bool
        Whether each process keeps what its own neurons recorded; by default results are complete on every one.

    Returns
    -------
    simulation : simcore.Simulation
        Also at ``network.simulation``.

    Raises
    ------
    ParameterError
        An incomplete population, parameters that do not go together, delays shorter than `dt`.
    SimulationError
        The network is in a simulation already.

    Examples
    --------
    >>> from netgraph import Network
    >>> net = Network.uniform(3, neuron_model="iaf_psc_exp", neuron_param={"I_e": 400.0})
    >>> sim = to_sim(net, dt=0.1, seed=1)
    >>> sim
    Simulation(3 nodes, 0 projections, t = 0 ms, dt = 0.1 ms)
    >>> sim.close()
    """
    if not isinstance(network, Network):
        raise ParameterError("to_sim: network", got=network, expected="a Network")
    if network.simulation is not None:
        raise SimulationError(f"{network.name!r} is in a simulation already; end that one first with net.simulation.close()")
    simulation = Simulation(dt, seed=seed, threads=threads, comm=comm, local=local)
    check_sendable(network, simulation.dt, "to_sim")
    for group in network.population.values():
        simulation.create(group.model, group.size, group_parameters(group, seed=seed), ids=group.ids)
    for edges in edge_sets(network, seed=seed):
        simulation.connect_edges(
            network.source[edges.rows], network.target[edges.rows], weight=edges.weight, delay=edges.delay,
            synapse=edges.synapse, params=edges.params, receptor=edges.receptor,
        )  # fmt: skip
    network._attach(simulation, f"a simulation with dt = {simulation.dt:g} ms")
    simulation.on_close(network._detach)
    return simulation


def live_simulation(network: Network, what: str, *, instead: str = "") -> Any:
    """The network's simulation, or a SimulationError that says how to get one, or what to do `instead`."""
    if not isinstance(network, Network):
        raise ParameterError(f"{what}: network", got=network, expected="a Network, as the first argument")
    if network.simulation is None:
        raise SimulationError(f"{what}: {network.name!r} is in no simulation; send it first with net.to_sim(){instead}")
    return network.simulation
