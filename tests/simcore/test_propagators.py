"""Exact propagators against the matrix exponential, also where time constants coincide."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from simcore.models._propagators import alpha_propagator, constant_propagator, current_propagator

TAU = st.floats(0.5, 50.0)


@given(tau_m=TAU, tau_syn=TAU, gap=st.sampled_from([None, 0.0, 1e-14, 1e-9, 1e-5, 0.3]), dt=st.sampled_from([0.01, 0.1, 1.0]))
def test_propagators_are_entries_of_the_matrix_exponential(tau_m, tau_syn, gap, dt):
    tau_syn = tau_syn if gap is None else tau_m * (1.0 + gap)
    C = 250.0
    # dI, I, V, and a constant 1 pA.
    A = np.array([[-1 / tau_syn, 0, 0, 0], [1, -1 / tau_syn, 0, 0], [0, 1 / C, -1 / tau_m, 1 / C], [0, 0, 0, 0]])
    P = expm(A * dt)
    assert alpha_propagator(tau_m, tau_syn, C, dt) == pytest.approx(P[2, 0], rel=1e-12)
    assert current_propagator(tau_m, tau_syn, C, dt) == pytest.approx(P[2, 1], rel=1e-12)
    assert constant_propagator(tau_m, C, dt) == pytest.approx(P[2, 3], rel=1e-12)


def test_propagators_take_one_value_a_neuron():
    tau_m, tau_syn, C = np.array([10.0, 10.0, 20.0]), np.array([2.0, 10.0, 3.0]), np.array([250.0, 250.0, 100.0])
    for propagator in (alpha_propagator, current_propagator):
        single = [propagator(m, s, c, 0.1) for m, s, c in zip(tau_m, tau_syn, C, strict=True)]
        np.testing.assert_array_equal(propagator(tau_m, tau_syn, C, 0.1), single)
