"""Random exchanges until a correlation is what is wanted."""

from typing import Any

import numpy as np

from netgraph.generation._pairing import Ends, words_of
from netgraph.generation._site import Site
from simcore.errors import EdgeError

__all__ = ["correlate_ends", "deal_correlated"]

# How near a correlation is brought, and how far from it it may stay: this, or the part of the standard error.
_NEAR = 1e-3
_NEAR_ENOUGH = 0.01
_OF_ERROR = 0.2

# Tries for each edge: at a time, and after the correlation is met; in between they go on while they bring it nearer.
_AT_A_TIME = 4
_AFTER = 5

_LINKS_STAGE, _NODES_STAGE, _SORT = 6, 7, 6


def correlate_ends(name: str, site: Site, state: Any, marks: np.ndarray, wanted: float) -> Ends:
    """Swap edges until marks of their sources and targets have a correlation, and some more that keep it.

    Parameters
    ----------
    state : tuple
        Edges and their set, see `netgraph.generation._pairing.state_of`.
    marks : ndarray of float64, shape (2, n_nodes)
        What is correlated: for nodes as sources, and as targets; the same for both if edges have no direction.
    wanted : float
        The correlation.

    Raises
    ------
    EdgeError
        One that cannot be, or was not found.
    """
    ends, turn = state[0], bool(state[-1][6])
    counts = np.stack([np.bincount(end, minlength=marks.shape[1]) for end in ends])
    if turn:
        counts[:] = counts.sum(axis=0)
    _approach(name, site, state, _standardised(name, marks, counts), counts, wanted, _LINKS_STAGE)
    return ends


def deal_correlated(name: str, site: Site, fixed: np.ndarray, values: np.ndarray, wanted: float) -> np.ndarray:
    """The values in a random order in which they have a correlation with those that are fixed."""
    from netgraph.generation._shuffle import shuffled
    from simcore.random import Purpose
    from simcore.rules import Stream

    n = len(fixed)
    stream = Stream(site.seed, Purpose.GRAPH_DEGREES + site.salt)
    which, node = shuffled(np.arange(n), stream, 0, site.threads), np.arange(n)
    # Each value is an end that any node may take.
    rules = np.array([n, 0, 1, 0, 0, 0, 0], dtype=np.int64)
    state = (which, node), np.zeros(n, dtype=np.uint8), np.zeros(1, dtype=np.uint64), rules
    counts = np.ones((2, n), dtype=np.int64)
    marks = _standardised(name, np.stack([values, fixed]).astype(np.float64), counts)
    low, high = _range(marks, counts)
    if not low + _NEAR < wanted < high - _NEAR and low - _NEAR <= wanted <= high + _NEAR:
        step = 1 if wanted > 0 else -1
        which[np.argsort(fixed, kind="stable")] = np.argsort(values, kind="stable")[::step]
    else:
        _approach(name, site, state, marks, counts, wanted, _NODES_STAGE)
    dealt = np.empty_like(values)
    dealt[node] = values[which]
    return dealt


def _standardised(name: str, marks: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Marks less their mean over all ends, in units of their standard deviation."""
    total = counts[0].sum()
    out = np.empty_like(marks)
    for i in range(2):
        centred = marks[i] - (counts[i] @ marks[i]) / max(total, 1)
        spread = np.sqrt((counts[i] @ centred**2) / max(total, 1))
        if spread == 0.0:
            raise EdgeError(f"{name}: all degrees at one end of the edges are equal: they have no correlation")
        out[i] = centred / spread
    return out


def _approach(name: str, site: Site, state: Any, marks: np.ndarray, counts: np.ndarray, wanted: float, stage: int) -> None:
    """Swap until the mean product of the marks is as wanted."""
    from netgraph.generation._swaps import sort_into_order  # Numba loads on first use

    source, target = state[0]
    n = len(source)
    low, high = _range(marks, counts)
    if not low - _NEAR <= wanted <= high + _NEAR:
        raise EdgeError(f"{name} of {wanted:g} wanted, but with these degrees it lies between {low:.3g} and {high:.3g}")
    aim = np.array([wanted * n - marks[0][source] @ marks[1][target], _NEAR * n])
    words, done, step, before = words_of(site, stage, _SORT), 0, _AT_A_TIME * n + 10_000, np.inf
    while aim[1] < abs(aim[0]) < before - _NEAR * n / 10:
        # Edges whose targets count most are tried most.
        order, before = np.argsort(-np.abs(marks[1][target]), kind="stable"), abs(aim[0])
        sort_into_order(done, done + step, words, marks, aim, order, *state)
        done += step
    sort_into_order(done, done + _AFTER * n, words, marks, aim, np.empty(0, dtype=np.int64), *state)
    reached = float(marks[0][source] @ marks[1][target]) / n
    if abs(reached - wanted) > max(_NEAR_ENOUGH, _OF_ERROR / np.sqrt(n)):
        raise EdgeError(f"{name} of {wanted:g} was not found: {reached:.3g} is about what these degrees allow")


def _range(marks: np.ndarray, counts: np.ndarray) -> tuple[float, float]:
    """The least and the largest mean product that ends with these marks could have, if any pairs were allowed."""
    orders = [np.argsort(row, kind="stable") for row in marks]
    first, second = (np.repeat(marks[i][orders[i]], counts[i][orders[i]]) for i in range(2))
    return float(first @ second[::-1]) / len(first), float(first @ second) / len(first)
