"""The doors by which returned mails come in: pipe, mailbox, provider's webhook."""

from __future__ import annotations

import imaplib
import json
import mailbox
import subprocess
import sys
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.utils import timezone

from milestones.models import Milestone
from notifications import mailboxes, tasks
from notifications.mailboxes import NoMailbox
from notifications.models import Bounce, Message, Suppression
from notifications.services import fetching, sweep
from notifications.services.fetching import fetch
from notifications.services.returning import ID_HEADER, TOKEN_HEADER, headers_of
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.imap_sink import Folder, refuse, serving
from tests.notifications.returned import not_delivered
from tests.servers.processes import ROOT, Processes, manage

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
LATER = at("2026-06-01 09:00")
HOLIDAY = b"Subject: I am on holiday\r\n\r\nBack on Monday.\r\n"


@pytest.fixture
def item(cast: Cast) -> Milestone:
    return factories.milestone(cast.aurora, contractual_date=MONDAY.date() + timedelta(days=7))


@pytest.fixture
def report(item: Milestone) -> bytes:
    """A report about the morning's mail."""
    sweep(MONDAY)
    return not_delivered(headers_of(Message.objects.get()))


# --- Mailboxes ------------------------------------------------------------------------------


@pytest.fixture(params=["maildir", "mbox"])
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """An empty mailbox of either kind, and its address."""
    path = tmp_path / "bounces here"
    kind = mailbox.Maildir if request.param == "maildir" else mailbox.mbox
    made = kind(str(path), create=True)
    made.flush()
    return made, f"{request.param}://{str(path).replace(' ', '%20')}"


def drop(kept: Any, *contents: bytes) -> int:
    """As a mail server does: open, append, close. Returns how many mails there are then."""
    now = type(kept)(kept._path, create=False)
    for content in contents:
        now.add(content)
    now.flush()
    return len(now)


def test_a_mailbox_is_read_once_and_kept(report: bytes, box: Any) -> None:
    kept, address = box
    drop(kept, HOLIDAY, report)
    assert fetch(address, LATER) == {"hard": 1, "other": 1}
    assert fetch(address, LATER) == {}
    assert drop(kept, HOLIDAY) == 3
    assert fetch(address, LATER) == {"other": 1}


def test_a_mailbox_is_read_in_portions(
    item: Milestone, box: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes, "MOST", 2)
    kept, address = box
    drop(kept, HOLIDAY, HOLIDAY, HOLIDAY)
    assert [fetch(address, LATER)["other"] for _ in range(3)] == [2, 1, 0]


