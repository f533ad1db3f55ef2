"""Compiled removal of the nodes of lowest degree, again and again."""

import numpy as np

from simcore.compile import compiled

__all__ = ["peel"]


@compiled
def peel(begins, ends, degrees, cores, layers):
    """Take away, layer by layer, the nodes with the fewest neighbours left; `degrees` is used up, `layers` zero at the start.

    A node v that goes lowers the degrees of ``ends[begins[v]:begins[v + 1]]`` by one each.
    """
    left, k, n_layers = degrees.size, 0, 0
    now, coming = np.empty(left, np.int64), np.empty(left, np.int64)
    while left > 0:
        k, n_now = _lowest(degrees, layers, k, now)
        while n_now > 0:
            n_layers += 1
            left -= n_now
            for v in now[:n_now]:
                cores[v], layers[v] = k, n_layers
            n_now = _take_away(begins, ends, now[:n_now], degrees, layers, k, coming)
            now, coming = coming, now


@compiled
def _lowest(degrees, layers, k, now):
    """The lowest degree that is left, `k` at least, and how many nodes have it or less; these are listed."""
    lowest = np.int64(2**62)
    for v in range(degrees.size):
        if layers[v] == 0:
            lowest = min(lowest, degrees[v])
    lowest = max(k, lowest)
    n_now = 0
    for v in range(degrees.size):
        if layers[v] == 0 and degrees[v] <= lowest:
            now[n_now] = v
            n_now += 1
    return lowest, n_now


@compiled
def _take_away(begins, ends, nodes, degrees, layers, k, coming):
    """Lower the degrees around the nodes, and list those left that fall to `k` by this."""
    n_coming = 0
    for v in nodes:
        for e in range(begins[v], begins[v + 1]):
            w = ends[e]
            if layers[w] == 0:
                degrees[w] -= 1
                if degrees[w] == k:
                    coming[n_coming] = w
                    n_coming += 1
    return n_coming
