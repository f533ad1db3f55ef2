"""The examples run as a reader would run them, and make the pictures that they say."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib import image

import simcore

ROOT = Path(__file__).parents[1]
# Those in PyNEST's words, in a folder of their own, are run beside NEST by tests/simcore/nest/test_examples_nest.py.
SCRIPTS = sorted((ROOT / "examples").glob("*.py"))
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder in which Python finds this tree and no window opens."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])))
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def assert_is_picture(path):
    """Of some size, and not of one colour."""
    pixels = image.imread(path)
    assert min(pixels.shape[:2]) > 200
    assert np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0).shape[0] > 20


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_script_runs_without_warnings_and_writes_its_pictures(script, folder):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    written = re.findall(r"\S+\.png", done.stdout)
    assert sorted(written) == sorted(path.name for path in folder.glob("*.png"))
    for name in written:
        assert_is_picture(folder / name)


def test_scripts_and_notebook_are_found():
    assert {"three_groups", "spatial_network", "cortical_microcircuit"} <= {path.stem for path in SCRIPTS}
    assert [path.stem for path in NOTEBOOKS] == ["tour"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_and_shows_figures_and_tables(notebook, folder):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    book = nbformat.read(notebook, as_version=4)
    assert not any(cell.get("outputs") for cell in book.cells), "the notebook is kept without outputs"
    nbclient.NotebookClient(book, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    shown = [kind for cell in book.cells for output in cell.get("outputs", []) for kind in output.get("data", {})]
    assert shown.count("image/png") == 4
    assert shown.count("text/html") == 4
    results = simcore.Results.load(folder / "tour.npz")
    table = np.loadtxt(folder / "tour.csv", delimiter=",", skiprows=1)
    np.testing.assert_allclose(table, np.column_stack([results.spikes.times, results.spikes.ids]))
