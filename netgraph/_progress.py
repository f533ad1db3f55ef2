"""Long work in pieces: all cores, a progress bar, an estimate, and a Ctrl-C that is soon obeyed."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

from simcore.progress import can_show

__all__ = ["run_tasks"]

# The estimate is written where it tells something that waiting does not [s].
_LONG = 30.0


def run_tasks(
    where: str,
    tasks: Sequence[Callable[[], Any]],
    *,
    threads: int | None = None,
    progress: bool | None = None,
    hint: str = "",
) -> list[Any]:
    """Run callables that release the GIL, several at a time, and return their results in order.

    Ctrl-C waits for the tasks that are running, drops the others and is then raised: tasks should take less than a second.

    Parameters
    ----------
    where : str
        What works, for the bar.
    tasks : sequence of callables without arguments
    threads : int, optional
        How many at a time; all cores if None.
    progress : bool, optional
        Whether to show a bar (after half a second) and the estimate; None shows them in a terminal or a notebook.
    hint : str
        What could be done instead, shown with the estimate of work that takes long.

    Examples
    --------
    >>> run_tasks("squares", [lambda k=k: k * k for k in range(4)])
    [0, 1, 4, 9]
    """
    from simcore.compile import default_threads, roomy  # Numba loads on first use

    workers = max(1, min(default_threads() if threads is None else threads, len(tasks)))
    with _Bar(where, len(tasks), workers, hint, show=can_show() if progress is None else progress) as bar:
        if workers == 1:  # without the time to start a thread
            results = []
            for task in tasks:
                results.append(roomy(task)())
                bar.advance()
            return results
        with ThreadPoolExecutor(workers) as pool:
            futures = [pool.submit(roomy(task)) for task in tasks]
            try:
                for future in as_completed(futures):
                    future.result()
                    bar.advance()
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
    return [future.result() for future in futures]


class _Bar:
    """A bar that counts tasks; when each worker has done one, it says how long all will take."""

    def __init__(self, where: str, total: int, workers: int, hint: str, *, show: bool) -> None:
        self._where, self._total, self._workers, self._hint, self._show = where, total, workers, hint, show
        self._done = 0
        self._bar: Any = None

    def __enter__(self) -> "_Bar":
        if self._show:
            from tqdm import tqdm

            layout = "{l_bar}{bar}| [{elapsed}<{remaining}]"
            self._bar = tqdm(total=self._total, desc=self._where, bar_format=layout, delay=0.5, leave=False)
            if self._bar.disable:  # TQDM_DISABLE is set
                self._bar = None
        self._begin = time.monotonic()
        return self

    def advance(self) -> None:
        self._done += 1
        if self._bar is None:
            return
        self._bar.update(1)
        estimate = (time.monotonic() - self._begin) / self._done * self._total
        if self._done == self._workers and estimate > _LONG:
            hint = f"; {self._hint}" if self._hint else ""
            self._bar.write(f"{self._where}: about {_in_words(estimate)}{hint}", file=self._bar.fp)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


def _in_words(seconds: float) -> str:
    """A duration to two digits.

    Examples
    --------
    >>> _in_words(95.0), _in_words(400.0), _in_words(15000.0)
    ('95 s', '6.7 min', '4.2 h')
    """
    for unit, size in (("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.2g} {unit}"
    return f"{seconds:.0f} s"
