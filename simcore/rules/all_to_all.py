"""Every source connects to every target."""

from dataclasses import dataclass

import numpy as np

from simcore.rules._base import Pairs, Rule, Stream

__all__ = ["AllToAll"]


@dataclass(frozen=True)
class AllToAll(Rule):
    """All pairs, each once, the sources of a target in their order.

    Parameters
    ----------
    allow_autapses : bool
        Whether a node connects to itself.

    Examples
    --------
    >>> ids = np.arange(3)
    >>> AllToAll(allow_autapses=False).draw(ids, ids, Stream(1, 0), 0, 2)
    array([1, 2, 0, 2], dtype=int32)
    """

    allow_autapses: bool = True

    def row_counts(self, pairs: Pairs, stream: Stream, first: int, last: int) -> np.ndarray:
        """As many as there are pairs."""
        return pairs.rows(first, last).available
