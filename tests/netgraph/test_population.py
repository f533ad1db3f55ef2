"""Populations: groups first or population first, a partition of the nodes, labels, copies, freezing."""

import copy
import pickle
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netgraph.groups import Group, MetaGroup, NeuralGroup
from netgraph.population import NeuralPop
from netgraph.structure import Structure
from simcore.errors import FrozenNetworkError, ParameterError, UnknownNameError
from tests.reference.populations import MODEL, neurons, two_groups


@pytest.fixture(autouse=True)
def _warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


# The two ways of the seed page


def test_groups_first_get_consecutive_ids_in_order():
    basic, aeif = NeuralGroup(100, neuron_type=-1), NeuralGroup(10, neuron_model="aeif_psc_alpha")
    pop = NeuralPop.from_groups([basic, aeif], ["b", "a"])
    assert list(pop) == ["b", "a"]
    assert pop["b"] is basic
    np.testing.assert_array_equal(basic.ids, np.arange(100))
    np.testing.assert_array_equal(aeif.ids, np.arange(100, 110))
    assert (basic.neuron_model, aeif.neuron_model) == ("aeif_cond_alpha", "aeif_psc_alpha")
    assert (pop.size, pop.is_valid, basic.parent is pop) == (110, True, True)


def test_population_first_takes_the_next_free_ids():
    pop = NeuralPop(1000)
    pop.create_group(800, "first")
    pop.create_group(200, "second", neuron_type=-1)
    np.testing.assert_array_equal(pop.excitatory, np.arange(800))
    np.testing.assert_array_equal(pop.inhibitory, np.arange(800, 1000))
    assert pop.is_valid


def test_numbers_take_the_lowest_ids_that_explicit_groups_leave():
    pop = NeuralPop.from_groups([neurons(3), neurons([4, 1]), neurons(2)], ["a", "b", "c"])
    assert [pop[n].ids.tolist() for n in pop] == [[0, 2, 3], [4, 1], [5, 6]]
    assert pop.ids.tolist() == list(range(7))


def test_exc_and_inhib_puts_excitatory_neurons_first():
    pop = NeuralPop.exc_and_inhib(10, iratio=0.25, en_model=MODEL, in_model=MODEL, in_param={"tau_m": 5.0})
    assert (pop["excitatory"].size, pop["inhibitory"].size) == (10 - round(2.5), round(2.5))
    assert pop["excitatory"].ids[-1] + 1 == pop["inhibitory"].ids[0]
    assert dict(pop["inhibitory"].neuron_param) == {"tau_m": 5.0}


@pytest.mark.parametrize("iratio", [0.0, 1.0, -0.1, 2, "x", None])
def test_exc_and_inhib_refuses_shares_that_leave_a_type_out(iratio):
    with pytest.raises(ParameterError, match="exc_and_inhib: iratio: got"):
        NeuralPop.exc_and_inhib(10, iratio=iratio)


@pytest.mark.parametrize("make", [NeuralPop.uniform, NeuralPop.exc_and_inhib])
def test_compact_populations_need_a_number(make):
    with pytest.raises(ParameterError, match="size"):
        make(None)


@pytest.mark.parametrize("size", [0, -1, 1.5, "3", True])
def test_size_must_be_a_positive_whole_number(size):
    with pytest.raises(ParameterError, match="NeuralPop: size"):
        NeuralPop(size)


def test_group_without_number_is_filled_by_add_to_group_or_create_group():
    g2 = NeuralGroup(neuron_model="aeif_psc_alpha", neuron_param={"E_L": -58.0, "V_th": -54.0})
    pop = NeuralPop.from_groups([neurons(3), g2], ["a", "b"])
    assert (pop.is_valid, pop["b"].size, pop.size) == (False, 0, 3)
    pop.create_group(2, "b")
    pop.add_to_group("b", [6, 5])
    assert g2.ids.tolist() == [3, 4, 6, 5]
    assert g2.neuron_param["E_L"] == -58.0
    assert pop.is_valid


def test_filling_a_group_takes_no_other_arguments():
    pop = NeuralPop.from_groups([neurons(3), neurons()], ["a", "b"])
    with pytest.raises(ParameterError, match="group 'b'.*the group exists already; use set_model and set_param"):
        pop.create_group(2, "b", neuron_type=-1)
    assert pop["b"].size == 0


