"""Sinusoidal, inhomogeneous, copied and packed spike trains as processes: their laws, with NEST's beside them."""

import numpy as np
import pytest
from scipy import stats

from simcore import Simulation, load
from simcore.devices import DeviceModel, Draws
from simcore.errors import EdgeError, InconsistentError, ParameterError, UnknownNameError
from simcore.parameter import Param
from tests.reference.meters import COUNTER


@pytest.fixture(scope="module")
def nest():
    from tests.oracle import nest_runs

    nest_runs.reset(0.1)
    return nest_runs.nest


def ours(device, params, *, n=300, n_steps=400, seed=0, pieces=(1.0,), threads=1):
    """Spikes at each stamp and target: array (n_steps, n)."""
    sim = Simulation(dt=0.1, seed=seed, threads=threads)
    generator, targets = sim.create(device, params=params), sim.create(COUNTER, n)
    sim.connect(generator, targets, delay=0.1)
    recorder = sim.record(targets, "count", interval=0.1)
    for share in (*pieces, 0.0):
        sim.run(round(round(n_steps * share) * 0.1, 1))
    sim.run(0.1)
    return recorder["count"][1:]


def theirs(nest, device, params, *, n=300, n_steps=400):
    """The same of NEST: recorders are its targets."""
    nest.ResetKernel()
    nest.set(resolution=0.1, rng_seed=5)
    model_wide = {name: params[name] for name in ("individual_spike_trains",) if name in params}
    nest.SetDefaults(device, model_wide)
    generator = nest.Create(device, params={k: v for k, v in params.items() if k not in model_wide})
    recorders = nest.Create("spike_recorder", n)
    nest.Connect(generator, recorders, syn_spec={"delay": 0.1})
    nest.Simulate(n_steps * 0.1)
    edges = np.arange(n_steps + 1) * 0.1 + 0.05
    return np.stack([np.histogram(r["times"], bins=edges)[0] for r in recorders.events], axis=1)


def goodness(observed, expected):
    """p-value of a chi-square test of sums with Poisson expectations (large ones)."""
    return stats.chi2.sf(((observed - expected) ** 2 / expected).sum(), observed.size)


def correlation(x):
    """Mean correlation of neighbouring columns, and its standard error for independent ones."""
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    return (z[:, ::2] * z[:, 1::2]).mean(), 1.0 / np.sqrt(z[:, ::2].size)


SINE = {"rate": 2000.0, "amplitude": 4000.0, "frequency": 397.0, "phase": 50.0}


def sine(n_steps):
    """Expected spikes at each stamp."""
    t = np.arange(1, n_steps + 1) * 0.1
    return np.maximum(2000.0 + 4000.0 * np.sin(2.0 * np.pi * 397.0 * t / 1000.0 + np.deg2rad(50.0)), 0.0) * 1e-4


@pytest.mark.parametrize("who", ["ours", "nest"])
def test_rate_of_a_sinusoidal_generator_is_that_at_the_stamp_and_never_negative(who, nest):
    mean, found = sine(400), []
    for seed in range(6 if who == "ours" else 1):
        x = ours("sinusoidal_poisson_generator", SINE, seed=seed) if who == "ours" else theirs(
            nest, "sinusoidal_poisson_generator", SINE
        )  # fmt: skip
        assert not x[mean == 0.0].any()
        # Shifted by a step the law would be another one.
        driven = mean > 0.05
        found.append(goodness(x.sum(axis=1)[driven], mean[driven] * x.shape[1]))
        assert goodness(x.sum(axis=1)[1:][driven[:-1]], mean[:-1][driven[:-1]] * x.shape[1]) < 1e-6
        assert abs(x.var(axis=1).sum() / mean.sum() - 1.0) < 5.0 * np.sqrt(2.0 / x.shape[1] / 100)
    assert min(found) > 1e-4


