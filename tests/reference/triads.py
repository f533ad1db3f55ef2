"""Naive twins of clustering and closure: sums over ordered pairs of nodes, straight from the definitions."""

import itertools

import numpy as np

# Powers of the weights in triangles and in triplets: of one edge at the node, the other, and in triangles the third.
POWERS = {
    "onnela": ((1 / 3, 1 / 3, 1 / 3), (0, 0)),
    "barrat": ((1, 0, 0), (1, 0)),
    "zhang": ((1, 1, 1), (1, 1)),
    "continuous": ((2 / 3, 2 / 3, 2 / 3), (1 / 2, 1 / 2)),
}


def matrices(graph, weight=None):
    """Pattern, and weights relative to the largest, without self-loops; parallel edges add up."""
    n = graph.n_nodes
    a, w = np.zeros((n, n)), np.zeros((n, n))
    values = np.ones(graph.n_edges) if weight is None else graph.edges[weight]
    for s, t, v in zip(graph.source, graph.target, values, strict=True):
        if s != t:
            for i, j in [(s, t)] if graph.directed else [(s, t), (t, s)]:
                a[i, j], w[i, j] = 1, w[i, j] + v
    return a, (a if weight is None else w / max(w.max(), 1e-300))


def power(a, w, exponent):
    return np.where(a > 0, w**exponent, 0.0)


def ways(directed, mode):
    """Choices of the edges of a triplet (i, j), (i, k) and of the edge that closes it: True for i to j, i to k, j to k."""
    if not directed:
        return [(True, True, True)]
    return {
        "cycle": [(True, False, True)],
        "middleman": [(True, False, False)],
        "fan-in": [(False, False, True)],
        "fan-out": [(True, True, True)],
        "total": list(itertools.product([True, False], repeat=3)),
    }[mode]


def triangles_and_triplets(graph, weight=None, method="onnela", mode="total"):
    """Closed and all triplets of each node over ordered pairs of neighbours; those of "total" count each direction half."""
    a, w = matrices(graph, weight)
    closing, around = POWERS[method]
    x, y, z = (power(a, w, e) for e in closing)
    u, v = (power(a, w, e) for e in around)
    n, half = graph.n_nodes, 0.5 if graph.directed and mode == "total" else 1.0
    closed, triplets = np.zeros(n), np.zeros(n)

    def edge(m, i, j, leaves):
        return m[i, j] if leaves else m[j, i]

    for i, j, k in itertools.permutations(range(n), 3):
        for to_j, to_k, ahead in ways(graph.directed, mode):
            pair = (edge(x, i, j, to_j) * edge(y, i, k, to_k) + edge(y, i, j, to_j) * edge(x, i, k, to_k)) / 2
            closed[i] += half * pair * edge(z, j, k, ahead)
            pair = (edge(u, i, j, to_j) * edge(v, i, k, to_k) + edge(v, i, j, to_j) * edge(u, i, k, to_k)) / 2
            triplets[i] += half * pair
    return closed, triplets


def closed_and_all_walks(graph, weight=None, method="zhang", mode="cycle-out"):
    """Closed and all walks of two steps of each node."""
    a, w = matrices(graph, weight)
    closing, along = {"zhang": (1, 1), "continuous": (2 / 3, 1 / 2)}[method]
    x, u = power(a, w, closing), power(a, w, along)
    closed, walks = np.zeros(graph.n_nodes), np.zeros(graph.n_nodes)
    for i, j, k in itertools.permutations(range(graph.n_nodes), 3):
        if mode.endswith("out"):
            walks[i] += u[i, j] * u[j, k]
            closed[i] += x[i, j] * x[j, k] * (x[k, i] if mode == "cycle-out" else x[i, k])
        else:
            walks[i] += u[k, j] * u[j, i]
            closed[i] += x[k, j] * x[j, i] * (x[i, k] if mode == "cycle-in" else x[k, i])
    return closed, walks


def ratio(above, below):
    return np.divide(above, below, out=np.zeros(len(above)), where=below > 0)
