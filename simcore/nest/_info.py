"""What there is: nodes, models, processes, help and messages."""

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np

from simcore.nest._kernel import kernel
from simcore.nest._nodes import NodeCollection, nodes_of
from simcore.nest._old_names import new_name, warn_once
from simcore.nest._rules import RULE_NAMES
from simcore.nest._settings import Settings, VerbosityLevel
from simcore.nest._status import read_nodes

__all__ = [
    "ConnectionRules",
    "GetLocalNodeCollection",
    "GetLocalVPs",
    "GetNodes",
    "Models",
    "NumProcesses",
    "PrintNodes",
    "Rank",
    "SyncProcesses",
    "get_verbosity",
    "help",
    "message",
    "set_verbosity",
]

_HELP = """\
simcore.nest: scripts for PyNEST, run by simcore.

  nest.node_models, nest.synapse_models, nest.connection_rules   what there is
  nest.help("iaf_psc_alpha")                                      parameters of a model, with units and defaults
  nest.GetDefaults("iaf_psc_alpha")                               the same as a dictionary
  help(nest.Connect)                                              a function
"""


def GetNodes(properties: Mapping[str, Any] | None = None, local_only: bool = False) -> NodeCollection:
    """Nodes that have some values.

    Parameters
    ----------
    properties : dict, optional
        Names and values that the nodes must have; None or empty takes all nodes.
    local_only : bool
        Only nodes of this process.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> neurons = nest.Create("iaf_psc_alpha", 2) + nest.Create("iaf_psc_exp", 3)
    >>> len(nest.GetNodes({"model": "iaf_psc_exp"}))
    3
    """
    if not isinstance(properties, (Mapping, type(None))):
        raise TypeError(f"GetNodes: properties: got {properties!r}, expected a dictionary")
    ids = np.arange(1, kernel.n_nodes + 1)
    keep = np.ones(ids.size, dtype=bool)
    for name, value in (properties or {}).items():
        if ids.size:
            keep &= [found == value for found in read_nodes(ids, name, absent=True)]
    nodes = NodeCollection._made(ids[keep])
    return _local(nodes) if local_only else nodes


def GetLocalNodeCollection(nc: NodeCollection) -> NodeCollection:
    """The nodes of a collection that this process simulates; all are with one process.

    Parameters
    ----------
    nc : NodeCollection
    """
    return _local(nodes_of(nc, "GetLocalNodeCollection"))


def _local(nodes: NodeCollection) -> NodeCollection:
    ids = nodes._current()
    if kernel.n_processes == 1 or not ids.size:
        return nodes
    keep = np.ones(ids.size, dtype=bool)
    for group, positions, where in kernel.split(ids):
        if group.kind == "neuron":
            keep[where] = kernel.simulation._owned(kernel.nodes(group.first + positions).numbers)
    return NodeCollection._made(ids[keep])


def PrintNodes() -> None:
    """Print ids and models of all nodes.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> neurons = nest.Create("iaf_psc_alpha", 10) + nest.Create("iaf_psc_exp")
    >>> nest.PrintNodes()
     1 .. 10 iaf_psc_alpha
    11       iaf_psc_exp
    """
    runs: list[list[Any]] = []
    for group in kernel.groups:
        last = group.first + group.size - 1
        if runs and runs[-1][2] == group.entry.name:
            runs[-1][1] = last
        else:
            runs.append([group.first, last, group.entry.name])
    width = len(str(kernel.n_nodes))
    for first, last, name in runs:
        end = f" .. {last:{width}}" if last > first else " " * (width + 4)
        print(f"{first:{width}}{end} {name}")


def Models(mtype: str = "all", sel: str | None = None) -> tuple[str, ...]:
    """Names of models; ``nest.node_models`` and ``nest.synapse_models`` are the new way to ask.

    Parameters
    ----------
    mtype : {"all", "nodes", "synapses"}
    sel : str, optional
        Only names that contain this text.
    """
    warn_once("Models()", "nest.node_models or nest.synapse_models")
    tables = {"nodes": [*kernel.models.nodes], "synapses": [*kernel.models.synapses]}
    if mtype not in ("all", *tables):
        raise ValueError(f"Models: mtype: got {mtype!r}, expected 'all', 'nodes' or 'synapses'")
    names = [*tables["nodes"], *tables["synapses"]] if mtype == "all" else tables[mtype]
    return tuple(sorted(name for name in names if sel is None or sel in name))


def ConnectionRules() -> tuple[str, ...]:
    """Names of connection rules; ``nest.connection_rules`` is the new way to ask."""
    warn_once("ConnectionRules()", "nest.connection_rules")
    return RULE_NAMES


def help(obj: Any = None, return_text: bool = False) -> str | None:
    """Show what a model is, with its parameters, units and defaults; nothing shows how to get help.

    Parameters
    ----------
    obj : str, optional
        Name of a node or synapse model.
    return_text : bool
        Return the text instead of printing it.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.help("static_synapse")
    static_synapse
    name  default  unit  allowed  meaning
    """
    text = _HELP if obj is None else str(kernel.models.any(new_name(obj)).record)
    if return_text:
        return text
    print(text)
    return None


def message(message: str, severity: VerbosityLevel = VerbosityLevel.INFO, *, function: str | None = None,
            filename: str | None = None, lineno: int | None = None) -> None:  # fmt: skip
    """Print a message, if its severity is at least ``nest.verbosity``.

    Parameters
    ----------
    message : str
    severity : VerbosityLevel
    function, filename : str, optional
        Where it comes from.
    lineno : int, optional
    """
    level = Settings()
    level.set_verbosity(severity)
    if level.verbosity >= kernel.settings.verbosity and kernel.settings.verbosity < VerbosityLevel.QUIET:
        place = ":".join(str(part) for part in (filename, lineno, function) if part is not None)
        now = datetime.now().strftime("%Y-%m-%d %H:%M:%S")
        print(f"[{level.verbosity.name}] [{now}] {place}{': ' if place else ''}{message}", file=sys.stdout)


def set_verbosity(level: Any) -> None:
    """Set the least severity of messages that are shown; ``nest.verbosity = ...`` is the new way.

    Parameters
    ----------
    level : VerbosityLevel, int or str
        ``"M_ERROR"`` and the like are known, too.
    """
    warn_once("set_verbosity()", "nest.verbosity = nest.VerbosityLevel.ERROR")
    kernel.settings.set_verbosity(level)


def get_verbosity() -> VerbosityLevel:
    """Least severity of messages that are shown; ``nest.verbosity`` is the new way to ask."""
    warn_once("get_verbosity()", "nest.verbosity")
    return kernel.settings.verbosity


def Rank() -> int:
    """Number of this process among those that simulate the network."""
    return kernel.rank


def NumProcesses() -> int:
    """Number of processes that simulate the network."""
    return kernel.n_processes


def SyncProcesses() -> None:
    """Wait until all processes are here."""
    kernel.simulation.ranks.share(None)


def GetLocalVPs() -> range:
    """Numbers of this process's threads among all threads of all processes."""
    processes, threads = kernel.n_processes, kernel.settings.local_num_threads
    return range(kernel.rank, processes * threads, processes)
