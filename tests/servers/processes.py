"""The product's own processes, with a given environment: worker, beat, web, commands."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tracker.demo.children import Child, wait_until
from tracker.demo.environment import free_port
from tracker.demo.readiness import nodes_answer, web_answers

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "LD_LIBRARY_PATH")
# A key that passes the checks; it guards nothing but a test's throw-away database.
TEST_KEY = "a-key-for-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH"
READY_SECONDS = 60


def clean_environment(**variables: str) -> dict[str, str]:
    """Compose an environment from nothing but the given variables and the machine's own.

    A variable that a developer has exported (DEBUG, REDIS_URL, ...) never reaches a test.
    """
    machine = {name: os.environ[name] for name in KEPT if name in os.environ}
    defaults = {
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "PYTHONUNBUFFERED": "1",
        "SECRET_KEY": TEST_KEY,
        # A test that counts mails says itself who shall send them.
        "SWEEP_FROM_WEB": "0",
        "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }
    return {**machine, **defaults, **variables}


@dataclass
class Processes:
    """Starts processes for one test and stops them all at its end, the youngest first."""

    logs: Path
    started: list[Child] = field(default_factory=list)

    def start(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> Child:
        """Start any command in the project's folder."""
        log = self.logs / f"{name}-{len(self.started)}.log"
        child = Child(name, argv, env, ROOT, log)
        child.start()
        self.started.append(child)
        return child

    def crowd(self, env: Mapping[str, str], workers: Sequence[str], *beats: Path) -> list[Child]:
        """Start workers by their names, and beats by their files, and wait for all together."""
        found = [self.worker(env, node=name, wait=False) for name in workers]
        ticking = [self.beat(env, schedule, wait=False) for schedule in beats]
        for child, node in zip(found, workers, strict=True):
            self.wait(child, env, node)
        for child in ticking:
            self.wait(child, env, "celerybeat")
        return found

    def worker(
        self, env: Mapping[str, str], *options: str, node: str = "worker", wait: bool = True
    ) -> Child:
        """Start a Celery worker and wait until it answers a ping; prefork by default."""
        argv = [sys.executable, "-m", "celery", "-A", "tracker", "worker", "-n", f"{node}@%h"]
        child = self.start("worker", [*argv, "-l", "INFO", *(options or ("-c", "2"))], env)
        if wait:
            self.wait(child, env, node)
        return child

    def beat(
        self, env: Mapping[str, str], schedule: Path | None = None, *, wait: bool = True
    ) -> Child:
        """Start beat and wait until it answers a ping."""
        argv = [sys.executable, "-m", "celery", "-A", "tracker", "beat", "-l", "INFO"]
        argv += ["--enable-remote-control", "-s", str(schedule or self.logs / "schedule")]
        child = self.start("beat", argv, env)
        if wait:
            self.wait(child, env, "celerybeat")
        return child

    def wait(self, child: Child, env: Mapping[str, str], node: str) -> None:
        """Wait for the node's answer over the broker, or fail with the process's log."""
        url = env["REDIS_URL"]
        ready = wait_until(
            lambda: not child.running or nodes_answer(url, {node}, 0.5), READY_SECONDS
        )
        if not ready or not child.running:
            raise RuntimeError(f"{child.name} does not answer:\n{child.tail(40)}")

    def web(self, env: Mapping[str, str], *options: str) -> tuple[Child, str]:
        """Start gunicorn on a free port and return it with its address once it answers."""
        port = free_port()
        argv = [sys.executable, "-m", "gunicorn", "tracker.wsgi", "-b", f"127.0.0.1:{port}"]
        argv += ["-k", "gthread", "--threads", "4", "--no-control-socket", *options]
        child = self.start("web", argv, env)
        address = f"http://127.0.0.1:{port}"
        if not wait_until(lambda: web_answers(f"{address}/livez"), READY_SECONDS):
            raise RuntimeError(f"web does not answer:\n{child.tail(40)}")
        return child, address

    def kill(self) -> None:
        """End it all at once, where nobody asks any more what becomes of it."""
        for child in reversed(self.started):
            child.kill()

    def stop(self) -> None:
        """Stop whatever this test has started."""
        for child in reversed(self.started):
            child.stop()


def manage(env: Mapping[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a management command in a process of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=dict(env),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
