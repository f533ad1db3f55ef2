"""Every neuron model in the compiled simulator, step by step: against NEST, and against the naive twin."""

import numpy as np
import pytest

from simcore import Simulation
from simcore.models import REGISTRY
from tests.reference import compiled, everything, naive
from tests.simcore.test_models_naive import CASES, DRIVEN, MATRIX, MODELS, driven_train, spike_train

# Recorded values may differ from NEST's by this share of the largest one, at least of one unit (mV, pA or nS).
SHARE = {True: 1e-7, False: 1e-10}

# More than one chunk of the update loop (256) and of the solver's lanes (128); the neurons that are looked at.
SIZE = 300
LOOKED_AT = (0, 1, 127, 128, 255, 256, 299)


@pytest.fixture(scope="module")
def oracle():
    from tests.oracle import nest_runs

    return nest_runs


def known_to_nest(oracle, name):
    if not oracle.has_model(name):
        pytest.skip("NEST has no such model")
    return REGISTRY.get(name)


def assert_equal(mine, theirs, share):
    assert mine.spikes == theirs.spikes
    assert set(mine.traces) == set(theirs.traces)
    for name, trace in theirs.traces.items():
        largest = max(1.0, np.abs(trace).max())
        np.testing.assert_allclose(mine.traces[name], trace, rtol=0.0, atol=share * largest, err_msg=name)


@pytest.mark.parametrize(("name", "case"), MATRIX)
def test_every_recordable_equals_that_of_nest_at_every_step(name, case, oracle):
    model, (dt, params) = known_to_nest(oracle, name), CASES[case]
    n_steps = {0.05: 600, 1.0: 120}.get(dt, 400)
    spikes = spike_train(model, oracle, n_steps, seed=len(case))
    pulses, constant = driven_train(model, oracle, n_steps) if model.takes_current else ((), {})
    given = {"params": {**constant, **params}, "spikes": spikes, "pulses": pulses}
    theirs = oracle.single_neuron(name, n_steps, dt, receptor=model.receptors()[0], **given)
    assert theirs.spikes
    assert_equal(compiled.single_neuron(name, n_steps, dt, **given), theirs, SHARE[model.solver is not None])


@pytest.mark.parametrize("name", MODELS)
def test_neuron_equals_that_of_nest_under_a_strong_spike_train_of_both_signs(name, oracle):
    model = known_to_nest(oracle, name)
    spikes = spike_train(model, oracle, 1000, seed=7, strength=3.0)
    slow = {"tau_syn_ex": 2.0} if "tau_syn_ex" in model.parameters else {}
    theirs = oracle.single_neuron(name, 1000, 0.1, params=slow, spikes=spikes, receptor=model.receptors()[0])
    mine = compiled.single_neuron(name, 1000, 0.1, params=slow, spikes=spikes)
    assert theirs.spikes
    assert_equal(mine, theirs, SHARE[model.solver is not None])


@pytest.mark.parametrize("name", DRIVEN)
def test_neuron_equals_that_of_nest_under_current_steps(name, oracle):
    model = known_to_nest(oracle, name)
    pulses, constant = driven_train(model, oracle, 1000)
    theirs = oracle.single_neuron(name, 1000, 0.1, params=constant, pulses=pulses)
    mine = compiled.single_neuron(name, 1000, 0.1, params=constant, pulses=pulses)
    assert theirs.spikes
    assert_equal(mine, theirs, SHARE[model.solver is not None])


@pytest.mark.parametrize("name", MODELS)
def test_neuron_is_the_same_to_the_bit_when_the_run_is_split(name, oracle):
    model = REGISTRY.get(name)
    spikes = spike_train(model, oracle, 300, seed=5)
    pulses, constant = driven_train(model, oracle, 300) if model.takes_current else ((), {})
    runs = [
        compiled.single_neuron(name, 300, 0.1, params=constant, spikes=spikes, pulses=pulses, pieces=pieces)
        for pieces in ([300], [1, 7, 0, 150, 3, 139])
    ]
    assert runs[0].spikes == runs[1].spikes
    assert runs[0].spikes
    for variable, trace in runs[0].traces.items():
        np.testing.assert_array_equal(runs[1].traces[variable], trace, err_msg=variable)


