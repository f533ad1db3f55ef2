"""What distributions share: series of histograms, linear or logarithmic, with fitted curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgraph._checks import check_choice, check_flag
from netgraph.analysis.degrees import between_whole
from netgraph.analysis.fits import KINDS, Fit, fit_distribution
from netgraph.plot._style import axes_or_new, colours_of, frame, ink, legend_beside
from simcore.errors import ParameterError

__all__ = ["Series", "bin_borders", "draw_series", "fit_names", "fitted"]

_DASHES = {"exponential": ":", "lognormal": "-.", "normal": "--", "power law": "-"}
# Rules for numbers of bins take long and give very many bins for more values.
_RULED = 100_000


class Series(NamedTuple):
    """A histogram and what was fitted to its values."""

    name: str
    counts: NDArray[np.int64]
    edges: NDArray[np.float64]
    fits: list[Fit]


def fit_names(where: str, fit: Any) -> list[str]:
    """Kinds of distribution to fit from None, a name or several."""
    kinds = [] if fit is None else [fit] if isinstance(fit, str) else fit
    if not isinstance(kinds, (list, tuple)):
        raise ParameterError(f"{where}: fit", got=fit, expected=f"names of distributions: {', '.join(KINDS)}")
    return [check_choice(f"distribution to fit for {where}", kind, KINDS) for kind in kinds]


def fitted(values: NDArray[Any], kinds: Sequence[str]) -> list[Fit]:
    """Each kind fitted to the values."""
    return [fit_distribution(values, kind) for kind in kinds]


def bin_borders(where: str, values: NDArray[np.float64], bins: Any, *, log: bool) -> NDArray[np.float64]:
    """Borders of bins, evenly spaced or in the logarithm; those of whole numbers lie between them."""
    if not isinstance(bins, (str, int, np.integer)) or isinstance(bins, bool):
        return _given(where, bins, positive=log)
    if values.size == 0:
        return np.array([0.5, 1.5])
    whole = bool((values == np.rint(values)).all())
    if whole and not log and isinstance(bins, str) and np.ptp(values) < 200:
        return np.arange(values.min() - 0.5, values.max() + 1.0)
    spread = np.log10(values) if log else values
    if isinstance(bins, str) and values.size > _RULED:
        check_choice(f"rule for bins of {where}", bins, ("auto", "doane", "fd", "rice", "scott", "sqrt", "stone", "sturges"))
        bins = 50 if log else 100
    try:
        edges = np.histogram_bin_edges(spread, bins=bins)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"{where}: bins", got=bins, expected=f"a number, rule or borders ({error})") from None
    if log:
        edges = 10.0**edges
        edges[[0, -1]] = np.minimum(edges[0], values.min()), np.maximum(edges[-1], values.max())
        edges = between_whole(edges, values.min(), values.max()) if whole else edges
    return edges


def draw_series(
    where: str, series: Sequence[Series], *, log: bool, density: bool | None, colours: Any, ax: Any, x: str, y: str
) -> Any:
    """Draw histograms over each other, as steps, or as points on logarithmic axes; fits as lines, all in a legend."""
    from matplotlib.ticker import MaxNLocator

    names = [s.name for s in series]
    chosen = colours_of(where, names, colours)
    some_fit = any(s.fits for s in series)
    density = (log or some_fit) if density is None else check_flag(f"{where}: density", density)
    if some_fit and not density:
        raise ParameterError(f"{where}: density", got=False, expected="True or None with fits, which are densities")
    ax = axes_or_new(ax)
    for (name, counts, edges, fits), colour in zip(series, chosen, strict=True):
        height = counts / (max(counts.sum(), 1) * np.diff(edges)) if density else counts
        _draw_counts(ax, height, edges, colour=colour, label=name, log=log)
        for fit in fits:
            least = height[height > 0].min(initial=1.0) if log else 0.0
            shade = colour if len(series) > 1 else ink()
            _draw_fit(ax, fit, edges, n=int(counts.sum()), colour=shade, least=0.2 * least)
    if log:
        if not ax.has_data():
            ax.set(xlim=(1, 10), ylim=(1, 10))  # the limits of empty axes have no logarithm
        ax.set_xscale("log")
        ax.set_yscale("log")
    else:
        ax.set_ylim(bottom=0)
        if all(_between_whole(s.edges) for s in series):
            ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, min_n_ticks=1))
    frame(ax, x=x, y="probability density" if density else y)
    _explain(ax, series, chosen)
    return ax


def _between_whole(edges: NDArray[np.float64]) -> bool:
    return bool((edges % 1.0 == 0.5).all())


def _explain(ax: Any, series: Sequence[Series], colours: Sequence[Any]) -> None:
    entries: list[tuple[str, Any, str]] = []
    some_fit = any(s.fits for s in series)
    for s, colour in zip(series, colours, strict=True):
        entries += [(s.name, colour, "s")] if len(series) > 1 else []
        drawn = colour if len(series) > 1 else ink()
        entries += [(_told(fit), drawn, _DASHES[fit.kind]) for fit in s.fits]
    if entries:
        names, shown, markers = zip(*entries, strict=True)
        legend_beside(ax, names, shown, markers=markers, upwards=not some_fit, inside=some_fit)


def _draw_counts(ax: Any, height: Any, edges: Any, *, colour: Any, label: str, log: bool) -> None:
    if not log:
        ax.stairs(height, edges, color=colour, fill=True, alpha=0.35)
        ax.stairs(height, edges, color=colour, linewidth=1.2, label=label)
        return
    full = height > 0  # an empty bin has no place on a logarithmic axis
    inside = 0.5 * _between_whole(edges)  # from the first to the last whole number
    middle = np.sqrt((edges[1:] - inside) * (edges[:-1] + inside))
    if full.any():
        ax.plot(middle[full], height[full], color=colour, marker="o", markersize=4, linewidth=1.0, label=label)


def _draw_fit(ax: Any, fit: Fit, edges: Any, *, n: int, colour: Any, least: float) -> None:
    """The density of a fit over the bins, not below `least`; relative to the `n` values that the bins hold."""
    start = max(edges[0], fit.parameters["xmin"]) if fit.kind == "power law" else edges[0]
    start = max(start, 0.0) if fit.kind in ("exponential", "lognormal") else start
    if least > 0:
        x = np.geomspace(max(start, 1e-300), max(edges[-1], start), 200)
    else:
        x = np.linspace(start, max(edges[-1], start), 200)
    if fit.discrete:
        x = np.unique(np.rint(x[x >= start - 0.5]))
    y = fit.pdf(x) * fit.n / max(n, 1)
    shown = np.isfinite(y) & (y >= least)
    ax.plot(x[shown], y[shown], color=colour, linestyle=_DASHES[fit.kind], linewidth=1.5, label=_told(fit), gid="fit")


def _told(fit: Fit) -> str:
    """A fit in a legend."""
    p = fit.parameters
    if fit.kind == "power law":
        return f"power law, exponent {p['exponent']:.2f} ± {fit.error:.2f} from {p['xmin']:.3g}"
    if fit.kind == "normal":
        return f"normal, {p['mean']:.3g} ± {p['std']:.2g}"
    if fit.kind == "lognormal":
        return f"lognormal, µ = {p['mu']:.3g}, σ = {p['sigma']:.2g}"
    return f"exponential, mean {p['mean']:.3g}"


def _given(where: str, bins: Any, *, positive: bool) -> NDArray[np.float64]:
    from simcore.parameter import as_floats

    expected = "a number, a rule, or two or more increasing borders" + (" above 0, since log is True" if positive else "")
    edges = as_floats(f"{where}: bins", bins, expected)
    if edges.ndim != 1 or edges.size < 2 or not (np.diff(edges) > 0).all() or (positive and edges[0] <= 0):
        raise ParameterError(f"{where}: bins", got=bins, expected=expected)
    return edges
