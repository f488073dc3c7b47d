"""A real Dovecot is watched: what is delivered is stored once, whatever befalls the server and whatever others do."""

import os
import secrets
import threading
import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from daemon.clock import system_clock
from daemon.ingest.mailbox import Fetched, ImapFolder, open_folder
from daemon.ingest.sweep import Bounds, Sweep
from daemon.ingest.watch import Rhythm, WatchState
from daemon.model.mail import Arrival, Envelope
from daemon.model.setup import Security
from daemon.store.database import transaction
from daemon.store.due import unread
from daemon.store.inbox_tables import inbox, octets
from tests.ingest.running import Store, mail, store
from tests.ingest.watching import QUICK, settings_for, watching
from tests.servers.dovecot import Mailbox
from tests.servers.imap_proxy import LesserServer
from tests.servers.neighbour import HOST
from tests.servers.postgresql import PostgresqlServer
from tests.waiting import wait_for


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """A fresh SQLite database with its writer."""
    with store(f"sqlite:///{tmp_path / 'supportd.db'}") as opened:
        yield opened


def until_kept(kept: Store, *subjects: str, seconds: float = 20) -> None:
    """Wait until exactly these subjects are stored, each once, in any order."""
    wait_for(lambda: len(kept.rows()) >= len(subjects), seconds=seconds, what=f"{len(subjects)} mails are stored")
    assert sorted(kept.subjects()) == sorted(subjects)


def until_moved(dovecot: Mailbox, *subjects: str) -> None:
    """Wait until INBOX is empty and exactly these subjects are in Processed."""
    wait_for(lambda: not dovecot.subjects(), seconds=20, what="INBOX is empty")
    assert sorted(dovecot.subjects("Processed")) == sorted(subjects)


def test_r5_6_a_full_sweep_is_on_record(dovecot: Mailbox, kept: Store) -> None:
    """R5.6: once a full sweep is done, of an empty folder too, the database says when it began; no sooner."""
    settings, before = settings_for(dovecot), system_clock()
    with transaction(kept.engine) as connection:
        assert unread(connection, [settings.name]) is not None

    with watching(settings, kept) as watch:
        watch.wait_until(WatchState.WATCHING)

    with transaction(kept.engine) as connection:
        behind = unread(connection, [settings.name])
    assert behind is not None
    assert before <= behind.until <= system_clock()


def test_s1_4_a_mail_is_seen_within_two_seconds_through_idle(dovecot: Mailbox, kept: Store) -> None:
    """A mail that comes while the watch is in a long IDLE is stored within 2 s, then moved, with its INTERNALDATE."""
    calm = replace(QUICK, idle=60, idle_after_mail=60)
    with watching(settings_for(dovecot), kept, rhythm=calm) as watch:
        watch.wait_until(WatchState.WATCHING)
        for number in range(3):
            began = time.monotonic()
            dovecot.deliver(mail(f"mail {number}"))
            until_kept(kept, *(f"mail {before}" for before in range(number + 1)), seconds=2)
            assert time.monotonic() - began < 2
        until_moved(dovecot, "mail 0", "mail 1", "mail 2")

    row = kept.rows()[0]
    assert row.raw.endswith(mail("mail 0"))  # Dovecot's LMTP puts its trace fields before
    assert (row.source, row.mailbox, row.reverse_path) == ("imap support", "support", None)
    assert row.source_key == f"imap:support:INBOX:{dovecot.uidvalidity()}:1"
    assert abs((row.received_at - row.kept_at).total_seconds()) < 10


@pytest.mark.parametrize("security", list(Security))
def test_every_kind_of_connection(dovecot: Mailbox, kept: Store, security: Security) -> None:
    """TLS, STARTTLS and plain; the certificate is verified."""
    port = dovecot.imaps_port if security is Security.TLS else dovecot.imap_port
    dovecot.deliver(mail("one"))
    with watching(replace(settings_for(dovecot), security=security, port=port), kept):
        until_kept(kept, "one")


