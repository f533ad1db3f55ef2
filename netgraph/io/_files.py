"""Saving and loading: the format is looked up, options are checked, and a file is replaced whole or not at all."""

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from netgraph._checks import check_flag
from netgraph.graph import Graph, check_graph
from netgraph.io._document import Document, graph_of
from netgraph.io._format import REGISTRY, check_options, format_of
from netgraph.io._raw import refusing
from simcore.errors import ParameterError

__all__ = ["formats", "load", "save"]


def formats() -> dict[str, tuple[str, ...]]:
    """Names of the file formats, each with the ends of its files' names.

    Returns
    -------
    formats : dict of str to tuple of str

    Examples
    --------
    >>> formats()["graphml"]
    ('.graphml', '.xml')
    """
    return {name: REGISTRY.get(name).suffixes for name in REGISTRY.names()}


def save(
    graph: Graph,
    path: str | os.PathLike[str],
    fmt: str = "auto",
    *,
    overwrite: bool = True,
    progress: bool | None = None,
    **options: Any,
) -> Path:
    """Write a graph or a network to a file, with all that belongs to it.

    Every format keeps nodes, edges in their order, columns of every type, positions, shape, rules for later edges, and the
    population with its groups, models, parameters and synapses: what a format has no place for stands in a note that `load`
    reads. Nothing is pickled. The file appears, or is replaced, when all is written.

    Parameters
    ----------
    graph : Graph or Network
        What to write; a simulation that it was sent to is not part of it.
    path : str or Path
        The file; the end of its name tells the format. Text formats are compressed if it ends with ``.gz``.
    fmt : str
        Name of a format, see `formats`.
    overwrite : bool
        False refuses to replace a file.
    progress : bool, optional
        Whether to show a bar; None shows it in a terminal or a notebook, if writing takes long.
    **options
        Options of the format, e.g. ``delimiter`` of ``"edge_list"``: the keywords of ``write`` in its file,
        `netgraph.io.edge_list` and so on.

    Returns
    -------
    path : Path

    Raises
    ------
    UnknownNameError
        Unknown format or option.
    ParameterError
        Something that no file can hold, such as an object among the properties of a group.
    FileExistsError
        There is a file, and `overwrite` is False.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = save(Graph.from_edges([0, 1], [1, 2], weights=[0.5, 2.0]), folder.name + "/net.npz")
    >>> load(file).edges["weight"]
    array([0.5, 2. ])
    >>> folder.cleanup()
    """
    check_graph("save", graph)
    goal = _as_path("save", path)
    form = format_of(goal, fmt)
    check_options(form.write, f"save(..., fmt={form.name!r})", options)
    if not check_flag("save: overwrite", overwrite) and goal.exists():
        raise FileExistsError(f"{goal} exists, and overwrite is False")
    document = Document.of(graph, inline=form.inline)
    with _replacing(goal, form.index) as temporary:
        form.write(document, temporary, progress=progress, **options)
    return goal


def load(
    path: str | os.PathLike[str],
    fmt: str = "auto",
    *,
    models: Sequence[Any] = (),
    progress: bool | None = None,
    **options: Any,
) -> Graph:
    r"""Read a graph or a network that `save` or another program wrote.

    In files of other programs, names of nodes that are not 0, 1, 2, ... become the node column ``"label"``, numbers ``x``,
    ``y`` (and ``z``) of all nodes positions [um]. Values that are missing become NaN, False or "" (1.0 for ``"weight"``). A
    column ``"type"`` of edges that are not all 1 and -1, and a ``"weight"`` or ``"delay"`` of texts, is renamed to
    ``"type_attribute"`` and so on.

    Parameters
    ----------
    path : str or Path
        The file, or the folder of a SONATA circuit.
    fmt : str
        Name of a format, see `formats`; the end of the file's name tells it if ``"auto"``.
    models : sequence of NeuronModel or SynapseModel
        Models of your own that the network uses: files hold their names only.
    progress : bool, optional
        Whether to show a bar; None shows it in a terminal or a notebook, if reading takes long.
    **options
        Options of the format, e.g. ``mmap`` of ``"npz"``: the keywords of ``read`` in its file, `netgraph.io.npz` and so on.

    Returns
    -------
    graph : Graph or Network
        A network if the file has a population.

    Raises
    ------
    FileFormatError
        The file is broken, or not in this format; the message names the line where there are lines.
    TooLargeError
        The graph would not fit into memory.
    UnknownNameError
        Unknown format or option.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name, "edges.txt")
    >>> n_characters = file.write_text("# from to\n7 9\n9 7\n")
    >>> graph = load(file)
    >>> graph.source, graph.nodes["label"]
    (array([0, 1], dtype=int32), array([7, 9]))
    >>> folder.cleanup()
    """
    source = _as_path("load", path)
    _check_models(models)
    form = format_of(source, fmt)
    check_options(form.read, f"load(..., fmt={form.name!r})", options)
    if not source.exists():
        raise FileNotFoundError(f"no such file: {source}")
    with refusing(source, f"a file in the format {form.name!r}"):
        document = form.read(source, progress=progress, **options)
    return graph_of(document, source, models=models)


def _check_models(models: Sequence[Any]) -> None:
    """Refuse what is neither a neuron model nor a synapse model."""
    if not models:
        return
    from simcore.models import NeuronModel
    from simcore.synapses import SynapseModel

    for model in models:
        if not isinstance(model, (NeuronModel, SynapseModel)):
            raise ParameterError("load: models", got=model, expected="records of neuron models and synapse models")


def _as_path(where: str, path: Any) -> Path:
    if not isinstance(path, (str, os.PathLike)) or not str(path):
        raise ParameterError(f"{where}: path", got=path, expected="the name of a file")
    return Path(path)


@contextlib.contextmanager
def _replacing(goal: Path, index: str | None) -> Iterator[Path]:
    """A name to write to, file or folder; what is there at the end takes the place of `goal`, or vanishes after an error."""
    goal = goal.resolve()  # what a link leads to is replaced, and the link stays
    try:
        room = Path(tempfile.mkdtemp(prefix=".part.", dir=goal.parent))
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(goal)) from None
    new = room / goal.name  # the end of the name stays, which tells whether to compress
    try:
        yield new
        if index is not None and goal.is_dir():
            _exchange(new, goal, room / "old", index=index)
        else:
            new.replace(goal)
    except OSError as error:
        if error.filename is not None and Path(error.filename) == new:
            raise type(error)(error.errno, error.strerror, str(goal)) from None
        raise
    finally:
        shutil.rmtree(room)


def _exchange(new: Path, goal: Path, old: Path, *, index: str) -> None:
    """Put the files of a new folder into the place of those of the same names, all of them or, after an error, none.

    The index goes first and comes last: whoever is stopped between leaves no mixture that could be taken for a circuit.
    """
    names = sorted((part.name for part in new.iterdir()), key=lambda name: (name != index, name))
    for name in names:
        if (goal / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(goal / name))
    old.mkdir()
    moved: list[tuple[Path, Path]] = []
    try:
        away = [(goal / name, old / name) for name in names if os.path.lexists(goal / name)]
        for begin, end in [*away, *((new / name, goal / name) for name in names[::-1])]:
            moved.append((begin, end))
            begin.rename(end)
    except BaseException:
        for begin, end in reversed(moved):
            if os.path.lexists(end) and not os.path.lexists(begin):
                end.rename(begin)
        raise
