"""Save a whole simulation to a file, and go on from it as if it had never stopped.

The file holds what was asked for (populations, devices, projections with their rules, recorders), the state of every neuron and
synapse, the spikes under way and what was recorded. Nothing in it depends on the number of threads, and nothing in it is code.
"""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore import devices, distributions, models, rules, synapses
from simcore.archive import read_archive, refuse_broken, write_archive
from simcore.description import DevicePopulation, Population, Projection
from simcore.errors import NetspikeError, ParameterError, UnknownNameError

if TYPE_CHECKING:
    from simcore.simulation import Simulation

__all__ = ["load", "save"]

_FORMAT = ("netspike-simulation", 2)
_KIND = "a saved simulation"


def save(simulation: "Simulation", path: str | Path) -> Path:
    """Write a simulation to a file; see `Simulation.save`."""
    from simcore.kernel.plastic_state import settle, spikes_seen
    from simcore.kernel.sending import waiting_rows
    from simcore.kernel.stimulation import past_edges
    from simcore.kernel.underway import spikes_under_way

    path = Path(path)
    with simulation.ranks.together("save()"):
        store, engine = _Store({}), simulation._prepare()
        settle(engine)
        for population in simulation.populations:
            simulation._gather_states(population, population.columns)
        header = {
            "format": _FORMAT[0],
            "version": _FORMAT[1],
            "dt": simulation.dt,
            "seed": simulation.seed,
            "step": engine.step,
            "draws": [simulation.draws, simulation.initial_draws],
            "stimuli_began": simulation._stimuli_began,
            "builds": engine.builds,
            "populations": [_population(p, store) for p in simulation.populations],
            "initial": [store.put_all(columns) for columns in simulation.initial],
            "devices": [_devices(d, store) for d in simulation.devices],
            "projections": [_projection(p, engine, store) for p in simulation.projections],
            "plans": [_plans(group, store) for group in engine.groups] if engine.is_changed else None,
            "recorders": simulation._recorder_states(store.put),
            "ids": store.put(simulation.ids_of(np.arange(simulation.n_nodes))),
            "last_spikes": store.put(np.maximum.reduce(simulation.ranks.share(engine.last_spikes))),
            "under_way": store.put(spikes_under_way(engine)),
            "seen": store.put_all(spikes_seen(engine)),
            "waiting": store.put(waiting_rows(engine)),
            "sent": simulation._sent,
            "linked": sorted(engine.linked.items()),
            "past_edges": store.put(past_edges(engine)),
            "spikes": [(began, store.put(rows)) for began, rows in simulation._all_spike_rows()],
        }
        return write_archive(path, header, store.arrays) if simulation.rank == 0 else path


def load(
    path: str | Path, *, threads: int | None = None, own_models: Iterable[Any] = (), comm: Any = None, local: bool = False
) -> "Simulation":
    """Read a simulation that `Simulation.save` wrote, and go on with it.

    Parameters
    ----------
    path : str or Path
        The file.
    threads : int, optional
        Threads to use; the spikes do not depend on it. None takes all cores.
    own_models : iterable of NeuronModel, SynapseModel or DeviceModel
        Models of your own that the simulation uses: the file holds their names, never code.
    comm, local
        As in `Simulation`; the file may come from any number of ranks.

    Returns
    -------
    simulation : Simulation

    Raises
    ------
    NetspikeError
        The file is not a saved simulation, or is broken.
    UnknownNameError
        A model that exists neither here nor among `own_models`.

    Examples
    --------
    >>> sim = load("state.npz")  # doctest: +SKIP
    >>> results = sim.run(1000.0)  # doctest: +SKIP
    """
    from simcore.simulation import Simulation

    header, arrays = read_archive(Path(path), _KIND, _FORMAT)
    with refuse_broken(Path(path), _KIND):
        known = {model.name: model for model in own_models}
        simulation = Simulation(header["dt"], seed=header["seed"], threads=threads, comm=comm, local=local)
        with simulation.ranks.together("load()"):
            return _rebuilt(simulation, header, _Store(arrays), known)


