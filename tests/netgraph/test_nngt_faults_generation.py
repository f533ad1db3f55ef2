"""What NNGT 2.8 gets wrong when it generates graphs, by its own examples: here it is right."""

import numpy as np
import pytest

import netgraph as ng
import netgraph.generation as gen
from netgraph.analysis import local_clustering, reciprocity
from netgraph.generation._models import models
from simcore.errors import EdgeError, ParameterError, UnknownNameError


def two_groups(n=10):
    return ng.Network.exc_and_inhib(n, en_model="iaf_psc_exp", in_model="iaf_psc_exp")


def n_distinct(graph):
    return np.unique(graph.source.astype(np.int64) * graph.n_nodes + graph.target).size


# Numbers of edges, weights and types


DRAWN = {
    "erdos_renyi": {},
    "distance_rule": {"scale": 100.0},
    "sparse_clustered": {"c": 0.3},
}


@pytest.mark.parametrize("name", DRAWN)
def test_average_degree_and_density_mean_the_same_with_and_without_directions(name):
    for directed in (True, False):
        common = {"nodes": 200, "directed": directed, "seed": 1, **DRAWN[name]}
        graph = getattr(gen, name)(avg_deg=10, **common)
        assert graph.average_degree == 10.0
        assert graph.degree().mean() == (20.0 if directed else 10.0)
        if name != "sparse_clustered":
            assert getattr(gen, name)(density=0.1, **common).density == pytest.approx(0.1, abs=1e-4)


@pytest.mark.parametrize("call", [gen.erdos_renyi, gen.all_to_all, gen.circular, gen.newman_watts, gen.watts_strogatz])
def test_a_graph_without_weights_has_none_and_with_weights_has_them(call):
    given = {
        gen.erdos_renyi: {"density": 0.1},
        gen.all_to_all: {},
        gen.circular: {"coord_nb": 4},
        gen.newman_watts: {"coord_nb": 4, "proba_shortcut": 0.1},
        gen.watts_strogatz: {"coord_nb": 4, "proba_shortcut": 0.1},
    }[call]
    assert not call(nodes=20, **given).is_weighted
    assert call(nodes=20, weights=2.0, **given).edges.constant("weight") == 2.0


@pytest.mark.parametrize("name", ["newman_watts", "watts_strogatz", "circular", "erdos_renyi"])
def test_graphs_know_what_drew_them(name):
    parameters = {"density": 0.1} if name == "erdos_renyi" else {"coord_nb": 4}
    shortcuts = {"proba_shortcut": 0.1} if name in ("newman_watts", "watts_strogatz") else {}
    assert getattr(gen, name)(nodes=30, **parameters, **shortcuts).type == name


def test_edges_that_exist_stay_and_count_and_are_replaced_only_if_they_are_cleared():
    graph = gen.erdos_renyi(nodes=100, edges=50, seed=1)
    before = graph.source.copy()
    rows = gen.connect_nodes(graph, None, None, "circular", coord_nb=4, reciprocity=1.0, seed=2)
    assert graph.n_edges == 50 + rows.size
    np.testing.assert_array_equal(graph.source[:50], before)
    graph.clear_edges()
    gen.connect_nodes(graph, None, None, "circular", coord_nb=4, reciprocity=1.0, seed=2)
    assert graph.n_edges == 400


# Reciprocity


def test_half_of_twenty_thousand_edges_are_reciprocal_if_asked_for_and_all_are_different():
    graph = gen.erdos_renyi(nodes=1000, edges=20_000, reciprocity=0.5, seed=1)
    assert reciprocity(graph) == pytest.approx(0.5, abs=1e-4)
    assert n_distinct(graph) == graph.n_edges == 20_000


@pytest.mark.parametrize("r", [0.0, 0.3, 0.5, 1.0])
def test_rewired_rings_of_any_reciprocity_have_their_edges(r):
    """NNGT stopped with an IndexError between 0 and 1."""
    ring = gen.watts_strogatz(coord_nb=4, proba_shortcut=0.0, reciprocity_circular=r, nodes=100, seed=1)
    moved = gen.watts_strogatz(coord_nb=4, proba_shortcut=0.3, reciprocity_circular=r, nodes=100, seed=1)
    assert ring.n_edges == moved.n_edges == round(0.5 * (1 + r / (2 - r)) * 4 * 100)
    assert reciprocity(ring) == pytest.approx(r, abs=0.01)
    assert n_distinct(moved) == moved.n_edges
    assert local_clustering(moved).mean() < local_clustering(ring).mean()


# Connecting nodes and groups


