"""Every wrong call is refused with the error that fits and a message that helps, and leaves the simulation as it was."""

import copy

import numpy as np
import pytest

from simcore import Simulation, rules
from simcore.distributions import Normal, Uniform
from simcore.errors import (
    EdgeError,
    InconsistentError,
    NetspikeError,
    ParameterError,
    SimulationError,
    UnknownNameError,
)


def snapshot(sim):
    """Everything that a refused call may not change."""
    groups = [(g.model.name, g.first, g.size, copy.deepcopy(g.parameters)) for g in (*sim.populations, *sim.devices)]
    columns = [{name: values.copy() for name, values in p.columns.items()} for p in sim.populations]
    return {
        "nodes": sim.n_nodes, "ids": sim.nodes.ids.tolist(), "groups": groups, "columns": columns, "time": sim.time,
        "projections": list(map(id, sim.projections)), "recorders": sim.recorders, "draws": sim.draws,
    }  # fmt: skip


def flat(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, dict):
        return {k: flat(v) for k, v in value.items()}
    return [flat(v) for v in value] if isinstance(value, (list, tuple)) else value


@pytest.fixture(scope="module")
def built():
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 4, {"V_m": Uniform(-70.0, -60.0)}, ids=[10, 12, 11, 13])
    sim.create("aeif_cond_exp", 2)
    sim.create("poisson_generator", 2, {"rate": [10.0, 20.0]})
    sim.connect(neurons, neurons, rules.FixedIndegree(2), weight=5.0)
    sim.record(neurons)
    sim.run(1.0)
    return sim