@pytest.mark.parametrize("who", ["ours", "nest"])
@pytest.mark.parametrize("individual", [True, False])
def test_targets_of_a_sinusoidal_generator_get_trains_of_their_own_or_all_the_same(who, individual, nest):
    params = {**SINE, "rate": 6000.0, "amplitude": 0.0, "individual_spike_trains": individual}
    x = ours("sinusoidal_poisson_generator", params, n=60) if who == "ours" else theirs(
        nest, "sinusoidal_poisson_generator", params, n=60
    )  # fmt: skip
    if individual:
        r, error = correlation(x)
        assert abs(r) < 4.0 * error
        assert abs(x.mean() - 0.6) < 4.0 * np.sqrt(0.6 / x.size)
    else:
        assert (x == x[:, :1]).all()
        assert abs(x[:, 0].mean() - 0.6) < 4.0 * np.sqrt(0.6 / len(x))


def test_a_shared_train_is_poisson_and_the_device_alone_decides_it():
    params = {"rate": 9000.0, "individual_spike_trains": False}
    whole = ours("sinusoidal_poisson_generator", params, n=40, n_steps=6000)
    p = stats.chisquare(*_poisson_bins(whole[:, 0], 0.9)).pvalue
    assert p > 1e-4
    lagged = np.corrcoef(whole[1:, 0], whole[:-1, 0])[0, 1]
    assert abs(lagged) < 4.0 / np.sqrt(len(whole))
    few = ours("sinusoidal_poisson_generator", params, n=1, n_steps=6000, pieces=(0.1, 0.0, 0.33, 0.57))
    np.testing.assert_array_equal(few[:, 0], whole[:, 0])
    spread = ours("sinusoidal_poisson_generator", params, n=700, n_steps=600, threads=2)
    np.testing.assert_array_equal(spread, np.repeat(whole[:600, :1], 700, axis=1))
    assert (ours("sinusoidal_poisson_generator", params, n=1, n_steps=600, seed=1) != whole[:600, :1]).any()


def _poisson_bins(sample, mean):
    edges = np.arange(int(stats.poisson.isf(20.0 / sample.size, mean)) + 1)
    observed = np.histogram(sample, bins=[*(edges - 0.5), np.inf])[0]
    return observed, np.diff([0.0, *stats.poisson.cdf(edges[:-1], mean), 1.0]) * sample.size


STEPS = {"rate_times": [0.1, 10.0, 10.5, 30.0], "rate_values": [1000.0, 0.0, 9000.0, 300.0]}


@pytest.mark.parametrize("who", ["ours", "nest"])
def test_rates_of_an_inhomogeneous_generator_hold_from_their_times_on(who, nest):
    stamps = np.arange(1, 401) * 0.1
    levels = np.select([stamps > 29.95, stamps > 10.45, stamps > 9.95, stamps > 0.15], [300.0, 9000.0, 0.0, 1000.0], 0.0)
    device = "inhomogeneous_poisson_generator"
    x = ours(device, STEPS) if who == "ours" else theirs(nest, device, STEPS)
    assert not x[levels == 0.0].any()
    driven = levels > 0.0
    assert goodness(x.sum(axis=1)[driven], levels[driven] * 1e-4 * 300) > 1e-4
    r, error = correlation(x[105:299])
    assert abs(r) < 4.0 * error


@pytest.mark.parametrize("who", ["ours", "nest"])
@pytest.mark.parametrize(("mean", "p_copy"), [(0.5, 0.3), (3.0, 0.8), (90.0, 0.55)])
def test_copies_of_a_mother_process_are_poisson_and_correlated_by_the_probability_to_copy(who, mean, p_copy, nest):
    params, n = {"rate": 1e4 * mean, "p_copy": p_copy}, 40
    device, n_steps = "mip_generator", 3000
    x = ours(device, params, n=n, n_steps=n_steps) if who == "ours" else theirs(nest, device, params, n=n, n_steps=n_steps)
    x = x[1:]
    # Mean and variance of each copy, and the correlation of two, are p times those of the mother process.
    error = np.sqrt(mean * p_copy * (1.0 + n * p_copy) / (n * len(x)))
    assert abs(x.mean() - mean * p_copy) < 4.0 * error
    correlations = np.corrcoef(x.T)[np.triu_indices(n, 1)]
    assert abs(correlations.mean() - p_copy) < 0.05
    assert abs(x.var(axis=0).mean() / (mean * p_copy) - 1.0) < 0.12
    lag = np.corrcoef(x[1:, 0], x[:-1, 0])[0, 1]
    assert abs(lag) < 4.0 / np.sqrt(len(x))


