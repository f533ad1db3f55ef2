"""tsodyks2_synapse: amplitudes spike by spike, against NEST and against the recursion's fixed point."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.synapses import REGISTRY

MODEL = REGISTRY.get("tsodyks2_synapse")

STAMPS = [3, 4, 17, 130, 131, 133, 170, 600, 2100, 2101, 2150, 2151, 2190, 2400]
MULTIPLICITIES = [1, 2, 1, 1, 3, 1, 1, 2, 1, 1, 1, 1, 4, 1]

CASES = {
    "default": {},
    "seed page": {"U": 0.7},
    "facilitating": {"U": 0.1, "tau_rec": 100.0, "tau_fac": 1000.0},
    "depressing and facilitating": {"U": 0.45, "tau_rec": 300.0, "tau_fac": 40.0, "u": 0.3},
    "own start": {"U": 0.6, "x": 0.25, "u": 0.9, "tau_rec": 20.0},
    "own start, facilitating": {"U": 0.6, "x": 0.25, "u": 0.1, "tau_fac": 12.0},
    "never releases at rest": {"U": 0.0, "u": 0.4, "tau_fac": 50.0},
    "always releases": {"U": 1.0, "u": 1.0},
}


def amplitudes(stamps, dt, *, multiplicities=None, weight=100.0, **given):
    """What the spikes of each step send together; of several in one step, all but the first come after an interval of 0."""
    values = {**MODEL.defaults(), **{n: s.start for n, s in MODEL.state.items()}, **given}
    x, u = values.pop("x"), values.pop("u")
    sums, last = [], None
    for stamp, count in zip(stamps, multiplicities or [1] * len(stamps), strict=True):
        total = 0.0
        for _ in range(count):
            interval = math.inf if last is None else (stamp - last) * dt
            sent, x, u = MODEL.on_spike(weight, interval, x, u, **values)
            total, last = total + sent, stamp
        sums.append(total)
    return np.array(sums)


@pytest.mark.parametrize("multiplicities", [None, MULTIPLICITIES], ids=["single", "several in a step"])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("dt", [0.1, 0.05])
def test_amplitudes_are_those_of_nest(case, multiplicities, dt):
    from tests.oracle import nest_runs

    theirs = nest_runs.synapse_amplitudes("tsodyks2_synapse", STAMPS, dt, multiplicities=multiplicities, **CASES[case])
    mine = amplitudes(STAMPS, dt, multiplicities=multiplicities, **CASES[case])
    np.testing.assert_allclose(mine, theirs, rtol=0.0, atol=1e-9)


def test_defaults_are_those_of_nest():
    from tests.oracle import nest_runs

    theirs = nest_runs.nest.GetDefaults("tsodyks2_synapse")
    mine = {**MODEL.defaults(), **{n: s.start for n, s in MODEL.state.items()}}
    assert mine == {name: theirs[name] for name in mine}


@settings(deadline=None)
@given(
    U=st.floats(0.01, 0.99),
    tau_rec=st.floats(1.0, 1000.0),
    tau_fac=st.floats(0.0, 1000.0),
    interval=st.floats(0.5, 100.0),
)
def test_regular_train_settles_where_the_equations_say(U, tau_rec, tau_fac, interval):
    x, u = 1.0, 0.5
    for _ in range(20_000 if max(tau_rec, tau_fac) > 200.0 * interval else 4_000):
        sent, x, u = MODEL.on_spike(1.0, interval, x, u, U, tau_rec, tau_fac)
    f, r = (math.exp(-interval / tau) if tau > 0.0 else 0.0 for tau in (tau_fac, tau_rec))
    steady_u = U / (1.0 - (1.0 - U) * f)
    steady_x = (1.0 - r) / (1.0 - (1.0 - steady_u) * r)
    assert sent == pytest.approx(steady_u * steady_x, rel=1e-9)


@settings(deadline=None)
@given(interval=st.floats(0.0, 1e4), x=st.floats(0.0, 1.0), u=st.floats(0.0, 1.0), U=st.floats(0.0, 1.0))
def test_resource_and_release_probability_stay_between_0_and_1(interval, x, u, U):
    sent, x, u = MODEL.on_spike(1.0, interval, x, u, U, 30.0, 200.0)
    assert -1e-15 <= x <= 1.0 + 1e-15
    assert 0.0 <= u <= 1.0 + 1e-15
    assert sent == x * u
