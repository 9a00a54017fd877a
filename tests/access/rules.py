"""The named policies of :mod:`tests.access.policies`, and what each asks of an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.access.town import IDENTITIES, MISSING, Side

SIGNED_IN = frozenset(IDENTITIES) - {"anonymous"}
STAFF = frozenset({"manager", "officer"})
MANAGER = frozenset({"manager"})
LEADS = frozenset({"lead", "deputy"})
TEAM = LEADS | {"wp_lead", "member"}
PANEL = frozenset({"chair", "reviewer"})
# Whoever sits on a committee, whatever is between them and this network.
COMMITTEE = PANEL | {"conflicted"}
INSIDERS = STAFF | TEAM
READERS = INSIDERS | PANEL
WATCHED = READERS | {"observer"}
EVERYBODY = WATCHED | {"funder"}
NOBODY: frozenset[str] = frozenset()
# What stands for a number in an address.
NUMBERS = ("pk", "number", "item", "section", "review")
# How an anonymous asker is received.
LOGIN, UNAUTHORIZED, COME_IN = "login", "401", "come in"


@dataclass(frozen=True)
class Policy:
    """Who opens an address with GET, who may POST to it, and who is told that it is there.

    ``get`` answers 200 or 302; ``post`` anything but 401, 403, 404 and 405. Whoever only
    ``sees`` it gets 403, everybody else the same 404 as for a row that does not exist.
    ``None`` instead of a set: that verb is not taken (405). ``args`` says what the address
    names, as ``{"pk": "milestone.pk"}``; a value that begins with ``=`` stays as it is.
    """

    get: frozenset[str] | None = NOBODY
    post: frozenset[str] | None = None
    sees: frozenset[str] = NOBODY
    args: dict[str, str] = field(default_factory=dict)
    anonymous: str = LOGIN
    query: str = ""
    body: dict[str, str] = field(default_factory=dict)
    # The file behind the row is not there, so that even its reader gets 404.
    gone: bool = False
    # Not asked one by one: a library's own, or closed to all but operators.
    family: str = ""
    # The tests that say who gets what, where the state of the row decides that too.
    tests: str = ""

    def wanted(self, verb: str, identity: str) -> set[int]:
        """The answers that are right for one of the cast."""
        allowed = self.get if verb == "get" else self.post
        readers = (self.get or NOBODY) | (self.post or NOBODY) | self.sees
        if allowed is None:
            # What is hidden from a person may say so before it says that.
            return {405} if identity in readers else {404, 405}
        if identity in allowed:
            if self.gone:
                return {404}
            return {200, 302, 503} if verb == "get" else {200, 201, 204, 302, 400, 409, 422}
        return {403} if identity in readers else {404}

    def kwargs(self, side: Side | None) -> dict[str, Any]:
        """What the address names on one side; nothing that exists without a side."""
        return {name: _value(name, path, side) for name, path in self.args.items()}


def _value(name: str, path: str, side: Side | None) -> Any:
    if path.startswith("="):
        return path[1:]
    if side is None:
        return MISSING if name in NUMBERS else "no-such-thing"
    start, _dot, rest = path.partition(".")
    value = side[start]
    for part in rest.split("."):
        value = getattr(value, part)
    return value


def page(**who: Any) -> Policy:
    """A page that names nothing: it shows what its reader may see, or is for some only."""
    return Policy(**who)


def row(what: str | dict[str, str], **who: Any) -> Policy:
    """A page of one row of a network."""
    return Policy(args={"pk": f"{what}.pk"} if isinstance(what, str) else what, **who)


def own_row(what: str, **who: Any) -> Policy:
    """A button about one's own row: nobody else's is found."""
    return Policy(args={"pk": f"{what}.pk"}, get=None, **who)


def of_network(more: dict[str, str] | None = None, **who: Any) -> Policy:
    """A page of a network, or of something in it."""
    return Policy(args={"reference": "network.reference", **(more or {})}, **who)


def of_programme(more: dict[str, str] | None = None, **who: Any) -> Policy:
    """A page of a programme."""
    return Policy(args={"slug": "programme.slug", **(more or {})}, **who)


def by_token(**who: Any) -> Policy:
    """The address is the key: what is no key opens nothing, whoever asks."""
    return Policy(args={"token": "=no-such-key"}, anonymous=COME_IN, **{"post": NOBODY, **who})


def told_in(tests: str, **args: str) -> Policy:
    """Who gets what hangs on the state of the row as well, and is said in other tests.

    Here it is asked all the same: no answer names another network, and what is another
    network's is answered as what is not there.
    """
    return Policy(family="told elsewhere", tests=tests, args=args)


def open_to_all() -> Policy:
    """Anybody reads it; there is nothing of anybody in it."""
    return Policy(get=frozenset(IDENTITIES), anonymous=COME_IN)


def published(more: dict[str, str] | None = None) -> Policy:
    """A page of a published programme or network: the same for everybody."""
    args = {"slug": "programme.slug", **(more or {})}
    return Policy(args=args, get=frozenset(IDENTITIES), anonymous=COME_IN)


def api_list(**who: Any) -> Policy:
    """A list of what its reader sees; ``post`` where new rows are taken."""
    return Policy(**{"get": SIGNED_IN, "anonymous": UNAUTHORIZED, **who})


def api_row(what: str, *, shared: bool = False, **who: Any) -> Policy:
    """One row of a list. ``shared``: master data that belong to no network."""
    return Policy(
        args={"pk": f"{what}.pk"}, anonymous=UNAUTHORIZED, family="shared" if shared else "", **who
    )


def api_action(what: str, **who: Any) -> Policy:
    """Something done to a row."""
    return Policy(args={"pk": f"{what}.pk"}, anonymous=UNAUTHORIZED, get=None, **who)


def operators() -> Policy:
    """The admin: for operators only."""
    return Policy(family="operators")


def own_account() -> Policy:
    """A library's pages about one's own account: they take nobody else's id."""
    return Policy(family="own account", anonymous=COME_IN)
