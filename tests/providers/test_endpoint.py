"""What the environment says of OpenAI's endpoint, and that none of it goes to another."""

import ssl

import pytest

from grader.errors import PermanentError
from grader.providers.endpoint import OPENAI, find_endpoint, is_address

OWN = "http://127.0.0.1:8080/v1"
VARIABLES = {
    "OPENAI_API_KEY": "sk-belongs-to-openai",
    "OPENAI_ORG_ID": "org-1",
    "OPENAI_PROJECT_ID": "proj-1",
    "OPENAI_CUSTOM_HEADERS": "X-Team: Grading\nno header\nX-Trace : on: yes",
}
UNSET = (
    *("OPENAI_BASE_URL", "SSL_CERT_FILE", "SSL_CERT_DIR", "NO_PROXY"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"),
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in UNSET:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_openais_own_as_its_sdk_reads_it() -> None:
    found = find_endpoint("openai:m", None, None)
    assert found.url == f"{OPENAI}/chat/completions"
    assert found.headers == {
        "User-Agent": "open-response-grader",
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Authorization": "Bearer sk-belongs-to-openai",
        "OpenAI-Organization": "org-1",
        "OpenAI-Project": "proj-1",
        "X-Team": "Grading",
        "X-Trace": "on: yes",
    }
    assert isinstance(found.certificates, ssl.SSLContext)
    assert found.certificates.verify_mode is ssl.CERT_REQUIRED
    assert found.certificates.check_hostname


def test_another_address_for_openai(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("OPENAI_BASE_URL", "http://gateway.test/openai/v1/")
    found = find_endpoint("openai:m", None, "sk-given")
    assert found.url == "http://gateway.test/openai/v1/chat/completions"
    assert found.headers["Authorization"] == "Bearer sk-given"
    assert found.headers["OpenAI-Organization"] == "org-1"
    assert found.certificates is True


@pytest.mark.parametrize(("key", "sent"), [(None, "none"), ("", "none"), ("sk-given\n", "sk-given")])
def test_an_endpoint_of_the_users_own_is_told_nothing_of_openai(key: str | None, sent: str) -> None:
    found = find_endpoint("openai:m", OWN, key)
    assert found.url == f"{OWN}/chat/completions"
    assert found.headers["Authorization"] == f"Bearer {sent}"
    assert set(found.headers) == {"User-Agent", "Accept", "Content-Type", "Authorization"}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("OPENAI_API_KEY", "", "set OPENAI_API_KEY"),
        ("OPENAI_API_KEY", "sk-one\nsk-two", "line break"),
        ("OPENAI_ORG_ID", "org\r\nX: y", "line break"),
        ("OPENAI_BASE_URL", "gateway.test", "OPENAI_BASE_URL"),
        ("OPENAI_BASE_URL", "http://user:pw@gateway.test", "OPENAI_BASE_URL"),
        ("HTTPS_PROXY", "socks5://127.0.0.1:1080", "not an HTTP proxy"),
        ("SSL_CERT_FILE", "/nowhere/certificates.pem", "SSL_CERT_FILE"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_sentence(
    environment: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(PermanentError, match=told) as refused:
        find_endpoint("openai:m", None, None)
    assert str(refused.value).startswith("openai:m: ")
    assert not any(part in str(refused.value) for part in ("sk-", "pw", "\n"))


@pytest.mark.parametrize(
    ("settings", "url", "proxy"),
    [
        ({}, OWN, None),
        ({"HTTP_PROXY": "http://proxy.test:3128"}, "http://judge.test/v1", "http://proxy.test:3128"),
        ({"HTTPS_PROXY": "http://me:pw@proxy.test"}, "https://judge.test/v1", "http://me:pw@proxy.test"),
        ({"HTTPS_PROXY": "http://proxy.test"}, "http://judge.test/v1", None),
        ({"ALL_PROXY": "proxy.test:3128"}, "https://judge.test/v1", "http://proxy.test:3128"),
        ({"HTTP_PROXY": "http://proxy.test", "NO_PROXY": "judge.test"}, "http://judge.test/v1", None),
        ({"HTTP_PROXY": "http://proxy.test", "NO_PROXY": "test"}, "http://a.judge.test:8/v1", None),
        ({"HTTP_PROXY": "http://proxy.test", "NO_PROXY": "*"}, OWN, None),
    ],
)
def test_the_environments_proxy(
    environment: pytest.MonkeyPatch, settings: dict[str, str], url: str, proxy: str | None
) -> None:
    for name, value in settings.items():
        environment.setenv(name.lower(), value)
    assert find_endpoint("openai:m", url, None).proxy == proxy


@pytest.mark.parametrize("url", ["http://host", "https://host:8443/v1", "http://[::1]:80/v1"])
def test_addresses(url: str) -> None:
    assert is_address(url)


@pytest.mark.parametrize("url", ["", "host/v1", "ftp://host", "http://", "http://a:b@host", "http://h:0"])
def test_no_addresses(url: str) -> None:
    assert not is_address(url)
