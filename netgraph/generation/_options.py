"""The arguments that generators share, for type checkers: with a population a generator gives a Network, else a Graph."""

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    import numpy as np

    from netgraph.space import Shape

__all__ = ["MultigraphOptions", "Options"]


class Options(TypedDict, total=False):
    """What every generator takes beside its own arguments and ``population``."""

    nodes: int | None
    shape: "Shape | None"
    positions: Any
    directed: bool
    weights: Any
    delays: Any
    self_loops: bool
    name: str | None
    seed: int | None
    rng: "np.random.Generator | None"
    threads: int | None


class MultigraphOptions(Options, total=False):
    """The same for generators that draw parallel edges if asked."""

    multigraph: bool
