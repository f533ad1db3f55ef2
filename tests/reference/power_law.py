"""Naive twin of a fit of discrete power laws."""

import math

from scipy.optimize import minimize_scalar
from scipy.special import zeta


def fitted_exponent(degrees, lowest):
    """Most likely exponent of the degrees from `lowest` on, and its standard error.

    The likelihood of a zeta distribution, without approximation (Clauset, Shalizi & Newman 2009, doi:10.1137/070710111,
    equations 3.5 and 3.6).
    """
    tail = [int(k) for k in degrees if k >= lowest]
    mean_log = sum(math.log(k) for k in tail) / len(tail)
    exponent = minimize_scalar(lambda a: a * mean_log + math.log(zeta(a, lowest)), bounds=(1.01, 10), method="bounded").x
    step = 1e-3
    curvature = (
        math.log(zeta(exponent + step, lowest)) + math.log(zeta(exponent - step, lowest)) - 2 * math.log(zeta(exponent, lowest))
    )
    return exponent, 1.0 / math.sqrt(len(tail) * curvature / step**2)
