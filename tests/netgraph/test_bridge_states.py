"""randomize_neural_states: what is drawn, for whom, where it is kept, and what is refused."""

import numpy as np
import pytest
from scipy import stats

import netgraph as ng
import netgraph.simulation as ns
from simcore.distributions import Normal, Uniform
from simcore.errors import NetspikeError, ParameterError, SimulationError, UnknownNameError
from simcore.models import REGISTRY


def network(n=10, **kwargs):
    return ng.Network.uniform(n, **{"neuron_model": "iaf_psc_exp", **kwargs})


def mixed():
    """Two groups of different models, ids in no order, and a meta group."""
    groups = [ng.NeuralGroup([5, 0, 3], neuron_model="aeif_psc_exp"), ng.NeuralGroup([4, 1, 2], neuron_model="iaf_psc_exp")]
    population = ng.NeuralPop.from_groups(groups, ["adaptive", "simple"])
    population.create_meta_group([1, 5], "some")
    return ng.Network(population)


def in_sim(net, name, nodes=None):
    sim = net.simulation
    return sim.get(sim.select(range(net.n_nodes) if nodes is None else nodes), name)


# Which neurons


def test_drawn_values_are_kept_in_the_node_columns_aligned_with_the_neurons():
    net = network()
    net.to_sim()
    ns.randomize_neural_states(net, {"V_m": ("uniform", -69.0, -60.0), "tau_m": ("normal", 10.0, 1.0)}, nodes=[7, 2, 5])
    for name, rest in (("V_m", -70.0), ("tau_m", 10.0)):
        column = net.nodes[name]
        assert np.flatnonzero(~np.isnan(column)).tolist() == [2, 5, 7]
        np.testing.assert_array_equal(np.where(np.isnan(column), rest, column), in_sim(net, name))
        assert np.unique(column[[7, 2, 5]]).size == 3


def test_columns_are_by_id_where_the_simulation_lists_nodes_by_group():
    net = mixed()
    sim = net.to_sim()
    ns.randomize_neural_states(net, {"V_m": ("uniform", -69.0, -60.0)})
    assert sim.nodes.ids.tolist() == [5, 0, 3, 4, 1, 2]
    np.testing.assert_array_equal(net.nodes["V_m"], sim.select(range(6)).get("V_m"))
    np.testing.assert_array_equal(net.nodes["V_m"][sim.nodes.ids], sim.nodes.get("V_m"))
    for text in (ns.randomize_neural_states.__doc__, ns.to_sim.__doc__):
        assert "sim.select(range(net.n_nodes))" in text


def test_arrays_go_to_the_nodes_in_the_order_given():
    net = network()
    net.to_sim()
    ns.randomize_neural_states(net, {"V_m": [-67.0, -62.0, -65.0]}, nodes=[7, 2, 5])
    assert in_sim(net, "V_m", [2, 5, 7]).tolist() == [-62.0, -65.0, -67.0]
    assert net.nodes["V_m"][[2, 5, 7]].tolist() == [-62.0, -65.0, -67.0]


def test_arrays_follow_the_order_of_the_groups_ids():
    net = mixed()
    net.to_sim()
    ns.randomize_neural_states(net, {"V_m": [-61.0, -62.0, -63.0]}, groups="adaptive")
    assert in_sim(net, "V_m", [5, 0, 3]).tolist() == [-61.0, -62.0, -63.0]
    ns.randomize_neural_states(net, {"V_m": np.arange(-66.0, -60.0)}, groups=["simple", "adaptive"])
    assert net.nodes["V_m"][[4, 1, 2, 5, 0, 3]].tolist() == np.arange(-66.0, -60.0).tolist()


GROUPS = {
    "a single group": lambda pop: pop["adaptive"],
    "its name": lambda pop: "adaptive",
    "a list": lambda pop: [pop["adaptive"]],
    "a list of names": lambda pop: ["adaptive"],
}


@pytest.mark.parametrize("form", GROUPS)
def test_groups_may_be_given_in_any_form(form):
    net = mixed()
    net.to_sim()
    ns.randomize_neural_states(net, {"w": ("uniform", 1.0, 2.0)}, groups=GROUPS[form](net.population))
    assert (~np.isnan(net.nodes["w"])).tolist() == [True, False, False, True, False, True]
    np.testing.assert_array_equal(net.nodes["w"][[0, 3, 5]], in_sim(net, "w", [0, 3, 5]))


