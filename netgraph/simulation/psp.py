"""Postsynaptic potentials: how far one spike moves the potential, and the weight that moves it so far."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from netgraph._checks import check_mapping, check_positive
from simcore.distributions import is_distribution
from simcore.errors import ParameterError
from simcore.models import REGISTRY, NeuronModel
from simcore.parameter import as_floats
from simcore.resizing import sized

__all__ = ["psp_amplitude", "weight_for_psp"]

_SETTLE = 1000.0  # ms
_MOST = 200  # neurons that are simulated at once, and potentials that are solved for one by one
_CLOSE = 1e-6
_ENOUGH = 1e-3


class Probe(NamedTuple):
    """A neuron at rest, and how it is tested."""

    where: str
    model: NeuronModel
    values: dict[str, Any]
    sign: int
    signed: bool
    receptor: int
    dt: float
    duration: float


def psp_amplitude(
    model: str | NeuronModel, weight: Any, *, neuron_param: Mapping[str, Any] | None = None, syn_type: int = 1,
    receptor: int = 0, dt: float = 0.1, duration: float = 200.0,
) -> np.ndarray:  # fmt: skip
    """How far one spike moves the membrane potential of a resting neuron.

    The neuron is simulated: first until it rests, then with one spike. The amplitude is the largest difference from a neuron
    without the spike, in the direction of the type.

    Parameters
    ----------
    model : str or NeuronModel
        Neuron model that has a potential ``V_m``.
    weight : float or array_like
        Weights of connections as a network stores them, positive, in the unit of the neurons' input (pA, nS or mV).
    neuron_param : dict, optional
        Parameters that differ from the model's defaults, one number each.
    syn_type : {1, -1}
        1: the spike of an excitatory neuron, -1: that of an inhibitory one.
    receptor : int
        Receptor type of the neuron.
    dt : float
        Step of the simulation in ms.
    duration : float
        How long the potential is watched after the spike, in ms.

    Returns
    -------
    amplitude : ndarray of float64, shape of `weight` [mV]
        At the steps of the simulation; NaN where the neuron fires.

    Raises
    ------
    ParameterError
        Negative weights, a model without potential, or a neuron that fires by itself.

    Examples
    --------
    >>> psp_amplitude("iaf_psc_delta", [0.5, 2.0]).round(6)
    array([0.5, 2. ])
    """
    probe = _resting("psp_amplitude", model, neuron_param, syn_type=syn_type, receptor=receptor, dt=dt, duration=duration)
    weights = _positive("psp_amplitude: weight", weight, low_too=True)
    found = np.array([0.0] * weights.size)
    flat = weights.ravel()
    for first in range(0, flat.size, _MOST):
        found[first : first + _MOST] = _amplitudes(probe, flat[first : first + _MOST])
    return np.where(np.isinf(found), np.nan, found).reshape(weights.shape)


def weight_for_psp(
    model: str | NeuronModel, psp: Any, *, neuron_param: Mapping[str, Any] | None = None, syn_type: int = 1,
    receptor: int = 0, dt: float = 0.1, duration: float = 200.0,
) -> np.ndarray:  # fmt: skip
    """The weight with which one spike moves the potential of a resting neuron by so many mV.

    The inverse of `psp_amplitude`, found by simulation. Of more than 200 different values, those between are interpolated.

    Parameters
    ----------
    model, neuron_param, syn_type, receptor, dt, duration
        See `psp_amplitude`.
    psp : float or array_like
        Amplitudes in mV, above 0 for both types.

    Returns
    -------
    weight : ndarray of float64, shape of `psp`
        Positive, as a network stores weights: the type of the source gives the sign.

    Raises
    ------
    ParameterError
        A potential that no weight reaches, because the neuron fires before or the reversal potential is too near.

    Examples
    --------
    >>> weight_for_psp("iaf_psc_delta", [0.5, 2.0]).round(6)
    array([0.5, 2. ])
    """
    where = "weight_for_psp"
    probe = _resting(where, model, neuron_param, syn_type=syn_type, receptor=receptor, dt=dt, duration=duration)
    wanted = _positive(f"{where}: psp", psp, low_too=False)
    different, place = np.unique(wanted, return_inverse=True)
    if different.size <= _MOST:
        return _solved(probe, different)[place].reshape(wanted.shape)
    from scipy.interpolate import PchipInterpolator  # SciPy loads on first use

    known = np.geomspace(different[0], different[-1], _MOST)
    known[[0, -1]] = different[[0, -1]]
    return PchipInterpolator(known, _solved(probe, known))(wanted)


def _positive(where: str, values: Any, *, low_too: bool) -> np.ndarray:
    expected = f"numbers {'>=' if low_too else '>'} 0"
    array = as_floats(where, values, expected)
    if not np.isfinite(array).all() or (array < 0.0).any() or (not low_too and (array == 0.0).any()):
        raise ParameterError(where, got=values, expected=expected)
    return array


def _resting(where: str, model: Any, params: Mapping[str, Any] | None, *, syn_type: int, **timing: Any) -> Probe:
    """The neuron after a second without input."""
    from simcore import Simulation

    given = check_mapping(f"{where}: neuron_param", params)
    record = sized(REGISTRY.get(model), given)
    for name, value in given.items():
        is_list = getattr(record.parameters.get(name), "is_list", False)
        if (np.ndim(value) > 0 and not is_list) or is_distribution(value):
            raise ParameterError(f"{where}: neuron_param[{name!r}]", got=value, expected="one number")
    receptor, dt, duration = timing["receptor"], timing["dt"], check_positive(f"{where}: duration", timing["duration"], "ms")
    if syn_type not in (1, -1):
        raise ParameterError(f"{where}: syn_type", got=syn_type, expected="1 (excitatory) or -1 (inhibitory)")
    if "V_m" not in record.recordable_units:
        raise ParameterError(f"{where}: model", got=record.name, expected="a model with a potential V_m")
    if receptor not in record.receptors():
        raise ParameterError(f"{where}: receptor", got=receptor, expected=f"one of {list(record.receptors())}")
    simulation = Simulation(dt=dt, seed=0, threads=1)
    neuron = simulation.create(record, 1, given)
    spikes = simulation.record(neuron, "spikes")
    simulation.run(np.ceil(_SETTLE / dt) * dt, progress=False)
    states = [name for name in record.state if name in record.settable]
    values = given | {name: float(neuron.get(name)[0]) for name in states}
    fired = len(spikes.times) > 0
    simulation.close()
    if fired:
        raise ParameterError(f"{where}: neuron_param", got=given, expected="a neuron that rests without input")
    length = np.ceil(duration / dt) * dt
    return Probe(where, record, values, syn_type, record.takes_signed_weights(receptor), receptor, dt, length)


def _amplitudes(probe: Probe, weights: np.ndarray) -> np.ndarray:
    """Largest difference from a neuron without a spike [mV]; infinite where the neuron fires."""
    from simcore import Simulation

    simulation = Simulation(dt=probe.dt, seed=0, threads=1)
    neurons = simulation.create(probe.model, weights.size + 1, probe.values)
    source = simulation.create("spike_generator", params={"spike_times": [probe.dt]})
    sent = weights * probe.sign if probe.signed else weights
    ends = source.ids.repeat(weights.size), neurons.ids[1:]
    simulation.connect_edges(*ends, weight=sent, delay=probe.dt, receptor=probe.receptor)
    spikes, traces = simulation.record(neurons, "spikes"), simulation.record(neurons, "V_m", interval=probe.dt)
    simulation.run(probe.duration + 2 * probe.dt, progress=False)
    potential = traces["V_m"]
    moved = probe.sign * (potential[:, 1:] - potential[:, :1])
    fired = np.isin(neurons.ids[1:], spikes.ids)
    simulation.close()
    late = ~fired & (moved.argmax(axis=0) == moved.shape[0] - 1) & (moved.max(axis=0) > 0.0)
    if late.any():
        raise ParameterError(f"{probe.where}: duration", got=probe.duration, expected="a time after the peak of the potential")
    return np.where(fired, np.inf, np.maximum(moved.max(axis=0), 0.0))


def _solved(probe: Probe, wanted: np.ndarray) -> np.ndarray:
    """Weights by false position between a weight that does too little and one that does too much (Dowell & Jarratt 1971)."""
    low, low_miss, high, high_miss = _bracketed(probe, wanted)
    best, miss = high.copy(), high_miss.copy()
    for _ in range(60):
        open_ = np.flatnonzero((np.abs(miss) > _CLOSE * wanted) & (high - low > 1e-12 * high))
        if open_.size == 0:
            break
        a, b, fa, fb = low[open_], high[open_], low_miss[open_], high_miss[open_]
        with np.errstate(invalid="ignore"):
            middle = np.where(np.isinf(fb), 0.5 * (a + b), (a * fb - b * fa) / (fb - fa))
        found = _amplitudes(probe, middle) - wanted[open_]
        above = found >= 0.0
        # The end that stays counts half from now on, so that both ends move.
        low_miss[open_] = np.where(above, 0.5 * fa, found)
        high_miss[open_] = np.where(above, found, 0.5 * fb)
        low[open_], high[open_] = np.where(above, a, middle), np.where(above, middle, b)
        better = np.abs(found) < np.abs(miss[open_])
        best[open_[better]], miss[open_[better]] = middle[better], found[better]
    _check_reached(probe, wanted, np.abs(miss) <= _ENOUGH * wanted, "the neuron fires before")
    return best


def _bracketed(probe: Probe, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """For each potential, a weight that moves it less and one that moves it at least so far, and by how much they miss."""
    low, low_miss = np.zeros(wanted.size), -wanted
    one = float(_amplitudes(probe, np.ones(1))[0])
    high = wanted / one if 0.0 < one < np.inf else np.ones(wanted.size)
    high_miss = _amplitudes(probe, high) - wanted
    for _ in range(40):
        short = np.flatnonzero(high_miss < 0.0)
        if short.size == 0:
            break
        doubled = _amplitudes(probe, 2.0 * high[short]) - wanted[short]
        stuck = doubled - high_miss[short] < 1e-3 * (doubled + wanted[short])
        _check_reached(probe, wanted[short], ~stuck | (doubled >= 0.0), "larger weights do not move the potential further")
        low[short], low_miss[short] = high[short], high_miss[short]
        high[short], high_miss[short] = 2.0 * high[short], doubled
    return low, low_miss, high, high_miss


def _check_reached(probe: Probe, wanted: np.ndarray, reached: np.ndarray, reason: str) -> None:
    if not reached.all():
        raise ParameterError(f"{probe.where}: psp", got=float(wanted[~reached][0]), expected=f"fewer mV: {reason}")
