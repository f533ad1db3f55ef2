"""What tests of `simcore.nest` share."""

import pytest

import simcore.nest as ours
from tests.simcore.nest.sides import nest_itself


@pytest.fixture(scope="module")
def theirs():
    """NEST, quiet."""
    return nest_itself()


@pytest.fixture
def fresh():
    """An empty kernel."""
    ours.ResetKernel()
