"""Groups of neurons whose number of receptors is chosen: their lists in populations, files, simulations and back."""

import pickle

import numpy as np
import pytest

import netgraph as ng
import netgraph.simulation as ns
from netgraph.groups import NeuralGroup
from netgraph.simulation import psp_amplitude
from simcore.errors import ParameterError
from simcore.models import REGISTRY

MODEL = "iaf_psc_exp_multisynapse"


@pytest.fixture
def net():
    """Two groups with three receptors and with one; edges from the first one go to its own receptor 3."""
    groups = [
        NeuralGroup(3, neuron_model=MODEL, neuron_param={"tau_syn": [1.0, 2.0, 8.0], "I_e": 500.0}),
        NeuralGroup(2, -1, neuron_model=MODEL),
    ]
    spec = {"default": {"receptor_type": 1}, ("a", "a"): {"receptor_type": 3}}
    pop = ng.NeuralPop.from_groups(groups, names=["a", "b"], syn_spec=spec)
    return ng.Network.from_edges([0, 1, 3, 0], [1, 2, 0, 4], population=pop, weights=70.0, delays=1.0)


def test_a_group_has_as_many_receptors_as_its_list_has_numbers(net):
    a, b = net.population["a"], net.population["b"]
    assert a.neuron_param == {"tau_syn": (1.0, 2.0, 8.0), "I_e": 500.0}
    assert (a.model.receptors(), b.model.receptors()) == ((1, 2, 3), (1,))
    a.neuron_param["tau_syn"] = np.array([4.0, 5.0])
    assert a.model.receptors() == (1, 2)
    assert pickle.loads(pickle.dumps(a)) == a.copy() == a != b
    assert b.model is REGISTRY.get(MODEL)


def test_lists_go_into_a_simulation_and_come_back(net):
    sim = net.to_sim(dt=0.1, seed=1)
    assert [p.model.n_receptors for p in sim.populations] == [3, 1]
    assert [values.tolist() for values in sim.nodes.get("tau_syn")] == [[1.0, 2.0, 8.0]] * 3 + [[2.0]] * 2
    assert sorted((p.receptor, p.n_edges) for p in sim.projections) == [(1, 1), (1, 1), (3, 2)]
    ns.monitor_groups(net, ["a", "b"])
    sim.run(30.0)
    back = ng.Network.from_simulation(sim)
    lists = [group.neuron_param["tau_syn"] for group in back.population.values()]
    assert sorted(set(lists)) == [(1.0, 2.0, 8.0), (2.0,)]
    sim.set(sim.nodes[:3], tau_syn=[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    with pytest.raises(ParameterError, match="tau_syn: got 'a list for each neuron', expected one list for all neurons"):
        ng.Network.from_simulation(sim)


@pytest.mark.parametrize("suffix", [".npz", ".graphml"])
def test_lists_are_kept_in_files(net, tmp_path, suffix):
    loaded = ng.Network.from_file(net.to_file(tmp_path / f"net{suffix}"))
    assert loaded.population == net.population
    assert loaded.population["a"].model is net.population["a"].model


@pytest.mark.parametrize("value", [2.0, [[1.0, 2.0]] * 3, ("uniform", 1.0, 2.0), [1.0, -1.0], [1.0, "a"]])
def test_what_is_no_list_for_the_whole_group_is_refused(net, value):
    with pytest.raises(ParameterError, match="tau_syn"):
        net.population["a"].neuron_param["tau_syn"] = value
    with pytest.raises(ParameterError, match="tau_syn"):
        NeuralGroup(3, neuron_model=MODEL, neuron_param={"tau_syn": value})
    assert net.population["a"].neuron_param["tau_syn"] == (1.0, 2.0, 8.0)


def test_functions_that_give_each_neuron_one_number_refuse_lists(net):
    expected = r"expected a list for the whole group in neuron_param\['tau_syn'\]"
    with pytest.raises(ParameterError, match=expected):
        net.population.get_param("tau_syn")
    with pytest.raises(ParameterError, match=expected):
        net.population.set_param({"tau_syn": 3.0}, nodes=[0])
    net.to_sim()
    with pytest.raises(ParameterError, match="a neuron has a list of it"):
        ns.randomize_neural_states(net, {"tau_syn": [1.0, 2.0, 3.0]}, groups="a")


def test_the_potential_of_each_receptor_is_that_of_its_own_time_constant():
    given = {"tau_syn": [1.0, 5.0], "tau_m": 20.0}
    for receptor, tau in ((1, 1.0), (2, 5.0)):
        plain = psp_amplitude("iaf_psc_exp", [20.0, 90.0], neuron_param={"tau_syn_ex": tau, "tau_m": 20.0})
        np.testing.assert_allclose(psp_amplitude(MODEL, [20.0, 90.0], neuron_param=given, receptor=receptor), plain, rtol=1e-12)
