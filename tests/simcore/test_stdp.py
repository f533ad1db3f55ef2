"""stdp_synapse: weights against NEST, against sums over pairs of spikes, and to the bit however the run is partitioned."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simcore
from simcore import Param, Simulation, State, SynapseModel, rules
from simcore.distributions import Normal, Uniform
from simcore.errors import EdgeError, InconsistentError, ParameterError, UnknownNameError
from simcore.kernel import engine, history
from simcore.synapses import REGISTRY
from tests.reference import plastic

MODELS = ["parrot_neuron", "iaf_psc_exp"]
ADDITIVE = {"lambda": 0.1, "alpha": 1.05, "mu_plus": 0.0, "mu_minus": 0.0, "Wmax": 100.0}


@pytest.fixture
def few(monkeypatch):
    """Room for few spikes of each neuron, so that they are folded into weights all the time."""
    monkeypatch.setattr(history, "_ROOM", 4)
    monkeypatch.setattr(history, "_OFTEN", 1.0)
    monkeypatch.setattr(history, "MEMORY", 1)
    monkeypatch.setattr(engine, "MOST_STEPS", 4)


def pair(pre, post, delay, weight=50.0, params=ADDITIVE, **target):
    """Weight after each spike of the source, for spikes of two parrots at some times [ms]."""
    sim = Simulation(dt=0.1, seed=1, threads=1)
    source, neuron = sim.create("parrot_neuron"), sim.create("parrot_neuron", params=target)
    for node, times in ((source, pre), (neuron, post)):
        generator = sim.create("spike_generator", params={"spike_times": np.subtract(times, 0.1).round(1)})
        sim.connect(generator, node, delay=0.1)
    edge = sim.connect(source, neuron, weight=weight, delay=delay, synapse="stdp_synapse", params=params, receptor=1)
    recorder = sim.record_weights(edge)
    sim.run(round(max(pre) + delay, 1))
    assert sim.connectivity(edge)["weight"] == recorder.weights[-1]
    np.testing.assert_array_equal(recorder.times, pre)
    return recorder.weights


@pytest.mark.parametrize(
    ("pre", "post", "delay", "expected"),
    [
        ([11.0, 21.0], [16.0], 1.0, [50.0, 48.811509299498]),
        ([11.0, 21.0], [16.0], 0.1, [50.0, 49.530767328071]),
        ([21.0, 31.0], [11.0, 26.0], 1.0, [43.304904407971, 38.055632961197]),
        ([11.0, 12.0, 13.0, 51.0], [11.5, 12.5, 14.0, 41.0], 1.0, [50.0, 50.0, 58.789779907271, 88.427343482783]),
        ([11.0, 21.0], [20.0, 21.0], 1.0, [50.0, 56.065306597126]),
    ],
)
def test_weights_are_the_numbers_that_nest_gave(pre, post, delay, expected):
    np.testing.assert_allclose(pair(pre, post, delay), expected, rtol=0.0, atol=1e-11)


@pytest.mark.parametrize("one_an_edge", [False, True], ids=["shared parameters", "parameters one an edge"])
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("seed", range(4))
def test_random_networks_end_with_the_weights_of_nest(seed, model, one_an_edge):
    from tests.oracle import nest_runs

    network = plastic.drawn(seed, model, one_an_edge=one_an_edge)
    theirs = nest_runs.plastic_network(network, plastic.DRIVE[model])
    sim, edges, spikes = plastic.built(network)
    sim.run(network.duration)
    state = sim.connectivity(edges)
    assert np.ptp(state["weight"]) > 10.0
    np.testing.assert_allclose(state["weight"], theirs["weight"], rtol=0.0, atol=1e-9)
    np.testing.assert_allclose(state["Kplus"], theirs["Kplus"], rtol=0.0, atol=1e-9)
    np.testing.assert_array_equal(np.sort(spikes.times), np.sort(theirs["times"]))


def test_defaults_are_those_of_nest():
    from tests.oracle import nest_runs

    model, theirs = REGISTRY.get("stdp_synapse"), nest_runs.nest.GetDefaults("stdp_synapse")
    mine = {**model.defaults(), **{name: state.start for name, state in model.state.items()}}
    assert mine == {name: theirs[name] for name in mine}


trains = st.lists(st.integers(2, 400), min_size=1, max_size=12, unique=True).map(lambda steps: [s / 10 for s in sorted(steps)])


@settings(deadline=None, max_examples=30)
@given(
    pre=trains,
    post=trains,
    delay=st.sampled_from([0.1, 1.0, 3.3]),
    mu=st.sampled_from([0.0, 0.4, 1.0]),
    sign=st.sampled_from([1, -1]),
)
def test_weights_come_from_all_pairs_of_spikes(pre, post, delay, mu, sign):
    params = {"lambda": 0.08, "alpha": 1.1, "mu_plus": mu, "mu_minus": 1.0 - mu, "Wmax": 80.0, "tau_plus": 13.0}
    expected = plastic.sent_weights(pre, post, delay, 40.0, tau_minus=27.0, **params)
    found = pair(pre, post, delay, weight=40.0 * sign, params=params | {"Wmax": 80.0 * sign}, tau_minus=27.0)
    np.testing.assert_allclose(found, sign * np.array(expected), rtol=0.0, atol=1e-9)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("seed", [0, 1])
def test_folding_spikes_into_weights_changes_no_bit(seed, model, few):
    network = plastic.drawn(seed, model, one_an_edge=seed == 1)
    sim, *rest = plastic.built(network)
    sim.run(200.0)
    (block,) = sim._prepare().blocks
    (synapses,) = [s for s in block.synapses if s.plastic is not None]
    assert 0 < synapses.is_folded.sum() < synapses.is_folded.size
    assert block.history.lengths.sum() < sum(len(times) for times, _ in network.trains)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "_ROOM", 1000)
        patch.setattr(history, "_OFTEN", 1.0)
        roomy = plastic.built(network)
        for duration in (200.0, 100.0):
            roomy[0].run(duration)
            if roomy[0].time == 300.0:
                sim.run(100.0)
            for found, expected in zip(plastic.contents(sim, *rest), plastic.contents(*roomy), strict=True):
                np.testing.assert_array_equal(found, expected)
        assert not any(s.is_folded.any() for s in roomy[0]._prepare().blocks[0].synapses if s.plastic is not None)


@pytest.mark.parametrize("model", MODELS)
def test_pieces_saving_and_reset_change_no_bit(tmp_path, model, few):
    network = plastic.drawn(7, model)
    sim, edges, spikes = plastic.built(network)
    sim.run(network.duration)
    expected = plastic.contents(sim, edges, spikes)
    sim.reset()
    np.testing.assert_array_equal(sim.connectivity(edges)["weight"], network.weights)
    for piece in (0.1, 33.3, 0.2, 100.1):
        sim.run(piece)
    path, before = sim.save(tmp_path / "state.npz"), plastic.contents(sim, edges, spikes)
    loaded = simcore.load(path)
    for one in ((sim, edges, spikes), (loaded, loaded.projections[-1], loaded.recorders[0])):
        for found, value in zip(plastic.contents(*one), before, strict=True):
            np.testing.assert_array_equal(found, value)
        one[0].run(round(network.duration - one[0].time, 1))
        for found, value in zip(plastic.contents(*one), expected, strict=True):
            np.testing.assert_array_equal(found, value)


def grown(threads, pieces=(40.0,)):
    """Plastic synapses among some neurons; later, with longer delays, onto others too; other weights and time constants."""
    sim = Simulation(dt=0.1, seed=5, threads=threads)
    cells = sim.create("iaf_psc_exp", 1200, {"V_m": Uniform(-70.0, -55.0), "I_e": 400.0, "tau_minus": Uniform(10.0, 30.0)})
    params = {"lambda": 0.2, "Wmax": 20.0}
    first = sim.connect(
        cells, cells[:400], rules.FixedIndegree(20), weight=8.0, delay=Uniform(1.0, 2.0), synapse="stdp_synapse", params=params
    )
    sim.connect(sim.create("poisson_generator", params={"rate": 9000.0}), cells, weight=30.0)
    spikes = sim.record(cells)

    def go():
        for piece in pieces:
            sim.run(piece)

    go()
    drawn = {
        "weight": Uniform(2.0, 19.0),
        "delay": Uniform(0.3, 30.0),
        "synapse": "stdp_synapse",
        "params": params | {"mu_plus": 0.4},
    }
    second = sim.connect(cells, cells, rules.FixedIndegree(10), **drawn)
    go()
    sim.set_edges(first, np.arange(0, first.n_edges, 3), weight=5.0)
    sim.set_edges(second, weight=np.linspace(0.0, 19.0, second.n_edges), Kplus=0.3)
    go()
    cells[::3].set(tau_minus=50.0)
    go()
    return [spikes.times, spikes.ids, *(sim.connectivity(p)[name] for p in (first, second) for name in ("weight", "Kplus"))]


def test_connecting_more_later_is_the_same_for_any_number_of_threads(monkeypatch):
    monkeypatch.setattr(history, "_ROOM", 4)
    expected = grown(1)
    assert expected[0].size > 500
    assert np.ptp(expected[2]) > 1.0
    for threads in (2, 3):
        for found, values in zip(grown(threads, pieces=(0.1, 13.3, 26.6)), expected, strict=True):
            np.testing.assert_array_equal(found, values)


def test_a_silent_source_does_not_make_the_lists_of_spikes_grow_without_end(monkeypatch):
    monkeypatch.setattr(history, "_ROOM", 8)
    monkeypatch.setattr(history, "MEMORY", 1)
    sim = Simulation(dt=0.1, seed=1, threads=1)
    cells = sim.create("iaf_psc_exp", 50, {"I_e": Uniform(450.0, 600.0)})
    sim.connect(sim.create("parrot_neuron", 10), cells, weight=1.0, synapse="stdp_synapse", delay=1.0)
    spikes = sim.record(cells)
    sim.run(2000.0)
    (block,) = sim._prepare().blocks
    assert len(spikes) > 50 * 40
    assert block.history.capacity <= 64
    assert block.history.lengths[:60].max() <= 64


def test_the_weight_is_what_reaches_the_target_and_spike_generators_send_through_the_synapse():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neuron = sim.create("iaf_psc_exp", params={"V_th": 1e9})
    given = {"spike_times": [1.0, 4.0, 8.0], "spike_weights": [1.0, -2.0, 0.5], "spike_multiplicities": [1, 1, 2]}
    params = ADDITIVE | {"Wmax": -100.0}
    edge = sim.connect(sim.create("spike_generator", params=given), neuron, weight=-50.0, synapse="stdp_synapse", params=params)
    ex, inh = sim.record(neuron, "I_syn_ex", interval=0.1), sim.record(neuron, "I_syn_in", interval=0.1)
    sim.run(12.0)
    jumps = [
        np.diff(r[name][:, 0] * np.exp(r.times / 2.0)) * np.exp(-r.times[1:] / 2.0)
        for r, name in ((ex, "I_syn_ex"), (inh, "I_syn_in"))
    ]
    assert jumps[0][jumps[0] > 1.0] == pytest.approx([100.0])
    assert jumps[1][jumps[1] < -1.0] == pytest.approx([-50.0, -50.0])
    assert sim.connectivity(edge)["weight"] == pytest.approx([-50.0])


def test_conductances_of_inhibitory_synapses_are_positive():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neuron, parrot = sim.create("iaf_cond_exp", params={"V_th": 1e9}), sim.create("parrot_neuron")
    sim.connect(sim.create("spike_generator", params={"spike_times": [1.0]}), parrot)
    edge = sim.connect(parrot, neuron, weight=-3.0, synapse="stdp_synapse", params={"Wmax": -5.0})
    trace = sim.record(neuron, ["g_ex", "g_in"], interval=0.1)
    sim.run(4.0)
    assert trace["g_in"].max() == pytest.approx(3.0)
    assert trace["g_ex"].max() == 0.0
    assert sim.connectivity(edge)["weight"] == pytest.approx([-3.0])


def counting_spike(weight, interval, seen, gain):
    return weight, weight, seen


def counting_post(weight, after, trace, seen, gain):
    return weight - gain * (1.0 + trace), seen + 1.0


def counting(**changes):
    """A model of the user's own: each spike of the target lowers the weight, through zero."""
    table = {"gain": Param(1.0, "", "loss for each spike of the target")}
    parts = {"on_spike": counting_spike, "on_post": counting_post, "target_traces": {"trace": "tau_minus"}, **changes}
    return SynapseModel("counting", table, {"seen": State("", "spikes of the target")}, **parts)


