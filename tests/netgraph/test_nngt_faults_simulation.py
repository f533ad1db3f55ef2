"""What NNGT 2.8 gets wrong between a network and its simulation, by its own examples: here it is right."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import netgraph as ng
import netgraph.simulation as ns
from netgraph import analysis
from simcore.errors import FrozenNetworkError, ParameterError, SimulationError, UnknownNameError
from simcore.results import Results, Spikes

ROOT = Path(ng.__file__).resolve().parent.parent


def network(n_edges=60, *, n=10, weight=2.0, delay=2.0):
    pop = ng.NeuralPop.exc_and_inhib(n, en_model="iaf_psc_exp", in_model="iaf_psc_exp")
    source, target = np.random.default_rng(0).integers(0, 4, (2, n_edges))
    return ng.Network.from_edges(source, target, population=pop, weights=weight, delays=delay)


# Activity


def test_rates_are_in_hertz_over_the_whole_window():
    spikes = Spikes([400.0, 500.0, 600.0], [0, 0, 0], [0, 1])
    results = Results(spikes, [], {"start": 0.0, "stop": 1000.0})
    assert analysis.firing_rates(results).tolist() == [3.0, 0.0]
    rate, times = analysis.smoothed_rate(results, std=30.0)
    assert np.trapezoid(rate, times) / 1000.0 == pytest.approx(1.5, rel=1e-6)


def test_each_node_gets_its_own_trace_not_that_of_the_next():
    net = network()
    sim = net.to_sim()
    sim.set(sim.select(range(10)), V_m=-70.0 + 0.1 * np.arange(10))
    voltage = ns.monitor_nodes(net, range(10), "V_m", interval=0.1)
    sim.run(0.1)
    recording = ns.get_recording(net, "V_m", recorder=voltage)
    np.testing.assert_allclose([recording["V_m"][k][0] for k in range(10)], -70.0 + 0.1 * np.arange(10), atol=0.02)
    assert recording["V_m"][0][0] == -70.0
    sim.close()


def test_drawn_states_are_stored_with_the_neurons_that_have_them():
    net = network()
    sim = net.to_sim(seed=3)
    ns.randomize_neural_states(net, {"V_m": ("uniform", -70.0, -60.0)}, nodes=[7, 2, 5])
    assert np.isnan(net.nodes["V_m"][[0, 1, 3, 4, 6, 8, 9]]).all()
    np.testing.assert_array_equal(net.nodes["V_m"][[7, 2, 5]], sim.get(sim.select([7, 2, 5]), "V_m"))
    assert len(set(net.nodes["V_m"][[7, 2, 5]])) == 3
    sim.close()


# What is sent


def test_parallel_edges_and_edges_of_weight_zero_are_all_sent_with_their_own_delays():
    net = network()
    assert len({*zip(net.source.tolist(), net.target.tolist(), strict=True)}) < 17 < net.n_edges
    net.edges.set_rows("weight", [3, 4, 5, 6, 7], 0.0)
    sim = net.to_sim()
    sent = sim.connectivity()
    assert sent["source"].size == 60
    assert (set(sent["delay"]), sorted(set(sent["weight"]))) == ({2.0}, [0.0, 2.0])
    sim.close()


def test_a_delay_below_the_step_is_refused_not_accepted():
    with pytest.raises(ParameterError, match="0.05"):
        network(delay=0.05).to_sim(dt=0.1)


def test_a_part_of_a_network_is_sent_as_its_subgraph():
    net = network()
    net.add_edges([9, 0], [0, 9])
    for chosen in (net.population["excitatory"], [8, 9, 0]):
        ids = getattr(chosen, "ids", np.array(chosen))
        part = net.subgraph(chosen)
        sim = part.to_sim()
        sent = sim.connectivity()
        inside = np.isin(net.source, ids) & np.isin(net.target, ids)
        assert sent["source"].size == inside.sum()
        ends = sorted(zip(ids[sent["source"]].tolist(), ids[sent["target"]].tolist(), strict=True))
        assert ends == sorted(zip(net.source[inside].tolist(), net.target[inside].tolist(), strict=True))
        sim.close()


def test_without_weights_means_a_weight_of_one():
    net = network(weight=("uniform", 1.0, 5.0))
    net.set_weights(1.0)
    sim = net.to_sim()
    assert set(sim.connectivity()["weight"]) == {1.0}
    sim.close()


@pytest.mark.parametrize("name", ["synapse_model", "model"])
def test_a_synapse_specification_with_nngts_old_key_or_a_weight_is_refused(name):
    groups = [ng.NeuralGroup(5, neuron_model="iaf_psc_exp")]
    wrong = {"weight": 2.0} if name == "synapse_model" else {"model": "tsodyks2_synapse"}
    with pytest.raises((ParameterError, UnknownNameError)):
        ng.NeuralPop.from_groups(groups, ["a"], syn_spec={("a", "a"): wrong})


def test_parameters_of_the_synapses_of_uniform_networks_arrive():
    net = ng.Network.uniform(4, neuron_model="iaf_psc_exp", syn_model="tsodyks2_synapse", syn_param={"U": 0.3})
    net.add_edges([0, 1], [1, 2])
    sim = net.to_sim()
    (projection,) = sim.projections
    assert (projection.synapse.name, projection.parameters["U"]) == ("tsodyks2_synapse", 0.3)
    sim.close()


# While it lives


def test_sending_twice_is_refused_and_possible_after_closing():
    net = network()
    sim = net.to_sim()
    with pytest.raises(SimulationError, match="in a simulation already; end that one first"):
        net.to_sim()
    sim.close()
    again = net.to_sim()
    assert len(again.select(range(10))) == 10
    again.close()


CHANGES = {
    "weights": lambda net: net.set_weights(3.0),
    "edges": lambda net: net.add_edges([7], [8]),
    "deleted edges": lambda net: net.delete_edges([0]),
    "delays": lambda net: net.edges.set_rows("delay", [0], 3.0),
    "parameters by update": lambda net: net.population["excitatory"].neuron_param.update(tau_m=5.0),
    "parameters": lambda net: net.population.set_param({"tau_m": 5.0}),
    "model": lambda net: net.population.set_model("iaf_psc_alpha"),
    "synapses": lambda net: setattr(net.population, "syn_spec", "tsodyks2_synapse"),
    "meta groups": lambda net: net.population.create_meta_group([0, 1], "some"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_sent_does_not_change_silently(what):
    net = network()
    sim = net.to_sim()
    with pytest.raises(FrozenNetworkError, match=r"sim\.close\(\)"):
        CHANGES[what](net)
    sim.close()
    CHANGES[what](net)


def test_weights_of_inhibitory_events_are_positive_and_negative_ones_are_refused():
    net = network()
    net.add_edges([9], [0])
    sim = net.to_sim()
    with pytest.raises(ParameterError, match="weight: got -0.5, expected a number >= 0: syn_type gives the sign"):
        ns.set_minis(net, 5.0, -0.5, syn_type=-1)
    ns.set_minis(net, 500.0, 50.0, syn_type=-1)
    voltage = ns.monitor_nodes(net, [0, 1], "V_m", interval=1.0)
    sim.run(100.0)
    assert voltage["V_m"][:, 0].min() < -70.5
    assert (voltage["V_m"][:, 1] == -70.0).all()
    sim.close()


def test_currents_that_change_at_time_zero_are_refused_by_name():
    net = network()
    sim = net.to_sim()
    with pytest.raises(ParameterError, match="amplitude_times"):
        ns.set_step_currents(net, times=[0.0, 10.0], currents=[100.0, 0.0])
    sim.close()


# Packages


def run(code, **more):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=120, **more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_nest_module_is_neither_imported_nor_replaced():
    code = """
