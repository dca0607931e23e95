"""How an OpenAI-compatible endpoint is reached: address, headers, proxy and certificates."""

import os
import ssl
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from grader.errors import PermanentError

OPENAI = "https://api.openai.com/v1"
_AGENT = {
    "User-Agent": "open-response-grader",
    "Accept": "application/json",
    "Content-Type": "application/json",
}


class Endpoint(NamedTuple):
    """One endpoint, as read from the options and the environment."""

    url: str
    """Of chat completions."""
    headers: Mapping[str, str]
    """Of every call; they hold the key."""
    proxy: str | None
    certificates: ssl.SSLContext | bool
    """Those to trust; True: the system's."""


def find_endpoint(judge: str, base_url: str | None, api_key: str | None) -> Endpoint:
    """The endpoint at `base_url`, or OpenAI's where that is None; `judge` is provider:model, for messages.

    OpenAI's is described by the environment as its SDK reads it: OPENAI_API_KEY, OPENAI_BASE_URL,
    OPENAI_ORG_ID, OPENAI_PROJECT_ID and OPENAI_CUSTOM_HEADERS. Nothing of these is sent to `base_url`.
    Raises PermanentError for a missing key, and for what can be no key, address, proxy or certificates.
    """
    if base_url is None:
        base_url, own = os.environ.get("OPENAI_BASE_URL") or OPENAI, _openai_headers()
        api_key = api_key or os.environ.get("OPENAI_API_KEY")
        if not is_address(base_url):
            raise PermanentError(f"{judge}: OPENAI_BASE_URL is no plain web address")
        if not api_key:
            raise PermanentError(f"{judge}: no API key; set OPENAI_API_KEY")
    else:
        api_key, own = api_key or "none", {}
    headers = {**_AGENT, "Authorization": f"Bearer {api_key.strip()}", **own}
    if not all(f"{name}{value}".isprintable() for name, value in headers.items()):
        raise PermanentError(f"{judge}: the API key or a header holds a line break or a control character")
    url = f"{base_url.rstrip('/')}/chat/completions"
    certificates = _certificates(judge) if url.startswith("https:") else True
    return Endpoint(url, headers, _proxy(judge, url), certificates)


def is_address(url: str) -> bool:
    """Whether this is a web address without a name or password in it."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        return plain and not (parts.username or parts.password)
    except ValueError:
        return False


def _openai_headers() -> dict[str, str]:
    named = {"OpenAI-Organization": "OPENAI_ORG_ID", "OpenAI-Project": "OPENAI_PROJECT_ID"}
    headers = {header: os.environ[name] for header, name in named.items() if os.environ.get(name)}
    for line in os.environ.get("OPENAI_CUSTOM_HEADERS", "").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip()] = value.strip()
    return headers


def _proxy(judge: str, url: str) -> str | None:
    """The environment's proxy for this address; NO_PROXY is heeded."""
    from urllib.request import getproxies, proxy_bypass

    parts, found = urlsplit(url), getproxies()
    if proxy_bypass(parts.netloc):
        return None
    proxy = found.get(parts.scheme) or found.get("all")
    if proxy and "://" not in proxy:
        proxy = f"http://{proxy}"
    if proxy and urlsplit(proxy).scheme not in {"http", "https"}:
        raise PermanentError(f"{judge}: the environment names a proxy that is not an HTTP proxy")
    return proxy


def _certificates(judge: str) -> ssl.SSLContext:
    """Those that SSL_CERT_FILE or SSL_CERT_DIR name, else certifi's."""
    import certifi

    file, folder = os.environ.get("SSL_CERT_FILE") or None, os.environ.get("SSL_CERT_DIR") or None
    try:
        return ssl.create_default_context(cafile=file or (None if folder else certifi.where()), capath=folder)
    except (OSError, ssl.SSLError):
        raise PermanentError(f"{judge}: the certificates at SSL_CERT_FILE cannot be read") from None
