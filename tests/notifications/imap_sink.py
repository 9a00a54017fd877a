"""An IMAP server for tests, as small as imaplib needs: one user, one folder, a few mails."""

from __future__ import annotations

import re
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

STARTTLS_WANTED = b"* CAPABILITY IMAP4rev1\r\n"


@dataclass
class Folder:
    """The mails by UID, and which are seen."""

    mails: dict[int, bytes]
    password: str = "secret word"
    seen: set[int] = field(default_factory=set)
    peeked: list[int] = field(default_factory=list)


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        folder: Folder = self.server.folder  # type: ignore[attr-defined]
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, _, rest = line.decode().strip().partition(" ")
            answer, verdict = self.answer(folder, rest)
            self.wfile.write(answer + f"{tag} {verdict}\r\n".encode())
            if rest.upper().startswith("LOGOUT"):
                return

    def answer(self, folder: Folder, said: str) -> tuple[bytes, str]:
        word = said.upper()
        if word.startswith("CAPABILITY"):
            return STARTTLS_WANTED, "OK done"
        if word.startswith("LOGIN"):
            good = folder.password in said
            return b"", "OK hello" if good else "NO wrong password"
        if word.startswith("SELECT"):
            good = '"INBOX"' in said
            return b"* 1 EXISTS\r\n", "OK [READ-WRITE] there" if good else "NO no such folder"
        if word.startswith("UID SEARCH UNSEEN"):
            left = " ".join(str(uid) for uid in folder.mails if uid not in folder.seen)
            return f"* SEARCH {left}".rstrip().encode() + b"\r\n", "OK found"
        if word.startswith("UID FETCH"):
            uid = int(said.split()[2])
            assert "BODY.PEEK[]" in said
            folder.peeked.append(uid)
            content = folder.mails[uid]
            head = f"* 1 FETCH (UID {uid} BODY[] {{{len(content)}}}\r\n".encode()
            return head + content + b")\r\n", "OK fetched"
        if found := re.match(r"UID STORE (\d+) \+FLAGS.SILENT \(\\SEEN\)", word):
            folder.seen.add(int(found[1]))
            return b"", "OK stored"
        return b"", "OK bye"


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def serving(folder: Folder) -> Iterator[tuple[str, int]]:
    """Serve a folder on the loopback interface."""
    with Server(("127.0.0.1", 0), Session) as server:
        server.folder = folder  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        host, port = server.server_address[:2]
        yield str(host), int(port)
        server.shutdown()
        thread.join()


def refuse(*_args: Any, **_more: Any) -> None:
    """Stands for a handler that dies."""
    raise RuntimeError("killed")
