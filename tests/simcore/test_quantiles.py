"""Normal quantiles beside those of SciPy."""

import numpy as np
import pytest
from scipy import special

from simcore.quantiles import normal_quantile, normal_quantiles


def test_normal_quantiles_are_those_of_scipy_to_double_precision():
    p = np.concatenate([np.logspace(-300, -1, 400), np.linspace(0.05, 0.95, 301), 1.0 - np.logspace(-16, -1, 100)])
    expected = special.ndtri(p)
    np.testing.assert_allclose(normal_quantiles(p), expected, rtol=2e-15, atol=1e-16)
    assert normal_quantiles(p.reshape(-1, 3)).shape == (267, 3)
    assert normal_quantiles(0.975).shape == ()
    assert normal_quantile(0.975) == pytest.approx(1.959963984540054, abs=1e-15)
