"""Exact one-step propagators of the linear membrane (Rotter & Diesmann 1999, doi:10.1007/s004220050570)."""

import math

import numpy as np

__all__ = ["alpha_propagator", "constant_propagator", "current_propagator"]


def constant_propagator(tau_m, C_m, dt):
    """Potential [mV] after `dt` [ms] caused by a constant current of 1 pA."""
    return -np.expm1(-dt / np.asarray(tau_m, dtype=np.float64)) * tau_m / C_m


def current_propagator(tau_m, tau_syn, C_m, dt):
    """Potential [mV] after `dt` [ms] caused by 1 pA of a current that decays with `tau_syn` [ms].

    The difference of exponentials is written with ``expm1`` so that it stays exact as `tau_syn` approaches `tau_m`.
    """
    tau_m, tau_syn = np.asarray(tau_m, dtype=np.float64), np.asarray(tau_syn, dtype=np.float64)
    x = (1.0 / tau_syn - 1.0 / tau_m) * dt
    small = np.abs(x) < 1e-300
    mean_decay = np.where(small, 1.0, -np.expm1(-x) / np.where(small, 1.0, x))
    return np.exp(-dt / tau_m) * dt * mean_decay / C_m


def alpha_propagator(tau_m, tau_syn, C_m, dt):
    """Potential [mV] after `dt` [ms] caused by a current ``s exp(-s / tau_syn)`` [pA] of time s [ms].

    The integral of ``s exp(-x s / dt)`` is ``dt**2 (1 - (1 + x) exp(-x)) / x**2``; near x = 0 its series loses no digits.
    """
    tau_m, tau_syn = np.asarray(tau_m, dtype=np.float64), np.asarray(tau_syn, dtype=np.float64)
    x = (1.0 / tau_syn - 1.0 / tau_m) * dt
    small = np.abs(x) < 0.5
    near, far = np.where(small, x, 0.0), np.where(small, 1.0, x)
    series = sum((-near) ** n / (math.factorial(n) * (n + 2)) for n in range(16))
    mean = np.where(small, series, -(np.expm1(-far) + far * np.exp(-far)) / far**2)
    return np.exp(-dt / tau_m) * dt**2 * mean / C_m
