"""Synapse specifications merge from general to specific, and refuse what they do not know."""

import itertools
import warnings
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netgraph.groups import NeuralGroup
from netgraph.population import NeuralPop
from netgraph.synapse_spec import SynapseSpec
from simcore.distributions import Uniform
from simcore.errors import ParameterError, UnknownNameError
from simcore.synapses import REGISTRY

MODEL = "iaf_psc_exp"
TSODYKS = "tsodyks2_synapse"


def population(syn_spec=None, meta=None, model=MODEL):
    groups = [NeuralGroup(2, kind, neuron_model=model) for kind in (1, 1, -1)]
    pop = NeuralPop.from_groups(groups, ["A", "B", "I"])
    for name, members in (meta or {}).items():
        pop.create_meta_group(members, name)
    pop.syn_spec = syn_spec
    return pop


def test_seed_page_network_gets_its_default_and_its_named_pairs():
    names = ["oscillators", "bursters", "adaptive"]
    spec = {
        "default": {"synapse_model": TSODYKS},
        ("oscillators", "bursters"): {"synapse_model": TSODYKS, "U": 0.6},
        ("oscillators", "oscillators"): {"synapse_model": TSODYKS, "U": 0.7},
        ("oscillators", "adaptive"): {"synapse_model": TSODYKS, "U": 0.5},
    }
    groups = [NeuralGroup(n, neuron_model="aeif_psc_alpha") for n in (400, 200, 200)]
    pop = NeuralPop.from_groups(groups, names, syn_spec=spec)
    expected = {("oscillators", t): {"U": u} for t, u in zip(names, (0.7, 0.6, 0.5), strict=True)}
    for row in pop.synapse_table():
        assert row.synapse_model == TSODYKS
        assert row.params == expected.get((row.source, row.target), {})
    assert len(pop.synapse_table()) == 9


def test_without_specification_everything_is_static():
    assert population().resolve_synapse("A", "I") == {"synapse_model": "static_synapse", "receptor_type": 0}


@pytest.mark.parametrize(
    "spec", [TSODYKS, {"synapse_model": TSODYKS}, {"default": TSODYKS}, {"default": {"synapse_model": TSODYKS}}]
)
def test_default_is_honoured_in_every_form(spec):
    assert {row.synapse_model for row in population(spec).synapse_table()} == {TSODYKS}


def test_plain_dictionary_holds_for_all_pairs():
    pop = population({"synapse_model": TSODYKS, "U": 0.3, "tau_rec": ("uniform", 100.0, 200.0)})
    assert pop.resolve_synapse("I", "B")["tau_rec"] == Uniform(100.0, 200.0)
    assert pop.resolve_synapse(0, 2)["U"] == 0.3
    assert pop.resolve_synapse(pop["A"], pop["I"])["U"] == 0.3


def test_type_pair_gives_the_model_and_name_pair_adds_a_parameter():
    pop = population({(1, 1): {"synapse_model": TSODYKS, "tau_rec": 100.0}, ("A", "A"): {"U": 0.9}})
    assert pop.resolve_synapse("A", "A") == {"synapse_model": TSODYKS, "receptor_type": 0, "tau_rec": 100.0, "U": 0.9}
    assert pop.resolve_synapse("A", "B") == {"synapse_model": TSODYKS, "receptor_type": 0, "tau_rec": 100.0}
    assert pop.resolve_synapse("A", "I")["synapse_model"] == "static_synapse"


def test_source_name_beats_target_name():
    pop = population({"default": TSODYKS, ("A", -1): {"U": 0.9}, (1, "I"): {"U": 0.3}})
    assert pop.resolve_synapse("A", "I")["U"] == 0.9
    assert pop.resolve_synapse("B", "I")["U"] == 0.3


# From general to specific, for source A and target I; "m" holds A and "n" holds I.
RANKED = ["default", (1, -1), (1, "n"), (1, "I"), ("m", -1), ("m", "n"), ("m", "I"), ("A", -1), ("A", "n"), ("A", "I")]