def test_an_unknown_certificate_is_refused(dovecot: Mailbox, kept: Store) -> None:
    """A server with an unknown certificate gets no password; where the check is switched off it is used."""
    dovecot.deliver(mail("one"))
    strange = replace(settings_for(dovecot), ca_file=None)
    with watching(strange, kept) as watch:
        assert "certificate verify failed" in watch.wait_until(WatchState.UNREACHABLE).error
        assert not kept.rows()
    with watching(replace(strange, verify=False), kept):
        until_kept(kept, "one")


def test_s1_4_a_restart_of_the_server(dovecot: Mailbox, kept: Store) -> None:
    """The server is restarted while the watch is in IDLE: the watch comes back, nothing is lost or doubled."""
    with watching(settings_for(dovecot), kept) as watch:
        dovecot.deliver(mail("before"))
        until_kept(kept, "before")
        dovecot.restart()
        dovecot.deliver(mail("after"))
        until_kept(kept, "before", "after")
        watch.wait_until(WatchState.WATCHING)
        until_moved(dovecot, "before", "after")


def test_s1_4_the_server_is_killed_in_idle(dovecot: Mailbox, kept: Store) -> None:
    """The server is killed in IDLE: the watch says so, keeps trying, and goes on when it is back; it never spins."""
    with watching(settings_for(dovecot), kept) as watch:
        dovecot.deliver(mail("before"))
        until_kept(kept, "before")
        until_moved(dovecot, "before")
        began = time.process_time()
        dovecot.kill()
        assert dovecot.user in watch.wait_until(WatchState.UNREACHABLE).error
        assert time.process_time() - began < 2
        dovecot.server.start()
        dovecot.deliver(mail("after"))
        until_kept(kept, "before", "after")


def test_s1_4_a_changed_uidvalidity(dovecot: Mailbox, kept: Store) -> None:
    """UIDs start again from 1 under another UIDVALIDITY: new mail with known UIDs is stored all the same."""
    with watching(settings_for(dovecot), kept):
        dovecot.deliver(mail("one"), mail("two"))
        until_kept(kept, "one", "two")
        until_moved(dovecot, "one", "two")
        dovecot.reset_uidvalidity()
        dovecot.deliver(mail("three"))
        until_kept(kept, "one", "two", "three")

    assert len({row.source_key.split(":")[3] for row in kept.rows()}) == 2


def test_s1_4_a_uid_given_out_twice(dovecot: Mailbox, kept: Store) -> None:
    """A server restored from a backup gives a UID out again: the new mail is not taken for the one that is kept."""
    dovecot.deliver(mail("new"))
    with watching(settings_for(dovecot), kept):
        until_kept(kept, "new")
    key = kept.rows()[0].source_key
    with transaction(kept.engine) as connection:
        connection.execute(octets.update().values(raw=mail("old")))
        connection.execute(inbox.update().values(sha256="0" * 64))
    _move_back_with_its_uid(dovecot)
    with watching(settings_for(dovecot), kept):
        until_kept(kept, "old", "new")

    assert kept.rows()[1].source_key.startswith(f"{key}:")


def _move_back_with_its_uid(dovecot: Mailbox) -> None:
    """Put the mail of Processed back into INBOX as UID 1, under the same UIDVALIDITY."""
    validity = dovecot.uidvalidity()
    dovecot.server.stop()
    (moved,) = (file for name in ("new", "cur") for file in (dovecot.maildir() / ".Processed" / name).iterdir())
    moved.rename(dovecot.maildir() / "cur" / moved.name)
    for file in dovecot.maildir().glob("dovecot.index*"):
        file.unlink()
    (dovecot.maildir() / "dovecot-uidlist").write_text(f"3 V{validity} N1 G{secrets.token_hex(16)}\n")
    dovecot.server.start()


