"""Every pair is an edge with a probability that falls with its distance, independently."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simcore.errors import UnknownNameError
from simcore.rules._distance import DistanceRows

__all__ = ["FORMS", "DistanceBernoulli"]

FORMS = ("exp", "gaussian", "lin")


@dataclass(frozen=True, eq=False)
class DistanceBernoulli(DistanceRows):
    """Each pair at distance d is an edge with probability ``max_proba * f(d)``, whatever the others do.

    Parameters
    ----------
    source_positions, target_positions : array_like of float, shape (n, 2) or (n, 3) [µm]
        Positions, in the order of the populations.
    scale : float [µm]
        Length s of the fall-off.
    form : {"exp", "gaussian", "lin"}
        ``exp(-d / s)``, ``exp(-d**2 / (2 s**2))``, or ``1 - d / s`` up to s.
    max_proba : float
        Probability at distance 0, in [0, 1].
    period : array_like of float, shape (ndim,), optional [µm]
        Lengths after which space repeats.
    allow_autapses : bool
        Whether a node may connect to itself.

    Examples
    --------
    >>> from simcore.rules import Stream
    >>> points, ids = np.array([[0.0, 0.0], [0.0, 0.0], [9.0, 0.0]]), np.arange(3)
    >>> DistanceBernoulli(points, points, 1.0, form="lin").counts(ids, ids, Stream(1, 0))
    array([2, 2, 1])
    """

    source_positions: Any
    target_positions: Any
    scale: float
    form: str = "exp"
    max_proba: float = 1.0
    period: Any = None
    allow_autapses: bool = True

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise UnknownNameError("form of a distance rule", got=self.form, choices=FORMS)
        self.require("scale", self.scale, 0 < self.scale < np.inf, "a finite length above 0 µm")
        self.require("max_proba", self.max_proba, 0 <= self.max_proba <= 1, "a number in [0, 1]")
        self.check_space()

    def law(self) -> tuple[int, float, float, np.ndarray]:
        """The form's number, its length and the probability at distance 0; no table."""
        return FORMS.index(self.form), float(self.scale), float(self.max_proba), np.zeros((4, 1))

    def highest(self) -> float:
        """That at distance 0."""
        return self.max_proba

    def probability(self, distance: np.ndarray) -> np.ndarray:
        """Probability of pairs at these distances [µm]."""
        d = distance / self.scale
        f = np.exp(-d) if self.form == "exp" else np.exp(-(d**2) / 2) if self.form == "gaussian" else np.maximum(1 - d, 0)
        return self.max_proba * f
