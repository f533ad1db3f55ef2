"""A small network of everything there is: all neuron models, synapse models, rules and stimulators of the registries."""

import itertools

import numpy as np

from simcore import Simulation, devices, models, rules, synapses
from simcore.distributions import Normal, Uniform

SIZE = 80
RULES = {
    rule
    for rule in map(vars(rules).get, rules.__all__)
    if isinstance(rule, type) and issubclass(rule, rules.Rule) and rule is not rules.Rule
}
PLACES = np.random.default_rng(1).uniform(0.0, 100.0, (SIZE, 2))

# Weight of one excitatory spike, and of an inhibitory one, by the unit of the input; pulses that make the models fire.
WEIGHTS = {"mV": (1.2, -3.0), "pA": (180.0, -400.0), "nS": (4.0, -9.0), "": (1.0, 1.0)}
DEVICES = {
    "poisson_generator": {"rate": 3000.0},
    "dc_generator": {"amplitude": 120.0, "start": 3.0},
    "step_current_generator": {"amplitude_times": [2.0, 11.0], "amplitude_values": [150.0, -80.0]},
    "noise_generator": {"mean": 60.0, "std": 90.0, "dt": 0.3},
    "spike_generator": {"spike_times": [1.0, 1.1, 4.5, 4.5, 9.0], "spike_weights": [1.0, -1.0, 2.0, 1.0, 3.0]},
    "ac_generator": {"amplitude": 90.0, "offset": 20.0, "frequency": 120.0, "phase": 40.0},
    "inhomogeneous_poisson_generator": {"rate_times": [0.5, 8.0, 12.0], "rate_values": [1500.0, 0.0, 2500.0]},
    "sinusoidal_poisson_generator": {
        "rate": 600.0, "amplitude": 900.0, "frequency": 90.0, "individual_spike_trains": [True, False],
    },
    "mip_generator": {"rate": 2000.0, "p_copy": 0.4},
    "pulsepacket_generator": {"pulse_times": [2.0, 3.0, 14.0], "activity": 12, "sdev": 1.3},
}  # fmt: skip


def build(*, threads, seed=3, names=None):
    """The network, not run yet; `names` restricts the neuron models.

    Returns
    -------
    sim, spikes, traces : Simulation, SpikeRecorder, list of TraceRecorder
    """
    sim = Simulation(dt=0.1, seed=seed, threads=threads)
    populations = [_create(sim, name, SIZE) for name in names or models.REGISTRY.names()]
    neurons = sum(populations[1:], populations[0])
    for k, post in enumerate(populations):
        _connect(sim, populations[(k + 3) % len(populations)], populations[(k + 5) % len(populations)], post, k)
    generators = _stimulate(sim, populations)
    sim.record_weights(_watched(sim), start=1.0)
    spikes = sim.record(sum((g for g in generators if not _device(g).sends_current), neurons), "spikes")
    recorded = [p for p in populations if _model(p).recordable_units]
    traces = [sim.record(p[5:15], sorted(_model(p).recordable_units), interval=0.7) for p in recorded]
    recorded = [g for g in generators if _device(g).recordable_units]
    traces += [sim.record(g, sorted(_device(g).recordable_units), interval=0.4) for g in recorded]
    return sim, spikes, traces


def _model(population):
    return next(p.model for p in population.simulation.populations if p.first == population.numbers[0])


def _receptors(population):
    """Receptor types of several connections: each of those that the user has chosen in turn."""
    model = _model(population)
    return itertools.cycle(model.receptors() if model.family else [0])


def _device(generators):
    return devices.REGISTRY.get(generators.models[0])


def own_parameters(model, size, rng):
    """Parameters of which each neuron has its own value, always the same ones: every choice is a kernel of its own."""
    current = {"izhikevich": 12.0, "aeif_psc_alpha": 1300.0}.get(model.name, 700.0 if model.name.startswith("aeif") else 500.0)
    values = {
        "C_m": rng.normal(240.0, 20.0, size), "t_ref": rng.uniform(0.0, 3.0, size), "a": rng.uniform(0.01, 0.03, size),
        "I_e": rng.uniform(0.9, 1.3, size) * current,
    }  # fmt: skip
    return {name: value for name, value in values.items() if name in model.parameters}


