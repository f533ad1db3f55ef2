"""Drawn graphs and networks of every kind, and what two of them must have in common after one has been in a file."""

import numpy as np
from hypothesis import strategies as st

from netgraph import Graph, Network, NeuralGroup, NeuralPop
from netgraph.attributes import DistanceDelay, Linear
from netgraph.groups import MetaGroup
from simcore.distributions import Exponential, Lognormal, Normal, Uniform

TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from("\"'\n\r\t,;:&<>[]{}()\\#%*@=-\x00\x01\x1f\ud800\ufffe é")), max_size=6
)
VALUES = {
    "bool": st.booleans(),
    "int": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(),
    "str": TEXTS.map(lambda text: text.rstrip("\0")),
}
DTYPES = {"bool": np.bool_, "int": np.int64, "float": np.float64, "str": np.str_}
NAMES = st.one_of(
    st.sampled_from(["x", "y", "id", "label", "source", "target", "key", "weight_", "V_m", "V m", "V_M", "shape", "0"]),
    TEXTS.filter(bool),
).filter(lambda name: name not in ("weight", "delay", "type", "distance"))
FINITE = st.floats(allow_nan=False, allow_infinity=False)
RULES = st.one_of(
    st.builds(Uniform, st.just(0.5), st.floats(1.0, 1e6)),
    st.builds(Normal, st.floats(1, 5), st.just(0.1), st.just(0.5)),
    st.builds(Lognormal, st.floats(-1, 1), st.floats(0.1, 1.0)),
    st.builds(Exponential, st.floats(0.1, 9.0)),
)


@st.composite
def columns(draw, n):
    """Columns of all types for `n` rows, some of them constant."""
    found = {}
    for name in draw(st.lists(NAMES, max_size=3, unique=True)):
        kind = draw(st.sampled_from(sorted(VALUES)))
        constant = draw(st.booleans())
        values = draw(VALUES[kind]) if constant else draw(st.lists(VALUES[kind], min_size=n, max_size=n))
        found[name] = np.array(values, dtype=DTYPES[kind])
    return found


def _fill(draw, graph, *, network):
    n, m = graph.n_nodes, draw(st.integers(0, 6)) if graph.n_nodes else 0
    ends = [draw(st.lists(st.integers(0, max(0, n - 1)), min_size=m, max_size=m)) for _ in range(2)]
    graph.add_edges(*(np.array(end, dtype=int) for end in ends), allow_multi_edges=True, allow_self_loops=True)
    graph.edges.update(draw(columns(m)))
    graph.nodes.update(draw(columns(n)))
    weights = st.floats(0.0, 1e300) if network else FINITE
    kind = draw(st.sampled_from(["none", "constant", "array", "rule", "linear", "changed"]))
    if kind in ("constant", "changed"):
        graph.set_weights(draw(weights))
    if kind == "changed" and m:
        graph.edges.set_rows("weight", [m - 1], [3.5])
    if kind == "array":
        graph.set_weights(np.array(draw(st.lists(weights, min_size=m, max_size=m)), dtype=float))
        graph.set_delays(draw(st.floats(0.0, 10.0)))
    if kind == "rule":
        graph.set_weights(draw(RULES), seed=draw(st.integers(0, 2**64 - 1)))
        graph.delete_edges(np.arange(min(m, 1)))
    if kind == "linear":
        graph.edges["contacts"] = np.arange(m)
        graph.set_weights(Linear("contacts", 0.5, 1.0))
        if graph.positions is not None:
            graph.set_delays(DistanceDelay(draw(st.floats(1.0, 9.0)), 0.5))
    if not network and draw(st.booleans()):
        graph.edges["type"] = np.array(
            draw(st.lists(st.sampled_from([1, -1]), min_size=graph.n_edges, max_size=graph.n_edges)), int
        )
    graph.type = draw(st.sampled_from(["custom", "erdos_renyi"]))
    return graph


@st.composite
def positions(draw, n):
    """None, or places in two or three dimensions."""
    ndim = draw(st.sampled_from([0, 2, 3]))
    places = st.lists(st.floats(-1e6, 1e6), min_size=ndim, max_size=ndim)
    return draw(st.lists(places, min_size=n, max_size=n)) if ndim and n else None


