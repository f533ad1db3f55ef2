"""What users of NEST do to an interface: forms that NEST takes, wrong input, stale collections."""

import numpy as np
import pytest

import simcore.nest as nest
from tests.simcore.nest.sides import assert_same_result


@pytest.fixture(autouse=True)
def _empty_kernel():
    nest.ResetKernel()
    yield
    nest.ResetKernel()


# -- forms that NEST takes -----------------------------------------------------------------------------------------------------


def numbers_and_dictionaries_create(nest):
    numbers = (2.0, 0.8 * 5, np.float64(3), np.array(3), np.int64(2))
    one = nest.Create("iaf_psc_exp", {"I_e": 300.0})
    meter = nest.Create("multimeter", {"record_from": ["V_m"], "interval": 5.0})
    return {"sizes": [len(nest.Create("iaf_psc_exp", n)) for n in numbers], "I_e": one.I_e, "interval": meter.interval}


def delays_from_half_a_step(nest):
    nest.CopyModel("static_synapse", "short", {"delay": 0.06})
    a, b = nest.Create("iaf_psc_exp", 4), nest.Create("iaf_psc_exp", 3)
    current, recorder = nest.Create("dc_generator"), nest.Create("spike_recorder")
    nest.Connect(a, b, "all_to_all", {"delay": np.full((3, 4), 0.07)})
    nest.Connect(a, b, "all_to_all", {"delay": 0.05})
    nest.Connect(a, b, {"rule": "fixed_indegree", "indegree": 2}, {"delay": 0.149})
    nest.Connect(a, b, {"rule": "fixed_indegree", "indegree": 2, "allow_multapses": False}, "short")
    nest.Connect(current, a, syn_spec={"delay": 0.06})
    nest.Connect(a, recorder, syn_spec={"delay": 0.06})
    made = nest.GetConnections().delay
    nest.GetConnections(a, b).set(delay=0.26)
    changed = nest.GetConnections(a, b).delay
    nest.GetConnections(a, b).delay = [0.06 + 0.01 * k for k in range(len(changed))]
    given = sorted(nest.GetConnections(a, b).delay)
    return {
        "made": made,
        "changed": changed,
        "given": given,
        "default": nest.GetDefaults("short", "delay"),
        "min": nest.min_delay,
    }


@pytest.mark.parametrize("script", [numbers_and_dictionaries_create, delays_from_half_a_step])
def test_script_gives_what_nest_gives(script):
    assert_same_result(script)


def test_delay_below_half_a_step_is_refused_wherever_it_is_given():
    nodes, current, recorder = nest.Create("iaf_psc_exp", 2), nest.Create("dc_generator"), nest.Create("spike_recorder")
    nest.Connect(nodes, nodes)
    refused = [
        lambda: nest.Connect(nodes, nodes, syn_spec={"delay": 0.04}),
        lambda: nest.Connect(nodes, nodes, "one_to_one", {"delay": [1.0, 0.04]}),
        lambda: nest.Connect(current, nodes, syn_spec={"delay": 0.04}),
        lambda: nest.Connect(nodes, recorder, syn_spec={"delay": 0.04}),
        lambda: nest.GetConnections().set(delay=0.04),
        lambda: nest.SetDefaults("static_synapse", {"delay": 0.04}),
    ]
    for call in refused:
        with pytest.raises(nest.NESTErrors.BadDelay, match=r"delay: got 0.04, expected >= .*0\.1 ms"):
            call()
    with pytest.raises(nest.NESTErrors.BadDelay, match=r"expected <= 6553\.5 ms"):
        nest.Connect(nodes, nodes, syn_spec={"delay": 1e300})
    assert nest.num_connections == 4
    assert nest.GetConnections().delay == [1.0] * 4


# -- wrong input ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [2.5, "3", None, True, np.nan, np.inf, np.array([2, 3]), [1]])
def test_create_refuses_what_is_no_number_of_nodes(n):
    with pytest.raises(TypeError, match=r"Create: n: got .*, expected a whole number"):
        nest.Create("iaf_psc_exp", n)
    assert nest.network_size == 0


def test_position_out_of_range_is_named():
    nodes = nest.Create("iaf_psc_exp", 3)
    with pytest.raises(IndexError, match="got position -9, expected one from -3 to 2"):
        nodes[-9]
    with pytest.raises(IndexError, match="got position 7,"):
        nodes[[0, 7]]


def test_in_takes_an_id_or_a_collection():
    nodes = nest.Create("iaf_psc_exp", 3)
    assert 2 in nodes
    assert nodes[0] in nodes
    assert nodes not in nodes[:2]
    with pytest.raises(TypeError, match="got 'a', expected an id or a NodeCollection"):
        assert "a" in nodes


def test_tab_completion_on_a_stale_collection_works():
    nodes = nest.Create("iaf_psc_exp", 3)
    assert "V_m" in dir(nodes)
    nest.ResetKernel()
    assert "get" in dir(nodes)
    assert "V_m" not in dir(nodes)


def dictionaries_with_other_names_for_each_connection(nest):
    a, b = nest.Create("parrot_neuron", 2), nest.Create("iaf_psc_exp", 2)
    nest.Connect(a, b, syn_spec={"synapse_model": "stdp_synapse", "weight": 3.0})
    found = nest.GetConnections(a, b)
    nest.SetStatus(found, [{"weight": 10.0}, {"weight": 20.0, "lambda": 0.2}, {}, {"Wmax": 50.0, "delay": 2.0}])
    return found.get(["weight", "lambda", "Wmax", "delay"])


def test_connections_take_a_dictionary_each_with_its_own_names():
    assert_same_result(dictionaries_with_other_names_for_each_connection)


def test_dictionaries_of_connections_are_refused_whole():
    nodes = nest.Create("iaf_psc_exp", 2)
    nest.Connect(nodes, nodes, "one_to_one")
    found = nest.GetConnections()
    with pytest.raises(nest.NESTErrors.UnaccessedDictionaryEntry, match="has no 'lambda' to set"):
        found.set([{"weight": 5.0}, {"lambda": 0.2}])
    with pytest.raises(TypeError, match="expected a dictionary, or a list of 2 dictionaries"):
        found.set([{"weight": 5.0}])
    assert found.weight == [1.0, 1.0]
