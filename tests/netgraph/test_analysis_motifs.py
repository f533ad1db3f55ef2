"""Triad census, motifs and rich club against NetworkX, igraph, naive loops and analytic values."""

import itertools

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netgraph import Graph
from netgraph import analysis as an
from netgraph.analysis import _triangles
from netgraph.generation import erdos_renyi
from simcore.errors import ParameterError, UnknownNameError


def random_graph(n, n_edges, seed, *, directed=True):
    """Random edges, parallel ones and self-loops among them, with weights."""
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, n, size=(2, n_edges))
    return Graph.from_edges(source, target, n_nodes=n, directed=directed, weights=rng.uniform(0.1, 3.0, size=n_edges))


def to_networkx(graph):
    """Without self-loops; one edge for parallel ones."""
    other = nx.DiGraph() if graph.directed else nx.Graph()
    other.add_nodes_from(range(graph.n_nodes))
    other.add_edges_from(zip(graph.source.tolist(), graph.target.tolist(), strict=True))
    other.remove_edges_from(list(nx.selfloop_edges(other)))
    return other


def to_igraph(graph):
    other = igraph.Graph(n=graph.n_nodes, edges=np.column_stack([graph.source, graph.target]), directed=graph.directed)
    return other.simplify()


@pytest.mark.parametrize(("n", "n_edges"), [(3, 4), (10, 15), (25, 120), (20, 300), (60, 40)])
@pytest.mark.parametrize("directed", [True, False])
def test_triad_census_equals_networkx_and_igraph(n, n_edges, directed):
    graph = random_graph(n, n_edges, n_edges, directed=directed)
    census = an.triad_census(graph)
    assert census == nx.triadic_census(to_networkx(graph).to_directed())
    found = to_igraph(graph)
    if not directed:
        found.to_directed()
    other = found.triad_census()
    assert census == {name: getattr(other, "t" + name) for name in census}


def test_triad_census_of_a_large_graph_in_pieces_equals_igraph(monkeypatch):
    monkeypatch.setattr(_triangles, "_STEPS", 10_000)
    graph = random_graph(2000, 30_000, 1)
    other = to_igraph(graph).triad_census()
    assert an.triad_census(graph) == {name: getattr(other, "t" + name) for name in an.triad_census(graph)}


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_triad_census_counts_all_triples_of_an_empty_graph(n):
    census = an.triad_census(Graph(n))
    assert census.pop("003") == n * (n - 1) * (n - 2) // 6
    assert set(census.values()) == {0}


def test_triad_census_of_many_nodes_is_exact():
    """The number of triples of 5 million nodes does not fit into 64 bits."""
    n = 5_000_000
    census = an.triad_census(Graph.from_edges([0, 1, 0], [1, 2, 2], n_nodes=n))
    assert census["030T"] == 1
    assert census["012"] == 3 * (n - 3)
    assert sum(census.values()) == n * (n - 1) * (n - 2) // 6


def occurs(graph, pattern):
    """Number of sets of nodes whose edges form the pattern, tried one after the other."""
    a = graph.adjacency().toarray() > 0
    np.fill_diagonal(a, False)
    size = len(pattern)
    forms = {pattern[np.ix_(order, order)].tobytes() for order in itertools.permutations(range(size))}
    return sum(a[np.ix_(nodes, nodes)].tobytes() in forms for nodes in itertools.combinations(range(graph.n_nodes), size))


@pytest.mark.parametrize(("directed", "size", "n_motifs"), [(True, 3, 13), (False, 3, 2), (True, 4, 199), (False, 4, 6)])
def test_each_pattern_occurs_as_often_as_its_count_says(directed, size, n_motifs):
    graph = random_graph(9, 26, 2, directed=directed)
    names, patterns, counts = an.motif_counts(graph, size=size)
    assert patterns.shape == (n_motifs, size, size)
    assert len(set(names)) == n_motifs
    assert counts.tolist() == [occurs(graph, pattern) for pattern in patterns]
    assert counts.sum() > 0


