"""What users of NEST do to an interface: forms that NEST takes, wrong input, stale collections."""

import gc

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


def parameters_in_lists(nest):
    two = nest.CreateParameter("constant", {"value": 2.0})
    nodes = nest.Create("iaf_psc_exp", 3, [{"V_m": -60.0}, {"V_m": two}, {"V_m": nest.random.uniform(1.0, 1.0 + 1e-12)}])
    created = nodes.V_m
    nodes.set([{"V_m": two}, {"I_e": two}, {"V_m": two - 50.0}])
    nodes.tau_m = [two, 3.0, 2.0 * two]
    return {"created": created, **nodes.get(["V_m", "I_e", "tau_m"])}


def ways_from_one_array(nest):
    nodes = nest.Create("parrot_neuron", positions=nest.spatial.grid([3, 2]))
    place = np.array([0.1, 0.2])
    return {"Distance": nest.Distance(place, nodes), "Displacement": nest.Displacement(place, nodes[2])}


def all_sources_by_a_constant_weight(nest):
    nodes = nest.Create("parrot_neuron", positions=nest.spatial.grid([3, 2]))
    nest.Connect(nodes, nodes, {"rule": "fixed_indegree", "indegree": 6, "p": 0.5, "allow_multapses": False})
    nest.Connect(nodes, nodes, {"rule": "fixed_outdegree", "outdegree": 6, "p": 2.0, "allow_multapses": False})
    found = nest.GetConnections()
    return sorted(zip(found.source, found.target, strict=True))


@pytest.mark.parametrize(
    "script",
    [
        numbers_and_dictionaries_create,
        delays_from_half_a_step,
        parameters_in_lists,
        ways_from_one_array,
        all_sources_by_a_constant_weight,
    ],
)
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


# -- refused calls -------------------------------------------------------------------------------------------------------------

DRAWN = nest.random.uniform()
REFUSED = {
    "Create": (lambda n, c: nest.Create("iaf_psc_exp", 2, {"V_m": DRAWN, "C_m": -1.0}), "C_m"),
    "Create, positions": (lambda n, c: nest.Create("iaf_psc_exp", 2, {"nix": 1}, nest.spatial.free(DRAWN, [1.0, 1.0])), "nix"),
    "set": (lambda n, c: n.set(V_m=DRAWN, tau_m=-1.0), "tau_m"),
    "set, one each": (lambda n, c: n.set([{"V_m": DRAWN}, {"V_m": -60.0}, {"nix": 1}]), "nix"),
    "Connect": (lambda n, c: nest.Connect(n, n, syn_spec={"weight": DRAWN, "delay": DRAWN * 0.01}), "delay"),
    "Connect, drawn": (lambda n, c: nest.Connect(n, n, {"rule": "pairwise_bernoulli", "p": DRAWN}, {"nix": 1}), "nix"),
    "Connect, second": (lambda n, c: nest.Connect(n, n, None, [{"weight": DRAWN}, {"delay": DRAWN * 0.01}]), "delay"),
    "Connect, too many": (
        lambda n, c: nest.Connect(n, n, {"rule": "fixed_outdegree", "outdegree": 9, "allow_multapses": False}),
        "source 2 wants 9",
    ),
    "Connect, too many drawn": (
        lambda n, c: nest.Connect(n, n, {"rule": "fixed_outdegree", "outdegree": DRAWN + 8, "allow_multapses": False}),
        "source 2 wants [89]",
    ),
    "connections": (lambda n, c: c.set(weight=3.0, delay=-1.0), "delay"),
    "SetStatus, no value": (lambda n, c: nest.SetStatus(n, "I_e"), "without a value"),
    "SetStatus, no value for connections": (lambda n, c: nest.SetStatus(c, "weight"), "without a value"),
    "SetStatus, two": (lambda n, c: nest.SetStatus(n, {"I_e": 3.0}, 4.0), "and val = 4"),
    "SetDefaults": (
        lambda n, c: nest.SetDefaults("static_synapse", {"delay": 2.0, "weight": DRAWN}),
        "weight: got .* a number",
    ),
    "SetKernelStatus": (lambda n, c: nest.SetKernelStatus({"print_time": True, "rng_seed": -1}), "rng_seed"),
    "GetNodes": (lambda n, c: nest.GetNodes("iaf_psc_exp"), "expected a dictionary"),
    "redraw": (lambda n, c: n.set(V_m=DRAWN, I_e=nest.math.redraw(DRAWN, 2.0, 3.0)), "1000 draws"),
}


