"""Where one run takes place: a database, a mail server with its journal, and processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.chaos import people
from tests.chaos.judging import Facts, Verdict, judge, read
from tests.chaos.sizes import IDEMPOTENT, PLAIN, SIZE
from tests.servers.processes import ROOT, Processes, clean_environment
from tracker.demo.children import Child, die_with_parent, wait_until
from tracker.demo.environment import free_port

KEY = "X-Idempotency-Key"


@dataclass
class Arena:
    """Everything of one run; two runs share nothing."""

    folder: Path
    database: str
    processes: Processes
    relay: str = PLAIN
    more: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.journal, self.port = self.folder / "received.jsonl", free_port()
        self.journal.touch()

    @property
    def env(self) -> dict[str, str]:
        """What the product's processes are started with."""
        return clean_environment(
            DJANGO_SETTINGS_MODULE="tests.chaos.settings",
            DATABASE_URL=self.database,
            EMAIL_URL=f"smtp://127.0.0.1:{self.port}",
            DATA_DIR=str(self.folder),
            SITE_URL="http://localhost:8000",
            LOG_LEVEL="ERROR",
            MAIL_RELAY=self.relay,
            MAIL_IDEMPOTENCY_HEADER=KEY,
            CHAOS_BATCH=str(SIZE.batch),
            CHAOS_JOURNAL=str(self.journal),
            **self.more,
        )

    def open_relay(self, reply: tuple[float, float] = SIZE.reply) -> Child:
        """Let the mail server take mails, and answer after so many seconds."""
        words = [sys.executable, "-m", "tests.chaos.sink", str(self.port), str(self.journal)]
        words += ["--reply", *map(str, reply)]
        if self.relay == IDEMPOTENT:
            words += ["--once", KEY]
        child = self.processes.start("sink", words, self.env)
        assert wait_until(lambda: listens(self.port), 20, 0.02), child.tail()
        return child

    def call(self, function: str, **words: Any) -> Any:
        """Run a function of this package in a process of its own; returns what it returns."""
        log = self.folder / f"{function}.log"
        with log.open("ab") as noise:
            done = subprocess.run(
                [sys.executable, "-m", "tests.chaos", function, json.dumps(words)],
                env=self.env,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=noise,
                check=False,
                preexec_fn=partial(die_with_parent, os.getpid(), signal.SIGKILL),
            )
        assert done.returncode == 0, log.read_text()[-4000:]
        return json.loads(done.stdout)

    def begin(self, function: str, **words: Any) -> Child:
        """The same, and do not wait for it."""
        command = [sys.executable, "-m", "tests.chaos", function, json.dumps(words)]
        return self.processes.start(function, command, self.env)

    def log(self, function: str) -> str:
        """What such a process has complained of."""
        return (self.folder / f"{function}.log").read_text()[-4000:]

    def judge(self, mails: int, ledger: Any, kills: int, house: str = people.HOUSE) -> Verdict:
        """Say what the run did to the people of one house."""
        owed = {people.address(n, house) for n in range(mails)}
        lines = [line for line in read(self.journal) if f"@{house}." in line["to"][0]]
        return judge(Facts(owed, lines, ledger, kills, self.relay))


def listens(port: int) -> bool:
    """Whether anybody takes connections."""
    with socket.socket() as line:
        line.settimeout(1)
        return line.connect_ex(("127.0.0.1", port)) == 0
