"""The small parts of the demo, each alone."""

import os
import signal
import stat
import subprocess
import sys
import time

import psutil
import pytest

from tests.servers.processes import ROOT
from tracker.demo import broker, children, environment
from tracker.demo.children import Child, wait_until
from tracker.demo.supervisor import Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def sleeper(tmp_path, **options):
    return Child("sleeper", SLEEP, os.environ, tmp_path, **options)


def test_redis_url_goes_before_the_wheel_and_memory_comes_last(tmp_path, monkeypatch):
    assert broker.choose(tmp_path, {"REDIS_URL": "redis://x/0"}, None).url == "redis://x/0"
    monkeypatch.setattr(broker, "valkey_binary", lambda: None)
    assert broker.choose(tmp_path, {}, None).in_memory


def test_the_wheels_server_listens_on_a_short_private_socket(tmp_path):
    chosen = broker.choose(tmp_path, {}, None)
    assert len(str(chosen.socket)) < 100
    assert stat.S_IMODE(chosen.socket.parent.stat().st_mode) == 0o700
    assert "--port 0" in " ".join(chosen.server.argv)


def test_a_socket_folder_that_others_may_enter_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/tmp")
    folder = broker.socket_folder(tmp_path)
    folder.chmod(0o755)
    with pytest.raises(PermissionError, match="is not a private folder"):
        broker.socket_folder(tmp_path)
    folder.rmdir()


def test_a_secret_key_is_made_once(tmp_path):
    assert environment.secret_key(tmp_path) == environment.secret_key(tmp_path)


def test_a_callers_key_and_database_are_kept_and_debug_is_not(tmp_path):
    place = environment.Place(ROOT, tmp_path, 8000)
    given = {"SECRET_KEY": "mine", "DATABASE_URL": "postgres://x/y", "DEBUG": "1"}
    env = environment.child_environment(
        place, inherited=given, smtp_port=2525, broker_url="memory://"
    )
    assert (env["SECRET_KEY"], env["DATABASE_URL"]) == ("mine", "postgres://x/y")
    assert (env["DEBUG"], env["REDIS_URL"], env["EMAIL_URL"]) == ("0", "", "smtp://127.0.0.1:2525")


class Clock:
    """A clock that moves only when told."""

    now = 0.0

    def __call__(self):
        return self.now


def test_pauses_between_restarts_grow_and_start_anew_after_a_steady_run(tmp_path):
    clock, said = Clock(), []
    watch = Supervisor(said.append, clock)
    watch.start(Child("crasher", [sys.executable, "-c", ""], os.environ, tmp_path))
    entry = watch.watched[0]
    pauses = []
    for ran in (1, 1, 1, 100):
        entry.child.process.wait()
        clock.now += ran
        watch.look()
        pauses.append(entry.restart_at - clock.now)
        clock.now = entry.restart_at
        watch.look()
    entry.child.process.wait()
    assert pauses == [1, 2, 4, 1]
    assert "crasher has ended (exit code 0" in said[0]


def test_children_stop_in_the_reverse_order_of_their_start(tmp_path, monkeypatch):
    order = []
    monkeypatch.setattr(Child, "stop", lambda self: order.append(self.name))
    watch = Supervisor(print)
    for name in ("valkey", "web", "worker", "beat"):
        watch.watch(Child(name, SLEEP, os.environ, tmp_path))
    watch.stop()
    assert order == ["beat", "worker", "web", "valkey"]


@pytest.mark.parametrize("kernel", [True, False], ids=["kernel", "pipe"])
def test_a_child_ends_when_its_starter_is_killed(tmp_path, kernel):
    script = (
        "import os, sys, time; from pathlib import Path; "
        "from tracker.demo.children import Child; "
        f"child = Child('x', {SLEEP!r}, os.environ, Path('.'), kernel_leash={kernel}); "
        "child.start(); print(child.process.pid, flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    child = psutil.Process(int(starter.stdout.readline()))
    assert wait_until(lambda: kernel or child.children(), 10)
    family = [child, *child.children(recursive=True)]
    starter.kill()
    starter.wait()
    assert psutil.wait_procs(family, timeout=10)[1] == []


def test_a_child_that_ignores_the_stop_is_killed(tmp_path):
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('up', flush=True); time.sleep(60)"
    )
    log = tmp_path / "log"
    child = Child("x", [sys.executable, "-c", stubborn], os.environ, tmp_path, log)
    child.stop_seconds = 0.5
    child.start()
    wait_until(lambda: child.tail() == "up", 10)
    child.stop()
    assert child.process.returncode == -signal.SIGKILL


def test_waiting_gives_up_when_the_time_is_over():
    began = time.monotonic()
    assert not children.wait_until(lambda: False, 0.3)
    assert 0.2 < time.monotonic() - began < 2