def test_copies_of_many_spikes_are_binomial():
    # All targets of a step copy the same spikes: given those, counts are binomial, whatever the probability.
    for p_copy in (0.003, 0.4, 0.97):
        params = {"rate": 2e6, "p_copy": p_copy}
        x = ours("mip_generator", params, n=2000, n_steps=60)[1:]
        mothers = ours("mip_generator", {"rate": 2e6}, n=1, n_steps=60)[1:, 0]
        assert (x <= mothers[:, None]).all()
        z = (x.sum(axis=1) - 2000 * mothers * p_copy) / np.sqrt(2000 * mothers * p_copy * (1.0 - p_copy))
        assert stats.kstest(z, "norm").pvalue > 1e-3
        found = [_binomial(x[k], int(mothers[k]), p_copy) for k in range(len(x))]
        assert min(found) > 1e-6
        assert stats.kstest(found, "uniform").pvalue > 1e-4


def _binomial(sample, n, p):
    law = stats.binom(n, p)
    edges = np.arange(int(law.ppf(0.01)), int(law.ppf(0.99)) + 1)
    observed = np.histogram(sample, bins=[-0.5, *(edges + 0.5), np.inf])[0]
    return stats.chisquare(observed, np.diff([0.0, *law.cdf(edges), 1.0]) * sample.size).pvalue


def test_copies_depend_neither_on_the_partition_nor_on_the_split_of_the_run():
    params = {"rate": 3e4, "p_copy": 0.5}
    whole = ours("mip_generator", params, n=700, n_steps=200)
    np.testing.assert_array_equal(ours("mip_generator", params, n=700, n_steps=200, threads=2), whole)
    np.testing.assert_array_equal(ours("mip_generator", params, n=700, n_steps=200, pieces=(0.05, 0.35, 0.6)), whole)
    np.testing.assert_array_equal(ours("mip_generator", params, n=30, n_steps=200), whole[:, :30])


PACKETS = {"pulse_times": [5.0, 12.03, 12.5], "activity": 4000, "sdev": 1.5}


def packet_law(params, n_steps):
    """Expected spikes at each stamp: those between two points of the grid have the stamp one step after the second."""
    points = np.arange(-1, n_steps) * 0.1
    return sum(np.diff(stats.norm.cdf(points, c, params["sdev"])) * params["activity"] for c in params["pulse_times"])


@pytest.mark.parametrize("who", ["ours", "nest"])
def test_spikes_of_packets_are_normal_around_their_centres_and_the_same_for_all_targets(who, nest):
    device = "pulsepacket_generator"
    x = ours(device, PACKETS, n=3, n_steps=250) if who == "ours" else theirs(nest, device, PACKETS, n=3, n_steps=250)
    assert (x == x[:, :1]).all()
    expected = packet_law(PACKETS, 250)
    enough = expected > 5.0
    assert goodness(x[enough, 0], expected[enough]) > 1e-4
    assert x[:, 0].sum() == pytest.approx(12_000, abs=5)  # but for those before time zero


def test_packets_near_time_zero_lose_what_would_lie_before_it():
    params = {"pulse_times": [0.0], "activity": 4000, "sdev": 1.5}
    x = ours("pulsepacket_generator", params, n=1, n_steps=150)[:, 0]
    assert abs(x.sum() - 2000) < 4.0 * np.sqrt(1000)
    expected = packet_law(params, 150)[1:]
    assert goodness(x[1:][expected > 5.0], expected[expected > 5.0]) > 1e-4


