"""/livez asks nobody; /readyz asks the database, and tells of the broker."""

import json
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.db import DatabaseError, connection

from tests.servers.processes import clean_environment
from tracker.health import livez, readyz


@pytest.fixture
def ask(rf):
    """Call a view as a supervisor does."""
    return lambda view, method="get": view(getattr(rf, method)("/"))


def test_livez_answers_without_any_query(ask, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert ask(livez).status_code == 200


def test_readyz_is_ready_with_a_database_and_no_redis(ask, db, settings):
    settings.REDIS_URL = ""
    answer = ask(readyz)
    assert answer.status_code == 200
    assert b'"broker": "in memory"' in answer.content


def test_readyz_says_503_without_a_database(ask, db, monkeypatch):
    def refuse(*args):
        raise DatabaseError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", refuse)
        answer = ask(readyz)
    assert answer.status_code == 503
    assert b"unreachable" in answer.content


@pytest.mark.processes
@pytest.mark.sqlite_only
def test_readyz_says_503_before_the_first_migration(processes, tmp_path):
    env = clean_environment(
        DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3",
        DATA_DIR=str(tmp_path),
        SITE_URL="http://localhost:8000",
    )
    _, address = processes.web(env)
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{address}/readyz", timeout=10)
    assert refused.value.code == 503
    assert json.load(refused.value)["database"] == "without its tables"


def test_readyz_stays_ready_and_tells_when_redis_is_gone(ask, db, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = ask(readyz)
    assert answer.status_code == 200
    assert b'"broker": "unreachable"' in answer.content


def test_readyz_finds_a_real_redis(ask, db, settings, redis_url):
    settings.REDIS_URL = redis_url
    assert b'"broker": "ok"' in ask(readyz).content


def test_health_is_never_cached_and_never_posted_to(ask, db):
    assert "no-store" in ask(livez)["Cache-Control"]
    assert ask(livez, "post").status_code == 405
