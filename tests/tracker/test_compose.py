"""docker-compose.yml, Dockerfile and .env.example: valid, closed, and every command runs.

No engine runs on the test machine, so the file is checked against the Compose
specification's own schema, and each command is run by hand with the file's environment,
against a private PostgreSQL and Redis.
"""

import json
import re
import socket
import subprocess
import sys
import urllib.request
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml

from tests.servers import broker
from tests.servers.processes import ROOT, TEST_KEY, clean_environment
from tracker.demo.children import wait_until
from tracker.demo.environment import free_port

TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "beat"]
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}")
REQUIRED = {name for name, kind, _ in VARIABLE.findall(TEXT) if kind == "?"}


def test_the_file_is_valid_by_the_compose_specifications_own_schema():
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    jsonschema.Draft202012Validator(json.loads(schema.read_text())).validate(COMPOSE)


def test_the_schema_would_find_a_misspelt_key():
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    spoilt = {"services": {"web": {"image": "x", "restarts": "always"}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(json.loads(schema.read_text())).validate(spoilt)


def test_it_has_web_worker_beat_migrate_postgres_and_redis():
    assert set(SERVICES) == {*OURS, "postgres", "redis"}


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "migrate"])
def test_every_lasting_service_restarts_and_is_watched(name):
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"]


def test_migrations_run_once_and_before_everything_of_ours():
    assert SERVICES["migrate"]["restart"] == "no"
    for name in ("web", "worker", "beat"):
        wanted = SERVICES[name]["depends_on"]["migrate"]["condition"]
        assert wanted == "service_completed_successfully"


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_a_store_keeps_its_data_publishes_no_port_and_reaches_no_outside(name):
    assert "ports" not in SERVICES[name]
    assert SERVICES[name]["volumes"]
    assert SERVICES[name]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_every_secret_must_be_given_and_none_has_a_default():
    assert {"SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "EMAIL_URL"} <= REQUIRED
    defaults = {name for name, kind, value in VARIABLE.findall(TEXT) if kind == "-" and value}
    assert not {name for name in defaults if re.search("KEY|PASSWORD|SECRET|TOKEN", name)}


def test_the_example_environment_names_all_that_must_be_given_and_gives_nothing():
    example = dict(re.findall(r"(?m)^(\w+)=(.*)$", (ROOT / ".env.example").read_text()))
    assert set(example) == REQUIRED
    assert set(example.values()) == {""}


def test_every_variable_the_settings_do_not_know_belongs_to_the_file_itself():
    known = set(SERVICES["web"]["environment"])
    settings = (ROOT / "tracker" / "settings.py").read_text()
    assert {name for name in known if f'"{name}"' not in settings} == set()


def test_the_image_runs_as_a_user_of_its_own_from_the_hashed_lock():
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"(?m)^USER (\w+)", dockerfile)[-1] == "tracker"
    assert "--require-hashes" in dockerfile
    for room in ("networks", "milestones", "reports", "notifications", "tracker"):
        assert f"COPY {room} {room}" in dockerfile


def test_the_images_own_command_is_that_of_web():
    command = re.findall(r"(?m)^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text())[-1]
    assert json.loads(command) == SERVICES["web"]["command"]


class Stack:
    """The file's services run by hand, with addresses of this machine put in."""

    def __init__(self, folder: Path, database: str, processes) -> None:
        self.folder, self.processes = folder, processes
        self.database = database
        self.redis_port, self.web_port = free_port(), free_port()
        self.given = dict.fromkeys(REQUIRED, "0123456789abcdef0123456789abcdef") | {
            "SECRET_KEY": TEST_KEY,
            "SITE_URL": "https://tracker.example.org",
            "ALLOWED_HOSTS": "tracker.example.org",
            "EMAIL_URL": "smtp+tls://tracker@relay.example.org:587",
            "DEFAULT_FROM_EMAIL": "Network Tracker <tracker@example.org>",
            "SWEEP_SECONDS": "1",
        }

    def fill(self, text: str) -> str:
        """Put in the variables as Compose does, then this machine's paths and ports."""

        def value(match: re.Match[str]) -> str:
            name, _, rest = match.groups()
            return self.given.get(name) or rest or ""

        filled = (
            VARIABLE.sub(value, str(text)).replace("$$", "$").replace("/data/", f"{self.folder}/")
        )
        filled = filled.replace("0.0.0.0:8000", f"127.0.0.1:{self.web_port}")
        return filled.replace("@redis:6379", f"@127.0.0.1:{self.redis_port}")

    def environment(self, name: str) -> dict[str, str]:
        own = SERVICES[name].get("environment", {})
        env = clean_environment(**{key: self.fill(text) for key, text in own.items()})
        del env["STATICFILES_BACKEND"]
        env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
        if "DATABASE_URL" in own:
            assert urlsplit(env["DATABASE_URL"]).hostname == "postgres"
            env |= {"DATABASE_URL": self.database, "PROBE_PORT": str(self.web_port)}
            env |= {"HOSTNAME": socket.gethostname(), "DATA_DIR": str(self.folder)}
            env |= {"STATIC_ROOT": str(self.folder / "static")}
        return env

    def command(self, name: str) -> list[str]:
        command = [self.fill(word) for word in SERVICES[name]["command"]]
        if name == "redis":
            local = f"{broker.binary()} --port {self.redis_port} --dir {self.folder}"
            command[-1] = command[-1].replace("valkey-server", local)
        return command

    def start(self, name: str):
        return self.processes.start(name, self.command(name), self.environment(name))

    def run(self, command: list[str], name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment(name),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def healthy(self, name: str) -> bool:
        """Run the service's own health check."""
        kind, *words = SERVICES[name]["healthcheck"]["test"]
        filled = [self.fill(word) for word in words]
        return (
            self.run(["sh", "-c", *filled] if kind == "CMD-SHELL" else filled, name).returncode == 0
        )


@pytest.mark.processes
@pytest.mark.sqlite_only
def test_every_command_of_the_file_runs_and_every_health_check_says_so(
    tmp_path, postgres_server, processes
):
    """One stack, in the order of the file: the steps build on each other."""
    database = postgres_server.create(f"compose_{tmp_path.name}")
    stack = Stack(tmp_path, database, processes)
    built = stack.run(["python", "manage.py", "collectstatic", "--no-input"], "web")
    assert built.returncode == 0, built.stderr
    stack.start("redis")
    migrated = stack.run(stack.command("migrate"), "migrate")
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    web, worker, beat = (stack.start(name) for name in ("web", "worker", "beat"))
    assert wait_until(lambda: stack.healthy("web"), 30), web.tail()
    assert wait_until(lambda: stack.healthy("worker"), 60), worker.tail()
    assert wait_until(lambda: stack.healthy("beat"), 60), beat.tail()
    ready = urllib.request.Request(
        f"http://127.0.0.1:{stack.web_port}/readyz", headers={"Host": "tracker.example.org"}
    )
    with urllib.request.urlopen(ready, timeout=10) as answer:
        facts = json.load(answer)
    # A first start opens the gate for mail by itself, with the first sweep.
    assert facts.pop("sending") in ("not begun", "ok")
    assert facts == {"database": "ok", "broker": "ok", "status": "ok"}
    assert wait_until(lambda: "notifications.tasks.sweep" in worker.tail(1000), 30), beat.tail()
    worker.stop()
    assert not stack.healthy("worker")
    assert worker.process.returncode == 0
