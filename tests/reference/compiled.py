"""The compiled simulator behind the same call as the oracle: one neuron under given spikes and currents."""

from collections import Counter, namedtuple

import numpy as np

from simcore import Simulation

Run = namedtuple("Run", "traces spikes")


def single_neuron(model, n_steps, dt, *, params=None, spikes=(), pulses=(), receptor=None, pieces=None):
    """One neuron under given spikes and currents; see `tests.oracle.nest_runs.single_neuron`.

    `receptor` is the first one that the model has if it is not said; `pieces` splits the run: a list of numbers of steps that
    add up to `n_steps`.
    """
    sim = Simulation(dt=dt, seed=1, threads=1)
    neuron = sim.create(model, params=params or {})
    record = sim.populations[0].model
    first = next(iter(record.receptors()), None) if receptor is None else receptor
    for port, train in (spikes if isinstance(spikes, dict) else {first: spikes}).items():
        send(sim, train, neuron, port)
    drive(sim, pulses, neuron)
    recorder = sim.record(neuron, "spikes")
    names = sorted(record.recordable_units)
    meter = sim.record(neuron, names, interval=dt) if names else None
    for steps in pieces or [n_steps]:
        sim.run(round(steps * dt, 3))
    stamps = Counter(np.rint(recorder.times / dt).astype(int).tolist())
    return Run({name: meter[name][:, 0] for name in names}, sorted(stamps.items()))


def send(sim, spikes, neuron, receptor):
    """One generator a delay, weights of each spike as factors on a weight of 1."""
    for delay in sorted({s.delay for s in spikes}):
        some = sorted(s for s in spikes if s.delay == delay)
        times, weights = milliseconds([s.stamp for s in some], sim.dt), [s.weight for s in some]
        generator = sim.create("spike_generator", params={"spike_times": times, "spike_weights": weights})
        sim.connect(generator, neuron, weight=1.0, delay=round(delay * sim.dt, 3), receptor=receptor)


def drive(sim, pulses, neuron):
    """Every other pulse from a step_current_generator, the others from a dc_generator."""
    for k, pulse in enumerate(pulses):
        start, stop = milliseconds([pulse.start, pulse.stop], sim.dt)
        if k % 2:
            params = {"amplitude_times": [start, stop], "amplitude_values": [pulse.amplitude, 0.0]}
            generator = sim.create("step_current_generator", params=params)
        else:
            generator = sim.create("dc_generator", params={"amplitude": pulse.amplitude, "start": start, "stop": stop})
        sim.connect(generator, neuron, delay=round(pulse.delay * sim.dt, 3))


def milliseconds(stamps, dt):
    """Times of stamps, as decimal numbers."""
    return [round(int(stamp) * dt, 3) for stamp in stamps]


def synapse_amplitudes(synapse, stamps, dt, *, multiplicities=None, weight=100.0, **params):
    """What each presynaptic spike adds to the current of a neuron; see `tests.oracle.nest_runs.synapse_amplitudes`."""
    sim = Simulation(dt=dt, seed=1, threads=1)
    given = {"spike_times": milliseconds(stamps, dt)}
    if multiplicities is not None:
        given["spike_multiplicities"] = list(multiplicities)
    generator, source = sim.create("spike_generator", params=given), sim.create("parrot_neuron")
    target = sim.create("iaf_psc_exp", params={"V_th": 1e9})
    sim.connect(generator, source, delay=dt)
    sim.connect(source, target, weight=weight, delay=dt, synapse=synapse, params=params)
    recorder = sim.record(target, "I_syn_ex", interval=dt)
    sim.run(round((max(stamps) + 2) * dt, 3))
    return added(recorder["I_syn_ex"][:, 0], dt)[np.asarray(stamps) + 1]


def added(current, dt, tau=2.0):
    """What arrived in each step, from a current that decays with `tau` [ms]; shape of `current`, time first."""
    return current - np.exp(-dt / tau) * np.concatenate([np.zeros_like(current[:1]), current[:-1]])
