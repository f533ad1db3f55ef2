"""Adding edges to graphs that exist: orientation, what is there already, groups and types, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import netgraph as ng
import netgraph.generation as gen
from simcore.errors import EdgeError, FrozenNetworkError, ParameterError, UnknownNameError


def pairs(graph):
    return list(zip(graph.source.tolist(), graph.target.tolist(), strict=True))


def network():
    return ng.Network.exc_and_inhib(20, iratio=0.3, en_model="iaf_psc_exp", in_model="iaf_psc_exp")


MODELS = [
    ("all_to_all", {}),
    ("erdos_renyi", {"edges": 12}),
    ("erdos_renyi", {"p": 0.7}),
    ("fixed_degree", {"degree": 2}),
    ("fixed_degree", {"degree": 2, "degree_type": "out"}),
    ("gaussian_degree", {"avg": 2.0, "std": 1.0}),
    ("from_degree_list", {"degrees": [3, 0, 1, 2], "degree_type": "in"}),
    ("distance_rule", {"scale": 3.0, "edges": 9}),
    ("distance_rule", {"scale": 3.0, "max_proba": 1.0}),
]


@pytest.mark.parametrize(("model", "parameters"), MODELS)
def test_edges_run_from_sources_to_targets_whatever_the_model(model, parameters):
    graph = ng.Graph(12, positions=np.random.default_rng(1).uniform(0, 5, (12, 2)))
    sources, targets = [9, 2, 4, 11, 0], [3, 1, 8, 7]
    rows = gen.connect_nodes(graph, sources, targets, model, seed=1, **parameters)
    np.testing.assert_array_equal(rows, np.arange(graph.n_edges))
    assert 0 < graph.n_edges == len(set(pairs(graph)))
    assert set(graph.source.tolist()) <= set(sources)
    assert set(graph.target.tolist()) <= set(targets)


def test_in_degrees_are_those_of_the_targets_and_out_degrees_those_of_the_sources():
    graph = ng.Graph(10)
    gen.connect_nodes(graph, np.arange(8), [8, 9], "fixed_degree", degree=3, degree_type="in", seed=1)
    np.testing.assert_array_equal(graph.in_degree(), [0] * 8 + [3, 3])
    graph = ng.Graph(10)
    gen.connect_nodes(graph, [8, 9], np.arange(8), "from_degree_list", degrees=[5, 1], degree_type="out", seed=1)
    np.testing.assert_array_equal(graph.out_degree(), [0] * 8 + [5, 1])


@given(data=st.data(), directed=st.booleans(), seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_new_edges_fill_the_free_pairs_exactly(data, directed, seed):
    n = 9
    nodes = st.lists(st.integers(0, n - 1), min_size=1, unique=True)
    sources, targets = data.draw(nodes), data.draw(nodes)
    ends = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda e: e[0] != e[1])
    old = data.draw(st.lists(ends, max_size=30, unique_by=lambda e: e if directed else frozenset(e)))
    graph = ng.Graph.from_edges([s for s, _ in old], [t for _, t in old], n_nodes=n, directed=directed)

    def key(s, t):
        return (s, t) if directed else frozenset((s, t))

    free = {key(s, t) for s in sources for t in targets if s != t} - {key(s, t) for s, t in old}
    part = data.draw(st.integers(0, len(free)))
    gen.connect_nodes(graph, sources, targets, "erdos_renyi", edges=part, seed=seed)
    added = [key(s, t) for s, t in pairs(graph)[len(old) :]]
    assert len(added) == len(set(added)) == part
    assert set(added) <= free
    gen.connect_nodes(graph, sources, targets, "all_to_all")
    assert {key(s, t) for s, t in pairs(graph)} == free | {key(s, t) for s, t in old}
    assert graph.n_edges == len(free) + len(old)
    assert all(s in sources and t in targets or not directed for s, t in pairs(graph)[len(old) :])


def test_free_pairs_are_equally_likely_beside_existing_edges():
    found = np.zeros((6, 6))
    for seed in range(1500):
        graph = ng.Graph.from_edges([0, 0, 0, 1, 5], [1, 2, 3, 0, 4], n_nodes=6)
        gen.connect_nodes(graph, None, None, "erdos_renyi", edges=5, seed=seed, threads=1)
        found[graph.source[5:], graph.target[5:]] += 1
    free = ~np.eye(6, dtype=bool)
    free[[0, 0, 0, 1, 5], [1, 2, 3, 0, 4]] = False
    assert not found[~free].any()
    # Pairs of one draw exclude each other: the sum of squares is smaller by the share left out.
    statistic = ((found[free] - 300.0) ** 2 / 300.0).sum() / (1 - 5 / 25)
    assert 1e-3 < stats.chi2(24).cdf(statistic) < 1 - 1e-3


def test_distance_rule_leaves_out_existing_edges_and_fills_up():
    points = np.random.default_rng(1).uniform(0, 10, (30, 2))
    graph = ng.Graph(30, positions=points)
    gen.connect_nodes(graph, None, None, "distance_rule", scale=5.0, edges=400, seed=1)
    gen.connect_nodes(graph, None, None, "distance_rule", scale=5.0, edges=470, seed=1)
    assert graph.n_edges == 870 == len(set(pairs(graph)))


def test_a_multigraph_repeats_existing_edges():
    graph = ng.Graph(4)
    for _ in range(2):
        gen.connect_nodes(graph, [0, 1], [2, 3], "all_to_all", multigraph=True)
    assert graph.n_edges == 8
    assert gen.connect_nodes(graph, [0, 1], [2, 3], "all_to_all").size == 0


def test_one_seed_draws_other_numbers_once_the_graph_has_grown():
    graph = ng.Graph(40)
    first = gen.connect_nodes(graph, np.arange(20), np.arange(20), "fixed_degree", degree=5, seed=1)
    second = gen.connect_nodes(graph, np.arange(20, 40), np.arange(20, 40), "fixed_degree", degree=5, seed=1)
    assert (graph.source[first] != graph.source[second] - 20).any()
    twin = ng.Graph(40)
    for ids in (np.arange(20), np.arange(20, 40)):
        gen.connect_nodes(twin, ids, ids, "fixed_degree", degree=5, seed=1, threads=3)
    assert pairs(twin) == pairs(graph)


def test_density_and_average_degree_refer_to_the_nodes_on_either_side():
    graph = ng.Graph(30)
    assert gen.connect_nodes(graph, np.arange(10), np.arange(10, 30), "erdos_renyi", density=0.5).size == 100
    graph = ng.Graph(30)
    assert gen.connect_nodes(graph, np.arange(20), np.arange(10, 30), "erdos_renyi", density=1.0).size == 20 * 20 - 10
    graph = ng.Graph(30)
    assert gen.connect_nodes(graph, np.arange(10), np.arange(10, 30), "erdos_renyi", avg_deg=3).size == 30
    graph = ng.Graph(30, directed=False)
    assert gen.connect_nodes(graph, np.arange(20), np.arange(10, 30), "erdos_renyi", density=1.0).size == 400 - 10 - 45
    graph = ng.Graph(30, directed=False)
    gen.connect_nodes(graph, np.arange(20), np.arange(10, 30), "erdos_renyi", avg_deg=4)
    assert graph.degree().mean() == 4


def test_reciprocity_holds_among_the_new_edges():
    graph = ng.Graph(40)
    gen.connect_nodes(graph, None, None, "erdos_renyi", edges=300, seed=1)
    rows = gen.connect_nodes(graph, np.arange(30), np.arange(30)[::-1], "erdos_renyi", edges=200, reciprocity=0.6, seed=2)
    new = {pairs(graph)[r] for r in rows}
    assert sum((t, s) in new for s, t in new) == 120
    assert len(set(pairs(graph))) == 500


def test_weights_and_delays_are_those_of_the_new_edges_only():
    net = network()
    a = gen.connect_groups(net, "excitatory", "inhibitory", "fixed_degree", degree=2, weights=3.0, delays=7.0, seed=1)
    b = gen.connect_groups(net, "inhibitory", "excitatory", "fixed_degree", degree=2, delays=("uniform", 2.0, 4.0), seed=1)
    c = gen.connect_groups(net, "excitatory", "excitatory", "fixed_degree", degree=1, weights=np.arange(14.0), seed=1)
    assert (net.edges["weight"][a] == 3.0).all()
    assert (net.edges["delay"][a] == 7.0).all()
    assert (net.edges["weight"][b] == 1.0).all()
    assert len(np.unique(net.edges["delay"][b])) == len(b)
    np.testing.assert_array_equal(net.edges["weight"][c], np.arange(14.0))
    assert (net.edges["delay"][c] == 1.0).all()


def test_groups_are_names_objects_lists_or_populations():
    net = network()
    population = net.population
    everyone = gen.connect_groups(net, population, ["inhibitory", population["excitatory"]], "all_to_all")
    assert len(everyone) == 20 * 19
    net = network()
    population = net.population
    gen.connect_groups(net, population["inhibitory"], ["inhibitory", "inhibitory"], "all_to_all")
    assert set(net.source.tolist()) == set(net.target.tolist()) == set(population["inhibitory"].ids.tolist())
    plain = ng.Graph(9)
    gen.connect_groups(plain, ng.Group([1, 2]), ng.Group([5, 4]), "all_to_all")
    assert pairs(plain) == [(1, 5), (2, 5), (1, 4), (2, 4)]


@pytest.mark.parametrize("ids", ["excitatory", ["excitatory", "inhibitory"], [ng.Group([0]), ng.Group([1])]])
def test_names_and_lists_of_groups_in_place_of_ids_lead_to_connect_groups(ids):
    net = network()
    with pytest.raises(ParameterError, match=r"connect_nodes: sources: .* expected ids or a group; connect_groups takes names"):
        gen.connect_nodes(net, ids, None, "all_to_all")
    assert net.n_edges == 0


@pytest.mark.parametrize("connect", [gen.connect_nodes, gen.connect_groups])
def test_edges_are_added_to_graphs_alone(connect):
    with pytest.raises(ParameterError, match=rf"{connect.__name__}: graph: got 3, expected a netgraph.Graph"):
        connect(3, [0], [1], "all_to_all")


def test_neural_types_choose_the_neurons():
    net = network()
    gen.connect_neural_types(net, -1, 1, "fixed_degree", degree=3, seed=1)
    assert (net.neuron_types[net.source] == -1).all()
    assert (net.neuron_types[net.target] == 1).all()
    assert (net.in_degree()[net.neuron_types == 1] == 3).all()
    net = network()
    assert len(gen.connect_neural_types(net, [1, -1], -1, "all_to_all")) == 20 * 6 - 6


@pytest.mark.parametrize(
    ("connect", "error", "message"),
    [
        (lambda g: gen.connect_nodes(g, [0], [1], "erdos_reny"), UnknownNameError, "did you mean 'erdos_renyi'"),
        (lambda g: gen.connect_nodes(g, [0], [1], "erdos_renyi", edge=1), UnknownNameError, "did you mean 'edges'"),
        (lambda g: gen.connect_nodes(g, [0], [1], "fixed_degree"), ParameterError, "degree too"),
        (lambda g: gen.connect_nodes(g, [], [1], "all_to_all"), EdgeError, "no sources"),
        (lambda g: gen.connect_nodes(g, [0], [1, 1], "all_to_all"), ParameterError, "1 more than once"),
        (lambda g: gen.connect_nodes(g, [0], [20], "all_to_all"), ParameterError, "got 20"),
        (lambda g: gen.connect_nodes(g, [0], [1], "fixed_degree", degree=2), EdgeError, "only 1 sources"),
        (lambda g: gen.connect_nodes(g, [0], [1], "erdos_renyi", edges=2), EdgeError, "only 1 pairs are free"),
        (lambda g: gen.connect_nodes(g, [0], [1], "all_to_all", multigraph=1), ParameterError, "multigraph: got 1"),
        (lambda g: gen.connect_nodes(g, [0], [1], "all_to_all", weights=[1.0, 2.0]), ParameterError, "each of the 1 edges"),
        (lambda g: gen.connect_nodes(g, [0], [1], "all_to_all", weights=-2.0), ParameterError, ">= 0 in a network"),
        (lambda g: gen.connect_nodes(g, [0], [1], "all_to_all", delays=-2.0), ParameterError, "delay"),
        (
            lambda g: gen.connect_nodes(g, [0], [1], "distance_rule", scale=1.0, edges=1),
            ParameterError,
            "a graph with positions",
        ),
        (
            lambda g: gen.connect_nodes(g, [0, 2], [1, 3], "erdos_renyi", edges=1, reciprocity=1.0),
            ParameterError,
            "the same nodes on both sides",
        ),
        (lambda g: gen.connect_groups(g, "excit", "inhibitory", "all_to_all"), UnknownNameError, "did you mean 'excitatory'"),
        (lambda g: gen.connect_groups(g, 3, "inhibitory", "all_to_all"), ParameterError, "connect_nodes takes ids"),
        (lambda g: gen.connect_groups(g, [], "inhibitory", "all_to_all"), EdgeError, "no sources"),
        (lambda g: gen.connect_neural_types(g, 2, 1, "all_to_all"), ParameterError, "source_type: got 2"),
    ],
)
def test_what_cannot_be_connected_is_refused_and_leaves_no_trace(connect, error, message):
    net = network()
    with pytest.raises(error, match=message):
        connect(net)
    assert net.n_edges == 0
    assert net.edges.constant("weight") == 1.0


def test_names_and_types_need_a_population():
    with pytest.raises(ParameterError, match="no population or structure that knows names"):
        gen.connect_groups(ng.Graph(5), "a", "b", "all_to_all")
    with pytest.raises(ParameterError, match="a Network: neurons have types"):
        gen.connect_neural_types(ng.Graph(5), 1, 1, "all_to_all")
    uniform = ng.Network.uniform(5, neuron_model="iaf_psc_exp")
    with pytest.raises(EdgeError, match="no neurons of type -1"):
        gen.connect_neural_types(uniform, -1, 1, "all_to_all")


def test_a_network_in_a_simulation_is_not_connected_further():
    net = network()
    net._attach(object(), "a simulation")
    with pytest.raises(FrozenNetworkError, match="add edges"):
        gen.connect_nodes(net, [0], [1], "all_to_all")
    net._detach()


def test_a_misspelt_argument_of_connect_finds_its_name():
    with pytest.raises(UnknownNameError, match="'weight'; did you mean 'weights'"):
        gen.connect_nodes(ng.Graph(4), [0, 1], [2, 3], "all_to_all", weight=3.0)
