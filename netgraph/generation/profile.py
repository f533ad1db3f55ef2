"""Graphs in space after a measured profile: probabilities of connection by pair of groups and by distance."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, overload

import numpy as np

from netgraph.generation._by_pair import by_pair
from netgraph.generation._make import make_graph
from netgraph.generation._options import Options, generator
from netgraph.generation._site import Site
from netgraph.generation.distance import positions_between
from simcore.errors import ParameterError
from simcore.rules import DistanceTable

if TYPE_CHECKING:
    from netgraph.graph import Graph
    from netgraph.network import Network
    from netgraph.population import NeuralPop

__all__ = ["ConnectivityProfile", "connectivity_profile", "read_profile"]

_COLUMNS = ("source", "target", "from", "to", "probability")


@by_pair
@dataclass(frozen=True, eq=False)
class ConnectivityProfile:
    """Distances and the probabilities measured there."""

    distances: Any
    probabilities: Any

    name = "connectivity_profile"

    def __post_init__(self) -> None:
        nowhere = np.zeros((1, 2))
        DistanceTable(nowhere, nowhere, self.distances, self.probabilities)

    def draw(self, site: Site) -> tuple[np.ndarray, np.ndarray]:
        """Each pair of nodes with the probability at its distance."""
        rows = site.rows()
        source, target, period = positions_between(self.name, site, rows)
        rule = DistanceTable(source, target, self.distances, self.probabilities, period)
        return site.draw(rows, rule)


@overload
def connectivity_profile(
    distances: Any, probabilities: Any, *, population: "NeuralPop", **options: Unpack[Options]
) -> "Network": ...
@overload
def connectivity_profile(
    distances: Any, probabilities: Any, *, population: None = None, **options: Unpack[Options]
) -> "Graph": ...
@generator
def connectivity_profile(
    distances: Any, probabilities: Any, *, population: "NeuralPop | None" = None, **options: Unpack[Options]
) -> "Graph | Network":
    """A graph in space whose pairs are connected with probabilities that were measured, by pair of groups and by distance.

    Parameters
    ----------
    distances : array_like of float, or dict of them by pair of groups [µm]
        Ascending: where the probabilities were measured, or the borders of the bins for which they hold. One array serves all
        pairs of groups.
    probabilities : array_like of float, or dict of them by pair of groups
        ``{(source group, target group): values}``, in [0, 1]; groups without an entry stay unconnected. As many values as
        distances: the line through them holds. One fewer: each holds in its bin, ``border <= d < next border``. Beyond the
        last distance there are no edges.
    nodes, population, shape, positions, directed, weights, delays, self_loops, name, seed, rng, threads
        See `erdos_renyi`; a shape or positions are needed, and distances are the shortest way around if the shape is periodic.

    Returns
    -------
    graph : Graph or Network
        With positions.

    Raises
    ------
    ParameterError
        Probabilities outside [0, 1], distances that do not ascend, no positions.
    UnknownNameError
        A group that the population does not have.

    See Also
    --------
    read_profile : The two tables from a file.

    Examples
    --------
    >>> import netgraph as ng
    >>> pop = ng.NeuralPop.exc_and_inhib(1000)
    >>> measured = {("excitatory", "excitatory"): [0.2, 0.1, 0.02], ("inhibitory", "excitatory"): [0.5, 0.1, 0.0]}
    >>> sheet = ng.space.Shape.rectangle(1000.0, 1000.0, periodic=True)
    >>> net = connectivity_profile([0.0, 100.0, 200.0, 400.0], measured, population=pop, shape=sheet, seed=1)
    >>> bool(net.edge_distances().max() < 400.0), net.out_degree()[800:].sum() > 0
    (True, np.True_)
    """
    return make_graph(ConnectivityProfile(distances, probabilities), population=population, **options)


def read_profile(path: str | Path) -> tuple[dict[tuple[str, str], list[float]], dict[tuple[str, str], list[float]]]:
    r"""Distances and probabilities by pair of groups, from a table as experiments give it.

    Parameters
    ----------
    path : str or Path
        A csv file with the columns ``source, target, from, to, probability`` in any order: for each pair of groups the bins
        of distance [µm], which follow each other.

    Returns
    -------
    distances, probabilities : dict
        What `connectivity_profile` takes: for each pair of groups the borders of the bins, and a probability for each bin.

    Raises
    ------
    ParameterError
        A missing column, no number, or bins with gaps, naming the line.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "measured.csv"
    >>> _ = file.write_text("source,target,from,to,probability\nE,I,0,100,0.3\nE,I,100,250,0.1\n")
    >>> read_profile(file)
    ({('E', 'I'): [0.0, 100.0, 250.0]}, {('E', 'I'): [0.3, 0.1]})
    """
    distances: dict[tuple[str, str], list[float]] = {}
    probabilities: dict[tuple[str, str], list[float]] = {}
    with open(path, newline="", encoding="utf-8") as file:
        table = csv.DictReader(file, skipinitialspace=True)
        given = [name.strip() for name in table.fieldnames or []]
        table.fieldnames = given
        missing = [name for name in _COLUMNS if name not in given]
        if missing:
            raise ParameterError(f"{path}, line 1", got=given, expected=f"the columns {', '.join(_COLUMNS)}")
        for row in table:
            where = f"{path}, line {table.line_num}"
            begin, end, probability = (_number(where, name, row[name]) for name in _COLUMNS[2:])
            pair = str(row["source"]).strip(), str(row["target"]).strip()
            borders = distances.setdefault(pair, [begin])
            if borders[-1] != begin or end <= begin:
                got = f"a bin from {begin:g} to {end:g}"
                raise ParameterError(where, got=got, expected=f"the bin of {pair} that begins at {borders[-1]:g} µm")
            borders.append(end)
            probabilities.setdefault(pair, []).append(probability)
    if not distances:
        raise ParameterError(str(path), got="no rows", expected="a line for each bin of each pair of groups")
    return distances, probabilities


def _number(where: str, name: str, text: Any) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):
        raise ParameterError(f"{where}: {name}", got=text, expected="a number") from None
