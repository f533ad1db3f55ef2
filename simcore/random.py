"""Random numbers that depend on what they are for, not on who draws them.

Every draw is a function of (seed, purpose, id, counter): the counter-based generator Philox 4x32-10 (Salmon et al. 2011,
doi:10.1145/2063384.2063405) enciphers the counter under the seed. Threads and ranks therefore draw the same numbers for the
same neuron or edge, in any order.
"""

import operator

import numpy as np

from simcore.compile import compiled
from simcore.errors import ParameterError
from simcore.fastmath import log

__all__ = [
    "CHUNK",
    "Purpose",
    "check_seed",
    "fresh_seed",
    "normal_quantile",
    "normal_quantiles",
    "philox",
    "row_keys",
    "row_uniform_pairs",
    "seed_words",
    "uniform_pairs",
    "uniforms",
    "unit_interval",
]

# Where algorithm AS 241 goes from one rational function to the next; numbers that are taken through its loops at a time.
_CENTRAL = 0.425
_NEAR = 5.0
CHUNK = 512


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


@compiled(forceinline=True)
def _central_quantile(q):
    """Standard normal quantile of ``0.5 + q`` for abs(q) <= 0.425."""
    r = 0.180625 - q * q
    num = 2.5090809287301226727e3 * r + 3.3430575583588128105e4
    num = (num * r + 6.7265770927008700853e4) * r + 4.5921953931549871457e4
    num = (num * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3
    num = (num * r + 1.3314166789178437745e2) * r + 3.387132872796366608e0
    den = 5.226495278852545925e3 * r + 2.8729085735721942674e4
    den = (den * r + 3.9307895800092710610e4) * r + 2.1213794301586595867e4
    den = (den * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2
    den = (den * r + 4.2313330701600911252e1) * r + 1.0
    return q * num / den


@compiled(forceinline=True)
def _near_tail_quantile(r):
    """Minus the quantile of ``exp(-r**2)``, for r <= 5."""
    r -= 1.6
    num = 7.74545014278341407640e-4 * r + 2.27238449892691845833e-2
    num = (num * r + 2.41780725177450611770e-1) * r + 1.27045825245236838258e0
    num = (num * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0
    num = (num * r + 4.63033784615654529590e0) * r + 1.42343711074968357734e0
    den = 1.05075007164441684324e-9 * r + 5.47593808499534494600e-4
    den = (den * r + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1
    den = (den * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0
    den = (den * r + 2.05319162663775882187e0) * r + 1.0
    return num / den


@compiled(forceinline=True)
def _far_tail_quantile(r):
    """Minus the quantile of ``exp(-r**2)``, for r > 5."""
    r -= 5.0
    num = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
    num = (num * r + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2
    num = (num * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0
    num = (num * r + 5.46378491116411436990e0) * r + 6.65790464350110377720e0
    den = 2.04426310338993978564e-15 * r + 1.42151175831644588870e-7
    den = (den * r + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4
    den = (den * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1
    den = (den * r + 5.99832206555887937690e-1) * r + 1.0
    return num / den


@compiled
def normal_quantile(p):
    """Standard normal quantile to double precision (Wichura 1988, algorithm AS 241, doi:10.2307/2347330).

    Parameters
    ----------
    p : float
        Between 0 and 1.

    Returns
    -------
    x : float
        Below it lies the share `p` of the standard normal distribution.

    Examples
    --------
    >>> normal_quantile(0.5)
    0.0
    """
    q = p - 0.5
    if abs(q) <= _CENTRAL:
        return _central_quantile(q)
    r = np.sqrt(-log(p if q < 0.0 else 1.0 - p))
    value = _near_tail_quantile(r) if r <= _NEAR else _far_tail_quantile(r)
    return -value if q < 0.0 else value


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
    w0, w1 = np.empty(CHUNK, np.uint64), np.empty(CHUNK, np.uint64)
    w2, w3 = np.empty(CHUNK, np.uint64), np.empty(CHUNK, np.uint64)
    done = 0
    while done < out.shape[1]:
        n = min(CHUNK, out.shape[1] - done)
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


@compiled
def _fill_normal_quantiles(p, out):
    """The quantiles of `normal_quantile`, in loops without branches: the centre for all numbers, then the tails."""
    where = np.empty(CHUNK, np.int64)
    radius = np.empty(CHUNK)
    for start in range(0, p.size, CHUNK):
        end = min(start + CHUNK, p.size)
        n_tails = 0
        for i in range(start, end):
            out[i] = _central_quantile(p[i] - 0.5)
        for i in range(start, end):
            where[n_tails] = i
            n_tails += np.int64(abs(p[i] - 0.5) > _CENTRAL)
        for k in range(n_tails):
            x = p[where[k]]
            radius[k] = np.sqrt(-log(x if x < 0.5 else 1.0 - x))
        for k in range(n_tails):
            value = _near_tail_quantile(radius[k])
            out[where[k]] = -value if p[where[k]] < 0.5 else value
        for k in range(n_tails):
            if radius[k] > _NEAR:
                out[where[k]] = normal_quantile(p[where[k]])


def normal_quantiles(p):
    """Standard normal quantiles of an array of any shape; see `normal_quantile`.

    Parameters
    ----------
    p : array_like of float
        Between 0 and 1.

    Returns
    -------
    x : ndarray of float64
        Of the same shape.

    Examples
    --------
    >>> normal_quantiles(np.array([0.5]))
    array([0.])
    """
    flat = np.ascontiguousarray(p, dtype=np.float64).reshape(-1)
    out = np.empty(flat.size)
    _fill_normal_quantiles(flat, out)
    return out.reshape(np.shape(p))