def test_s1_4_what_other_clients_do(dovecot: Mailbox, kept: Store) -> None:
    r"""S1.4: mail that others have read, flagged, or marked \Deleted is taken; what they move back is there again."""
    dovecot.deliver(*(mail(f"mail {number}") for number in range(6)))
    with dovecot.imap() as other:
        other.create("Elsewhere")
        other.uid("store", "1", "+FLAGS", r"(\Seen \Flagged)")
        other.uid("store", "2", "+FLAGS", r"(\Deleted)")
        other.uid("move", "3", "Elsewhere")
        other.uid("store", "4", "+FLAGS", r"(\Deleted)")
        other.uid("expunge", "4")
        with watching(settings_for(dovecot), kept):
            until_kept(kept, "mail 0", "mail 1", "mail 4", "mail 5")
            until_moved(dovecot, "mail 0", "mail 1", "mail 4", "mail 5")
            other.select("Elsewhere")
            other.uid("move", "1", "INBOX")
            until_kept(kept, "mail 0", "mail 1", "mail 4", "mail 5", "mail 2")


def test_s1_4_expunged_between_list_and_fetch(dovecot: Mailbox, kept: Store) -> None:
    """While one client takes a backlog another expunges from its end: what is gone is skipped, the rest is stored."""
    dovecot.deliver(*(mail(f"mail {number}") for number in range(200)))
    with dovecot.imap() as other, watching(settings_for(dovecot), kept):
        wait_for(kept.rows, seconds=20, what="the backlog is begun")
        other.uid("store", "195:200", "+FLAGS", r"(\Deleted)")
        other.expunge()
        wait_for(lambda: not dovecot.subjects(), seconds=20, what="INBOX is empty")

    stored = kept.subjects()
    assert len(set(stored)) == len(stored)
    assert stored[:190] == [f"mail {number}" for number in range(190)]


def test_s1_1_a_crash_between_keeping_and_moving(dovecot: Mailbox, kept: Store) -> None:
    """Mail that is stored but was not moved is moved at the next sweep, and stored no second time."""
    dovecot.deliver(mail("one"), mail("two"))
    folder = open_folder(settings_for(dovecot))
    try:
        for fetched in folder.fetch(folder.uids()):
            _keep_as_the_watch_would(kept, folder, fetched)
    finally:
        folder.close()
    assert kept.subjects() == list(dovecot.subjects()) == ["one", "two"]

    with watching(settings_for(dovecot), kept):
        until_moved(dovecot, "one", "two")
    assert kept.subjects() == ["one", "two"]


def _keep_as_the_watch_would(kept: Store, folder: ImapFolder, fetched: Fetched) -> None:
    key = f"imap:support:INBOX:{folder.uidvalidity}:{fetched.uid}"
    arrival = Arrival(fetched.raw, "imap support", key, "support", Envelope(None, ()), system_clock())
    assert kept.intake.keep_now((arrival,)) == (True,)


def test_s1_2_over_the_size_limit(dovecot: Mailbox, kept: Store) -> None:
    """S1.2: too large: recorded from its header and moved to the unreadable folder; its neighbours are whole."""
    dovecot.deliver(mail("one"), mail("large", body="x" * 900 + "\r\n" + "x" * 3_000), mail("three"))
    with watching(settings_for(dovecot), kept, max_message_octets=2_000):
        until_kept(kept, "one", "large", "three")
        until_moved(dovecot, "one", "three")

    assert dovecot.subjects("Unreadable") == ("large",)
    assert [row.unreadable for row in kept.rows()] == ["", "larger than 2000 octets", ""]
    assert kept.rows()[1].raw.endswith(b"<large@acme.example>\r\n\r\n")


def test_a_refused_login_is_reported_and_mends_itself(dovecot: Mailbox, kept: Store) -> None:
    """S1.6: a refused login is told apart from a server that is away or busy; once it is taken the watch goes on."""
    answers = ("NO [AUTHENTICATIONFAILED] No.", "NO [AUTHENTICATIONFAILED] No.", "NO [UNAVAILABLE] Later.")
    dovecot.deliver(mail("one"))
    with LesserServer(dovecot.imap_port, answers={"LOGIN ": answers}) as proxy:
        plain = replace(settings_for(dovecot), security=Security.PLAIN, host=HOST, port=proxy.port)
        with watching(plain, kept) as watch:
            until_kept(kept, "one")
            assert watch.wait_until(WatchState.WATCHING).error == ""

    assert [report.state for report in watch.reports[:3]] == [
        WatchState.REFUSED,
        WatchState.UNREACHABLE,
        WatchState.WATCHING,
    ]
    assert dovecot.user in watch.reports[0].error
    assert not any(dovecot.password in report.error for report in watch.reports)


