"""The wheel of a pathway: for each step to come, what arrives in it, in lists of chunks (see `simcore.kernel.layout.Wheel`)."""

import numpy as np

from simcore.kernel.layout import ENTRIES, NO_CHUNK, Wheel

__all__ = ["grow_wheel", "new_wheel"]


def new_wheel(buckets: int, chunks: int) -> dict[str, np.ndarray]:
    """An empty wheel of `buckets` steps with room for `chunks` chunks of entries."""
    heads = np.full(Wheel.WORDS + 3 * buckets, NO_CHUNK, dtype=np.int32)
    heads[Wheel.FREE], heads[Wheel.N_FREE] = 0, chunks
    following = np.arange(1, chunks + 1, dtype=np.int32)
    return {"heads": heads, "following": following, "entries": np.empty(chunks * ENTRIES * 4, dtype=np.int64)}


def grow_wheel(wheel: dict[str, np.ndarray], needed: int) -> dict[str, np.ndarray]:
    """The same wheel with at least `needed` free chunks."""
    old = wheel["following"].size
    chunks = max(2 * old, old + needed)
    heads, following = wheel["heads"].copy(), np.arange(1, chunks + 1, dtype=np.int32)
    following[:old] = wheel["following"]
    # The new chunks come first in the free list, the old free ones follow.
    following[chunks - 1] = heads[Wheel.FREE]
    heads[Wheel.FREE] = old
    heads[Wheel.N_FREE] += chunks - old
    entries = np.empty(chunks * ENTRIES * 4, dtype=np.int64)
    entries[: old * ENTRIES * 4] = wheel["entries"]
    return {"heads": heads, "following": following, "entries": entries}