import sys, types
import netgraph.simulation as ns; ns.to_nest, ns.from_nest
assert "nest" not in sys.modules
mine = sys.modules["nest"] = types.ModuleType("nest")
import netgraph; netgraph.Network.uniform(3).to_sim().close()
assert sys.modules["nest"] is mine
"""
    run(code)


def test_importing_writes_nothing_and_prints_nothing(tmp_path):
    import os

    code = "import netgraph, netgraph.generation, netgraph.simulation, netgraph.analysis, netgraph.plot; netgraph.Graph(3)"
    places = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR", "")}
    assert run(code, env={**os.environ, "PYTHONPATH": str(ROOT), **{k: v for k, v in places.items() if v}}) == ""
    assert list(tmp_path.rglob("*")) == []


def test_no_package_needs_an_optional_library_to_be_imported_whole():
    code = """
import sys
for name in ("shapely", "networkx", "igraph", "pandas", "nest", "mpi4py", "bokeh", "h5py"): sys.modules[name] = None
from netgraph import *; from netgraph.space import *; from netgraph.generation import *; from netgraph.analysis import *
print(Shape.disk(1.0).contains([[0.0, 0.0]])[0])
"""
    assert run(code) == "True\n"


def test_checks_stay_with_optimised_python():
    """NNGT checked its input with `assert`, which python -O leaves out."""
    code = """
import netgraph, sys
for wrong in (lambda: netgraph.Graph(-1), lambda: netgraph.Graph(2).add_edges([0], [5]), lambda: netgraph.NeuralGroup([1, 1])):
    try: wrong()
    except ValueError: continue
    sys.exit("accepted")
"""
    done = subprocess.run([sys.executable, "-O", "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stderr
