"""How edges that are switched come to lie between neighbours on a ring.

A long edge becomes shorter with a partner that begins on its way. So the nodes are dealt into groups by arcs of the ring that
are about as long as the edges are by then: every edge meets partners that are of use to it, however large the ring is.

Directed edges between neighbours cannot change how often all of them together lead round the ring, as long as none becomes
longer; a surplus of some direction would keep them long for ever. It is taken away while edges are long, down to the one that
the degrees make necessary: that of the shortest ways from as many out-stubs to the in-stubs (Rabin, Delon & Gousseau 2011,
doi:10.1007/s10851-011-0284-0).
"""

import numpy as np

__all__ = ["MOST_ROUNDS", "Ring"]

# Proposals for each edge at most, if nobody says how many.
MOST_ROUNDS = 500
# Arcs are as long as the mean edge, as the longest one, and in between in turn.
_WIDTHS = 4
# Edges of an arc at least.
_FEWEST = 32
# Edges lie as they will if this many rounds make them shorter by no more than this share.
_LOOK = 20
_SETTLED = 0.002


class Ring:
    """What is known of edges on a ring of nodes: how long they are, and how often they shall lead round it more.

    Parameters
    ----------
    n_nodes, n_edges : int
    surplus : ndarray of int64, optional
        By how much more edges begin than end at each node; None if edges have no direction.
    """

    def __init__(self, n_nodes: int, n_edges: int, surplus: np.ndarray | None) -> None:
        self._n_nodes, self._n_edges = n_nodes, n_edges
        self._forwards: int | None = None
        if surplus is not None:
            across = np.cumsum(surplus)
            self._forwards = int(across.sum() - n_nodes * int(np.median(across)))
        self._lengths: list[float] = []

    def look(self, owner: np.ndarray, other: np.ndarray, doubled: int) -> None:
        """Measure the edges before a round."""
        from netgraph.generation._rewire_kernels import ring_ways

        total, self._longest, forwards = ring_ways(owner, other, doubled, self._n_nodes)
        self._lengths.append(total / self._n_edges)
        self._turns = None if self._forwards is None else round((self._forwards - forwards) / self._n_nodes)

    @property
    def settled(self) -> bool:
        """Whether more rounds would hardly make edges shorter."""
        return len(self._lengths) > _LOOK and self._lengths[-1] >= (1.0 - _SETTLED) * self._lengths[-1 - _LOOK]

    def asked(self, n_groups: int) -> tuple[int, int]:
        """How often edges shall lead round the ring more, and how many groups share that; none if it does not matter."""
        return (0, 0) if self._turns is None else (self._turns, n_groups)

    @property
    def n_arcs(self) -> int:
        """Number of arcs of this round."""
        mean = max(1.0, self._lengths[-1])
        width = mean * (max(mean, self._longest) / mean) ** ((len(self._lengths) - 1) % _WIDTHS / (_WIDTHS - 1))
        return max(1, min(int(self._n_nodes / width), self._n_edges // _FEWEST))
