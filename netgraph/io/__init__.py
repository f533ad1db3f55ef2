"""Files of graphs: `save` and `load`. A format is one file of this package, found by its name; nothing is pickled or run."""

from netgraph.io._files import formats, load, save

__all__ = ["formats", "load", "save"]
