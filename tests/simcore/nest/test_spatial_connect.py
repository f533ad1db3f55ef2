"""Connections by positions: who is connected, and how, is what NEST does; what is random follows the same law."""

import numpy as np
import pytest
from scipy import stats

import simcore.nest as ours
from simcore.nest._candidates import Ends
from simcore.nest._spatial_connect import draw_edges
from simcore.nest._where import Stream

pytestmark = pytest.mark.usefixtures("fresh")


def edges(nest):
    """Source, target, weight and delay of all connections, sorted."""
    found = nest.GetConnections()
    if len(found) == 0:
        return np.zeros((0, 4))
    columns = found.get(["source", "target", "weight", "delay"])
    rows = np.array([np.atleast_1d(columns[name]) for name in ("source", "target", "weight", "delay")], dtype=float).T
    return rows[np.lexsort(rows.T[::-1])]


def drawn_layer(nest, rng, d):
    wraps = bool(rng.integers(2))
    if rng.integers(3) == 0:
        shape, extent = [int(k) for k in rng.integers(1, 5, d)], rng.uniform(2.5, 3.5, d).tolist()
        return nest.Create("parrot_neuron", positions=nest.spatial.grid(shape, extent=extent, edge_wrap=wraps))
    places = rng.uniform(-1.3, 1.2, (int(rng.integers(2, 30)), d)).tolist()
    return nest.Create("parrot_neuron", positions=nest.spatial.free(places, extent=[3.0] * d, edge_wrap=wraps))


def drawn_rule(nest, rng, d):
    """A rule that leaves nothing to chance, whatever its mask."""
    space, conditional = nest.spatial, nest.logic.conditional
    rule = [
        {"p": 1.0, "use_on_source": False}, {"p": 1.0, "use_on_source": True},
        {"p": conditional(space.distance < 0.9, 1.5, -1.0)},
        {"p": conditional(space.source_pos.x < space.target_pos.y, 1.0, 0.0)},
    ][rng.integers(4)]  # fmt: skip
    ball, box = ("circular", "rectangular") if d == 2 else ("spherical", "box")
    corners = {"lower_left": rng.uniform(-1.2, 0.0, d).tolist(), "upper_right": rng.uniform(0.1, 1.2, d).tolist()}
    masks = [{ball: {"radius": float(rng.uniform(0.1, 1.24))}, "anchor": rng.uniform(-0.5, 0.5, d).tolist()}, {box: corners}]
    if rng.integers(4):
        rule["mask"] = masks[rng.integers(2)]
    return {"rule": "pairwise_bernoulli", **rule, "allow_autapses": bool(rng.integers(2))}


@pytest.mark.parametrize("seed", range(60))
def test_masks_and_distances_connect_the_pairs_of_nest(seed, theirs):
    found = []
    for nest in (ours, theirs):
        rng = np.random.default_rng(seed)
        nest.ResetKernel()
        d = int(rng.integers(2, 4))
        nodes = drawn_layer(nest, rng, d)
        others = drawn_layer(nest, rng, d) if rng.integers(2) else nodes
        rule, space = drawn_rule(nest, rng, d), nest.spatial
        weight = [space.distance, space.distance.x - 2 * space.distance.y, space.source_pos.x * 2 + space.target_pos.y][
            rng.integers(3)
        ]
        nest.Connect(nodes, others, rule, {"weight": weight, "delay": 1.0 + space.distance})
        found.append(edges(nest))
    assert found[0].shape == found[1].shape
    np.testing.assert_allclose(found[0], found[1], rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    "rule", [("fixed_indegree", "indegree"), ("fixed_outdegree", "outdegree"), ("pairwise_poisson", "pairwise_avg_num_conns")]
)
@pytest.mark.parametrize("wraps", [(False, False), (True, False), (False, True)])
def test_partners_come_from_the_side_that_nest_looks_at(rule, wraps, theirs):
    places = [[0.0, 0.0], [0.9, 0.9], [-0.8, -0.85], [0.4, -0.2]]
    mask = {"rectangular": {"lower_left": [-0.05, -0.05], "upper_right": [0.97, 0.97]}}
    found = []
    for nest in (ours, theirs):
        nest.ResetKernel()
        free = nest.spatial.free
        nodes, others = (nest.Create("parrot_neuron", positions=free(places, extent=[2.0, 2.0], edge_wrap=w)) for w in wraps)
        nest.Connect(nodes, others, {"rule": rule[0], rule[1]: 40, "mask": mask}, {"weight": nest.spatial.distance})
        found.append(np.unique(edges(nest), axis=0))
    np.testing.assert_allclose(found[0], found[1], rtol=0, atol=1e-12)


