"""Combinations of parameters that no neuron can have; each check returns None or the sentence that says why."""

import numpy as np

__all__ = ["LARGEST_W", "LOWEST_V", "adaptive_exponential", "reset_below_threshold"]

# An adaptive neuron below this potential [mV] or beyond this adaptation [pA] has lost its stability: the run stops.
LOWEST_V = -1e3
LARGEST_W = 1e6

# Beyond this argument the exponential and its products with currents and time overflow a float64.
LARGEST_EXPONENT = np.log(np.finfo(np.float64).max / 1e20)


def reset_below_threshold(p):
    """The reset must lie below the threshold, or the neuron fires for ever."""
    return "V_reset must be below V_th" if np.any(np.greater_equal(p["V_reset"], p["V_th"])) else None


def adaptive_exponential(p):
    """V_reset < V_peak, V_th <= V_peak, and an exponential current that stays finite up to V_peak."""
    if np.any(np.greater_equal(p["V_reset"], p["V_peak"])):
        return "V_reset must be below V_peak"
    rise = np.subtract(p["V_peak"], p["V_th"])
    if np.any(rise < 0.0):
        return "V_peak must not be below V_th"
    if np.any((rise >= LARGEST_EXPONENT * np.asarray(p["Delta_T"])) & (np.asarray(p["Delta_T"]) > 0.0)):
        return f"exp((V_peak - V_th) / Delta_T) overflows: the exponent must stay below {LARGEST_EXPONENT:.0f}"
    return None
