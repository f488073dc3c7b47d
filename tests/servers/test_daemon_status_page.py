"""The status page of `supportd run`: opened, renewed, moved, in trouble, and no burden to the mail (R8.1)."""

import json
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from daemon.model.case import CaseNumber
from daemon.model.desk_effect import OpenIncident
from daemon.store.database import open_database, transaction
from daemon.store.incidents import open_incident
from tests.scenarios.desk import MONDAY
from tests.servers.neighbour import HOST, free_port
from tests.servers.postgresql import PostgresqlServer
from tests.servers.running_daemon import RunningDaemon, Site, a_request, end_all, make_site, running

FORM = {"address": "reader@elsewhere.example", "scope": "platform:voice", "website": ""}


@dataclass(frozen=True, slots=True)
class Shown:
    """A site with a status page on a port of its own."""

    site: Site
    port: int

    def page(self, path: str, *, port: int = 0, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Return status and body of a page, or of the answer to a form."""
        sent = urlencode(form).encode() if form else None
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port or self.port}/{path}", sent, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    def opens_incident(self, title: str) -> None:
        """Make the first case an incident, as another process would."""
        engine = open_database(self.site.database_url)
        effect = OpenIncident(case=CaseNumber(1001), title=title, products=("voice",), at=MONDAY, actor="agent1")
        with transaction(engine) as connection:
            open_incident(connection, effect)
        engine.dispose()


def shown_site(folder: Path, database_url: str = "") -> Shown:
    """Return the example company with a status page."""
    site = make_site(folder, database_url)
    return Shown(site, site.page_port)


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    """The example company with a status page, not yet running."""
    return shown_site(tmp_path / "site")


@pytest.fixture
def daemon(shown: Shown) -> Iterator[RunningDaemon]:
    """A daemon that is ready, and whose page is open."""
    with running(shown.site) as started:
        started.wait_for_event("status_page.opened")
        yield started


def test_r8_1_the_daemon_serves_and_writes_each_change(daemon: RunningDaemon, shown: Shown) -> None:
    """R8.1: an incident that another process opens is on the page and in the static copy within seconds."""
    daemon.wait_for_event("status_page.written")
    copy = shown.site.folder / "var/status/en/index.html"
    assert shown.page("en/") == (200, copy.read_text())
    daemon.send(a_request("Phones are down"))
    daemon.wait_until(lambda: shown.site.outcomes() == ["case_opened"], what="a case")

    shown.opens_incident("No outgoing calls")

    daemon.wait_until(lambda: "No outgoing calls" in shown.page("en/")[1], what="the incident on the page")
    daemon.wait_until(lambda: "No outgoing calls" in copy.read_text(), what="the incident in the copy")
    assert "Phones are down" not in shown.page("en/incident/1001")[1]
    assert daemon.terminate() == 0
    assert [event["address"] for event in daemon.events("status_page.closed")] == [f"127.0.0.1:{shown.port}"]


def test_r8_1_a_reload_takes_the_page_elsewhere_and_ends_it(daemon: RunningDaemon, shown: Shown) -> None:
    """R8.1: another address, another folder, none at all; mail is taken all the while."""
    other, folder = free_port(), shown.site.folder / "var/elsewhere"
    shown.site.edit(
        (f"listen: 127.0.0.1:{shown.port}", f"listen: 127.0.0.1:{other}"), ("../var/status ", "../var/elsewhere ")
    )
    daemon.wait_for_event("status_page.opened", count=2)
    daemon.wait_until((folder / "en/index.html").is_file, what="the other folder")
    assert shown.page("fr/", port=other)[0] == 200
    with pytest.raises(urllib.error.URLError):
        shown.page("fr/")

    text = (shown.site.config / "supportd.yaml").read_text()
    head, _, rest = text.partition("status_page:\n")
    tail = rest.partition("\n\n")[2]
    (shown.site.config / "supportd.yaml").write_text(f"{head}\n{tail}")

    daemon.wait_for_event("status_page.closed", count=2)
    daemon.wait_until(lambda: "status page" not in daemon.health()[1]["parts"], what="a table without the page")
    daemon.send(a_request("Phones are down"))


def test_r8_2_the_daemon_asks_who_subscribes(daemon: RunningDaemon, shown: Shown) -> None:
    """R8.2: the form of the running daemon brings the question, and its link the button; no address is in the log."""
    daemon.wait_until(lambda: shown.page("en/")[0] == 200, what="the page")
    assert "Please look into your mailbox" in shown.page("en/subscribe", form=FORM)[1]
    daemon.wait_until(lambda: len(shown.site.outgoing) == 1, what="the question")
    (question,) = shown.site.outgoing
    link = re.search(rb"/(en/confirm/[a-z2-7]{26})\b", question.replace(b"=\n", b"").replace(b"=\r\n", b""))
    assert f"To: {FORM['address']}".encode() in question
    assert link

    confirmed = shown.page(link[1].decode(), form={"scope": "platform:voice"})

    assert "Your subscription is confirmed" in confirmed[1]
    listed = shown.site.command("subscribers", "list", "--json").stdout
    assert json.loads(listed)[0]["confirmed"] == ["platform:voice"]
    assert FORM["address"] not in daemon.log


def test_r8_1_a_page_in_trouble_takes_no_mail_down(shown: Shown) -> None:
    """R8.1, S1.6: an address in use and a folder of others' are shown by the health page, and tried again."""
    theirs = shown.site.folder / "var/status"
    theirs.mkdir(parents=True)
    (theirs / "theirs.txt").write_text("theirs")
    with socket.create_server((HOST, shown.port)) as taken, running(shown.site) as daemon:

        def troubles() -> dict[str, str]:
            parts = daemon.health()[1]["parts"]
            return {name: part.get("trouble", "") for name, part in parts.items() if name.startswith("status page")}

        daemon.wait_until(lambda: all(troubles().values()) and len(troubles()) == 2, what="two troubles")
        assert "choose another `listen`" in troubles()["status page"]
        assert "does not exist yet" in troubles()["status page folder"]
        daemon.send(a_request("Phones are down"))
        daemon.wait_until(lambda: shown.site.outcomes() == ["case_opened"], what="a case")

        taken.close()
        (theirs / "theirs.txt").unlink()

        daemon.wait_until(lambda: not any(troubles().values()), what="no trouble")
        assert shown.page("en/")[0] == 200


def test_r8_1_while_postgresql_is_away_the_page_answers(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    """R8.1: at a start without the database 503 with Retry-After; later the last page is served on."""
    shown = shown_site(tmp_path / "site", postgresql.url())
    assert shown.site.command("db", "upgrade").returncode == 0
    postgresql.kill()
    daemon = RunningDaemon(shown.site)
    try:
        daemon.wait_for_event("status_page.opened", seconds=30)
        assert shown.page("en/")[0] == 503
        assert shown.page("en/subscribe", form=FORM)[0] == 503
        postgresql.start()
        daemon.wait_until_ready(seconds=30)
        daemon.wait_until(lambda: shown.page("en/")[0] == 200, what="the page")
        postgresql.kill()
        daemon.wait_until(lambda: daemon.health()[0] == 503, what="the database is known to be away")
        assert shown.page("en/")[0] == 200
    finally:
        end_all([daemon])


def test_r8_1_who_needs_no_page_does_not_pay_for_it() -> None:
    """R8.1: neither the command line nor a daemon that has not come to its page loads the web server's libraries."""
    asks = "import sys, daemon.cli.root, daemon.supervisor; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, timeout=60, check=True)

    assert not {"starlette", "uvicorn"} & set(done.stdout.split())