@pytest.mark.parametrize("on_source", [False, True])
@pytest.mark.parametrize("wraps", [False, True])
@pytest.mark.parametrize("extent", [[4.0, 3.0], [7.0, 3.0]])
def test_grid_masks_connect_the_pairs_of_nest(on_source, wraps, extent, theirs):
    found = []
    for nest in (ours, theirs):
        nest.ResetKernel()
        grids = [nest.spatial.grid([4, 3], extent=sides, edge_wrap=wraps) for sides in ([4.0, 3.0], extent)]
        nodes, others = (nest.Create("parrot_neuron", positions=grid) for grid in grids)
        rule = {"rule": "pairwise_bernoulli", "p": 1.0, "mask": {"grid": {"shape": [2, 1]}, "anchor": [1, 0]}}
        nest.Connect(nodes, others, {**rule, "use_on_source": True} if on_source else rule)
        found.append(edges(nest))
    assert np.array_equal(found[0], found[1])


# -- laws ----------------------------------------------------------------------------------------------------------------------


def drawn_ends(n, seed=1, wraps=False):
    """Ends of drawn nodes, all of them to themselves."""
    ours.ResetKernel()
    ours.rng_seed = seed
    nodes = ours.Create(
        "iaf_psc_alpha", n, positions=ours.spatial.free(ours.random.uniform(-0.5, 0.5), extent=[1.1, 1.1], edge_wrap=wraps)
    )
    return Ends(nodes._ids, nodes._layer)


def distances(ends, sources, targets):
    places = ends.layer.positions
    return ends.layer.distance(places[sources - ends.ids[0]], places[targets - ends.ids[0]])


@pytest.mark.parametrize("mask", [None, {"circular": {"radius": 0.3}}])
@pytest.mark.parametrize("wraps", [False, True])
def test_pairs_are_connected_with_the_probability_of_their_distance(mask, wraps):
    ends = drawn_ends(700, wraps=wraps)
    falloff = 0.8 * ours.spatial_distributions.exponential(ours.spatial.distance, beta=0.15)
    spec = {"rule": "pairwise_bernoulli", "p": falloff, "allow_autapses": False} | ({"mask": mask} if mask else {})
    sources, targets = draw_edges(spec, ends, ends, Stream(11, 3))
    pairs = np.array(np.nonzero(~np.eye(700, dtype=bool))) + ends.ids[0]
    every, own = distances(ends, *pairs), distances(ends, sources, targets)
    borders = np.linspace(0.0, 0.3 if mask else 0.7, 16)
    chances = np.histogram(every, borders, weights=0.8 * np.exp(-every / 0.15))[0]
    spread = np.histogram(every, borders, weights=0.8 * np.exp(-every / 0.15) * (1 - 0.8 * np.exp(-every / 0.15)))[0]
    score = (np.histogram(own, borders)[0] - chances) / np.sqrt(spread)
    assert stats.chi2.sf((score**2).sum(), score.size) > 1e-3
    assert np.unique(sources * 10_000 + targets).size == sources.size
    assert (sources != targets).all()
    assert mask is None or own.max() <= 0.3


def test_the_profile_of_distances_is_that_of_nest(theirs):
    samples = []
    for nest in (ours, theirs):
        nest.ResetKernel()
        nodes = nest.Create("parrot_neuron", positions=nest.spatial.grid([40, 40], edge_wrap=True))
        falloff = nest.spatial_distributions.gaussian(nest.spatial.distance, std=0.1)
        nest.Connect(
            nodes,
            nodes,
            {"rule": "pairwise_bernoulli", "p": 0.5 * falloff, "mask": {"circular": {"radius": 0.4}}},
            {"weight": nest.spatial.distance},
        )
        samples.append(edges(nest)[:, 2].round(9))
    assert stats.ks_2samp(*samples).pvalue > 1e-3
    assert samples[0].size == pytest.approx(samples[1].size, abs=5 * np.sqrt(samples[1].size))