def test_groups_as_dictionary_and_names_of_their_own():
    assert list(NeuralPop.from_groups({"x": neurons(1), "y": neurons(2)})) == ["x", "y"]
    assert list(Structure.from_groups([Group(1, name="x"), Group(2)])) == ["x", "1"]


# Numbers that do not match


def test_groups_beyond_the_declared_size_warn_and_enlarge():
    pop = NeuralPop(1000, default_model=MODEL)
    pop.create_group(800, "first")
    with pytest.warns(UserWarning, match="NeuralPop was made for 1000 nodes; group 'second' takes it to 1100") as caught:
        pop.create_group(300, "second")
    assert caught[0].filename == __file__
    assert (pop.size, pop.is_valid) == (1100, True)


def test_too_few_neurons_leave_the_population_invalid():
    pop = NeuralPop(1000, default_model=MODEL)
    pop.create_group(900, "first")
    assert (pop.size, pop.is_valid) == (1000, False)
    with pytest.raises(ParameterError, match=r"100 of 1000 nodes are in no group \(first: 900\)"):
        pop.check()


def test_group_that_grows_beyond_its_number_warns():
    pop = two_groups()
    with pytest.warns(UserWarning, match="group 'e' was made for 3 nodes and now has 4"):
        pop.add_to_group("e", [5])
    pop.add_to_group("e", [6])


# The partition


@st.composite
def partitions(draw):
    """Groups of numbers, and groups of explicit ids that together leave no gap."""
    sizes = draw(st.lists(st.integers(1, 8), min_size=1, max_size=6))
    explicit = draw(st.lists(st.booleans(), min_size=len(sizes), max_size=len(sizes)))
    permuted = draw(st.permutations(range(sum(sizes))))
    groups, begin = [], 0
    for size, with_ids in zip(sizes, explicit, strict=True):
        groups.append(permuted[begin : begin + size] if with_ids else size)
        begin += size
    return groups


@given(partitions())
def test_from_groups_partitions_the_nodes_whatever_the_mix(parts):
    pop = NeuralPop.from_groups([neurons(p) for p in parts])
    assert pop.is_valid
    assert sorted(np.concatenate([g.ids for g in pop.values()])) == list(range(pop.size))
    for i, (part, group) in enumerate(zip(parts, pop.values(), strict=True)):
        assert group.ids.tolist() == list(part) if not isinstance(part, int) else (np.diff(group.ids) > 0).all()
        assert (pop.group_index()[group.ids] == i).all()
        assert (pop.group_of(group.ids) == group.name).all()


@given(partitions(), st.data())
def test_values_by_node_and_by_group_are_the_same_values(parts, data):
    pop = NeuralPop.from_groups([neurons(p) for p in parts])
    nodes = np.array(data.draw(st.lists(st.sampled_from(range(pop.size)), unique=True, min_size=1)))
    values = -80.0 + np.arange(nodes.size)
    pop.set_param({"V_m": values}, nodes=nodes)
    expected = np.full(pop.size, -70.0)
    expected[nodes] = values
    np.testing.assert_array_equal(pop.get_param("V_m"), expected)
    for group in pop.values():
        if "V_m" in group.neuron_param:
            np.testing.assert_array_equal(group.neuron_param["V_m"], expected[group.ids])


def test_parameter_arrays_follow_the_order_of_the_ids():
    group = NeuralGroup([9, 3, 8, 1], neuron_model=MODEL, neuron_param={"V_m": [-61.0, -62.0, -63.0, -64.0]})
    pop = NeuralPop.from_groups([group, neurons(6)], ["a", "b"])
    assert pop["a"].ids.tolist() == [9, 3, 8, 1]
    np.testing.assert_array_equal(pop.get_param("V_m", [9, 3, 8, 1]), [-61.0, -62.0, -63.0, -64.0])
    np.testing.assert_array_equal(pop.get_param("V_m", [1, 0]), [-64.0, -70.0])
    pop.set_param({"tau_m": [1.0, 2.0, 3.0, 4.0]}, group="a")
    np.testing.assert_array_equal(pop.get_param("tau_m")[[9, 3, 8, 1]], [1.0, 2.0, 3.0, 4.0])


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([0, 1, 2], [5, 2], "group 'b': got 'node 2, which is in group 'a' too'|node 2, which is in group 'a' too"),
        ([7], [7], "node 7"),
    ],
)
def test_overlapping_groups_are_refused_naming_both(a, b, message):
    with pytest.raises(ParameterError, match=message) as error:
        NeuralPop.from_groups([neurons(a), neurons(b)], ["a", "b"])
    assert "group 'b'" in str(error.value)
    assert "groups that do not overlap" in str(error.value)


