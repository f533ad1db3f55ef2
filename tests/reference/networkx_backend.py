"""Registers the NetworkX backend where the package is used from its source folder, as an installation would."""

import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from networkx.utils import backends

PROJECT = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text())["project"]


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry points of pyproject.toml, known to NetworkX while a test runs."""
    if "netgraph" not in backends.backends:
        points = {
            group: EntryPoint("netgraph", PROJECT["entry-points"][group]["netgraph"], group)
            for group in ("networkx.backends", "networkx.backend_info")
        }
        monkeypatch.setitem(backends.backends, "netgraph", points["networkx.backends"])
        monkeypatch.setitem(backends.backend_info, "netgraph", points["networkx.backend_info"].load()())
        dispatchable = backends._dispatchable
        monkeypatch.setattr(dispatchable, "__call__", dispatchable._call_if_any_backends_installed)
