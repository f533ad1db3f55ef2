"""Every form in which values are read, set and asked for gives the same here and on NEST: expression by expression."""

import numpy as np
import pytest

import simcore.nest as ours
from tests.simcore.nest.sides import assert_same, nest_itself

SETUP = """
n = nest.Create("iaf_psc_alpha", 5, {"I_e": [600.0, 700.0, 800.0, 900.0, 1000.0]})
m = nest.Create("iaf_psc_exp", 3)
sr, sr2 = nest.Create("spike_recorder"), nest.Create("spike_recorder", 2)
mm = nest.Create("multimeter", params={"record_from": ["V_m", "I_syn_ex"], "interval": 0.5})
sg = nest.Create("spike_generator", params={"spike_times": [1.0, 2.0]})
nest.Connect(n, sr)
nest.Connect(n[:2], sr2)
nest.Connect(mm, n[1:3])
nest.Connect(n, m, syn_spec={"weight": 2.0, "synapse_model": "tsodyks2_synapse"})
nest.Connect(n, n[0], syn_spec={"weight": [[1.0, 2.0, 3.0, 4.0, 5.0]]})
c = nest.GetConnections(n, n + m)
nest.Simulate(20.0)
"""

READ = """
repr(n)
repr(n + m)
repr(m + n)
repr(n[0])
repr(n[1:3])
repr(n[[0, 2]])
repr(n[[True, False, True, False, False]])
repr(nest.NodeCollection([1, 2, 4]))
repr(nest.NodeCollection())
n.tolist()
n[-1].tolist()
n[1:4:2].tolist()
np.array(n)
len(n + m)
[x.global_id for x in n]
2 in n
99 in n
n.index(3)
n == n[:]
n == m
bool(nest.NodeCollection([]))
n.V_m
n[0].V_m
n.get("V_m")
n[0].get("V_m")
n.get(["V_m", "C_m"])
n[0].get(["V_m", "C_m"])
n.get("C_m", output="json")
n.get(["C_m", "I_e"], output="pandas").to_dict()
n[0].get("C_m", output="pandas").to_dict()
(n + m).get("C_m")
(n + m).model
(n + m).element_type
(n + m).get()["V_min"]
n.recordables
n.t_spike
sr.events
sr.get("events")
sr.get("events", "times")
sr.get("events", ["times", "senders"])
sr.get("events", "senders", output="json")
sr.get("events", ["times", "senders"], output="pandas").to_dict()
sr.get(["n_events", "start"])
sr2.get("events", "times")
sr2.get("events", ["times", "senders"])
sr2.get("n_events")
sr2.n_events
sorted(mm.events)
mm.get("record_from")
mm.get("events", "V_m")
sg.spike_times
sg.get("stop")
nest.GetDefaults("iaf_psc_alpha", "V_th")
nest.GetDefaults("iaf_psc_alpha", ["V_th", "C_m"])
nest.GetDefaults("iaf_psc_alpha", ["V_th", "C_m"], output="json")
nest.GetDefaults("spike_recorder", ["start", "stop", "record_to", "label", "time_in_steps"])
nest.GetStatus(n, "I_e")
nest.GetStatus(n, ["I_e", "C_m"])
nest.GetStatus(sr, "events")
nest.GetStatus(sr, keys="events")[0]
nest.GetStatus(n)[1]["I_e"]
nest.GetStatus(c, "weight")
nest.GetStatus(c, ["weight", "delay"])
nest.GetStatus(n, "I_e", output="json")
len(c)
str(c)
str(c[0])
c.source
c.port
nest.GetConnections().port
c.target
c.weight
c[0].weight
c[2:4].get("weight")
c[-1].get(["source", "target"])
c.get(["source", "target", "weight"])
c.get("weight", output="json")
list(c.sources())
list(c.targets())
c[1:3] == c[1:3]
c == c[:-1]
c.synapse_model
c.U
nest.GetConnections(n[0]).get(["source", "target"])
nest.GetConnections(target=m[1]).source
nest.GetConnections(synapse_model="tsodyks2_synapse").u
nest.network_size
nest.num_connections
nest.biological_time
nest.resolution
nest.min_delay
nest.get("resolution")
nest.get(["resolution", "tics_per_step"])
nest.GetKernelStatus("network_size")
nest.GetKernelStatus(["network_size", "ms_per_tic"])
nest.GetNodes().tolist()
nest.GetNodes({"model": "iaf_psc_exp"}).tolist()
nest.GetNodes({"element_type": "recorder"}).tolist()
nest.GetNodes({"I_e": 700.0}).tolist()
nest.GetLocalVPs()
nest.Rank()
nest.NumProcesses()
nest.connection_rules
nest.build_info["ndebug"]
nest.VerbosityLevel.ERROR.value
[level.name for level in nest.VerbosityLevel]
"""

