"""A container's health check of its web server: ``python -m tracker.probe``.

It asks as the public host does, since Django answers no other, and leaves with 0 when
/livez says 200. The port is that of --bind in the image's command, or PROBE_PORT.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

SECONDS = 5


def alive(port: int, host: str) -> bool:
    """Ask /livez on this machine under the given host name."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/livez", headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main() -> int:
    """Return the exit code that Docker reads."""
    host = urlsplit(os.environ.get("SITE_URL", "")).hostname or "localhost"
    return 0 if alive(int(os.environ.get("PROBE_PORT", "8000")), host) else 1


if __name__ == "__main__":
    sys.exit(main())
