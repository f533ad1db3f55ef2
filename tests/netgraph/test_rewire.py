"""Null models: what they keep, what they shuffle, what they refuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netgraph as ng
import netgraph.generation as gen
from netgraph import Graph
from netgraph.analysis import local_clustering
from netgraph.generation import _rewire_clustering, _rewire_swaps
from netgraph.space import Shape
from simcore.errors import EdgeError, NumericalError, ParameterError, UnknownNameError
from tests.reference import realizations

DIRECTED = (None, "in-degree", "out-degree", "both-degrees", "total-degree", "clustering")
KEPT = {
    None: (),
    "in-degree": ("in",),
    "out-degree": ("out",),
    "both-degrees": ("in", "out"),
    "total-degree": ("all",),
    "clustering": ("in", "out"),
}
DEGREES = {"in": Graph.in_degree, "out": Graph.out_degree, "all": Graph.degree}


def example(*, directed=True, seed=1, n=60, m=500):
    """A graph with different degrees, weights and delays, and a column of texts."""
    rng = np.random.default_rng(seed)
    graph = Graph(n, directed=directed)
    graph.add_edges((rng.random(2 * m) ** 2 * n).astype(int), rng.integers(0, n, 2 * m), ignore_invalid=True)
    graph.set_weights(rng.random(graph.n_edges) + 1.0)
    graph.edges["delay"] = graph.edges["weight"] * 3.0
    graph.edges["kind"] = np.where(graph.edges["weight"] > 1.5, "strong", "weak")
    graph.nodes["V_m"] = rng.random(n)
    graph.nodes["w"] = graph.nodes["V_m"] * 2.0
    return graph


def strengths(graph, end):
    return np.bincount(getattr(graph, end), weights=graph.edges["weight"], minlength=graph.n_nodes)


def pairs(graph):
    return set(zip(graph.source.tolist(), graph.target.tolist(), strict=True))


def assert_simple(graph):
    Graph.from_edges(
        graph.source,
        graph.target,
        n_nodes=graph.n_nodes,
        directed=graph.directed,
        allow_multi_edges=False,
        allow_self_loops=False,
    )


@pytest.mark.parametrize("constraints", DIRECTED)
def test_a_rewired_graph_is_simple_and_keeps_exactly_the_degrees_that_it_should(constraints):
    graph = example()
    before = graph.copy()
    null = gen.random_rewire(graph, constraints, seed=3)
    assert_simple(null)
    assert null.n_edges == graph.n_edges
    assert null.type == "random_rewire"
    assert len(pairs(null) & pairs(graph)) < 0.6 * graph.n_edges
    for kind, degree in DEGREES.items():
        kept = kind in KEPT[constraints] or (kind == "all" and len(KEPT[constraints]) == 2)
        assert (degree(null) == degree(graph)).all() == kept
    np.testing.assert_array_equal(graph.source, before.source)
    assert graph.edges == before.edges


@pytest.mark.parametrize("constraints", [None, "both-degrees", "total-degree", "clustering"])
def test_undirected_graphs_are_rewired_too(constraints):
    graph = example(directed=False)
    null = gen.random_rewire(graph, constraints, seed=3)
    assert not null.directed
    assert_simple(null)
    assert null.n_edges == graph.n_edges
    assert (null.degree() == graph.degree()).all() == (constraints is not None)
    assert null.edge_id(null.source, null.target).size == graph.n_edges


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("constraints", DIRECTED)
def test_one_seed_gives_one_graph_for_any_number_of_threads(constraints, directed):
    if not directed and constraints in ("in-degree", "out-degree"):
        constraints = "total-degree"
    graph = example(directed=directed, n=2000, m=60000)
    if constraints == "clustering":
        graph = example(directed=directed)
    one, other = (gen.random_rewire(graph, constraints, seed=3, threads=threads) for threads in (1, 3))
    np.testing.assert_array_equal(one.source, other.source)
    np.testing.assert_array_equal(one.target, other.target)
    assert one.edges == other.edges
    assert pairs(one) != pairs(gen.random_rewire(graph, constraints, seed=4))


@pytest.mark.parametrize(
    ("constraints", "make"),
    [
        (None, lambda: gen.erdos_renyi(nodes=50, edges=400, seed=7)),
        ("in-degree", lambda: gen.fixed_degree(8, "in", nodes=50, seed=7)),
        ("out-degree", lambda: gen.fixed_degree(8, "out", nodes=50, seed=7)),
    ],
)
def test_the_seed_that_made_a_graph_does_not_make_it_again(constraints, make):
    graph = make()
    assert len(pairs(graph) & pairs(gen.random_rewire(graph, constraints, seed=7))) < 0.4 * graph.n_edges


def test_a_generator_can_give_the_seed():
    graph = example()
    one, two = (gen.random_rewire(graph, "both-degrees", rng=np.random.default_rng(5)) for _ in range(2))
    assert pairs(one) == pairs(two)


def test_strengths_stay_where_values_stay_at_an_end():
    graph = example()
    for way, end, other in (("preserve_in", "target", "source"), ("preserve_out", "source", "target")):
        null = gen.random_rewire(graph, "both-degrees", edge_attributes=way, seed=3)
        np.testing.assert_allclose(strengths(null, end), strengths(graph, end))
        assert not np.allclose(strengths(null, other), strengths(graph, other))
        np.testing.assert_allclose(null.edges["delay"], null.edges["weight"] * 3.0)
    null = gen.random_rewire(graph, "in-degree", edge_attributes="preserve_in", seed=3)
    np.testing.assert_allclose(strengths(null, "target"), strengths(graph, "target"))


def test_values_move_together_or_each_column_by_itself():
    graph = example()
    together = gen.random_rewire(graph, "both-degrees", seed=3)
    np.testing.assert_allclose(together.edges["delay"], together.edges["weight"] * 3.0)
    assert ((together.edges["weight"] > 1.5) == (together.edges["kind"] == "strong")).all()
    alone = gen.random_rewire(graph, "both-degrees", edge_attributes="independent", seed=3)
    mixed = gen.random_rewire(graph, edge_attributes={"delay": "independent"}, seed=3)
    for null in (together, alone, mixed):
        for name in graph.edges:
            np.testing.assert_array_equal(np.sort(null.edges[name]), np.sort(graph.edges[name]))
    assert abs(np.corrcoef(alone.edges["weight"], alone.edges["delay"])[0, 1]) < 0.15
    assert abs(np.corrcoef(mixed.edges["weight"], mixed.edges["delay"])[0, 1]) < 0.15
    assert ((mixed.edges["weight"] > 1.5) == (mixed.edges["kind"] == "strong")).all()


def test_nodes_keep_their_values_or_deal_them_out():
    graph = example()
    kept = gen.random_rewire(graph, seed=3)
    assert kept.nodes == graph.nodes
    together = gen.random_rewire(graph, node_attributes="together", seed=3)
    alone = gen.random_rewire(graph, node_attributes="independent", seed=3)
    for null in (together, alone):
        assert not np.array_equal(null.nodes["V_m"], graph.nodes["V_m"])
        np.testing.assert_array_equal(np.sort(null.nodes["V_m"]), np.sort(graph.nodes["V_m"]))
    np.testing.assert_allclose(together.nodes["w"], together.nodes["V_m"] * 2.0)
    assert not np.allclose(alone.nodes["w"], alone.nodes["V_m"] * 2.0)


@pytest.mark.parametrize("constraints", ["in-degree", "both-degrees"])
def test_a_network_stays_a_network_in_its_place(constraints):
    population = ng.NeuralPop.exc_and_inhib(50, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    shape = Shape.disk(100.0)
    net = gen.gaussian_degree(8.0, 2.0, population=population, shape=shape, weights=("uniform", 1.0, 2.0), seed=1)
    null = gen.random_rewire(net, constraints, seed=2)
    assert isinstance(null, ng.Network)
    assert null.population.keys() == population.keys()
    assert null.edges.constant("delay") == 1.0
    assert null.shape is shape
    np.testing.assert_array_equal(null.positions, net.positions)
    apart = np.linalg.norm(null.positions[null.source] - null.positions[null.target], axis=1)
    np.testing.assert_allclose(null.edges["distance"], apart)
    null.set_weights(3.0)
    assert net.edges["weight"].max() < 2.0


def test_blocks_keep_the_edges_between_them():
    graph = example()
    graph.nodes["layer"] = np.repeat(["L4", "L5", "L6"], 20)
    null = gen.random_rewire(graph, "both-degrees", blocks="layer", seed=2)
    free = gen.random_rewire(graph, "both-degrees", seed=2)
    counts = [realizations.blocks_of(pairs(g), graph.nodes["layer"].tolist()) for g in (graph, null, free)]
    assert counts[0] == counts[1] != counts[2]
    assert (null.in_degree() == graph.in_degree()).all()
    assert len(pairs(null) & pairs(graph)) < 0.5 * graph.n_edges
    population = ng.NeuralPop.exc_and_inhib(60, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    net = gen.erdos_renyi(edges=500, population=population, seed=1)
    null = gen.random_rewire(net, "both-degrees", blocks=population, seed=2)
    index = population.group_index().tolist()
    assert realizations.blocks_of(pairs(net), index) == realizations.blocks_of(pairs(null), index)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("rtol", [None, 0.01])
def test_clustering_is_kept_within_the_tolerance_with_both_degrees(directed, rtol):
    lattice = gen.lattice_rewire(gen.erdos_renyi(nodes=300, avg_deg=10, directed=directed, seed=1), seed=1)
    graph = gen.random_rewire(lattice, "both-degrees", swaps_per_edge=0.2, seed=1)
    null = gen.random_rewire(graph, "clustering", rtol=rtol, seed=2)
    wanted, loose = local_clustering(graph).mean(), local_clustering(gen.random_rewire(graph, "both-degrees", seed=2)).mean()
    assert wanted > 5 * loose
    assert abs(local_clustering(null).mean() - wanted) <= (rtol or 0.05) * wanted
    assert (null.in_degree() == graph.in_degree()).all()
    assert len(pairs(null) & pairs(graph)) < 0.2 * graph.n_edges


def test_long_work_comes_in_pieces_that_a_bar_and_ctrl_c_follow(monkeypatch):
    graph = example(n=2000, m=60000)
    asked = []

    def count(where, tasks, **options):
        asked.append((where, len(tasks), options["progress"]))
        return [task() for task in tasks]

    monkeypatch.setattr(_rewire_swaps, "run_tasks", count)
    for step in (1 << 22, 1 << 14):
        monkeypatch.setattr(_rewire_swaps, "_STEP", step)
        null = gen.random_rewire(graph, "both-degrees", progress=True, seed=1)
        assert (null.in_degree() == graph.in_degree()).all()
    assert [name for name, _, _ in asked] == ["random_rewire"] * 2
    assert all(shown for _, _, shown in asked)
    # Ten rounds; in each the nodes are dealt out, then the edges switched, all together or some of the groups at a time.
    assert asked[0][1] == 20 < asked[1][1]


def test_clustering_that_is_not_reached_says_so(monkeypatch):
    graph = gen.lattice_rewire(example(directed=False), seed=1)
    monkeypatch.setattr(_rewire_clustering, "_PER_EDGE", 0)
    with pytest.raises(NumericalError, match="clustering to 0.*, not to 0.*; a larger rtol than 0.05"):
        gen.random_rewire(graph, "clustering", seed=0)


@pytest.mark.parametrize("directed", [True, False])
def test_graphs_with_self_loops_and_parallel_edges_are_refused_unless_asked(directed):
    graph = Graph.from_edges([0, 0, 1, 2, 3], [1, 1, 2, 2, 0], directed=directed)
    with pytest.raises(EdgeError, match="1 self-loops, the first at node 2"):
        gen.random_rewire(graph, "both-degrees", seed=1)
    graph.delete_edges([3])
    with pytest.raises(EdgeError, match="parallel edges between the nodes [01] and [01]; .*multigraph=True"):
        gen.random_rewire(graph, "both-degrees", seed=1)
    null = gen.random_rewire(graph, "both-degrees", multigraph=True, seed=1)
    assert (null.source != null.target).all()
    assert (null.degree() == graph.degree()).all()
    loops = [gen.random_rewire(graph, "total-degree", multigraph=True, self_loops=True, seed=seed) for seed in range(20)]
    assert any((null.source == null.target).any() for null in loops)
    ends = [np.bincount(np.concatenate([null.source, null.target]), minlength=4).tolist() for null in [graph, *loops]]
    assert all(counts == ends[0] for counts in ends)


@pytest.mark.parametrize("constraints", DIRECTED)
@pytest.mark.parametrize("n", [0, 1, 5])
def test_graphs_without_edges_stay_so(constraints, n):
    null = gen.random_rewire(Graph(n), constraints, seed=1)
    assert (null.n_nodes, null.n_edges) == (n, 0)


def test_full_graphs_and_single_edges_have_one_null_model():
    full = gen.all_to_all(nodes=6)
    assert pairs(gen.random_rewire(full, "both-degrees", seed=1)) == pairs(full)
    assert pairs(gen.random_rewire(full, "total-degree", seed=1)) == pairs(full)
    assert pairs(gen.random_rewire(Graph.from_edges([0], [1]), "both-degrees", seed=1)) == {(0, 1)}


@settings(max_examples=30, deadline=None)
@given(
    st.integers(2, 12), st.integers(0, 60), st.booleans(), st.sampled_from(["both-degrees", "total-degree"]), st.integers(0, 9)
)
def test_any_graph_keeps_its_degrees_and_stays_simple(n, m, directed, constraints, seed):
    rng = np.random.default_rng(seed)
    graph = Graph(n, directed=directed)
    graph.add_edges(rng.integers(0, n, m), rng.integers(0, n, m), ignore_invalid=True)
    null = gen.random_rewire(graph, constraints, seed=seed)
    assert_simple(null)
    assert (null.degree() == graph.degree()).all()


@pytest.mark.parametrize(
    ("kwargs", "error", "message"),
    [
        ({"constraints": "all-degrees"}, UnknownNameError, "both-degrees"),
        ({"edge_attributes": "preserve_in"}, UnknownNameError, "preserve_in"),
        ({"constraints": "in-degree", "edge_attributes": "preserve_out"}, UnknownNameError, "preserve_out"),
        ({"edge_attributes": {"wieght": "together"}}, UnknownNameError, "weight"),
        ({"edge_attributes": {"weight": "shuffled"}}, UnknownNameError, "shuffled"),
        ({"node_attributes": "shuffled"}, UnknownNameError, "shuffled"),
        ({"constraints": "both-degrees", "swaps_per_edge": -1}, ParameterError, ">= 0"),
        ({"constraints": "in-degree", "swaps_per_edge": 10}, ParameterError, "no edges are switched"),
        ({"constraints": "both-degrees", "rtol": 0.1}, ParameterError, "clustering"),
        ({"constraints": "clustering", "rtol": 0.0}, ParameterError, "> 0"),
        ({"constraints": "clustering", "multigraph": True}, ParameterError, "False with"),
        ({"constraints": "total-degree", "self_loops": True}, ParameterError, "multigraph=True"),
        ({"blocks": "layer"}, ParameterError, "constraints='both-degrees'"),
        ({"constraints": "both-degrees", "blocks": [1, 2]}, ParameterError, r"shape \(60,\)"),
        ({"constraints": "both-degrees", "blocks": 3}, ParameterError, "a label for each of the 60 nodes"),
        ({"constraints": "both-degrees", "blocks": "layer"}, UnknownNameError, "layer"),
        ({"threads": 0}, ParameterError, ">= 1"),
        ({"seed": -1}, ParameterError, "whole number"),
        ({"multigraph": 1}, ParameterError, "True or False"),
    ],
)
def test_what_makes_no_sense_is_refused(kwargs, error, message):
    with pytest.raises(error, match=message):
        gen.random_rewire(example(), **kwargs)


def test_undirected_graphs_have_no_in_degrees_and_no_ends_to_stay_at():
    graph = example(directed=False)
    with pytest.raises(ParameterError, match="'both-degrees' for an undirected graph"):
        gen.random_rewire(graph, "in-degree")
    with pytest.raises(UnknownNameError, match="preserve_in"):
        gen.random_rewire(graph, "both-degrees", edge_attributes="preserve_in")
    with pytest.raises(ParameterError, match="a netgraph.Graph"):
        gen.random_rewire("graph")