# After each statement, what the expression behind "->" gives.
SET = """
n.V_m = -60.0 -> n.V_m
n.V_m = [-60, -61, -62, -63, -64.0] -> n.V_m
n.V_m = np.arange(5.0) -> n.V_m
n.set(V_m=-65.0, C_m=300.0) -> n.get(["V_m", "C_m"])
n.set({"V_m": [-70.0, -71.0, -72.0, -73.0, -74.0], "C_m": 250}) -> n.get(["V_m", "C_m"])
n.set([{"V_m": -60.0 - i} for i in range(5)]) -> n.V_m
n[1:3].I_e = 3 -> n.I_e
(n + m).set(V_m=-66.0) -> (n + m).V_m
nest.SetStatus(n, "V_m", [1.0, 2.0, 3.0, 4.0, 5.0]) -> n.V_m
nest.SetStatus(n, {"V_m": -70.0}) -> n.V_m
nest.SetStatus(n[:2], [{"V_m": -50.0}, {"V_m": -51.0}]) -> n.V_m
sg.spike_times = [30.0, 40.0] -> sg.spike_times
sg.set(spike_times=[50.0], spike_weights=[2.0]) -> sg.get(["spike_times", "spike_weights"])
sr.label = "here" -> sr.label
sr.set(start=5.0, stop=30.0) -> sr.get(["start", "stop"])
sr.n_events = 0 -> sr.n_events
c.weight = 3.0 -> c.weight
c[0:2].weight = [5.0, 6.0] -> c.weight
c.set({"weight": 2.0, "delay": 1.0}) -> c.get(["weight", "delay"])
c[0:2].set([{"weight": 2.0}, {"weight": 4.0}]) -> c.weight
nest.SetStatus(c, "weight", 1.5) -> c.weight
nest.SetStatus(c[:2], [{"weight": 3.0}, {"weight": 4.0}]) -> c.weight
nest.SetDefaults("iaf_psc_exp", "V_th", -50.0) -> nest.Create("iaf_psc_exp").V_th
nest.CopyModel("iaf_psc_exp", "mine", {"V_th": -51.0}) -> nest.Create("mine", 2).get(["V_th", "model"])
x = nest.Create("iaf_psc_exp", 2, [{"V_m": -60.0}, {"V_m": -61.0}]) -> x.V_m
c[0].disconnect() -> nest.num_connections
nest.Disconnect(n[1:], n[1:], conn_spec="one_to_one") if False else None -> nest.num_connections
nest.Disconnect(n[2], n[0]) -> nest.GetConnections(n, n).source
nest.Disconnect(nest.GetConnections(n[3], n)) -> nest.GetConnections(n, n).source
nest.Disconnect(n, m, conn_spec="all_to_all", syn_spec="tsodyks2_synapse") -> nest.num_connections
nest.SetKernelStatus({"print_time": False, "rng_seed": 12}) -> nest.rng_seed
nest.set(rng_seed=13, overwrite_files=True) -> nest.get(["rng_seed", "overwrite_files"])
"""

