"""/livez asks nobody; /readyz asks the database, and tells of the broker."""

import pytest
from django.db import DatabaseError, connection

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