CALLS = {
    # create
    "no such model": (
        lambda s: s.create("iaf_psc_exq"),
        UnknownNameError,
        "unknown model 'iaf_psc_exq'; did you mean 'iaf_psc_exp'",
    ),
    "a model that is no model": (lambda s: s.create(print), UnknownNameError, "unknown model <built-in function print>"),
    "a model's class": (lambda s: s.create(None), UnknownNameError, "unknown model None; choose from: ac_generator"),
    "no neurons": (lambda s: s.create("iaf_psc_exp", 0), ParameterError, "create: n: got 0, expected a whole number >= 1"),
    "less than no neurons": (lambda s: s.create("iaf_psc_exp", -3), ParameterError, "create: n: got -3"),
    "half a neuron": (lambda s: s.create("iaf_psc_exp", 1.5), ParameterError, "create: n: got 1.5"),
    "a truth of neurons": (lambda s: s.create("iaf_psc_exp", True), ParameterError, "create: n: got True"),
    "too many neurons": (
        lambda s: s.create("iaf_psc_exp", 2**31),
        ParameterError,
        "create: n: got 2147483648, expected at most",
    ),
    "unknown parameter": (
        lambda s: s.create("iaf_psc_exp", 2, {"V_mm": 1.0}),
        UnknownNameError,
        "unknown parameter of iaf_psc_exp 'V_mm'; did you mean 'V_m'",
    ),
    "hidden state": (lambda s: s.create("iaf_psc_exp", 2, {"wait": 3}), UnknownNameError, "'wait'"),
    "parameters without names": (lambda s: s.create("iaf_psc_exp", 2, [1.0]), ParameterError, r"create: params: got \[1.0\]"),
    "NaN": (lambda s: s.create("iaf_psc_exp", 2, {"C_m": np.nan}), ParameterError, "C_m: got nan, expected a finite number"),
    "infinity": (
        lambda s: s.create("iaf_psc_exp", 2, {"E_L": np.inf}),
        ParameterError,
        "E_L: got inf, expected a finite number",
    ),
    "NaN in an array": (
        lambda s: s.create("iaf_psc_exp", 2, {"V_m": [1.0, np.nan]}),
        ParameterError,
        "V_m: got 'nan at position 1'",
    ),
    "out of range": (lambda s: s.create("iaf_psc_exp", 2, {"C_m": 0.0}), ParameterError, "C_m: got 0.0, expected > 0 pF"),
    "drawn out of range": (
        lambda s: s.create("iaf_psc_exp", 2, {"C_m": Uniform(-2.0, -1.0)}),
        ParameterError,
        "C_m: got .*expected > 0 pF",
    ),
    "text": (lambda s: s.create("iaf_psc_exp", 2, {"C_m": "250"}), ParameterError, "C_m: got '250', expected a number"),
    "None": (lambda s: s.create("iaf_psc_exp", 2, {"C_m": None}), ParameterError, "C_m: got None, expected a number"),
    "truth": (lambda s: s.create("iaf_psc_exp", 2, {"C_m": True}), ParameterError, "C_m: got True, expected a number"),
    "complex": (lambda s: s.create("iaf_psc_exp", 2, {"C_m": 1j}), ParameterError, "C_m: got 1j, expected a number"),
    "number for truth": (
        lambda s: s.create("izhikevich", 2, {"consistent_integration": 1}),
        ParameterError,
        "got 1, expected a bool",
    ),
    "array of another length": (
        lambda s: s.create("iaf_psc_exp", 2, {"C_m": [1.0] * 3}),
        ParameterError,
        r"shape \(3,\)', expected shape \(2,\)",
    ),
    "array of two dimensions": (lambda s: s.create("iaf_psc_exp", 2, {"C_m": [[1.0, 2.0]]}), ParameterError, r"shape \(1, 2\)"),
    "ragged array": (lambda s: s.create("iaf_psc_exp", 2, {"C_m": [[1.0], [1.0, 2.0]]}), ParameterError, "C_m: got"),
    "unknown distribution": (
        lambda s: s.create("iaf_psc_exp", 2, {"C_m": ("unifrom", 1, 2)}),
        UnknownNameError,
        "did you mean 'uniform'",
    ),
    "reset above threshold": (
        lambda s: s.create("iaf_psc_exp", 2, {"V_reset": [-70.0, -50.0]}),
        InconsistentError,
        "V_reset must be below V_th",
    ),
    "id in use": (lambda s: s.create("iaf_psc_exp", 2, ids=[20, 10]), ParameterError, "create: ids: .*not in use, each once"),
    "id twice": (lambda s: s.create("iaf_psc_exp", 2, ids=[20, 20]), ParameterError, "create: ids"),
    "negative id": (lambda s: s.create("iaf_psc_exp", 2, ids=[-1, 20]), ParameterError, "create: ids"),
    "too few ids": (lambda s: s.create("iaf_psc_exp", 2, ids=[20]), ParameterError, "create: ids: .*expected 2 whole numbers"),
    "ids with a point": (lambda s: s.create("iaf_psc_exp", 2, ids=[20.0, 21.0]), ParameterError, "expected 2 whole numbers"),
    "huge id": (
        lambda s: s.create("iaf_psc_exp", 1, ids=[2**31]),
        ParameterError,
        "create: ids: got 2147483648, expected ids below",
    ),
    # connect
    "nodes that are none": (lambda s: s.connect([10], s.nodes), ParameterError, r"connect: pre: got \[10\], expected Nodes"),
    "no targets": (lambda s: s.connect(s.nodes[:2], None), ParameterError, "connect: post: got None, expected Nodes"),
    "empty sources": (lambda s: s.connect(s.nodes[:0], s.nodes[:4]), EdgeError, "source population is empty"),
    "a node twice": (lambda s: s.connect(s.nodes[[0, 0]], s.nodes[:4]), EdgeError, "1 repeated ids"),
    "name of a rule": (
        lambda s: s.connect(s.nodes[:4], s.nodes[:4], "all_to_all"),
        ParameterError,
        "rule: got 'all_to_all', expected a rule",
    ),
    "class of a rule": (
        lambda s: s.connect(s.nodes[:4], s.nodes[:4], rules.AllToAll),
        ParameterError,
        "connect: rule: got <class",
    ),
    "one to one of two sizes": (
        lambda s: s.connect(s.nodes[:2], s.nodes[:4], rules.OneToOne()),
        EdgeError,
        "got 2 sources and 4 targets",
    ),
    "more distinct sources than there are": (
        lambda s: s.connect(s.nodes[:2], s.nodes[:4], rules.FixedIndegree(3, allow_multapses=False)),
        EdgeError,
        "target 0 wants 3 edges, but only 2 sources",
    ),
    "array of weights for a rule": (
        lambda s: s.connect(s.nodes[:2], s.nodes[:2], weight=[1.0] * 4),
        ParameterError,
        "a distribution with a rule",
    ),
    "NaN weight": (
        lambda s: s.connect(s.nodes[:2], s.nodes[:2], weight=np.nan),
        ParameterError,
        "weight: got nan, expected finite",
    ),
    "text weight": (
        lambda s: s.connect(s.nodes[:2], s.nodes[:2], weight="5"),
        ParameterError,
        "weight: got '5', expected a number",
    ),
    "delay below a step": (
        lambda s: s.connect(s.nodes[:2], s.nodes[:2], delay=0.05),
        ParameterError,
        "delay: got 0.05, expected >= dt = 0.1 ms",
    ),
    "no delay": (lambda s: s.connect(s.nodes[:2], s.nodes[:2], delay=0.0), ParameterError, "delay: got 0.0, expected >= dt"),
    "negative delay": (lambda s: s.connect(s.nodes[:2], s.nodes[:2], delay=-1.0), ParameterError, "delay: got -1.0"),
    "infinite delay": (lambda s: s.connect(s.nodes[:2], s.nodes[:2], delay=np.inf), ParameterError, "delay: got inf"),
    "delay too long": (
        lambda s: s.connect(s.nodes[:2], s.nodes[:2], delay=6553.6),
        ParameterError,
        r"6553.5 ms \(65535 steps\)",
    ),
    "delays that may be too short": (
        lambda s: s.connect(s.nodes[:2], s.nodes[:2], delay=Normal(1.0, 0.5)),
        ParameterError,
        "truncate the distribution with low=dt / 2",
    ),
    "unknown synapse": (
        lambda s: s.connect(s.nodes[:2], s.nodes[:2], synapse="tsodyks"),
        UnknownNameError,
        "did you mean 'tsodyks_synapse'",
    ),
    "unknown parameter of a synapse": (
        lambda s: s.connect(s.nodes[:2], s.nodes[:2], synapse="tsodyks2_synapse", params={"V": 1.0}),
        UnknownNameError,
        "unknown parameter of tsodyks2_synapse 'V'",
    ),
    "synapse out of range": (
        lambda s: s.connect(s.nodes[:2], s.nodes[:2], synapse="tsodyks2_synapse", params={"U": 1.5}),
        ParameterError,
        "U: got 1.5, expected >= 0 and <= 1",
    ),
    "array for the synapses of a rule": (
        lambda s: s.connect(s.nodes[:2], s.nodes[:2], synapse="tsodyks2_synapse", params={"U": [0.5] * 4}),
        ParameterError,
        "expected one number",
    ),
    "weight as a parameter": (
        lambda s: s.connect(s.nodes[:2], s.nodes[:2], params={"weight": 1.0}),
        ParameterError,
        "the argument weight= instead",
    ),
    "no such receptor": (
        lambda s: s.connect(s.nodes[:2], s.nodes[:2], receptor=1),
        EdgeError,
        "iaf_psc_exp has no receptor 1; it has: 0",
    ),
    "half a receptor": (
        lambda s: s.connect(s.nodes[:2], s.nodes[:2], receptor=0.5),
        ParameterError,
        "receptor: got 0.5, expected a whole number",
    ),
    "neurons onto a stimulator": (
        lambda s: s.connect(s.nodes[:2], s.nodes[6:]),
        EdgeError,
        "poisson_generator is a stimulator",
    ),
    # connect_edges
    "edges of two lengths": (
        lambda s: s.connect_edges([10, 11], [12]),
        ParameterError,
        "2 sources, 1 targets', expected as many of each",
    ),
    "edges with a point": (lambda s: s.connect_edges([10.0], [11.0]), ParameterError, "source_ids: .*whole numbers"),
    "edges in two dimensions": (lambda s: s.connect_edges([[10]], [[11]]), ParameterError, "source_ids: .*one-dimensional"),
    "unknown source": (
        lambda s: s.connect_edges([10, 9], [11, 11]),
        ParameterError,
        "source_ids: got 9, expected ids of nodes that exist",
    ),
    "unknown target": (
        lambda s: s.connect_edges([10], [99]),
        ParameterError,
        "target_ids: got 99, expected ids of nodes that exist",
    ),
    "negative target": (lambda s: s.connect_edges([10], [-1]), ParameterError, "target_ids: got -1"),
    "weights of another length": (
        lambda s: s.connect_edges([10], [11], weight=[1.0, 2.0]),
        ParameterError,
        "'2 values', expected 1, one an edge",
    ),
    "delays of another length": (
        lambda s: s.connect_edges([10], [11], delay=[1.0, 2.0]),
        ParameterError,
        "'2 values', expected 1, one an edge",
    ),
    "a delay too short among others": (
        lambda s: s.connect_edges([10, 10], [11, 11], delay=[1.0, 0.01]),
        ParameterError,
        "delay: got 0.01",
    ),
    "NaN among weights": (
        lambda s: s.connect_edges([10, 10], [11, 11], weight=[1.0, np.nan]),
        ParameterError,
        "weight: .*finite numbers",
    ),
    "parameters of another length": (
        lambda s: s.connect_edges([10], [11], synapse="tsodyks2_synapse", params={"U": [0.1, 0.2]}),
        ParameterError,
        r"expected shape \(1,\)",
    ),
    # set, get, select, run
    "setting what is unknown": (lambda s: s.nodes[:4].set(V=-60.0), UnknownNameError, "unknown parameter of iaf_psc_exp 'V'"),
    "setting NaN": (lambda s: s.nodes[:4].set(V_m=np.nan), ParameterError, "V_m: got nan"),
    "setting too few": (
        lambda s: s.nodes[:4].set(V_m=[-60.0, -61.0]),
        ParameterError,
        "'2 values', expected one, or one for each of the 4",
    ),
    "setting what does not fit": (
        lambda s: s.nodes[4:6].set(V_peak=-70.0),
        InconsistentError,
        "aeif_cond_exp: V_reset must be below V_peak",
    ),
    "setting ids": (lambda s: s.set([10], V_m=-60.0), ParameterError, r"set: nodes: got \[10\], expected Nodes"),
    "getting what is unknown": (lambda s: s.nodes[:4].get("V"), UnknownNameError, "unknown parameter of iaf_psc_exp 'V'"),
    "getting from ids": (lambda s: s.get([10], "V_m"), ParameterError, r"get: nodes: got \[10\]"),
    "selecting what is not there": (
        lambda s: s.select([10, 99]),
        ParameterError,
        "select: ids: got 99, expected ids of nodes that exist",
    ),
    "selecting one number": (lambda s: s.select(10), ParameterError, "select: ids"),
    "edges of nothing": (lambda s: s.connectivity("edges"), ParameterError, "connectivity: projection: got 'edges'"),
    "a run backwards": (lambda s: s.run(-1.0), ParameterError, "run: duration: got -1.0, expected >= 0 ms"),
    "a run off the grid": (
        lambda s: s.run(0.05),
        ParameterError,
        "run: duration: got 0.05, expected a multiple of dt = 0.1 ms",
    ),
    "a run without end": (lambda s: s.run(np.inf), ParameterError, "run: duration: got inf"),
    "a run of NaN": (lambda s: s.run(np.nan), ParameterError, "run: duration: got nan"),
    "a run of text": (lambda s: s.run("1.0"), ParameterError, "run: duration: got '1.0', expected a number"),
    "two runs": (lambda s: s.run([1.0, 2.0]), ParameterError, "run: duration: .*expected one number"),
}


