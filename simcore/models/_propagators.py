"""Exact one-step propagators of the linear membrane (Rotter & Diesmann 1999, doi:10.1007/s004220050570)."""

import numpy as np

__all__ = ["current_propagator"]


def current_propagator(tau_m, tau_syn, C_m, dt):
    """Potential [mV] after `dt` [ms] caused by 1 pA of a current that decays with `tau_syn` [ms].

    The difference of exponentials is written with ``expm1`` so that it stays exact as `tau_syn` approaches `tau_m`.
    """
    tau_m, tau_syn = np.asarray(tau_m, dtype=np.float64), np.asarray(tau_syn, dtype=np.float64)
    rate_gap = 1.0 / tau_syn - 1.0 / tau_m
    x = rate_gap * dt
    small = np.abs(x) < 1e-300
    mean_decay = np.where(small, 1.0, -np.expm1(-x) / np.where(small, 1.0, x))
    return np.exp(-dt / tau_m) * dt * mean_decay / C_m