# What both refuse, under the same class; "any" where NEST's class is an accident of its Python layer.
REFUSED = """
n[5]: IndexError
n[3:10]: IndexError
n[::-1]: IndexError
n[[2, 0]]: BadProperty
n + n: BadProperty
n.index(20): ValueError
nest.NodeCollection([4, 2]): BadProperty
nest.NodeCollection([1, 1]): BadProperty
nest.NodeCollection([99]): UnknownNode
nest.NodeCollection(3): TypeError
hash(n): TypeError
n.foo: KeyError
n.get("foo"): KeyError
n.set(foo=1): UnaccessedDictionaryEntry
n.set(C_m=-3.0): BadProperty
n.set(V_m=[1.0, 2.0]): any
n.set(V_m="a"): any
n.set("V_m", 3.0): TypeError
n.set(global_id=3): UnaccessedDictionaryEntry
sr.set(interval=3.0): UnaccessedDictionaryEntry
sr.set(n_events=3): BadProperty
sr.set(start=5.0, stop=2.0): BadProperty
sr.set(start=0.05): BadProperty
sr.set(record_to="foo"): BadProperty
sr.set(time_in_steps=True): BadProperty
mm.set(interval=1.0): BadProperty
mm.set(record_from=["V_m"]): BadProperty
nest.Create("multimeter", params={"interval": 0.25}): BadProperty
nest.Create("multimeter", params={"interval": 0.05}): BadProperty
nest.Create("multimeter", params={"record_from": "V_m"}): TypeMismatch
nest.Create("foo"): UnknownModelName
nest.Create("static_synapse"): UnknownModelName
nest.Create("iaf_psc_exp", -1): BadProperty
nest.Create("iaf_psc_exp", 2.5): TypeError
nest.Create("iaf_psc_exp", 3, [{"V_m": 1.0}, {"V_m": 2.0}]): TypeError
nest.Create("iaf_psc_exp", 3, {"foo": 1.0}): UnaccessedDictionaryEntry
nest.GetDefaults("foo"): UnknownComponent
nest.GetDefaults("iaf_psc_exp", "foo"): KeyError
nest.SetDefaults("iaf_psc_exp", {"foo": 3.0}): UnaccessedDictionaryEntry
nest.CopyModel("foo", "bar"): UnknownModelName
nest.CopyModel("iaf_psc_exp", "parrot_neuron"): NewModelNameExists
nest.foo: AttributeError
setattr(nest, "foo", 3): AttributeError
setattr(nest, "resolution", 0.05): KernelException
setattr(nest, "local_num_threads", 2): KernelException
setattr(nest, "rng_seed", 0): BadProperty
nest.SetKernelStatus({"foo": 1}): UnaccessedDictionaryEntry
nest.Simulate(0.25): BadParameter
nest.Simulate("a"): TypeError
nest.Connect(n, m, "one_to_one"): DimensionMismatch
nest.Connect(n, mm): IllegalConnection
nest.Connect(mm, sr): IllegalConnection
nest.Connect(sr, n): IllegalConnection
nest.Connect(n, sg): IllegalConnection
nest.Connect(nest.Create("multimeter"), sg): IllegalConnection
nest.Connect(nest.Create("multimeter"), nest.Create("parrot_neuron")): IllegalConnection
nest.Connect(mm, n[1]): IllegalConnection
nest.Connect(nest.Create("dc_generator"), nest.Create("parrot_neuron")): IllegalConnection
nest.Connect(nest.NodeCollection([]), n): IllegalConnection
nest.Connect(n, 3): TypeError
nest.Connect(n, n, 3): TypeError
nest.Connect(n, n, "foo"): BadProperty
nest.Connect(n, n, {"indegree": 2}): any
nest.Connect(n, n, {"rule": "fixed_indegree", "indegree": 2, "foo": 3}): UnaccessedDictionaryEntry
nest.Connect(n, n, {"rule": "fixed_indegree", "indegree": 2.5}): TypeMismatch
nest.Connect(n, n, {"rule": "fixed_indegree", "indegree": -1}): BadProperty
nest.Connect(n, n, {"rule": "fixed_indegree", "indegree": 20, "allow_multapses": False}): BadProperty
nest.Connect(n, n, {"rule": "fixed_total_number", "N": 50, "allow_multapses": False}): BadProperty
nest.Connect(n, n, {"rule": "pairwise_bernoulli", "p": 1.5}): BadProperty
nest.Connect(n, n, {"rule": "symmetric_pairwise_bernoulli", "p": 0.5, "make_symmetric": True}): BadProperty
nest.Connect(n, n, {"rule": "all_to_all", "make_symmetric": True}): NotImplemented
nest.Connect(n, n, syn_spec=3): TypeError
nest.Connect(n, n, syn_spec="foo"): UnknownSynapseType
nest.Connect(n, n, syn_spec={"foo": 2.0}): UnaccessedDictionaryEntry
nest.Connect(n, n, syn_spec={"weight": "a"}): BadProperty
nest.Connect(n, n, syn_spec={"weight": [1.0, 2.0]}): TypeError
nest.Connect(n, n, syn_spec={"weight": [[1.0, 2.0]]}): ValueError
nest.Connect(n, n, "one_to_one", {"weight": [1.0, 2.0]}): ValueError
nest.Connect(n, n, syn_spec={"delay": 0.0}): BadDelay
nest.Connect(n, n, syn_spec={"receptor_type": 3}): UnknownReceptorType
nest.Connect([1, 1], [3, 4]): ValueError
nest.GetConnections([1, 2]): TypeError
nest.GetConnections(synapse_model="foo"): UnknownSynapseType
c[1000]: IndexError
n.set([{}] * 4): BadParameter
c.set([{"weight": 2.0}]): TypeError
c.set(foo=3.0): UnaccessedDictionaryEntry
c.set(delay=0.01): BadDelay
nest.Disconnect(m, n): any
nest.Disconnect(n, m[0]): DimensionMismatch
nest.Disconnect(m[0], n[0]): InexistentConnection
"""