@pytest.mark.parametrize("repeats", [True, False])
@pytest.mark.parametrize("rule", ["fixed_indegree", "fixed_outdegree"])
def test_partners_are_chosen_in_proportion_to_their_weight(rule, repeats):
    n, k = 4000, 3
    places = np.array([[0.1, 0.0], [0.2, 0.0], [0.4, 0.0], [0.8, 0.0], [0.9, 0.0]])
    few = ours.Create("iaf_psc_alpha", positions=ours.spatial.free(places.tolist(), extent=[3.0, 3.0]))
    many = ours.Create("iaf_psc_alpha", positions=ours.spatial.free([[0.0, 0.0]] * n, extent=[3.0, 3.0]))
    weights = np.where(places[:, 0] < 0.85, places[:, 0], 0.0)
    falloff = ours.logic.conditional(ours.spatial.distance < 0.85, ours.spatial.distance, -1.0)
    spec = {"rule": rule, rule.removeprefix("fixed_"): k, "p": falloff, "allow_multapses": repeats}
    ends = [Ends(nodes._ids, nodes._layer) for nodes in (few, many)]
    found = draw_edges(spec, *(ends if rule == "fixed_indegree" else ends[::-1]), Stream(2, 9))
    chosen, who = found if rule == "fixed_indegree" else found[::-1]
    table = np.zeros((n, 5), dtype=int)
    np.add.at(table, (who - ends[1].ids[0], chosen - ends[0].ids[0]), 1)
    assert (table.sum(axis=1) == k).all()
    if repeats:
        expected = n * k * weights / weights.sum()
        assert table[:, 4].sum() == 0
        assert stats.chisquare(table[:, :4].sum(axis=0), expected[:4]).pvalue > 1e-3
        return
    assert table.max() == 1
    left_out = table[:, :4].argmin(axis=1)
    shares = weights[:4] / weights.sum()
    expected = [_last(shares, i) * n for i in range(4)]
    assert stats.chisquare(np.bincount(left_out, minlength=4), expected).pvalue > 1e-3


def _last(shares, i):
    """Chance that number i comes last when all are drawn one by one without putting back."""
    rest = [k for k in range(len(shares)) if k != i]
    total = 0.0
    for a in rest:
        for b in rest:
            if b != a:
                (c,) = (k for k in rest if k not in (a, b))
                total += shares[a] * shares[b] / (1 - shares[a]) * shares[c] / (1 - shares[a] - shares[b])
    return total


def test_all_partners_can_be_chosen_even_if_some_hardly_count():
    ends = drawn_ends(60)
    steep = ours.math.exp(-200.0 * ours.spatial.distance)
    sources, targets = draw_edges(
        {"rule": "fixed_indegree", "indegree": 60, "p": steep, "allow_multapses": False}, ends, ends, Stream(1, 1)
    )
    assert np.array_equal(np.unique(sources * 1000 + targets), np.sort((ends.ids[:, None] * 1000 + ends.ids).ravel()))


def test_poisson_numbers_have_the_mean_of_their_distance():
    ends = drawn_ends(400)
    spec = {
        "rule": "pairwise_poisson",
        "pairwise_avg_num_conns": 4.0 * ours.spatial.distance,
        "mask": {"circular": {"radius": 0.5}},
    }
    sources, targets = draw_edges(spec, ends, ends, Stream(4, 4))
    pairs = np.array(np.nonzero(np.ones((400, 400), dtype=bool))) + ends.ids[0]
    every = distances(ends, *pairs)
    borders = np.linspace(0.0, 0.5, 11)
    expected = np.histogram(every, borders, weights=4.0 * every)[0]
    counts = np.histogram(distances(ends, sources, targets), borders)[0]
    assert stats.chi2.sf(((counts - expected) ** 2 / expected).sum(), 10) > 1e-3
    per_pair = np.unique(sources * 10_000 + targets, return_counts=True)[1]
    assert per_pair.max() > 3


def test_numbers_of_partners_are_drawn_and_rounded(theirs):
    for nest in (ours, theirs):
        nest.ResetKernel()
        nodes = nest.Create("parrot_neuron", 300)
        half = nest.CreateParameter("constant", {"value": 2.5})
        nest.Connect(nodes, nodes, {"rule": "fixed_indegree", "indegree": half})
        assert set(np.bincount(edges(nest)[:, 1].astype(int))[1:]) == {3}
        nest.ResetKernel()
        nodes = nest.Create("parrot_neuron", 300)
        nest.Connect(nodes, nodes, {"rule": "fixed_outdegree", "outdegree": nest.random.uniform_int(4) - 1.0})
        counts = np.bincount(np.bincount(edges(nest)[:, 0].astype(int), minlength=301)[1:], minlength=3)
        assert stats.chisquare(counts, [150, 75, 75]).pvalue > 1e-3


