"""Long work in pieces: order, threads, the bar and its estimate, errors and Ctrl-C."""

import functools
import re
import threading

import pytest
import tqdm

import netgraph._progress as progress_module
from netgraph._progress import run_tasks


@pytest.mark.parametrize("threads", [1, 2, 7, None])
def test_results_come_in_the_order_of_the_tasks(threads):
    assert run_tasks("test", [lambda k=k: k * k for k in range(50)], threads=threads) == [k * k for k in range(50)]


def test_no_task_is_no_result():
    assert run_tasks("test", []) == []


def test_an_error_is_raised_and_later_tasks_are_dropped():
    ran = []

    def fail():
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        run_tasks("test", [fail, *[lambda k=k: ran.append(k) for k in range(10_000)]], threads=1)
    assert len(ran) < 10_000


def test_ctrl_c_stops_the_work(monkeypatch):
    ran = []
    gate = threading.Event()

    def interrupt(futures):
        gate.set()
        raise KeyboardInterrupt

    def wait(k):
        gate.wait()
        ran.append(k)

    monkeypatch.setattr(progress_module, "as_completed", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_tasks("test", [lambda k=k: wait(k) for k in range(100)], threads=2)
    assert len(ran) < 100


def test_the_estimate_and_the_hint_are_written_before_the_end(monkeypatch, capsys):
    monkeypatch.setattr(progress_module, "_LONG", -1.0)
    run_tasks("betweenness", [lambda: None] * 10, threads=1, progress=True, hint="n_sources=100 samples")
    err = capsys.readouterr().err
    assert len(re.findall(r"betweenness: about \d+ s; n_sources=100 samples\n", err)) == 1


def test_a_bar_that_tqdm_was_told_to_disable_writes_nothing(monkeypatch, capsys):
    monkeypatch.setattr(progress_module, "_LONG", -1.0)
    monkeypatch.setattr("tqdm.tqdm", functools.partial(tqdm.tqdm, disable=True))  # as TQDM_DISABLE does
    assert run_tasks("betweenness", [int] * 10, threads=1, progress=True) == [0] * 10
    assert capsys.readouterr().err == ""


def test_nothing_is_written_unless_wanted(capsys):
    run_tasks("betweenness", [lambda: None] * 10, progress=False)
    run_tasks("betweenness", [lambda: None] * 10)
    captured = capsys.readouterr()
    assert captured.err == captured.out == ""