def test_refused_groups_stay_what_they_were():
    a, b = neurons(3), neurons([5, 1])
    with pytest.raises(UnknownNameError, match="bb"):
        NeuralPop.from_groups([a, b], ["a", "b"], syn_spec={("a", "bb"): "static_synapse"})
    with pytest.raises(ParameterError, match="meta group 'm'"):
        NeuralPop.from_groups([a, b], ["a", "b"], meta_groups={"m": MetaGroup([99])})
    assert (a.ids.size, a.parent, a.name, b.parent, b.name) == (0, None, None, None, None)
    assert NeuralPop.from_groups([b, a], ["b", "a"])["a"].ids.tolist() == [0, 2, 3]


def test_group_of_another_population_is_refused_with_the_way_out():
    group = two_groups()["e"]
    with pytest.raises(ParameterError, match=r"group 'x'.*another population.*group.copy\(\)"):
        NeuralPop.from_groups([group], ["x"])
    assert NeuralPop.from_groups([group.copy()], ["x"])["x"].ids.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("groups", "names", "message"),
    [
        ([neurons(1), neurons(1)], ["a"], "a list of 2 names"),
        ([neurons(1), neurons(1)], "ab", "a list of 2 names"),
        ([neurons(1), neurons(1)], ["a", "a"], "different names"),
        ([neurons(1)], ["default"], "other than 'default'"),
        ({"a": neurons(1)}, ["a"], "the dictionary's keys are the names"),
        ([Group(3)], ["a"], "group 'a'.*expected a NeuralGroup"),
        ([5], ["a"], "group 'a': got 5, expected a NeuralGroup"),
        ([MetaGroup([1])], ["a"], "expected a NeuralGroup"),
    ],
)
def test_wrong_groups_and_names_are_refused(groups, names, message):
    with pytest.raises(ParameterError, match=message):
        NeuralPop.from_groups(groups, names)


def test_same_group_twice_is_refused():
    group = neurons(3)
    with pytest.raises(ParameterError, match=r"each group once; use group.copy\(\)"):
        NeuralPop.from_groups([group, group], ["a", "b"])


def test_taken_names_are_refused():
    pop = two_groups()
    pop.create_meta_group([0, 4], "m")
    for name in ("e", "m"):
        with pytest.raises(ParameterError, match=f"group '{name}'.*a name that is taken"):
            pop.create_group(1, name)
        with pytest.raises(ParameterError, match="a name that is taken"):
            pop.create_meta_group([0], name)
    assert pop.size == 5


# A mapping


def test_population_is_a_mapping_but_no_dict():
    pop = two_groups()
    assert not isinstance(pop, dict)
    assert (len(pop), list(pop.keys()), [g.size for g in pop.values()]) == (2, ["e", "i"], [3, 2])
    assert [name for name, _ in pop.items()] == ["e", "i"]
    assert pop[1] is pop["i"]
    assert pop[-1] is pop["i"]
    assert pop.get("x") is None
    assert "e" in pop
    assert "x" not in pop
    with pytest.raises(UnknownNameError, match="unknown group 'ee'; did you mean 'e'"):
        pop["ee"]
    with pytest.raises(UnknownNameError, match="unknown group number 2"):
        pop[2]


def test_empty_population_is_true_and_invalid():
    pop = NeuralPop()
    assert bool(pop)
    assert (pop.size, pop.is_valid, pop.ids.size, len(pop)) == (0, False, 0, 0)


def test_equality_compares_groups_and_synapses():
    assert two_groups() == two_groups()
    other = two_groups()
    other.set_param({"tau_m": 5.0}, group="i")
    assert other != two_groups()
    third = two_groups()
    third.syn_spec = "tsodyks2_synapse"
    assert third != two_groups()
    assert two_groups() != NeuralPop.from_groups([neurons(2, -1), neurons(3)], ["i", "e"])


@pytest.mark.parametrize("twin", [lambda p: p.copy(), copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])
def test_copies_are_equal_and_independent(twin):
    pop = two_groups()
    pop.create_meta_group(["i"], "m")
    new = twin(pop)
    assert new == pop
    assert new["e"].parent is new
    new.set_param({"tau_m": 5.0})
    new.create_group(1, "x", neuron_model=MODEL)
    assert (len(pop), dict(pop["e"].neuron_param)) == (2, {})


