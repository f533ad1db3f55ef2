"""Worker processes that take turns: each simulator lives in one of its own, so that memory is its own and the machine the same.

`Worker` starts a script that calls `serve`, asks for methods of the model at the other end of the pipe, and gets the value
of each, the seconds it took, and the memory of that process.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

__all__ = ["Worker", "available_memory", "in_turns", "memory", "serve"]


def memory() -> tuple[float, float]:
    """Memory of this process in bytes: at present, and the most so far."""
    # Not getrusage: what it calls the peak counts the parent's before the start of the program.
    return _field("/proc/self/status", "VmRSS"), _field("/proc/self/status", "VmHWM")


def available_memory() -> float:
    """Memory that a process could still get, in bytes."""
    return _field("/proc/meminfo", "MemAvailable")


def _field(path: str, name: str) -> float:
    with open(path, encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024.0 for line in file if line.startswith(name + ":"))


def serve(make: Callable[[], Any]) -> None:
    """Make a model, then call its methods as standard input says, and answer each call with one line of JSON."""
    output = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a simulator prints goes elsewhere
    model = make()
    before, _ = memory()
    for line in sys.stdin:
        method, arguments = json.loads(line)
        start = time.perf_counter()
        value = getattr(model, method)(*arguments)
        seconds = time.perf_counter() - start
        _, peak = memory()
        print(json.dumps({"value": value, "seconds": seconds, "peak": peak, "grown": peak - before}), file=output)


class Worker:
    """The other end of `serve`.

    Parameters
    ----------
    *command : str or number
        What the interpreter is started with: a script, and the options that make it serve.
    """

    def __init__(self, *command: Any) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *map(str, command)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def ask(self, method: str, *arguments: Any) -> dict[str, Any]:
        """Have a method called and wait for the answer: its `value` and `seconds`, and memory `peak` and `grown` in bytes."""
        assert self.process.stdin is not None and self.process.stdout is not None  # pipes, as asked for
        self.process.stdin.write(json.dumps([method, arguments]) + "\n")
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker ended with status {self.process.wait()}")
        return json.loads(line)

    def close(self) -> None:
        """End the process, which frees its memory."""
        assert self.process.stdin is not None  # a pipe, as asked for
        self.process.stdin.close()
        self.process.wait()


def in_turns(workers: dict[str, Worker], rounds: int, method: str, *arguments: Any) -> dict[str, list[dict[str, Any]]]:
    """Ask all workers the same, again and again, each being the first in turn; returns the answers of each."""
    answers: dict[str, list[dict[str, Any]]] = {name: [] for name in workers}
    for turn in range(rounds):
        for name in list(workers)[:: 1 if turn % 2 == 0 else -1]:
            answers[name].append(workers[name].ask(method, *arguments))
    return answers