def test_motifs_of_three_equal_igraph():
    graph = random_graph(40, 300, 3)
    other = np.array(to_igraph(graph).motifs_randesu(size=3))
    assert sorted(an.motif_counts(graph).counts) == sorted(other[np.isfinite(other)])


def test_motifs_that_were_planted_are_found_beyond_chance_and_are_the_same_for_a_seed():
    rng = np.random.default_rng(4)
    triples = np.array([rng.choice(60, 3, replace=False) for _ in range(40)])
    source, target = triples[:, [0, 1, 2]].ravel(), triples[:, [1, 2, 0]].ravel()
    graph = Graph.from_edges(source, target, n_nodes=60)
    found = an.motif_significance(graph, n_nulls=30, seed=5)
    cycle = found.names.index("030C")
    assert found.counts[cycle] >= 35
    assert found.z[cycle] > 8
    assert found.null_mean[cycle] < 10  # 27/3 if both degrees of a node were one Poisson number of mean 2
    again = an.motif_significance(graph, n_nulls=30, seed=5)
    np.testing.assert_array_equal(again.null_mean, found.null_mean)
    other = an.motif_significance(graph, n_nulls=30, seed=6)
    assert (other.null_mean != found.null_mean).any()


def test_motifs_of_a_random_graph_are_those_of_chance():
    found = an.motif_significance(erdos_renyi(nodes=80, edges=500, seed=7), n_nulls=40, seed=8)
    assert np.abs(found.z[np.isfinite(found.z)]).max() < 4
    np.testing.assert_allclose(found.z, np.nan_to_num((found.counts - found.null_mean) / found.null_std))


def test_counts_that_no_rewiring_changes_have_a_z_score_of_zero():
    full = Graph.from_edges(*np.nonzero(~np.eye(5, dtype=bool)))
    found = an.motif_significance(full, n_nulls=2, seed=1)
    assert found.counts[found.names.index("300")] == 10
    assert (found.null_std == 0).all()
    assert (found.z == 0).all()
    four = an.motif_significance(Graph.from_edges(*np.triu_indices(5, 1), directed=False), size=4, n_nulls=2, seed=1)
    assert four.counts.tolist() == [0, 0, 0, 0, 0, 5]


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("mode", ["total", "in", "out"])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_rich_club_coefficients_equal_the_naive_ones(directed, mode, weight):
    graph = random_graph(25, 120, 9, directed=directed)
    w = graph.adjacency("weight").toarray()
    np.fill_diagonal(w, 0)
    a = w > 0
    degree = {"total": a.sum(0) + a.sum(1), "in": a.sum(0), "out": a.sum(1)}[mode] if directed else a.sum(0)
    club = an.rich_club(graph, mode=mode, weight=weight, n_nulls=0)
    once = np.ones_like(a) if directed else np.triu(np.ones_like(a))
    strongest = np.sort(w[a & once])[::-1]
    for k, coefficient in zip(club.degree, club.coefficient, strict=True):
        rich = degree > k
        inside = (a & once)[np.ix_(rich, rich)]
        if weight is None:
            expected = inside.sum() / (rich.sum() * (rich.sum() - 1) / (1 if directed else 2))
        else:
            total = w[np.ix_(rich, rich)][inside].sum()
            expected = total / strongest[: inside.sum()].sum() if inside.sum() else np.nan
        np.testing.assert_allclose(coefficient, expected)
    assert (degree > club.degree[-1]).sum() >= 2 > (degree > club.degree[-1] + 1).sum()


def test_undirected_rich_club_coefficients_equal_networkx():
    graph = random_graph(40, 200, 10, directed=False)
    expected = nx.rich_club_coefficient(to_networkx(graph), normalized=False)
    club = an.rich_club(graph, n_nulls=0)
    assert dict(zip(club.degree.tolist(), club.coefficient.tolist(), strict=True)) == pytest.approx(expected)
    for unknown in club[2:]:
        assert np.isnan(unknown).all()