def test_a_wrong_password(dovecot: Mailbox, kept: Store) -> None:
    """S1.6: a wrong password is reported as refused, without the password, and nothing is stored."""
    with watching(replace(settings_for(dovecot), password="correct horse"), kept) as watch:
        assert "correct horse" not in watch.wait_until(WatchState.REFUSED).error
    assert not kept.rows()


@pytest.mark.parametrize("missing", [("IDLE",), ("MOVE",), ("IDLE", "MOVE", "UIDPLUS", "NAMESPACE", "ID")])
def test_servers_that_can_do_less(dovecot: Mailbox, kept: Store, missing: tuple[str, ...]) -> None:
    """Without IDLE it polls; without MOVE it copies and expunges by UID; without UIDPLUS the mail stays, flagged."""
    with LesserServer(dovecot.imap_port, without=missing) as proxy:
        plain = replace(settings_for(dovecot), security=Security.PLAIN, host=HOST, port=proxy.port)
        dovecot.deliver(mail("one"))
        with watching(replace(plain, poll_seconds=1, sweep_seconds=1), kept):
            until_kept(kept, "one")
            dovecot.deliver(mail("two"))
            until_kept(kept, "one", "two")
            wait_for(lambda: len(dovecot.subjects("Processed")) == 2, seconds=10, what="both are in Processed")
            dovecot.deliver(mail("three"))
            until_kept(kept, "one", "two", "three")
            wait_for(lambda: len(dovecot.subjects("Processed")) >= 3, seconds=10, what="all are in Processed")

    assert dovecot.subjects("Processed") == ("one", "two", "three")
    assert dovecot.subjects() == (("one", "two", "three") if "UIDPLUS" in missing else ())


def test_s1_4_what_others_have_marked_deleted_is_not_expunged_unkept(dovecot: Mailbox, kept: Store) -> None:
    """Without MOVE our expunging names UIDs: what others have flagged meanwhile stays until it is kept."""
    with LesserServer(dovecot.imap_port, without=("MOVE",)) as proxy, dovecot.imap() as other:
        plain = replace(settings_for(dovecot), security=Security.PLAIN, host=HOST, port=proxy.port)
        dovecot.deliver(*(mail(f"mail {number}") for number in range(60)))
        other.uid("store", "1:60", "+FLAGS", r"(\Deleted)")
        with watching(plain, kept):
            until_kept(kept, *(f"mail {number}" for number in range(60)))
            until_moved(dovecot, *(f"mail {number}" for number in range(60)))


@pytest.mark.parametrize(
    ("command", "without"),
    [("UID MOVE ", ()), ("UID COPY ", ("MOVE",)), ("UID EXPUNGE ", ("MOVE",))],
    ids=["move", "copy", "expunge"],
)
def test_s1_4_a_refused_move_is_tried_again_at_the_next_cycles(
    dovecot: Mailbox, kept: Store, command: str, without: tuple[str, ...]
) -> None:
    """S1.4: a full folder, or one that we may not write, keeps no mail from being read, and holds it up no longer
    than it lasts: not until the next full sweep, which is an hour away here.
    """
    answers = {command: ("NO [OVERQUOTA] The folder is full.", "NO [LIMIT] Not now.")}
    with LesserServer(dovecot.imap_port, without=without, answers=answers) as proxy:
        plain = replace(settings_for(dovecot), security=Security.PLAIN, host=HOST, port=proxy.port)
        dovecot.deliver(mail("one"))
        with watching(replace(plain, sweep_seconds=3_600), kept, rhythm=replace(QUICK, idle_after_mail=0.5)) as watch:
            until_kept(kept, "one")
            wait_for(
                lambda: watch.reports and "OVERQUOTA" in watch.reports[-1].error,
                seconds=10,
                what="the refusal is reported",
            )
            wait_for(lambda: not dovecot.subjects(), seconds=20, what="INBOX is empty")
            wait_for(lambda: not watch.reports[-1].error, seconds=10, what="the refusal is over")

    assert "one" in dovecot.subjects("Processed")


