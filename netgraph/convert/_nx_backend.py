"""The NetworkX backend: its functions take our graphs, and run on our arrays where we have the function, else on a copy."""

from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from types import GeneratorType
from typing import Any

from netgraph.convert._description import KEY
from netgraph.convert._networkx import from_networkx, to_networkx
from netgraph.convert._nx_native import SETTERS, SUBGRAPHS, TABLE
from netgraph.convert._nx_view import Borrowed, Unsupported
from netgraph.graph import Graph
from simcore.errors import NetspikeError, ParameterError

__all__ = ["Backend", "backend"]

# They change their graph while they work, and leave it as it was.
_RESTORING = frozenset(
    {
        "asadpour_atsp",
        "held_karp_ascent",
        "incremental_closeness_centrality",
        "maximum_spanning_arborescence",
        "minimal_branching",
        "minimum_branching",
        "minimum_spanning_arborescence",
        "recursive_simple_cycles",
    }
)


# Their results share dictionaries of attributes with the graph, which a user may change.
_SHARING = ("networkx.classes", "networkx.convert", "networkx.readwrite")


class Backend:
    """What the entry point ``networkx.backends`` gives: one method for every function of NetworkX that dispatches."""

    name = "netgraph"

    def convert_from_nx(self, graph: Any, **_: Any) -> Borrowed:
        """A NetworkX graph as our functions take it; arrays are made of what they ask for."""
        return Borrowed(graph)

    def convert_to_nx(self, result: Any, **_: Any) -> Any:
        """A NetworkX graph from one of ours; anything else stays as it is."""
        if isinstance(result, Borrowed):
            return result.original
        return to_networkx(result) if isinstance(result, Graph) else result

    def can_run(self, name: str, args: tuple, kwargs: dict) -> bool | str:
        """Whether a call can run, or the reason why not: a function must not change a copy in place of the graph."""
        graph = args[0] if args else kwargs.get("G")
        if (name in SETTERS and isinstance(graph, Graph)) or not _mutates(name, args, kwargs):
            return True
        return "it changes its graph in place; netgraph.convert.to_networkx(graph) makes one that it can change"

    def should_run(self, name: str, args: tuple, kwargs: dict) -> bool | str:
        """Whether converting a NetworkX graph for a call is worth while."""
        return True if name in TABLE.keys() - SUBGRAPHS else "netgraph would hand it back to NetworkX"

    def __getattr__(self, name: str) -> Any:
        algorithm = _algorithm(name)
        if algorithm is None or (name not in TABLE and "networkx" not in algorithm.backends):
            raise AttributeError(f"NetworkX has no dispatchable function {name!r} of its own")
        return partial(self._run, name)

    def _run(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        native = TABLE.get(name)
        if native is not None:
            try:
                return native(*args, **kwargs)
            except (Unsupported, NetspikeError):
                # What our function refuses, NetworkX answers or refuses in its own words; a graph is never changed in a copy.
                if name in SETTERS:
                    raise
        return _run_converted(_algorithm(name), args, kwargs)


def _algorithm(name: str) -> Any:
    """The dispatching function of this name, or None."""
    from networkx.utils import backends

    registered = backends._registered_algorithms.get(name)
    return None if registered is None else registered.__wrapped__


def _mutates(name: str, args: tuple, kwargs: dict) -> bool:
    """Whether a call changes the graph that it is given."""
    return name not in _RESTORING and bool(_algorithm(name)._will_call_mutate_input(args, kwargs))


def _run_converted(algorithm: Any, args: tuple, kwargs: dict) -> Any:
    """Run NetworkX's own function on NetworkX graphs; graphs that it makes become ours."""
    if algorithm.name.endswith("__new__"):
        return _new_graph(algorithm, args, kwargs)
    mutates = bool(algorithm._will_call_mutate_input(args, kwargs))
    private = mutates or algorithm._returns_graph or algorithm.orig_func.__module__.startswith(_SHARING)
    as_networkx = partial(_as_networkx, private=private, mutates=mutates)
    given, named = list(args), dict(kwargs)
    for name, position in algorithm.graphs.items():
        if position < len(given):
            given[position] = as_networkx(given[position])
        elif name in named:
            named[name] = as_networkx(named[name])
    with _networkx_alone():
        result = algorithm.orig_func(*given, **named)
    if isinstance(result, GeneratorType):
        result = _stepwise(result)
    return _as_ours(result) if algorithm._returns_graph else result


def _networkx_alone() -> Any:
    """While NetworkX's own function runs, the functions that it calls stay there, whatever backends the user prefers."""
    import networkx as nx

    return nx.config(backend_priority={}) if any(nx.config.backend_priority.values()) else nullcontext()


def _stepwise(iterator: Iterator) -> Iterator:
    """The same values, each made by NetworkX alone."""
    while True:
        with _networkx_alone():
            try:
                value = next(iterator)
            except StopIteration:
                return
        yield value


def _new_graph(algorithm: Any, args: tuple, kwargs: dict) -> Any:
    """What ``nx.Graph(..., backend="netgraph")`` makes; subclasses of NetworkX's classes stay what they are."""
    import networkx as nx

    cls, *rest = args
    if cls not in (nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph):
        return algorithm.orig_func(*args, **kwargs)
    return from_networkx(cls(*rest, **{**kwargs, "backend": "networkx"}))


def _as_networkx(given: Any, *, private: bool, mutates: bool) -> Any:
    """A NetworkX graph from one of ours, or a list of them; unless it is private, it is kept until our graph changes."""
    if isinstance(given, list):
        return [_as_networkx(one, private=private, mutates=mutates) for one in given]
    if isinstance(given, Borrowed):
        return given.original.copy() if mutates else given.original
    if not isinstance(given, Graph):
        return given
    return to_networkx(given) if private else _kept_copy(given)


def _kept_copy(graph: Graph) -> Any:
    import networkx as nx

    objects, values = graph._stamp()
    kept = graph._caches.get("networkx")
    if kept is not None and kept[1] == values and all(a is b for a, b in zip(kept[0], objects, strict=True)):
        return kept[2]
    converted = to_networkx(graph)
    if nx.config.cache_converted_graphs:
        graph._caches["networkx"] = objects, values, converted
    return converted


def _as_ours(result: Any) -> Any:
    """Graphs of ours for those of NetworkX, in tuples, lists and iterators too; what our columns cannot hold stays as it is."""
    import networkx as nx

    if type(result) in (tuple, list):
        return type(result)(_as_ours(one) for one in result)
    if isinstance(result, Iterator):
        return map(_as_ours, result)
    if type(result) not in (nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph):
        return result
    if {type(name) for name in result} not in ({int}, {str}, set()) or result.graph.keys() - {"name", KEY}:
        return result
    try:
        return from_networkx(_in_order(result))
    except ParameterError:
        return result


def _in_order(made: Any) -> Any:
    """The same graph, its nodes from 0 on in this order if those are their names."""
    names = list(made)
    if names == list(range(len(names))) or set(names) != set(range(len(names))):
        return made
    ordered = type(made)(**made.graph)
    ordered.add_nodes_from((name, made.nodes[name]) for name in range(len(names)))
    ordered.add_edges_from(made.edges(keys=True, data=True) if made.is_multigraph() else made.edges(data=True))
    return ordered


backend = Backend()
