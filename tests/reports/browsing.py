"""A person at the pages: one line for each step of a test."""

from typing import Any

from django.test import Client
from django.urls import reverse

from networks.models import User


def browser(person: User) -> Client:
    """Somebody who has signed in."""
    client = Client()
    client.force_login(person)
    return client


def page(person: User, name: str, *args: Any, **query: Any) -> Any:
    """What somebody sees at an address."""
    return browser(person).get(reverse(name, args=args), query)


def press(person: User, name: str, *args: Any, follow: bool = True, **data: Any) -> Any:
    """What comes of a form that somebody sends."""
    return browser(person).post(reverse(name, args=args), data, follow=follow)
