"""Sizes that exceed free memory are refused with both figures before anything is allocated."""

import pickle
import re
import tracemalloc

import numpy as np
import pytest

from simcore import Simulation, memory, rules
from simcore.distributions import Normal
from simcore.errors import EdgeError, NetspikeError, ParameterError, TooLargeError
from simcore.memory import check_free, free_bytes
from simcore.rules import Stream

GB = 10**9


@pytest.fixture
def two_gigabytes(monkeypatch):
    """As if no more than 2 GB were free."""
    monkeypatch.setattr(memory, "free_bytes", lambda: 2 * GB)


# What is free


def test_free_memory_is_known_here_and_plausible():
    free = free_bytes()
    assert free is None or 10**7 < free < 10**14


def write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_limits_of_control_groups_count_whatever_their_version_and_level(tmp_path):
    first = write(tmp_path / "one", {
        "proc/self/cgroup": "5:cpu:/job\n4:memory,other:/job/step\n0::/\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        "sys/fs/cgroup/memory/memory.usage_in_bytes": "0\n",
        "sys/fs/cgroup/memory/job/memory.limit_in_bytes": "1000000\n",
        "sys/fs/cgroup/memory/job/memory.usage_in_bytes": "400000\n",
        "sys/fs/cgroup/memory/job/memory.stat": "inactive_file 1\ntotal_inactive_file 30000\n",
    })  # fmt: skip
    assert min(memory._control_groups(first)) == 630_000
    second = write(tmp_path / "two", {
        "proc/self/cgroup": "0::/user/job\n",
        "sys/fs/cgroup/user/memory.max": "700\n", "sys/fs/cgroup/user/memory.current": "800\n",
        "sys/fs/cgroup/user/job/memory.max": "max\n", "sys/fs/cgroup/user/job/memory.current": "100\n",
    })  # fmt: skip
    assert memory._control_groups(second) == [0]
    assert memory._control_groups(tmp_path / "nowhere") == []


def test_what_linux_calls_available_is_read_in_bytes(tmp_path):
    path = tmp_path / "meminfo"
    path.write_text("MemTotal:       24684084 kB\nMemAvailable:   1000 kB\n")
    assert memory._available(path) == 1_024_000
    assert memory._available(tmp_path / "none") is None


def test_where_free_memory_is_unknown_nothing_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "free_bytes", lambda: None)
    check_free("connect", "all edges", 1e30)


def test_small_sizes_are_taken_without_asking_the_system(monkeypatch):
    monkeypatch.setattr(memory, "free_bytes", lambda: pytest.fail("asked"))
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 1000)
    sim.connect(neurons, neurons, rules.FixedIndegree(100))
    assert sim.connectivity()["source"].size == 100_000


@pytest.mark.parametrize(
    ("needed", "free", "message"),
    [
        (2.4e13, 2e10, "connect: it need about 24 TB, and 20 GB of memory are free"), (9.94e9, 0.0, "9.9 GB, and 0 B of"),
        (9.96e9, 9.994e5, "10 GB, and 999 kB"), (1e25, 5.0, "10000000 EB, and 5 B"), (999.6e6, 1e3, "1.0 GB, and 1.0 kB"),
    ],
)  # fmt: skip
def test_amounts_are_given_in_units_that_suit_them(needed, free, message):
    error = TooLargeError("connect", "it", needed=needed, free=free)
    assert message in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


# What a rule will draw

ARGUMENTS = {
    "AllToAll": (), "OneToOne": (), "FixedIndegree": (7,), "FixedOutdegree": (np.arange(60) % 9,), "FixedTotalNumber": (333,),
    "DistanceBernoulli": (np.indices((10, 6)).reshape(2, -1).T, np.indices((10, 6)).reshape(2, -1).T, 2.0),
    "DistanceTable": (np.indices((10, 6)).reshape(2, -1).T, np.indices((10, 6)).reshape(2, -1).T, [0.0, 2.0, 5.0], [0.8, 0.3]),
}  # fmt: skip
RULES = [
    name for name in rules.__all__ if isinstance(getattr(rules, name), type) and issubclass(getattr(rules, name), rules.Rule)
]


@pytest.mark.parametrize("name", sorted(set(RULES) - {"Rule"}))
def test_every_rule_knows_how_many_edges_to_expect(name, monkeypatch):
    monkeypatch.setattr("simcore.rules._distance._FEW", 0)
    rule, ids = getattr(rules, name)(*ARGUMENTS.get(name, (0.1,))), np.arange(60)
    drawn = np.mean([rule.counts(ids, ids, Stream(seed, 1)).sum() for seed in range(200)])
    assert rule.expected_edges(60, 60) == pytest.approx(drawn, rel=0.05)


@pytest.mark.parametrize(("form", "period"), [("exp", None), ("gaussian", [900.0, 900.0]), ("lin", None)])
def test_number_of_edges_that_fall_with_distance_is_estimated_rather_too_low(form, period):
    ids = np.arange(2000)
    points = np.random.default_rng(1).uniform(0.0, 900.0, (2000, 2))
    rule = rules.DistanceBernoulli(points, points, 60.0, form=form, period=period, max_proba=0.7)
    assert 0.75 < rule.expected_edges(2000, 2000) / rule.counts(ids, ids, Stream(3, 1)).sum() < 1.05


# Refusals


def huge(call):
    """The message with which `call(sim, neurons)` is refused, after looking that little was allocated and nothing made."""
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 100_000)
    noise = sim.create("poisson_generator", 1000)
    tracemalloc.start()
    with pytest.raises(TooLargeError) as caught:
        call(sim, neurons, noise)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2e7
    assert (sim.n_nodes, len(sim.projections), len(sim.populations)) == (101_000, 0, 1)
    assert isinstance(caught.value, NetspikeError)
    assert isinstance(caught.value, MemoryError)
    return str(caught.value)


