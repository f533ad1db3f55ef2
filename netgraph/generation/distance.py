"""Graphs in which near nodes connect more than distant ones."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack, overload

import numpy as np

from netgraph._checks import check_choice, check_number, check_positive
from netgraph._ids import id_dtype
from netgraph.generation._by_pair import by_pair, part_seed
from netgraph.generation._make import edge_number, make_graph, number_of_nodes, one_of, require_pairs, require_room
from netgraph.generation._options import Options, generator
from netgraph.generation._site import Rows, Site, skipping
from simcore.errors import EdgeError, ParameterError
from simcore.rules import DistanceBernoulli, Pairs, Stream
from simcore.rules.distance_bernoulli import FORMS

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop
    from netgraph.space import Shape

__all__ = ["DistanceRule", "distance_rule", "edges_at", "first_to_ring", "positions_between"]

_DEFAULT_DENSITY = 1000.0
_PILOT_EDGES = 4000
_FASTEST = 1e300


# At the peak, the edges included.
_BYTES_PER_EDGE = 35.0


@by_pair
@dataclass(frozen=True)
class DistanceRule:
    """The fall-off, and a number of edges or the probability at distance 0."""

    scale: float
    rule: str = "exp"
    density: float | None = None
    edges: int | None = None
    avg_deg: float | None = None
    max_proba: float | None = None

    name = "distance_rule"

    def __post_init__(self) -> None:
        check_choice("rule of distance_rule", self.rule, FORMS)
        check_positive("distance_rule: scale", self.scale, "µm")
        given = {"density": self.density, "edges": self.edges, "avg_deg": self.avg_deg, "max_proba": self.max_proba}
        one_of("distance_rule: number of edges", given)
        if self.max_proba is not None and not 0.0 <= check_number("distance_rule: max_proba", self.max_proba) <= 1.0:
            raise ParameterError("distance_rule: max_proba", got=self.max_proba, expected="a number in [0, 1]")

    def draw(self, site: Site) -> tuple[np.ndarray, np.ndarray]:
        """Independent pairs if `max_proba` is given, else exactly so many edges."""
        rows = site.rows()
        law = self._law(site, rows)
        if self.max_proba is not None:
            places, row, _ = _collect(site, law, rows.pairs, site.stream, None)
            return edges_at(site, rows, places, row)
        number = edge_number(self.name, site, density=self.density, edges=self.edges, avg_deg=self.avg_deg)
        require_pairs(self.name, number, int(rows.pairs.available.sum()))
        require_room(number, _BYTES_PER_EDGE)
        return edges_at(site, rows, *first_to_ring(site, law, rows.pairs, number))

    def _law(self, site: Site, rows: Rows) -> DistanceBernoulli:
        source, target, period = positions_between(self.name, site, rows)
        return DistanceBernoulli(
            source, target, self.scale, self.rule, 1.0 if self.max_proba is None else self.max_proba, period
        )


def positions_between(model: str, site: Site, rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Positions of the partners and of the rows' nodes, and the lengths after which space repeats."""
    positions, shape = site.graph.positions, site.graph.shape
    if positions is None:
        raise ParameterError(f"{model}: positions", got=None, expected="a graph with positions; see set_positions")
    return positions[rows.partners], positions[rows.nodes], None if shape is None else shape.period


