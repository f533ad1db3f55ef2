"""Watching a network's neurons: recorders of groups and nodes, traces by node."""

import gc

import numpy as np
import pytest

import netgraph as ng
import netgraph.simulation as ns
from simcore.errors import ParameterError, SimulationError, UnknownNameError


def network():
    """Eight neurons that fire at rates of their own and rest at potentials of their own; ids of groups in no order."""
    groups = [
        ng.NeuralGroup([6, 1, 3], neuron_model="iaf_psc_exp", neuron_param={"I_e": 500.0}),
        ng.NeuralGroup([7, 0], neuron_model="iaf_psc_alpha", neuron_param={"I_e": 800.0}),
        ng.NeuralGroup([5, 2, 4], -1, neuron_model="aeif_psc_exp", neuron_param={"I_e": 1000.0}),
    ]
    population = ng.NeuralPop.from_groups(groups, ["slow", "fast", "adaptive"])
    population.create_meta_group([6, 7], "some")
    return ng.Network(population, name="net")


def sent(**kwargs):
    net = network()
    return net, net.to_sim(**kwargs)


def resting():
    """Neurons in a simulation that rest where they started: at -70 plus a tenth of their ids."""
    net = network()
    net.population.set_param({"I_e": 0.0, "V_m": -70.0 + np.arange(8) / 10.0}, group=None)
    net.population.set_param({"E_L": -70.0 + np.arange(8) / 10.0})
    return net, net.to_sim()


# Groups


def test_each_group_gets_a_recorder_of_its_own_neurons():
    net, sim = sent()
    monitors = ns.monitor_groups(net)
    results = sim.run(60.0, progress=False)
    assert list(monitors) == ["slow", "fast", "adaptive"]
    for name, recorder in monitors.items():
        assert sorted(set(recorder.ids)) == sorted(net.population[name].ids)
    assert sum(len(r) for r in monitors.values()) == len(results.spikes)
    assert len(monitors["fast"].spikes.of([0])) > len(monitors["slow"].spikes.of([6])) > 1


FORMS = {
    "a single group": lambda pop: pop["fast"],
    "its name": lambda pop: "fast",
    "a list": lambda pop: [pop["fast"]],
    "its number": lambda pop: 1,
}


@pytest.mark.parametrize("form", FORMS)
def test_groups_may_be_given_in_any_form(form):
    net, sim = sent()
    monitors = ns.monitor_groups(net, FORMS[form](net.population))
    sim.run(30.0, progress=False)
    assert list(monitors) == ["fast"]
    assert sorted(set(monitors["fast"].ids)) == [0, 7]


def test_meta_groups_can_be_watched_and_overlap_without_doubling_spikes():
    net, sim = sent()
    monitors = ns.monitor_groups(net, ["some", "slow", "fast"])
    results = sim.run(60.0, progress=False)
    assert sorted(set(monitors["some"].ids)) == [6, 7]
    assert len(results.spikes) == len(monitors["slow"]) + len(monitors["fast"])


def test_groups_record_variables_with_interval_start_and_stop():
    net, sim = sent()
    monitors = ns.monitor_groups(net, ["slow", "fast"], ["V_m", "I_syn_ex"], interval=0.5, start=10.0, stop=20.0)
    sim.run(30.0, progress=False)
    for name, recorder in monitors.items():
        assert recorder.times.tolist() == np.arange(10.5, 20.1, 0.5).tolist()
        assert recorder.ids.tolist() == net.population[name].ids.tolist()
        assert recorder["V_m"].shape == recorder["I_syn_ex"].shape == (20, net.population[name].size)


def test_what_was_recorded_stays_when_the_simulation_is_closed_and_gone():
    net, sim = sent()
    monitors, voltage = ns.monitor_groups(net), ns.monitor_nodes(net, None, "V_m")
    sim.run(40.0, progress=False)
    spikes, traces = [r.times.tolist() for r in monitors.values()], voltage["V_m"].copy()
    sim.close()
    del sim
    gc.collect()
    assert [r.times.tolist() for r in monitors.values()] == spikes
    assert sum(map(len, spikes)) > 10
    np.testing.assert_array_equal(voltage["V_m"], traces)
    np.testing.assert_array_equal(ns.get_recording(net, "V_m", recorder=voltage)["V_m"][3], traces[:, 3])
    assert voltage.ids.tolist() == list(range(8))


# Nodes


def test_traces_of_nodes_keep_the_order_given_across_groups():
    net, sim = resting()
    nodes = [4, 7, 1, 0, 6]
    recorder = ns.monitor_nodes(net, nodes, "V_m", interval=0.1)
    sim.run(0.5, progress=False)
    assert recorder.ids.tolist() == nodes
    np.testing.assert_allclose(recorder["V_m"], np.tile(-70.0 + np.array(nodes) / 10.0, (5, 1)), atol=1e-2)


def test_nodes_may_be_groups_and_names():
    net, sim = resting()
    for nodes in ("some", net.population["some"], ["some"], [6, 7], np.array([6, 7], dtype=np.uint8)):
        assert ns.monitor_nodes(net, nodes, "V_m").ids.tolist() == [6, 7]
    assert ns.monitor_nodes(net, ["fast", "slow"], "V_m").ids.tolist() == [7, 0, 6, 1, 3]
    assert ns.monitor_nodes(net, 3, "V_m").ids.tolist() == [3]
    assert ns.monitor_nodes(net, net.population, "V_m").ids.size == 8
    assert ns.monitor_nodes(net, None, "V_m").ids.size == 8


# Recordings


