"""What rules share whose pairs are independent, each with a probability that depends on its distance."""

import functools
from dataclasses import replace
from typing import Any, Self

import numpy as np

from simcore.errors import EdgeError, ParameterError
from simcore.rules._base import Pairs, Rule, Stream, check_ids

__all__ = ["DistanceRows"]

# Pairs from which the number of edges is estimated, and as many as make an estimate superfluous.
_SAMPLE = 1 << 15
_FEW = 1 << 20


class DistanceRows(Rule):
    """Base of the rules; a subclass has positions and a period, and says what its law is.

    A law is ``form, scale, factor`` and a table, see `simcore.rules._spatial.distance_rows`.
    """

    source_positions: Any
    target_positions: Any
    period: Any

    def law(self) -> tuple[int, float, float, np.ndarray]:
        """Form, scale, factor and table of the probability."""
        raise NotImplementedError

    def highest(self) -> float:
        """Highest probability at any distance."""
        raise NotImplementedError

    def probability(self, distance: np.ndarray) -> np.ndarray:
        """Probability of pairs at these distances [µm]."""
        raise NotImplementedError

    def check_space(self) -> None:
        """Positions and the period, as float64 arrays that fit each other."""
        for name in ("source_positions", "target_positions"):
            points = np.asarray(getattr(self, name), dtype=np.float64)
            if points.ndim != 2 or points.shape[1] not in (2, 3):
                self.require(name, f"shape {points.shape}", False, "shape (n, 2) or (n, 3)")
            self.require(name, "NaN or infinite coordinates", bool(np.isfinite(points).all()), "finite coordinates")
            object.__setattr__(self, name, points)
        ndim = self.source_positions.shape[1]
        shape = self.target_positions.shape
        self.require("target_positions", shape, shape[1] == ndim, f"{ndim} coordinates")
        if self.period is not None:
            period = np.asarray(self.period, dtype=np.float64)
            fits = period.shape == (ndim,) and bool(np.all(np.isfinite(period) & (period > 0)))
            self.require("period", self.period, fits, f"{ndim} finite lengths above 0 µm")

    def require(self, name: str, got: Any, ok: bool, expected: str) -> None:
        """Refuse what is not `ok`."""
        if not ok:
            raise ParameterError(f"{type(self).__name__}: {name}", got=got, expected=expected)

    def check(self, sources: np.ndarray, targets: np.ndarray) -> None:
        """Refuse populations of other sizes than the positions; see `Rule.check`."""
        check_ids(self, sources, targets)
        for word, ids, points in (("sources", sources, self.source_positions), ("targets", targets, self.target_positions)):
            if len(ids) != len(points):
                raise EdgeError(f"{type(self).__name__}: got {len(ids)} {word} and {len(points)} positions of {word}")

    def expected_edges(self, n_sources: int, n_targets: int) -> float:
        """From a sample of pairs, less two standard errors, so that it is rather too low; few pairs all count."""
        from simcore.random import uniforms

        if n_sources * n_targets <= _FEW:
            return self.highest() * n_sources * n_targets
        u = uniforms(0, 0, np.arange(2 * _SAMPLE)).reshape(2, -1)
        ends = (
            points[(row * len(points)).astype(np.int64)]
            for row, points in zip(u, (self.source_positions, self.target_positions), strict=True)
        )
        apart = np.subtract(*ends)
        if self.period is not None:
            period = np.asarray(self.period, dtype=np.float64)
            apart -= period * np.round(apart / period)
        chance = self.probability(np.sqrt((apart**2).sum(axis=1)))
        return max(0.0, float(chance.mean() - 2 * chance.std() / _SAMPLE**0.5)) * n_sources * n_targets

    def row_counts(self, pairs: Pairs, stream: Stream, first: int, last: int) -> np.ndarray:
        """Number of sources drawn by each target."""
        counts = np.empty(last - first, dtype=np.int64)
        self._scan(pairs, stream, first, counts, np.empty(0, dtype=np.int32), np.empty(0), None)
        return counts

    def fill(self, pairs: Pairs, stream: Stream, first: int, counts: np.ndarray, out: np.ndarray) -> None:
        """Draw the same sources again, into `out`."""
        if len(out):
            self._scan(pairs, stream, first, np.empty_like(counts), out, np.empty(0), None)

    def collect(
        self, pairs: Pairs, stream: Stream, first: int, last: int, *, rate: float | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Counts, sources and times of ``targets[first:last]`` in one pass, for callers without arrays to fill.

        With a `rate`, the pairs are drawn whose clock, of rate ``rate * f(d)``, rings before time 1, and `times` says when;
        else each is drawn with its probability, and there are no times.
        """
        counts, room = np.empty(last - first, dtype=np.int64), 1024 + 16 * (last - first)
        found: list[tuple[np.ndarray, np.ndarray]] = []
        done = 0
        while done < last - first:
            out, times = np.empty(room, dtype=np.int32), np.empty(0 if rate is None else room)
            rows = self._scan(pairs, stream, first + done, counts[done:], out, times, rate)
            used = int(counts[done : done + rows].sum())
            found.append((out[:used], times[:used]))
            done += rows
            room *= 4
        places, times = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
        return counts, places, times

    def prepare(self) -> None:
        """Sort the sources now rather than at the first draw, so that threads need not all do it."""
        _ = self._tree

    def for_targets(self, chosen: np.ndarray) -> Self:
        """The rule for some of the targets, with the same sorted sources."""
        other = replace(self, target_positions=self.target_positions[chosen])  # type: ignore[type-var]
        other.__dict__.update(_tree=self._tree, gain=self.gain[chosen])
        return other

    def _scan(
        self,
        pairs: Pairs,
        stream: Stream,
        first: int,
        counts: np.ndarray,
        out: np.ndarray,
        times: np.ndarray,
        rate: float | None,
    ) -> int:
        """Call the kernel; return the number of rows done before `out` was full."""
        from simcore.rules._spatial import distance_rows, padded

        rows = pairs.rows(first, first + len(counts))
        form, scale, factor, table = self.law()
        law = (form, scale, factor if rate is None else float(rate), rate is not None, table)
        points = padded(self.target_positions[first : first + len(counts)])
        gain = self.gain[first : first + len(counts)]
        return distance_rows(
            first, points, gain, rows.arrays(), self._tree, law, self._periods, stream.words(), counts, out, times
        )

    @functools.cached_property
    def _tree(self) -> Any:
        from simcore.rules._spatial import build_tree, padded

        return build_tree(padded(self.source_positions), self.weight)

    @property
    def weight(self) -> np.ndarray | None:
        """Factor of the probability of each source; 1 for all if None."""
        return None

    @functools.cached_property
    def gain(self) -> np.ndarray:
        """Factor of the probability of each target; float64, shape (n_targets,)."""
        return np.ones(len(self.target_positions))

    @functools.cached_property
    def _periods(self) -> np.ndarray:
        out = np.zeros(6)
        if self.period is not None:
            lengths = np.asarray(self.period, dtype=np.float64)
            out[: len(lengths)] = lengths
            out[3 : 3 + len(lengths)] = 1.0 / lengths
        return out
