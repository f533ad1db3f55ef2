"""Neurons whose number of receptors the user chooses: against NEST, each other, and what they refuse."""

import math

import numpy as np
import pytest

import simcore
from simcore import Simulation
from simcore.errors import EdgeError, ParameterError, UnknownNameError
from simcore.models import REGISTRY
from tests.reference import compiled

MODELS = ("iaf_psc_exp_multisynapse", "iaf_psc_alpha_multisynapse")
EXP = "iaf_psc_exp_multisynapse"


@pytest.fixture(scope="module")
def oracle():
    from tests.oracle import nest_runs

    return nest_runs


@pytest.fixture
def sim():
    return Simulation(dt=0.1, seed=1, threads=1)


def trains(oracle, receptors, *, scale, positive=False, n_steps=600):
    """Spikes of both signs, or of one, to each receptor."""
    rng, out = np.random.default_rng(4), {}
    for receptor in receptors:
        weights = rng.normal(0.3, 1.0, 40) * scale
        weights = np.abs(weights) if positive else weights
        stamps, delays = rng.integers(1, n_steps, 40), rng.choice([1, 7], 40)
        rows = zip(stamps.tolist(), weights.tolist(), delays.tolist(), strict=True)
        out[receptor] = [oracle.Spike(*row) for row in rows]
    return out


def assert_equals_nest(mine, theirs, share):
    assert theirs.spikes
    assert mine.spikes == theirs.spikes
    assert set(mine.traces) >= set(theirs.traces)
    for name, trace in theirs.traces.items():
        largest = max(1.0, np.abs(trace).max())
        assert np.abs(trace).max() > 0.0, name
        np.testing.assert_allclose(mine.traces[name], trace, rtol=0.0, atol=share * largest, err_msg=name)


# What they do


@pytest.mark.parametrize("name", MODELS)
def test_three_receptors_under_spikes_of_both_signs_and_currents_are_those_of_nest(name, oracle):
    given = {
        "params": {"tau_syn": [0.5, 2.0, 9.0], "I_e": 250.0, "tau_m": 13.0, "t_ref": 1.05},
        "spikes": trains(oracle, (1, 2, 3), scale=400.0),
        "pulses": [oracle.Pulse(50, 300, 120.0, 2), oracle.Pulse(200, 500, -90.0, 5)],
    }
    mine, theirs = (run.single_neuron(name, 600, 0.1, **given) for run in (compiled, oracle))
    assert set(mine.traces) == set(theirs.traces) == {"V_m", "I_syn", "I_syn_1", "I_syn_2", "I_syn_3"}
    assert_equals_nest(mine, theirs, 1e-10)


@pytest.mark.parametrize("name", MODELS)
def test_two_receptors_with_one_sign_each_are_the_neuron_with_two_currents(name, oracle):
    spikes = trains(oracle, (1,), scale=900.0)[1]
    signs = {1: [s for s in spikes if s.weight >= 0.0], 2: [s for s in spikes if s.weight < 0.0]}
    mine = compiled.single_neuron(name, 600, 0.1, params={"tau_syn": [4.0, 1.5]}, spikes=signs)
    plain = {"tau_syn_ex": 4.0, "tau_syn_in": 1.5}
    other = compiled.single_neuron(name.replace("_multisynapse", ""), 600, 0.1, params=plain, spikes=spikes)
    assert mine.spikes == other.spikes != []
    for left, right in {"V_m": "V_m", "I_syn_1": "I_syn_ex", "I_syn_2": "I_syn_in"}.items():
        np.testing.assert_allclose(mine.traces[left], other.traces[right], rtol=0.0, atol=1e-9)


@pytest.mark.parametrize("name", MODELS)
def test_a_current_as_slow_as_the_membrane_is_the_limit_of_slower_and_faster_ones(name, oracle):
    spikes = trains(oracle, (1,), scale=100.0)
    runs = [
        compiled.single_neuron(name, 300, 0.1, params={"tau_syn": [tau]}, spikes=spikes).traces["V_m"]
        for tau in (10.0, 10.0 + 1e-6, 10.0 - 1e-6)
    ]
    assert np.abs(runs[0] + 70.0).max() > 1.0
    np.testing.assert_allclose(runs[0], (runs[1] + runs[2]) / 2.0, rtol=0.0, atol=1e-9)


