"""One command that starts the whole product, and stops it without leaving a process."""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from types import FrameType
from typing import IO

from tracker.demo import commands
from tracker.demo.banner import banner
from tracker.demo.broker import MEMORY, Broker, choose, remove_socket_folder
from tracker.demo.children import ON_LINUX, Child, die_with_parent, wait_until
from tracker.demo.environment import Place, child_environment, free_port, port_is_free
from tracker.demo.readiness import SOLO_READY, web_answers, worker_answers
from tracker.demo.supervisor import Supervisor

START_SECONDS = 120.0
BROKER_SECONDS = 10.0
# The first page a visitor sees. It needs templates, static files, and the database.
SIGN_IN = "/accounts/login/"


class DemoError(Exception):
    """A reason not to start, as a sentence for the person at the keyboard."""


class Stopped(Exception):
    """The person asked to stop before everything was up."""


class Launcher:
    """Starts broker, mail sink, web, worker and beat, waits for them, keeps them running."""

    def __init__(self, place: Place, say: Callable[[str], None]) -> None:
        self.place = place
        self.say = say
        self.supervisor = Supervisor(say)
        self.asked_to_stop = Event()
        self.started = time.monotonic()

    def run(self) -> None:
        """Start, announce, watch until asked to stop, stop."""
        self.check_port()
        self.place.data.mkdir(parents=True, exist_ok=True)
        with self.only_one():
            self.listen_to_signals()
            try:
                self.start()
                self.watch()
            except Stopped:
                pass
            finally:
                self.say("Stopping ...")
                self.supervisor.stop()
                remove_socket_folder(self.place.data)
                self.say("Stopped. The data stays; the next start goes on with it.")

    def check_port(self) -> None:
        """Refuse a taken port before anything is made or started."""
        port = self.place.port
        if not port_is_free(port):
            raise DemoError(
                f"Port {port} is taken. Stop what listens there, or choose another one: "
                f"make demo PORT={port + 1}"
            )

    def only_one(self) -> IO[str]:
        """Take the lock of the data folder: two demos over one database would fight."""
        lock = (self.place.data / "demo.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise DemoError(
                f"A demo already runs on {self.place.data}. Stop it first, or give this one "
                "a folder of its own: DATA_DIR=/tmp/other make demo"
            ) from None
        return lock

    def listen_to_signals(self) -> None:
        """Let Ctrl-C, SIGTERM and a closed terminal all end in the same orderly stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_signal)
        if ON_LINUX and os.environ.get("MAKELEVEL"):
            die_with_parent(os.getppid())

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Ask for the stop; asked again, end everything at once."""
        if self.asked_to_stop.is_set():
            self.supervisor.kill()
            os._exit(1)
        self.asked_to_stop.set()

    def start(self) -> None:
        """Bring everything up in order, and print where it is once it answers."""
        smtp_port = free_port()
        broker = self.start_broker()
        env = child_environment(
            self.place, inherited=os.environ, smtp_port=smtp_port, broker_url=broker.url
        )
        self.supervisor.start(self.child("mail", commands.mail_sink(self.place, smtp_port), env))
        self.prepare(env)
        self.start_servers(broker, env)
        self.say(banner(self.place, broker, env, time.monotonic() - self.started))

    def start_broker(self) -> Broker:
        """Choose the broker and start it if it is ours; memory serves where it cannot run."""
        broker = choose(self.place.data, os.environ, self.fresh_log("valkey"))
        if broker.server is None:
            return broker
        server = broker.server
        server.start()
        wait_until(lambda: broker.answers() or not server.running, BROKER_SECONDS, 0.05)
        if not broker.answers():
            server.stop()
            reason = server.tail(1) or "it does not answer"
            self.say(f"The embedded Valkey cannot run here ({reason}); the queue is in memory.")
            return Broker(MEMORY, "in memory (the embedded Valkey cannot run here)")
        self.supervisor.watch(server)
        return broker

    def fresh_log(self, name: str) -> Path | None:
        """Return the path of an empty log; None when the log goes to the screen."""
        log = self.place.log(name)
        if log is not None:
            log.unlink(missing_ok=True)
        return log

    def child(self, name: str, argv: list[str], env: Mapping[str, str]) -> Child:
        """Describe one process of the demo, with an empty log of its own."""
        return Child(name, argv, env, self.place.root, self.fresh_log(name))

    def prepare(self, env: Mapping[str, str]) -> None:
        """Run the preparation in its own process, since it needs the demo's settings."""
        self.say("Preparing the database, the demo data and the static files ...")
        child = self.child("preparation", commands.preparation(self.place), env)
        child.start()
        while child.running:
            if self.asked_to_stop.wait(0.1):
                child.stop()
                raise Stopped
        if child.process is None or child.process.returncode != 0:
            raise DemoError(f"The preparation failed:\n{child.tail(30)}")

    def start_servers(self, broker: Broker, env: Mapping[str, str]) -> None:
        """Start web, worker and beat together, then wait for each to answer."""
        (self.place.data / SOLO_READY).unlink(missing_ok=True)
        self.say("Starting web, worker and beat ...")
        self.supervisor.start(self.child("web", commands.web(self.place), env))
        self.supervisor.start(self.child("worker", commands.worker(broker), env))
        if not broker.in_memory:
            self.supervisor.start(self.child("beat", commands.beat(), env))
        self.wait("web", lambda: web_answers(f"http://127.0.0.1:{self.place.port}{SIGN_IN}"))
        self.wait("the worker", lambda: worker_answers(broker, self.place.data))

    def wait(self, what: str, answers: Callable[[], bool]) -> None:
        """Wait until a part answers; give up with its log when it cannot be brought up."""
        deadline = time.monotonic() + START_SECONDS
        while not answers():
            if self.asked_to_stop.wait(0.1):
                raise Stopped
            self.supervisor.look()
            failed = self.supervisor.crashed_often()
            if failed is not None:
                raise DemoError(f"{failed.name} does not start:\n{failed.tail()}")
            if time.monotonic() > deadline:
                raise DemoError(f"{what} did not answer within {START_SECONDS:.0f} seconds.")

    def watch(self) -> None:
        """Restart what crashes, until asked to stop."""
        while not self.asked_to_stop.wait(0.5):
            self.supervisor.look()


def launch(place: Place) -> int:
    """Run the demo and return the exit code; a reason not to start goes to stderr."""

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    try:
        Launcher(place, say).run()
    except DemoError as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0


def default_data() -> Path:
    """The folder of the demo's data, the same that the settings use."""
    root = Path(__file__).resolve().parent.parent.parent
    return Path(os.environ.get("DATA_DIR") or root / "data").resolve()
