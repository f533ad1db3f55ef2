"""What is easily got wrong with groups and populations is refused by name, and a refused call changes nothing."""

import copy

import numpy as np
import pytest

from netgraph import Group, MetaGroup, NeuralGroup, NeuralPop, Structure
from simcore.errors import ParameterError, UnknownNameError

LIF = "iaf_psc_exp"


def interleaved(**options):
    groups = [NeuralGroup([9, 3, 8, 1], neuron_model=LIF), NeuralGroup([0, 2, 4, 5, 6, 7], -1, neuron_model=LIF)]
    return NeuralPop.from_groups(groups, ["a", "b"], **options)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Group([[1], [2, 3]]), ParameterError, "a flat array of integers"),
        (lambda: Group(2**40), ParameterError, "got 1099511627776, expected a whole number from 0"),
        (lambda: Group(3, properties=[1]), ParameterError, "properties: got .* a dictionary"),
        (lambda: MetaGroup(3), ParameterError, "^MetaGroup: nodes: got 3"),
        (lambda: NeuralGroup(3, np.array([1, -1])), ParameterError, "neuron_type"),
        (lambda: Structure.from_groups(None), ParameterError, "groups: got None, expected a list of groups"),
        (lambda: Structure.from_groups(Group(3)), ParameterError, "expected a list of groups"),
        (lambda: Structure.from_groups([Group(3)], 5), ParameterError, "names: got 5"),
        (lambda: Structure.from_groups([Group(3)], meta_groups=MetaGroup([1])), ParameterError, "meta_groups: got"),
        (lambda: interleaved(meta_groups={"a": MetaGroup([1])}), ParameterError, "meta group 'a': got 'a name that is taken'"),
        (lambda: NeuralPop(5).set_param({"V_m": -60.0}), ParameterError, "population: got 'no groups'"),
        (lambda: NeuralPop(5).set_model(LIF), ParameterError, "population: got 'no groups'"),
        (lambda: NeuralPop(5, with_models="no"), ParameterError, "with_models: got 'no'"),
        (lambda: NeuralPop.uniform(5, syn_param=3), ParameterError, "syn_param: got 3"),
        (lambda: NeuralPop.exc_and_inhib(10, iratio=np.nan), ParameterError, "iratio: got nan"),
        (lambda: NeuralPop.exc_and_inhib(10, iratio=np.inf), ParameterError, "iratio: got inf"),
        (lambda: interleaved().group_of(None), ParameterError, "group_of: nodes"),
        (lambda: interleaved().get_param(["V_m"]), UnknownNameError, "unknown parameter of the population"),
        (lambda: interleaved().set_param({"V_m": "x"}, nodes=[9, 0]), ParameterError, "V_m: got 'x'"),
        (lambda: interleaved().set_param({"V_m": ["x", "y"]}, nodes=[9, 0]), ParameterError, "V_m: got"),
        (lambda: interleaved().set_param({"V_m": [[1], [2, 3]]}, nodes=[9, 0]), ParameterError, "V_m: got"),
        (lambda: interleaved().set_param({"V_m": None}, nodes=[9, 0]), ParameterError, "V_m: got None"),
        (lambda: interleaved().set_param({"V_m": True}, nodes=[9, 0]), ParameterError, "V_m: got True"),
        (lambda: interleaved().set_param({"V_m": [1.0, np.nan]}, nodes=[9, 0]), ParameterError, "got 'nan at position 0'"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_switch_of_the_model_is_set_for_whole_groups():
    pop = NeuralPop.uniform(3, neuron_model="izhikevich")
    pop.set_param({"consistent_integration": False})
    with pytest.raises(ParameterError, match="consistent_integration: .* one value for the whole group"):
        pop.set_param({"consistent_integration": True}, nodes=[1])
    assert pop[0].neuron_param["consistent_integration"] is False


def test_update_of_parameters_sets_all_or_none():
    group = NeuralGroup(3, neuron_model=LIF, name="g")
    with pytest.raises(UnknownNameError, match="foo"):
        group.neuron_param.update({"tau_m": 3.0, "foo": 2.0})
    with pytest.raises(ParameterError, match="V_reset must be below V_th"):
        group.neuron_param.update(tau_m=3.0, V_th=-80.0)
    assert dict(group.neuron_param) == {}
    group.neuron_param.update({"V_reset": -90.0}, V_th=-80.0)
    assert dict(group.neuron_param) == {"V_reset": -90.0, "V_th": -80.0}


def test_shallow_copies_are_independent():
    pop = interleaved()
    twin = copy.copy(pop)
    twin.add_to_group("a", 2)
    twin["b"].neuron_param["tau_m"] = 5.0
    assert (pop.size, twin.size) == (10, 12)
    assert pop == interleaved()
    assert twin["a"].parent is twin
    group = copy.copy(pop["b"])
    group.neuron_param["tau_m"] = 5.0
    assert pop == interleaved()
    assert group.parent is None


def test_meta_groups_take_groups_as_objects_and_names():
    pop = interleaved()
    assert pop.create_meta_group(pop["a"], "m").ids.tolist() == [9, 3, 8, 1]
    assert pop.create_meta_group("b", "n").ids.tolist() == [0, 2, 4, 5, 6, 7]
    assert pop.create_meta_group([pop["a"], "n"], "all").ids.tolist() == [9, 3, 8, 1, 0, 2, 4, 5, 6, 7]
    with pytest.raises(ParameterError, match="1 more than once"):
        pop.create_meta_group(["a", "m"], "twice")
    with pytest.raises(UnknownNameError, match="unknown group 'x'"):
        pop.create_meta_group(["a", "x"], "y")


def test_nodes_are_added_to_a_group_given_as_object():
    pop = interleaved()
    assert pop.add_to_group(pop["a"], [11, 10]).ids.tolist() == [9, 3, 8, 1, 11, 10]
    with pytest.raises(UnknownNameError, match="unknown group NeuralGroup"):
        pop.add_to_group(NeuralGroup(3, name="a"), 1)


def test_meta_groups_without_names_get_names_of_their_own():
    structure = Structure.from_groups([Group(3), Group(2)], meta_groups=[MetaGroup([1, 4]), MetaGroup([0])])
    assert list(structure.meta_groups) == ["meta 0", "meta 1"]


def test_groups_made_with_a_number_fill_the_gaps_that_ids_leave():
    structure = Structure.from_groups([Group(3), Group([1, 7]), Group(2)])
    assert [group.ids.tolist() for group in structure.values()] == [[0, 2, 3], [1, 7], [4, 5]]


def test_distributions_of_synapse_parameters_keep_the_allowed_range():
    with pytest.raises(ParameterError, match=r"syn_spec\['default'\]: U: got '2 at position 1'"):
        interleaved(syn_spec={"synapse_model": "tsodyks2_synapse", "U": ("uniform", 0.1, 2.0)})


def test_the_table_of_many_groups_is_that_of_each_pair():
    names = [f"g{i}" for i in range(12)]
    spec = {
        "default": "tsodyks2_synapse",
        (1, -1): {"U": 0.1},
        ("g3", 1): {"U": 0.2},
        ("m", "g5"): {"tau_rec": 50.0},
        ("g3", "g4"): "static_synapse",
    }
    groups = [NeuralGroup(2, -1 if i % 3 else 1, neuron_model=LIF) for i in range(12)]
    pop = NeuralPop.from_groups(groups, names, syn_spec=spec, meta_groups={"m": MetaGroup([0, 1, 6, 7])})
    for row in pop.synapse_table():
        found = pop.resolve_synapse(row.source, row.target)
        assert found == {"synapse_model": row.synapse_model, "receptor_type": row.receptor_type, **row.params}
    assert pop.resolve_synapse("g3", "g5") == {
        "synapse_model": "tsodyks2_synapse",
        "receptor_type": 0,
        "U": 0.1,
        "tau_rec": 50.0,
    }