def test_probabilities_may_be_drawn_for_each_pair():
    nodes = ours.Create("iaf_psc_alpha", 300)
    ours.Connect(nodes, nodes, {"rule": "pairwise_bernoulli", "p": ours.random.uniform(0.0, 0.4)})
    assert ours.num_connections == pytest.approx(0.2 * 90_000, abs=5 * np.sqrt(0.16 * 90_000))


# -- the same whatever the chunks ----------------------------------------------------------------------------------------------

SPECS = {
    "all": lambda n: {"rule": "pairwise_bernoulli", "p": 0.2 * n.random.uniform() + n.spatial.distance * 0.1},
    "no autapses": lambda n: {"rule": "pairwise_bernoulli", "p": n.spatial.distance * 0.1, "allow_autapses": False},
    "mask": lambda n: {
        "rule": "pairwise_bernoulli",
        "p": n.math.redraw(n.random.normal(), 0.0, 1.0),
        "mask": {"circular": {"radius": 0.2}},
    },
    "indegree": lambda n: {
        "rule": "fixed_indegree",
        "indegree": n.random.uniform_int(9),
        "p": n.random.uniform() * n.spatial.distance,
    },
    "poisson": lambda n: {
        "rule": "pairwise_poisson",
        "pairwise_avg_num_conns": n.random.uniform(),
        "mask": {"circular": {"radius": 0.2}},
    },
}


@pytest.mark.parametrize("name", SPECS)
def test_the_result_does_not_depend_on_chunks_or_threads(name, monkeypatch):
    from simcore import compile as compiling
    from simcore.nest import _candidates

    ends, spec = drawn_ends(200), SPECS[name](ours)
    whole = draw_edges(spec, ends, ends, Stream(6, 1))
    monkeypatch.setattr(_candidates, "_CHUNK", 700)
    monkeypatch.setattr(compiling, "default_threads", lambda: 5)
    parts = draw_edges(spec, ends, ends, Stream(6, 1))
    assert np.array_equal(whole, parts)
    assert whole[0].size > 100
    assert not np.array_equal(whole, draw_edges(spec, ends, ends, Stream(7, 1)))


def test_a_search_in_cells_finds_what_looking_at_all_pairs_finds():
    rng = np.random.default_rng(4)
    for wraps in (False, True):
        ends = drawn_ends(400, wraps=wraps)
        for _ in range(6):
            corners = {"lower_left": rng.uniform(-0.9, 0.1, 2).tolist(), "upper_right": rng.uniform(0.11, 1.0, 2).tolist()}
            spec = {"rule": "pairwise_bernoulli", "p": 1.0, "mask": {"rectangular": corners}, "allow_oversized_mask": True}
            mask = ours.CreateMask("rectangular", corners)
            inside = [ends.ids[ends.layer.within(mask, place)] for place in ends.layer.positions]
            expected = [(source, target) for source, targets in zip(ends.ids, inside, strict=True) for target in targets]
            assert sorted(zip(*(e.tolist() for e in draw_edges(spec, ends, ends, Stream(1, 1))), strict=True)) == expected


# -- refusals ------------------------------------------------------------------------------------------------------------------