@pytest.mark.slow
def test_s1_6_a_half_open_connection_is_noticed_within_90_seconds(dovecot: Mailbox, kept: Store) -> None:
    """S1.6: a server that holds the connection and answers nothing is given up within 90 s."""
    with watching(settings_for(dovecot), kept, rhythm=replace(QUICK, idle=Rhythm().idle)) as watch:
        watch.wait_until(WatchState.WATCHING)
        dovecot.server.freeze()
        try:
            watch.wait_until(WatchState.UNREACHABLE, seconds=90)
        finally:
            dovecot.server.thaw()
        dovecot.deliver(mail("one"))
        until_kept(kept, "one")


def test_a_server_that_is_away_at_start(dovecot: Mailbox, kept: Store) -> None:
    """S1.6: a server that cannot be reached is tried again and again until it is there."""
    dovecot.deliver(mail("one"))
    dovecot.server.stop()
    with watching(settings_for(dovecot), kept) as watch:
        assert "refused" in watch.wait_until(WatchState.UNREACHABLE).error
        dovecot.server.start()
        until_kept(kept, "one")


def test_s1_6_a_long_outage_is_logged_once_and_its_end_once(dovecot: Mailbox, kept: Store) -> None:
    """S1.6: many tries are one line, with the next line a minute later; the return says how long it was away."""
    dovecot.server.stop()
    with (
        capture_logs() as lines,
        watching(settings_for(dovecot), kept, rhythm=replace(QUICK, retries=(0.05,))) as watch,
    ):
        watch.wait_until(WatchState.UNREACHABLE)
        began = time.monotonic()
        wait_for(lambda: time.monotonic() - began > 1.2, seconds=5, what="it was tried many times")
        dovecot.server.start()
        watch.wait_until(WatchState.WATCHING)

    told = [(line["event"], line["away"]) for line in lines if line["event"] in {"mailbox.lost", "mailbox.opened"}]
    assert [event for event, _ in told] == ["mailbox.lost", "mailbox.opened"]
    assert told[0][1] == 0
    assert told[1][1] >= 1


def test_a_watch_in_idle_stops_at_once(dovecot: Mailbox, kept: Store) -> None:
    """A stop is heeded within 2 s, in IDLE and on a server that is frozen, and the claim is given back."""
    with watching(settings_for(dovecot), kept, rhythm=replace(QUICK, idle=60, idle_after_mail=60)) as watch:
        watch.wait_until(WatchState.WATCHING)
        watch.end(seconds=2)
        assert watch.reports[-1].state is WatchState.STOPPED
    with watching(settings_for(dovecot), kept, rhythm=replace(QUICK, idle=60, idle_after_mail=60)) as watch:
        watch.wait_until(WatchState.WATCHING)
        dovecot.server.freeze()
        try:
            watch.end(seconds=4)
        finally:
            dovecot.server.thaw()


def test_two_watchers_of_one_mailbox(dovecot: Mailbox, kept: Store) -> None:
    """S1.3: of two daemons one watches; each mail is stored once, and when the first ends the second takes over."""
    with (
        watching(settings_for(dovecot), kept, watcher="second") as second,
        watching(settings_for(dovecot), kept, watcher="first") as first,
    ):
        wait_for(
            lambda: (
                {watch.reports[-1].state for watch in (first, second) if watch.reports}
                == {WatchState.WATCHING, WatchState.WAITING}
            ),
            seconds=20,
            what="one watches and one waits",
        )
        holder, other = (first, second) if first.reports[-1].state is WatchState.WATCHING else (second, first)
        dovecot.deliver(mail("one"))
        until_kept(kept, "one")
        holder.end()
        other.wait_until(WatchState.WATCHING)
        dovecot.deliver(mail("two"))
        until_kept(kept, "one", "two")


