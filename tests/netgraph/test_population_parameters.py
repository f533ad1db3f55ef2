"""Parameters and models of populations, by group and by node."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from netgraph.groups import NeuralGroup
from netgraph.population import NeuralPop
from simcore.distributions import Uniform
from simcore.errors import ParameterError, UnknownNameError
from simcore.models import REGISTRY
from simcore.parameter import State
from tests.reference.populations import MODEL, neurons, two_groups


@pytest.fixture(autouse=True)
def _warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_set_param_reaches_all_groups_or_some():
    pop = two_groups()
    pop.set_param({"tau_m": 12.0})
    pop.set_param({"tau_m": 8.0, "I_e": 5.0}, group="i")
    pop.set_param({"C_m": 100.0}, group=[pop["e"], "i"])
    assert dict(pop["e"].neuron_param) == {"tau_m": 12.0, "C_m": 100.0}
    assert dict(pop["i"].neuron_param) == {"tau_m": 8.0, "I_e": 5.0, "C_m": 100.0}


def test_set_param_spreads_an_array_over_all_nodes_by_id():
    pop = NeuralPop.from_groups([neurons([4, 0, 2]), neurons(2)], ["a", "b"])
    pop.set_param({"I_e": [0.0, 10.0, 20.0, 30.0, 40.0], "tau_m": 9.0, "C_m": ("uniform", 200.0, 300.0)})
    assert pop["a"].neuron_param["I_e"].tolist() == [40.0, 0.0, 20.0]
    assert pop["b"].neuron_param["I_e"].tolist() == [10.0, 30.0]
    assert pop["b"].neuron_param["tau_m"] == 9.0
    assert pop["a"].neuron_param["C_m"] == Uniform(200.0, 300.0)


def test_set_param_of_some_nodes_starts_from_what_they_had():
    pop = two_groups()
    pop.set_param({"I_e": 3.0}, group="e")
    pop.set_param({"I_e": 4.0, "tau_m": [5.0, 6.0]}, nodes=[4, 1])
    assert pop["e"].neuron_param["I_e"].tolist() == [3.0, 4.0, 3.0]
    assert pop.get_param("I_e").tolist() == [3.0, 4.0, 3.0, 0.0, 4.0]
    assert pop.get_param("tau_m").tolist() == [10.0, 6.0, 10.0, 10.0, 5.0]


def test_start_value_follows_the_parameter_that_the_model_names():
    lif = REGISTRY.get(MODEL)
    own = replace(lif, name="own", state={**lif.state, "V_m": State("mV", "membrane potential", start="E_L")})
    pop = NeuralPop.uniform(3, neuron_model=own, neuron_param={"E_L": [-60.0, -65.0, -70.0]})
    pop.set_param({"V_m": -50.0}, nodes=[1])
    assert pop.get_param("V_m").tolist() == [-60.0, -50.0, -70.0]


@pytest.mark.parametrize(
    ("params", "where", "error", "message"),
    [
        ({"V_mm": 1.0}, {}, UnknownNameError, "parameter of iaf_psc_exp in group 'e' 'V_mm'; did you mean 'V_m'"),
        ({"tau_m": -1.0}, {"group": "i"}, ParameterError, "group 'i': iaf_psc_exp: tau_m: got -1.0"),
        ({"tau_m": [1.0]}, {"group": "i"}, ParameterError, r"group 'i'.*expected shape \(2,\)"),
        ({"tau_m": [1.0]}, {}, ParameterError, "tau_m.*one value for each of the 5 neurons"),
        ({"tau_m": [1.0, 2.0]}, {"nodes": [1]}, ParameterError, "tau_m.*one value for each of the 1 neurons"),
        ({"tau_m": 1.0}, {"nodes": [1, 1]}, ParameterError, "1 more than once"),
        ({"tau_m": 1.0}, {"nodes": [7]}, ParameterError, "set_param: nodes: got 7"),
        ({"tau_m": ("uniform", 1.0, 2.0)}, {"nodes": [1]}, ParameterError, "distributions go to whole groups"),
        ({"no": 1.0}, {"nodes": [4]}, UnknownNameError, "parameter of iaf_psc_exp in group 'i' 'no'"),
        ({"tau_m": 1.0}, {"nodes": [1], "group": "e"}, ParameterError, "either group or nodes"),
        ({"tau_m": 1.0}, {"group": "x"}, UnknownNameError, "unknown group 'x'"),
        ({"tau_m": 1.0}, {"group": NeuralGroup(2, name="e")}, UnknownNameError, "unknown group NeuralGroup"),
        ({"V_reset": -50.0}, {"group": "i"}, ParameterError, "group 'i'.*V_reset must be below V_th"),
        ([1.0], {}, ParameterError, "params: got .* a dictionary"),
    ],
)
def test_wrong_parameters_are_refused_without_a_trace(params, where, error, message):
    pop = two_groups()
    with pytest.raises(error, match=message):
        pop.set_param(params, **where)
    assert pop == two_groups()


def test_one_wrong_group_keeps_all_from_changing():
    pop = NeuralPop.from_groups([neurons(2), NeuralGroup(2, neuron_model="izhikevich")], ["lif", "izh"])
    with pytest.raises(UnknownNameError, match="parameter of izhikevich in group 'izh' 'tau_m'"):
        pop.set_param({"tau_m": 5.0})
    pop["lif"].neuron_param["tau_m"] = 5.0
    with pytest.raises(UnknownNameError, match="group 'lif' 'tau_m'"):
        pop.set_model("izhikevich")
    assert [g.neuron_model for g in pop.values()] == [MODEL, "izhikevich"]


def test_get_param_is_nan_where_the_model_has_none():
    pop = NeuralPop.from_groups([neurons(2), NeuralGroup(1, neuron_model="izhikevich")], ["lif", "izh"])
    np.testing.assert_array_equal(pop.get_param("tau_m"), [10.0, 10.0, np.nan])
    with pytest.raises(UnknownNameError, match="parameter of the population 'tau_mm'; did you mean 'tau_m'"):
        pop.get_param("tau_mm")
    pop.set_param({"tau_m": ("uniform", 5.0, 6.0)}, group="lif")
    with pytest.raises(ParameterError, match="group 'lif': iaf_psc_exp: tau_m.*drawn on sending"):
        pop.get_param("tau_m")
    with pytest.raises(ParameterError, match="group 'lif': iaf_psc_exp: tau_m.*the whole group first"):
        pop.set_param({"tau_m": 1.0}, nodes=[0])


def test_default_model_can_be_chosen_or_left_out():
    pop = NeuralPop(3, default_model=MODEL)
    pop.create_group(1, "a")
    pop.add_group(NeuralGroup(1), "b")
    assert [g.neuron_model for g in pop.values()] == [MODEL, MODEL]
    with pytest.raises(UnknownNameError, match="unknown neuron model 'iaf'"):
        NeuralPop(3, default_model="iaf")
    plain = NeuralPop(2, with_models=False)
    plain.create_group(2, "a")
    assert plain["a"].neuron_model is None
    assert plain.is_valid
    with pytest.raises(ParameterError, match="group 'a' has no neuron model"):
        plain.check()
    plain.set_model(MODEL)
    plain.check()


def test_check_names_every_problem():
    pop = NeuralPop.from_groups([neurons([0, 2]), neurons()], ["a", "b"])
    with pytest.raises(ParameterError, match="group 'b' is empty; 1 of 3 nodes are in no group .first: 1."):
        pop.check()
    pop.add_to_group("b", 1)
    pop["a"].neuron_param["V_reset"] = -50.0
    with pytest.raises(ParameterError, match="group 'a'.*V_reset must be below V_th"):
        pop.check()
    pop["a"].neuron_param["V_th"] = -40.0
    pop.check()


def test_arrays_for_all_neurons_of_a_group_replace_a_distribution():
    population = NeuralPop.uniform(4, neuron_model="iaf_psc_exp", neuron_param={"I_e": ("uniform", 0.0, 1.0)})
    population.set_param({"I_e": [1.0, 2.0, 3.0, 4.0]})
    assert population.get_param("I_e").tolist() == [1.0, 2.0, 3.0, 4.0]
    population.set_param({"I_e": ("uniform", 0.0, 1.0)})
    population.set_param({"I_e": [1.0, 2.0, 3.0, 4.0]}, nodes=[3, 1, 0, 2])
    assert population.get_param("I_e").tolist() == [3.0, 2.0, 4.0, 1.0]


def test_values_for_some_neurons_of_a_group_do_not_replace_a_distribution():
    population = NeuralPop.uniform(4, neuron_model="iaf_psc_exp", neuron_param={"I_e": ("uniform", 0.0, 1.0)})
    with pytest.raises(ParameterError, match="in the whole group first"):
        population.set_param({"I_e": [1.0, 2.0, 3.0]}, nodes=[3, 1, 0])