def test_a_mail_whose_handling_died_is_read_again(
    report: bytes, box: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, address = box
    drop(kept, report)
    with monkeypatch.context() as broken:
        broken.setattr(fetching, "take_in", refuse)
        with pytest.raises(RuntimeError):
            fetch(address, LATER)
    assert fetch(address, LATER) == {"hard": 1}


@pytest.mark.parametrize(
    "address",
    [
        "maildir:///nowhere/at/all",
        "mbox:///nowhere/at/all",
        "pop3://host/",
        "",
        "imap://127.0.0.1:1/",
    ],
)
def test_a_mailbox_that_is_not_there_is_told(db: None, address: str) -> None:
    with pytest.raises(NoMailbox):
        fetch(address, LATER)


@pytest.fixture
def plain_imap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small server of the tests speaks no TLS; everything else is the library's own."""
    monkeypatch.setattr(imaplib.IMAP4, "starttls", lambda self, context: ("OK", []))


def test_an_imap_mailbox_is_read_once_and_kept(report: bytes, plain_imap: None) -> None:
    folder = Folder({7: HOLIDAY, 12: report})
    with serving(folder) as (host, port):
        address = f"imap://bounces%40example.org:secret%20word@{host}:{port}/INBOX"
        assert fetch(address, LATER) == {"hard": 1, "other": 1}
        assert folder.seen == {7, 12}
        assert fetch(address, LATER) == {}
    assert folder.peeked == [7, 12]


@pytest.mark.parametrize(("password", "path"), [("wrong", "INBOX"), ("secret%20word", "Elsewhere")])
def test_a_wrong_password_or_folder_is_told(
    db: None, plain_imap: None, password: str, path: str
) -> None:
    with serving(Folder({})) as (host, port), pytest.raises(NoMailbox):
        fetch(f"imap://me:{password}@{host}:{port}/{path}", LATER)


def test_imap_does_not_log_in_without_tls(db: None) -> None:
    with serving(Folder({})) as (host, port), pytest.raises(NoMailbox):
        fetch(f"imap://me:secret%20word@{host}:{port}/INBOX", LATER)


def test_the_task_reads_the_mailbox_of_the_settings(report: bytes, box: Any, settings: Any) -> None:
    kept, settings.BOUNCE_MAILBOX = box
    drop(kept, report)
    tasks.read_bounces(unknown="argument")
    assert Bounce.objects.count() == 0  # It is long after June: the report is too old.
    Message.objects.update(handed_over_at=timezone.now())
    drop(kept, report + b"\r\n")
    tasks.read_bounces()
    assert Bounce.objects.count() == 1


# --- Real processes ---------------------------------------------------------------------------


@pytest.fixture
def sent(child_env: dict[str, str], db: None) -> dict[str, str]:
    """The headers of a mail that left just now, as real processes with their key see it."""
    cast = factories.cast()
    factories.milestone(cast.aurora, contractual_date=MONDAY.date())
    sweep(MONDAY)
    Message.objects.update(handed_over_at=timezone.now(), state="accepted")
    asked = (
        "from notifications.models import Message\n"
        "from notifications.services.returning import headers_of\n"
        "import json; print('found', json.dumps(headers_of(Message.objects.get())))"
    )
    said = manage(child_env, "shell", "--no-imports", "-c", asked)
    line = next(line for line in said.stdout.splitlines() if line.startswith("found "))
    found: dict[str, str] = json.loads(line.removeprefix("found "))
    return found


def piped(env: dict[str, str], content: bytes, *options: str) -> Any:
    return subprocess.run(
        [sys.executable, "manage.py", "bounces", *options],
        env=env,
        cwd=ROOT,
        input=content,
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_the_pipe_of_a_mail_server(child_env: dict[str, str], sent: dict[str, str]) -> None:
    done = piped(child_env, not_delivered(sent))
    assert (done.returncode, Bounce.objects.get().kind) == (0, "hard"), done.stderr
    forged = piped(child_env, not_delivered(sent | {TOKEN_HEADER: "0" * 32}))
    assert (forged.returncode, Bounce.objects.count()) == (0, 1)
    assert piped(child_env, HOLIDAY).returncode == 0


@pytest.mark.processes
def test_while_the_database_is_away_the_mail_server_keeps_the_mail(
    tmp_path: Path, child_env: dict[str, str]
) -> None:
    env = child_env | {"DATABASE_URL": f"sqlite:///{tmp_path}/no/such/folder/x.sqlite3"}
    content = not_delivered({ID_HEADER: "1", TOKEN_HEADER: "0" * 32})
    assert piped(env, content).returncode == 75
    env |= {"BOUNCE_MAILBOX": "maildir:///nowhere/at/all"}
    assert piped(env, b"", "--mailbox").returncode == 75
    assert piped(child_env, b"", "--mailbox").returncode == 1


SECRET = "provider:a-long-random-word"


@pytest.fixture
def provider(child_env: dict[str, str], processes: Processes, sent: dict[str, str]) -> str:
    """The address of a web process that listens to a provider."""
    pytest.importorskip("anymail")
    _, address = processes.web(child_env | {"ANYMAIL_WEBHOOK_SECRET": SECRET})
    return f"{address}/anymail/postmark/tracking/"


def post(address: str, event: dict[str, Any], secret: str = SECRET) -> int:
    request = Request(address, json.dumps(event).encode(), {"Content-Type": "application/json"})
    if secret:
        request.add_header("Authorization", f"Basic {b64encode(secret.encode()).decode()}")
    try:
        with urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def event(sent: dict[str, str], **changes: Any) -> dict[str, Any]:
    """A bounce as Postmark tells it."""
    told = {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "TypeCode": 1,
        "ID": 692560173,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Email": "john@example.com",
        "BouncedAt": "2026-06-01T09:00:00Z",
        "Description": "The server was unable to deliver your message.",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Metadata": {"reminder_id": sent[ID_HEADER], "reminder_token": sent[TOKEN_HEADER]},
    }
    return told | changes


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_providers_events(provider: str, sent: dict[str, str]) -> None:
    forged = {"reminder_id": sent[ID_HEADER], "reminder_token": "0" * 32}
    assert post(provider, event(sent), secret="") == 400
    assert post(provider, event(sent), secret="provider:wrong") == 400
    assert post(provider, event(sent, Metadata=forged)) == 200
    assert post(provider, event(sent, RecordType="Delivery")) == 200
    assert not Bounce.objects.exists()
    spam = event(sent, ID=1, RecordType="SpamComplaint", Type="SpamComplaint")
    full = event(sent, ID=2, Type="SoftBounce", Details="smtp;452 4.2.2 Mailbox full")
    later = event(sent, ID=3, Type="Transient", Details="smtp;450 4.2.1 Later")
    assert {post(provider, told) for told in (spam, full, later)} == {200}
    assert list(Bounce.objects.order_by("pk").values_list("kind", flat=True)) == [
        "complaint",
        "soft",
        "delayed",
    ]
    assert not Suppression.objects.exists()
    assert post(provider, event(sent)) == 200
    assert post(provider, event(sent)) == 200
    assert Bounce.objects.filter(kind="hard").count() == 1
    assert Suppression.objects.count() == 1


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_without_the_secret_the_addresses_do_not_exist(
    child_env: dict[str, str], processes: Processes
) -> None:
    _, address = processes.web(child_env)
    assert post(f"{address}/anymail/postmark/tracking/", {}) == 404


@pytest.mark.processes
def test_the_app_runs_without_the_package_and_says_what_is_missing(
    child_env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'anymail' else find(name, *rest)\n"
    )
    env = child_env | {"PYTHONPATH": str(tmp_path)}
    assert manage(env, "check").returncode == 0
    said = manage(env | {"ANYMAIL_WEBHOOK_SECRET": SECRET}, "check")
    assert said.returncode == 1
    assert "django-anymail is not installed" in said.stderr
