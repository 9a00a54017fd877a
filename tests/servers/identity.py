"""A small OpenID Connect provider, as a process: ``python -m tests.servers.identity PORT``.

Discovery, authorisation code with PKCE, token with a signed ID token, user info and keys.
Whom it signs in, and what it does wrong, a test says by ``POST /as``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.servers.processes import ROOT, clean_environment
from tracker.demo.children import Child, wait_until
from tracker.demo.environment import free_port
from tracker.demo.readiness import web_answers

CLIENT, SECRET = "tracker", "a-secret-between-the-two"


@dataclass
class Identity:
    """A running provider."""

    url: str
    child: Child

    def sign_in(self, sub: str, *, faults: dict[str, Any] | None = None, **claims: Any) -> None:
        """Say who sits at the provider's page from now on, and what the provider does wrong."""
        body = json.dumps({"claims": {"sub": sub, **claims}, "faults": faults or {}}).encode()
        urlopen(Request(f"{self.url}/as", body, {"Content-Type": "application/json"})).close()

    def stop(self) -> None:
        """End the process."""
        self.child.stop()


def start(folder: Path) -> Identity:
    """Start a provider on a free port and wait until it answers."""
    port = free_port()
    argv = [sys.executable, "-m", "tests.servers.identity", str(port)]
    child = Child("identity", argv, clean_environment(), ROOT, folder / "identity.log")
    child.start()
    url = f"http://127.0.0.1:{port}"
    if not wait_until(lambda: web_answers(f"{url}/.well-known/openid-configuration"), 30):
        raise RuntimeError(f"The provider does not answer:\n{child.tail(40)}")
    return Identity(url, child)


class Provider(BaseHTTPRequestHandler):
    """One request. What is known of codes and tokens is kept with the class."""

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    person: dict[str, Any] = {"claims": {"sub": "nobody"}, "faults": {}}
    codes: dict[str, dict[str, str]] = {}
    tokens: dict[str, dict[str, Any]] = {}

    @property
    def issuer(self) -> str:
        host, port = self.server.server_address[:2]
        return f"http://{host!s}:{port}"

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(path.query).items()}
        match path.path:
            case "/.well-known/openid-configuration":
                self.answer(self.discovery())
            case "/keys":
                public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
                self.answer({"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]})
            case "/authorize":
                self.authorize(asked)
            case "/userinfo":
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                claims = self.tokens.get(token)
                self.answer(claims or {"error": "invalid_token"}, 200 if claims else 401)
            case _:
                self.answer({"error": "not_found"}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/as":
            Provider.person = json.loads(body)
            self.answer({})
        elif self.path == "/token":
            self.token({name: values[0] for name, values in parse_qs(body).items()})
        else:
            self.answer({"error": "not_found"}, 404)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.person["faults"].get("issuer", self.issuer),
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, asked: dict[str, str]) -> None:
        """The person agrees at once, or has gone back."""
        if asked.get("client_id") != CLIENT or asked.get("code_challenge_method") != "S256":
            self.answer({"error": "invalid_request"}, 400)
            return
        back = {"state": asked["state"]}
        if self.person["faults"].get("cancelled"):
            back["error"] = "access_denied"
        else:
            back["code"] = secrets.token_urlsafe(16)
            self.codes[back["code"]] = asked
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(back)}")
        self.end_headers()

    def token(self, sent: dict[str, str]) -> None:
        """A code is good once, for the client and the browser that asked for it."""
        asked = self.codes.pop(sent.get("code", ""), None)
        if asked is None or not self.fits(asked, sent):
            self.answer({"error": "invalid_grant"}, 400)
            return
        token = secrets.token_urlsafe(16)
        claims, faults = self.person["claims"], self.person["faults"]
        self.tokens[token] = {**claims, **faults.get("userinfo", {})}
        now = int(time.time())
        about = {
            "iss": self.discovery()["issuer"],
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            **claims,
        }
        signed = jwt.encode(
            {**about, **faults.get("id_token", {})}, self.key, "RS256", {"kid": "1"}
        )
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": 300}
        self.answer(answer if faults.get("no_id_token") else {**answer, "id_token": signed})

    def fits(self, asked: dict[str, str], sent: dict[str, str]) -> bool:
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return (
            sent.get("client_id") == CLIENT
            and sent.get("client_secret") == SECRET
            and sent.get("redirect_uri") == asked["redirect_uri"]
            and challenge == asked["code_challenge"]
        )

    def answer(self, body: dict[str, Any], status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Provider).serve_forever()