def test_a_scalar_delay_is_a_delay_and_a_scalar_weight_a_weight():
    net = two_groups()
    gen.connect_groups(net, "excitatory", "inhibitory", "all_to_all", weights=3.0, delays=7.0)
    assert (set(net.edges["weight"]), set(net.edges["delay"])) == ({3.0}, {7.0})
    gen.connect_groups(net, "inhibitory", "excitatory", "all_to_all", delays=2.0)
    assert (set(net.edges["weight"][16:]), set(net.edges["delay"][16:])) == ({1.0}, {2.0})
    gen.connect_groups(net, "inhibitory", "inhibitory", "all_to_all", weights=4.0)
    assert (set(net.edges["weight"][32:]), set(net.edges["delay"][32:])) == ({4.0}, {1.0})


@pytest.mark.parametrize("degree_type", ["in", "out"])
def test_edges_run_from_the_first_group_to_the_second_whatever_degree_is_fixed(degree_type):
    net = two_groups()
    gen.connect_groups(net, "excitatory", "inhibitory", "fixed_degree", degree=2, degree_type=degree_type, seed=1)
    assert np.isin(net.source, net.population["excitatory"].ids).all()
    assert np.isin(net.target, net.population["inhibitory"].ids).all()
    fixed = net.in_degree(net.population["inhibitory"]) if degree_type == "in" else net.out_degree(range(8))
    assert set(fixed) == {2}


@pytest.mark.parametrize("threads", [1, 2])
def test_distance_rules_with_a_probability_connect_nodes_with_any_number_of_threads(threads):
    positions = np.random.default_rng(0).uniform(0.0, 500.0, (300, 2))
    graph = ng.Graph(300, positions=positions)
    rule = {"scale": 100.0, "rule": "exp", "max_proba": 0.5}
    rows = gen.connect_nodes(graph, range(100), range(100, 300), "distance_rule", seed=3, threads=threads, **rule)
    away = np.linalg.norm(positions[:100, None] - positions[None, 100:], axis=2)
    p = 0.5 * np.exp(-away / 100.0)
    assert abs(rows.size - p.sum()) < 4.5 * np.sqrt((p * (1 - p)).sum())
    one = ng.Graph(300, positions=positions)
    gen.connect_nodes(one, range(100), range(100, 300), "distance_rule", seed=3, threads=1, **rule)
    np.testing.assert_array_equal(graph.source, one.source)
    np.testing.assert_array_equal(graph.target, one.target)


def test_every_family_connects_nodes_sparse_clusters_too():
    assert {"sparse_clustered", "erdos_renyi", "distance_rule", "fixed_degree", "watts_strogatz"} <= models().keys()
    graph = ng.Graph(60)
    gen.connect_nodes(graph, None, None, "sparse_clustered", c=0.4, edges=240, seed=1)
    assert graph.n_edges == 240


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: gen.connect_nodes(ng.Graph(5), None, None, "erdos_reny", p=0.1),
            UnknownNameError,
            "did you mean 'erdos_renyi'",
        ),
        (lambda: gen.connect_nodes(ng.Graph(5), None, None, "erdos_renyi", prob=0.1), UnknownNameError, "prob"),
        (lambda: gen.erdos_renyi(nodes=5, edges=100), EdgeError, "100 distinct edges wanted, but only 20"),
        (lambda: gen.erdos_renyi(nodes=5, density=0.1, edges=2), ParameterError, "number of edges"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


# Random numbers


def draw_everything():
    graph = gen.erdos_renyi(nodes=50, density=0.2, weights=("normal", 5.0, 1.0), seed=4)
    gen.connect_nodes(graph, range(10), range(20, 40), "fixed_degree", degree=3, degree_type="out", seed=5)
    return graph


def test_graphs_do_not_depend_on_the_users_random_state_and_leave_it_alone():
    np.random.seed(1)  # noqa: NPY002
    first, before = draw_everything(), np.random.get_state()[1].copy()  # noqa: NPY002
    np.random.seed(2)  # noqa: NPY002
    second = draw_everything()
    np.random.seed(1)  # noqa: NPY002
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002
    np.testing.assert_array_equal(first.target, second.target)
    np.testing.assert_array_equal(first.edges["weight"], second.edges["weight"])


def test_a_null_model_that_keeps_both_degrees_exists():
    graph = gen.erdos_renyi(nodes=40, density=0.1, seed=1)
    null = gen.random_rewire(graph, "both-degrees", seed=2)
    np.testing.assert_array_equal(null.in_degree(), graph.in_degree())
    np.testing.assert_array_equal(null.out_degree(), graph.out_degree())
    assert not np.array_equal(null.adjacency().toarray(), graph.adjacency().toarray())
