"""pulsepacket_generator: packets of spikes, normally distributed around given times; all targets get the same spikes.

Source: Diesmann, Gewaltig & Aertsen 1999, doi:10.1038/990101.
"""

import numpy as np

from simcore.devices._base import DeviceModel
from simcore.memory import check_free
from simcore.parameter import Param
from simcore.timegrid import TICS_PER_MS, steps_up

PARAMETERS = {
    "pulse_times": Param((), "ms", "centres of the packets"),
    "activity": Param(0.0, "", "number of spikes in a packet", low=0.0),
    "sdev": Param(0.0, "ms", "standard deviation of the spikes of a packet", low=0.0),
}

# No simulation lasts longer, and the tics of such times are 64-bit numbers.
_FARTHEST = 1e13

# Bytes of a spike while its packet is drawn.
_SPIKE = 48


def train(p, grid, draws):
    """Spikes of all packets in the window; those of a packet are keyed by its centre, so they do not depend on the others.

    A spike at time x has the stamp one step after the first grid point that is not before x.
    """
    from simcore.quantiles import normal_quantiles

    centres, n = np.asarray(p["pulse_times"], dtype=np.float64), int(p["activity"])
    times = np.broadcast_to(centres[:, None], (centres.size, n))
    if p["sdev"] > 0.0:
        keys = _tics(centres)
        times = times + p["sdev"] * normal_quantiles(draws.uniforms(keys, n, first=n * _occurrence(keys)))
    first, last = MODEL.stamps(p, grid)
    stamps = steps_up(times, grid.dt) + 1
    stamps = stamps[(_tics(times) >= (first - 1) * grid.tics) & (stamps <= last)]
    stamps, counts = np.unique(stamps, return_counts=True)
    return stamps, counts, np.ones(stamps.size)


def _tics(times):
    return np.floor(np.clip(times, -2.0 * _FARTHEST, 2.0 * _FARTHEST) * TICS_PER_MS + 0.5).astype(np.int64)


def _occurrence(keys):
    """How many equal keys there are before each."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    out = np.empty(keys.size, dtype=np.int64)
    out[order] = np.arange(keys.size) - np.searchsorted(ordered, ordered)
    return out


def check(p, grid):
    """A whole number of spikes that fit into the memory, and centres at times that can be counted."""
    if p["activity"] != np.rint(p["activity"]):
        return "activity must be a whole number"
    if np.any(np.abs(p["pulse_times"]) > _FARTHEST):
        return f"pulse_times must lie within {_FARTHEST:g} ms of time zero"
    n = p["activity"] * len(p["pulse_times"])
    check_free("pulsepacket_generator", f"{n:.1e} spikes", _SPIKE * n)
    return None


# Its window is that of a current.
MODEL = DeviceModel("pulsepacket_generator", "train", PARAMETERS, train=train, check=check, acting=(0, -1))
