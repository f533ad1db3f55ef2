"""tsodyks_synapse: against NEST spike by spike, against an independent solution of its equations, and what it refuses."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simcore
from simcore import Simulation
from simcore.errors import InconsistentError, ParameterError
from simcore.synapses import REGISTRY
from simcore.synapses.tsodyks_synapse import inactivated
from tests.reference import compiled
from tests.simcore.test_tsodyks2 import MULTIPLICITIES, STAMPS

MODEL = REGISTRY.get("tsodyks_synapse")

CASES = {
    "default": {},
    "facilitating": {"U": 0.1, "tau_rec": 100.0, "tau_fac": 1000.0},
    "own start": {"x": 0.3, "y": 0.2, "u": 0.4, "tau_fac": 50.0, "tau_psc": 2.0},
    "all inactive": {"x": 0.0, "y": 0.0, "u": 1.0, "tau_rec": 20.0},
    "active": {"x": 0.0, "y": 1.0, "tau_rec": 1.0, "tau_psc": 30.0},
    "never releases at rest": {"U": 0.0, "u": 0.4, "tau_fac": 5.0},
    "always releases": {"U": 1.0},
}


def amplitudes(stamps, dt, *, multiplicities=None, weight=100.0, **given):
    """What the spikes of each step send together; before the first one the states relax from time zero."""
    values = {**MODEL.defaults(), **{n: s.start for n, s in MODEL.state.items()}, **given}
    state = [values.pop(name) for name in MODEL.state]
    sums, last = [], 0
    for stamp, count in zip(stamps, multiplicities or [1] * len(stamps), strict=True):
        total = 0.0
        for _ in range(count):
            sent, *state = MODEL.on_spike(weight, (stamp + 1 - last) * dt, *state, **values)
            total, last = total + sent, stamp + 1
        sums.append(total)
    return np.array(sums)


@pytest.fixture(scope="module")
def oracle():
    from tests.oracle import nest_runs

    return nest_runs


@pytest.mark.parametrize("multiplicities", [None, MULTIPLICITIES], ids=["single", "several in a step"])
@pytest.mark.parametrize("case", CASES)
def test_amplitudes_are_those_of_nest(case, multiplicities, oracle):
    given = {"multiplicities": multiplicities, **CASES[case]}
    theirs = oracle.synapse_amplitudes("tsodyks_synapse", STAMPS, 0.1, **given)
    assert np.abs(theirs).max() > 1.0
    np.testing.assert_allclose(amplitudes(STAMPS, 0.1, **given), theirs, rtol=0.0, atol=1e-9)
    mine = compiled.synapse_amplitudes("tsodyks_synapse", STAMPS, 0.1, **given)
    np.testing.assert_allclose(mine, theirs, rtol=0.0, atol=1e-9)


def test_defaults_are_those_of_nest(oracle):
    theirs = oracle.nest.GetDefaults("tsodyks_synapse")
    mine = {**MODEL.defaults(), **{n: s.start for n, s in MODEL.state.items()}}
    assert mine == {name: theirs[name] for name in mine}
    other = {"weight", "delay", "weight_recorder", "receptor_type"}
    assert {n for n, v in theirs.items() if isinstance(v, float)} <= set(mine) | other


def made(params):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create("parrot_neuron", 2)
    sim.connect_edges([0, 1], [1, 0], synapse="tsodyks_synapse", params=params)
    return sim, neurons


REFUSED = [
    {"x": 0.6, "y": 0.5}, {"y": 0.1}, {"x": 1.2}, {"u": -0.1}, {"u": 1.1}, {"U": -0.1}, {"U": 1.1}, {"tau_psc": 0.0},
    {"tau_rec": 0.0}, {"tau_fac": -1.0}, {"x": 0.5, "y": 0.5}, {"x": 0.5}, {"tau_fac": 0.0}, {"U": 0.0}, {"u": 1.0},
]  # fmt: skip


@pytest.mark.parametrize("params", REFUSED, ids=str)
def test_values_are_refused_as_nest_refuses_them(params, oracle):
    oracle.reset(0.1)
    nodes = oracle.nest.Create("parrot_neuron", 2)
    try:
        oracle.nest.Connect(nodes, nodes, syn_spec={"synapse_model": "tsodyks_synapse", **params})
        is_refused = False
    except oracle.nest.NESTErrors.BadProperty:
        is_refused = True
    if is_refused:
        with pytest.raises(ParameterError, match="tsodyks_synapse: "):
            made(params)
    else:
        made(params)


def test_shares_that_are_too_large_together_are_refused_on_any_edge_and_nothing_is_made():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    sim.create("parrot_neuron", 2)
    with pytest.raises(InconsistentError, match=r"tsodyks_synapse: x \+ y must be <= 1"):
        sim.connect_edges([0, 1], [1, 0], synapse="tsodyks_synapse", params={"x": 0.5, "y": [0.5, 0.6]})
    assert not sim.projections


@pytest.mark.parametrize("tau_rec", [3.0, 3.0 * (1 + 1e-9), 3.0 * (1 + 0.9e-3), 3.0 * (1 - 1.1e-3), 3.5, 800.0])
@pytest.mark.parametrize("elapsed", [0.0, 0.1, 3.0, 40.0, 1e5])
def test_what_was_active_becomes_inactive_as_the_integral_says(tau_rec, elapsed):
    """The closed form, with twice the digits."""
    from decimal import Decimal, localcontext

    with localcontext(prec=60):
        t, psc, rec = Decimal(elapsed), Decimal(3), Decimal(tau_rec)
        if psc == rec:
            exact = t / psc * (-t / psc).exp()
        else:
            exact = ((-t / psc).exp() - (-t / rec).exp()) * rec / (psc - rec)
    assert inactivated(elapsed, 3.0, tau_rec) == pytest.approx(float(exact), rel=1e-11, abs=1e-13)


@settings(deadline=None)
@given(
    elapsed=st.floats(0.0, 1e4),
    shares=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
    U=st.floats(0.0, 1.0),
    tau_psc=st.floats(0.1, 100.0),
    tau_rec=st.floats(0.1, 1000.0),
)
def test_shares_of_the_resource_stay_shares(elapsed, shares, U, tau_psc, tau_rec):
    x, y, u = shares[0], (1.0 - shares[0]) * shares[1], shares[2]
    sent, x, y, u = MODEL.on_spike(1.0, elapsed, x, y, u, U, tau_psc, tau_rec, 50.0)
    assert min(sent, x, y, u) >= -1e-12
    assert max(x + y, u) <= 1.0 + 1e-12


@pytest.mark.parametrize(("U", "tau_rec", "tau_fac", "interval"), [(0.5, 800.0, 0.0, 20.0), (0.1, 100.0, 1000.0, 50.0)])
def test_regular_train_settles_where_the_equations_say(U, tau_rec, tau_fac, interval):
    """With a current that is over when the next spike comes."""
    state = [1.0, 0.0, 0.0]
    for _ in range(2000):
        sent, *state = MODEL.on_spike(1.0, interval, *state, U, 0.01, tau_rec, tau_fac)
    f, r = (math.exp(-interval / tau) if tau > 0.0 else 0.0 for tau in (tau_fac, tau_rec))
    u = U / (1.0 - (1.0 - U) * f)
    # What is active becomes inactive within tau_psc, so a little more of it has to recover than from the spike itself.
    r *= tau_rec / (tau_rec - 0.01)
    x = (1.0 - math.exp(-interval / tau_rec)) / (1.0 - math.exp(-interval / tau_rec) + u * r)
    assert sent == pytest.approx(u * x, rel=1e-9)


def late_connection(engine, oracle):
    """Amplitudes of spikes at 12 and 15 ms through a synapse that is made at 10 ms, away from equilibrium."""
    times, dt, given = [2.0, 9.0, 12.0, 15.0], 0.1, {"x": 0.2, "y": 0.3, "u": 0.5, "tau_fac": 30.0, "tau_rec": 40.0}
    if engine == "ours":
        sim = Simulation(dt=dt, seed=1, threads=1)
        source, target = sim.create("parrot_neuron"), sim.create("iaf_psc_exp", params={"V_th": 1e9})
        sim.connect(sim.create("spike_generator", params={"spike_times": times}), source, delay=dt)
        recorder = sim.record(target, "I_syn_ex", interval=dt)
        sim.run(10.0)
        sim.connect(source, target, weight=100.0, delay=dt, synapse="tsodyks_synapse", params=given)
        sim.run(10.0)
        return compiled.added(recorder["I_syn_ex"][:, 0], dt)
    nest = oracle.nest
    oracle.reset(dt)
    source, target = nest.Create("parrot_neuron"), nest.Create("iaf_psc_exp", params={"V_th": 1e9})
    nest.Connect(nest.Create("spike_generator", params={"spike_times": times}), source, syn_spec={"delay": dt})
    meter = nest.Create("multimeter", params={"record_from": ["I_syn_ex"], "interval": dt})
    nest.Connect(meter, target, syn_spec={"delay": dt})
    nest.Simulate(10.0)
    nest.Connect(source, target, syn_spec={"synapse_model": "tsodyks_synapse", "weight": 100.0, "delay": dt, **given})
    nest.Simulate(10.1)
    return compiled.added(np.array(meter.events["I_syn_ex"])[:200], dt)


def test_a_synapse_made_during_the_simulation_relaxes_from_time_zero_as_in_nest(oracle):
    mine, theirs = late_connection("ours", oracle), late_connection("theirs", oracle)
    assert np.flatnonzero(theirs > 1.0).size == 2
    np.testing.assert_allclose(mine, theirs, rtol=0.0, atol=1e-9)


def test_first_spikes_under_way_are_the_same_after_saving(tmp_path):
    runs = []
    for is_saved in (False, True):
        sim = Simulation(dt=0.1, seed=1, threads=1)
        source = sim.create("spike_generator", params={"spike_times": [3.0, 3.4]})
        target = sim.create("iaf_psc_exp", params={"V_th": 1e9})
        given = {"x": 0.2, "y": 0.3, "u": 0.5, "tau_fac": 30.0, "tau_rec": 40.0}
        sim.connect(source, target, weight=100.0, delay=5.0, synapse="tsodyks_synapse", params=given)
        sim.record(target, "I_syn_ex", interval=0.1)
        sim.run(4.0)
        if is_saved:
            sim = simcore.load(sim.save(tmp_path / "state.npz"), threads=1)
        sim.run(6.0)
        runs.append((sim.recorders[0]["I_syn_ex"], sim.connectivity(sim.projections[0])["x"]))
    assert runs[0][0].max() > 1.0
    for left, right in zip(*runs, strict=True):
        np.testing.assert_array_equal(left, right)
