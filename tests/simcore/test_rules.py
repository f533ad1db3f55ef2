"""Connection rules: exact small cases, properties, refusals. Their distributions have files of their own."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.compile import run_parallel
from simcore.errors import EdgeError, ParameterError
from simcore.rules import (
    AllToAll,
    DistanceBernoulli,
    DistanceTable,
    FixedIndegree,
    FixedOutdegree,
    FixedTotalNumber,
    OneToOne,
    PairwiseBernoulli,
    PairwisePoisson,
    Stream,
    SymmetricPairwiseBernoulli,
    positions_of,
)
from tests.reference import graphs
from tests.reference.drawing import PURPOSE, incidence, name, rows_of, stream

IDS = np.arange(12)

RULES = [
    OneToOne(),
    OneToOne(make_symmetric=True),
    OneToOne(allow_autapses=False),
    AllToAll(),
    AllToAll(allow_autapses=False),
    FixedIndegree(3),
    FixedIndegree(3, allow_autapses=False),
    FixedIndegree(3, allow_multapses=False),
    FixedIndegree(9, allow_autapses=False, allow_multapses=False),
    PairwiseBernoulli(0.3),
    PairwiseBernoulli(0.8, allow_autapses=False),
    FixedOutdegree(3),
    FixedOutdegree(3, allow_autapses=False),
    FixedOutdegree(np.arange(12), allow_autapses=False, allow_multapses=False),
    FixedOutdegree(70),
    PairwisePoisson(0.4),
    PairwisePoisson(2.5, allow_autapses=False),
    FixedTotalNumber(40),
    FixedTotalNumber(40, allow_autapses=False, allow_multapses=False),
    DistanceBernoulli(np.c_[IDS, IDS], np.c_[IDS, IDS], 3.0),
    DistanceBernoulli(np.c_[IDS, IDS], np.c_[IDS, IDS], 3.0, allow_autapses=False),
    DistanceTable(np.c_[IDS, IDS], np.c_[IDS, IDS], [1.0, 4.0, 9.0], [0.2, 0.9, 0.1]),
    SymmetricPairwiseBernoulli(0.3),
    SymmetricPairwiseBernoulli(0.6, allow_multapses=False),
]
RANDOM_RULES = [rule for rule in RULES if not isinstance(rule, (AllToAll, OneToOne))]


@pytest.mark.parametrize("rule", RULES, ids=name)
@given(cuts=st.lists(st.integers(0, 24), max_size=4), seed=st.integers(0, 2**64 - 1))
@settings(max_examples=15, deadline=None)
def test_any_slicing_of_the_targets_gives_the_same_edges(rule, cuts, seed):
    counts = rule.counts(IDS, IDS, stream(seed))
    end = len(counts)
    assert end == len(rule.ends(IDS, IDS)[1])
    whole = rule.draw(IDS, IDS, stream(seed), 0, end)
    edges = sorted({0, end, *(cut % end for cut in cuts)})
    parts = [rule.draw(IDS, IDS, stream(seed), a, b) for a, b in itertools.pairwise(edges)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    known = [rule.draw(IDS, IDS, stream(seed), a, b, counts[a:b]) for a, b in itertools.pairwise(edges)]
    np.testing.assert_array_equal(np.concatenate(known), whole)
    assert whole.dtype == np.int32
    assert len(whole) == counts.sum()


@pytest.mark.parametrize("rule", RANDOM_RULES, ids=name)
def test_another_seed_or_purpose_gives_other_edges(rule):
    here = incidence(rule, IDS, IDS, 1)
    assert (here != incidence(rule, IDS, IDS, 2)).any()
    other = rule.draw(IDS, IDS, Stream(1, PURPOSE + 1), 0, 12)
    assert not np.array_equal(rule.draw(IDS, IDS, stream(1), 0, 12), other)


@pytest.mark.parametrize("autapses", [True, False])
@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize(("n", "k"), [(6, 0), (6, 1), (7, 3), (7, 5), (7, 6), (40, 12), (300, 280), (300, 100)])
def test_fixed_indegree_equals_its_naive_twin(n, k, autapses, multapses):
    sources = np.random.default_rng(n).permutation(2 * n)[:n]
    targets = sources[::-1][: n // 2].copy()
    seed = 2**40 + 5
    rule = FixedIndegree(k, allow_autapses=autapses, allow_multapses=multapses)
    rows = rows_of(rule, sources, targets, seed)
    twin = graphs.fixed_indegree(sources, targets, k, seed, PURPOSE, autapses=autapses, multapses=multapses)
    assert [row.tolist() for row in rows] == twin


def test_one_to_one_joins_equal_positions():
    sources, targets = np.array([7, 3, 5]), np.array([1, 3, 9])
    assert [r.tolist() for r in rows_of(OneToOne(), sources, targets)] == [[0], [1], [2]]
    assert [r.tolist() for r in rows_of(OneToOne(allow_autapses=False), sources, targets)] == [[0], [], [2]]


def test_all_to_all_gives_every_pair_once_without_autapses_if_asked():
    sources, targets = np.array([4, 2, 9]), np.array([9, 5, 4])
    every = [r.tolist() for r in rows_of(AllToAll(), sources, targets)]
    assert every == [[0, 1, 2]] * 3
    others = [r.tolist() for r in rows_of(AllToAll(allow_autapses=False), sources, targets)]
    assert others == [[0, 1], [0, 1, 2], [1, 2]]


@given(
    n_sources=st.integers(1, 90), n_targets=st.integers(1, 20), data=st.data(), autapses=st.booleans(), multapses=st.booleans()
)
@settings(max_examples=60, deadline=None)
def test_fixed_indegree_respects_degrees_autapses_and_multapses(n_sources, n_targets, data, autapses, multapses):
    ids = data.draw(st.permutations(range(100)))
    sources, targets = np.array(ids[:n_sources]), np.array(ids[10 : 10 + n_targets])
    available = np.array([n_sources - (not autapses and t in sources) for t in targets])
    most = np.where(available > 0, 200, 0) if multapses else available
    degrees = np.array([data.draw(st.integers(0, int(m))) for m in most])
    rule = FixedIndegree(degrees, allow_autapses=autapses, allow_multapses=multapses)
    for target, degree, row in zip(targets, degrees, rows_of(rule, sources, targets), strict=True):
        assert len(row) == degree
        assert all(0 <= i < n_sources for i in row)
        assert autapses or target not in sources[row]
        assert multapses or len(set(row.tolist())) == len(row)


@given(
    n_sources=st.integers(1, 40), n_targets=st.integers(1, 300), data=st.data(), autapses=st.booleans(), multapses=st.booleans()
)
@settings(max_examples=60, deadline=None)
def test_fixed_outdegree_respects_degrees_autapses_and_multapses(n_sources, n_targets, data, autapses, multapses):
    sources = np.random.default_rng(n_sources).permutation(n_sources + 5)[:n_sources]
    targets = np.random.default_rng(n_targets).permutation(n_targets)
    available = n_targets - (0 if autapses else np.isin(sources, targets).astype(int))
    most = 400 if multapses else int(np.min(available))
    degrees = np.array(data.draw(st.lists(st.integers(0, most), min_size=n_sources, max_size=n_sources)))
    if np.any((degrees > 0) & (available < 1)):
        return
    rule = FixedOutdegree(degrees, allow_autapses=autapses, allow_multapses=multapses)
    seed = data.draw(st.integers(0, 2**64 - 1))
    found = incidence(rule, sources, targets, seed)
    np.testing.assert_array_equal(found.sum(axis=0), degrees)
    assert multapses or found.max() <= 1
    if not autapses:
        assert not found[targets[:, None] == sources].any()


@given(n=st.integers(2, 40), seed=st.integers(0, 2**64 - 1), data=st.data(), autapses=st.booleans(), multapses=st.booleans())
@settings(max_examples=60, deadline=None)
def test_fixed_total_number_is_exact(n, seed, data, autapses, multapses):
    ids = np.arange(n)
    available = n * n if autapses else n * (n - 1)
    total = data.draw(st.integers(0, 3 * available if multapses else available))
    drawn = incidence(FixedTotalNumber(total, allow_autapses=autapses, allow_multapses=multapses), ids, ids, seed)
    assert drawn.sum() == total
    assert multapses or drawn.max() <= 1
    assert autapses or not drawn.diagonal().any()


@pytest.mark.parametrize(("p", "n_edges"), [(0.0, 0), (1.0, 132)])
def test_certain_bernoulli_pairs_are_certain(p, n_edges):
    assert incidence(PairwiseBernoulli(p, allow_autapses=False), IDS, IDS, 3).sum() == n_edges


def test_threads_drawing_slices_at_once_give_the_same_edges():
    ids = np.arange(3000)
    rule = FixedIndegree(50, allow_autapses=False, allow_multapses=False)
    cuts = np.linspace(0, 3000, 9).astype(int)
    tasks = [lambda a=a, b=b: rule.draw(ids, ids, stream(), a, b) for a, b in itertools.pairwise(cuts)]
    np.testing.assert_array_equal(np.concatenate(run_parallel(tasks, 4)), rule.draw(ids, ids, stream(), 0, 3000))


# Refusals.


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_empty_and_repeated_populations_are_refused(rule):
    nobody = np.empty(0, dtype=np.int64)
    with pytest.raises(EdgeError, match="source population is empty"):
        rule.check(nobody, IDS)
    with pytest.raises(EdgeError, match="target population is empty"):
        rule.check(IDS, nobody)
    with pytest.raises(EdgeError, match="target population holds 1 repeated"):
        rule.check(IDS, np.r_[IDS[:-1], 0])


@pytest.mark.parametrize(
    ("rule", "sources", "targets", "message"),
    [
        (OneToOne(), 3, 4, "3 sources and 4 targets"),
        (OneToOne(make_symmetric=True), 3, 4, "3 sources and 4 targets"),
        (FixedIndegree(4, allow_multapses=False), 3, 5, "target 0 wants 4 edges, but only 3"),
        (FixedIndegree(3, allow_autapses=False, allow_multapses=False), 3, 5, "target 0 wants 3 edges, but only 2"),
        (FixedIndegree(1, allow_autapses=False), 1, 1, "only 0 sources"),
        (FixedOutdegree(6, allow_multapses=False), 3, 5, "source 0 wants 6 edges, but only 5 targets"),
        (FixedOutdegree([0, 3, 3], allow_autapses=False, allow_multapses=False), 3, 3, "source 1 wants 3 edges, but only 2"),
        (FixedOutdegree(1, allow_autapses=False), 1, 1, "only 0 targets"),
        (FixedTotalNumber(7, allow_autapses=False, allow_multapses=False), 3, 3, "7 distinct edges wanted, but only 6"),
        (FixedTotalNumber(7, allow_autapses=False), 1, 1, "no pair is available"),
        (DistanceBernoulli(np.zeros((2, 2)), np.zeros((5, 2)), 1.0), 3, 5, "3 sources and 2 positions"),
    ],
)
def test_more_edges_than_there_are_pairs_are_refused(rule, sources, targets, message):
    with pytest.raises(EdgeError, match=message):
        rule.check(np.arange(sources), np.arange(targets))


def test_a_list_of_indegrees_of_the_wrong_length_is_refused():
    with pytest.raises(ParameterError, match="one for each of the 3 targets"):
        FixedIndegree([1, 2]).check(np.arange(5), np.arange(3))
    with pytest.raises(ParameterError, match="one for each of the 5 sources"):
        FixedOutdegree([1, 2]).check(np.arange(5), np.arange(3))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FixedIndegree(-1), "indegree: got -1"),
        (lambda: FixedIndegree(1.5), "indegree: got 1.5"),
        (lambda: FixedOutdegree(-1), "outdegree: got -1"),
        (lambda: FixedOutdegree(1.5), "outdegree: got 1.5"),
        (lambda: PairwiseBernoulli(1.1), "p: got 1.1"),
        (lambda: PairwiseBernoulli(float("nan")), "p: got nan"),
        (lambda: PairwisePoisson(-0.1), "pairwise_avg_num_conns: got -0.1"),
        (lambda: PairwisePoisson(np.inf), "pairwise_avg_num_conns: got inf"),
        (lambda: PairwisePoisson(1e9).check(np.arange(5), np.arange(3)), "expected at most 2.14748e\\+08 for 5 sources"),
        (lambda: SymmetricPairwiseBernoulli(-0.1), "SymmetricPairwiseBernoulli: p: got -0.1"),
        (lambda: SymmetricPairwiseBernoulli(float("nan")), "p: got nan"),
        (lambda: SymmetricPairwiseBernoulli("0.1"), "p: got '0.1'"),
        (lambda: FixedTotalNumber(-2), "N: got -2"),
        (lambda: FixedTotalNumber(2.5), "N: got 2.5"),
        (lambda: DistanceBernoulli(np.zeros((2, 2)), np.zeros((2, 3)), 1.0), "2 coordinates"),
        (lambda: DistanceBernoulli(np.zeros((2, 2)), np.zeros((2, 2)), 0.0), "scale: got 0.0"),
        (lambda: DistanceBernoulli(np.zeros((2, 2)), np.zeros((2, 2)), 1.0, max_proba=2), "max_proba: got 2"),
        (lambda: DistanceBernoulli(np.full((2, 2), np.nan), np.zeros((2, 2)), 1.0), "finite coordinates"),
        (lambda: DistanceBernoulli(np.zeros((2, 2)), np.zeros((2, 2)), 1.0, period=(1.0,)), "2 finite lengths"),
    ],
)
def test_impossible_parameters_are_refused(make, message):
    with pytest.raises(ParameterError, match=message):
        make()


def test_positions_are_found_in_ordered_and_unordered_ids():
    for ids in (np.array([4, 5, 6, 7]), np.array([1, 5, 6, 9]), np.array([9, 1, 6, 5])):
        found = positions_of(np.array([6, 2, 9, 5]), ids)
        assert [ids[i] if i >= 0 else -1 for i in found] == [6, -1, 9 if 9 in ids else -1, 5]
    assert positions_of(np.array([3]), np.array([], dtype=np.int64)).tolist() == [-1]