@st.composite
def graphs(draw):
    """A graph, directed or not, with or without nodes, edges, columns, positions and rules."""
    n = draw(st.integers(0, 5))
    graph = Graph(n, directed=draw(st.booleans()), name=draw(TEXTS), positions=draw(positions(n)))
    return _fill(draw, graph, network=False)


@st.composite
def populations(draw):
    """Groups with shuffled ids, models, parameters of all kinds, labels and synapses between them."""
    n = draw(st.integers(2, 6))
    ids = draw(st.permutations(range(n)))
    cut = draw(st.integers(1, n - 1))
    first, second = ids[:cut], ids[cut:]
    name = draw(TEXTS.filter(lambda text: text not in ("", "default", "i", "all")))
    values = draw(st.lists(st.floats(-80.0, -60.0), min_size=len(first), max_size=len(first)))
    parameters = {"V_m": values, "C_m": draw(st.sampled_from([200.0, ("uniform", 100.0, 200.0)]))}
    groups = {
        name: NeuralGroup(first, neuron_model="iaf_psc_exp", neuron_param=parameters),
        "i": NeuralGroup(second, -1, neuron_model=draw(st.sampled_from(["aeif_cond_alpha", "iaf_psc_alpha"]))),
    }
    synapses = {
        "default": "static_synapse",
        (1, "i"): {"synapse_model": "tsodyks2_synapse", "U": draw(st.floats(0.1, 0.9)), "receptor_type": 0},
        (name, name): {"synapse_model": "tsodyks2_synapse", "tau_rec": ("normal", 100.0, 5.0, 1.0)},
    }
    spec = draw(st.sampled_from([None, "tsodyks2_synapse", synapses]))
    labels = {"all": MetaGroup(ids, properties={"layer": (4, "L4"), "depths": np.array([1.5, -0.0]), "by": {1: None}})}
    return NeuralPop.from_groups(groups, syn_spec=spec, meta_groups=labels if draw(st.booleans()) else None)


@st.composite
def networks(draw):
    """A network with a population."""
    population = draw(populations())
    network = Network(population, name=draw(TEXTS), positions=draw(positions(population.size)))
    return _fill(draw, network, network=True)


def assert_same(a, b):
    """Refuse any difference between two graphs, the signs of zeros and later edges included."""
    assert type(a) is type(b)
    for name in ("n_nodes", "n_edges", "directed", "name", "type", "_rules"):
        assert getattr(a, name) == getattr(b, name), name
    assert (a.shape is None and b.shape is None) or a.shape == b.shape
    assert a.source.tolist() == b.source.tolist()
    assert a.target.tolist() == b.target.tolist()
    assert a.source.dtype == b.source.dtype
    for mine, other in ((a._edge_store, b._edge_store), (a._node_store, b._node_store)):
        assert list(mine) == list(other)
        for name in mine:
            _assert_equal_column(mine.raw(name), other.raw(name), name)
            _assert_equal_column(mine.fill(name), other.fill(name), name)
    assert (a.positions is None) == (b.positions is None)
    if a.positions is not None:
        _assert_equal_column(a.positions, b.positions, "positions")
    if isinstance(a, Network):
        assert_same_population(a.population, b.population)


def _assert_equal_column(a, b, name):
    assert a.dtype.kind == b.dtype.kind, name
    assert a.shape == b.shape, name
    assert list(map(repr, a.ravel().tolist())) == list(map(repr, b.ravel().tolist())), name


def assert_same_population(a, b):
    """Refuse any difference between two populations, parameters and labels included."""
    assert a == b
    assert list(a) == list(b)
    assert a._default_model == b._default_model
    assert a._spec == b._spec
    assert a._declared == b._declared
    for name, group in [*a.items(), *a.meta_groups.items()]:
        twin = b[name]
        assert twin.parent is b
        assert (group.ids.tolist(), group._declared) == (twin.ids.tolist(), twin._declared)
        assert repr(dict(group.properties)) == repr(dict(twin.properties))
        assert getattr(group, "neuron_param", {}) == getattr(twin, "neuron_param", {})
        assert getattr(group, "neuron_type", 0) == getattr(twin, "neuron_type", 0)
        assert getattr(group, "neuron_model", "") == getattr(twin, "neuron_model", "")