def _rebuilt(simulation: "Simulation", header: dict[str, Any], store: "_Store", known: dict[str, Any]) -> "Simulation":
    from simcore.kernel.plastic_state import put_spikes_seen
    from simcore.kernel.sending import put_waiting
    from simcore.kernel.stimulation import relinked
    from simcore.kernel.underway import put_spikes_under_way

    simulation.populations = [_to_population(p, store, known) for p in header["populations"]]
    simulation.devices = [_to_devices(d, store, known) for d in header["devices"]]
    simulation.projections = [_to_projection(k, p, store, known, simulation) for k, p in enumerate(header["projections"])]
    simulation._stimuli_began = header["stimuli_began"]
    simulation._restore(
        ids=store.get(header["ids"]),
        draws=header["draws"],
        initial=[store.get_all(columns) for columns in header["initial"]],
        recorders=header["recorders"],
        spikes=[(began, store.get(rows)) for began, rows in header["spikes"]],
        get=store.get,
    )
    plans = _to_plans(header["plans"], store, simulation.projections)
    engine = simulation._resume(header["builds"], header["step"], store.get(header["last_spikes"]), plans)
    put_spikes_seen(engine, store.get_all(header["seen"]))
    for projection, saved in zip(simulation.projections, header["projections"], strict=True):
        if saved["state"]:
            engine.write_back(projection, store.get_all(saved["state"]))
    put_spikes_under_way(engine, store.get(header["under_way"]))
    put_waiting(engine, store.get(header["waiting"]))
    relinked(engine, dict(header["linked"]), store.get(header["past_edges"]))
    simulation._sent, simulation._dirty = header["sent"], True
    simulation._keep_own_records()
    return simulation


class _Store:
    """Arrays of the file, named by number; the header refers to them by name."""

    def __init__(self, arrays: dict[str, np.ndarray]) -> None:
        self.arrays = arrays

    def put(self, array: Any) -> str:
        name = f"a{len(self.arrays)}"
        self.arrays[name] = np.asarray(array)
        return name

    def put_all(self, columns: dict[str, Any]) -> dict[str, str]:
        return {name: self.put(column) for name, column in columns.items()}

    def get(self, name: str) -> np.ndarray:
        if name not in self.arrays:
            raise NetspikeError(f"a saved simulation without its array {name!r}")
        return self.arrays[name]

    def get_all(self, columns: dict[str, str]) -> dict[str, np.ndarray]:
        return {name: self.get(column) for name, column in columns.items()}

    def pack(self, value: Any) -> Any:
        """A number, array, distribution or rule as JSON."""
        if isinstance(value, np.ndarray):
            return {"array": self.put(value)}
        if is_dataclass(value) and not isinstance(value, type):
            return {"kind": type(value).__name__, "fields": {f.name: self.pack(getattr(value, f.name)) for f in fields(value)}}
        if isinstance(value, np.generic):
            return value.item()
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if isinstance(value, (list, tuple)):
            return {"array": self.put(np.asarray(value))}
        raise ParameterError("save", got=value, expected="numbers, arrays, distributions and rules of simcore")

    def unpack(self, packed: Any) -> Any:
        if not isinstance(packed, dict):
            return packed
        if "array" in packed:
            return self.get(packed["array"])
        for module in (distributions, rules):
            if packed["kind"] in module.__all__:
                return getattr(module, packed["kind"])(**{k: self.unpack(v) for k, v in packed["fields"].items()})
        raise NetspikeError(f"a saved simulation with the unknown rule or distribution {packed['kind']!r}")


def _population(population: Population, store: _Store) -> dict[str, Any]:
    return {
        "model": population.model.name,
        "receptors": population.model.n_receptors,
        "first": population.first,
        "size": population.size,
        "parameters": {k: store.pack(v) for k, v in population.parameters.items()},
        "columns": store.put_all(population.columns),
    }


def _model(name: str, registry: Any, known: dict[str, Any]) -> Any:
    """The user's own model of that name, or the built-in one."""
    if name not in known and name not in registry:
        kind = f"{registry.kind} (give a model of your own as own_models=[model])"
        raise UnknownNameError(kind, got=name, choices=[*registry.names(), *known])
    return known.get(name) or registry.get(name)


def _to_population(saved: dict[str, Any], store: _Store, known: dict[str, Any]) -> Population:
    model = _model(saved["model"], models.REGISTRY, known)
    model = model if saved["receptors"] is None else model.resized(saved["receptors"])
    parameters = model.defaults() | {k: store.unpack(v) for k, v in saved["parameters"].items()}
    return Population(model, saved["first"], saved["size"], parameters, store.get_all(saved["columns"]))


def _devices(device: DevicePopulation, store: _Store) -> dict[str, Any]:
    def packed(parameters: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{k: store.pack(v) for k, v in one.items()} for one in parameters]

    past = [(end, packed(parameters), zero) for end, parameters, zero in device.past]
    head = {"model": device.model.name, "first": device.first, "size": device.size, "zero": device.zero}
    return {**head, "parameters": packed(device.parameters), "past": past}


