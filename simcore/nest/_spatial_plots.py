"""Pictures of nodes with positions, of their partners, and of masks and probabilities."""

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.nest._create_mask import as_mask
from simcore.nest._layers import Layer
from simcore.nest._masks import GridMask
from simcore.nest._parameter import Parameter
from simcore.nest._spatial_functions import with_positions
from simcore.nest._spatial_partners import GetSourcePositions, GetTargetPositions
from simcore.nest.errors import raised

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PlotLayer", "PlotProbabilityParameter", "PlotSources", "PlotTargets"]

# Points along each side of the picture at which a mask is looked at.
_FINE = 400


def PlotLayer(layer: Any, fig: Any = None, nodecolor: Any = "b", nodesize: float = 20) -> "Figure":
    """Draw nodes where they are.

    Parameters
    ----------
    layer : NodeCollection
        With positions, in 2 or 3 dimensions.
    fig : Figure, optional
        To draw into; a new one if None.
    nodecolor : color
    nodesize : float [points**2]

    Returns
    -------
    fig : Figure

    Raises
    ------
    LayerExpected, TypeError
        Nodes without positions, or no nodes.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> len(nest.PlotLayer(nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([3, 3]))).axes)
    1
    """
    _, space = with_positions(layer, "PlotLayer: layer")
    axes = _axes(fig, space)
    axes.scatter(*space.positions.T, s=nodesize, color=nodecolor)
    _finish(axes, space)
    return axes.figure


def PlotTargets(
    src_nrn: Any,
    tgt_layer: Any,
    syn_type: str | None = None,
    fig: Any = None,
    mask: Any = None,
    probability_parameter: Parameter | None = None,
    src_color: Any = "red",
    src_size: float = 50,
    tgt_color: Any = "blue",
    tgt_size: float = 20,
    mask_color: Any = "yellow",
    probability_cmap: Any = "Greens",
) -> "Figure":
    """Draw a node and its targets.

    Parameters
    ----------
    src_nrn : NodeCollection
        A single node.
    tgt_layer : NodeCollection
        Among whom its targets are looked for.
    syn_type : str, optional
        Only targets over synapses of this model.
    fig : Figure, optional
        To draw into; a new one if None.
    mask : Mask or dict, optional
        To draw around the node, in 2 dimensions.
    probability_parameter : Parameter, optional
        To draw behind the nodes, in 2 dimensions.
    src_color, src_size, tgt_color, tgt_size, mask_color, probability_cmap
        Colors and sizes of the source, the targets, the border of the mask, and the probability.

    Returns
    -------
    fig : Figure

    Raises
    ------
    ValueError, LayerExpected, TypeError
        Not one source, or nodes without positions.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nodes = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([3, 3]))
    >>> nest.Connect(nodes, nodes)
    >>> len(nest.PlotTargets(nodes[4], nodes).axes)
    1
    """
    place, space = _single(src_nrn, "PlotTargets: src_nrn"), with_positions(tgt_layer, "PlotTargets: tgt_layer")[1]
    found = GetTargetPositions(src_nrn, tgt_layer, syn_type)[0]
    axes = _axes(fig, space)
    _behind(axes, src_nrn, space, mask, probability_parameter, (mask_color, probability_cmap))
    _partners(axes, place, found, (src_color, src_size), (tgt_color, tgt_size))
    _finish(axes, space)
    return axes.figure


def PlotSources(
    src_layer: Any,
    tgt_nrn: Any,
    syn_type: str | None = None,
    fig: Any = None,
    mask: Any = None,
    probability_parameter: Parameter | None = None,
    tgt_color: Any = "red",
    tgt_size: float = 50,
    src_color: Any = "blue",
    src_size: float = 20,
    mask_color: Any = "yellow",
    probability_cmap: Any = "Greens",
) -> "Figure":
    """Draw a node and its sources.

    Parameters
    ----------
    src_layer : NodeCollection
        Among whom its sources are looked for.
    tgt_nrn : NodeCollection
        A single node.
    syn_type, fig, mask, probability_parameter, tgt_color, tgt_size, src_color, src_size, mask_color, probability_cmap
        See `PlotTargets`.

    Returns
    -------
    fig : Figure

    Raises
    ------
    ValueError, LayerExpected, TypeError
        Not one target, or nodes without positions.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> nodes = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([3, 3]))
    >>> nest.Connect(nodes, nodes)
    >>> len(nest.PlotSources(nodes, nodes[4]).axes)
    1
    """
    place, space = _single(tgt_nrn, "PlotSources: tgt_nrn"), with_positions(src_layer, "PlotSources: src_layer")[1]
    found = GetSourcePositions(src_layer, tgt_nrn, syn_type)[0]
    axes = _axes(fig, space)
    _behind(axes, tgt_nrn, space, mask, probability_parameter, (mask_color, probability_cmap))
    _partners(axes, place, found, (tgt_color, tgt_size), (src_color, src_size))
    _finish(axes, space)
    return axes.figure