@pytest.mark.parametrize("model", ["iaf_psc_exp", "iaf_psc_delta"])
def test_own_plastic_model_may_change_the_sign_of_its_weight(model):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    source, target = sim.create("parrot_neuron"), sim.create(model, params={"I_e": 400.0, "tau_minus": 1e9})
    sim.connect(sim.create("spike_generator", params={"spike_times": [1.0, 98.0, 99.0]}), source)
    edge = sim.connect(source, target, weight=2.5, synapse=counting())
    spikes = sim.record(target)
    traces = sim.record(target, ["I_syn_in", "I_syn_ex"], interval=0.1) if model == "iaf_psc_exp" else None
    sim.run(101.0)
    n = int((spikes.times <= 97.0).sum())
    state = sim.connectivity(edge)
    assert n >= 2
    assert state["seen"] == [n]
    assert state["weight"] == pytest.approx([2.5 - n * (n + 1) / 2], rel=1e-6)
    if traces:
        assert traces["I_syn_ex"].max() == pytest.approx(2.5)
        assert traces["I_syn_in"].min() < 1.5 * (2.5 - n * (n + 1) / 2)


def refused(error, message, *, weight=1.0, synapse="stdp_synapse", source="parrot_neuron", **params):
    sim = Simulation(dt=0.1, seed=1)
    nodes, source = sim.create("iaf_psc_exp", 3), sim.create(source)
    with pytest.raises(error, match=message):
        sim.connect(source, nodes, weight=weight, synapse=synapse, params=params)
    assert not sim.projections