@pytest.mark.parametrize("name", MODELS)
def test_each_neuron_of_a_large_population_is_the_naive_twin_of_its_own_parameters(name):
    model, rng, n_steps = REGISTRY.get(name), np.random.default_rng(3), 120
    values, unit = everything.own_parameters(model, SIZE, rng), next(iter(model.inputs.values())).unit
    strength = {"mV": 9.0, "pA": 2500.0, "nS": 40.0, "": 1.0}[unit]
    stamps, weights = rng.integers(1, 100, 2 * SIZE), rng.normal(0.4, 1.0, 2 * SIZE) * strength
    targets, delays = np.repeat(np.arange(SIZE), 2), rng.integers(1, 12, 2 * SIZE)

    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create(name, SIZE, values)
    trains = sim.create("spike_generator", 2 * SIZE, {"spike_times": [[round(0.1 * s, 1)] for s in stamps.tolist()]})
    sim.connect_edges(trains.ids, neurons.ids[targets], weight=weights, delay=0.1 * delays, receptor=model.receptors()[0])
    if model.takes_current:
        pulses = sim.create("dc_generator", params={"amplitude": 400.0, "start": 2.0, "stop": 9.0})
        sim.connect(pulses, neurons, weight=0.25, delay=0.3)
    recorder = sim.record(neurons, "spikes")
    traces = sim.record(neurons, sorted(model.recordable_units), interval=0.1) if model.recordable_units else None
    sim.run(n_steps * 0.1)

    current = np.where((np.arange(n_steps) >= 23) & (np.arange(n_steps) < 93), 100.0, 0.0) if model.takes_current else 0.0
    fired = 0
    for k in LOOKED_AT:
        arriving = [(int(stamps[e] + delays[e]), float(weights[e])) for e in np.flatnonzero(targets == k)]
        params = {n: float(v[k]) for n, v in values.items()}
        twin = naive.run(model, n_steps, 0.1, params=params, inputs=naive.route(model, arriving), current=current)
        stamps_of_k = np.rint(recorder.spikes.of([k]).times / 0.1).astype(int)
        assert sorted(stamps_of_k.tolist()) == [stamp for stamp, count in twin.spikes for _ in range(count)]
        for variable, trace in twin.traces.items():
            largest = max(1.0, np.abs(trace).max())
            np.testing.assert_allclose(traces[variable][:, k], trace, rtol=0.0, atol=1e-9 * largest, err_msg=variable)
        fired += len(twin.spikes)
    assert fired


def test_number_of_neurons_does_not_matter_to_a_neuron():
    traces = []
    for size in (1, 127, 128, 129, 300):
        sim = Simulation(dt=0.1, seed=1, threads=1)
        neurons = sim.create("aeif_cond_alpha", size, {"I_e": 700.0})
        recorder = sim.record(neurons[-1], ["V_m", "w"], interval=0.1)
        sim.run(30.0)
        traces.append(recorder["V_m"][:, 0])
    assert traces[0].max() > -50.0
    for trace in traces[1:]:
        np.testing.assert_array_equal(trace, traces[0])


def test_a_potential_set_during_an_action_potential_is_where_the_next_step_begins_as_in_nest(oracle):
    """Whether it falls is seen within a step: what it was before somebody set it does not matter."""
    given, nest = {"I_e": 900.0, "V_m": -41.0}, oracle.nest
    oracle.reset(0.1)
    theirs = nest.Create("hh_psc_alpha", params=given)
    recorder = nest.Create("spike_recorder")
    nest.Connect(theirs, recorder)
    sim = Simulation(dt=0.1, seed=1, threads=1)
    mine = sim.create("hh_psc_alpha", params=given)
    spikes = sim.record(mine)
    potentials = []
    for k in range(60):
        nest.Simulate(0.1)
        sim.run(0.1)
        potentials.append((mine.get("V_m")[0], theirs.V_m))
        if k == 7:
            mine.set(V_m=-35.0)
            theirs.V_m = -35.0
    potentials = np.array(potentials)
    # It was higher, and rises from where it was set.
    assert potentials[7, 1] > potentials[8, 1] > 0.0
    np.testing.assert_allclose(potentials[:, 0], potentials[:, 1], rtol=0.0, atol=1e-7)
    np.testing.assert_array_equal(spikes.times[spikes.times <= 5.0], recorder.events["times"][recorder.events["times"] <= 5.0])