CALLS = {
    "neurons": (
        lambda s, n, g: s.create("iaf_psc_exp", 2_000_000_000),
        "create: 2.0e[+]09 nodes need about 200 GB, and 2.0 GB of memory are free",
    ),
    "neurons with drawn values": (
        lambda s, n, g: s.create("aeif_cond_alpha", 15_000_000, {"V_m": Normal(-60.0, 1.0)}),
        "create: 1.5e[+]07 nodes need about 2.3 GB, and 2.0 GB",
    ),
    "stimulators": (lambda s, n, g: s.create("poisson_generator", 10_000_000), "create: 1.0e[+]07 nodes need about 4.0 GB"),
    "a total number": (
        lambda s, n, g: s.connect(n, n, rules.FixedTotalNumber(4 * 10**12), weight=Normal(1.0, 0.1)),
        "connect: 4.0e[+]12 edges need about 24 TB, and 2.0 GB of memory are free$",
    ),
    "edges of one weight": (
        lambda s, n, g: s.connect(n, n, rules.FixedIndegree(20_000)), "connect: 2.0e[+]09 edges need about 4.0 GB"
    ),
    "edges with a state": (
        lambda s, n, g: s.connect(n, n, rules.PairwiseBernoulli(0.02), synapse="tsodyks2_synapse"),
        "connect: 2.0e[+]08 edges need about 3.6 GB",
    ),
    "all pairs": (lambda s, n, g: s.connect(n, n), "connect: 1.0e[+]10 edges need about 20 GB"),
    "edges of stimulators": (lambda s, n, g: s.connect(g, n), "connect: 1.0e[+]08 edges need about 6.0 GB"),
}  # fmt: skip


@pytest.mark.parametrize("case", CALLS)
def test_sizes_over_free_memory_are_refused_before_anything_is_allocated(case, two_gigabytes):
    call, message = CALLS[case]
    text = huge(call)
    assert re.search(message, text), text


@pytest.mark.skipif(free_bytes() is None, reason="this system does not say how much memory is free")
def test_the_machine_itself_refuses_what_no_machine_has():
    assert "edges need about 24 TB" in huge(
        lambda s, n, g: s.connect(n, n, rules.FixedTotalNumber(4 * 10**12), weight=Normal(1.0, 0.1))
    )


def test_connections_that_are_to_be_built_together_must_fit_together(two_gigabytes):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 1000)
    sim.connect(neurons, neurons, rules.FixedIndegree(750_000))
    with pytest.raises(TooLargeError, match="are free, of which 1.5 GB are for what was made before"):
        sim.connect(neurons, neurons, rules.FixedIndegree(500_000))
    sim.connect(neurons, neurons, rules.FixedIndegree(100_000))


def test_reading_back_more_than_fits_is_refused_and_a_part_of_it_is_not(monkeypatch):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 5000)
    sim.connect(neurons, neurons, rules.FixedIndegree(1000))
    monkeypatch.setattr(memory, "free_bytes", lambda: 10**8)
    for call in ({}, {"sources": neurons[:3000]}):
        with pytest.raises(TooLargeError, match=r"connectivity: \d.0e\+06 edges need about \d\d\d MB, and 100 MB"):
            sim.connectivity(**call)
    assert sim.connectivity(targets=[4])["source"].size == 1000
    assert 800 < sim.connectivity(sources=[4])["source"].size < 1200


# Other numbers that cannot be: refused by figure, with nothing made


IMPOSSIBLE = {
    "a delay under dt": (lambda s, n: s.connect(n, n, delay=0.04), ParameterError, "delay: got 0.04, expected >= dt = 0.1 ms"),
    "one delay under dt": (
        lambda s, n: s.connect_edges([0, 1], [1, 0], delay=[0.3, 0.04]), ParameterError, "delay: got 0.04, expected >= dt"
    ),
    "a total over what exists without multapses": (
        lambda s, n: s.connect(n, n, rules.FixedTotalNumber(26, allow_multapses=False)),
        EdgeError, "FixedTotalNumber: 26 distinct edges wanted, but only 25 pairs are available",
    ),
    "a total over what exists without autapses": (
        lambda s, n: s.connect(n, n, rules.FixedTotalNumber(21, allow_multapses=False, allow_autapses=False)),
        EdgeError, "21 distinct edges wanted, but only 20 pairs",
    ),
    "a total among no pairs": (
        lambda s, n: s.connect(n[:1], n[:1], rules.FixedTotalNumber(3, allow_autapses=False)),
        EdgeError, "FixedTotalNumber: 3 edges wanted, but no pair is available",
    ),
    "a rule without sources": (
        lambda s, n: s.connect(n[:0], n, rules.FixedIndegree(1)), EdgeError, "FixedIndegree: the source population is empty"
    ),
    "a rule without targets": (
        lambda s, n: s.connect(n, n[:0], rules.FixedTotalNumber(1)), EdgeError, "Number: the target population is empty"
    ),
    "an id out of range": (
        lambda s, n: s.connect_edges([0, 5], [1, 1]), ParameterError, "source_ids: got 5, expected ids of nodes that exist"
    ),
    "a negative id": (lambda s, n: s.connect_edges([0], [-2]), ParameterError, "target_ids: got -2, expected ids of nodes"),
}  # fmt: skip


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_impossible_numbers_are_refused_with_the_figure(case):
    call, error, message = IMPOSSIBLE[case]
    sim = Simulation(dt=0.1, seed=1, threads=1)
    neurons = sim.create("iaf_psc_exp", 5)
    with pytest.raises(error, match=message):
        call(sim, neurons)
    assert (sim.n_nodes, sim.projections) == (5, [])
