"""A small stand-in for graph-tool, which pip cannot install: what the converters use of it, as its version 2.45 behaves.

Edges have indices in order of creation, but iteration and `get_edges` go by source; arrays of property maps are in order of
indices, of an undirected edge the ends come as they were given; a bool is stored as uint8; text and vectors have no array.
"""

import numpy as np

_DTYPES = {"bool": np.uint8, "int64_t": np.int64, "int32_t": np.int32, "double": np.float64}


class PropertyMap:
    def __init__(self, kind, size):
        self._kind = kind
        self._values = np.zeros(size, dtype=_DTYPES[kind]) if kind in _DTYPES else [""] * size

    def value_type(self):
        return self._kind

    def get_array(self):
        return self._values if self._kind in _DTYPES else None

    def __getitem__(self, key):
        return self._values[int(getattr(key, "index", key))]

    def __setitem__(self, key, value):
        self._values[int(getattr(key, "index", key))] = value


class Edge:
    def __init__(self, ends, index):
        self.ends, self.index = ends, index


class EdgeIndex:
    def __getitem__(self, edge):
        return edge.index


class Graph:
    __module__ = "graph_tool"

    def __init__(self, directed=True):
        self._directed, self._n, self._ends, self.is_filtered = directed, 0, [], False
        self.vp, self.ep, self.gp = {}, {}, {}
        self.edge_index = EdgeIndex()
        self.vertex_index = range(1 << 30)

    def add_vertex(self, n=1):
        self._n += n

    def add_edge_list(self, pairs):
        assert pairs.dtype.kind == "i"
        self._ends += [tuple(pair) for pair in pairs.tolist()]

    def new_vertex_property(self, kind, vals=None):
        return self._property(kind, self._n, vals, range(self._n))

    def new_edge_property(self, kind, vals=None):
        return self._property(kind, len(self._ends), vals, [edge.index for edge in self.edges()])

    def new_graph_property(self, kind, val):
        assert kind == "string"
        return val

    def _property(self, kind, size, vals, order):
        values = PropertyMap(kind, size)
        if vals is not None:
            for index, value in zip(order, vals, strict=True):
                values[index] = value
        return values

    def is_directed(self):
        return self._directed

    def num_vertices(self, ignore_filter=False):
        return self._n - (self.is_filtered and not ignore_filter)

    def num_edges(self, ignore_filter=False):
        return len(self._ends)

    def vertices(self):
        return iter(range(self._n))

    def edges(self):
        order = sorted(range(len(self._ends)), key=lambda i: self._ends[i][0])
        return (Edge(self._ends[i], i) for i in order)

    def get_edges(self, properties):
        assert properties == [self.edge_index]
        return np.array([(*edge.ends, edge.index) for edge in self.edges()], dtype=np.int64).reshape(-1, 3)
