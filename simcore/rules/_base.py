"""What every connection rule is: a check, the number of edges of each target, and the sources of any slice of the targets."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simcore.errors import EdgeError

__all__ = ["Pairs", "Rule", "Stream", "check_ids", "is_ascending", "pair_keys", "positions_of"]

_MOST_SOURCES = 2**31 - 1
_MOST_TARGETS = 2**32 - 1


@dataclass(frozen=True)
class Stream:
    """Where a rule's random numbers come from; those of a target are numbered by its position among the targets.

    Parameters
    ----------
    seed : int
        Non-negative, below 2**64.
    purpose : int
        A `simcore.random.Purpose` plus the number of the projection (below 2**24).

    Examples
    --------
    >>> Stream(seed=1, purpose=5)
    Stream(seed=1, purpose=5)
    """

    seed: int
    purpose: int

    def words(self) -> tuple[np.uint64, np.uint64, np.uint64]:
        """The purpose and the two key words, as the kernels want them."""
        from simcore.random import seed_words  # Numba loads on first use

        return (np.uint64(self.purpose), *seed_words(self.seed))


@dataclass(frozen=True, eq=False)
class Pairs:
    """Which positions of sources each target may draw: those below its width, without those that it must skip.

    Parameters
    ----------
    widths : ndarray of int64, shape (n_targets,)
    skip_start : ndarray of int64, shape (n_targets + 1,)
    skip : ndarray of int32
        ``skip[skip_start[t]:skip_start[t + 1]]`` are those of target t: distinct, ascending, below its width.

    Examples
    --------
    >>> Pairs.between(np.array([4, 5, 6]), np.array([5, 9]), allow_autapses=False).available
    array([2, 3])
    """

    widths: np.ndarray
    skip_start: np.ndarray
    skip: np.ndarray

    @classmethod
    def between(cls, sources: np.ndarray, targets: np.ndarray, *, allow_autapses: bool = True) -> "Pairs":
        """All pairs, except those of a node with itself if `allow_autapses` is false."""
        widths = np.full(len(targets), len(sources), dtype=np.int64)
        if allow_autapses:
            return cls(widths, np.zeros(len(targets) + 1, dtype=np.int64), np.empty(0, dtype=np.int32))
        own = positions_of(targets, sources)
        present = own >= 0
        skip_start = np.zeros(len(targets) + 1, dtype=np.int64)
        np.cumsum(present, out=skip_start[1:])
        return cls(widths, skip_start, own[present].astype(np.int32))

    @property
    def available(self) -> np.ndarray:
        """Number of sources that each target may draw; int64, shape (n_targets,)."""
        return self.widths - np.diff(self.skip_start)

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """``widths, skip_start, skip``, as the kernels want them."""
        return self.widths, self.skip_start, self.skip

    def rows(self, first: int, last: int) -> "Pairs":
        """The same for targets ``first`` to ``last - 1`` only."""
        return Pairs(self.widths[first:last], self.skip_start[first : last + 1], self.skip)


class Rule:
    """Base of all rules. Subclasses say which pairs exist (`pairs`), how many are drawn (`row_counts`) and whether they repeat.

    Every draw belongs to the position of its target, so any slicing of the targets gives the same edges. A rule that is
    not made of rows of such pairs gives its own `counts` and `draw` instead.

    Examples
    --------
    >>> from simcore.rules import AllToAll, Rule
    >>> issubclass(AllToAll, Rule)
    True
    """

    allow_autapses: bool = True
    allow_multapses: bool = False
    make_symmetric: bool = False

    # Edges to draw at once, about: few stay in the cache's reach, many spare a rule that goes through all sources each time.
    edges_at_once = 1 << 18

    def check(self, sources: np.ndarray, targets: np.ndarray) -> None:
        """Refuse what cannot be drawn, before anything is drawn.

        Parameters
        ----------
        sources, targets : ndarray of int64, shapes (n_sources,), (n_targets,)
            Node ids.

        Raises
        ------
        EdgeError, ParameterError
            Empty populations, repeated ids, or more edges than there are pairs.
        """
        check_ids(self, sources, targets)
        self.check_pairs(self.pairs(sources, targets), sources, targets)

    def ends(self, sources: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Nodes that send, and nodes that receive: as given; with `make_symmetric` also the other way round, after these.

        Examples
        --------
        >>> from simcore.rules import OneToOne
        >>> OneToOne(make_symmetric=True).ends(np.array([1, 2]), np.array([7, 8]))
        (array([1, 2, 7, 8]), array([7, 8, 1, 2]))
        """
        if not self.make_symmetric:
            return sources, targets
        return np.concatenate([sources, targets]), np.concatenate([targets, sources])

    def pairs(self, sources: np.ndarray, targets: np.ndarray) -> Pairs:
        """The pairs that the rule draws from."""
        return Pairs.between(sources, targets, allow_autapses=self.allow_autapses)

    def check_pairs(self, pairs: Pairs, sources: np.ndarray, targets: np.ndarray) -> None:
        """Refuse numbers that the pairs, of nodes with these ids, cannot give."""

    def expected_edges(self, n_sources: int, n_targets: int) -> float:
        """Number of edges to expect, without drawing any: all pairs, unless a rule says less.

        Parameters
        ----------
        n_sources, n_targets : int
            Sizes of the populations, which the rule does not refuse.

        Examples
        --------
        >>> from simcore.rules import PairwiseBernoulli
        >>> PairwiseBernoulli(0.1).expected_edges(1_000_000, 1_000_000)
        100000000000.0
        """
        return float(n_sources) * n_targets

    def counts(self, sources: np.ndarray, targets: np.ndarray, stream: Stream) -> np.ndarray:
        """Number of edges of each node that receives; int64, of the length of the second of `ends`."""
        return self.row_counts(self.pairs(sources, targets), stream, 0, len(targets))

    def draw(
        self, sources: np.ndarray, targets: np.ndarray, stream: Stream, first: int, last: int, counts: np.ndarray | None = None
    ) -> np.ndarray:
        """Where the edges onto a slice of the nodes that receive come from, one such node after the other.

        Parameters
        ----------
        sources, targets : ndarray of int64, shapes (n_sources,), (n_targets,)
            Node ids, as given to `check`.
        stream : Stream
        first, last : int
            Slice of the second of `ends`: of the targets, unless the rule makes edges both ways.
        counts : ndarray of int64, shape (last - first,), optional
            What `counts` gave for them, if it is at hand.

        Returns
        -------
        positions : ndarray of int32, shape (counts[first:last].sum(),)
            In the first of `ends`. The same whatever the slices; the lock of the interpreter is released while they are drawn.
        """
        pairs = self.pairs(sources, targets)
        if counts is None:
            counts = self.row_counts(pairs, stream, first, last)
        out = np.empty(int(counts.sum()), dtype=np.int32)
        self.fill(pairs, stream, first, counts, out)
        return out

    def row_counts(self, pairs: Pairs, stream: Stream, first: int, last: int) -> np.ndarray:
        """Number of edges of the targets ``first`` to ``last - 1``; int64."""
        raise NotImplementedError

    def fill(self, pairs: Pairs, stream: Stream, first: int, counts: np.ndarray, out: np.ndarray) -> None:
        """Write the sources of ``len(counts)`` targets from position `first` on into `out` (int32)."""
        from simcore.rules._rows import distinct_rows, repeated_rows

        rows = pairs.rows(first, first + len(counts))
        kernel = repeated_rows if self.allow_multapses else distinct_rows
        kernel(first, counts, rows.arrays(), stream.words(), out)