# Groups and labels by node


def test_group_of_and_types_of_nodes_in_no_group():
    pop = NeuralPop(5, default_model=MODEL)
    pop.create_group([3, 1], "a", neuron_type=-1)
    assert pop.group_of([1, 0, 1]).tolist() == ["a", "", "a"]
    assert pop.group_index().tolist() == [-1, 0, -1, 0, -1]
    assert pop.neuron_types().tolist() == [0, -1, 0, -1, 0]
    assert pop.neuron_types().dtype == np.int8


def test_meta_groups_overlap_and_take_groups_by_name():
    pop = two_groups()
    pop.create_meta_group([4, 0], "m")
    layer = pop.create_meta_group(["i", "e"], "layer", properties={"depth": 4})
    assert layer.ids.tolist() == [3, 4, 0, 1, 2]
    assert pop["m"].ids.tolist() == [4, 0]
    assert list(pop.meta_groups) == ["m", "layer"]
    assert layer.properties["depth"] == 4
    with pytest.raises(ParameterError, match="meta group 'x': got 5, expected numbers from 0 to 4"):
        pop.create_meta_group([5], "x")
    with pytest.raises(UnknownNameError, match="unknown group 'j'"):
        pop.create_meta_group(["j"], "x")
    with pytest.raises(TypeError):
        pop.meta_groups["x"] = layer


def test_adding_to_a_group_with_arrays_is_refused():
    pop = two_groups()
    pop.set_param({"V_m": [-61.0, -62.0, -63.0]}, group="e")
    with pytest.raises(ParameterError, match=r"group 'e': neuron_param\['V_m'\]: got 'an array'"):
        pop.add_to_group("e", 1)
    with pytest.raises(ParameterError, match="group 'i'.*node 4, which it has already"):
        pop.add_to_group("i", [4])
    with pytest.raises(ParameterError, match="group 'i'.*node 2, which is in group 'e' too"):
        pop.add_to_group("i", [2])
    assert pop.size == 5


# Freezing


def test_frozen_population_refuses_every_change_and_names_the_way_out():
    pop = two_groups()
    pop.set_param({"V_m": [-61.0, -62.0, -63.0]}, group="e")
    before, free = pop.copy(), NeuralGroup(2, neuron_model=MODEL)
    pop._frozen_by = "a simulation"
    group = pop["e"]
    changes = [
        lambda: pop.create_group(1, "x"),
        lambda: pop.add_group(free, "x"),
        lambda: pop.create_meta_group([0], "x"),
        lambda: pop.add_to_group("i", 1),
        lambda: pop.set_param({"tau_m": 1.0}),
        lambda: pop.set_model("iaf_psc_alpha"),
        lambda: setattr(pop, "syn_spec", "tsodyks2_synapse"),
        lambda: setattr(group, "neuron_model", "iaf_psc_alpha"),
        lambda: setattr(group, "neuron_param", {}),
        lambda: group.neuron_param.update({"tau_m": 1.0}),
        lambda: group.neuron_param.__setitem__("tau_m", 1.0),
        lambda: group.neuron_param.__delitem__("V_m"),
        lambda: group.neuron_param.clear(),
        lambda: group.neuron_param.pop("V_m"),
        lambda: group.neuron_param.setdefault("tau_m", 1.0),
    ]
    for change in changes:
        with pytest.raises(FrozenNetworkError, match=r"sent to a simulation; close it first with sim.close\(\)"):
            change()
    assert pop == before
    assert free.parent is None
    assert pop.copy()["e"].neuron_param.pop("V_m").size == 3
    pop._frozen_by = None
    pop.set_param({"tau_m": 1.0})


# Looks


def test_html_and_text_show_name_size_type_model_and_parameters():
    pop = NeuralPop.from_groups([neurons(3, tau_m=9.0), neurons(2, -1, V_m=[-61.0, -62.0])], ["<e>", "i"])
    html = pop._repr_html_()
    for part in ("&lt;e&gt;", "excitatory", "inhibitory", MODEL, "tau_m = 9", "V_m = 2 values in -62..-61"):
        assert f">{part}" in html
    assert "<e>" not in html
    assert str(pop).splitlines()[1].split() == ["<e>", "3", "excitatory", MODEL, "tau_m", "=", "9"]
    assert repr(pop) == "NeuralPop(5 nodes in 2 groups: <e>, i)"