def test_wrong_values_are_refused_before_anything_changes():
    sign = "stdp_synapse: weight and Wmax must have the same sign"
    refused(InconsistentError, sign, weight=-1.0)
    refused(InconsistentError, sign, weight=0.0, Wmax=-100.0)
    refused(InconsistentError, sign, weight=Normal(5.0, 1.0))
    refused(ParameterError, "Kplus: got -1.0, expected >= 0", Kplus=-1.0)
    refused(ParameterError, "tau_plus: got 0.0, expected > 0 ms", tau_plus=0.0)
    refused(UnknownNameError, "'lamda'; did you mean 'lambda'", lamda=0.1)
    refused(
        EdgeError, "poisson_generator sends to each target on its own, so it needs static_synapse", source="poisson_generator"
    )
    sim = Simulation(dt=0.1)
    with pytest.raises(ParameterError, match="tau_minus: got 0.0, expected > 0 ms"):
        sim.create("parrot_neuron", params={"tau_minus": 0.0})
    cells = sim.create("parrot_neuron", 2)
    with pytest.raises(InconsistentError, match=sign):
        sim.connect_edges(cells.ids, cells.ids, weight=[1.0, -1.0], synapse="stdp_synapse", params={"Wmax": [5.0, 5.0]})


def test_own_plastic_models_that_cannot_work_are_refused():
    refused(
        EdgeError,
        "counting needs the parameter 'tau_x' of its targets, which iaf_psc_exp has not",
        synapse=counting(target_traces={"trace": "tau_x"}),
    )
    refused(
        ParameterError,
        r"counting: on_post\(\): got '1 results', expected 2: weight, seen",
        synapse=counting(on_post=weight_alone),
    )
    refused(UnknownNameError, r"argument of counting: on_spike\(\).*'after'", synapse=counting(on_spike=counting_post))
    with pytest.raises(ParameterError, match="counting: on_spike: got None"):
        counting(on_spike=None)
    with pytest.raises(ParameterError, match="target_traces: .*expected none without on_post"):
        counting(on_post=None)
    with pytest.raises(ParameterError, match="names used once"):
        counting(target_traces={"gain": "tau_minus"})


def weight_alone(weight, seen):
    return weight
