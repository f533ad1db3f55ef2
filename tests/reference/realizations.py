"""Naive twins of rewiring: all simple graphs with given degrees, listed one by one."""

import itertools


def digraphs(pairs, n_nodes, *, loops=False):
    """All digraphs with the in-degrees and out-degrees of the one with these edges, as sets of edges."""
    out = [sum(s == v for s, _ in pairs) for v in range(n_nodes)]
    into = [sum(t == v for _, t in pairs) for v in range(n_nodes)]
    rows = [itertools.combinations([t for t in range(n_nodes) if loops or t != s], out[s]) for s in range(n_nodes)]
    found = set()
    for choice in itertools.product(*rows):
        edges = [(s, t) for s, targets in enumerate(choice) for t in targets]
        if [sum(t == v for _, t in edges) for v in range(n_nodes)] == into:
            found.add(frozenset(edges))
    return found


def graphs(pairs, n_nodes, *, turning=False):
    """All simple graphs with the degrees of the one with these edges; digraphs with the same total degrees if `turning`."""
    every = itertools.permutations(range(n_nodes), 2) if turning else itertools.combinations(range(n_nodes), 2)
    degrees = [sum(v in pair for pair in pairs) for v in range(n_nodes)]
    chosen = itertools.combinations(list(every), len(pairs))
    return {frozenset(c) for c in chosen if [sum(v in pair for pair in c) for v in range(n_nodes)] == degrees}


def blocks_of(edges, labels):
    """How many edges lead from each block to each other one."""
    return sorted((labels[s], labels[t]) for s, t in edges)
