"""Keyed random streams: the cipher's known answers, uniform numbers, and independence of seeds, purposes and ids."""

import numpy as np
import pytest
from scipy import stats

from simcore.errors import ParameterError
from simcore.random import (
    Purpose,
    check_seed,
    fresh_seed,
    philox,
    seed_words,
    uniforms,
    unit_interval,
)

# Known answers of Philox 4x32-10 from the test vectors of its authors (Random123): counter, key, output.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
def test_the_cipher_gives_the_known_answers_of_its_authors(counter, key, expected):
    assert tuple(int(w) for w in philox(*(np.uint64(w) for w in (*counter, *key)))) == expected


def test_unit_interval_is_open_at_both_ends_and_uses_52_bits():
    low, high = np.uint64(0), np.uint64(0xFFFFFFFF)
    assert unit_interval(low, low) == 2.0**-53
    assert unit_interval(high, high) == 1.0 - 2.0**-53
    assert unit_interval(np.uint64(1 << 31), low) == 0.5 + 2.0**-53
    assert unit_interval(low, np.uint64(1 << 12)) == 3 * 2.0**-53


def test_uniforms_are_the_cipher_of_id_counter_and_purpose_under_the_seed():
    ids, seed, purpose, counter = np.array([0, 7, 2**32 + 5, 2**40]), 0x0123456789ABCDEF, Purpose.STATES + 3, 9
    mask = 2**32 - 1
    for value, node in zip(uniforms(seed, purpose, ids, counter), ids.tolist(), strict=True):
        words = philox(*(np.uint64(w) for w in (node & mask, node >> 32, counter, purpose, seed & mask, seed >> 32)))
        assert value == unit_interval(words[0], words[1])


def test_uniforms_are_uniform_and_independent_over_ids_purposes_counters_and_seeds():
    ids = np.arange(50_000)
    streams = [uniforms(1, 10, ids), uniforms(2, 10, ids), uniforms(1, 11, ids), uniforms(1, 10, ids, counter=1)]
    for stream in streams:
        assert stats.kstest(stream, "uniform").pvalue > 1e-3
        for lag in (1, 2, 17):
            assert abs(np.corrcoef(stream[lag:], stream[:-lag])[0, 1]) < 4.0 / np.sqrt(stream.size)
    correlation = np.corrcoef(streams) - np.eye(4)
    assert np.abs(correlation).max() < 4.0 / np.sqrt(50_000)


def test_uniforms_of_an_id_do_not_depend_on_the_other_ids():
    ids = np.random.default_rng(0).permutation(1000)
    np.testing.assert_array_equal(uniforms(3, 4, ids), uniforms(3, 4, np.arange(1000))[ids])
    assert uniforms(3, 4, []).shape == (0,)


def test_purposes_leave_room_for_16_million_objects_each():
    values = sorted(v for name, v in vars(Purpose).items() if name.isupper())
    assert len(set(values)) == len(values)
    assert all(v % (1 << 24) == 0 and v < 2**32 for v in values)


@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1, np.int32(5), np.uint64(2**63)])
def test_seeds_are_whole_numbers_of_64_bits(seed):
    assert check_seed(seed) == int(seed)
    low, high = seed_words(seed)
    assert int(low) | int(high) << 32 == int(seed)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, "1", None, [1], True])
def test_other_seeds_are_refused(seed):
    with pytest.raises(ParameterError, match="here: got .*, expected a whole number in"):
        check_seed(seed, "here")


def test_fresh_seeds_differ():
    assert len({fresh_seed() for _ in range(20)}) == 20
    assert all(check_seed(fresh_seed()) >= 2**32 for _ in range(3)) or fresh_seed() > 0