def test_packets_are_drawn_once_whatever_the_split_of_the_run_and_each_by_itself():
    # NEST draws packets near the present anew at each call of Simulate.
    device = "pulsepacket_generator"
    whole = ours(device, PACKETS, n=1, n_steps=250)
    np.testing.assert_array_equal(ours(device, PACKETS, n=1, n_steps=250, pieces=(0.1, 0.1, 0.02, 0.0, 0.3, 0.48)), whole)
    assert (ours(device, PACKETS, n=1, n_steps=250, seed=1) != whole).any()
    alone = [ours(device, PACKETS | {"pulse_times": [c]}, n=1, n_steps=250) for c in PACKETS["pulse_times"]]
    np.testing.assert_array_equal(sum(alone), whole)
    np.testing.assert_array_equal(ours(device, PACKETS | {"pulse_times": [12.5, 5.0, 12.03]}, n=1, n_steps=250), whole)
    twice = ours(device, PACKETS | {"pulse_times": [5.0, 5.0]}, n=1, n_steps=250)
    assert (twice - alone[0] >= 0).all()
    assert (twice != 2 * alone[0]).any()


def test_packets_changed_between_runs_take_effect_from_there_on(tmp_path):
    def changed(how):
        sim = Simulation(dt=0.1, seed=1, threads=1)
        target, source = sim.create(COUNTER), sim.create("pulsepacket_generator", params=PACKETS)
        sim.connect(source, target, delay=0.1)
        recorder = sim.record(target, "count", interval=0.1)
        sim.run(12.5)
        source.set(how)
        if how:
            sim = load(sim.save(tmp_path / "state"), own_models=[COUNTER])
            (recorder,) = sim.recorders
        sim.run(12.6)
        return recorder["count"][1:, 0]

    same, fewer, none = (changed(how) for how in ({}, {"activity": 40}, {"pulse_times": []}))
    np.testing.assert_array_equal(fewer[:125], same[:125])
    assert 20 < fewer[125:].sum() < 70
    assert none[125:].sum() == 0
    assert same[125:].sum() > 3000


def test_packets_travel_through_synapses_that_remember_and_other_random_spikes_do_not():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 2, {"V_th": 1e9})
    packets = sim.create("pulsepacket_generator", params={"pulse_times": [5.0, 25.0], "activity": 30, "sdev": 2.0})
    spikes = sim.record(packets)
    depressing = {"weight": 50.0, "synapse": "tsodyks2_synapse", "params": {"U": 0.5}}
    sim.connect(packets, neurons[:1], **depressing)
    found = sim.record(neurons, "V_m", interval=0.1)
    sim.run(50.0)
    times, counts = np.unique(spikes.times, return_counts=True)
    twin = Simulation(dt=0.1, seed=1, threads=1)
    other = twin.create("iaf_psc_exp", 2, {"V_th": 1e9})
    train = twin.create("spike_generator", params={"spike_times": times, "spike_multiplicities": counts})
    twin.connect(train, other[:1], **depressing)
    expected = twin.record(other, "V_m", interval=0.1)
    twin.run(50.0)
    np.testing.assert_array_equal(found["V_m"], expected["V_m"])
    assert found["V_m"][:, 0].max() > -69.8
    for name in ("inhomogeneous_poisson_generator", "sinusoidal_poisson_generator", "mip_generator"):
        with pytest.raises(EdgeError, match=f"{name} sends to each target on its own.*put a parrot_neuron between"):
            sim.connect(sim.create(name), neurons, **depressing)