def pair_keys(shape: tuple[int, int], first: int, counts: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """A number for each edge of a rule with `make_symmetric`, which is that of the edge back, too.

    Parameters
    ----------
    shape : (int, int)
        Number of sources and of targets, as given to the rule.
    first : int
        Place of the first receiving node among the `Rule.ends`.
    counts : ndarray of int64, shape (n,)
        Edges of that node and those that follow.
    positions : ndarray of int32
        What `Rule.draw` gave for them.

    Returns
    -------
    keys : ndarray of int64
        The position of the pair's target in the upper half, that of its source in the lower.

    Examples
    --------
    >>> pair_keys((3, 2), 0, np.array([0, 1, 0, 0, 1]), np.array([2, 4]))
    array([4294967298, 4294967298])
    """
    n_sources, n_targets = shape
    row = np.repeat(np.arange(first, first + len(counts), dtype=np.int64), counts)
    place = positions.astype(np.int64)
    is_forward = row < n_targets
    return np.where(is_forward, row << 32 | place, place - n_sources << 32 | row - n_targets)


def check_ids(rule: Any, sources: np.ndarray, targets: np.ndarray) -> None:
    """Refuse empty, repeated or too many ids."""
    name = type(rule).__name__
    if rule.make_symmetric and len(sources) + len(targets) > _MOST_SOURCES:
        raise EdgeError(
            f"{name}: got {len(sources)} sources and {len(targets)} targets, expected at most {_MOST_SOURCES} in all"
        )
    for ids, word, most in ((sources, "source", _MOST_SOURCES), (targets, "target", _MOST_TARGETS)):
        if len(ids) == 0:
            raise EdgeError(f"{name}: the {word} population is empty")
        if len(ids) > most:
            raise EdgeError(f"{name}: got {len(ids)} {word}s, expected at most {most}")
        if not is_ascending(ids) and len(np.unique(ids)) < len(ids):
            raise EdgeError(f"{name}: the {word} population holds {len(ids) - len(np.unique(ids))} repeated ids")


def positions_of(wanted: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Where each of some ids stands among others.

    Parameters
    ----------
    wanted, ids : ndarray of int
        What to look for, and distinct ids.

    Returns
    -------
    positions : ndarray of int64
        -1 where it is not there.

    Examples
    --------
    >>> positions_of(np.array([5, 2, 9]), np.array([9, 5]))
    array([ 1, -1,  0])
    """
    if len(ids) == 0:
        return np.full(len(wanted), -1, dtype=np.int64)
    ascending = is_ascending(ids)
    if ascending and ids[-1] - ids[0] == len(ids) - 1:
        found = np.asarray(wanted, dtype=np.int64) - np.int64(ids[0])
        return np.where((found >= 0) & (found < len(ids)), found, -1)
    order = None if ascending else np.argsort(ids, kind="stable")
    found = np.minimum(np.searchsorted(ids, wanted, sorter=order), len(ids) - 1)
    found = found if order is None else order[found]
    return np.where(ids[found] == wanted, found, -1)


def is_ascending(ids: np.ndarray) -> bool:
    return bool(np.all(ids[1:] > ids[:-1]))
