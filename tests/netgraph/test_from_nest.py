"""Connections read back from real NEST: what was sent, what others made, and refusals."""

import numpy as np
import pytest

import netgraph as ng
from netgraph.simulation import from_nest
from simcore.errors import ParameterError
from tests.oracle import nest_runs

nest = nest_runs.nest


@pytest.fixture(autouse=True)
def kernel():
    """An empty kernel before and after each test."""
    nest_runs.reset(0.1)
    yield nest
    nest_runs.reset(0.1)


def network():
    """Two groups with mixed ids, parallel edges, a self-loop and a weight of zero."""
    ids = np.random.default_rng(0).permutation(12)
    groups = [ng.NeuralGroup(ids[:8], neuron_model="iaf_psc_exp"), ng.NeuralGroup(ids[8:], -1, neuron_model="iaf_psc_exp")]
    population = ng.NeuralPop.from_groups(groups, ["e", "i"], syn_spec={("e", "i"): "tsodyks2_synapse"})
    source, target = np.random.default_rng(1).integers(0, 12, (2, 60))
    weights = np.arange(60.0)
    return ng.Network.from_edges(source, target, population=population, weights=weights, delays=1.0 + weights % 7)


def test_the_adjacency_of_what_was_sent_comes_back_with_signs():
    net = network()
    nest.Create("iaf_psc_exp", 3)
    read = from_nest(nest, net.to_nest(nest))
    assert read.n_edges == net.n_edges
    np.testing.assert_array_equal(read.adjacency().toarray(), net.adjacency().toarray())
    np.testing.assert_allclose(read.adjacency("weight").toarray(), net.adjacency("weight", typed=True).toarray())
    order, place = (np.lexsort((g.edges["delay"], np.abs(g.edges["weight"]))) for g in (read, net))
    np.testing.assert_allclose(read.edges["delay"][order], net.edges["delay"][place])
    from_e_to_i = np.isin(read.source, net.population["e"].ids) & np.isin(read.target, net.population["i"].ids)
    np.testing.assert_array_equal(read.edges["synapse_model"] == "tsodyks2_synapse", from_e_to_i)


def test_connections_that_others_made_are_read_in_the_order_of_the_ids_given():
    neurons = nest.Create("iaf_psc_exp", 4)
    nest.Connect(neurons[:1], neurons[3:], syn_spec={"weight": -3.0, "delay": 2.5})
    nest.Connect(nest.Create("poisson_generator"), neurons)
    read = from_nest(nest, [4, 2, 1], name="read")
    assert (read.n_nodes, read.name) == (3, "read")
    assert (read.source.tolist(), read.target.tolist()) == ([2], [0])
    assert (read.edges["weight"].tolist(), read.edges["delay"].tolist()) == ([-3.0], [2.5])
    assert from_nest(nest, neurons).n_edges == 1
    assert from_nest(nest, neurons[1:]).n_edges == 0
    assert from_nest(nest, []).n_nodes == 0


@pytest.mark.parametrize(
    ("gids", "message"),
    [([1, 9], "got 9, expected ids from 1 to 4"), ([0], "got 0"), ([1, 1], "more than once"), (["a"], "integers")],
)
def test_ids_that_nest_does_not_have_are_refused(gids, message):
    nest.Create("iaf_psc_exp", 4)
    with pytest.raises(ParameterError, match=message):
        from_nest(nest, gids)
