"""Read edges back as arrays, in the order in which they were made.

The edges of a rule are drawn again, in pieces that threads share, straight into the arrays; of the targets, only those that are
asked for. What synapses change while they work is then fetched from them.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.description import Projection
from simcore.edges import EdgeBatch, edge_pieces
from simcore.errors import ParameterError, UnknownNameError
from simcore.memory import check_free
from simcore.synapses import REGISTRY, SynapseModel
from simcore.timegrid import MAX_DELAY_STEPS

if TYPE_CHECKING:
    from simcore.simulation import Simulation

__all__ = ["checked_columns", "chosen_projections", "read_edges"]

# Columns that every edge has, and their types.
_TYPES = {
    "source": np.int64, "target": np.int64, "weight": np.float64, "delay": np.float64,
    "projection": np.int64, "number": np.int64, "receptor": np.int64,
}  # fmt: skip


def checked_columns(projections: Sequence[Projection], columns: Any) -> list[str]:
    """Names of columns that some edge of the projections may have, each once.

    Parameters
    ----------
    projections : sequence of Projection
        Those of the simulation.
    columns : iterable of str
        What was asked for.
    """
    names = [columns] if isinstance(columns, str) else list(columns)
    models = {id(p.synapse): p.synapse for p in projections}.values()
    known = [*_TYPES, *(name for model in models for name in model.settable)]
    known += [name for model in map(REGISTRY.get, REGISTRY.names()) for name in model.settable]
    for name in names:
        if name not in known:
            raise UnknownNameError("column of connectivity", got=name, choices=dict.fromkeys(known))
    return list(dict.fromkeys(names))


def chosen_projections(
    projections: Sequence[Projection], projection: Any, synapse: Any
) -> tuple[list[Projection], SynapseModel | None]:
    """The projections that are asked for, and the synapse model of all of them if it is known.

    Parameters
    ----------
    projections : sequence of Projection
        Those of the simulation.
    projection, synapse
        See `Simulation.connectivity`.
    """
    where = "connectivity: projection"
    if projection is not None and not any(projection is p for p in projections):
        raise ParameterError(where, got=projection, expected="a projection of this simulation, as connect() returns it")
    if projection is not None and synapse is not None:
        raise ParameterError(where, got="a synapse model too", expected="one of them: a projection has one synapse model")
    if projection is not None:
        return [projection], projection.synapse
    if synapse is None:
        return list(projections), None
    model = _synapse_model(projections, synapse)
    return [p for p in projections if p.synapse is model], model


def _synapse_model(projections: Sequence[Projection], synapse: Any) -> SynapseModel:
    """A synapse model by name, the user's own ones too if they are in use; a model is taken as it is."""
    if isinstance(synapse, SynapseModel):
        return synapse
    used = {id(p.synapse): p.synapse for p in projections}
    named = [model for model in used.values() if model.name == synapse]
    if len(named) > 1:
        expected = f"the model itself, since {len(named)} have this name"
        raise ParameterError("connectivity: synapse", got=synapse, expected=expected)
    if named:
        return named[0]
    if not isinstance(synapse, str) or synapse not in REGISTRY:
        raise UnknownNameError("synapse model", got=synapse, choices={*REGISTRY.names(), *(m.name for m in used.values())})
    return REGISTRY.get(synapse)


def read_edges(
    simulation: "Simulation",
    projections: Sequence[Projection],
    *,
    columns: Sequence[str],
    sent: int,
    sources: np.ndarray | None = None,
    targets: np.ndarray | None = None,
    local: bool = False,
) -> dict[str, np.ndarray]:
    """Edges of some projections between some nodes.

    Parameters
    ----------
    simulation : Simulation
    projections : sequence of Projection
        In order of their numbers.
    columns : sequence of str
        What is wanted: ends, values, parameters and state variables of the synapse models.
    sent : int
        Step before which spikes were emitted that synapses count as sent, whether or not they have arrived.
    sources, targets : ndarray of bool, shape (n_nodes,), optional
        Nodes whose edges are wanted; all if None.
    local : bool
        Whether only edges onto this rank's own neurons.

    Returns
    -------
    edges : dict of str to ndarray, shape (n_edges,)
        The columns; NaN where the synapse model of an edge has no such parameter or state variable.
    """
    names = list(columns)
    if simulation.n_ranks == 1:
        return _read(simulation, projections, sources, targets, names, sent)
    # Each rank reads the edges onto its own neurons.
    own = simulation._owned(np.arange(simulation.n_nodes))
    own = own if targets is None else own & targets
    found = _read(simulation, projections, sources, own, list(dict.fromkeys([*names, "projection", "number"])), sent)
    parts = [found] if local else simulation.ranks.share(found)
    order = np.lexsort([np.concatenate([part[name] for part in parts]) for name in ("number", "projection")])
    return {name: np.concatenate([part[name] for part in parts])[order] for name in names}


def _read(
    simulation: "Simulation",
    projections: Sequence[Projection],
    sources: np.ndarray | None,
    targets: np.ndarray | None,
    names: Sequence[str],
    sent: int,
) -> dict[str, np.ndarray]:
    """The columns of those names of the edges between some nodes."""
    reading = _Reading(simulation, sources, targets, names=names)
    reading.find(projections)
    reading.fill()
    reading.fetch(sent)
    return reading.columns


