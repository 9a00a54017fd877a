"""Who tries too often is stopped, an attacker locks nobody out, and nothing tells who has an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as project
from django.contrib.auth import hashers
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from networks.models import User
from tests import factories
from tests.door import stuck
from tests.door.entering import LOGIN, SECRET, app_code, arrived, log_in, mailed_code, who, with_app
from tests.servers import broker

pytestmark = pytest.mark.django_db
ASK_CODE, TYPE_CODE = reverse("account_request_login_code"), reverse("account_confirm_login_code")
RESET = reverse("account_reset_password")
TABLE = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every run of the password hasher: what an attacker pays for, and can measure."""
    runs: list[str] = []
    encode = hashers.MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        runs.append(password)
        return str(encode(self, password, salt))

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)
    return runs


def address(number: int) -> str:
    return f"198.51.100.{number}"


def test_500_wrong_log_ins_from_50_addresses_are_five_guesses(
    client: Client, hashed: list[str]
) -> None:
    person = factories.user()
    hashed.clear()
    refused = 0
    for number in range(500):
        attacker = Client(REMOTE_ADDR=address(number % 50))
        body = {"login": person.email, "password": f"guess number {number}"}
        answer = attacker.post(LOGIN, body)
        refused += "Too many failed login attempts" in answer.content.decode()
        assert who(attacker) is None
    assert len(hashed) == 5
    assert refused == 495
    # The right password is refused too, for now, and tells the attacker nothing ...
    log_in(client, person)
    assert who(client) is None
    # ... and the person still comes in: by a mailed code, from the same minute on.
    client.post(ASK_CODE, {"email": person.email})
    client.post(TYPE_CODE, {"code": mailed_code()})
    assert who(client) == person.pk


def test_one_address_tries_many_accounts_ten_times_a_minute(hashed: list[str]) -> None:
    people = [factories.user() for _ in range(30)]
    hashed.clear()
    attacker = Client(REMOTE_ADDR=address(1))
    for person in people:
        log_in(attacker, person, "one guess for each of them")
    assert len(hashed) == 10


def test_capitals_hosts_and_blanks_give_no_further_guesses(
    hashed: list[str], settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
    person = factories.user()
    hashed.clear()
    for number in range(30):
        host = settings.ALLOWED_HOSTS[number % 3]
        written = person.email.upper() if number % 2 else f" {person.email}"
        attacker = Client(REMOTE_ADDR=address(number), HTTP_HOST=host)
        attacker.post(LOGIN, {"login": written, "password": "guess"})
    assert len(hashed) == 5


def test_a_forged_forwarding_header_gives_no_further_guesses(hashed: list[str]) -> None:
    people = [factories.user() for _ in range(15)]
    hashed.clear()
    for number, person in enumerate(people):
        attacker = Client(REMOTE_ADDR=address(1), HTTP_X_FORWARDED_FOR=address(number))
        log_in(attacker, person, "guess")
    assert len(hashed) == 10


def test_codes_of_an_app_cannot_be_tried_out(client: Client) -> None:
    person = with_app(factories.user())
    log_in(client, person)
    right = app_code(SECRET)
    wrong = (code for code in (f"{n:06}" for n in range(100)) if code != right)
    for _, code in zip(range(12), wrong, strict=False):
        client.post(reverse("mfa_authenticate"), {"code": code})
    client.post(reverse("mfa_authenticate"), {"code": right})
    assert who(client) is None


def test_one_address_gets_three_codes_a_minute(client: Client) -> None:
    person = factories.user()
    for number in range(10):
        Client(REMOTE_ADDR=address(number)).post(ASK_CODE, {"email": person.email})
    assert len(arrived()) == 3


def test_too_many_requests_are_answered_429_in_our_design() -> None:
    attacker = Client(REMOTE_ADDR=address(1))
    body = {"email": "nobody@example.org"}
    answers = [attacker.post(RESET, body) for _ in range(8)]
    assert answers[-1].status_code == 429
    assert b"Too many attempts" in answers[-1].content


def page(answer: Any) -> tuple[int, str | None, str]:
    """What an onlooker sees, less what differs at each request anyway."""
    return answer.status_code, answer.headers.get("Location"), answer.content.decode()


@pytest.mark.parametrize("kind", ["password", "code", "reset"])
def test_no_answer_tells_whether_an_account_exists(kind: str) -> None:
    factories.user(email="known@example.org")
    said = []
    for number, email in enumerate(("known@example.org", "nobody@example.org")):
        asker = Client(REMOTE_ADDR=address(number))
        body = {"login": email, "password": "wrong"} if kind == "password" else {"email": email}
        target = {"password": LOGIN, "code": ASK_CODE, "reset": RESET}[kind]
        status, way, text = page(asker.post(target, body))
        after = asker.get(way).content.decode() if way else text
        token = asker.cookies["csrftoken"].value if "csrftoken" in asker.cookies else "-"
        said.append((status, way, plain(after, email, token)))
    assert said[0] == said[1]


def plain(text: str, email: str, token: str) -> str:
    """A page without the address that was typed and without its tokens."""
    lines = text.replace(email, "…").replace(token, "…").splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)