def everything():
    """Settings, values, and what the next draw gives."""
    status = {name: value for name, value in nest.GetKernelStatus().items() if "time_con" not in name and name != "memory_size"}
    nodes = nest.GetNodes()
    own = [nodes[0].get(), nodes[1:4].get(), nest.GetConnections().get(), nest.GetDefaults("static_synapse")]
    return repr((status, own)), DRAWN.apply(nodes)


def test_refused_calls_change_nothing_and_draw_nothing():
    found = []
    for calls in ({}, REFUSED):
        nest.ResetKernel()
        recorder, nodes = nest.Create("spike_recorder"), nest.Create("iaf_psc_exp", 3, {"V_m": DRAWN})
        nest.Connect(nodes, nodes, {"rule": "fixed_indegree", "indegree": 2}, {"weight": DRAWN})
        nest.Connect(nodes, recorder)
        for call, message in calls.values():
            with pytest.raises((nest.NESTError, TypeError), match=message):
                call(nodes, nest.GetConnections(nodes, nodes))
        found.append(everything())
    assert found[0] == found[1]


def test_collections_of_one_space_are_joined_with_their_positions():
    nodes = nest.Create("parrot_neuron", positions=nest.spatial.grid([3, 2]))
    joined = nodes[4:] + nodes[:2]
    assert joined.tolist() == [1, 2, 5, 6]
    assert nest.GetPosition(joined) == [nest.GetPosition(nodes)[k] for k in (0, 1, 4, 5)]
    beside = nest.Create("parrot_neuron", positions=nest.spatial.grid([3, 2], extent=[2.0, 2.0]))
    assert (nodes + beside).spatial is None


def network_of_everything():
    """Neurons in space, stimulators, recorders, plastic and drawn connections, changed between runs, and a refused call."""
    nest.ResetKernel()
    neurons = nest.Create("iaf_psc_exp", 5, {"I_e": 500.0}, positions=nest.spatial.free(DRAWN, num_dimensions=2))
    noise, clock = nest.Create("poisson_generator", params={"rate": 3000.0}), nest.Create("spike_generator")
    clock.spike_times = [1.0, 2.0]
    weights, meter, recorder = (nest.Create(name) for name in ("weight_recorder", "voltmeter", "spike_recorder"))
    nest.CopyModel("stdp_synapse", "recorded", {"weight_recorder": weights})
    nest.Connect(neurons, neurons, {"rule": "fixed_indegree", "indegree": 2}, {"synapse_model": "recorded"})
    nest.Connect(neurons, neurons, {"rule": "pairwise_bernoulli", "p": 0.5}, {"weight": DRAWN})
    for pair in ((noise, neurons), (clock, neurons), (meter, neurons), (neurons, recorder)):
        nest.Connect(*pair)
    nest.Simulate(30.0)
    found = nest.GetConnections(neurons, neurons)
    found.weight = 3.0
    found[0].disconnect()
    with pytest.raises(nest.NESTError):
        nest.Connect(neurons, neurons, "no rule")
    nest.Simulate(20.0)
    return [len(device.events["times"]) for device in (weights, meter, recorder)]


def test_what_a_reset_drops_is_freed_at_once():
    """So that memory does not grow in a loop of small simulations until Python searches for garbage."""
    assert min(network_of_everything()) > 0
    nest.ResetKernel()
    gc.collect()
    gc.disable()
    try:
        network_of_everything()
        nest.ResetKernel()
        assert gc.collect() == 0
    finally:
        gc.enable()
