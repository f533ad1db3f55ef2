"""Hypothesis strategy: graphs with columns of every type, parallel edges, self-loops, isolated nodes and positions."""

import numpy as np
from hypothesis import strategies as st

from netgraph import Graph

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=4)
INTEGERS = st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(allow_nan=False)
WEIGHTS = st.floats(-1e300, 1e300)


@st.composite
def graphs(draw, *, edges_at_least=0, parallel=True):
    """A graph whose edge columns ``"row"`` and node columns ``"node"`` tell rows and nodes apart."""
    n = draw(st.integers(1 if edges_at_least else 0, 6))
    directed = draw(st.booleans())
    node = st.integers(0, max(n - 1, 0))
    unique = None if parallel else (lambda ends: ends if directed else tuple(sorted(ends)))
    pairs = st.lists(st.tuples(node, node), min_size=edges_at_least, max_size=10, unique_by=unique)
    ends = draw(pairs) if n else []
    graph = Graph.from_edges([s for s, _ in ends], [t for _, t in ends], n_nodes=n, directed=directed, name="drawn")
    _fill(draw, graph.edges, len(ends), "row")
    graph.edges["weight"] = draw(st.lists(WEIGHTS, min_size=len(ends), max_size=len(ends)))
    graph.edges["delay"] = 1.5
    _fill(draw, graph.nodes, n, "node")
    if n and draw(st.booleans()):
        graph.set_positions(np.arange(n * 3.0).reshape(n, 3)[:, : draw(st.integers(2, 3))])
    return graph


def _fill(draw, columns, n, name):
    columns[name] = np.arange(n)
    for column, values, dtype in (
        ("whole", INTEGERS, np.int64),
        ("real", FLOATS, np.float64),
        ("text", TEXT, np.str_),
        ("flag", st.booleans(), np.bool_),
    ):
        columns[column] = np.array(draw(st.lists(values, min_size=n, max_size=n)), dtype=dtype)


def assert_same_nodes(graph, back, *, name="drawn"):
    """The nodes, their columns and types, positions and the name."""
    assert (back.n_nodes, back.directed, back.name) == (graph.n_nodes, graph.directed, name)
    if graph.n_nodes:
        assert set(back.nodes) == set(graph.nodes)
        for column in graph.nodes:
            assert back.nodes.dtype(column).kind == graph.nodes.dtype(column).kind
            assert back.nodes[column].tolist() == graph.nodes[column].tolist()
    assert (back.positions is None) == (graph.positions is None)
    assert graph.positions is None or np.array_equal(back.positions, graph.positions)


def assert_same_edges(graph, back, *, in_order):
    """The edges, their columns and types; in order of rows, or each with the row that it had."""
    assert back.n_edges == graph.n_edges
    if graph.n_edges == 0:
        return
    assert set(back.edges) == set(graph.edges)
    row = np.arange(graph.n_edges) if in_order else back.edges["row"]
    assert sorted(row) == list(range(graph.n_edges))
    ends = [np.sort(np.column_stack([g.source, g.target])) if not g.directed else (g.source, g.target) for g in (graph, back)]
    if graph.directed:
        assert graph.source[row].tolist() == back.source.tolist()
        assert graph.target[row].tolist() == back.target.tolist()
    else:
        assert ends[0][row].tolist() == ends[1].tolist()
    for column in graph.edges:
        assert back.edges.dtype(column).kind == graph.edges.dtype(column).kind
        assert back.edges[column].tolist() == graph.edges[column][row].tolist()
