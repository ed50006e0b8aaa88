"""Mail by each MAIL_BACKEND; by SMTP to a real server, over TLS and without."""

import asyncio
import os
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from smtplib import SMTPAuthenticationError, SMTPException, SMTPNotSupportedError
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from structlog.testing import capture_logs

from app.clock import now
from app.mail import sender
from app.mail.message import Message
from app.mail.sender import send
from app.settings import Settings, load_settings
from tests.support.environment import ENVIRONMENT
from tests.support.server import free_port

MESSAGE = Message("ann@example.com", "Grüße", "Your code:\n\nsecret-code\n")
USER, PASSWORD = "mailer@example.com", "p@ss/w:rd"
CREDENTIALS = "mailer%40example.com:p%40ss%2Fw%3Ard"


@dataclass
class Server:
    """A mail server of the tests, and what it was sent."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)
    attempts: int = 0

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(mail)
        self.encrypted.append(session.ssl is not None)
        self.signed_in.append(session.authenticated)
        return "250 OK"

    def authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any
    ) -> AuthResult:
        self.attempts += 1
        expected = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=data == expected, handled=False)


@contextmanager
def mail_server(**options: Any) -> Iterator[Server]:
    """Run a server on a free port of this machine."""
    server = Server(free_port())
    if options.get("auth_required"):
        options["authenticator"] = server.authenticate
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def make_certificate(directory: Path, host: str) -> tuple[Path, Path]:
    """Write a certificate that is its own authority, and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([_general_name(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=True,
                crl_sign=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    certificate_path, key_path = directory / f"{host}.pem", directory / f"{host}.key"
    certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_path, key_path


def _general_name(host: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)


def server_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Give the context of a server whose certificate the service trusts."""
    certificate = make_certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    return server_context(certificate)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server of the tests count as one on another machine."""
    monkeypatch.setattr(sender, "_LOOPBACK", frozenset())


def settings_with(migrated_url: str, **changed: Any) -> Settings:
    values = {name.lower(): value for name, value in ENVIRONMENT.items()}
    return load_settings(**{**values, "database_url": migrated_url, **changed})


def smtp(migrated_url: str, url: str) -> Settings:
    return settings_with(migrated_url, mail_backend="smtp", smtp_url=url)


async def test_the_console_shows_the_mail(
    migrated_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await send(settings_with(migrated_url), MESSAGE)
    shown = capsys.readouterr().out
    assert "ann@example.com" in shown
    assert "Grüße" in shown
    assert "secret-code" in shown


async def test_in_production_the_console_shows_no_mail_but_says_that_one_was_not_sent(
    migrated_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_with(migrated_url)
    vars(settings).update(environment="production")
    with capture_logs() as logs:
        await send(settings, MESSAGE)
    assert [(line["event"], line["log_level"]) for line in logs] == [("mail.not_sent", "error")]
    seen = str(logs) + capsys.readouterr().out
    assert "secret-code" not in seen
    assert "ann@example.com" not in seen


async def test_each_mail_is_a_file_of_its_own(migrated_url: str, tmp_path: Path) -> None:
    directory = tmp_path / "not" / "there" / "yet"
    settings = settings_with(
        migrated_url,
        mail_backend="file",
        mail_dir=directory,
        mail_from="Demo <no-reply@demo.example.com>",
    )
    for _ in range(2):
        await send(settings, MESSAGE)
    files = list(directory.iterdir())
    assert [path.suffix for path in files] == [".eml", ".eml"]
    mail = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert mail["From"] == "Demo <no-reply@demo.example.com>"
    assert mail["To"] == "ann@example.com"
    assert mail["Subject"] == "Grüße"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@demo.example.com>")
    assert mail["Date"].datetime.utcoffset() == timedelta()
    assert mail.get_content() == MESSAGE.text


async def test_mail_files_are_private(migrated_url: str, tmp_path: Path) -> None:
    directory = tmp_path / "mail"
    before = os.umask(0o022)
    try:
        await send(settings_with(migrated_url, mail_backend="file", mail_dir=directory), MESSAGE)
    finally:
        os.umask(before)
    (path,) = directory.iterdir()
    assert [f"{place.stat().st_mode & 0o777:o}" for place in (directory, path)] == ["700", "600"]


async def test_the_domain_of_a_mail_is_in_ascii(migrated_url: str) -> None:
    with mail_server(enable_SMTPUTF8=False) as server:
        settings = settings_with(
            migrated_url,
            mail_backend="smtp",
            smtp_url=f"smtp://127.0.0.1:{server.port}",
            mail_from="Über <no-reply@straße.example>",
        )
        await send(settings, Message("ann@bücher.example", "Grüße", "text"))
    (mail,) = server.mails
    assert mail["To"] == "ann@xn--bcher-kva.example"
    assert mail["From"] == "Über <no-reply@xn--strae-oqa.example>"
    assert mail["Message-ID"].endswith("@xn--strae-oqa.example>")


async def test_a_subject_cannot_inject_a_header(migrated_url: str) -> None:
    with pytest.raises(ValueError, match=r"newline|linefeed"):
        await send(
            settings_with(migrated_url),
            Message("ann@example.com", "Hello\r\nBcc: eve@example.com", "text"),
        )


async def test_a_server_on_this_machine_needs_no_tls(migrated_url: str) -> None:
    with mail_server() as server:
        await send(smtp(migrated_url, f"smtp://127.0.0.1:{server.port}"), MESSAGE)
    (mail,) = server.mails
    assert mail["To"] == "ann@example.com"
    assert mail.get_content().replace("\r\n", "\n") == MESSAGE.text
    assert server.encrypted == [False]


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
async def test_smtps_is_tls_from_the_first_byte(migrated_url: str, tls: ssl.SSLContext) -> None:
    with mail_server(ssl_context=tls, auth_required=True, auth_require_tls=False) as server:
        url = f"smtps://{CREDENTIALS}@localhost:{server.port}"
        await send(smtp(migrated_url, url), MESSAGE)
    assert len(server.mails) == 1
    assert server.signed_in == [True]


@pytest.mark.usefixtures("elsewhere")
async def test_smtp_to_another_machine_is_encrypted_before_it_signs_in(
    migrated_url: str, tls: ssl.SSLContext
) -> None:
    with mail_server(tls_context=tls, require_starttls=True, auth_required=True) as server:
        url = f"smtp://{CREDENTIALS}@localhost:{server.port}"
        await send(smtp(migrated_url, url), MESSAGE)
    assert server.encrypted == [True]
    assert server.signed_in == [True]


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
async def test_a_remote_server_without_starttls_gets_no_mail_or_password(
    migrated_url: str,
) -> None:
    with mail_server(auth_required=True, auth_require_tls=False) as server:
        url = f"smtp://{CREDENTIALS}@localhost:{server.port}"
        with pytest.raises(SMTPNotSupportedError):
            await send(smtp(migrated_url, url), MESSAGE)
    assert server.mails == []
    assert server.attempts == 0


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("fault", ["unknown authority", "another host"])
async def test_an_untrusted_certificate_is_refused(
    migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, fault: str
) -> None:
    trusted = make_certificate(tmp_path, "mail.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted[0]))
    own = make_certificate(tmp_path, "localhost") if fault == "unknown authority" else trusted
    option = "tls_context" if scheme == "smtp" else "ssl_context"
    with (
        mail_server(**{option: server_context(own)}) as server,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        await send(smtp(migrated_url, f"{scheme}://localhost:{server.port}"), MESSAGE)
    assert server.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
async def test_a_refused_password_is_an_error(migrated_url: str, tls: ssl.SSLContext) -> None:
    with (
        mail_server(ssl_context=tls, auth_required=True, auth_require_tls=False) as server,
        pytest.raises(SMTPAuthenticationError),
    ):
        await send(smtp(migrated_url, f"smtps://eve:guess@localhost:{server.port}"), MESSAGE)
    assert server.mails == []


async def test_a_server_may_examine_a_mail_longer_than_it_may_take_to_connect(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "_SMTP_SECONDS", 0.2)

    async def examine(*_: Any) -> str:
        await asyncio.sleep(0.5)
        return "250 OK"

    monkeypatch.setattr(Server, "handle_DATA", examine)
    with mail_server() as server:
        await send(smtp(migrated_url, f"smtp://127.0.0.1:{server.port}"), MESSAGE)


REFUSALS = [
    ("handle_RCPT", "550 no ann here", True),
    ("handle_DATA", "554 ann wants none", True),
    ("handle_RCPT", "450 ask ann later", False),
    ("handle_DATA", "451 ask ann later", False),
    ("handle_MAIL", "550 you are none of ann's", False),
]


@pytest.mark.parametrize(("command", "answer", "is_permanent"), REFUSALS)
async def test_a_mail_that_is_refused_for_good_is_not_tried_again(
    migrated_url: str,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    answer: str,
    is_permanent: bool,
) -> None:
    async def refuse(*_: Any) -> str:
        return answer

    monkeypatch.setattr(Server, command, refuse, raising=False)
    with mail_server() as server, capture_logs() as logs:
        expected = nullcontext() if is_permanent else pytest.raises(SMTPException)
        with expected:
            await send(smtp(migrated_url, f"smtp://127.0.0.1:{server.port}"), MESSAGE)
    assert [line["event"] for line in logs] == ["mail.not_sent"] * is_permanent
    assert "ann" not in str(logs)


@pytest.mark.parametrize("answer", ["421 too busy for goodbyes", "500 what?"])
async def test_a_mail_that_was_accepted_is_sent_whatever_the_server_says_then(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    async def refuse(*_: Any) -> str:
        return answer

    monkeypatch.setattr(Server, "handle_QUIT", refuse, raising=False)
    with mail_server() as server:
        await send(smtp(migrated_url, f"smtp://127.0.0.1:{server.port}"), MESSAGE)
    assert len(server.mails) == 1


async def test_a_mail_that_is_given_up_leaves_no_thread_behind(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def say_nothing(*_: Any) -> str:
        loop.call_soon_threadsafe(begun.set)
        await asyncio.sleep(30)
        return "250 OK"

    monkeypatch.setattr(Server, "handle_DATA", say_nothing)
    ended = threading.Event()
    run = sender._Delivery.run

    def noted(delivery: sender._Delivery) -> None:
        try:
            run(delivery)
        finally:
            ended.set()

    monkeypatch.setattr(sender._Delivery, "run", noted)
    with mail_server() as server:
        sending = asyncio.create_task(
            send(smtp(migrated_url, f"smtp://127.0.0.1:{server.port}"), MESSAGE)
        )
        await asyncio.wait_for(begun.wait(), 10)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert await asyncio.to_thread(ended.wait, 5)


async def test_a_server_that_is_away_is_an_error(migrated_url: str) -> None:
    with mail_server() as server:
        pass
    with pytest.raises(OSError, match=r"refused|closed"):
        await send(smtp(migrated_url, f"smtp://127.0.0.1:{server.port}"), MESSAGE)
