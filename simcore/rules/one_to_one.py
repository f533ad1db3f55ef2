"""One edge from each source to the target at the same position."""

from dataclasses import dataclass

import numpy as np

from simcore.errors import EdgeError
from simcore.rules._base import Rule, Stream, check_ids

__all__ = ["OneToOne"]


@dataclass(frozen=True)
class OneToOne(Rule):
    """The i-th source connects to the i-th target; both populations have the same size.

    Parameters
    ----------
    make_symmetric : bool
        Whether the i-th target also connects to the i-th source, with the same weight and delay; a node that is at one position
        in both populations then gets two autapses.
    allow_autapses : bool
        Whether such a node connects to itself at all.

    Examples
    --------
    >>> ids = np.arange(3)
    >>> OneToOne().draw(ids, ids + 3, Stream(1, 0), 1, 3)
    array([1, 2], dtype=int32)
    """

    make_symmetric: bool = False
    allow_autapses: bool = True

    def check(self, sources: np.ndarray, targets: np.ndarray) -> None:
        """Refuse populations of different sizes; see `Rule.check`."""
        check_ids(self, sources, targets)
        if len(sources) != len(targets):
            raise EdgeError(f"OneToOne: got {len(sources)} sources and {len(targets)} targets, expected the same number")

    def counts(self, sources: np.ndarray, targets: np.ndarray, stream: Stream) -> np.ndarray:
        """One edge each, or none where it would be an autapse that is not allowed."""
        return self._has_edge(*self.ends(sources, targets)).astype(np.int64)

    def expected_edges(self, n_sources: int, n_targets: int) -> float:
        """One a pair and direction."""
        return float(n_targets) * (2 if self.make_symmetric else 1)

    def draw(
        self, sources: np.ndarray, targets: np.ndarray, stream: Stream, first: int, last: int, counts: np.ndarray | None = None
    ) -> np.ndarray:
        """Each node's own position; see `Rule.draw`."""
        senders, receivers = self.ends(sources, targets)
        found = np.flatnonzero(self._has_edge(senders[first:last], receivers[first:last]))
        return (first + found).astype(np.int32)

    def _has_edge(self, senders: np.ndarray, receivers: np.ndarray) -> np.ndarray:
        return np.full(len(receivers), True) if self.allow_autapses else senders != receivers