def test_own_stimulators_may_share_their_trains_copy_them_draw_them_and_show_more():
    def value(now, dt, peak):
        return peak if (now + 1) * dt > 5.0 else 0.0

    def slow(now, dt):
        return 0.5 * now * dt

    table = {"peak": Param(2e5, "Hz", "rate from 5 ms on"), "share": Param(0.25, "", "share that is copied")}
    burst = DeviceModel(
        "burst", "counts", table, value=value, copies=lambda p: p["share"], recordables={"slow": ("", slow)}, acting=(1, 0)
    )

    def train(p, grid, draws):
        u = draws.uniforms([3], 10)[0]
        return np.sort(1 + np.floor(100 * u).astype(int)), np.ones(10, dtype=int), np.ones(10)

    scattered = DeviceModel("scattered", "train", {}, train=train)
    sim = Simulation(dt=0.1, seed=1, threads=1)
    targets, sources = sim.create(COUNTER, 100), [sim.create(model) for model in (burst, scattered)]
    sim.connect(sources[0], targets[:50], delay=0.1)
    sim.connect(sources[1], targets[50:], delay=0.1)
    counts, rate = sim.record(targets, "count", interval=0.1), sim.record(sources[0], "slow", interval=0.5)
    sim.run(10.2)
    own, shared = counts["count"][1:, :50], counts["count"][1:, 50:]
    assert not own[:49].any()
    assert abs(own[51:].mean() / 5.0 - 1.0) < 0.3
    assert np.corrcoef(own[51:].T)[np.triu_indices(50, 1)].mean() == pytest.approx(0.25, abs=0.1)
    assert (shared == shared[:, :1]).all()
    assert shared[:, 0].sum() == 10
    np.testing.assert_allclose(rate["slow"][:, 0], 0.5 * (rate.times - 0.1), rtol=1e-13)
    again = Draws(seed=1, device=int(sources[1].numbers[0])).uniforms([3], 10)[0]
    np.testing.assert_array_equal(np.flatnonzero(shared[:, 0]) + 1, np.unique(1 + np.floor(100 * again).astype(int)))


def test_draws_are_told_apart_by_key_and_place():
    draws = Draws(seed=7, device=4)
    keys = np.array([-5, -1, 0, 1, 2**31, 2**32, 2**32 + 1, 2**40])
    u = draws.uniforms(keys, 50)
    assert np.unique(u).size == u.size
    np.testing.assert_array_equal(draws.uniforms(keys[::-1], 20, first=30), u[::-1, 30:])
    np.testing.assert_array_equal(draws.uniforms(keys[:2], 10, first=[0, 40]), [u[0, :10], u[1, 40:]])
    assert not np.isin(Draws(seed=7, device=5).uniforms(keys, 50), u).any()
    assert stats.kstest(draws.uniforms(np.arange(40), 100).ravel(), "uniform").pvalue > 1e-3


REFUSED = [
    ("inhomogeneous_poisson_generator", {"rate_times": [1.0]}, InconsistentError, "must have the same length"),
    ("inhomogeneous_poisson_generator", {"rate_times": [0.0], "rate_values": [1.0]}, ParameterError, "expected > 0 ms"),
    ("inhomogeneous_poisson_generator", {"rate_times": [2.0, 2.0], "rate_values": [1, 2]}, InconsistentError, "increase"),
    (
        "inhomogeneous_poisson_generator",
        {"rate_times": [1.0, 1.04], "rate_values": [1.0, 2.0]}, ParameterError, "rate_times: got 1.04, expected a multiple",
    ),
    (
        "inhomogeneous_poisson_generator",
        {"rate_times": [1.04, 1.1], "rate_values": [1, 2], "allow_offgrid_times": True}, InconsistentError, "increase",
    ),
    ("inhomogeneous_poisson_generator", {"rate_times": [1.0], "rate_values": [1e10]}, InconsistentError, "at most 1e"),
    ("sinusoidal_poisson_generator", {"rate": 6e8, "amplitude": -6e8}, InconsistentError, r"rate \+ \|amplitude\| must be at"),
    ("sinusoidal_poisson_generator", {"individual_spike_trains": 0}, ParameterError, "expected a bool"),
    ("mip_generator", {"rate": -1.0}, ParameterError, "rate: got -1.0, expected >= 0 Hz"),
    ("mip_generator", {"p_copy": 1.1}, ParameterError, "p_copy: got 1.1, expected >= 0 and <= 1"),
    ("mip_generator", {"rate": 1.1e9}, InconsistentError, "rate must be at most"),
    ("pulsepacket_generator", {"activity": -1}, ParameterError, "activity: got -1.0, expected >= 0"),
    ("pulsepacket_generator", {"activity": 1.5}, InconsistentError, "activity must be a whole number"),
    ("pulsepacket_generator", {"sdev": -0.1}, ParameterError, "sdev: got -0.1, expected >= 0 ms"),
    ("pulsepacket_generator", {"pulse_times": [1e14]}, InconsistentError, "within 1e"),
    ("pulsepacket_generator", {"pulse_times": [1.0], "activity": 10**13}, Exception, "memory"),
    ("ac_generator", {"frequency": np.inf}, ParameterError, "frequency: got inf"),
]  # fmt: skip