def _to_devices(saved: dict[str, Any], store: _Store, known: dict[str, Any]) -> DevicePopulation:
    model = _model(saved["model"], devices.REGISTRY, known)

    def unpacked(parameters: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{k: store.unpack(v) for k, v in one.items()} for one in parameters]

    past = [(end, unpacked(parameters), zero) for end, parameters, zero in saved["past"]]
    return DevicePopulation(model, saved["first"], saved["size"], unpacked(saved["parameters"]), past, zero=saved["zero"])


def _projection(projection: Projection, engine: Any, store: _Store) -> dict[str, Any]:
    names = ("sources", "targets", "weight", "delay")
    model, state = projection.synapse, {}
    changing = [*(["weight"] if model.is_plastic else []), *model.state]
    if engine.stores(projection) and changing:
        wanted = changing + [f"settled {name}" for name in changing if model.is_plastic]
        state = engine.read_back(projection, [name for name in wanted if name != "weight"])
        state = {name: state[name] for name in wanted}
    ends = _whole(projection, {name: getattr(projection, name) for name in names}, engine.ranks)
    return {
        **{name: store.pack(value) for name, value in ends.items()},
        "rule": store.pack(projection.rule),
        "receptor": projection.receptor,
        "synapse": projection.synapse.name,
        "parameters": {k: store.pack(v) for k, v in _whole(projection, projection.parameters, engine.ranks).items()},
        "state": store.put_all(state),
        "seed": projection.seed,
        "numbers": projection.n_numbers,
        "kept": store.pack(None if projection.kept is None else _there(projection)),
        "gone": store.pack(projection.gone),
        "since": projection.since,
    }


def _there(projection: Projection) -> np.ndarray:
    """Numbers of the edges that there are, on all ranks."""
    if projection.n_edges == 0:
        return np.empty(0, dtype=np.int64)
    return np.arange(projection.n_numbers) if projection.gone is None else np.flatnonzero(~projection.gone)


def _whole(projection: Projection, values: dict[str, Any], ranks: Any) -> dict[str, Any]:
    """Values of a projection, with the arrays that were cut to the shares of the ranks put together again."""
    if projection.kept is None:
        return values
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    there = _there(projection)
    return values | {k: v[there] for k, v in ranks.join(projection.n_numbers, projection.kept, arrays).items()}


def _plans(group: Any, store: _Store) -> dict[str, Any]:
    """The kinds of synapse of what was built together, and which edges belong to which: changes have made them other ones."""
    members = [projection.index for projection, _ in group.routes]
    plans = []
    for plan in group.plans:
        values = {f.name: getattr(plan, f.name) for f in fields(plan)}
        of = next(p.index for p, _ in group.routes if p.synapse is plan.synapse)
        plans.append(values | {"synapse": of, "arrays": list(plan.arrays), "opposite": list(plan.opposite)})
    return {"plans": plans, "members": members, "tables": store.put(np.array([route.table for _, route in group.routes]))}


def _to_plans(saved: list[dict[str, Any]] | None, store: _Store, projections: list[Projection]) -> list[Any]:
    """What `_plans` described: for each group its plans, and by number of the projection the table of its route."""
    from simcore.kernel.connectivity import PathwayPlan

    groups = []
    for group in saved or ():
        plans = []
        for values in group["plans"]:
            own = {"synapse": projections[values["synapse"]].synapse, "arrays": tuple(values["arrays"])}
            plans.append(PathwayPlan(**values | own | {"opposite": tuple(values["opposite"])}))
        groups.append((plans, dict(zip(group["members"], store.get(group["tables"]), strict=True))))
    return groups


def _to_projection(
    index: int, saved: dict[str, Any], store: _Store, known: dict[str, Any], simulation: "Simulation"
) -> Projection:
    names = ("sources", "targets", "rule", "weight", "delay", "receptor", "kept", "gone")
    given = {name: store.unpack(saved[name]) for name in names}
    synapse = _model(saved["synapse"], synapses.REGISTRY, known)
    parameters = {k: store.unpack(v) for k, v in saved["parameters"].items()}
    given |= {"_n_numbers": saved["numbers"], "seed": saved["seed"], "since": saved["since"]}
    return Projection(index, synapse=synapse, parameters=parameters, dt=simulation.dt, **given)
