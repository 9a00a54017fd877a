"""Whether the parts of the demo answer: asked for real, never assumed."""

import http.client
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from celery import Celery
from kombu.exceptions import KombuError

from tracker.demo.broker import Broker

SOLO_READY = "worker.ready"


def web_answers(url: str) -> bool:
    """Follow the front door to the page a visitor would see."""
    try:
        with urlopen(url, timeout=5) as answer:  # noqa: S310  (our own http address)
            return bool(answer.status == 200)
    except (URLError, OSError, http.client.HTTPException):
        return False


def nodes_answer(broker_url: str, kinds: set[str], timeout: float = 1.0) -> bool:
    """Ping over the broker until a node of each kind has answered."""
    app = Celery(broker=broker_url, set_as_current=False)
    try:
        replies = app.control.ping(timeout=timeout, limit=None)
    except (KombuError, OSError):
        return False
    finally:
        app.close()
    names = [name for reply in replies for name in reply]
    return all(any(name.startswith(f"{kind}@") for name in names) for kind in kinds)


def worker_answers(broker: Broker, run: Path) -> bool:
    """Worker and beat answer; with the queue in memory, the worker has said it is ready."""
    if broker.in_memory:
        return (run / SOLO_READY).exists()
    return nodes_answer(broker.url, {"celery", "celerybeat"})