@pytest.mark.parametrize("name", MODELS)
def test_a_neuron_without_receptors_integrates_its_current_as_in_nest(name, oracle):
    given = {"params": {"tau_syn": [], "I_e": 400.0}}
    mine, theirs = (run.single_neuron(name, 400, 0.1, **given) for run in (compiled, oracle))
    assert mine.spikes == theirs.spikes != []
    np.testing.assert_allclose(mine.traces["V_m"], theirs.traces["V_m"], rtol=0.0, atol=1e-9)
    np.testing.assert_array_equal(mine.traces["I_syn"], theirs.traces["I_syn"])


def stimulated(sim, neurons, receptors):
    """Spikes to each of some receptors, and a recorder of their currents."""
    generator = sim.create("spike_generator", params={"spike_times": [1.0, 2.5, 2.6, 12.0, 14.0]})
    for receptor in receptors:
        sim.connect(generator, neurons, weight=150.0 * (-1) ** receptor, delay=0.3, receptor=receptor)
    return sim.record(neurons, ["V_m", "I_syn"], interval=0.1)


def test_lists_of_each_neuron_give_what_each_of_them_gives_alone(sim):
    lists = [[1.0, 5.0], [2.0, 3.0], [9.0, 0.4]]
    neurons = sim.create(EXP, 3, {"tau_syn": lists, "C_m": [200.0, 250.0, 300.0]})
    together = stimulated(sim, neurons, (1, 2))
    sim.run(20.0)
    for k, one in enumerate(lists):
        other = Simulation(dt=0.1, seed=1, threads=1)
        alone = stimulated(other, other.create(EXP, 1, {"tau_syn": one, "C_m": 200.0 + 50.0 * k}), (1, 2))
        other.run(20.0)
        np.testing.assert_array_equal(together["V_m"][:, k], alone["V_m"][:, 0])


# Reading and changing


def test_the_number_of_receptors_follows_the_list_and_equal_numbers_share_a_model(sim):
    neurons = [sim.create(EXP, 2, {"tau_syn": [1.0] * n}) for n in (3, 1, 3)] + [sim.create(EXP)]
    assert [p.model.n_receptors for p in sim.populations] == [3, 1, 3, 1]
    assert sim.populations[0].model is sim.populations[2].model
    assert sim.populations[1].model is sim.populations[3].model is REGISTRY.get(EXP)
    assert neurons[0].get("n_synapses").tolist() == [3, 3]
    assert [values.tolist() for values in sim.nodes.get("tau_syn")] == [[1.0] * 3] * 2 + [[1.0]] * 2 + [[1.0] * 3] * 2 + [[2.0]]
    assert sim.nodes.get("n_synapses").tolist() == [3, 3, 1, 1, 3, 3, 1]
    assert repr(neurons[0]) == f"Nodes(2 {EXP})"
    assert "one receptor for each number in tau_syn" in str(sim.populations[0].model)


def test_lists_are_set_for_all_for_some_and_for_each(sim):
    neurons = sim.create(EXP, 3, {"tau_syn": [1.0, 2.0]})
    neurons[1:].set(tau_syn=[[3.0, 4.0], [5.0, 6.0]])
    assert [values.tolist() for values in neurons.get("tau_syn")] == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    neurons.set(tau_syn=neurons[::-1].get("tau_syn"))
    assert [values.tolist() for values in neurons.get("tau_syn")] == [[5.0, 6.0], [3.0, 4.0], [1.0, 2.0]]
    neurons[0].set(tau_syn=np.array([7.0, 8.0]))
    neurons[[2, 0, 1]].set(tau_syn=np.array([[1.0], [2.0], [3.0]]))
    assert [values.tolist() for values in neurons.get("tau_syn")] == [[2.0], [3.0], [1.0]]
    neurons.set(tau_syn=[9.0])
    assert sim.populations[0].parameters["tau_syn"].tolist() == [9.0]