@pytest.mark.parametrize("case", CALLS)
def test_a_wrong_call_is_refused_and_changes_nothing(case, built):
    call, error, message = CALLS[case]
    before = snapshot(built)
    with pytest.raises(error, match=message) as caught:
        call(built)
    assert isinstance(caught.value, NetspikeError)
    assert len(str(caught.value)) < 500
    assert flat(snapshot(built)) == flat(before)


def test_after_all_refusals_the_simulation_runs_as_if_they_had_never_been(built):
    built.run(5.0)
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 4, {"V_m": Uniform(-70.0, -60.0)}, ids=[10, 12, 11, 13])
    sim.create("aeif_cond_exp", 2)
    sim.create("poisson_generator", 2, {"rate": [10.0, 20.0]})
    sim.connect(neurons, neurons, rules.FixedIndegree(2), weight=5.0)
    sim.run(6.0)
    np.testing.assert_array_equal(built.nodes[:6].get("V_m"), sim.nodes[:6].get("V_m"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"dt": 0.0}, "dt: got 0.0, expected >= 0.001 ms"), ({"dt": -0.1}, "dt: got -0.1"), ({"dt": np.nan}, "dt: got nan"),
        ({"dt": np.inf}, "dt: got inf"), ({"dt": 0.1004}, "dt: got 0.1004, expected a multiple of 0.001 ms"),
        ({"dt": "0.1"}, "dt: got '0.1', expected a number"), ({"dt": None}, "dt: got None"), ({"dt": True}, "dt: got True"),
        ({"seed": -1}, "Simulation: seed: got -1"), ({"seed": 2**64}, "Simulation: seed: got 18446744073709551616"),
        ({"seed": 1.5}, "Simulation: seed: got 1.5"), ({"seed": None}, "Simulation: seed: got None"),
        ({"threads": 0}, "Simulation: threads: got 0"), ({"threads": 1.0}, "Simulation: threads: got 1.0"),
        ({"threads": True}, "Simulation: threads: got True"),
    ],
)  # fmt: skip
def test_a_simulation_of_wrong_step_seed_or_threads_is_refused(given, message):
    with pytest.raises(ParameterError, match=message):
        Simulation(**given)


