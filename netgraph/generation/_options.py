"""The arguments that generators share: their types, and how a generator comes to show and check them.

With a population a generator gives a Network, else a Graph; the overloads of each say so to type checkers.
"""

import difflib
import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, get_args

from netgraph.generation._make import make_graph

if TYPE_CHECKING:
    import numpy as np

    from netgraph.space import Shape

__all__ = ["MultigraphOptions", "Options", "generator"]

Function = TypeVar("Function", bound=Callable[..., Any])


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


def generator(function: Function) -> Function:
    """Show the shared options in the function's signature, with the defaults of `make_graph`, and refuse any other.

    Parameters
    ----------
    function : callable
        Its last argument is ``**options: Unpack[Options]`` (or another such table), which it hands to `make_graph`.
    """
    signature = _full_signature(function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        for name in kwargs:
            if name not in signature.parameters:
                close = difflib.get_close_matches(name, signature.parameters, n=1)
                hint = f"; did you mean {close[0]!r}?" if close else ""
                raise TypeError(f"{function.__name__}() got an unexpected keyword argument {name!r}{hint}")
        return function(*args, **kwargs)

    call.__signature__ = signature  # type: ignore[attr-defined]
    return call  # type: ignore[return-value]


def _full_signature(function: Callable[..., Any]) -> inspect.Signature:
    """The signature with ``**options`` written out."""
    signature = inspect.signature(function)
    *own, options = signature.parameters.values()
    (table,) = get_args(options.annotation)
    names = {"population", *table.__annotations__}
    defaults = inspect.signature(make_graph).parameters
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default.default, annotation=default.annotation)
        for name, default in defaults.items()
        if name in names
    ]
    return signature.replace(parameters=[*(one for one in own if one.name != "population"), *shared])
