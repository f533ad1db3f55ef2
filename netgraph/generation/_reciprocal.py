"""Directed edges with given degrees of which a given share has an edge back.

Each node gives some of its degree to pairs that are joined both ways; those are drawn as an undirected graph. The rest of the
edges then join pairs of nodes that are not joined yet, each pair once.
"""

from typing import Any

import numpy as np

from netgraph._checks import check_number
from netgraph._ids import id_dtype
from netgraph.generation._graphical import is_graphical
from netgraph.generation._make import require_directed
from netgraph.generation._pairing import (
    ONE_WAY,
    Ends,
    chosen_units,
    pair_undirected,
    random_pairs,
    settle,
    settle_one_end,
    turned_at_random,
)
from netgraph.generation._site import Site
from simcore.errors import EdgeError, ParameterError
from simcore.rules import positions_of

__all__ = ["check_reciprocity", "on_both_sides", "pair_reciprocal", "require_same_nodes", "total_reciprocal", "with_partners"]

_BOTH, _SINGLE, _UNITS = 1, 2, 10

# How often units are drawn, and how often without giving the largest more than their share.
_TRIES, _FREE_TRIES = 20, 8


def check_reciprocity(name: str, value: float | None) -> None:
    """Refuse what is no share."""
    if value is not None and not 0.0 <= check_number(f"{name}: reciprocity", value) <= 1.0:
        raise ParameterError(f"{name}: reciprocity", got=value, expected="a number in [0, 1]")


def require_same_nodes(name: str, site: Site, instead: str = "") -> None:
    """Refuse sides that are not made of the same nodes."""
    if not site.n_common == len(site.sources) == len(site.targets):
        expected = "the same nodes on both sides" + instead
        raise ParameterError(name, got="different sources and targets", expected=expected)


def on_both_sides(site: Site, of_targets: np.ndarray) -> np.ndarray:
    """Values of the targets in the order of the sources, which are the same nodes."""
    return of_targets[positions_of(site.sources, site.targets)]


def pair_reciprocal(name: str, site: Site, out_degrees: np.ndarray, in_degrees: np.ndarray, share: float) -> Ends:
    """Edges with an out-degree for each source and an in-degree for each target, of which a share has an edge back."""
    _check(name, site)
    ins = on_both_sides(site, in_degrees)
    both = _both(name, site, np.minimum(out_degrees, ins), int(ins.sum()), share, out_degrees + ins)
    single_ins = np.zeros(site.graph.n_nodes, dtype=np.int64)
    single_ins[site.sources] = ins - both[0]
    rest = random_pairs(site, out_degrees - both[0], single_ins[site.targets], stage=_SINGLE)
    _check_pairs(name, site, both[1], rest, share)
    why = f"these degrees and a reciprocity of {share:g}"
    return _with_back(site, both[1], settle(name, site, rest, ONE_WAY, stage=_SINGLE, avoid=both[1], why=why))


def with_partners(name: str, site: Site, degrees: np.ndarray, share: float, side: int, draw: Any) -> Ends:
    """Edges in which one side has given degrees and its partners are random; a share has an edge back.

    Parameters
    ----------
    degrees : ndarray of int64
        Degree of each source.
    side : int
        Which end is random: 0 for the source, 1 for the target.
    draw : callable
        Edges with random partners for given degrees.
    """
    _check(name, site)
    both, ends = _both(name, site, degrees, int(degrees.sum()), share)
    rest = draw(degrees - both)
    _check_pairs(name, site, ends, rest, share)
    n_wrong = settle_one_end(site, rest, side, stage=_SINGLE, avoid=ends)
    if n_wrong:
        why = f"these degrees and a reciprocity of {share:g}"
        raise EdgeError(f"{name}: no graph with {why} was found: {n_wrong} edges found no place")
    return _with_back(site, ends, rest)


def total_reciprocal(name: str, site: Site, degrees: np.ndarray, share: float) -> Ends:
    """Edges whose number at each node, incoming and outgoing, is its degree; a share has an edge back."""
    _check(name, site)
    both, ends = _both(name, site, degrees // 2, int(degrees.sum()) // 2, share, degrees)
    where = f"{name} with reciprocity {share:g}"
    rest = pair_undirected(where, site, site.sources, degrees - 2 * both, stage=_SINGLE, avoid=ends)
    return _with_back(site, ends, turned_at_random(site, rest))


def _check(name: str, site: Site) -> None:
    where = f"{name}: reciprocity"
    require_directed(where, site, "an undirected edge is its own reverse")
    require_same_nodes(where, site)
    for word, wrong in (("multigraph", site.multigraph), ("self_loops", site.self_loops)):
        if wrong:
            raise ParameterError(f"{where} with {word}", got=True, expected="False")


def _both(
    name: str, site: Site, most: np.ndarray, n_edges: int, share: float, totals: np.ndarray | None = None
) -> tuple[np.ndarray, Ends]:
    """How many pairs each node is joined to both ways, at most as many as `most` says, and the pairs.

    They are random; but as long as no graph has them, or a node would be joined to too many others by all of its edges
    (`totals`), they are drawn again, and in the end the nodes that have the most give all they can, as few as are needed.
    """
    n_pairs = min(round(share * n_edges / 2), n_edges // 2)
    possible = int(most.sum()) // 2
    if n_pairs > possible:
        raise EdgeError(
            f"{name}: reciprocity of {share:g} wanted, but the degrees allow {2 * possible / n_edges:.3g} at most: "
            "a node has no more edges back and forth than the smaller of its degrees"
        )
    by_size, n_full = np.argsort(-most, kind="stable"), 0
    for attempt in range(_TRIES):
        n_full = max(1, 2 * n_full) if attempt >= _FREE_TRIES else 0
        full = by_size[:n_full]
        if most[full].sum() > 2 * n_pairs:
            break
        others = most.copy()
        others[full] = 0
        both = chosen_units(site, others, 2 * n_pairs - int(most[full].sum()), stage=_UNITS + attempt)
        both[full] = most[full]
        if is_graphical(both) and (totals is None or is_graphical(totals - both)):
            break
    return both, pair_undirected(f"{name} with reciprocity {share:g}", site, site.sources, both, stage=_BOTH)


def _check_pairs(name: str, site: Site, both: Ends, rest: Ends, share: float) -> None:
    """Refuse more edges than there are pairs of nodes for them."""
    n, n_nodes = len(both[0]) + len(rest[0]), len(site.sources)
    n_pairs = n_nodes * (n_nodes - 1) // 2
    if n > n_pairs:
        n_edges = n + len(both[0])
        raise EdgeError(f"{name}: {n_edges} edges with reciprocity {share:g} need {n} pairs of nodes, but there are {n_pairs}")


def _with_back(site: Site, both: Ends, single: Ends) -> Ends:
    dtype = id_dtype(site.graph.n_nodes)
    return (
        np.concatenate([single[0], both[0], both[1]], dtype=dtype),
        np.concatenate([single[1], both[1], both[0]], dtype=dtype),
    )
