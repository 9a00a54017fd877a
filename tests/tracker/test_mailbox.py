"""The demo's mailbox: what it shows, and what it must never open or run."""

import pytest
from django.test import override_settings
from django.urls import include, path

from tracker.demo.mail_sink import KeepAsFiles
from tracker.urls import urlpatterns as product

urlpatterns = [*product, path("demo/mail/", include("tracker.demo.urls"))]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]
MAIL = b"""X-Envelope-To: lead@uni.example\r
From: Tracker <tracker@localhost>\r
To: lead@uni.example\r
Subject: =?utf-8?q?Due_today=3A_D1=2E2_=E2=80=93_first?=\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary=x\r
\r
--x\r
Content-Type: text/plain; charset=utf-8\r
\r
Open https://tracker.example/d/1 <script>\r
--x\r
Content-Type: text/html; charset=utf-8\r
\r
<p onclick="alert(1)">Due <a href="https://tracker.example/d/1">today</a></p>\r
--x--\r
"""


@pytest.fixture
def folder(tmp_path):
    sink = KeepAsFiles(tmp_path / "mail")
    with override_settings(DEMO_MAIL_DIR=str(sink.directory)):
        yield sink


@pytest.fixture
def name(folder):
    stem = "01764000000000000000-7-1"
    folder.write(f"{stem}.eml", MAIL)
    return stem


def test_the_list_shows_newest_first_with_decoded_subjects(client, folder, name):
    folder.write("01764000000000000001-7-2.eml", MAIL.replace(b"lead@uni", b"officer@fund"))
    page = client.get("/demo/mail/").content.decode()
    assert page.index("officer@fund.example") < page.index("lead@uni.example")
    assert "Due today: D1.2 – first" in page


def test_the_list_can_be_narrowed_to_one_recipient(client, name):
    assert name in client.get("/demo/mail/?to=LEAD@uni.example").content.decode()
    assert name not in client.get("/demo/mail/?to=someone").content.decode()


def test_a_mail_shows_headers_text_and_a_caged_frame(client, name):
    page = client.get(f"/demo/mail/{name}/").content.decode()
    assert "tracker@localhost" in page
    assert "&lt;script&gt;" in page
    assert 'sandbox="allow-popups' in page


def test_the_html_part_may_run_nothing_and_load_nothing(client, name):
    answer = client.get(f"/demo/mail/{name}/html/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert b'<base target="_blank">' in answer.content


@pytest.mark.parametrize(
    "crafted", ["..%2f..%2fsecret_key", "..", "secret_key", "01764000000000000000-7-1.eml", "1-1-1"]
)
def test_no_other_file_can_be_opened(client, folder, name, crafted):
    (folder.directory / "secret_key.eml").write_text("secret")
    (folder.directory.parent / "secret_key").write_text("secret")
    answer = client.get(f"/demo/mail/{crafted}/")
    assert answer.status_code == 404
    assert b"secret" not in answer.content.replace(b"secret_key", b"")


def test_a_half_written_mail_is_not_listed(client, folder):
    (folder.directory / ".01764000000000000000-7-1.eml.part").write_bytes(MAIL[:50])
    assert "01764000000000000000" not in client.get("/demo/mail/").content.decode()


def test_a_mail_that_is_no_mail_still_opens(client, folder):
    folder.write("01764000000000000000-7-9.eml", b"\xff\xfe\x00 not a mail")
    assert client.get("/demo/mail/").status_code == 200
    assert client.get("/demo/mail/01764000000000000000-7-9/").status_code == 200
    assert client.get("/demo/mail/01764000000000000000-7-9/html/").status_code == 404


def test_there_is_no_mailbox_without_the_demo(client, name):
    with override_settings(DEMO_MAIL_DIR=""):
        assert client.get("/demo/mail/").status_code == 404
        assert client.get(f"/demo/mail/{name}/").status_code == 404