def prepared(nest):
    """Names of a small network that has run."""
    nest.ResetKernel()
    names = {"nest": nest, "np": np}
    exec(SETUP, names)
    return names


@pytest.fixture
def both():
    sides = prepared(ours), prepared(nest_itself())
    yield sides
    for side in sides:
        side["nest"].ResetKernel()


def lines(text):
    return [line for line in text.strip().splitlines() if line]


@pytest.mark.filterwarnings("ignore:.*old name:DeprecationWarning", "ignore:.*deprecated:UserWarning")
def test_values_are_read_in_every_form(both):
    for line in lines(READ):
        found = [eval(line, side) for side in both]
        assert_same(*found, path=line)


@pytest.mark.filterwarnings("ignore:.*old name:DeprecationWarning", "ignore:.*deprecated:UserWarning")
def test_values_are_set_in_every_form(both):
    for line in lines(SET):
        statement, expression = line.split(" -> ")
        found = []
        for side in both:
            exec(statement, side)
            found.append(eval(expression, side))
        assert_same(*found, path=line)


@pytest.mark.parametrize("line", lines(REFUSED))
def test_refusal_has_nests_class_and_changes_nothing(line):
    expression, _, name = line.rpartition(": ")
    side = prepared(ours)
    before = state()
    builtin = {"any": Exception, "TypeError": TypeError, "ValueError": ValueError, "IndexError": IndexError}
    builtin |= {"KeyError": KeyError, "AttributeError": AttributeError}
    with pytest.raises(builtin.get(name) or getattr(ours.NESTErrors, name)) as refused:
        eval(expression, side)
    assert len(str(refused.value)) > 10
    assert_same(state(), before)


def state():
    """All that a refused call could change; what it created before is not its own."""
    nodes, connections = ours.GetNodes()[:13], ours.GetConnections()
    return {
        "nodes": nodes.get(["global_id", "model"]), "values": nodes[:8].get(), "connections": connections.get(),
        "time": ours.biological_time, "models": ours.node_models, "settings": ours.get(["resolution", "rng_seed"]),
    }  # fmt: skip
