"""Groups keep the order of their ids, check their parameters, and compare by content."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netgraph as ng
from netgraph.groups import Group, MetaGroup, NeuralGroup, node_ids
from netgraph.population import NeuralPop
from simcore.distributions import Normal, Uniform
from simcore.errors import FrozenNetworkError, ParameterError, UnknownNameError
from simcore.models import REGISTRY

MODEL = "iaf_psc_exp"


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30, unique=True))
def test_ids_keep_the_order_in_which_they_were_given(ids):
    assert Group(ids).ids.tolist() == ids
    assert NeuralGroup(np.array(ids, dtype=np.uint32)).ids.tolist() == ids
    assert MetaGroup(ids).ids.dtype == np.int64


def test_ids_are_a_copy_that_cannot_be_written():
    mine = np.array([5, 3])
    group = Group(mine)
    mine[0] = 7
    assert group.ids.tolist() == [5, 3]
    with pytest.raises(ValueError, match="read-only"):
        group.ids[0] = 1


def test_group_with_a_number_has_a_size_and_no_ids_yet():
    group = Group(5)
    assert (group.size, len(group), group.ids.size, group.parent, group.name) == (5, 5, 0, None, None)


def test_group_without_a_number_is_empty_and_true():
    group = NeuralGroup()
    assert group.size == 0
    assert bool(group)


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        (0, "at least one node"),
        (-3, "at least one node"),
        ([], "at least one node"),
        (np.array([], dtype=int), "at least one node"),
        ([1, 1, 2], "got '1 more than once'"),
        ([1, -2], "got -2"),
        ([0.5, 1.0], "expected integers"),
        ([[0, 1]], r"shape \(1, 2\)"),
        ({3, 1}, "a list or an array"),
        ("ab", "a list or an array"),
        (True, "a list or an array"),
    ],
)
@pytest.mark.parametrize("cls", [Group, NeuralGroup])
def test_wrong_nodes_are_refused_naming_the_group(cls, nodes, message):
    with pytest.raises(ParameterError, match=f"group 'layer': nodes.*{message}|group 'layer'.*{message}"):
        cls(nodes, name="layer")


@pytest.mark.parametrize(
    ("nodes", "message"), [(None, "a list or an array"), ([], "at least one node"), (5, "a list or an array")]
)
def test_meta_group_needs_ids(nodes, message):
    with pytest.raises(ParameterError, match=f"meta group 'm': nodes.*{message}"):
        MetaGroup(nodes, name="m")


@pytest.mark.parametrize("name", ["", "default", 3, b"a"])
def test_names_are_non_empty_strings_other_than_default(name):
    with pytest.raises(ParameterError, match="non-empty string other than 'default'"):
        Group(3, name=name)


@pytest.mark.parametrize("neuron_type", [0, 2, None, True, "excitatory", 0.5])
def test_neuron_type_is_one_or_minus_one(neuron_type):
    with pytest.raises(ParameterError, match="group 'g': neuron_type.*1 .excitatory. or -1 .inhibitory."):
        NeuralGroup(3, neuron_type, name="g")


def test_neuron_type_is_the_second_positional_argument():
    assert NeuralGroup(3, -1).neuron_type == -1


def test_unknown_model_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownNameError, match="unknown neuron model 'iaf_psc_expo'; did you mean 'iaf_psc_exp'"):
        NeuralGroup(3, neuron_model="iaf_psc_expo")


def test_unknown_parameter_is_refused_with_group_model_and_nearest_name():
    with pytest.raises(UnknownNameError, match="parameter of iaf_psc_exp in group 'g' 'V_mm'; did you mean 'V_m'"):
        NeuralGroup(3, neuron_model=MODEL, neuron_param={"V_mm": 1.0}, name="g")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1.0, 2.0], r"group 'g': iaf_psc_exp: tau_m.*shape \(2,\).*expected shape \(3,\)"),
        (-1.0, "group 'g': iaf_psc_exp: tau_m: got -1.0, expected > 0 ms"),
        ([1.0, 2.0, 0.0], "tau_m: got '0 at position 2'"),
        (np.nan, "expected a finite number"),
        ("x", "expected a number"),
        (("uniform", -1.0, 5.0), "tau_m: got '-1 at position 0'"),
    ],
)
def test_wrong_values_are_refused_naming_group_model_and_parameter(value, message):
    with pytest.raises(ParameterError, match=message):
        NeuralGroup(3, neuron_model=MODEL, neuron_param={"tau_m": value}, name="g")


def test_unknown_distribution_is_refused_naming_the_group():
    with pytest.raises(
        UnknownNameError, match="distribution for group 'g': iaf_psc_exp: V_m 'unifrom'; did you mean 'uniform'"
    ):
        NeuralGroup(3, neuron_model=MODEL, neuron_param={"V_m": ("unifrom", 0.0, 1.0)}, name="g")


def test_parameters_that_do_not_go_together_are_refused():
    with pytest.raises(ParameterError, match="group 'g': iaf_psc_exp.*V_reset must be below V_th"):
        NeuralGroup(3, neuron_model=MODEL, neuron_param={"V_reset": -50.0}, name="g")


def test_distributions_stay_descriptions():
    group = NeuralGroup(3, neuron_model=MODEL, neuron_param={"V_m": ("uniform", -70.0, -60.0), "C_m": Normal(250.0, 10.0)})
    assert group.neuron_param["V_m"] == Uniform(-70.0, -60.0)
    assert group.neuron_param["C_m"] == Normal(250.0, 10.0)


def test_array_for_a_group_without_nodes_is_refused():
    with pytest.raises(ParameterError, match="the group has no nodes yet"):
        NeuralGroup(neuron_model=MODEL, neuron_param={"V_m": [1.0, 2.0]})


def test_parameters_without_a_model_are_those_of_the_default_model():
    group = NeuralGroup(3, neuron_param={"E_L": -58.0, "V_th": -54.0})
    assert group.neuron_model == "aeif_cond_alpha"
    assert NeuralGroup(3).neuron_model is None
    with pytest.raises(UnknownNameError, match="parameter of aeif_cond_alpha"):
        NeuralGroup(3, neuron_param={"E_LL": -58.0})


def test_item_assignment_checks_and_refuses_without_a_trace():
    group = NeuralGroup(2, neuron_model=MODEL, neuron_param={"tau_m": 9.0}, name="g")
    group.neuron_param["V_m"] = [-61.0, -62.0]
    before = dict(group.neuron_param)
    for name, value, error in [("tau_m", -1.0, ParameterError), ("V_m", [1.0], ParameterError), ("no", 1.0, UnknownNameError)]:
        with pytest.raises(error, match="group 'g'"):
            group.neuron_param[name] = value
    with pytest.raises(UnknownNameError, match="group 'g'"):
        group.neuron_param.update({"no": 1.0})
    assert group.neuron_param == before
    del group.neuron_param["tau_m"]
    assert list(group.neuron_param) == ["V_m"]


def test_parameter_arrays_cannot_be_written_behind_the_checks():
    group = NeuralGroup(2, neuron_model=MODEL, neuron_param={"V_m": [-61.0, -62.0]})
    with pytest.raises(ValueError, match="read-only"):
        group.neuron_param["V_m"][0] = np.nan


def test_missing_parameter_is_a_key_error_that_lists_what_is_set():
    group = NeuralGroup(2, neuron_model=MODEL, neuron_param={"tau_m": 9.0}, name="g")
    with pytest.raises(KeyError, match="parameter set in group 'g' 'tau_n'; did you mean 'tau_m'"):
        group.neuron_param["tau_n"]
    assert group.neuron_param.get("C_m", 1.0) == 1.0


def test_whole_neuron_param_can_be_replaced_and_is_checked():
    group = NeuralGroup(2, neuron_model=MODEL, neuron_param={"tau_m": 9.0})
    group.neuron_param = {"C_m": 100.0}
    assert dict(group.neuron_param) == {"C_m": 100.0}
    with pytest.raises(ParameterError, match="C_m"):
        group.neuron_param = {"C_m": 0.0}
    assert dict(group.neuron_param) == {"C_m": 100.0}


def test_model_cannot_change_to_one_without_the_parameters_that_are_set():
    group = NeuralGroup(2, neuron_model=MODEL, neuron_param={"tau_syn_ex": 1.0}, name="g")
    with pytest.raises(UnknownNameError, match="parameter of izhikevich in group 'g' 'tau_syn_ex'"):
        group.neuron_model = "izhikevich"
    assert group.neuron_model == MODEL
    group.neuron_param.clear()
    group.neuron_model = "izhikevich"
    assert group.model is REGISTRY.get("izhikevich")


def test_own_model_object_is_taken_and_named():
    own = replace(REGISTRY.get(MODEL), name="own")
    group = NeuralGroup(2, neuron_model=own, neuron_param={"tau_m": 3.0})
    assert group.neuron_model == "own"
    assert group.model is own
    with pytest.raises(UnknownNameError, match="parameter of own"):
        group.neuron_param["no"] = 1.0


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        (NeuralGroup([1, 2]), NeuralGroup([1, 2]), True),
        (NeuralGroup([1, 2]), NeuralGroup([3, 4]), False),
        (NeuralGroup([1, 2]), NeuralGroup([2, 1]), False),
        (NeuralGroup(2), NeuralGroup(3), False),
        (NeuralGroup(2), NeuralGroup(2, -1), False),
        (NeuralGroup(2), NeuralGroup(2, neuron_model=MODEL), False),
        (Group([1, 2], name="a"), Group([1, 2], name="b"), False),
        (Group([1, 2]), MetaGroup([1, 2]), False),
        (Group(2, properties={"x": np.arange(3)}), Group(2, properties={"x": np.arange(3)}), True),
        (Group(2, properties={"x": np.arange(3)}), Group(2, properties={"x": np.arange(4)}), False),
    ],
)
def test_equality_compares_content(a, b, equal):
    assert (a == b) is equal
    assert (a != b) is not equal


def test_equality_sees_parameter_arrays():
    make = [
        NeuralGroup(2, neuron_model=MODEL, neuron_param={"V_m": v}) for v in ([-61.0, -62.0], [-61.0, -62.0], [-61.0, -63.0])
    ]
    assert make[0] == make[1]
    assert make[0] != make[2]


def test_copy_is_equal_independent_and_free():
    pop = NeuralPop.from_groups([NeuralGroup([1, 0], neuron_model=MODEL, neuron_param={"tau_m": 9.0})], ["g"])
    twin = pop["g"].copy()
    assert twin == pop["g"]
    assert twin.parent is None
    twin.neuron_param["tau_m"] = 5.0
    assert pop["g"].neuron_param["tau_m"] == 9.0


def test_groups_survive_pickling():
    for group in (Group([3, 1], name="a"), NeuralGroup([4, 2], -1, neuron_model=MODEL, neuron_param={"V_m": [1.0, 2.0]})):
        assert pickle.loads(pickle.dumps(group)) == group


def test_meta_group_knows_its_types_inside_a_population():
    pop = NeuralPop.exc_and_inhib(10, en_model=MODEL, in_model=MODEL)
    meta = pop.create_meta_group([9, 0, 8, 1], "mixed")
    assert meta.excitatory.tolist() == [0, 1]
    assert meta.inhibitory.tolist() == [9, 8]
    assert MetaGroup([1, 2]).excitatory.size == 0


def test_node_ids_names_the_limit():
    with pytest.raises(ParameterError, match="here: got 5, expected numbers from 0 to 4"):
        node_ids([1, 5], "here", size=5)


# Meta groups where groups are expected, and meta groups that grow


def labelled():
    population = ng.NeuralPop(5, default_model="iaf_psc_exp", syn_spec={("layer", "layer"): "tsodyks2_synapse"})
    population.create_group(2, "a")
    population.create_group(3, "b")
    population.create_meta_group("b", "layer")
    return population


@pytest.mark.parametrize(
    "call",
    [
        lambda pop: pop.set_param({"I_e": 1.0}, group="layer"),
        lambda pop: pop.set_model("iaf_psc_alpha", group="layer"),
        lambda pop: pop.set_model("iaf_psc_alpha", group=pop["layer"]),
        lambda pop: pop.resolve_synapse("a", "layer"),
        lambda pop: ng.Network(pop).add_nodes(1, group="layer"),
    ],
)
def test_a_meta_group_where_a_group_is_expected_is_called_one(call):
    with pytest.raises(ParameterError, match=r"group: got MetaGroup\('layer', 3 nodes\), expected a group: a, b"):
        call(labelled())


def test_names_of_meta_groups_are_offered_only_where_they_may_stand():
    population = labelled()
    with pytest.raises(UnknownNameError) as refused:
        population.set_param({"I_e": 1.0}, group="layr")
    assert str(refused.value) == "unknown group 'layr'; choose from: a, b"
    with pytest.raises(UnknownNameError, match="did you mean 'layer'"):
        population["layr"]


def test_meta_groups_take_ids_and_groups_and_keep_what_they_have():
    population = labelled()
    layer = population["layer"]
    assert population.add_to_group("layer", [1]) is layer
    assert layer.ids.tolist() == [2, 3, 4, 1]
    assert population.add_to_group(layer, ["b", "a"]).ids.tolist() == [2, 3, 4, 1, 0]
    assert not layer.ids.flags.writeable


@pytest.mark.parametrize(("nodes", "message"), [([7], "got 7, expected numbers from 0 to 4"), (2, "a list or an array")])
def test_meta_groups_refuse_nodes_that_are_not_there_and_numbers_of_nodes(nodes, message):
    population = labelled()
    with pytest.raises(ParameterError, match=message):
        population.add_to_group("layer", nodes)
    assert population == labelled()


def test_labels_of_a_whole_group_grow_with_it_and_others_do_not():
    population = labelled()
    population.create_meta_group([1, 2], "part")
    net = ng.Network(population)
    assert net.add_nodes(2, group="b").tolist() == [5, 6]
    assert population["layer"].ids.tolist() == [2, 3, 4, 5, 6]
    assert population["part"].ids.tolist() == [1, 2]
    assert population.resolve_synapse("b", "b")["synapse_model"] == "tsodyks2_synapse"
    net.to_sim().close()


def test_labels_of_a_whole_group_grow_when_nodes_are_added_to_it_in_the_population_too():
    population = ng.NeuralPop(6, default_model="iaf_psc_exp")
    population.create_group([4, 0], "a")
    population.create_meta_group("a", "layer")
    population.add_to_group("a", [5, 1])
    assert population["layer"].ids.tolist() == [4, 0, 5, 1]


def test_meta_groups_of_a_sent_network_do_not_grow():
    net = ng.Network(labelled())
    sim = net.to_sim()
    with pytest.raises(FrozenNetworkError, match="meta group 'layer'"):
        net.population.add_to_group("layer", "a")
    sim.close()


def test_properties_can_be_set_until_a_simulation_uses_the_group():
    group = Group([1, 0], name="a", properties={"layer": 4})
    group.properties = {**group.properties, "species": "rat"}
    assert dict(group.properties) == {"layer": 4, "species": "rat"}
    with pytest.raises(TypeError):
        group.properties["layer"] = 5
    with pytest.raises(ParameterError, match="group 'a': properties: got 5"):
        group.properties = 5
    structure = ng.Structure.from_groups([group])
    structure._frozen_by = "a simulation"
    with pytest.raises(FrozenNetworkError, match="properties of group 'a'"):
        structure["a"].properties = {}