@given(st.permutations(range(len(RANKED))), st.sets(st.sampled_from(range(len(RANKED))), min_size=1))
def test_most_specific_entry_wins_whatever_the_order_of_writing(order, used):
    spec = {RANKED[i]: {"synapse_model": TSODYKS, "U": i / 10} for i in order if i in used}
    pop = population(spec, meta={"m": ["A"], "n": ["I", "B"]})
    assert pop.resolve_synapse("A", "I")["U"] == max(used) / 10


def test_equally_specific_meta_groups_apply_in_the_order_of_writing():
    meta = {"m": ["A"], "n": ["A", "B"]}
    for first, second in itertools.permutations(["m", "n"]):
        pop = population({"default": TSODYKS, (first, 1): {"U": 0.1}, (second, 1): {"U": 0.2}}, meta=meta)
        assert pop.resolve_synapse("A", "B")["U"] == 0.2


def test_another_model_drops_the_parameters_that_it_does_not_have():
    pop = population({"default": {"synapse_model": TSODYKS, "U": 0.3, "receptor_type": 0}, ("A", "A"): "static_synapse"})
    assert pop.resolve_synapse("A", "A") == {"synapse_model": "static_synapse", "receptor_type": 0}
    assert pop.resolve_synapse("A", "B")["U"] == 0.3


def test_another_model_keeps_the_parameters_that_it_has():
    own = replace(REGISTRY.get(TSODYKS), name="own")
    pop = population({"default": {"synapse_model": TSODYKS, "U": 0.3}, ("A", "A"): {"synapse_model": own, "tau_rec": 10.0}})
    assert pop.resolve_synapse("A", "A") == {"synapse_model": own, "receptor_type": 0, "U": 0.3, "tau_rec": 10.0}
    assert pop.synapse_table().rows[0].synapse_model == "own"


def test_parameter_of_a_model_that_the_pair_does_not_have_is_refused_naming_the_entry():
    with pytest.raises(UnknownNameError, match=r"parameter of static_synapse in syn_spec\[\('A', 'B'\)\] 'U'"):
        population({("A", "B"): {"U": 0.5}})


@pytest.mark.parametrize(
    ("spec", "error", "message"),
    [
        ({"default": {"weight": 1.0}}, ParameterError, r"syn_spec\['default'\]: weight.*the graph's edges .*set_weights"),
        ({("A", "B"): {"delay": 1.0}}, ParameterError, r"syn_spec\[\('A', 'B'\)\]: delay.*the graph's edges .*set_delays"),
        ({"weight": 1.0}, ParameterError, "the graph's edges"),
        ({"model": TSODYKS}, ParameterError, "model: got 'tsodyks2_synapse', expected the key 'synapse_model'"),
        (
            "tsodyk2_synapse",
            UnknownNameError,
            "synapse model in syn_spec.*'tsodyk2_synapse'; did you mean 'tsodyks2_synapse'",
        ),
        ({"synapse_model": TSODYKS, "UU": 0.5}, UnknownNameError, "parameter of tsodyks2_synapse in syn_spec.*'UU'"),
        ({"synapse_model": TSODYKS, "U": 1.5}, ParameterError, r"syn_spec\['default'\]: U: got 1.5, expected >= 0 and <= 1"),
        ({"synapse_model": TSODYKS, "U": [0.1, 0.2]}, ParameterError, "U.*expected a number or a distribution"),
        ({("A", "BB"): TSODYKS}, UnknownNameError, r"group in syn_spec\[\('A', 'BB'\)\] 'BB'; did you mean 'B'"),
        ({("A", 2): TSODYKS}, ParameterError, r"syn_spec\[\('A', 2\)\]: got 2, expected the name .* 1 or -1"),
        ({("A", True): TSODYKS}, ParameterError, "got True"),
        ({("A", "B", "I"): TSODYKS}, UnknownNameError, "key of syn_spec"),
        ({"defualt": {"synapse_model": TSODYKS}}, UnknownNameError, "key of syn_spec 'defualt'; did you mean 'default'"),
        ({"default": TSODYKS, "A": TSODYKS}, UnknownNameError, "key of syn_spec 'A'"),
        ({"default": 3}, ParameterError, r"syn_spec\['default'\]: got 3, expected a synapse model or a dictionary"),
        (3, ParameterError, "syn_spec: got 3"),
        ({"receptor_type": 1.5}, ParameterError, "receptor_type: got 1.5, expected a whole number"),
        ({"receptor_type": True}, ParameterError, "receptor_type: got True"),
        (
            {("A", "B"): {"receptor_type": 7}},
            ParameterError,
            "receptor_type from group 'A' to group 'B': got 7, expected one of iaf_psc_exp",
        ),
    ],
)
def test_wrong_specifications_are_refused_without_a_trace(spec, error, message):
    pop = population(TSODYKS)
    with pytest.raises(error, match=message):
        pop.syn_spec = spec
    assert pop.syn_spec == {"default": {"synapse_model": TSODYKS}}


