"""Stimulation of a network's neurons: what arrives where and when, its statistics, and what is refused."""

import numpy as np
import pytest
from scipy import stats

import netgraph as ng
import netgraph.simulation as ns
from simcore.distributions import Uniform
from simcore.errors import EdgeError, ParameterError, SimulationError, UnknownNameError
from simcore.models import Input, NeuronModel
from simcore.parameter import State

# Membrane of the measured neurons: resistance [mV/pA] and time constant [ms].
R, TAU = 10.0 / 250.0, 10.0
SILENT = {"V_th": 1e6}


def membranes(n):
    """Unconnected neurons that never fire, in a simulation, and their potentials recorded at every step."""
    net = ng.Network.uniform(n, neuron_model="iaf_psc_exp", neuron_param=SILENT)
    sim = net.to_sim(seed=1)
    return net, sim, ns.monitor_nodes(net, None, "V_m", interval=0.1)


def parrots(n, **kwargs):
    """Neurons that repeat each spike that arrives, in a simulation."""
    net = ng.Network.uniform(n, neuron_model="parrot_neuron")
    sim = net.to_sim(**{"seed": 1, **kwargs})
    return net, sim, ns.monitor_nodes(net)


def counts(recorder, n):
    return np.bincount(recorder.ids, minlength=n)


def unsigned_step(g, arriving):
    """Count what arrives."""
    return g + arriving, False


UNSIGNED = NeuronModel("unsigned", {}, {"g": State("nS", "sum")}, {"arriving": Input("nS", takes="positive")}, unsigned_step)


# Currents


def test_step_currents_charge_the_chosen_neurons_from_one_step_after_their_delay():
    net, sim, record = membranes(4)
    device = ns.set_step_currents(net, [2, 0], times=[10.0, 20.0], currents=[100.0, -50.0], delay=0.5)
    sim.run(40.0, progress=False)
    assert (device.models, len(device)) == (("step_current_generator",), 1)
    t = record.times
    up = 100.0 * R * (1.0 - np.exp(-np.clip(t - 10.5, 0.0, None) / TAU))
    down = -150.0 * R * (1.0 - np.exp(-np.clip(t - 20.5, 0.0, None) / TAU))
    for node in (0, 2):
        np.testing.assert_allclose(record["V_m"][:, node] + 70.0, up + down, atol=1e-9)
    assert (record["V_m"][:, [1, 3]] == -70.0).all()
    assert record["V_m"][round(10.5 / 0.1) - 1, 0] == -70.0
    assert record["V_m"][round(10.5 / 0.1), 0] > -70.0


