"""Every pair is an edge with a probability that falls with its distance, independently."""

import functools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from simcore.errors import EdgeError, ParameterError, UnknownNameError
from simcore.rules._base import Pairs, Rule, Stream, check_ids

__all__ = ["FORMS", "DistanceBernoulli"]

FORMS = ("exp", "gaussian", "lin")

# Pairs from which the number of edges is estimated, and as many as make an estimate superfluous.
_SAMPLE = 1 << 15
_FEW = 1 << 20


@dataclass(frozen=True, eq=False)
class DistanceBernoulli(Rule):
    """Each pair at distance d is an edge with probability ``max_proba * f(d)``, whatever the others do.

    Parameters
    ----------
    source_positions, target_positions : array_like of float, shape (n, 2) or (n, 3) [µm]
        Positions, in the order of the populations.
    scale : float [µm]
        Length s of the fall-off.
    form : {"exp", "gaussian", "lin"}
        ``exp(-d / s)``, ``exp(-d**2 / (2 s**2))``, or ``1 - d / s`` up to s.
    max_proba : float
        Probability at distance 0, in [0, 1].
    period : array_like of float, shape (ndim,), optional [µm]
        Lengths after which space repeats.
    allow_autapses : bool
        Whether a node may connect to itself.

    Examples
    --------
    >>> points, ids = np.array([[0.0, 0.0], [0.0, 0.0], [9.0, 0.0]]), np.arange(3)
    >>> DistanceBernoulli(points, points, 1.0, form="lin").counts(ids, ids, Stream(1, 0))
    array([2, 2, 1])
    """

    source_positions: Any
    target_positions: Any
    scale: float
    form: str = "exp"
    max_proba: float = 1.0
    period: Any = None
    allow_autapses: bool = True

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise UnknownNameError("form of a distance rule", got=self.form, choices=FORMS)
        _require("scale", self.scale, 0 < self.scale < np.inf, "a finite length above 0 µm")
        _require("max_proba", self.max_proba, 0 <= self.max_proba <= 1, "a number in [0, 1]")
        for name in ("source_positions", "target_positions"):
            points = np.asarray(getattr(self, name), dtype=np.float64)
            if points.ndim != 2 or points.shape[1] not in (2, 3):
                raise ParameterError(
                    f"DistanceBernoulli: {name}", got=f"shape {points.shape}", expected="shape (n, 2) or (n, 3)"
                )
            _require(name, "NaN or infinite coordinates", bool(np.isfinite(points).all()), "finite coordinates")
            object.__setattr__(self, name, points)
        ndim = self.source_positions.shape[1]
        _require("target_positions", self.target_positions.shape, self.target_positions.shape[1] == ndim, f"{ndim} coordinates")
        if self.period is not None:
            period = np.asarray(self.period, dtype=np.float64)
            fits = period.shape == (ndim,) and bool(np.all(np.isfinite(period) & (period > 0)))
            _require("period", self.period, fits, f"{ndim} finite lengths above 0 µm")

    def check(self, sources: np.ndarray, targets: np.ndarray) -> None:
        """Refuse populations of other sizes than the positions; see `Rule.check`."""
        check_ids(self, sources, targets)
        for word, ids, points in (("sources", sources, self.source_positions), ("targets", targets, self.target_positions)):
            if len(ids) != len(points):
                raise EdgeError(f"DistanceBernoulli: got {len(ids)} {word} and {len(points)} positions of {word}")

    def expected_edges(self, n_sources: int, n_targets: int) -> float:
        """From a sample of pairs, less two standard errors, so that it is rather too low; few pairs all count."""
        from simcore.random import uniforms

        if n_sources * n_targets <= _FEW:
            return self.max_proba * n_sources * n_targets
        u = uniforms(0, 0, np.arange(2 * _SAMPLE)).reshape(2, -1)
        ends = (
            points[(row * len(points)).astype(np.int64)]
            for row, points in zip(u, (self.source_positions, self.target_positions), strict=True)
        )
        apart = np.subtract(*ends)
        if self.period is not None:
            period = np.asarray(self.period, dtype=np.float64)
            apart -= period * np.round(apart / period)
        d = np.sqrt((apart**2).sum(axis=1)) / self.scale
        f = np.exp(-d) if self.form == "exp" else np.exp(-(d**2) / 2) if self.form == "gaussian" else np.maximum(1 - d, 0)
        mean = max(0.0, float(f.mean() - 2 * f.std() / _SAMPLE**0.5))
        return mean * self.max_proba * n_sources * n_targets

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

    def for_targets(self, positions: np.ndarray) -> "DistanceBernoulli":
        """The rule for other targets, with the same sorted sources."""
        other = replace(self, target_positions=positions)
        other.__dict__["_tree"] = self._tree
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
        law = (FORMS.index(self.form), float(self.scale), float(self.max_proba if rate is None else rate), rate is not None)
        points = padded(self.target_positions[first : first + len(counts)])
        return distance_rows(first, points, rows.arrays(), self._tree, law, self._periods, stream.words(), counts, out, times)

    @functools.cached_property
    def _tree(self) -> Any:
        from simcore.rules._spatial import build_tree, padded

        return build_tree(padded(self.source_positions))

    @functools.cached_property
    def _periods(self) -> np.ndarray:
        out = np.zeros(6)
        if self.period is not None:
            lengths = np.asarray(self.period, dtype=np.float64)
            out[: len(lengths)] = lengths
            out[3 : 3 + len(lengths)] = 1.0 / lengths
        return out


def _require(name: str, got: Any, ok: bool, expected: str) -> None:
    if not ok:
        raise ParameterError(f"DistanceBernoulli: {name}", got=got, expected=expected)
