"""Quantiles of the standard normal distribution to double precision.

Source: Wichura 1988, algorithm AS 241, doi:10.2307/2347330.
"""

import numpy as np

from simcore.compile import compiled
from simcore.fastmath import log

__all__ = ["normal_quantile", "normal_quantiles"]

# Where the algorithm goes from one rational function to the next; numbers that are taken through its loops at a time.
_CENTRAL = 0.425
_NEAR = 5.0
_CHUNK = 512


@compiled(forceinline=True)
def _central_quantile(q):
    """Standard normal quantile of ``0.5 + q`` for abs(q) <= 0.425."""
    r = 0.180625 - q * q
    num = 2.5090809287301226727e3 * r + 3.3430575583588128105e4
    num = (num * r + 6.7265770927008700853e4) * r + 4.5921953931549871457e4
    num = (num * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3
    num = (num * r + 1.3314166789178437745e2) * r + 3.387132872796366608e0
    den = 5.226495278852545925e3 * r + 2.8729085735721942674e4
    den = (den * r + 3.9307895800092710610e4) * r + 2.1213794301586595867e4
    den = (den * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2
    den = (den * r + 4.2313330701600911252e1) * r + 1.0
    return q * num / den


@compiled(forceinline=True)
def _near_tail_quantile(r):
    """Minus the quantile of ``exp(-r**2)``, for r <= 5."""
    r -= 1.6
    num = 7.74545014278341407640e-4 * r + 2.27238449892691845833e-2
    num = (num * r + 2.41780725177450611770e-1) * r + 1.27045825245236838258e0
    num = (num * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0
    num = (num * r + 4.63033784615654529590e0) * r + 1.42343711074968357734e0
    den = 1.05075007164441684324e-9 * r + 5.47593808499534494600e-4
    den = (den * r + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1
    den = (den * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0
    den = (den * r + 2.05319162663775882187e0) * r + 1.0
    return num / den


@compiled(forceinline=True)
def _far_tail_quantile(r):
    """Minus the quantile of ``exp(-r**2)``, for r > 5."""
    r -= 5.0
    num = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
    num = (num * r + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2
    num = (num * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0
    num = (num * r + 5.46378491116411436990e0) * r + 6.65790464350110377720e0
    den = 2.04426310338993978564e-15 * r + 1.42151175831644588870e-7
    den = (den * r + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4
    den = (den * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1
    den = (den * r + 5.99832206555887937690e-1) * r + 1.0
    return num / den


@compiled
def normal_quantile(p):
    """Standard normal quantile to double precision.

    Parameters
    ----------
    p : float
        Between 0 and 1.

    Returns
    -------
    x : float
        Below it lies the share `p` of the standard normal distribution.

    Examples
    --------
    >>> normal_quantile(0.5)
    0.0
    """
    q = p - 0.5
    if abs(q) <= _CENTRAL:
        return _central_quantile(q)
    r = np.sqrt(-log(p if q < 0.0 else 1.0 - p))
    value = _near_tail_quantile(r) if r <= _NEAR else _far_tail_quantile(r)
    return -value if q < 0.0 else value


@compiled
def _fill_normal_quantiles(p, out):
    """The quantiles of `normal_quantile`, in loops without branches: the centre for all numbers, then the tails."""
    where = np.empty(_CHUNK, np.int64)
    radius = np.empty(_CHUNK)
    for start in range(0, p.size, _CHUNK):
        end = min(start + _CHUNK, p.size)
        n_tails = 0
        for i in range(start, end):
            out[i] = _central_quantile(p[i] - 0.5)
        for i in range(start, end):
            where[n_tails] = i
            n_tails += np.int64(abs(p[i] - 0.5) > _CENTRAL)
        for k in range(n_tails):
            x = p[where[k]]
            radius[k] = np.sqrt(-log(x if x < 0.5 else 1.0 - x))
        for k in range(n_tails):
            value = _near_tail_quantile(radius[k])
            out[where[k]] = -value if p[where[k]] < 0.5 else value
        for k in range(n_tails):
            if radius[k] > _NEAR:
                out[where[k]] = normal_quantile(p[where[k]])


def normal_quantiles(p):
    """Standard normal quantiles of an array of any shape; see `normal_quantile`.

    Parameters
    ----------
    p : array_like of float
        Between 0 and 1.

    Returns
    -------
    x : ndarray of float64
        Of the same shape.

    Examples
    --------
    >>> normal_quantiles(np.array([0.5]))
    array([0.])
    """
    flat = np.ascontiguousarray(p, dtype=np.float64).reshape(-1)
    out = np.empty(flat.size)
    _fill_normal_quantiles(flat, out)
    return out.reshape(np.shape(p))