def cost(asker: Client, target: str, body: dict[str, str], hashed: list[str]) -> tuple[int, int]:
    """Hasher runs and statements of one request: the parts of its time that are ours."""
    hashed.clear()
    with CaptureQueriesContext(connection) as captured:
        asker.post(target, body)
    return len(hashed), len(captured)


def test_an_unknown_account_costs_as_many_hasher_runs_and_statements(hashed: list[str]) -> None:
    factories.user(email="known@example.org")
    costs = []
    for number, email in enumerate(("known@example.org", "nobody@example.org")):
        asker = Client(REMOTE_ADDR=address(number))
        costs.append(cost(asker, LOGIN, {"login": email, "password": "wrong"}, hashed))
    (known_runs, known_reads), (unknown_runs, unknown_reads) = costs
    assert known_runs == unknown_runs == 1
    assert abs(known_reads - unknown_reads) <= 2


def test_no_answer_waits_for_the_mail(settings: Any) -> None:
    """A relay that never answers holds nobody up: it would be the clock that tells."""
    settings.EMAIL_BACKEND = "tests.door.stuck.StuckBackend"
    factories.user(email="known@example.org")
    with stuck.closed():
        answer = Client().post(ASK_CODE, {"email": "known@example.org"})
        assert answer["Location"] == TYPE_CODE
        assert stuck.waiting()


@pytest.fixture
def in_table(settings: Any) -> Callable[[], None]:
    """The cache as production has it, and a way to lose Redis with all it knows."""
    settings.CACHES = TABLE
    call_command("createcachetable")
    return cache.clear


def test_the_product_keeps_its_limits_in_the_database() -> None:
    source = (project.BASE_DIR / "tracker" / "settings.py").read_text()
    assert "django.core.cache.backends.db.DatabaseCache" in source
    assert "RedisCache" not in source


def test_limits_outlive_a_flushed_redis(
    in_table: Any, redis_server: broker.Redis, settings: Any, hashed: list[str]
) -> None:
    settings.REDIS_URL = redis_server.url
    person = factories.user()
    hashed.clear()
    for number in range(10):
        log_in(Client(REMOTE_ADDR=address(number)), person, "guess")
        redis_server.flush()
    assert len(hashed) == 5


def test_strangers_do_not_push_the_count_out(in_table: Any, hashed: list[str]) -> None:
    person = factories.user()
    for number in range(5):
        log_in(Client(REMOTE_ADDR=address(number)), person, "guess")
    for number in range(700):
        cache.set(f"noise-{number}", [1.0], 300)
    hashed.clear()
    log_in(Client(REMOTE_ADDR=address(99)), person, "guess")
    assert hashed == []


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.example/",
        "//evil.example/",
        "\\\\evil.example",
        "/\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        " https://evil.example",
        "https://localhost@evil.example/",
        "https://testserver.evil.example/",
        "\x01//evil.example",
    ],
)
@pytest.mark.parametrize("kind", ["password", "code", "logout", "reauthenticate", "admin"])
def test_no_next_leads_elsewhere(client: Client, kind: str, away: str) -> None:
    person = factories.user(is_staff=True, is_superuser=True)
    answer = gone(client, person, kind, away)
    assert answer.status_code in (302, 200)
    assert "evil" not in answer.headers.get("Location", "").split("?")[0]
    assert "javascript" not in answer.headers.get("Location", "").split("?")[0]


def gone(client: Client, person: User, kind: str, away: str) -> Any:
    """Send a form that says where to go afterwards."""
    if kind == "password":
        return log_in_next(client, person, away)
    if kind == "code":
        client.post(ASK_CODE, {"email": person.email, "next": away})
        return client.post(TYPE_CODE, {"code": mailed_code(), "next": away})
    if kind == "admin":
        return client.get("/admin/login/", {"next": away})
    client.force_login(person)
    path = reverse(f"account_{kind}")
    return client.post(path, {"next": away, "password": factories.PASSWORD})


def log_in_next(client: Client, person: User, away: str) -> Any:
    body = {"login": person.email, "password": factories.PASSWORD, "next": away}
    return client.post(LOGIN, body)


def test_a_next_of_ours_is_followed(client: Client) -> None:
    assert log_in_next(client, factories.user(), "/networks/")["Location"] == "/networks/"


@pytest.mark.parametrize("kind", ["code", "reset"])
def test_no_host_header_gets_into_a_mail(kind: str, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "other.example.net"]
    settings.SITE_URL = "https://tracker.example.org"
    person = factories.user()
    asker = Client(HTTP_HOST="other.example.net", HTTP_X_FORWARDED_HOST="evil.example")
    asker.post(ASK_CODE if kind == "code" else RESET, {"email": person.email})
    mail = arrived()[-1]
    faces = f"{mail.subject}{mail.body}{mail.alternatives[0][0]}{mail.message().as_string()}"
    assert "https://tracker.example.org" in faces
    assert "other.example.net" not in faces
    assert "evil.example" not in faces


@pytest.mark.parametrize("kind", ["code", "reset"])
def test_an_unknown_host_is_refused(kind: str) -> None:
    asker = Client(HTTP_HOST="evil.example")
    target = ASK_CODE if kind == "code" else RESET
    assert asker.post(target, {"email": "x@example.org"}).status_code == 400
