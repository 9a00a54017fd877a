"""`manage.py demo` for real: it serves, restarts what crashes, keeps data, leaves no orphan."""

import os
import re
import signal
import smtplib
import socket
import stat
import subprocess
import sys
import urllib.request
from email.message import EmailMessage
from pathlib import Path

import psutil
import pytest

from tests.servers.processes import ROOT, clean_environment
from tracker.demo.broker import remove_socket_folder
from tracker.demo.children import Child, wait_until
from tracker.demo.environment import free_port

pytestmark = [pytest.mark.processes, pytest.mark.sqlite_only]
TROUBLE = re.compile(r"WARN|Traceback|\bERROR\b|CRITICAL", re.IGNORECASE)


class Demo:
    """One demo in a data folder of its own."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.port = free_port()
        self.data = folder / "data"
        env = clean_environment(DATA_DIR=str(self.data), **variables)
        del env["SECRET_KEY"], env["STATICFILES_BACKEND"]
        argv = [sys.executable, "manage.py", "demo", "--port", str(self.port)]
        self.launcher = Child("demo", argv, env, ROOT, folder / "console.log", stop_seconds=40)

    def start(self) -> "Demo":
        self.launcher.start()
        up = wait_until(lambda: "Everything runs" in self.console() or not self.running, 120)
        assert up, self.console()
        assert self.running, self.console()
        return self

    @property
    def running(self) -> bool:
        return self.launcher.running

    def console(self) -> str:
        return self.launcher.tail(1000)

    def logs(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in (self.data / "log").iterdir()}

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.launcher.process.pid).children(recursive=True)

    def process(self, words: str) -> psutil.Process:
        return next(child for child in self.family() if words in " ".join(child.cmdline()))

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.read().decode()

    def end(self, number: signal.Signals) -> list[psutil.Process]:
        """Send a signal to the launcher and return what still runs half a minute later."""
        family = self.family()
        self.launcher.process.send_signal(number)
        self.launcher.process.wait(60)
        return psutil.wait_procs(family, timeout=30)[1]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    running = Demo(tmp_path_factory.mktemp("demo"), SWEEP_SECONDS="1").start()
    yield running
    running.launcher.stop()


def test_it_prints_the_address_once_the_sign_in_page_answers(demo):
    assert f"http://localhost:{demo.port}/" in demo.console()
    assert "password" in demo.get("/accounts/login/")


def test_its_console_and_logs_hold_no_warning_and_no_traceback(demo):
    swept = wait_until(lambda: "sweep" in demo.logs()["worker.log"], 30)
    assert swept, demo.logs()["beat.log"]
    texts = {"console": demo.console(), **demo.logs()}
    assert {name: text for name, text in texts.items() if TROUBLE.search(text)} == {}


def test_its_secret_key_is_its_own_and_readable_by_its_owner_only(demo):
    key = demo.data / "secret_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_text()) >= 50


def test_a_mail_sent_over_smtp_can_be_read_in_the_browser(demo):
    web = demo.process("gunicorn")
    port = int(web.environ()["EMAIL_URL"].rsplit(":", 1)[1])
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Grüße", "a@x.example", "b@y.example"
    message.set_content("See http://localhost/item")
    message.add_alternative("<p>See <a href='http://localhost/item'>it</a></p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.send_message(message)
    assert "Grüße" in demo.get("/demo/mail/?to=b@y.example")
    assert "Grüße" not in demo.get("/demo/mail/?to=c@z.example")


def test_a_crashed_worker_is_started_again(demo):
    victim = demo.process("tracker worker")
    victim.kill()
    assert wait_until(lambda: "worker has ended" in demo.console(), 10)
    assert wait_until(
        lambda: any(
            "tracker worker" in " ".join(child.cmdline()) and child.pid != victim.pid
            for child in demo.family()
        ),
        20,
    )


def test_a_second_demo_over_the_same_data_is_refused(demo):
    other = Demo(demo.data.parent)
    other.launcher.log = demo.data.parent / "other.log"
    other.launcher.start()
    assert other.launcher.process.wait(30) == 1
    assert "A demo already runs" in other.console()


def test_ctrl_c_stops_everything_and_a_second_start_keeps_the_data(demo):
    """The last one with this demo: it ends it."""
    key = (demo.data / "secret_key").read_text()
    mails = sorted((demo.data / "mail").iterdir())
    assert demo.end(signal.SIGINT) == []
    assert demo.launcher.process.returncode == 0
    again = demo.start()
    assert (again.data / "secret_key").read_text() == key
    assert sorted((again.data / "mail").iterdir())[: len(mails)] == mails
    assert again.end(signal.SIGTERM) == []


def test_killing_the_launcher_leaves_no_process(tmp_path):
    demo = Demo(tmp_path).start()
    assert len(demo.family()) >= 6
    assert demo.end(signal.SIGKILL) == []
    remove_socket_folder(demo.data)


def test_without_a_broker_worker_and_beat_share_one_process(tmp_path):
    demo = Demo(tmp_path, REDIS_URL="memory://", SWEEP_SECONDS="1").start()
    try:
        assert "in memory" in demo.console()
        assert wait_until(lambda: "notifications.tasks.sweep" in demo.logs()["worker.log"], 20)
    finally:
        assert demo.end(signal.SIGTERM) == []


def refusal(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "demo", *options],
        cwd=ROOT,
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_is_said_in_one_sentence_and_nothing_is_made(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = refusal("--port", str(port), DATA_DIR=str(tmp_path / "data"))
    assert ended.returncode == 1
    assert f"Port {port} is taken" in ended.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("port", ["http", "0", "65536"])
def test_a_port_that_is_none_is_said_in_one_sentence(port):
    ended = refusal("--port", port)
    assert ended.returncode == 1
    assert ended.stderr == f"PORT must be a number from 1 to 65535, and '{port}' is not.\n"


def test_a_python_that_is_too_old_is_named_before_anything_is_installed(tmp_path):
    old = tmp_path / "python3.8"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    ended = subprocess.run(
        ["make", "--directory", str(ROOT), "demo", f"PYTHON={old}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )
    assert ended.returncode != 0
    assert f"Python 3.11 or newer is needed, and '{old}' is not that." in ended.stderr
