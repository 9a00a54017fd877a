"""The measurements of the morning mail, each over databases and processes of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import monotonic, monotonic_ns, sleep
from typing import Any

from benchmarks.machines import Machines
from scripts.check import ROOT
from tests.servers import broker
from tests.servers.processes import Processes
from tracker.demo.children import Child

Figures = dict[str, Any]
# So much of each pass warms up (forms are cut, connections opened) and is not counted.
WARM_UP = 0.1
PATIENCE = 400.0
SETTLED = {"accepted", "refused", "cancelled", "superseded", "unknown"}


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    mails: int
    passes: int
    far: int
    plans: int


FULL = Size(mails=3000, passes=5, far=1_000_000, plans=3)
QUICK = Size(mails=600, passes=3, far=60_000, plans=2)
NEAR = 20_000
DUE_PEOPLE = 200


def start_job(env: Mapping[str, str], *arguments: str) -> subprocess.Popen[str]:
    """Start a measured process."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.jobs", *arguments],
        cwd=ROOT,
        env=dict(env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def result(job: subprocess.Popen[str]) -> Figures:
    """Wait for a job's last line."""
    said, _ = job.communicate(timeout=PATIENCE * 3)
    if job.returncode:
        raise RuntimeError(f"{job.args!r} ended with {job.returncode}.")
    figures: Figures = json.loads(said.splitlines()[-1])
    return figures


def run_job(env: Mapping[str, str], *arguments: str) -> Figures:
    """Run one that waits for nobody."""
    return result(start_job(env, *arguments))


def together(jobs: Sequence[subprocess.Popen[str]]) -> list[Figures]:
    """Let jobs begin at the same time, when all are ready."""
    for job in jobs:
        if job.stdout is None or job.stdout.readline() != "ready\n":
            raise RuntimeError(f"{job.args!r} did not get ready.")
    for job in jobs:
        if job.stdin is not None:
            job.stdin.write("go\n")
            job.stdin.flush()
    return [result(job) for job in jobs]


@dataclass
class Mails:
    """Throughput, statements and a kill, over copies of one database with planned mails."""

    around: Machines
    size: Size
    template: str = "mails"

    def prepare(self) -> Figures:
        """Make the rows and plan all mails; then send them once, to have the raw mails."""
        self.around.server.create(self.template)
        env = self.around.environment(self.template)
        run_job(env, "world", str(self.size.mails))
        figures = run_job(env, "planned")
        self.around.copy(self.template, "sent")
        self.ours("sent", 1)
        return figures

    def throughput(self) -> Figures:
        """Raw, one worker, two workers, in turn; the medians, and the shares of raw."""
        passes: dict[str, list[Figures]] = {"raw": [], "one": [], "two": []}
        for _ in range(self.size.passes):
            passes["raw"].append(self.raw())
            for name, workers in (("one", 1), ("two", 2)):
                self.around.copy(self.template, "pass")
                passes[name].append(self.ours("pass", workers))
        rates = {name: [each["rate"] for each in found] for name, found in passes.items()}
        middle = {name: median(found) for name, found in rates.items()}
        return {
            "mails/s": middle,
            "share of raw": {name: middle[name] / middle["raw"] for name in ("one", "two")},
            "sender CPU ms/mail": {
                name: median(each["cpu"] for each in found) for name, found in passes.items()
            },
            "all passes": rates,
            "bytes each": passes["raw"][0]["bytes each"],
        }

    def raw(self) -> Figures:
        """One persistent smtplib connection with the same mails, composed beforehand."""
        self.around.sink.forget()
        (figures,) = together([start_job(self.around.environment("sent"), "raw")])
        return {**figures, **self._rate([figures])}

    def ours(self, database: str, workers: int) -> Figures:
        """So many worker processes, over a database with planned mails."""
        self.around.sink.forget()
        env = self.around.environment(database)
        done = together([start_job(env, "worker") for _ in range(workers)])
        return self._rate(done)

    def _rate(self, done: Sequence[Figures]) -> Figures:
        accepted = self.around.sink.accepted()
        copies = self.around.sink.copies()
        if len(copies) != self.size.mails or copies.total() != self.size.mails:
            raise RuntimeError(f"{copies.total()} of {self.size.mails} mails came: {done}")
        first = int(len(accepted) * WARM_UP)
        seconds = (accepted[-1][0] - accepted[first][0]) / 1e9
        return {
            "rate": (len(accepted) - 1 - first) / seconds,
            "cpu": sum(each["cpu"] for each in done) * 1000 / len(accepted),
        }

    def statements(self) -> Figures:
        """SQL statements per mail, over all the batches of one worker."""
        self.around.copy(self.template, "counted")
        self.around.sink.forget()
        (figures,) = together([start_job(self.around.environment("counted"), "counted")])
        return {**figures, "per mail": figures["statements"] / figures["mails"]}

    def kill(self) -> Figures:
        """Celery worker and beat as in production; kill -9 of the worker at half; a new one."""
        self.around.copy(self.template, "killed")
        self.around.sink.forget()
        redis, processes = broker.start(), Processes(self.around.folder)
        env = self.around.environment("killed", REDIS_URL=redis.url)
        try:
            worker = processes.worker(env, "-c", "1")
            processes.beat(env)
            killed_at = self._kill_at_half(worker)
            processes.worker(env, "-c", "1")
            ended = self._wait_for_the_rest(env)
        finally:
            processes.stop()
            redis.stop()
        return self._after_the_kill(env, killed_at, ended)

    def _kill_at_half(self, worker: Child) -> int:
        deadline = monotonic() + PATIENCE
        # Not at the end of a batch, where nothing is in the worker's hands.
        while len(self.around.sink.accepted()) < self.size.mails // 2 + 17:
            if monotonic() > deadline:
                raise RuntimeError(f"Half of the mails never came:\n{worker.tail()}")
            sleep(0.005)
        worker.kill()
        return monotonic_ns()

    def _wait_for_the_rest(self, env: Mapping[str, str]) -> Figures:
        deadline = monotonic() + PATIENCE
        while True:
            figures = run_job(env, "states")
            if set(figures["states"]) <= SETTLED or monotonic() > deadline:
                return figures
            sleep(1)

    def _after_the_kill(self, env: Mapping[str, str], killed_at: int, ended: Figures) -> Figures:
        accepted, copies = self.around.sink.accepted(), self.around.sink.copies()
        listed = set(ended["in doubt"])
        names = set(run_job(env, "names")["names"])
        missing = names - set(copies)
        return {
            "mails": len(names),
            "accepted before the kill": sum(at <= killed_at for at, _ in accepted),
            "seconds until the rest was out": max(0.0, (accepted[-1][0] - killed_at) / 1e9),
            "lost": len(missing - listed),
            "doubled": sum(number > 1 for number in copies.values()),
            "in doubt, listed": len(listed),
            "in doubt, not arrived": len(missing & listed),
            "states": ended["states"],
        }


def planning(around: Machines, size: Size) -> Figures:
    """The same 2,000 lines due, among few and among many open milestones."""
    seconds: dict[int, list[float]] = {NEAR: [], size.far: []}
    for number in seconds:
        name = f"open{number}"
        around.server.create(name)
        run_job(around.environment(name), "world", str(DUE_PEOPLE), str(number))
    lines = 0
    for _ in range(2):
        for number, found in seconds.items():
            figures = run_job(around.environment(f"open{number}"), "planning", str(size.plans))
            found += figures["seconds"]
            lines = figures["lines"]
    few, many = (median(seconds[number]) for number in (NEAR, size.far))
    return {
        "lines due": lines,
        "seconds": {str(NEAR): few, str(size.far): many},
        "times": many / few,
        "all passes": {str(number): found for number, found in seconds.items()},
    }
