"""Both sides of every system check, and that web, worker and beat obey them."""

import subprocess
import sys

import pytest
from django.core.checks import registry
from django.core.exceptions import ImproperlyConfigured

from scripts.check import PRODUCTION
from tests.servers.processes import ROOT, TEST_KEY, clean_environment, manage
from tracker import checks

pytestmark = pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")


@pytest.fixture(autouse=True)
def production(settings):
    """A published start in which nothing is wrong; each test spoils one thing."""
    settings.DEBUG = False
    settings.SECRET_KEY = TEST_KEY
    settings.SITE_URL = "https://tracker.example.org"
    settings.ALLOWED_HOSTS = ["tracker.example.org"]
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
    settings.REDIS_URL = "redis://localhost:6379/0"
    settings.WEB_CONCURRENCY = 3
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "relay.example.org", 587
    settings.DEFAULT_FROM_EMAIL = "Network Tracker <tracker@example.org>"
    settings.DEMO_MAIL_DIR = ""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    return settings


def found():
    every = [*checks.CHECKS, *checks.DEPLOY_CHECKS]
    return [message.id.removeprefix("tracker.") for check in every for message in check()]


def test_a_sound_production_start_has_nothing_to_complain_of():
    assert found() == []


FAULTS = [
    ("E001", {"SECRET_KEY": "insecure-key-for-development-only"}),
    ("E001", {"SECRET_KEY": TEST_KEY[:49]}),
    ("E001", {"SECRET_KEY": "a" * 80}),
    ("E001", {"SECRET_KEY": "django-insecure-" + TEST_KEY}),
    ("E002", {"SITE_URL": "http://tracker.example.org"}),
    ("E002", {"SITE_URL": "tracker.example.org"}),
    ("E003", {"DEBUG": True}),
    ("E004", {"DATABASES": {"default": {"ENGINE": checks.SQLITE}}}),
    ("E005", {"REDIS_URL": ""}),
    ("E006", {"TIME_ZONE": "Europe/Brussels"}),
    ("E006", {"USE_TZ": False}),
    ("E006", {"CELERY_TIMEZONE": "Europe/Brussels"}),
    ("E007", {"ALLOWED_HOSTS": ["*"]}),
    ("E008", {"ALLOWED_HOSTS": ["localhost"]}),
    ("E009", {"EMAIL_HOST": "localhost", "EMAIL_PORT": 1025}),
    ("E009", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}),
    ("E010", {"DEMO_MAIL_DIR": "/tmp/mail"}),
    ("E011", {"ANYMAIL_WEBHOOK_SECRET": "short:one"}),
    ("E011", {"ANYMAIL_WEBHOOK_SECRET": "without-a-colon-but-long"}),
    ("E012", {"BOUNCE_MAILBOX": "pop3://mail.example.org"}),
    ("W001", {"DEFAULT_FROM_EMAIL": "Network Tracker <tracker@localhost>"}),
    ("W002", {"DATABASES": {"default": {"ENGINE": checks.SQLITE}}, "WEB_CONCURRENCY": 1}),
    ("W003", {"SECURE_PROXY_SSL_HEADER": None}),
]


@pytest.mark.parametrize(("number", "changes"), FAULTS)
def test_a_fault_is_found_by_its_number_and_says_how_to_mend_it(production, number, changes):
    for name, value in changes.items():
        setattr(production, name, value)
    assert number in found()
    every = [*checks.CHECKS, *checks.DEPLOY_CHECKS]
    assert all(message.hint for check in every for message in check())


SOUND = [
    {"SECRET_KEY": TEST_KEY[:50]},
    {"ALLOWED_HOSTS": [".example.org"]},
    {"EMAIL_HOST": "localhost", "EMAIL_PORT": 25},
    {"SECURE_SSL_REDIRECT": False, "SECURE_PROXY_SSL_HEADER": None},
]


@pytest.mark.parametrize("changes", SOUND)
def test_what_is_right_on_the_other_side_of_the_boundary_passes(production, changes):
    for name, value in changes.items():
        setattr(production, name, value)
    assert found() == []


def test_the_demo_passes_with_debug_off_on_this_machine(production):
    production.SITE_URL = "http://localhost:8000"
    production.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    production.DATABASES = {"default": {"ENGINE": checks.SQLITE}}
    production.WEB_CONCURRENCY = 1
    production.REDIS_URL = ""
    production.EMAIL_HOST, production.EMAIL_PORT = "localhost", 1025
    production.DEMO_MAIL_DIR = "/tmp/mail"
    production.DEFAULT_FROM_EMAIL = "Network Tracker <tracker@localhost>"
    production.SECURE_SSL_REDIRECT = False
    assert found() == []


def test_a_developer_with_no_variable_set_passes(production):
    production.DEBUG = True
    production.SECRET_KEY = production.INSECURE_KEY
    production.SITE_URL = "http://localhost:8000"
    production.SECURE_SSL_REDIRECT = False
    production.DATABASES = {"default": {"ENGINE": checks.SQLITE}}
    production.WEB_CONCURRENCY = 1
    production.REDIS_URL = ""
    assert found() == []


def test_every_check_is_registered_with_django():
    known = registry.registry.get_checks(include_deployment_checks=True)
    assert set(known) >= {*checks.CHECKS, *checks.DEPLOY_CHECKS}


def test_a_refusal_names_every_fault_and_mend_at_once(production):
    production.REDIS_URL = ""
    production.ALLOWED_HOSTS = ["*"]
    with pytest.raises(ImproperlyConfigured, match=r"(?s)E005.*REDIS_URL.*E007"):
        checks.refuse_unsafe_start()


@pytest.mark.processes
@pytest.mark.parametrize(
    "command",
    [
        ["gunicorn", "tracker.wsgi", "--bind", "127.0.0.1:0", "--no-control-socket"],
        ["celery", "-A", "tracker", "worker"],
        ["celery", "-A", "tracker", "beat"],
    ],
    ids=["web", "worker", "beat"],
)
def test_a_process_refuses_to_start_without_a_secret(command, tmp_path):
    unsafe = clean_environment(**PRODUCTION, DATA_DIR=str(tmp_path))
    del unsafe["SECRET_KEY"]
    ended = subprocess.run(
        [sys.executable, "-m", *command],
        env=unsafe,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert "tracker.E001" in ended.stdout + ended.stderr


@pytest.mark.processes
def test_check_deploy_passes_with_the_production_settings_of_make_check():
    ended = manage(clean_environment(**PRODUCTION), "check", "--deploy", "--fail-level", "WARNING")
    assert ended.returncode == 0, ended.stderr
