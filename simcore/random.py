"""Random numbers that depend on what they are for, not on who draws them.

Every draw is a function of (seed, purpose, id, counter): the counter-based generator Philox 4x32-10 (Salmon et al. 2011,
doi:10.1145/2063384.2063405) enciphers the counter under the seed. Threads and ranks therefore draw the same numbers for the
same neuron or edge, in any order.
"""

import operator

import numpy as np

from simcore.compile import compiled
from simcore.errors import ParameterError

__all__ = [
    "Purpose",
    "check_seed",
    "fresh_seed",
    "philox",
    "row_keys",
    "row_uniform_pairs",
    "seed_words",
    "uniform_pairs",
    "uniforms",
    "unit_interval",
]

# Numbers that are drawn at a time: their words stay in the cache.
_CHUNK = 512


class Purpose:
    """First byte of the purpose word: what a stream is for. The other three bytes number the object.

    Examples
    --------
    >>> uniforms(1, Purpose.EDGES + 3, [0]).shape
    (1,)
    """

    EDGES = 1 << 24
    EDGE_VALUES = 2 << 24
    STATES = 4 << 24
    DEVICES = 5 << 24
    SYNAPSES = 6 << 24
    NEST_VALUES = 14 << 24
    NEST_EDGES = 15 << 24
    GRAPH_EDGES = 16 << 24
    GRAPH_WEIGHTS = 17 << 24
    GRAPH_DELAYS = 18 << 24
    GRAPH_DEGREES = 19 << 24
    GRAPH_POSITIONS = 20 << 24
    GRAPH_REWIRING = 24 << 24
    GRAPH_SAMPLES = 30 << 24
    GRAPH_COMMUNITIES = 31 << 24


