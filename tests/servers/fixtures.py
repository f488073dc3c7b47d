"""The neighbours as fixtures: started when the first test asks, stopped when the test process ends."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers import certificate as certificates
from tests.servers import chromium as chromiums
from tests.servers import dovecot as dovecots
from tests.servers import postfix as postfixes
from tests.servers import postgresql as postgresqls
from tests.servers import pymap as pymaps
from tests.servers.neighbour import missing
from tests.servers.smtp_sink import SmtpSink, Terms

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def neighbour_folder() -> Iterator[Path]:
    """A short path that servers under other accounts may enter (pytest's own folders are closed to them)."""
    folder = Path(tempfile.mkdtemp(prefix="supportd-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def certificate(neighbour_folder: Path) -> certificates.Certificate:
    """A certificate for localhost and 127.0.0.1."""
    if reason := certificates.why_missing():
        missing(reason)
    return certificates.make_certificate(neighbour_folder)


@pytest.fixture(scope="session")
def dovecot_server(neighbour_folder: Path, certificate: certificates.Certificate) -> Iterator[dovecots.DovecotServer]:
    """A Dovecot that lives as long as the test process."""
    if reason := dovecots.why_missing():
        missing(reason)
    server = dovecots.DovecotServer(neighbour_folder / "dovecot", certificate)
    server.start()
    yield server
    server.kill()  # an orderly stop takes seconds


@pytest.fixture
def dovecot(dovecot_server: dovecots.DovecotServer) -> dovecots.Mailbox:
    """A user of its own on a running Dovecot."""
    dovecot_server.ensure_running()
    return dovecots.Mailbox(dovecot_server, user=f"support-{uuid.uuid4().hex[:12]}@test.example")


@pytest.fixture
def imap_account(request: pytest.FixtureRequest) -> Iterator[pymaps.ImapAccount]:
    """An empty mailbox for tests of plain reading: on Dovecot, or on pymap where there is no Dovecot."""
    command = pymaps.program()
    if dovecots.why_missing() is None:
        yield request.getfixturevalue("dovecot")
    elif command is None:
        missing("neither Dovecot (Debian: dovecot-imapd, dovecot-lmtpd) nor pymap (PyPI) is installed")
    else:
        server = pymaps.PymapServer(command)
        yield server
        server.stop()


@pytest.fixture(scope="session")
def postfix_server(neighbour_folder: Path, certificate: certificates.Certificate) -> Iterator[postfixes.PostfixServer]:
    """A Postfix that `route` starts."""
    if reason := postfixes.why_missing():
        missing(reason)
    server = postfixes.PostfixServer(neighbour_folder / "postfix", certificate)
    yield server
    server.stop()


@pytest.fixture
def postfix(postfix_server: postfixes.PostfixServer) -> Iterator[postfixes.PostfixServer]:
    """A Postfix with an empty queue; the test calls `route(lmtp_port=…, relay_port=…)` first."""
    yield postfix_server
    postfix_server.stop()
    postfix_server.clear()


@pytest.fixture(scope="session")
def postgresql_server(neighbour_folder: Path) -> Iterator[postgresqls.PostgresqlServer]:
    """A PostgreSQL that lives as long as the test process."""
    if reason := postgresqls.why_missing():
        missing(reason)
    server = postgresqls.PostgresqlServer(neighbour_folder / "postgresql")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def postgresql(postgresql_server: postgresqls.PostgresqlServer) -> Iterator[postgresqls.PostgresqlServer]:
    """A running PostgreSQL: `url()` gives a new, empty database, dropped after the test."""
    postgresql_server.ensure_running()
    yield postgresql_server
    postgresql_server.ensure_running()
    postgresql_server.drop_databases()


DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new, empty database, once on SQLite and once on PostgreSQL."""
    return new_database(request, tmp_path)


def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a new, empty database of the kind that the fixture's parameter names."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'supportd.db'}"
    server: postgresqls.PostgresqlServer = request.getfixturevalue("postgresql")
    return server.url()


@pytest.fixture(scope="module")
def chromium() -> "Iterator[Browser]":
    """A browser that lives as long as the tests of one module."""
    if reason := chromiums.why_missing():
        missing(reason)
    with chromiums.running_browser() as browser:
        yield browser


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """An SMTP server that takes everything and remembers it."""
    with SmtpSink(Terms()) as sink:
        yield sink