def test_hubs_that_are_linked_are_a_rich_club_and_others_are_none():
    rng = np.random.default_rng(11)
    hubs = np.array(list(itertools.combinations(range(8), 2))).T
    spokes = np.stack([np.repeat(np.arange(8), 12), 8 + np.arange(96) % 92])
    rest = rng.integers(8, 100, (2, 150))
    graph = Graph.from_edges(*np.concatenate([hubs, spokes, rest], axis=1), n_nodes=100, directed=False)
    club = an.rich_club(graph, n_nulls=40, seed=12)
    assert club.coefficient[-1] == 1.0
    assert club.normalised[-1] > 1.5
    assert club.p_value[-1] == 1 / 41
    assert club.z[-1] > 3
    assert club.normalised[0] == pytest.approx(1.0)
    assert club.z[0] == 0.0
    assert club.p_value[0] == 1.0
    apart = Graph.from_edges(*np.concatenate([spokes, rest], axis=1), n_nodes=100, directed=False)
    assert an.rich_club(apart, n_nulls=40, seed=12).normalised[-1] < 0.5
    np.testing.assert_array_equal(an.rich_club(graph, n_nulls=40, seed=12).null_mean, club.null_mean)


def test_a_weighted_rich_club_compares_with_weights_dealt_out_anew():
    rng = np.random.default_rng(13)
    graph = erdos_renyi(nodes=50, edges=400, seed=14)
    degree = graph.degree()
    rich = degree > np.quantile(degree, 0.7)
    strong = rich[graph.source] & rich[graph.target]
    graph.set_weights(rng.uniform(0.5, 1.0, 400) + 3 * strong)
    club = an.rich_club(graph, weight="weight", n_nulls=30, seed=15)
    at = int(np.quantile(degree, 0.7))
    assert club.normalised[at] > 1.5
    assert club.p_value[at] == 1 / 31
    assert club.coefficient[0] == pytest.approx(1.0)
    assert club.z[0] == 0.0


def test_graphs_without_edges_have_no_motifs_and_no_club():
    for graph in (Graph(0), Graph(4), Graph(4, directed=False), Graph.from_edges([0], [0])):
        assert an.motif_counts(graph).counts.sum() == 0
        assert an.motif_counts(graph, size=4).counts.sum() == 0
        assert an.rich_club(graph, n_nulls=2, seed=1).degree.size == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(12)), st.booleans())
def test_relabelling_nodes_changes_neither_motifs_nor_the_rich_club(seed, new, directed):
    graph, new = random_graph(12, 40, seed, directed=directed), np.array(new)
    kwargs = {"n_nodes": 12, "directed": directed, "weights": graph.edges["weight"]}
    other = Graph.from_edges(new[graph.source], new[graph.target], **kwargs)
    assert an.triad_census(other) == an.triad_census(graph)
    for weight in (None, "weight"):
        before, after = (an.rich_club(g, weight=weight, n_nulls=0).coefficient for g in (graph, other))
        np.testing.assert_allclose(after, before)


def test_sizes_numbers_and_seeds_that_make_no_sense_are_refused():
    graph = Graph.from_edges([0, 1], [1, 2])
    with pytest.raises(ParameterError, match="motif_counts: size: got 5, expected 3 or 4"):
        an.motif_counts(graph, size=5)
    with pytest.raises(ParameterError, match="motif_significance: n_nulls: got 1"):
        an.motif_significance(graph, n_nulls=1)
    with pytest.raises(ParameterError, match="motif_significance: seed"):
        an.motif_significance(graph, seed=-1)
    with pytest.raises(UnknownNameError, match="both-degrees"):
        an.motif_significance(graph, constraints="both-degree")
    with pytest.raises(ParameterError, match="rich_club: n_nulls: got -1"):
        an.rich_club(graph, n_nulls=-1)
    with pytest.raises(UnknownNameError, match="unknown mode of rich_club"):
        an.rich_club(graph, mode="both")
    with pytest.raises(ParameterError, match="triad_census: graph"):
        an.triad_census([1])