@compiled(forceinline=True)
def philox(c0, c1, c2, c3, k0, k1):
    """Encipher four 32-bit counter words under a 64-bit key; all words are uint64 below 2**32.

    Parameters
    ----------
    c0, c1, c2, c3 : uint64
        Counter.
    k0, k1 : uint64
        Key.

    Returns
    -------
    w0, w1, w2, w3 : uint64
        Four independent uniform words below 2**32.

    Examples
    --------
    >>> [hex(word) for word in philox(*np.zeros(6, np.uint64))]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    mask = np.uint64(0xFFFFFFFF)
    shift = np.uint64(32)
    for _ in range(10):
        p0 = np.uint64(0xD2511F53) * c0
        p1 = np.uint64(0xCD9E8D57) * c2
        n0 = (p1 >> shift) ^ c1 ^ k0
        n2 = (p0 >> shift) ^ c3 ^ k1
        c1 = p1 & mask
        c3 = p0 & mask
        c0 = n0
        c2 = n2
        k0 = (k0 + np.uint64(0x9E3779B9)) & mask
        k1 = (k1 + np.uint64(0xBB67AE85)) & mask
    return c0, c1, c2, c3


@compiled(forceinline=True)
def unit_interval(high, low):
    """A float64 strictly inside (0, 1) with 52 random bits, from two 32-bit words.

    Parameters
    ----------
    high, low : uint64
        Words below 2**32.

    Returns
    -------
    u : float64

    Examples
    --------
    >>> bool(0.0 < unit_interval(np.uint64(0), np.uint64(0)) < 1e-15)
    True
    """
    bits = (high << np.uint64(20)) | (low >> np.uint64(12))
    return (np.float64(np.int64(bits)) + 0.5) * 2.220446049250313e-16


@compiled
def _fill_uniforms(ids, counter, purpose, k0, k1, out):
    shift = np.uint64(32)
    mask = np.uint64(0xFFFFFFFF)
    for i in range(ids.size):
        index = np.uint64(ids[i])
        w0, w1, _, _ = philox(index & mask, index >> shift, counter, purpose, k0, k1)
        out[i] = unit_interval(w0, w1)


def uniforms(seed, purpose, ids, counter=0):
    """One uniform number in (0, 1) for each id, the same whoever asks.

    Parameters
    ----------
    seed : int
        Non-negative, below 2**64.
    purpose : int
        A `Purpose` plus the number of the object (below 2**24).
    ids : array_like of int, shape (n,)
        Node, edge or step numbers, non-negative.
    counter : int
        Which draw of each id, below 2**32.

    Returns
    -------
    values : ndarray of float64, shape (n,)

    Examples
    --------
    >>> bool(uniforms(1, Purpose.STATES, [3, 5])[1] == uniforms(1, Purpose.STATES, [5])[0])
    True
    """
    ids = np.ascontiguousarray(ids, dtype=np.int64)
    out = np.empty(ids.size, dtype=np.float64)
    k0, k1 = seed_words(seed)
    _fill_uniforms(ids, np.uint64(counter), np.uint64(purpose), k0, k1, out)
    return out


@compiled
def _fill_row_keys(first, counts, out):
    at = 0
    for r in range(counts.size):
        for k in range(counts[r]):
            out[at + k] = ((first + r) << np.int64(32)) | k
        at += counts[r]


@compiled
def _fill_chosen_keys(first, counts, chosen, out):
    row, begin = np.int64(0), np.int64(0)
    for i in range(chosen.size):
        while chosen[i] >= begin + counts[row]:
            begin += counts[row]
            row += 1
        out[i] = ((first + row) << np.int64(32)) | (chosen[i] - begin)


def row_keys(first, counts, chosen=None):
    """A number for each edge of some rows: the row in the upper half, the place in the row in the lower; int64.

    Parameters
    ----------
    first : int
        Number of the first row.
    counts : ndarray of int64, shape (rows,)
        Edges of each row.
    chosen : ndarray of int64, shape (n,), optional
        Positions of the edges that are wanted, ascending; all if None.

    Returns
    -------
    keys : ndarray of int64

    Examples
    --------
    >>> row_keys(1, np.array([2, 1])) - (1 << 32)
    array([         0,          1, 4294967296])
    """
    out = np.empty(int(counts.sum()) if chosen is None else chosen.size, dtype=np.int64)
    if chosen is None:
        _fill_row_keys(np.int64(first), counts, out)
    else:
        _fill_chosen_keys(np.int64(first), counts, chosen, out)
    return out


@compiled
def _fill_pairs(ids, purpose, k0, k1, out):
    shift, mask = np.uint64(32), np.uint64(0xFFFFFFFF)
    for i in range(ids.size):
        index = np.uint64(ids[i])
        w0, w1, w2, w3 = philox(index & mask, index >> shift, np.uint64(0), purpose, k0, k1)
        out[0, i], out[1, i] = unit_interval(w0, w1), unit_interval(w2, w3)


def uniform_pairs(seed, purpose, ids):
    """Two uniform numbers in (0, 1) for each id, the first of them that of `uniforms`.

    Parameters
    ----------
    seed, purpose, ids
        See `uniforms`.

    Returns
    -------
    values : ndarray of float64, shape (2, n)

    Examples
    --------
    >>> bool(uniform_pairs(1, 5, [7])[0, 0] == uniforms(1, 5, [7])[0])
    True
    """
    ids = np.ascontiguousarray(ids, dtype=np.int64)
    out = np.empty((2, ids.size))
    _fill_pairs(ids, np.uint64(purpose), *seed_words(seed), out)
    return out


@compiled
def _next_row_words(first, counts, at, stream, words):
    """Random words of the next edges of some rows; `at`, the row and the place in it of the next edge, moves on."""
    purpose, k0, k1 = stream
    w0, w1, w2, w3 = words
    row, place, n = at[0], at[1], np.int64(0)
    while n < w0.size:
        some = min(w0.size - n, counts[row] - place)
        for k in range(some):
            w0[n + k] = place + k
            w1[n + k] = first + row
        n += some
        place += some
        if place == counts[row]:
            row, place = row + 1, np.int64(0)
    at[0], at[1] = row, place
    for k in range(n):
        w0[k], w1[k], w2[k], w3[k] = philox(w0[k], w1[k], np.uint64(0), purpose, k0, k1)


@compiled
def _fill_row_pairs(first, counts, at, stream, out):
    """Fill `out` with the numbers of the next edges, and move `at` on."""
    w0, w1 = np.empty(_CHUNK, np.uint64), np.empty(_CHUNK, np.uint64)
    w2, w3 = np.empty(_CHUNK, np.uint64), np.empty(_CHUNK, np.uint64)
    done = 0
    while done < out.shape[1]:
        n = min(_CHUNK, out.shape[1] - done)
        _next_row_words(first, counts, at, stream, (w0[:n], w1[:n], w2[:n], w3[:n]))
        for k in range(n):
            out[0, done + k] = unit_interval(w0[k], w1[k])
            out[1, done + k] = unit_interval(w2[k], w3[k])
        done += n


def row_uniform_pairs(seed, purpose, first, counts, size=None):
    """The pairs of uniform numbers of ``row_keys(first, counts)``.

    Parameters
    ----------
    seed, purpose
        See `uniforms`.
    first, counts
        See `row_keys`.
    size : int, optional
        How many at a time; all at once if None.

    Yields
    ------
    values : ndarray of float64, shape (2, size)
        The last may be shorter. The next ones are written over them.

    Examples
    --------
    >>> counts = np.array([2, 0, 1])
    >>> (drawn,) = row_uniform_pairs(1, 5, 7, counts)
    >>> bool((drawn == uniform_pairs(1, 5, row_keys(7, counts))).all())
    True
    """
    left = int(counts.sum())
    size = left if size is None else min(size, left)
    room, at = np.empty(2 * size), np.zeros(2, dtype=np.int64)
    stream = (np.uint64(purpose), *seed_words(seed))
    while left:
        out = room[: 2 * min(size, left)].reshape(2, -1)
        _fill_row_pairs(np.int64(first), counts, at, stream, out)
        left -= out.shape[1]
        yield out


def check_seed(seed, where="seed"):
    """The seed as an int, if it is one.

    Parameters
    ----------
    seed : int
        In [0, 2**64).
    where : str
        Start of the message if it is not.

    Returns
    -------
    seed : int

    Examples
    --------
    >>> check_seed(np.int64(3))
    3
    """
    try:
        value = operator.index(seed)
    except TypeError:
        raise ParameterError(where, got=seed, expected="a whole number in [0, 2**64)") from None
    if isinstance(seed, (bool, np.bool_)) or not 0 <= value < 2**64:
        raise ParameterError(where, got=seed, expected="a whole number in [0, 2**64)")
    return value


def fresh_seed():
    """A seed from the operating system's entropy, for callers who gave none.

    Returns
    -------
    seed : int
        In [0, 2**64).

    Examples
    --------
    >>> fresh_seed() != fresh_seed()
    True
    """
    return int(np.random.SeedSequence().generate_state(1, np.uint64)[0])


def seed_words(seed):
    """The two 32-bit key words of a seed.

    Parameters
    ----------
    seed : int
        In [0, 2**64).

    Returns
    -------
    low, high : uint64

    Examples
    --------
    >>> [int(word) for word in seed_words(2**32 + 5)]
    [5, 1]
    """
    seed = check_seed(seed)
    return np.uint64(seed & 0xFFFFFFFF), np.uint64(seed >> 32)
