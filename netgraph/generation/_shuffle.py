"""A random order that all threads make together (Rao 1961; Sandelius 1962, doi:10.1111/j.2517-6161.1962.tb00474.x).

Every value goes to a random bucket, keeping its place among those of the bucket, and each bucket, which fits into the cache, is
then shuffled by itself: all orders are equally likely, whoever does which part.
"""

import functools

import numpy as np

from simcore.compile import compiled, run_parallel
from simcore.random import philox
from simcore.rules import Stream

__all__ = ["shuffled"]

_BUCKET = 1 << 15
_CHUNK = 1 << 20
_MASK = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


def shuffled(values: np.ndarray, stream: Stream, counter: int, threads: int | None = None) -> np.ndarray:
    """The values in a random order, all orders being equally likely.

    Parameters
    ----------
    values : ndarray, shape (n,)
    stream : Stream
        Where the random numbers come from; words with the counters `counter` and ``counter + 1`` are used.
    counter : int
        Third word of the counters.
    threads : int, optional
        All cores if None; the order does not depend on it.

    Examples
    --------
    >>> shuffled(np.arange(5), Stream(1, 0), 0)
    array([3, 2, 4, 1, 0])
    """
    bits = max(0, (len(values) // _BUCKET).bit_length())
    out = np.empty_like(values)
    words = (*stream.words(), np.uint64(counter))
    spans = [(first, min(first + _CHUNK, len(values))) for first in range(0, len(values), _CHUNK)]
    counts = np.zeros((len(spans), 1 << bits), dtype=np.int64)
    run_parallel([functools.partial(_count, *span, bits, words, row) for span, row in zip(spans, counts, strict=True)], threads)
    # Where each chunk puts its values into each bucket.
    ends = np.cumsum(counts.T.ravel()).reshape(1 << bits, len(spans)).T
    places = np.ascontiguousarray(ends - counts)
    run_parallel(
        [functools.partial(_deal, *span, bits, words, row, values, out) for span, row in zip(spans, places, strict=True)],
        threads,
    )
    borders = np.concatenate([[0], np.cumsum(counts.sum(axis=0))]).tolist()
    groups = np.array_split(np.arange(1 << bits), min(1 << bits, 64))
    run_parallel([functools.partial(_shuffle_buckets, g[0], g[-1] + 1, np.array(borders), words, out) for g in groups], threads)
    return out


@compiled(forceinline=True)
def _bucket_words(quad, bits, words):
    """Buckets of four values that follow each other."""
    purpose, k0, k1, counter = words
    number = np.uint64(quad)
    w0, w1, w2, w3 = philox(number & _MASK, number >> _SHIFT, counter, purpose, k0, k1)
    shift = np.uint64(32 - bits)
    return w0 >> shift, w1 >> shift, w2 >> shift, w3 >> shift


@compiled
def _count(first, last, bits, words, counts):
    """Count the values of a chunk, which begins at a multiple of four, by bucket."""
    for quad in range(first // 4, (last + 3) // 4):
        w0, w1, w2, w3 = _bucket_words(quad, bits, words)
        counts[w0] += 1
        if 4 * quad + 3 < last:
            counts[w1] += 1
            counts[w2] += 1
            counts[w3] += 1
        else:
            counts[w1] += np.int64(4 * quad + 1 < last)
            counts[w2] += np.int64(4 * quad + 2 < last)


@compiled
def _deal(first, last, bits, words, places, values, out):
    """Put the values of a chunk into their buckets, at the places that belong to the chunk."""
    drawn = np.empty(4, np.int64)
    for quad in range(first // 4, (last + 3) // 4):
        w0, w1, w2, w3 = _bucket_words(quad, bits, words)
        drawn[0], drawn[1], drawn[2], drawn[3] = w0, w1, w2, w3
        for lane in range(min(4, last - 4 * quad)):
            bucket = drawn[lane]
            out[places[bucket]] = values[4 * quad + lane]
            places[bucket] += 1


@compiled
def _shuffle_buckets(first, last, borders, words, out):
    """Shuffle each of some buckets (Fisher & Yates) without bias (Lemire 2019, doi:10.1145/3230636)."""
    purpose, k0, k1, counter = words
    drawn = np.empty(4, np.uint64)
    for bucket in range(first, last):
        begin = borders[bucket]
        at, block = 4, np.uint64(0)
        for i in range(borders[bucket + 1] - begin - 1, 0, -1):
            size = np.uint64(i + 1)
            low, j = np.uint64(0), np.int64(0)
            fair = False
            while not fair:
                if at == 4:
                    drawn[0], drawn[1], drawn[2], drawn[3] = philox(
                        block, np.uint64(bucket), counter + np.uint64(1), purpose, k0, k1
                    )
                    block += np.uint64(1)
                    at = 0
                product = drawn[at] * size
                at += 1
                low, j = product & _MASK, np.int64(product >> _SHIFT)
                fair = low >= size or low >= ((np.uint64(1) << _SHIFT) - size) % size
            kept = out[begin + i]
            out[begin + i] = out[begin + j]
            out[begin + j] = kept