class _Reading:
    """Edges between some nodes, in pieces that lie one after the other in arrays, which threads fill."""

    def __init__(
        self, simulation: "Simulation", sources: np.ndarray | None, targets: np.ndarray | None, *, names: Sequence[str]
    ) -> None:
        self._simulation, self._sources, self._targets, self._names = simulation, sources, targets, names
        self.columns: dict[str, np.ndarray] = {}

    def _parallel(self, tasks: Sequence[Callable[[], Any]]) -> list[Any]:
        from simcore.compile import run_parallel

        return run_parallel(tasks, self._simulation.threads)

    def find(self, projections: Sequence[Projection]) -> None:
        """Find out how many edges there are, and where each piece of them goes."""
        wanted = {"sources": self._sources, "targets": self._targets}
        pieces = [piece for p in projections if self._may_touch(p) for piece in edge_pieces(p, **wanted, joined=True)]
        self._projections = [piece.projection for piece in pieces]
        self._draws: list[Callable[[], EdgeBatch]] = [piece.edges for piece in pieces]
        sizes = [piece.n_edges for piece in pieces]
        self._check_size(sizes)
        if self._sources is not None:
            # How many edges come from some sources shows when they are drawn.
            drawn = self._parallel(self._draws)
            self._draws = [partial(_itself, edges) for edges in drawn]
            sizes = [edges.sources.size for edges in drawn]
        self._ends = np.cumsum([0, *sizes], dtype=np.int64)
        self._changing = self._stateful(projections)

    def _may_touch(self, projection: Projection) -> bool:
        """Whether some of the projection's nodes are among those whose edges are wanted."""
        masks = zip((self._sources, self._targets), projection.end_nodes, strict=True)
        return all(mask is None or bool(mask[nodes].any()) for mask, nodes in masks)

    def _check_size(self, sizes: Sequence[int]) -> None:
        """Refuse arrays that do not fit into free memory; of sources, the share that is wanted is taken to send that share."""
        shares = {}
        for p in self._projections:
            if p.index not in shares:
                shares[p.index] = 1.0 if self._sources is None else self._sources[p.ends[0]].mean()
        expected = sum(n * shares[p.index] for n, p in zip(sizes, self._projections, strict=True))
        check_free("connectivity", f"{expected:.1e} edges", 8.0 * expected * len(self._names))

    def _stateful(self, projections: Sequence[Projection]) -> list[Projection]:
        """The projections whose synapses change while they work."""
        if self._simulation._step == 0 and self._simulation._engine is None:
            return []  # the values that they start with
        wanted = set(self._names)
        changing = [p for p in projections if p.synapse.state or p.synapse.is_plastic]
        stateful = [p for p in changing if wanted.intersection(["weight", *p.synapse.state])]
        return [p for p in stateful if self._simulation._prepare().stores(p)]

    def fill(self) -> None:
        """Make the arrays, with values as they were given or drawn."""
        n = int(self._ends[-1])
        self.columns = {name: np.empty(n, dtype=_TYPES.get(name, np.float64)) for name in self._names}
        some = self._sources is not None or self._targets is not None or any(p.gone is not None for p in self._changing)
        # Numbers of the edges in their projections, where they have to be looked up and are not all there.
        self._numbers = np.empty(n, dtype=np.int64) if some and self._changing else None
        self._ids = self._simulation.ids_of(np.arange(self._simulation.n_nodes))
        self._times = self._simulation.grid.times(np.arange(MAX_DELAY_STEPS + 1))
        self._parallel([partial(self._fill, k) for k in range(len(self._draws))])

    def _fill(self, k: int) -> None:
        here, edges, projection = slice(self._ends[k], self._ends[k + 1]), self._draws[k](), self._projections[k]
        for name, column in self.columns.items():
            if name in ("source", "target"):
                np.take(self._ids, getattr(edges, f"{name}s"), out=column[here], mode="clip")
            elif name == "weight":
                column[here] = 0.0 if projection in self._changing else edges.weights
            elif name == "delay":
                column[here] = self._times[edges.delays]
            else:
                column[here] = _value_of(projection, edges, name)
        if self._numbers is not None:
            self._numbers[here] = edges.numbers

    def fetch(self, sent: int) -> None:
        """Take what changes from the synapses, when they have sent the spikes of before a step."""
        if not self._changing:
            return
        spans: dict[int, slice] = {}
        for k, projection in enumerate(self._projections):
            first = spans.get(projection.index, slice(self._ends[k], None)).start
            spans[projection.index] = slice(first, self._ends[k + 1])
        from simcore.kernel.sending import sent_copies

        engine = self._simulation._prepare()
        copies = sent_copies(engine, [plan for p in self._changing for plan in engine.plans_of[p.index]], sent)
        self._parallel([partial(self._fetch, engine, block, spans, copies) for block in engine.blocks])

    def _fetch(self, engine: Any, block: Any, spans: Mapping[int, slice], copies: Mapping[int, Any]) -> None:
        from simcore.kernel.places import places, stored_values

        found = places(engine, block, self._changing, sources=self._sources, targets=self._targets)
        for projection, synapses, edges, where in found:
            span = spans[projection.index]
            at = edges.numbers if self._numbers is None else np.searchsorted(self._numbers[span], edges.numbers)
            at = at + span.start
            columns = [name for name in projection.synapse.state if name in self.columns]
            present = copies.get(id(synapses), synapses)
            for name, values in stored_values(present, edges, where, columns).items():
                if name in self.columns:
                    self.columns[name][at] = values


def _value_of(projection: Projection, edges: EdgeBatch, name: str) -> Any:
    """What some edges have in a column other than those of their ends, weights and delays; NaN if they have none."""
    if name == "number":
        return edges.numbers
    if name in _TYPES:
        return projection.index if name == "projection" else projection.receptor
    value = projection.parameters.get(name, np.nan)
    return value[edges.places] if isinstance(value, np.ndarray) else value


def _itself(edges: EdgeBatch) -> EdgeBatch:
    return edges
