"""Calls in processes, with results in the order of the calls and few of them under way; not what is called."""

from __future__ import annotations

import multiprocessing
import queue
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from boilerstrip.errors import BoilerstripError

T = TypeVar("T")
AHEAD = 2  # calls that wait besides those at work: enough to keep all busy, few enough to hold little in memory


class Workers:
    """Processes that call `function(job, task)`. With one worker the calls are made in this process.

    Results come in the order of tasks, whatever the number of workers; an exception comes up where its result would.
    A worker ends when this process does, also when that is killed.
    """

    def __init__(self, count: int, function: Callable[[Any, Any], Any], job: Any) -> None:
        self.count = count
        self._function, self._job = function, job
        self._processes: list[Any] = []
        self._idle: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        self._ours: list[Connection] = []
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> Workers:
        if self.count > 1:
            self._start()
        return self

    def _start(self) -> None:
        context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        forked = sys.platform == "linux"
        for _ in range(self.count):
            ours, theirs = context.Pipe()
            self._ours.append(ours)
            # A forked child holds our ends as well; they have to be closed there, or it never sees that we are gone.
            args = (theirs, self._function, self._job, tuple(self._ours) if forked else ())
            process = context.Process(target=_serve, args=args, daemon=True)
            process.start()
            theirs.close()
            self._processes.append(process)
            self._idle.put(ours)
        self._threads = ThreadPoolExecutor(self.count)

    def map(self, tasks: Iterable[T]) -> Iterator[tuple[T, Any]]:
        """Each task with its result, in order. Raise what the call raised."""
        if self._threads is None:
            for task in tasks:
                yield task, self._function(self._job, task)
            return
        waiting: deque[tuple[T, Future[Any]]] = deque()
        for task in tasks:
            waiting.append((task, self._threads.submit(self._call, task)))
            if len(waiting) >= self.count + AHEAD:
                first, future = waiting.popleft()
                yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()

    def _call(self, task: Any) -> Any:
        connection = self._idle.get()
        try:
            connection.send(task)
            good, value = connection.recv()
        except (EOFError, OSError):
            raise BoilerstripError("a worker process died (out of memory, or killed)") from None
        finally:
            self._idle.put(connection)
        if good:
            return value
        raise value

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
        for ours in self._ours:
            ours.close()
        for process in self._processes:
            process.join()
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)


def _serve(connection: Connection, function: Callable[[Any, Any], Any], job: Any, others: Iterable[Connection]) -> None:
    """Answer calls until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in others:
        other.close()
    while True:
        try:
            task = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[bool, Any] = (True, function(job, task))
        except Exception as error:
            answer = (False, error)
        try:
            connection.send(answer)
        except OSError:
            return