@pytest.mark.parametrize(("device", "params", "error", "message"), REFUSED, ids=[f"{d}-{p}" for d, p, _, _ in REFUSED])
def test_wrong_parameters_are_refused_and_leave_nothing_changed(device, params, error, message):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    nodes = sim.create(device, 2)
    before = [dict(one) for one in sim.devices[0].parameters]
    for attempt in (lambda: sim.create(device, 2, params), lambda: nodes.set(params)):
        with pytest.raises(error, match=message):
            attempt()
    assert sim.n_nodes == 2
    assert sim.devices[0].parameters == before


@pytest.mark.parametrize(
    ("emits", "more", "message"),
    [
        ("current", {"copies": print}, "copies: got .* expected none, since it emits no counts"),
        ("current", {"recordables": {"I": ("pA", print)}}, "recordables: got 'I', expected other names"),
        ("counts", {"acting": (1, 0.5)}, "acting: got .* expected two whole numbers of steps"),
        ("train", {"recordables": {"a": ("", print)}}, "recordables: got .* expected none, since it has no value"),
    ],
)
def test_what_a_kind_of_stimulator_has_no_use_for_is_refused(emits, more, message):
    with pytest.raises(ParameterError, match=message):
        DeviceModel("odd", emits, {}, value=print, train=lambda p, grid: None, **more)


def test_own_stimulators_that_cannot_run_are_refused_when_they_are_created():
    def rising(now, slope):
        return slope * now

    def pair(now):
        return now, 1.0

    def rate(now, rates):
        return rates[now % rates.size]

    table = {"slop": Param(1.0, "pA", "rise")}
    sim = Simulation(dt=0.1, seed=1, threads=1)
    for model, error, message in [
        (DeviceModel("a", "current", table, value=rising), UnknownNameError, "value.. 'slope'; did you mean 'slop'"),
        (DeviceModel("b", "current", table, value=pair), ParameterError, r"b: value\(\): got '2 results', expected 1: value"),
        (DeviceModel("c", "counts", {}, value=rate), UnknownNameError, "c: value.. 'rates'"),
        (DeviceModel("d", "noise", {}, value=pair), ParameterError, "d: constants.*interval_steps among them"),
        (
            DeviceModel("e", "counts", {}, value=rate, constants=lambda p, grid: {"rates": "high"}), ParameterError,
            "e: constants..: rates: got 'high', expected a number, or an array",
        ),
        (DeviceModel("f", "counts", {}, value=rate, constants=lambda p, grid: p["x"]), ParameterError, "f: const.*KeyError"),
        (
            DeviceModel("g", "counts", table, value=lambda slop: slop, copies=lambda p: 1.0 + p["slop"]), ParameterError,
            "g: copies..: got 2.0, expected a probability, or None",
        ),
    ]:  # fmt: skip
        with pytest.raises(error, match=message):
            sim.create(model)
    assert sim.n_nodes == 0
    steps = DeviceModel("h", "counts", {}, value=rate, constants=lambda p, grid: {"rates": np.array([0.0, 1e6])})
    train = sim.record(sim.create(steps))
    sim.run(1.0)
    assert np.unique(train.times).tolist() == [0.2, 0.4, 0.6, 0.8, 1.0]
