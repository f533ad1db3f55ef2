"""Small, empty, long and interrupted simulations, and those that break: each leaves a simulation that can go on."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from simcore import NeuronModel, Param, Simulation, State, rules
from simcore.errors import NumericalError, SimulationError
from simcore.interrupt import Interrupt
from simcore.kernel import sending
from simcore.kernel.engine import Engine
from simcore.progress import Progress
from tests.reference.meters import COUNTER

ROOT = Path(__file__).parents[2]


def test_a_simulation_of_nothing_runs_and_has_a_time():
    sim = Simulation(dt=0.1, seed=1, threads=2)
    for duration in (0.0, 12.3):
        results = sim.run(duration)
    assert sim.time == 12.3
    assert (len(results.spikes), results.traces, results.meta["stop"]) == (0, [], 12.3)
    assert sim.n_nodes == len(sim.nodes) == 0


def test_stimulators_alone_run():
    sim = Simulation(dt=0.1, seed=1, threads=2)
    train = sim.create("spike_generator", params={"spike_times": [1.0, 2.5]})
    sim.create("poisson_generator", params={"rate": 100.0})
    sim.record(train)
    assert sim.run(1.0).spikes.times.tolist() == [1.0]
    assert sim.run(2.0).spikes.times.tolist() == [2.5]


def test_one_neuron_without_synapses_spikes_when_it_should_on_more_threads_than_neurons():
    for threads in (1, 5):
        sim = Simulation(dt=0.1, seed=1, threads=threads)
        sim.record(sim.create("iaf_psc_alpha", params={"I_e": 1000.0}))
        assert sim.run(26.0).spikes.times.tolist() == [4.8, 11.6, 18.4, 25.2]


def test_an_empty_run_changes_nothing():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    node = sim.create("iaf_psc_exp", params={"I_e": 500.0})
    sim.run(2.0)
    before = node.get("V_m")
    results = sim.run(0.0)
    assert (sim.time, results.meta["start"], results.meta["stop"]) == (2.0, 2.0, 2.0)
    assert results.timing["real_time_factor"] == 0.0
    np.testing.assert_array_equal(node.get("V_m"), before)


def test_a_hundred_tiny_populations_of_all_sizes_from_one_work_as_one():
    def spikes(sizes):
        sim = Simulation(dt=0.1, seed=1, threads=2)
        start = np.linspace(-70.0, -56.0, 5050)
        for size, at in zip(sizes, np.concatenate([[0], np.cumsum(sizes)[:-1]]), strict=True):
            sim.create("iaf_psc_exp", int(size), {"V_m": start[at : at + size], "I_e": 390.0})
        edges = np.random.default_rng(0).integers(0, 5050, (2, 20_000))
        sim.connect_edges(*edges, weight=200.0, delay=0.7)
        sim.record(sim.nodes)
        return sim.run(20.0).spikes

    one, many = spikes([5050]), spikes(np.arange(1, 101))
    assert len(one) > 4000
    np.testing.assert_array_equal(many.times, one.times)
    np.testing.assert_array_equal(many.ids, one.ids)


def test_two_simulations_in_turn_do_not_touch_each_other():
    def one(seed):
        sim = Simulation(dt=0.1, seed=seed, threads=1)
        nodes = sim.create("iaf_psc_exp", 50, {"V_m": ("uniform", -70.0, -55.0)})
        sim.connect(sim.create("poisson_generator", params={"rate": 9000.0}), nodes, weight=60.0)
        sim.connect(nodes, nodes, rules.FixedIndegree(5), weight=30.0, delay=0.4)
        sim.record(nodes)
        return sim

    expected = [one(seed).run(40.0).spikes for seed in (1, 2)]
    sims = [one(1), one(2)]
    for _ in range(4):
        for sim in sims:
            sim.run(10.0)
    for sim, spikes in zip(sims, expected, strict=True):
        assert len(spikes) > 50
        np.testing.assert_array_equal(sim.results.spikes.times, spikes.times)
        np.testing.assert_array_equal(sim.results.spikes.ids, spikes.ids)


@pytest.mark.parametrize("dt", [0.001, 0.1, 0.25, 1.0, 7.0])
def test_any_step_of_the_grid_works(dt):
    sim = Simulation(dt=dt, seed=1, threads=1)
    train = sim.create("spike_generator", params={"spike_times": [dt, 3 * dt]})
    target = sim.create(COUNTER)
    sim.connect(train, target, delay=2 * dt)
    recorder = sim.record(target, "count", interval=dt)
    sim.run(10 * dt)
    np.testing.assert_allclose(recorder.times, dt * np.arange(1, 11), rtol=1e-14)
    assert np.flatnonzero(recorder["count"][:, 0]).tolist() == [2, 4]


def test_times_are_the_decimal_numbers_a_user_writes():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    recorder = sim.record(sim.create("iaf_psc_exp"), "V_m", interval=0.1)
    sim.run(100.0)
    assert recorder.times.tolist() == [float(f"{k // 10}.{k % 10}") for k in range(1, 1001)]


# -- Ctrl-C --------------------------------------------------------------------------------------------------------------------


def lively(threads=2):
    sim = Simulation(dt=0.1, seed=4, threads=threads)
    nodes = sim.create("iaf_psc_exp", 1200, {"V_m": ("uniform", -70.0, -55.0)})
    sim.connect(sim.create("poisson_generator", params={"rate": 6000.0}), nodes, weight=60.0)
    sim.connect(nodes, nodes, rules.FixedIndegree(10), weight=20.0, delay=("uniform", 0.5, 9.0), synapse="tsodyks2_synapse")
    return sim, sim.record(nodes), sim.record(nodes[::100], "V_m", interval=0.1)


def assert_same(found, expected):
    np.testing.assert_array_equal(found[0].times, expected[0].times)
    np.testing.assert_array_equal(found[0].ids, expected[0].ids)
    np.testing.assert_array_equal(found[1].times, expected[1].times)
    np.testing.assert_array_equal(found[1]["V_m"], expected[1]["V_m"])


def test_ctrl_c_stops_at_a_step_keeps_what_was_recorded_and_the_run_goes_on_identically(monkeypatch):
    sim, *expected = lively()
    sim.run(60.0)
    visits = []

    def interrupt(self, time):
        visits.append(time)
        if len(visits) in (2, 3, 5):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Progress, "advance_to", interrupt)
    sim, *found = lively()
    stops = []
    before = signal.getsignal(signal.SIGINT)
    while sim.time < 60.0:
        try:
            sim.run(round(60.0 - sim.time, 1))
        except KeyboardInterrupt:
            stops.append((sim.time, found[1].times[-1], found[0].times.max()))
    assert len(stops) == 3
    assert 0.0 < stops[0][0] < stops[1][0] < stops[2][0] < 60.0
    for reached, sampled, spiked in stops:
        assert sampled == reached
        assert spiked <= reached
    assert signal.getsignal(signal.SIGINT) is before
    assert_same(found, expected)


def test_ctrl_c_during_the_build_waits_until_it_is_done(monkeypatch):
    sim, *expected = lively()
    sim.run(10.0)
    build = Engine.build

    def interrupt(self, *parts):
        signal.raise_signal(signal.SIGINT)
        build(self, *parts)

    sim, *found = lively()
    with monkeypatch.context() as patch:
        patch.setattr(Engine, "build", interrupt)
        with pytest.raises(KeyboardInterrupt, match="the next run goes on from there"):
            sim.run(10.0)
    assert sim.time < 10.0
    sim.run(round(10.0 - sim.time, 1))
    assert_same(found, expected)


@pytest.mark.parametrize("part", ["_transmitted", "set_entries"])
def test_ctrl_c_while_edges_change_waits_until_they_have(part, monkeypatch):
    found = []
    for is_asked in (False, True):
        sim = Simulation(dt=0.1, seed=1, threads=1)
        source, targets = sim.create("parrot_neuron"), sim.create("iaf_psc_exp", 2)
        sim.connect(sim.create("spike_generator", params={"spike_times": [1.0, 2.0]}), source)
        edges = sim.connect(source, targets, weight=10.0, delay=4.0)
        traces = sim.record(targets, "V_m", interval=0.1)
        sim.run(5.0)
        with monkeypatch.context() as patch:
            own = getattr(sending, part)
            if is_asked:
                patch.setattr(sending, part, lambda *args, own=own: signal.raise_signal(signal.SIGINT) or own(*args))
            with pytest.raises(KeyboardInterrupt) if is_asked else nullcontext():
                sim.set_edges(edges, [1], weight=-50.0)
        sim.run(10.0)
        found.append([traces["V_m"], sim.connectivity(edges)["weight"]])
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)


def test_ctrl_c_from_outside_stops_a_long_run_that_then_goes_on_identically():
    program = textwrap.dedent("""
        import sys
        from tests.simcore.test_simulation_edges_of_use import lively
        sim, spikes, trace = lively()
        sim.run(0.1)
        print("running", flush=True)
        try:
            sim.run(1e6)
        except KeyboardInterrupt:
            print("stopped", sim.time, flush=True)
        sim.run(20.0)
        whole, others, _ = lively()
        whole.run(sim.time)
        print((spikes.times == others.times).all() and (spikes.ids == others.ids).all() and len(others.times) > 0)
    """)
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    child = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}
    )
    with child:
        assert child.stdout.readline() == "running\n"
        timer = threading.Timer(0.3, child.send_signal, [signal.SIGINT])
        timer.start()
        stopped, same = child.stdout.readline().split(), child.stdout.readline()
    assert stopped[0] == "stopped"
    assert float(stopped[1]) < 1e6
    assert same == "True\n"


def test_a_run_in_another_thread_than_the_main_one_works():
    found = []

    def work():
        sim, spikes, trace = lively()
        sim.run(10.0)
        found.append((spikes, trace, sim))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    sim, *expected = lively()
    sim.run(10.0)
    assert_same(found[0][:2], expected)


# -- what breaks ---------------------------------------------------------------------------------------------------------------


def failing(n, V, until, sign):
    """V becomes infinite, or NaN for a sign of zero, at the step after `until`."""
    n = n + 1
    V = sign / (1.0 if n <= until else 0.0)
    return n, V, False


FAILING = NeuronModel(
    "failing",
    {"until": Param(1e6, "steps", "last good step"), "sign": Param(1.0, "", "what is divided by zero")},
    {"n": State("steps", "steps so far", dtype="int32"), "V": State("mV", "potential")},
    {},
    failing,
)


@pytest.mark.parametrize(("sign", "what"), [(1.0, "infinite"), (-1.0, r"infinite \(below zero\)"), (0.0, "NaN")])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_state_that_becomes_nan_stops_the_run_with_neuron_variable_and_time(threads, sign, what):
    sim = Simulation(dt=0.1, seed=1, threads=threads)
    sim.create("iaf_psc_exp", 10)
    until = np.full(700, 1e6)
    # Node 5 * 650 fails first; others follow within the same batch of steps.
    until[[3, 300, 650, 699]] = [25, 24, 23, 26]
    nodes = sim.create(FAILING, 700, {"until": until, "sign": sign}, ids=100 + 5 * np.arange(700))
    recorder = sim.record(nodes[[0, 650]], "V", interval=0.1)
    with pytest.raises(NumericalError, match=f"failing: V of node 3350 became {what} at 2.4 ms; try a smaller dt"):
        sim.run(100.0)
    assert 2.4 <= sim.time < 100.0
    assert recorder.times[-1] == sim.time
    finite = np.isfinite(recorder["V"])
    assert finite[:, 0].all()
    assert (np.flatnonzero(~finite[:, 1])[0], recorder.times[23]) == (23, 2.4)


def test_what_was_recorded_before_a_failure_is_kept_and_the_repaired_simulation_goes_on():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    good = sim.create("iaf_psc_exp", params={"I_e": 1000.0})
    bad = sim.create(FAILING, params={"until": 200})
    spikes = sim.record(good)
    with pytest.raises(NumericalError, match="failing: V of node 1 became infinite at 20.1 ms"):
        sim.run(100.0)
    kept = spikes.times
    assert kept.size >= 3
    bad.set(until=1e6)
    sim.run(round(200.0 - sim.time, 1))
    other = Simulation(dt=0.1, seed=1, threads=1)
    expected = other.record(other.create("iaf_psc_exp", params={"I_e": 1000.0}))
    other.run(200.0)
    np.testing.assert_array_equal(spikes.times, expected.times)


@pytest.mark.parametrize("name", ["aeif_cond_exp", "aeif_cond_alpha", "aeif_psc_exp", "aeif_psc_alpha"])
def test_an_adaptive_neuron_that_diverges_is_named(name):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    sim.create(name, 1)
    sim.create(name, 1, {"I_e": -1e7})
    with pytest.raises(NumericalError, match=rf"{name}: V_m of node 1 became NaN at \d+\.?\d* ms"):
        sim.run(50.0)


def test_a_build_that_fails_is_done_anew_before_the_first_run_and_refused_after_it(monkeypatch):
    def fail(self):
        raise MemoryError

    sim, *found = lively()
    with monkeypatch.context() as patch:
        patch.setattr(Engine, "make_logs", fail)
        with pytest.raises(MemoryError):
            sim.run(10.0)
    sim.run(10.0)
    whole, *expected = lively()
    whole.run(10.0)
    assert_same(found, expected)
    sim.create("iaf_psc_exp")
    with monkeypatch.context() as patch:
        patch.setattr(Engine, "make_logs", fail)
        with pytest.raises(MemoryError):
            sim.run(10.0)
    with pytest.raises(SimulationError, match=r"an error ended this simulation.*reset\(\) it or make a new one"):
        sim.run(10.0)
    sim.reset()
    sim.run(10.0)
    assert_same(found, expected)


def test_a_closed_simulation_keeps_its_results_and_refuses_everything_else():
    sim, spikes, trace = lively()
    calls = []
    sim.on_close(lambda: calls.append(sim.is_closed))
    results = sim.run(5.0)
    nodes, projection = sim.nodes, sim.projections[-1]
    for _ in range(2):
        sim.close()
    assert (calls, sim.is_closed, sim.time) == ([True], True, 5.0)
    np.testing.assert_array_equal(sim.results.spikes.times, results.spikes.times)
    np.testing.assert_array_equal(trace["V_m"], results["V_m"])
    assert len(spikes) == len(results.spikes)
    for call in (
        lambda: sim.run(1.0), lambda: sim.create("iaf_psc_exp"), lambda: sim.connect(nodes, nodes), lambda: sim.reset(),
        lambda: sim.record(nodes), lambda: nodes.set(V_m=-60.0), lambda: sim.connectivity(projection),
        lambda: sim.connectivity(), lambda: sim.connect_edges([0], [1]), lambda: sim.save("x.npz"),
    ):  # fmt: skip
        with pytest.raises(SimulationError, match="this simulation is closed; make a new one"):
            call()


def test_ctrl_c_before_the_inner_of_two_waiting_parts_is_raised_by_that_one():
    with Interrupt() as outer:
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt), Interrupt() as inner:
            assert inner.asked
        assert not outer.asked
