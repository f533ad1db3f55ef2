"""Run real NEST as the oracle: the same neuron, the same spikes and the same currents as a simulation here.

Importing this skips the test where NEST is not installed.
"""

import os
from collections import Counter, namedtuple

import numpy as np
import pytest

os.environ.setdefault("PYNEST_QUIET", "1")
nest = pytest.importorskip("nest", reason="NEST is the oracle of this test")

Run = namedtuple("Run", "traces spikes")

# Spike emitted at `stamp` with this weight, arriving `delay` steps later.
Spike = namedtuple("Spike", "stamp weight delay")

# Current that a generator with this window sends over a connection of this delay, all in steps.
Pulse = namedtuple("Pulse", "start stop amplitude delay")

# What every NEST node carries besides its parameters, state and list of recordables.
BOOKKEEPING = {
    "archiver_length", "available", "beta_Ca", "Ca", "capacity", "element_type", "elementsize", "flush_event_send_interval",
    "frozen", "global_id", "has_connections", "ignore_and_spike", "ignore_and_spike_interval", "ignore_and_spike_offset",
    "instantiations", "local", "model", "model_id", "node_uses_wfr", "post_trace", "recordables", "synaptic_elements",
    "t_spike", "tau_Ca", "tau_minus_triplet", "thread", "thread_local_id", "type_id", "vp",
}  # fmt: skip


def reset(dt):
    """Start from an empty kernel with one thread."""
    nest.verbosity = nest.VerbosityLevel.FATAL
    nest.ResetKernel()
    nest.resolution = dt


def has_model(name):
    """Whether NEST has a node model of that name."""
    return name in nest.node_models


def defaults(model):
    """Name to value of a model's parameters and settable state, and the set of its recordables."""
    values = nest.GetDefaults(model)
    return {k: v for k, v in values.items() if k not in BOOKKEEPING}, set(values.get("recordables", ()))


def refuses(model, params):
    """Whether NEST refuses to create a node with these parameters."""
    reset(0.1)
    try:
        nest.Create(model, params=params)
    except (nest.NESTErrors.BadProperty, nest.NESTErrors.TypeMismatch):
        return True
    return False


def single_neuron(model, n_steps, dt, *, params=None, spikes=(), pulses=(), receptor=0):
    """One neuron under given spikes and currents.

    Parameters
    ----------
    model : str
    n_steps : int
    dt : float, ms
    params : dict, optional
        Parameters and initial state.
    spikes : sequence of Spike, or dict of int to sequence of Spike
        A dictionary gives those of several receptor types.
    pulses : sequence of Pulse
        Every other one comes from a ``step_current_generator``, the others from a ``dc_generator``.
    receptor : int
        Receptor type of the spikes, if it is one.

    Returns
    -------
    run : Run
        ``traces``: recordable name to array (n_steps,), values at the steps' ends; ``spikes``: list of (stamp, multiplicity).
    """
    reset(dt)
    neuron = nest.Create(model, params=params or {})
    for port, train in (spikes if isinstance(spikes, dict) else {receptor: spikes}).items():
        for delay in sorted({s.delay for s in train}):
            _send([s for s in train if s.delay == delay], neuron, dt, port)
    for k, pulse in enumerate(pulses):
        _drive(pulse, neuron, dt, steps=k % 2 == 1)
    recorder = nest.Create("spike_recorder")
    nest.Connect(neuron, recorder)
    names = sorted(neuron.get("recordables") if defaults(model)[1] else ())
    if names:
        meter = nest.Create("multimeter", params={"record_from": names, "interval": dt})
        nest.Connect(meter, neuron)
    # The last slice of recorded values comes with the next one.
    nest.Simulate(round((n_steps * dt + max(2.0, 2.0 * dt)) / dt) * dt)
    stamps = Counter(stamp for stamp in _stamps(recorder.events["times"], dt) if stamp <= n_steps)
    traces = {name: np.array(meter.events[name])[:n_steps] for name in names}
    return Run(traces, sorted(stamps.items()))


def driving_current(pulses, n_steps):
    """What the pulses add up to in each step at the neuron: array (n_steps,), pA."""
    current = np.zeros(n_steps)
    for pulse in pulses:
        current[pulse.start + pulse.delay : pulse.stop + pulse.delay] += pulse.amplitude
    return current