BALL = {"circular": {"radius": 0.3}}
BERNOULLI, ONE = {"rule": "pairwise_bernoulli", "p": 1.0}, {"rule": "fixed_indegree", "indegree": 1}
POISSON = {"rule": "pairwise_poisson", "pairwise_avg_num_conns": 1.0}
REFUSED = {
    "other rule": ({"rule": "all_to_all", "mask": BALL}, ValueError, "go with pairwise_bernoulli"),
    "unknown key": ({**BERNOULLI, "mask": BALL, "foo": 1}, ValueError, "unknown key 'foo'"),
    "symmetric": ({**BERNOULLI, "mask": BALL, "make_symmetric": True}, ValueError, "make_symmetric"),
    "use_on_source": ({**ONE, "mask": BALL, "use_on_source": True}, ValueError, "use_on_source"),
    "p": ({"rule": "pairwise_bernoulli", "p": 1.5, "mask": BALL}, "BadProperty", r"\[0, 1\]"),
    "weight": ({"rule": "fixed_indegree", "indegree": 1, "mask": BALL, "p": 0.0}, "BadProperty", "above 0"),
    "no number": ({"rule": "fixed_indegree", "mask": BALL}, "BadProperty", "needs 'indegree'"),
    "fraction": ({"rule": "fixed_indegree", "indegree": 1.5, "mask": BALL}, "TypeMismatch", "whole number"),
    "negative": ({"rule": "fixed_outdegree", "outdegree": -1, "mask": BALL}, "BadProperty", ">= 0"),
    "multapses": (
        {**POISSON, "mask": BALL, "allow_multapses": False}, "BadProperty", "several",
    ),
    "flag": ({**BERNOULLI, "mask": BALL, "allow_autapses": 1}, "TypeMismatch", "True or False"),
    "no mask": ({**BERNOULLI, "mask": 5}, "TypeMismatch", "a mask or a dictionary"),
    "two masks": ({**BERNOULLI, "mask": {**BALL, "doughnut": {}}}, "BadProperty", "expected one of"),
    "solid mask": ({**BERNOULLI, "mask": {"spherical": {"radius": 1.0}}}, "BadProperty", "3 dimensions"),
    "grid mask": ({**BERNOULLI, "mask": {"grid": {"shape": [1, 1]}}}, "BadProperty", "on a grid"),
    "too large": ({**BERNOULLI, "mask": {"circular": {"radius": 0.6}}}, "BadProperty", "allow_oversized"),
    "too few": ({**ONE, "indegree": 30, "mask": BALL, "allow_multapses": False}, "KernelException", "wants 30"),
    "nobody": (
        {"rule": "fixed_outdegree", "outdegree": 1, "mask": {"circular": {"radius": 1e-6}}, "allow_autapses": False},
        "KernelException", "has 0 targets",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_rules_are_refused_and_nothing_is_connected(case):
    spec, error, message = REFUSED[case]
    nodes = ours.Create(
        "iaf_psc_alpha", 20, positions=ours.spatial.free(ours.random.uniform(), extent=[1.1, 1.1], edge_wrap=True)
    )
    with pytest.raises(getattr(ours.NESTErrors, error) if isinstance(error, str) else error, match=message):
        ours.Connect(nodes, nodes, spec)
    assert ours.num_connections == 0


def test_nodes_without_positions_have_no_distance():
    nodes, plain = ours.Create("iaf_psc_alpha", positions=ours.spatial.grid([2, 2])), ours.Create("iaf_psc_alpha", 2)
    falloff = ours.spatial_distributions.exponential(ours.spatial.distance)
    for pre, post, spec in (
        (plain, nodes, {"rule": "pairwise_bernoulli", "p": falloff}),
        (nodes, plain, {**BERNOULLI, "mask": BALL}),
        (nodes, plain, {**BERNOULLI, "use_on_source": True}),
    ):
        with pytest.raises(TypeError, match="without positions"):
            ours.Connect(pre, post, spec)
    solid = ours.Create("iaf_psc_alpha", positions=ours.spatial.grid([2, 2, 2]))
    with pytest.raises(ours.NESTErrors.BadProperty, match="expected as many"):
        ours.Connect(nodes, solid, {"rule": "pairwise_bernoulli", "p": falloff})
    with pytest.raises(ours.NESTErrors.BadParameterValue, match="pos has values only"):
        ours.Connect(nodes, nodes, {"rule": "pairwise_bernoulli", "p": ours.spatial.pos.x})
    with pytest.raises(ours.NESTErrors.BadParameterValue, match="two nodes"):
        ours.Connect(nodes, nodes, {"rule": "fixed_indegree", "indegree": ours.spatial.distance})
    with pytest.raises(ours.NESTErrors.BadParameterValue, match="NaN"):
        ours.Connect(nodes, nodes, {"rule": "pairwise_bernoulli", "p": (ours.spatial.distance - 5.0) ** 0.5})
    assert ours.num_connections == 0


def test_a_mask_larger_than_the_space_connects_each_pair_once():
    nodes = ours.Create("iaf_psc_alpha", positions=ours.spatial.grid([3, 3], edge_wrap=True))
    spec = {**BERNOULLI, "mask": {"circular": {"radius": 3.0}}, "allow_oversized_mask": True}
    ours.Connect(nodes, nodes, spec)
    assert ours.num_connections == 81
