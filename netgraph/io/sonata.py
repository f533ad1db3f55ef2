"""sonata: a folder with a circuit in the SONATA format (HDF5, CSV and JSON), which BMTK, libsonata and NEST read.

Nodes are one population, edges another with indices by source and by target; groups of neurons are node types, and pairs of
groups edge types with their synapse models. Weights carry the sign of their source (``syn_weight``), as simulators want them.
What SONATA has no place for stands beside ``/nodes`` under ``/netgraph``. Dai et al. 2020, doi:10.1371/journal.pcbi.1007696.
"""

from pathlib import Path
from types import ModuleType

from netgraph.io._document import Document
from netgraph.io._format import FileFormat

__all__ = ["FORMAT"]

INDEX = "circuit_config.json"


def write(document: Document, path: Path, *, progress: bool | None = None, population: str = "netgraph") -> None:
    """Write a document.

    Parameters
    ----------
    document : Document
    path : Path
        The folder; other files in it stay, and its circuit is replaced whole or not at all.
    progress : bool, optional
        Not needed: writing takes no longer than the disk.
    population : str
        Name of the population of nodes; that of the edges is ``"<population>_to_<population>"``.
    """
    from netgraph.io._sonata_write import write_circuit

    write_circuit(_h5py(), document, path, population)


def read(
    path: Path, *, progress: bool | None = None, nodes: str | None = None, edges: str | None = None, directed: bool = True
) -> Document:
    """Read a document.

    Circuits of other programs become one graph: node populations follow each other, in the order of the configuration, with a
    column ``"population"`` if there are several; attributes of nodes, edges and their types become columns. Sizes and types are
    checked before they are read; the HDF5 library itself, though, can crash or never return on some damaged files.

    Parameters
    ----------
    path : Path
        The folder, or its ``circuit_config.json``.
    progress : bool, optional
        Not needed: reading takes no longer than the disk.
    nodes, edges : str, optional
        Name of the only population of nodes, or of edges, to read.
    directed : bool
        Whether edges have a direction; files of ours know.
    """
    from netgraph.io._sonata_read import read_circuit

    return read_circuit(_h5py(), path, {"nodes": nodes, "edges": edges}, directed=directed)


FORMAT = FileFormat("sonata", (".sonata",), read, write, inline=False, index=INDEX)


def _h5py() -> ModuleType:
    try:
        import h5py
    except ImportError:
        raise ImportError('SONATA files need h5py: pip install "netspike[hdf5]"') from None
    return h5py