def test_each_node_gets_its_own_trace():
    net, sim = resting()
    ns.monitor_nodes(net, [5, 0, 3, 6], "V_m", interval=0.5)
    sim.run(2.0, progress=False)
    recording = ns.get_recording(net, "V_m")
    assert recording["times"].tolist() == [0.5, 1.0, 1.5, 2.0]
    assert list(recording["V_m"]) == [5, 0, 3, 6]
    for node, trace in recording["V_m"].items():
        np.testing.assert_allclose(trace, -70.0 + node / 10.0, atol=1e-2)


def test_recordings_join_recorders_and_pick_nodes_and_groups():
    net, sim = resting()
    monitors = ns.monitor_groups(net, None, "V_m")
    sim.run(3.0, progress=False)
    assert sorted(ns.get_recording(net, "V_m")["V_m"]) == list(range(8))
    for nodes, expected in (([2, 7], [2, 7]), ("fast", [7, 0]), (net.population["some"], [6, 7])):
        recording = ns.get_recording(net, "V_m", nodes=nodes)["V_m"]
        assert list(recording) == expected
        assert all(abs(trace[-1] + 70.0 - node / 10.0) < 1e-2 for node, trace in recording.items())
    assert sorted(ns.get_recording(net, "V_m", recorder=monitors["slow"])["V_m"]) == [1, 3, 6]
    assert sorted(ns.get_recording(net, "V_m", recorder=monitors)["V_m"]) == list(range(8))


def test_recordings_go_on_over_several_runs():
    net, sim = resting()
    ns.monitor_nodes(net, [1], "V_m")
    for _ in range(3):
        sim.run(2.0, progress=False)
    assert ns.get_recording(net, "V_m")["times"].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


# Refusals


def test_wrong_recordings_are_refused():
    net, sim = resting()
    ns.monitor_nodes(net, [1, 6], "V_m")
    ns.monitor_nodes(net, [5], "w", interval=0.5)
    sim.run(2.0, progress=False)
    with pytest.raises(UnknownNameError, match="recorded variable 'V'"):
        ns.get_recording(net, "V")
    with pytest.raises(ParameterError, match="got 0, expected neurons that were recorded"):
        ns.get_recording(net, "V_m", nodes=[1, 0])
    ns.monitor_nodes(net, [0], "V_m")
    sim.run(2.0, progress=False)
    with pytest.raises(ParameterError, match="recorders with different times"):
        ns.get_recording(net, "V_m")
    assert ns.get_recording(net, "V_m", nodes=[0])["times"].tolist() == [3.0, 4.0]
    spikes = ns.monitor_nodes(net, [0])
    with pytest.raises(ParameterError, match="get_recording: recorder"):
        ns.get_recording(net, "V_m", recorder=spikes)


REFUSED = {
    "unknown group": (lambda net: ns.monitor_groups(net, ["fast", "slwo"]), UnknownNameError, "did you mean 'slow'"),
    "foreign group": (lambda net: ns.monitor_groups(net, ["slow", network().population["fast"]]), ParameterError, "of another"),
    "free group": (lambda net: ns.monitor_groups(net, ng.Group([0])), ParameterError, "groups of 'net'"),
    "no groups": (lambda net: ns.monitor_groups(net, []), ParameterError, "at least one group"),
    "variable that one group has not": (lambda net: ns.monitor_groups(net, None, ["V_m", "w"]), UnknownNameError, "'w'"),
    "unknown variable": (lambda net: ns.monitor_nodes(net, [0], "V"), UnknownNameError, "V_m"),
    "interval off the grid": (lambda net: ns.monitor_groups(net, None, "V_m", interval=0.25), ParameterError, "multiple of dt"),
    "interval of spikes": (lambda net: ns.monitor_groups(net, interval=1.0), ParameterError, "interval"),
    "nothing": (lambda net: ns.monitor_groups(net, None, []), ParameterError, "what"),
    "unknown node": (lambda net: ns.monitor_nodes(net, [0, 8]), ParameterError, "got 8, expected numbers from 0 to 7"),
    "negative node": (lambda net: ns.monitor_nodes(net, [-1]), ParameterError, "got -1"),
    "node twice": (lambda net: ns.monitor_nodes(net, [0, 1, 0], "V_m"), ParameterError, "0 more than once"),
    "no nodes": (lambda net: ns.monitor_nodes(net, []), ParameterError, "at least one neuron"),
    "fractions": (lambda net: ns.monitor_nodes(net, [0.5]), ParameterError, "integers"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_call_leaves_no_recorder(case):
    call, error, message = REFUSED[case]
    net, sim = sent()
    with pytest.raises(error, match=message):
        call(net)
    assert sim.recorders == ()


@pytest.mark.parametrize("call", [ns.monitor_groups, ns.monitor_nodes, lambda net: ns.get_recording(net, "V_m")])
def test_watching_a_network_that_is_not_sent_is_refused(call):
    with pytest.raises(SimulationError, match=r"send it first with net.to_sim\(\)"):
        call(network())


# Refusals


@pytest.mark.parametrize("call", [ns.monitor_groups, ns.monitor_nodes, ns.get_recording, ns.plot_activity])
def test_a_network_that_does_not_come_first_is_asked_for(call):
    net = network()
    with pytest.raises(ParameterError, match=r"network: got .*, expected a Network, as the first argument"):
        call(net.population.keys(), net if call is not ns.plot_activity else None)


def test_when_the_simulation_is_closed_results_are_the_way_to_a_plot(tmp_path):
    net, sim = sent()
    ns.monitor_groups(net)
    results = sim.run(20.0)
    sim.close()
    for call in (ns.plot_activity, lambda net: ns.save_spikes(net, tmp_path / "x.csv")):
        with pytest.raises(SimulationError, match=r"net\.to_sim\(\), or give the results of a run"):
            call(net)
    assert ns.plot_activity(net, results).get_xlim() == (0.0, 20.0)