def test_new_values_hold_from_where_they_are_set_as_in_nest(sim, oracle):
    recorder = stimulated(sim, sim.create(EXP, 1, {"tau_syn": [3.0, 8.0]}), (1, 2))
    sim.run(10.0)
    sim.nodes[0].set(tau_syn=[1.0, 20.0])
    sim.run(10.0)
    nest = oracle.nest
    oracle.reset(0.1)
    neuron = nest.Create(EXP, params={"tau_syn": [3.0, 8.0]})
    generator = nest.Create("spike_generator", params={"spike_times": [1.0, 2.5, 2.6, 12.0, 14.0]})
    for receptor in (1, 2):
        spec = {"weight": 150.0 * (-1) ** receptor, "delay": 0.3, "receptor_type": receptor}
        nest.Connect(generator, neuron, syn_spec=spec)
    meter = nest.Create("multimeter", params={"record_from": ["V_m", "I_syn"], "interval": 0.1})
    nest.Connect(meter, neuron, syn_spec={"delay": 0.1})
    nest.Simulate(10.0)
    neuron.tau_syn = [1.0, 20.0]
    nest.Simulate(10.5)
    for name in ("V_m", "I_syn"):
        np.testing.assert_allclose(recorder[name][:, 0], np.array(meter.events[name])[:200], rtol=0.0, atol=1e-9)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("name", MODELS)
def test_receptors_added_during_the_simulation_are_those_that_had_waited_unused(name, threads, tmp_path):
    runs = []
    for lists in ([[1.0, 4.0]], [[1.0, 4.0, 2.0, 0.5]]):
        sim = Simulation(dt=0.1, seed=1, threads=threads)
        neurons = sim.create(name, 600, {"tau_syn": lists[0], "V_m": ("uniform", -70.0, -60.0)})
        recorder = stimulated(sim, neurons, (1, 2))
        sim.run(5.0)
        neurons.set(tau_syn=[1.0, 4.0, 2.0, 0.5])
        late = sim.create("spike_generator", params={"spike_times": [7.0, 8.0]})
        sim.connect(late, neurons, weight=300.0, delay=0.5, receptor=4)
        own = sim.record(neurons, ["I_syn_4"], interval=0.5)
        sim.run(2.1)
        sim = simcore.load(sim.save(tmp_path / "state.npz"), threads=threads)
        sim.run(7.9)
        runs.append([*(sim.recorders[0][variable] for variable in recorder.names), sim.recorders[1]["I_syn_4"]])
        assert own.names == sim.recorders[1].names
    assert runs[0][-1].max() > 100.0
    for left, right in zip(*runs, strict=True):
        np.testing.assert_array_equal(left, right)


def test_a_reset_keeps_the_number_of_receptors_and_forgets_their_currents(sim):
    neurons = sim.create(EXP, 2, {"tau_syn": [1.0]})
    recorder = stimulated(sim, neurons, (1,))
    sim.run(3.0)
    neurons.set(tau_syn=[1.0, 2.0])
    neurons.set(I_syn_2=500.0)
    sim.run(3.0)
    assert recorder["I_syn"].max() > 200.0
    sim.reset()
    sim.run(6.0)
    assert sim.populations[0].model.n_receptors == 2
    assert recorder["I_syn"].max() <= 0.0
    neurons.set(tau_syn=[1.0])
    sim.run(1.0)
    assert list(sim.populations[0].columns) == ["V_m", "wait", "I_syn_1"]


# What is refused