def test_largest_seed_and_any_whole_number_will_do():
    for seed in (0, 2**64 - 1, np.int64(3), np.uint64(2**63)):
        sim = Simulation(seed=seed, threads=np.int64(1))
        assert (sim.seed, sim.threads, sim.dt) == (int(seed), 1, 0.1)


def test_nodes_of_another_simulation_are_refused_everywhere(built):
    other = Simulation(dt=0.1, seed=1, threads=1)
    foreign = other.create("iaf_psc_exp", 4)
    before = snapshot(built)
    for call in (
        lambda: built.connect(foreign, built.nodes[:4]), lambda: built.connect(built.nodes[:4], foreign),
        lambda: built.connect_edges(foreign, built.nodes[:4]), lambda: built.record(foreign), lambda: built.get(foreign, "V_m"),
        lambda: built.set(foreign, V_m=-60.0), lambda: built.select(foreign), lambda: built.check_recordable(foreign, "V_m"),
    ):  # fmt: skip
        with pytest.raises(ParameterError, match="Nodes of this simulation, not of another one"):
            call()
    with pytest.raises(SimulationError, match="nodes of different simulations cannot be added"):
        built.nodes + foreign
    assert flat(snapshot(built)) == flat(before)
    assert foreign.get("V_m").tolist() == [-70.0] * 4


@pytest.mark.parametrize("given", [{"weight": [1.0, 2.0]}, {"delay": 0.01}, {"receptor": 3}, {"synapse": "none"}])
def test_check_edges_refuses_what_connect_edges_refuses_and_makes_nothing(given, built):
    before = snapshot(built)
    for call in (built.check_edges, built.connect_edges):
        with pytest.raises(NetspikeError):
            call([10], [11], **given)
    built.check_edges([10], [11])
    assert flat(snapshot(built)) == flat(before)