def test_meta_groups_the_population_and_nothing_choose_neurons_too():
    for groups, n in (("some", 2), (None, 6), ("population", 6)):
        net = mixed()
        net.to_sim()
        ns.randomize_neural_states(net, {"V_m": -55.5}, groups=net.population if groups == "population" else groups)
        assert (in_sim(net, "V_m") == -55.5).sum() == n


def test_columns_of_several_calls_add_up_and_outlive_the_simulation():
    net = mixed()
    sim = net.to_sim()
    ns.randomize_neural_states(net, {"w": 3.0}, groups="adaptive")
    ns.randomize_neural_states(net, {"V_m": -60.0}, groups="simple")
    ns.randomize_neural_states(net, {"V_m": -50.0}, nodes=5)
    sim.close()
    np.testing.assert_array_equal(net.nodes["w"], [3.0, np.nan, np.nan, 3.0, np.nan, 3.0])
    np.testing.assert_array_equal(net.nodes["V_m"], [np.nan, -60.0, -60.0, np.nan, -60.0, -50.0])


# What is drawn


@pytest.mark.parametrize("model", ["iaf_psc_exp", "aeif_psc_alpha", "iaf_cond_alpha", "izhikevich"])
def test_every_variable_and_parameter_can_be_randomised(model):
    settable = REGISTRY.get(model).settable
    numbers = [name for name, entry in settable.items() if not isinstance(getattr(entry, "default", 0.0), bool)]
    # Near the default, where values go together; each neuron its own.
    start = {name: getattr(entry, "default", getattr(entry, "start", 0.0)) for name, entry in settable.items()}
    near = {name: Uniform(v, v + 0.01) for name in numbers if np.isfinite(v := start[name])}
    net = network(4, neuron_model=model)
    net.to_sim()
    ns.randomize_neural_states(net, near)
    for name in near:
        np.testing.assert_array_equal(net.nodes[name], in_sim(net, name), err_msg=name)
        assert np.unique(net.nodes[name]).size == 4, name


FORMS = {
    "tuple": ("normal", -65.0, 2.0),
    "NNGT's dictionary": {"distribution": "normal", "avg": -65.0, "std": 2.0},
    "object": Normal(-65.0, 2.0),
}


@pytest.mark.parametrize("form", FORMS)
def test_values_follow_the_distribution(form):
    net = network(3000)
    net.to_sim(seed=1)
    ns.randomize_neural_states(net, {"V_m": FORMS[form]})
    assert stats.kstest(net.nodes["V_m"], stats.norm(-65.0, 2.0).cdf).pvalue > 1e-3


def test_draws_are_independent_of_each_other_and_of_those_on_sending():
    net = network(3000, neuron_param={"V_m": ("uniform", -70.0, -60.0)})
    net.to_sim(seed=1)
    on_sending = in_sim(net, "V_m")
    ns.randomize_neural_states(net, {"V_m": ("uniform", -70.0, -60.0), "E_L": ("uniform", -70.0, -60.0)})
    drawn = np.array([on_sending, in_sim(net, "V_m"), in_sim(net, "E_L")])
    assert np.abs(np.corrcoef(drawn) - np.eye(3)).max() < 0.08
    assert stats.kstest(drawn[1], stats.uniform(-70.0, 10.0).cdf).pvalue > 1e-3


def test_a_draw_depends_on_seed_variable_and_id_alone():
    def drawn(seed, nodes, own=None):
        net = network()
        net.to_sim(seed=seed, threads=1 + seed % 2)
        ns.randomize_neural_states(net, {"V_m": ("uniform", -70.0, -60.0)}, nodes=nodes, seed=own)
        return net.nodes["V_m"]

    everyone = drawn(3, None)
    np.testing.assert_array_equal(drawn(3, [9, 4])[[9, 4]], everyone[[9, 4]])
    np.testing.assert_array_equal(drawn(4, None, own=3), everyone)
    assert not (drawn(4, None) == everyone).any()


def test_randomised_states_act_in_the_simulation_also_between_runs():
    net = network(20)
    sim = net.to_sim()
    recorder = ns.monitor_nodes(net)
    sim.run(10.0, progress=False)
    assert len(recorder) == 0
    ns.randomize_neural_states(net, {"V_m": ("uniform", -54.0, -50.0)}, nodes=np.arange(0, 20, 2))
    ns.randomize_neural_states(net, {"I_e": 1000.0}, nodes=[1])
    sim.run(0.1, progress=False)
    assert recorder.ids.tolist() == list(range(0, 20, 2))
    assert set(recorder.times) == {10.1}
    sim.run(10.0, progress=False)
    assert 1 in recorder.ids