def PlotProbabilityParameter(
    source: Any,
    parameter: Parameter | None = None,
    mask: Any = None,
    edges: Any = (-0.5, 0.5, -0.5, 0.5),
    shape: Any = (100, 100),
    ax: Any = None,
    prob_cmap: Any = "Greens",
    mask_color: Any = "yellow",
) -> None:
    """Draw the probability of connections from a node to places around it, and a mask.

    Parameters
    ----------
    source : NodeCollection
        A single node, in 2 dimensions.
    parameter : Parameter, optional
        Probability; values outside of [0, 1] are drawn as 0 and 1.
    mask : Mask or dict, optional
    edges : sequence of float, shape (4,)
        ``x_min, x_max, y_min, y_max`` of the picture.
    shape : sequence of int, shape (2,)
        Values along x and y.
    ax : Axes, optional
        To draw into; new ones if None.
    prob_cmap, mask_color
        Colors of the probability and of the border of the mask.

    Raises
    ------
    ValueError, BadProperty, LayerExpected
        Not one node in 2 dimensions, or nothing to draw.

    Examples
    --------
    >>> import simcore.nest as nest
    >>> nest.ResetKernel()
    >>> node = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([1, 1]))
    >>> nest.PlotProbabilityParameter(node, nest.spatial_distributions.gaussian(nest.spatial.distance, std=0.2))
    """
    place = _single(source, "PlotProbabilityParameter: source")
    if len(place) != 2:
        raise raised("BadProperty", "PlotProbabilityParameter: source: got a node in 3 dimensions, expected 2")
    if parameter is None and mask is None:
        raise ValueError("PlotProbabilityParameter: got neither parameter nor mask, expected one of them")
    if parameter is not None and not isinstance(parameter, Parameter):
        raise TypeError(f"PlotProbabilityParameter: parameter: got {parameter!r}, expected a Parameter")
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.figure().add_subplot()
    if parameter is not None:
        _draw_probability(ax, source, parameter, edges, shape, prob_cmap)
    if mask is not None:
        _draw_mask(ax, source, mask, edges, mask_color)
    ax.set_aspect("equal")


def _draw_probability(axes: Any, source: Any, parameter: Parameter, edges: Any, shape: Any, colors: Any) -> None:
    x, y = (np.linspace(edges[2 * k], edges[2 * k + 1], int(shape[k])) for k in range(2))
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    values = np.clip(parameter.apply(source, places), 0.0, 1.0).reshape(y.size, x.size)
    picture = axes.imshow(values, extent=tuple(edges), origin="lower", cmap=colors, vmin=0.0, vmax=1.0)
    axes.figure.colorbar(picture, ax=axes, shrink=0.7, label="connection probability")


def _draw_mask(axes: Any, source: Any, mask: Any, edges: Any, color: Any) -> None:
    """The border of a mask around a node, as it is where space repeats."""
    _, space = with_positions(source, "mask: source")
    own = as_mask(mask)
    if own.n_dimensions != 2 or (isinstance(own, GridMask) and space.shape is None):
        raise raised("BadProperty", f"mask: got {mask!r}, expected one that the nodes can use, in 2 dimensions")
    x, y = (np.linspace(edges[2 * k], edges[2 * k + 1], _FINE) for k in range(2))
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    drawn = Layer(places, space.center, space.extent, space.edge_wrap, space.shape)
    if isinstance(own, GridMask):
        drawn = Layer(places, space.center, space.extent, space.edge_wrap, space.shape, drawn.cell_of(places))
    inside = drawn.inside(own, space.positions, np.zeros(len(places), dtype=np.int64), slice(None))
    axes.contour(x, y, inside.reshape(_FINE, _FINE).astype(float), levels=[0.5], colors=[color], linewidths=3)


def _single(node: Any, where: str) -> np.ndarray:
    """Position of a single node."""
    ids, space = with_positions(node, where)
    if len(ids) != 1:
        raise ValueError(f"{where}: got {len(ids)} nodes, expected one")
    return space.positions[0]


def _axes(fig: Any, space: Layer) -> Any:
    """The figure's current axes, else its first, flat or in three dimensions as the space is; made if there are none."""
    import matplotlib.pyplot as plt

    figure = plt.figure() if fig is None else fig
    projection = "3d" if space.n_dimensions == 3 else "rectilinear"
    for axes in [figure.gca(), *figure.axes] if figure.axes else []:
        if axes.name == projection:
            return axes
    return figure.add_subplot(projection=projection)


def _behind(axes: Any, node: Any, space: Layer, mask: Any, parameter: Any, colors: tuple[Any, Any]) -> None:
    if mask is None and parameter is None:
        return
    if space.n_dimensions == 3:
        raise raised("BadProperty", "mask and probability_parameter: got nodes in 3 dimensions, expected 2")
    low, high = _borders(space)
    edges = [low[0], high[0], low[1], high[1]]
    PlotProbabilityParameter(node, parameter, mask, edges, ax=axes, prob_cmap=colors[1], mask_color=colors[0])


def _partners(
    axes: Any, place: np.ndarray, found: list[list[float]], node: tuple[Any, float], partners: tuple[Any, float]
) -> None:
    if found:
        axes.scatter(*np.array(found).T, s=partners[1], color=partners[0], zorder=10)
    axes.scatter(*place, s=node[1], facecolor="none" if found else node[0], edgecolor=node[0], linewidths=2, zorder=11)


def _borders(space: Layer) -> tuple[np.ndarray, np.ndarray]:
    room = 0.05 * np.where(space.extent > 0.0, space.extent, 1.0)
    return space.lower_left - room, space.lower_left + space.extent + room


def _finish(axes: Any, space: Layer) -> None:
    """Limits, names of the axes, and equal lengths."""
    low, high = _borders(space)
    for name, a, b in zip("xyz", low.tolist(), high.tolist(), strict=False):
        getattr(axes, f"set_{name}lim")(a, b)
        getattr(axes, f"set_{name}label")(name)
    axes.set_aspect("equal")
