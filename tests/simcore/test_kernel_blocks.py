"""How neurons are shared out among threads, and how spikes wait for their time: small parts of the kernel by themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import Simulation, models
from simcore.description import Population
from simcore.kernel.blocks import MAX_BLOCK, divide
from simcore.kernel.layout import NO_CHUNK, Wheel
from simcore.kernel.wheel import grow_wheel, new_wheel
from tests.reference.meters import COUNTER


def populations(sizes):
    first = np.concatenate([[0], np.cumsum(sizes)])
    return [(k, Population(models.REGISTRY.get("iaf_psc_exp"), int(first[k]), size, {}, {})) for k, size in enumerate(sizes)]


@given(
    sizes=st.lists(st.integers(1, 3000), min_size=1, max_size=30), threads=st.lists(st.integers(1, 5), min_size=1, max_size=4)
)
def test_blocks_of_all_ranks_hold_every_neuron_once_and_are_of_equal_size(sizes, threads):
    of_ranks = [divide(populations(sizes), threads, rank) for rank in range(len(threads))]
    blocks = [block for of_rank in of_ranks for block in of_rank]
    seen = [np.zeros(size, dtype=int) for size in sizes]
    for block in blocks:
        starts = np.concatenate([[0], np.cumsum([part.size for part in block.parts])])
        for part, start in zip(block.parts, starts, strict=False):
            assert part.start == start
            assert part.size > 0
            seen[part.population][part.first : part.last] += 1
        assert block.rows.shape == (2, block.size + 1)
    assert all((count == 1).all() for count in seen)
    assert np.ptp([block.size for block in blocks]) <= 1
    assert sum(len(of_rank) > 0 for of_rank in of_ranks) == min(len(threads), sum(sizes))
    for n_threads, of_rank in zip(threads, of_ranks, strict=True):
        used = {block.thread for block in of_rank}
        assert used == set(range(len(used)))
        assert len(used) <= n_threads
        assert len(used) <= 1 or sum(sizes) >= 256 * len(used) * len(threads)


@settings(max_examples=20)
@given(sizes=st.lists(st.integers(1, 200_000), min_size=1, max_size=4), threads=st.integers(1, 3))
def test_positions_in_a_block_fit_into_16_bits(sizes, threads):
    blocks = divide(populations(sizes), [threads])
    assert max(block.size for block in blocks) <= MAX_BLOCK
    assert len(blocks) % len({block.thread for block in blocks}) == 0


def test_no_neurons_make_no_blocks():
    assert divide([], [3]) == []


def free_chunks(wheel):
    chunks, at = [], int(wheel["heads"][Wheel.FREE])
    for _ in range(int(wheel["heads"][Wheel.N_FREE])):
        chunks.append(at)
        at = int(wheel["following"][at])
    return chunks


@given(buckets=st.sampled_from([2, 8, 64]), chunks=st.integers(2, 40), needs=st.lists(st.integers(1, 100), max_size=4))
def test_a_wheel_that_grows_keeps_its_chunks_and_has_as_many_free_ones_as_needed(buckets, chunks, needs):
    wheel = new_wheel(buckets, chunks)
    assert sorted(free_chunks(wheel)) == list(range(chunks))
    assert (wheel["heads"][Wheel.WORDS : Wheel.WORDS + buckets] == NO_CHUNK).all()
    for need in needs:
        before = wheel["following"].size
        wheel["entries"][:] = before
        wheel = grow_wheel(wheel, need)
        free = free_chunks(wheel)
        assert len(set(free)) == len(free) >= before + need or len(free) >= before
        assert sorted(free) == list(range(wheel["following"].size))
        assert (wheel["entries"][: before * 128] == before).all()


@pytest.mark.parametrize("synapse", ["static_synapse", "tsodyks2_synapse"])
@pytest.mark.parametrize("through_a_parrot", [False, True])
def test_any_number_of_spikes_in_a_step_finds_room(synapse, through_a_parrot):
    sim = Simulation(dt=0.1, seed=1, threads=1)
    times, counts = [1.0, 1.1, 3.0], [3, 70_000, 40_000]
    train = sim.create("spike_generator", params={"spike_times": times, "spike_multiplicities": counts})
    source, target = sim.create("parrot_neuron"), sim.create(COUNTER)
    sim.connect(train, source, delay=0.1)
    params = {} if synapse == "static_synapse" else {"U": 0.0, "u": 1.0, "tau_fac": 1e300}
    sim.connect(source if through_a_parrot else train, target, weight=2.0, delay=1.0, synapse=synapse, params=params)
    recorder, spikes = sim.record(target, "count", interval=0.1), sim.record(source)
    sim.run(6.0)
    # The first spike of a step takes all that has recovered since the step before.
    recovered = 2.0 * (1.0 - np.exp(-np.array([np.inf, 0.1, 1.9]) / 800.0))
    expected = 2.0 * np.array(counts) if synapse == "static_synapse" else recovered
    arrived = recorder["count"][np.array([20, 21, 40]) - (0 if through_a_parrot else 1), 0]
    np.testing.assert_allclose(arrived, expected, rtol=1e-6, atol=1e-12)
    assert len(spikes) == sum(counts)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_source_with_every_delay_reaches_each_target_in_its_own_step(threads):
    n = 1500
    sim = Simulation(dt=0.1, seed=1, threads=threads)
    train, targets = sim.create("spike_generator", params={"spike_times": [0.1, 0.2, 7.0]}), sim.create(COUNTER, n)
    delays = np.random.default_rng(0).permutation(n) + 1
    sim.connect_edges(train.ids.repeat(n), targets.ids, weight=np.arange(1.0, n + 1), delay=0.1 * delays)
    recorder = sim.record(targets, "count", interval=0.1)
    sim.run(160.0)
    expected = np.zeros((1600, n))
    for stamp in (1, 2, 70):
        expected[stamp + delays - 1, np.arange(n)] = np.arange(1.0, n + 1)
    np.testing.assert_array_equal(recorder["count"], expected)