def test_noise_has_the_mean_and_variance_of_a_filtered_gaussian_and_differs_between_neurons():
    n, mean, std = 600, 50.0, 200.0
    net, sim, record = membranes(n)
    ns.set_noise(net, mean=mean, std=std, interval=1.0)
    sim.run(150.0, progress=False)
    end, before = record["V_m"][-1] + 70.0, record["V_m"][-501] + 70.0
    kept = np.exp(-1.0 / TAU)
    spread = R * std * np.sqrt((1.0 - kept) / (1.0 + kept))
    assert stats.kstest(end, stats.norm(R * mean, spread).cdf).pvalue > 1e-3
    # The potentials of two neurons share nothing; those of one neuron 50 ms apart share exp(-5).
    half = np.corrcoef(end[: n // 2], end[n // 2 :])[0, 1]
    assert abs(half) < 4.0 / np.sqrt(n // 2)
    assert abs(np.corrcoef(end, before)[0, 1] - np.exp(-5.0)) < 4.0 / np.sqrt(n)


def test_noise_is_on_between_start_and_stop_only():
    net, sim, record = membranes(3)
    ns.set_noise(net, "default_group", mean=100.0, std=10.0, start=5.0, stop=15.0, delay=1.0)
    sim.run(30.0, progress=False)
    voltage = record["V_m"]
    assert (voltage[record.times <= 6.0] == -70.0).all()
    assert (voltage[record.times > 6.2] > -70.0).all()
    after = voltage[record.times > 16.2] + 70.0
    np.testing.assert_allclose(after[1:] / after[:-1], np.exp(-0.1 / TAU), rtol=1e-9)


# Spikes


def test_poisson_input_has_its_rate_in_each_chosen_neuron_on_its_own():
    n, rate, duration = 400, 500.0, 1000.0
    net, sim, recorder = parrots(n + 5)
    ns.set_poisson_input(net, np.arange(n), rate=rate)
    sim.run(duration, progress=False)
    number = counts(recorder, n + 5)
    assert (number[n:] == 0).all()
    expected = rate * duration / 1000.0
    # Poisson: the sum of squared deviations over the mean is chi-square distributed.
    dispersion = ((number[:n] - number[:n].mean()) ** 2).sum() / number[:n].mean()
    assert 1e-3 < stats.chi2(n - 1).cdf(dispersion) < 1.0 - 1e-3
    assert abs(number[:n].mean() - expected) < 4.0 * np.sqrt(expected / n)
    binned = np.stack([np.histogram(train, 50, (0.0, duration))[0] for train in recorder.spikes.by_node(range(n))])
    off_diagonal = np.corrcoef(binned)[np.triu_indices(n, 1)]
    assert abs(off_diagonal.mean()) < 4.0 / np.sqrt(50 * off_diagonal.size)


def test_poisson_input_comes_between_start_and_stop_after_its_delay():
    net, sim, recorder = parrots(20)
    ns.set_poisson_input(net, rate=5000.0, start=10.0, stop=20.0, delay=2.5)
    sim.run(40.0, progress=False)
    assert 12.5 < recorder.times.min() < 12.9
    assert 22.3 < recorder.times.max() <= 22.6


@pytest.mark.parametrize(("weight", "sign"), [(20.0, 1), (-20.0, -1), (Uniform(10.0, 30.0), 1)])
def test_poisson_input_moves_the_potential_by_the_sign_of_its_weight(weight, sign):
    net, sim, record = membranes(200)
    ns.set_poisson_input(net, "default_group", rate=1000.0, weight=weight)
    sim.run(100.0, progress=False)
    shift = record["V_m"][-500:].mean() + 70.0
    # Campbell's theorem: rate [1/ms] times weight [pA] times the time constant of synapses [ms].
    np.testing.assert_allclose(shift, sign * 1.0 * 20.0 * 2.0 * R, rtol=0.05)


def test_one_generator_serves_all_neurons_of_a_call():
    net, sim, _ = parrots(50)
    assert repr(ns.set_poisson_input(net, rate=10.0)) == "Nodes(1 poisson_generator)"
    assert sim.n_nodes == 51


# Spontaneous events


def fan_in():
    """Excitatory in-degrees 0, 5, 2, 5, 0 of neurons 0 to 4, with parallel edges, inhibitory ones 1 for neurons 0 and 4."""
    groups = [
        ng.NeuralGroup(np.arange(4), neuron_model="parrot_neuron"),
        ng.NeuralGroup([4, 5], -1, neuron_model="parrot_neuron"),
    ]
    target = np.repeat([1, 2, 3], [5, 2, 5])
    source = np.concatenate([np.zeros(7, int), [1, 2, 3, 3, 3]])
    source, target = np.append(source, [4, 5]), np.append(target, [0, 4])
    return ng.Network.from_edges(source, target, population=ng.NeuralPop.from_groups(groups, ["e", "i"]), weights=0.0)


def test_minis_come_at_the_base_rate_of_each_excitatory_synapse():
    net = fan_in()
    # A long delay keeps the parrots from hearing each other during the run.
    net.set_delays(1000.0)
    sim = net.to_sim(seed=2)
    recorder = ns.monitor_nodes(net)
    devices = ns.set_minis(net, 200.0, 1.0)
    sim.run(1000.0, progress=False)
    number = counts(recorder, 6)
    assert number[[0, 4, 5]].tolist() == [0, 0, 0]
    for node, degree in ((1, 5), (2, 2), (3, 5)):
        expected = 200.0 * degree
        assert abs(number[node] - expected) < 4.0 * np.sqrt(expected)
    assert number[1] != number[3]
    # One generator for each in-degree that occurs.
    assert len(devices) == 2
    assert sim.get(devices, "rate").tolist() == [400.0, 1000.0]


def test_inhibitory_minis_come_from_inhibitory_synapses_and_inhibit():
    groups = [ng.NeuralGroup([3, 0, 1], neuron_model="iaf_psc_exp"), ng.NeuralGroup([4, 2], -1, neuron_model="iaf_psc_exp")]
    population = ng.NeuralPop.from_groups(groups, ["e", "i"])
    net = ng.Network.from_edges([4, 2, 0], [0, 0, 1], population=population)
    net.population.set_param(SILENT)
    sim = net.to_sim()
    record = ns.monitor_nodes(net, None, "V_m")
    ns.set_minis(net, 1000.0, 30.0, syn_type=-1)
    sim.run(50.0, progress=False)
    shift = record["V_m"][-10:].mean(axis=0) + 70.0
    assert shift[0] < -2.0
    assert (shift[1:] == 0.0).all()
    ns.set_minis(net, 1000.0, 30.0, syn_type=1, nodes=[1])
    sim.run(50.0, progress=False)
    assert record["V_m"][-10:, 1].mean() + 70.0 > 1.0


def test_minis_have_no_sign_at_receptors_that_have_one():
    groups = [ng.NeuralGroup([0], neuron_model=UNSIGNED), ng.NeuralGroup([1], -1, neuron_model="iaf_psc_exp")]
    net = ng.Network.from_edges([1], [0], population=ng.NeuralPop.from_groups(groups, ["target", "source"]))
    sim = net.to_sim()
    ns.set_minis(net, 1000.0, 2.0, syn_type=-1)
    sim.run(50.0, progress=False)
    total = sim.get(sim.select([0]), "g")[0]
    assert total > 0
    assert total % 2.0 == 0.0


def test_minis_where_no_neuron_has_such_synapses_are_refused():
    net = fan_in()
    net.to_sim()
    with pytest.raises(ParameterError, match="neurons without inhibitory synapses"):
        ns.set_minis(net, 2.0, 1.0, syn_type=-1, nodes=[1, 2])


# Refusals


def circuit():
    groups = [ng.NeuralGroup(4, neuron_model="iaf_psc_exp"), ng.NeuralGroup([4, 5], -1, neuron_model="parrot_neuron")]
    groups.append(ng.NeuralGroup([6], neuron_model=UNSIGNED))
    return ng.Network.from_edges([0, 4], [1, 1], population=ng.NeuralPop.from_groups(groups, ["neurons", "parrots", "own"]))


REFUSED = {
    "negative noise": (lambda net: ns.set_noise(net, "neurons", mean=0.0, std=-1.0), ParameterError, "std"),
    "noise off the grid": (
        lambda net: ns.set_noise(net, "neurons", mean=0.0, std=1.0, interval=0.15),
        ParameterError,
        "multiple of dt",
    ),
    "noise that stops first": (
        lambda net: ns.set_noise(net, "neurons", mean=0, std=1, start=5.0, stop=1.0),
        ParameterError,
        "stop",
    ),
    "noise into parrots": (lambda net: ns.set_noise(net, mean=0.0, std=1.0), ParameterError, "'parrots' of parrot_neuron"),
    "current at time zero": (lambda net: ns.set_step_currents(net, [0], times=[0.0], currents=[1.0]), ParameterError, "> 0 ms"),
    "times that fall": (
        lambda net: ns.set_step_currents(net, [0], times=[2.0, 1.0], currents=[1.0, 2.0]),
        ParameterError,
        "increase",
    ),
    "lengths": (lambda net: ns.set_step_currents(net, [0], times=[2.0], currents=[1.0, 2.0]), ParameterError, "same length"),
    "delay of a current": (
        lambda net: ns.set_step_currents(net, [0], times=[2.0], currents=[1.0], delay=0.0),
        ParameterError,
        "delay",
    ),
    "negative rate": (lambda net: ns.set_poisson_input(net, [0], rate=-1.0), ParameterError, "rate"),
    "weight": (lambda net: ns.set_poisson_input(net, [0], rate=1.0, weight=np.nan), ParameterError, "weight"),
    "delay": (lambda net: ns.set_poisson_input(net, [0], rate=1.0, delay=0.01), ParameterError, "delay"),
    "receptor": (lambda net: ns.set_poisson_input(net, [0], rate=1.0, receptor=3), EdgeError, "no receptor 3"),
    "sign": (lambda net: ns.set_poisson_input(net, "own", rate=1.0, weight=-1.0), EdgeError, "weights >= 0"),
    "unknown group": (lambda net: ns.set_poisson_input(net, "nuerons", rate=1.0), UnknownNameError, "did you mean 'neurons'"),
    "unknown neuron": (lambda net: ns.set_poisson_input(net, [7], rate=1.0), ParameterError, "numbers from 0 to 6"),
    "no neuron": (lambda net: ns.set_poisson_input(net, [], rate=1.0), ParameterError, "at least one neuron"),
    "neuron twice": (lambda net: ns.set_poisson_input(net, [1, 1], rate=1.0), ParameterError, "more than once"),
    "type": (lambda net: ns.set_minis(net, 1.0, 1.0, syn_type=0), ParameterError, r"1 \(excitatory\) or -1"),
    "signed minis": (lambda net: ns.set_minis(net, 1.0, -1.0, syn_type=-1), ParameterError, "syn_type gives the sign"),
    "no times": (lambda net: ns.set_step_currents(net, [0], times=[], currents=[]), ParameterError, "at least one time"),
    "text as rate of minis": (lambda net: ns.set_minis(net, "a", 30.0), ParameterError, "set_minis: base_rate: got 'a'"),
    "infinite rate of minis": (lambda net: ns.set_minis(net, np.inf, 30.0), ParameterError, "set_minis: base_rate: got inf"),
    "negative rate of minis": (lambda net: ns.set_minis(net, -1.0, 1.0), ParameterError, "rate"),
    "delay of minis": (lambda net: ns.set_minis(net, 1.0, 1.0, delay=-1.0), ParameterError, "delay"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_call_leaves_nothing_behind(case):
    call, error, message = REFUSED[case]
    net = circuit()
    sim = net.to_sim()
    with pytest.raises(error, match=message):
        call(net)
    assert (sim.n_nodes, len(sim.devices), sim.connectivity()["source"].size) == (7, 0, 2)


@pytest.mark.parametrize("call", [
    lambda net: ns.set_noise(net, mean=0.0, std=1.0), lambda net: ns.set_poisson_input(net, rate=1.0),
    lambda net: ns.set_step_currents(net, times=[1.0], currents=[1.0]), lambda net: ns.set_minis(net, 1.0, 1.0),
])  # fmt: skip
def test_stimulating_a_network_that_is_not_sent_is_refused(call):
    with pytest.raises(SimulationError, match=r"send it first with net.to_sim\(\)"):
        call(circuit())