def test_values_that_are_no_lists_of_allowed_numbers_are_refused_and_change_nothing(sim):
    neurons = sim.create(EXP, 3, {"tau_syn": [1.0, 2.0, 3.0]})
    cases = {
        "a list of numbers, one for each receptor": [2.0, "2.0", None, ("uniform", 1.0, 2.0)],
        "> 0 ms": [[1.0, 0.0, 3.0], [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [1.0, -2.0, 3.0]]],
        "finite": [[1.0, math.nan, 3.0], [1.0, math.inf, 1.0]],
        "lists of one length": [[[1.0], [1.0, 2.0], [3.0]]],
        "one for each of the 3 nodes": [[[1.0], [2.0]]],
        "numbers": [[1.0, "a", 2.0], [[1.0, None]] * 3, [True, False]],
    }
    for message, values in cases.items():
        for value in values:
            with pytest.raises(ParameterError, match=message):
                neurons.set(tau_syn=value)
            with pytest.raises(ParameterError, match=message.replace("the 3 nodes", "3 neurons")):
                sim.create(EXP, 3, {"tau_syn": value})
    for name in ("tau_syn_1", "tau_syn_ex"):
        with pytest.raises(UnknownNameError, match="did you mean 'tau_syn'"):
            neurons.set({name: 2.0})
    with pytest.raises(ParameterError, match="n_synapses: got 3, expected none: it follows from the length of tau_syn"):
        neurons.set(n_synapses=3)
    with pytest.raises(ParameterError, match="n_synapses"):
        sim.create(EXP, 1, {"n_synapses": 1, "tau_syn": [1.0]})
    assert [values.tolist() for values in neurons.get("tau_syn")] == [[1.0, 2.0, 3.0]] * 3
    assert sim.n_nodes == 3


def test_a_receptor_that_something_needs_cannot_vanish(sim):
    neurons, others = (sim.create(EXP, 2, {"tau_syn": [1.0, 2.0, 3.0]}) for _ in range(2))
    sim.connect(sim.create("poisson_generator"), neurons, receptor=2)
    with pytest.raises(EdgeError, match="1 numbers leave no receptor 2, and connections lead to it"):
        neurons.set(tau_syn=[1.0])
    neurons.set(tau_syn=[1.0, 2.0])
    with pytest.raises(
        ParameterError, match="got '1 receptors for 1 of them', expected 3, or another number for all 2 neurons"
    ):
        others[:1].set(tau_syn=[1.0])
    recorder = sim.record(others, ["V_m", "I_syn_3"], interval=0.1)
    with pytest.raises(ParameterError, match="got '2 numbers', expected enough for I_syn_3, which is recorded"):
        others.set(tau_syn=[1.0, 2.0])
    others.set(tau_syn=[1.0, 2.0, 3.0, 4.0])
    sim.run(1.0)
    assert recorder["I_syn_3"].shape == (10, 2)


@pytest.mark.parametrize("drive", ["spike_generator", "poisson_generator"])
def test_what_is_under_way_to_a_receptor_that_vanishes_does_not_arrive(drive, tmp_path):
    sim = Simulation(dt=0.1, seed=1)
    source = sim.create("parrot_neuron")
    driving = sim.create(drive, params={"spike_times": [0.5]} if drive == "spike_generator" else {"rate": 1e4})
    neurons = sim.create(EXP, 2, {"tau_syn": [1.0, 2.0, 3.0]})
    sim.connect(driving, source)
    made = [sim.connect_edges(ends.ids.repeat(2), neurons.ids, delay=5.0, receptor=3) for ends in (source, driving)]
    sim.record(neurons, "V_m", interval=0.1)
    sim.run(3.0)
    for edges in made:
        sim.disconnect(edges)
    neurons.set(tau_syn=[1.0])
    other = simcore.load(sim.save(tmp_path / "state.npz"))
    for one in (sim, other):
        one.run(5.0)
        one.set(one.select(neurons.ids), tau_syn=[1.0, 2.0, 3.0])
        one.run(3.0)
        assert np.all(one.recorders[0]["V_m"] == -70.0)


@pytest.mark.parametrize("receptor", [0, 3, -1])
def test_receptors_that_the_neuron_has_not_take_no_spikes(sim, receptor):
    neurons = sim.create(EXP, 2, {"tau_syn": [1.0, 2.0]})
    with pytest.raises(EdgeError, match=f"{EXP} has no receptor {receptor}; it has: 1, 2"):
        sim.connect(neurons, neurons, receptor=receptor)
    with pytest.raises(EdgeError, match="sends a current, which has receptor 0"):
        sim.connect(sim.create("dc_generator"), neurons, receptor=1)
