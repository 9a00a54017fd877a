"""docs/security.md tells the truth: each line of the standard, each test it names, the headers."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import identify_hasher, make_password
from django.test import Client, override_settings
from django.urls import reverse

from tests import factories

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "security.md"
# The lines of levels 1 and 2, as ASVS 5.0 numbers them: section -> how many of its lines, or
# which, where a line of level 3 stands between.
LINES: dict[str, list[int]] = {
    "1.1": [1, 2], "1.2": [*range(1, 10)], "1.3": [*range(1, 12)], "1.4": [1, 2, 3], "1.5": [1, 2],
    "2.1": [1, 2, 3], "2.2": [1, 2, 3], "2.3": [1, 2, 3, 4], "2.4": [1],
    "3.2": [1, 2], "3.3": [1, 2, 3, 4], "3.4": [1, 2, 3, 4, 5, 6], "3.5": [1, 2, 3, 4, 5],
    "3.7": [1, 2], "4.1": [1, 2, 3], "4.2": [1], "4.3": [1, 2], "4.4": [1, 2, 3, 4],
    "5.1": [1], "5.2": [1, 2, 3], "5.3": [1, 2], "5.4": [1, 2, 3],
    "6.1": [1, 2, 3], "6.2": [*range(1, 12)], "6.3": [1, 2, 3, 4], "6.4": [1, 2, 3, 4],
    "6.5": [1, 2, 3, 4, 5], "6.6": [1, 2, 3], "6.8": [1, 2, 3, 4], "7.1": [1, 2, 3],
    "7.2": [1, 2, 3, 4], "7.3": [1, 2], "7.4": [1, 2, 3, 4, 5], "7.5": [1, 2], "7.6": [1, 2],
    "10.1": [1, 2], "10.2": [1, 2], "10.3": [1, 2, 3, 4], "10.4": [*range(1, 12)],
    "10.5": [1, 2, 3, 4, 5], "10.6": [1, 2], "10.7": [1, 2, 3],
    "8.1": [1, 2], "8.2": [1, 2, 3], "8.3": [1], "8.4": [1], "9.1": [1, 2, 3], "9.2": [1, 2, 3, 4],
    "11.1": [1, 2], "11.2": [1, 2, 3], "11.3": [1, 2, 3], "11.4": [1, 2, 3], "11.5": [1],
    "11.6": [1], "12.1": [1, 2, 3], "12.2": [1, 2], "12.3": [1, 2, 3, 4],
    "13.1": [1], "13.2": [1, 2, 3, 4, 5], "13.3": [1, 2], "13.4": [1, 2, 3, 4, 5],
    "14.1": [1, 2], "14.2": [1, 2, 3, 4], "14.3": [1, 2, 3],
    "15.1": [1, 2, 3], "15.2": [1, 2, 3], "15.3": [*range(1, 8)],
    "16.1": [1], "16.2": [1, 2, 3, 4, 5], "16.3": [1, 2, 3, 4], "16.4": [1, 2, 3], "16.5": [1, 2, 3],
}  # fmt: skip
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \|$", re.M)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


@cache
def named_in(path: str) -> set[str]:
    file = ROOT / path
    tree = ast.parse(file.read_text()) if file.is_file() else ast.Module([], [])
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_line_of_the_standard_is_there() -> None:
    told = [number for number, _sense, _shown in ROW.findall(PAGE.read_text())]
    wanted = [f"{section}.{each}" for section, numbers in LINES.items() for each in numbers]
    assert [each for each in wanted if each not in told] == []
    assert len(told) == len(set(told))


def test_every_line_names_a_test_or_a_reason() -> None:
    bare = [
        number
        for number, _sense, shown in ROW.findall(PAGE.read_text())
        if not NAMED.search(shown) and not re.match(r"Reason: \S.{3,}", shown)
    ]
    assert bare == []


def test_every_test_that_is_named_exists() -> None:
    named = NAMED.findall(PAGE.read_text())
    assert len(named) > 60
    gone = sorted({f"{path}::{name}" for path, name in named if name not in named_in(path)})
    assert gone == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/", "/api/v1/milestones/", "/nowhere/"])
def test_every_answer_has_its_headers(address: str) -> None:
    client = Client()
    client.force_login(factories.cast()["lead"])
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    for directive in (
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "script-src 'self'",
        "style-src 'self'",
    ):
        assert directive in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
def test_only_public_data_is_open_to_other_sites() -> None:
    cast = factories.cast()
    for thing in (cast.programme, cast.aurora):
        type(thing).objects.filter(pk=thing.pk).update(is_published=True)
    client = Client()
    client.force_login(cast["lead"])
    asked: dict[str, Any] = {"headers": {"Origin": "https://elsewhere.example"}}
    open_to_all = client.get(reverse("public-programme-data", args=[cast.programme.slug]), **asked)
    assert open_to_all["Access-Control-Allow-Origin"] == "*"
    for address in ("/", "/api/v1/networks/", reverse("network", args=["AUR-1"])):
        assert "Access-Control-Allow-Origin" not in client.get(address, **asked)


def test_cookies_are_bound_to_this_host_over_https() -> None:
    names = (
        "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE",
    )  # fmt: skip
    code = "from tracker import settings as s; from django.conf import global_settings as g\n"
    code += f"print([getattr(s, n, getattr(g, n)) for n in {names!r}])"
    env = {**os.environ, "SITE_URL": "https://tracker.example.org", "SECRET_KEY": "x" * 60}
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert ast.literal_eval(told.stdout) == [
        "__Host-sessionid", "__Host-csrftoken", True, True, True, "Lax", "Lax",
    ]  # fmt: skip


def test_passwords_are_kept_by_scrypt() -> None:
    hashers = [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
    source = (ROOT / "tracker" / "settings.py").read_text()
    assert source.index("ScryptPasswordHasher") < source.index("PBKDF2PasswordHasher")
    with override_settings(PASSWORD_HASHERS=hashers):
        assert identify_hasher(make_password("a long and easy password")).algorithm == "scrypt"