# Refusals


def test_a_network_that_is_not_sent_is_refused_with_the_way_in():
    with pytest.raises(SimulationError, match=r"'network' is in no simulation; send it first with net.to_sim\(\)"):
        ns.randomize_neural_states(network(), {"V_m": -60.0})
    net = network()
    net.to_sim().close()
    with pytest.raises(SimulationError, match="no simulation"):
        ns.randomize_neural_states(net, {"V_m": -60.0})


REFUSED = {
    "unknown name": ({"V_mm": -60.0}, {}, UnknownNameError, "did you mean 'V_m'"),
    "variable of another model": ({"V_m": -60.0, "w": 1.0}, {}, UnknownNameError, "in group 'simple' .* 'w'"),
    "out of range": ({"V_m": -60.0, "tau_m": ("uniform", -2.0, -1.0)}, {"groups": "simple"}, ParameterError, "tau_m"),
    "not a number": ({"V_m": -60.0, "E_L": np.nan}, {}, ParameterError, "E_L"),
    "wrong length": ({"V_m": [-60.0, -61.0]}, {"groups": "simple"}, ParameterError, "2 values', expected 3"),
    "unknown distribution": ({"V_m": ("unifrm", 0.0, 1.0)}, {}, NetspikeError, "uniform"),
    "do not go together": ({"V_m": -60.0, "V_reset": -40.0}, {"groups": "simple"}, ParameterError, "V_reset"),
    "both groups and nodes": ({"V_m": -60.0}, {"groups": "simple", "nodes": [1]}, ParameterError, "one of them"),
    "unknown group": ({"V_m": -60.0}, {"groups": "simpel"}, UnknownNameError, "did you mean 'simple'"),
    "foreign group": ({"V_m": -60.0}, {"groups": mixed().population["simple"]}, ParameterError, "groups of"),
    "unknown node": ({"V_m": -60.0}, {"nodes": [1, 6]}, ParameterError, "got 6, expected numbers from 0 to 5"),
    "node twice": ({"V_m": -60.0}, {"nodes": [1, 2, 1]}, ParameterError, "1 more than once"),
    "no nodes": ({"V_m": -60.0}, {"nodes": []}, ParameterError, "at least one neuron"),
    "column of text": ({"V_m": -60.0, "E_L": -60.0}, {}, ParameterError, "nodes"),
    "no dictionary": ("V_m", {}, ParameterError, "dictionary"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_call_changes_neither_the_simulation_nor_the_network(case):
    instructions, chosen, error, message = REFUSED[case]
    net = mixed()
    net.nodes["E_L"] = list("abcdef")
    sim = net.to_sim()
    before = in_sim(net, "V_m")
    with pytest.raises(error, match=message):
        ns.randomize_neural_states(net, instructions, **chosen)
    np.testing.assert_array_equal(in_sim(net, "V_m"), before)
    assert list(net.nodes) == ["E_L"]
    assert sim.get(sim.select([1]), "tau_m").tolist() == [10.0]


def test_a_variable_that_only_some_models_have_is_refused_with_the_group_and_the_way_out():
    net = mixed()
    net.to_sim()
    message = r"parameter of iaf_psc_exp in group 'simple' \(groups=\['adaptive'\] leaves it out\) 'w'; choose from"
    with pytest.raises(UnknownNameError, match=message):
        ns.randomize_neural_states(net, {"w": ("uniform", 0.0, 1.0)})
    with pytest.raises(UnknownNameError, match=r"in group 'adaptive' 'V_mm'; did you mean 'V_m'"):
        ns.randomize_neural_states(net, {"V_mm": 1.0})
    ns.randomize_neural_states(net, {"w": ("uniform", 0.0, 1.0)}, groups="adaptive")


@pytest.mark.parametrize("seed", [2.5, -1, True])
def test_wrong_seeds_are_refused_where_nothing_is_drawn_too(seed):
    net = network()
    net.to_sim()
    with pytest.raises(ParameterError, match="randomize_neural_states: seed"):
        ns.randomize_neural_states(net, {"V_m": -65.0}, seed=seed)
    assert "V_m" not in net.nodes