def synapse_amplitudes(synapse, stamps, dt, *, multiplicities=None, weight=100.0, **params):
    """What each presynaptic spike adds to the current of an iaf_psc_exp neuron, all spikes of a step together: array, pA."""
    reset(dt)
    given = {"spike_times": _times(stamps, dt)}
    if multiplicities is not None:
        given["spike_multiplicities"] = list(multiplicities)
    generator = nest.Create("spike_generator", params=given)
    source = nest.Create("parrot_neuron")
    target = nest.Create("iaf_psc_exp", params={"V_th": 1e9})
    nest.Connect(generator, source, syn_spec={"delay": dt})
    nest.Connect(source, target, syn_spec={"synapse_model": synapse, "weight": weight, "delay": dt, **params})
    meter = nest.Create("multimeter", params={"record_from": ["I_syn_ex"], "interval": dt})
    nest.Connect(meter, target)
    nest.Simulate(round((max(stamps) + 2) * dt + 2.0, 3))
    current = np.array(meter.events["I_syn_ex"])
    added = current - np.exp(-dt / 2.0) * np.concatenate([[0.0], current[:-1]])
    return added[np.asarray(stamps) + 1]


def plastic_network(network, drive):
    """Weights and traces at the end, in the order of the edges, and times of all spikes; see `tests.reference.plastic`.

    Parameters
    ----------
    network : tests.reference.plastic.Network
    drive : (float, int)
        Weight of the driving spikes, and receptor of the plastic synapses.
    """
    reset(0.1)
    nodes = _connected(network, drive, "stdp_synapse")
    recorder = nest.Create("spike_recorder")
    nest.Connect(nodes, recorder)
    nest.Simulate(network.duration)
    found = nest.GetConnections(synapse_model="stdp_synapse").get(["source", "target", "weight", "Kplus"])
    # Of each pair of nodes there is one edge.
    order = np.lexsort((found["target"], found["source"])), np.lexsort((network.targets, network.sources))
    out = {"times": np.array(recorder.events["times"]).round(1)}
    for name in ("weight", "Kplus"):
        out[name] = np.empty(network.sources.size)
        out[name][order[1]] = np.array(found[name])[order[0]]
    return out


def recorded_weights(network, drive, synapse):
    """Times, sources (0-based), targets and weights of all that was transmitted and has arrived, sorted by these."""
    reset(0.1)
    recorder = nest.Create("weight_recorder")
    nest.CopyModel(synapse, "recorded_synapse", {"weight_recorder": recorder})
    nodes = _connected(network, drive, "recorded_synapse")
    nest.Simulate(network.duration)
    events, first = recorder.events, nodes.tolist()[0]
    rows = np.array([events["times"].round(1), events["senders"] - first, events["targets"] - first, events["weights"]])
    delays = np.zeros((nodes.tolist()[-1] - first + 1,) * 2)
    delays[network.sources, network.targets] = network.delays
    arrives = rows[0] + delays[rows[1].astype(int), rows[2].astype(int)]
    rows = rows[:, arrives <= network.duration + 1e-9]
    return dict(zip(("times", "sources", "targets", "weights"), rows[:, np.lexsort(rows[::-1])], strict=True))


def _connected(network, drive, synapse):
    """The nodes of a `tests.reference.plastic.Network`, with their drive and edges."""
    nodes = nest.Create(network.model, network.tau_minus.size)
    nodes.tau_minus = network.tau_minus
    for k, (times, multiplicities) in enumerate(network.trains):
        generator = nest.Create("spike_generator", params={"spike_times": times, "spike_multiplicities": multiplicities})
        nest.Connect(generator, nodes[k], syn_spec={"weight": drive[0], "delay": 1.0})
    n, ids = network.sources.size, np.array(nodes.tolist())
    given = {name: np.full(n, value) if np.ndim(value) == 0 else value for name, value in network.params.items()}
    spec = {"synapse_model": synapse, "weight": network.weights, "delay": network.delays, **given}
    nest.Connect(ids[network.sources], ids[network.targets], "one_to_one", spec | {"receptor_type": np.full(n, drive[1])})
    return nodes


def _send(spikes, neuron, dt, receptor):
    spikes = sorted(spikes)
    times = _times([s.stamp for s in spikes], dt)
    generator = nest.Create("spike_generator", params={"spike_times": times, "spike_weights": [s.weight for s in spikes]})
    nest.Connect(generator, neuron, syn_spec={"weight": 1.0, "delay": spikes[0].delay * dt, "receptor_type": receptor})


def _drive(pulse, neuron, dt, *, steps):
    if steps:
        times, values = _times([pulse.start, pulse.stop], dt), [pulse.amplitude, 0.0]
        generator = nest.Create("step_current_generator", params={"amplitude_times": times, "amplitude_values": values})
    else:
        start, stop = _times([pulse.start, pulse.stop], dt)
        generator = nest.Create("dc_generator", params={"amplitude": pulse.amplitude, "start": start, "stop": stop})
    nest.Connect(generator, neuron, syn_spec={"delay": pulse.delay * dt})


def _times(stamps, dt):
    return [round(int(stamp) * dt, 3) for stamp in stamps]


def _stamps(times, dt):
    return np.rint(np.asarray(times) / dt).astype(int).tolist()