def test_s1_3_two_sweeps_at_once(dovecot: Mailbox, postgresql: PostgresqlServer) -> None:
    """S1.3: even if two daemons sweep one mailbox at once, because a lease ran out, each mail is stored once."""
    dovecot.deliver(*(mail(f"mail {number}") for number in range(200)))
    url = postgresql.url()
    with store(url) as here, store(url) as there:
        both = threading.Barrier(2)

        def sweep(kept: Store) -> None:
            settings = settings_for(dovecot)
            folder = open_folder(settings)
            try:
                both.wait(20)
                folder.prepare(settings.processed)  # both may find it missing and make it
                sweeping = Sweep(folder, settings, engine=kept.engine, intake=kept.intake, clock=system_clock)
                assert sweeping.take_all(Bounds(25 * 2**20, lambda: True))
            finally:
                folder.close()

        with ThreadPoolExecutor(2) as daemons:
            list(daemons.map(sweep, (here, there)))
        until_kept(here, *(f"mail {number}" for number in range(200)))
    assert dovecot.subjects() == ()


def test_s1_5_a_database_in_trouble_leaves_mail_where_it_is(dovecot: Mailbox, kept: Store) -> None:
    """S1.1: what cannot be committed is not moved; when the database is back it is stored and moved."""
    with transaction(kept.engine) as connection:
        octets.drop(connection)
        inbox.drop(connection)
    dovecot.deliver(mail("one"))
    with watching(settings_for(dovecot), kept) as watch:
        assert watch.wait_until(WatchState.UNREACHABLE).error.startswith("database: ")
        assert dovecot.subjects() == ("one",)
        with transaction(kept.engine) as connection:
            inbox.create(connection)
            octets.create(connection)
        until_kept(kept, "one")
        until_moved(dovecot, "one")
        assert watch.wait_until(WatchState.WATCHING).error == ""


def test_a_folder_that_mail_cannot_be_moved_to(dovecot: Mailbox, kept: Store) -> None:
    """Where the server refuses to move mail, new mail is stored all the same, once, and the trouble is reported."""
    with watching(settings_for(dovecot), kept) as watch:
        watch.wait_until(WatchState.WATCHING)
        processed = dovecot.maildir() / ".Processed"
        for part in ("tmp", "new", "cur"):
            (processed / part).rmdir()
        (processed / "tmp").write_text("in the way")
        dovecot.deliver(mail("one"))
        until_kept(kept, "one")
        wait_for(lambda: watch.reports[-1].error, seconds=10, what="the trouble is reported")
        dovecot.deliver(mail("two"))
        until_kept(kept, "one", "two")

    assert sorted(dovecot.subjects()) == ["one", "two"]


@pytest.mark.slow
def test_a_backlog_of_5000_is_taken_in_bounded_memory(dovecot: Mailbox, kept: Store) -> None:
    """S1.4: 5,000 old mails on first start: oldest first, each once, in memory that does not grow with the backlog."""
    _fill(dovecot, 5_000, octets=14_000)
    tracemalloc.start()
    try:
        with watching(settings_for(dovecot), kept):
            wait_for(lambda: _is_empty(dovecot), seconds=100, what="INBOX is empty")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 40 * 2**20  # the backlog is 70 MB
    assert kept.subjects() == [f"mail {number}" for number in range(5_000)]


def _fill(dovecot: Mailbox, count: int, *, octets: int) -> None:
    """Lay mails into INBOX behind the server's back, one by LMTP first so that the folder exists."""
    dovecot.deliver(mail("mail 0"))
    new, body = dovecot.maildir() / "new", "\n".join(["x" * 69] * (octets // 70))
    owner = next(new.iterdir()).stat()
    for number in range(1, count):
        file = new / f"{2_000_000_000 + number}.M{number}.host"
        file.write_bytes(mail(f"mail {number}", body=body))
        os.chown(file, owner.st_uid, owner.st_gid)


def _is_empty(dovecot: Mailbox) -> bool:
    return not any(True for name in ("new", "cur") for _ in (dovecot.maildir() / name).iterdir())
