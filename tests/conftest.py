"""Options and settings that all tests share."""

import os

import pytest

# Before matplotlib is first imported, here or in a subprocess of a test: no window ever opens.
os.environ["MPLBACKEND"] = "Agg"
os.environ.setdefault("PYNEST_QUIET", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests marked slow too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    skip = pytest.mark.skip(reason="slow: runs with --slow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)