def test_meta_group_that_holds_part_of_a_group_is_refused():
    pop = population(meta={"m": [0, 2, 3]})
    with pytest.raises(ParameterError, match="meta group 'm': got \"1 of the 2 nodes of group 'A'\", expected whole groups"):
        pop.syn_spec = {("m", 1): TSODYKS}


def test_names_may_come_after_the_specification():
    pop = NeuralPop(4, syn_spec={("a", "b"): TSODYKS}, default_model=MODEL)
    pop.create_group(2, "a")
    with pytest.raises(UnknownNameError, match="'b'"):
        pop.synapse_table()
    pop.create_group(2, "c")
    with pytest.raises(UnknownNameError, match=r"group in syn_spec\[\('a', 'b'\)\] 'b'"):
        pop.check()
    pop.syn_spec = {("a", "c"): TSODYKS}
    pop.check()


def test_specification_is_read_only_and_does_not_follow_the_users_dictionary():
    given_spec = {"default": {"synapse_model": TSODYKS, "U": 0.5}}
    pop = population(given_spec)
    given_spec["default"]["U"] = 0.9
    assert pop.resolve_synapse("A", "A")["U"] == 0.5
    with pytest.raises(TypeError):
        pop.syn_spec["default"]["U"] = 0.9
    with pytest.raises(TypeError):
        pop.syn_spec["A", "B"] = {}
    pop.resolve_synapse("A", "A")["U"] = 0.9
    assert pop.resolve_synapse("A", "A")["U"] == 0.5


def test_receptor_type_is_given_for_a_pair():
    pop = population({("A", "B"): {"receptor_type": 1}}, model="parrot_neuron")
    assert pop.resolve_synapse("A", "B")["receptor_type"] == 1
    assert pop.resolve_synapse("A", "A")["receptor_type"] == 0


def test_table_prints_every_pair_as_text_and_html():
    table = population({"default": TSODYKS, ("A", "B"): {"U": 0.6, "tau_rec": 100.0}}).synapse_table()
    lines = str(table).splitlines()
    assert len(lines) == 10
    assert lines[0].split() == ["source", "target", "synapse_model", "receptor_type", "parameters"]
    assert lines[2].endswith("U = 0.6, tau_rec = 100")
    assert table._repr_html_().count("<tr>") == 10
    assert repr(table) == str(table)


def test_unknown_groups_are_refused_in_resolve():
    with pytest.raises(UnknownNameError, match="unknown group 'C'"):
        population().resolve_synapse("A", "C")


def test_equal_specifications_are_equal_in_any_form():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert SynapseSpec(TSODYKS) == SynapseSpec({"default": {"synapse_model": TSODYKS}})
        assert SynapseSpec(TSODYKS) != SynapseSpec()