def _create(sim, name, size):
    model = models.REGISTRY.get(name)
    wanted = {"V_m": Uniform(-68.0, -58.0), "w": ("uniform", 0.0, 40.0)}
    wanted |= {"tau_syn_ex": 1.5} if name.endswith("exp") else {}
    wanted |= {"tau_minus": Uniform(10.0, 40.0)}
    if model.family:
        wanted["tau_syn"] = [[1.5, 4.0, 0.5 + 0.01 * k] for k in range(size)] if "exp" in name else [1.5, 4.0, 0.7]
    given = {k: v for k, v in wanted.items() if k in model.settable}
    return sim.create(name, size, given | own_parameters(model, size, np.random.default_rng(len(name))))


def _connect(sim, pre, other, post, k):
    unit = next(iter(_model(post).inputs.values())).unit
    strong, weak = WEIGHTS[unit]
    receptors = _receptors(post)
    every = [
        rules.OneToOne(), rules.FixedIndegree(8), rules.PairwiseBernoulli(0.1), rules.FixedTotalNumber(600),
        rules.PairwisePoisson(0.1), rules.FixedOutdegree(9),
        rules.DistanceTable(PLACES, PLACES, [0.0, 30.0, 60.0], [0.4, 0.1], (100.0, 100.0)),
        rules.AllToAll(allow_autapses=False), rules.SymmetricPairwiseBernoulli(0.05), rules.OneToOne(make_symmetric=True),
        rules.DistanceBernoulli(PLACES, PLACES, 50.0, "gaussian", 0.4, (100.0, 100.0)),
    ]  # fmt: skip
    rule = every[k % len(every)]
    scale = 0.1 if isinstance(rule, rules.AllToAll) else 1.0
    source = post[::-1] if rule.make_symmetric else pre
    sim.connect(source, post, rule, weight=scale * strong, delay=Uniform(0.3, 4.0), receptor=next(receptors))
    inhibition = Normal(weak, 0.2 * abs(weak), *sorted([2 * weak, 0.0]))
    sim.connect(other, post, rules.FixedIndegree(3), weight=inhibition, delay=1.5, receptor=next(receptors))
    changing = {name: synapses.REGISTRY.get(name).is_plastic for name in synapses.REGISTRY.names() if name != "static_synapse"}
    names = [name for name, is_plastic in changing.items() if not is_plastic]
    sim.connect(pre, post, rules.FixedIndegree(4), weight=strong, delay=0.7, synapse=names[k % len(names)],
                receptor=next(receptors))  # fmt: skip
    plastic = [name for name, is_plastic in changing.items() if is_plastic]
    drawn = {"weight": Uniform(0.0, 0.5 * strong), "delay": Uniform(0.2, 3.0), "params": {"lambda": 0.3, "Wmax": strong}}
    sim.connect(other, post, rules.FixedIndegree(3), synapse=plastic[k % len(plastic)], receptor=next(receptors), **drawn)
    edges = np.random.default_rng(k).integers(0, SIZE, (2, 150))
    weight = np.linspace(0.2, 1.3, 150) * strong
    sim.connect_edges(
        pre.ids[edges[0]], post.ids[edges[1]], weight=weight, delay=np.linspace(0.2, 7.0, 150), receptor=next(receptors)
    )


def _watched(sim):
    """Of each synapse model two projections, and the first one of a spike generator."""
    kept = [p for p in sim.projections if p.sources[0] < len(sim.populations) * SIZE]
    by_model = [[p for p in kept if p.synapse.name == name][:2] for name in synapses.REGISTRY.names()]
    (generators,) = (d for d in sim.devices if d.model.name == "spike_generator")
    return [*sum(by_model, []), next(p for p in sim.projections if p.sources[0] == generators.first)]


def _stimulate(sim, populations):
    generators = []
    for name in devices.REGISTRY.names():
        generator = sim.create(name, 2, DEVICES[name])
        generators.append(generator)
        for k, post in enumerate(populations):
            model, receptors = _model(post), _receptors(post)
            weight = WEIGHTS[next(iter(model.inputs.values())).unit][0]
            if devices.REGISTRY.get(name).sends_current:
                if model.takes_current:
                    sim.connect(generator, post[k:], weight=0.1 if model.name == "izhikevich" else 1.0, delay=0.4)
            else:
                sim.connect(generator[:1], post, weight=weight, delay=0.8, receptor=next(receptors))
                weights, delays = Uniform(0.0, weight), Uniform(0.1, 2.0)
                sim.connect(generator[1:], post[k::2], weight=weights, delay=delays, receptor=next(receptors))
    return generators