def first_to_ring(site: Site, law: DistanceBernoulli, pairs: Pairs, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Places and rows of `number` pairs drawn one after the other, each time in proportion to the fall-off.

    Drawing without replacement is a race: give each pair an exponential clock of the rate of its fall-off, and take those that
    ring first. A clock has no memory, so the race is run in windows of time until enough have rung.
    """
    found = [(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))]
    missing, rate, window = number, _pilot_rate(site, law, pairs, number), 1
    while missing > 0:
        places, row, times = _collect(site, law, pairs, _stream(site, window), rate)
        if len(times) >= missing:
            last = np.partition(times, missing - 1)[missing - 1]
            first = np.flatnonzero(times <= last)[:missing]
            places, row = places[first], row[first]
        elif rate >= _FASTEST:
            reached = number - missing + len(times)
            raise EdgeError(f"distance_rule: {number} edges wanted, but only {reached} pairs are near enough")
        else:
            pairs = _less(pairs, row, places)
            rate = min(rate * min(1.3 * (missing - len(row)) / max(len(row), 1) + 1e-3, 1e6), _FASTEST)
        found.append((places, row))
        missing -= len(row)
        window += 1
    places, row = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
    return places, row


def _pilot_rate(site: Site, law: DistanceBernoulli, pairs: Pairs, number: int) -> float:
    """Length of a first window in which a little more than `number` clocks should ring, judged from some of the rows."""
    n = len(pairs.widths)
    size = min(n, max(64, -(-_PILOT_EDGES * n // max(number, 1))))
    chosen = np.arange(size) * n // size
    sample, sample_law = _some(pairs, chosen), law.for_targets(chosen)
    goal = number * size / n
    rate = number / max(int(pairs.available.sum()), 1)
    while 0.0 < rate < _FASTEST:
        rung = int(sample_law.collect(sample, _stream(site, 0), 0, size, rate=rate)[0].sum())
        if rung >= 0.9 * goal:
            return rate * goal / rung * 1.05
        rate *= min(max(goal / max(rung, 1), 1.2), 1000.0)
    return min(rate, _FASTEST)


def _stream(site: Site, window: int) -> Stream:
    """Streams of the windows of a race; the pilot has number 0."""
    return Stream(part_seed(site, window), site.stream.purpose)


def _collect(
    site: Site, law: DistanceBernoulli, pairs: Pairs, stream: Stream, rate: float | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places, rows and times of the pairs drawn, by all threads."""
    n = len(pairs.widths)
    law.prepare()
    found = site.in_slices(n, lambda first, last: law.collect(pairs, stream, first, last, rate=rate))
    counts, places, times = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
    return places, np.repeat(np.arange(n, dtype=np.int32), counts), times


def edges_at(site: Site, rows: Rows, places: np.ndarray, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sources and targets from the places and the rows that were drawn."""
    dtype = id_dtype(site.graph.n_nodes)
    return site.oriented(rows, rows.partners.astype(dtype)[places], rows.nodes.astype(dtype)[row])


def _less(pairs: Pairs, row: np.ndarray, places: np.ndarray) -> Pairs:
    """Pairs without those drawn."""
    old = np.repeat(np.arange(len(pairs.widths)), np.diff(pairs.skip_start))
    return skipping(pairs.widths, np.concatenate([old, row]), np.concatenate([pairs.skip, places]))


def _some(pairs: Pairs, chosen: np.ndarray) -> Pairs:
    """Pairs of some rows."""
    lengths = np.diff(pairs.skip_start)
    taken = np.zeros(len(lengths), dtype=bool)
    taken[chosen] = True
    skip_start = np.zeros(len(chosen) + 1, dtype=np.int64)
    np.cumsum(lengths[chosen], out=skip_start[1:])
    return Pairs(pairs.widths[chosen], skip_start, pairs.skip[np.repeat(taken, lengths)])


class _DistanceOptions(Options, total=False):
    """All keyword arguments but the population, for type checkers."""

    density: float | None
    edges: int | None
    avg_deg: float | None
    max_proba: float | None
    neuron_density: float | None


@overload
def distance_rule(
    scale: float, rule: str = "exp", *, population: "NeuralPop", **options: Unpack[_DistanceOptions]
) -> "Network": ...
@overload
def distance_rule(
    scale: float, rule: str = "exp", *, population: None = None, **options: Unpack[_DistanceOptions]
) -> "Graph": ...
@generator
def distance_rule(
    scale: float,
    rule: str = "exp",
    *,
    density: float | None = None,
    edges: int | None = None,
    avg_deg: float | None = None,
    max_proba: float | None = None,
    neuron_density: float | None = None,
    population: "NeuralPop | None" = None,
    **options: Unpack[Options],
) -> "Graph | Network":
    """A graph in space in which the chance of an edge falls with its length.

    Exactly one of `density`, `edges`, `avg_deg` and `max_proba` is given. With `max_proba`, pairs are independent; with the
    others, distinct pairs are drawn one after the other, each time in proportion to the fall-off, until there are enough.

    Parameters
    ----------
    scale : float, or dict of them by pair of groups [µm]
        Length s of the fall-off. This and the parameters below may be mappings ``{(source group, target group): value}``: each
        pair then has a rule of its own, and pairs without an entry stay unconnected.
    rule : {"exp", "gaussian", "lin"}
        ``exp(-d / s)``, ``exp(-d**2 / (2 s**2))``, or ``1 - d / s`` up to s, for the distance d: the shortest way around if the
        shape is periodic.
    density, edges, avg_deg : float, int, float
        See `erdos_renyi`.
    max_proba : float
        Probability of an edge between nodes at the same place.
    neuron_density : float, optional [1 / mm²]
        Without shape and positions, the nodes lie in a square with so many of them on each mm²; 1000 if None.
    nodes, population, shape, positions, directed, weights, delays, self_loops, name, seed, rng, threads
        See `erdos_renyi`.

    Returns
    -------
    graph : Graph or Network
        With positions.

    Raises
    ------
    ParameterError
        Numbers out of range.
    EdgeError
        More edges than pairs that the rule reaches.

    Examples
    --------
    >>> graph = distance_rule(50.0, nodes=1000, avg_deg=20, seed=1)
    >>> graph.n_edges, bool(graph.edge_distances().mean() < 150.0)
    (20000, True)
    """
    model = DistanceRule(scale, rule, density, edges, avg_deg, max_proba)
    if options.get("shape") is None and options.get("positions") is None:
        options["shape"] = _square(number_of_nodes(options.get("nodes"), population), neuron_density)
    elif neuron_density is not None:
        where = "distance_rule: neuron_density"
        raise ParameterError(where, got=neuron_density, expected="none with a shape or positions")
    return make_graph(model, population=population, **options)


def _square(n_nodes: int, neuron_density: float | None) -> "Shape":
    from netgraph.space import Shape

    density = _DEFAULT_DENSITY if neuron_density is None else neuron_density
    check_positive("distance_rule: neuron_density", density, "per mm²")
    side = 1000.0 * (n_nodes / density) ** 0.5
    return Shape.rectangle(side, side)
