"""What of a desk's rows comes to be seen, when, and what never does (R8.1)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.errors import Temporary
from daemon.model.incident import UpdateKind
from daemon.model.setup import Config
from daemon.store.database import transaction
from daemon.store.desk_tables import announcements
from daemon.web.showcase import Showcase
from tests.scenarios.desk import example_desk
from tests.web.open_desk import ShownDesk, showing


def test_r8_1_an_incident_is_seen_with_each_update_until_the_history_has_it(shown: ShownDesk) -> None:
    """R8.1: opened, updated, resolved: each is on the page at the next look, and nothing is made anew in between."""
    assert "There is no open incident." in shown.shown("en")
    number = shown.opens_incident("No outgoing calls", "voice")
    assert "No outgoing calls" in shown.shown("en")
    shown.tells(number, "We route calls another way.")
    assert "We route calls another way." in shown.shown(f"fr/incident/{number}")
    assert not shown.showcase.renew()

    shown.desk.days_pass(0.1)
    shown.tells(number, "It is over.", UpdateKind.RESOLVED)

    assert "There is no open incident." in shown.shown("en")
    assert "It is over." in shown.shown(f"en/incident/{number}")
    assert "It is over." in shown.shown("en/history/2026-11")


def test_r7_4_what_an_agent_writes_on_a_master_is_on_the_page(shown: ShownDesk) -> None:
    """R7.4, R7.5: by mail alone: `#p1g`, an update, the end; what a customer wrote on a child never is."""
    desk = shown.desk
    agent = desk.somebody("agent1@desk.example", authenticated="pass")
    master = agent.writes("A master", "#p1g Telephone calls fail\n").case
    child = desk.mpoc("primary@acme.example").writes("Nothing rings", "Our Quetzalcoatl circuit fails.\n").case
    desk.assignee(child).answers(child, f"#master {master}")
    assert "Telephone calls fail" in shown.shown("en")

    desk.assignee(master).answers(master, "A fibre is cut.\nA crew is on its way.")

    page = shown.shown(f"fr/incident/{master}")
    assert "A fibre is cut.<br>\nA crew is on its way." in page
    desk.assignee(master).answers(master, "#status resolved\n\nThe fibre is mended.")
    assert "The fibre is mended." in shown.shown("en/history/2026-11")
    assert "There is no open incident." in shown.shown("en")
    site = shown.showcase.site
    assert site
    assert not any(b"Quetzalcoatl" in whole.body or b"rings" in whole.body for whole in site.values())


def test_r8_1_of_many_incidents_only_what_changed_is_made_anew(shown: ShownDesk) -> None:
    """R8.1: an update on one leaves the page of the other as it is; a platform's new name is on both."""
    old, new = shown.opens_incident("Old one", "voice"), shown.opens_incident("New one", "voice")
    shown.showcase.renew()
    before = shown.showcase.site
    shown.tells(new, "We look into it.")
    assert "We look into it." in shown.shown(f"en/incident/{new}")
    after = shown.showcase.site
    assert before
    assert after
    assert after[f"en/incident/{old}"] is before[f"en/incident/{old}"]

    def renamed(config: Config) -> Config:
        products = tuple(replace(one, name=f"{one.name} 2") for one in config.directory.products)
        return replace(config, directory=replace(config.directory, products=products))

    shown.desk.change(renamed)
    assert "Voice 2" in shown.shown(f"fr/incident/{old}")


def test_r8_1_another_title_is_seen(shown: ShownDesk) -> None:
    """R8.1: a master that gets another title is another row of the page."""
    number = shown.opens_incident("Calls")
    assert "Calls" in shown.shown("en")
    with transaction(shown.desk.desk.engine) as connection:
        connection.exec_driver_sql("update incidents set title = 'Calls to mobile networks'")

    assert "Calls to mobile networks" in shown.shown(f"en/incident/{number}")


def test_r11_2_planned_windows_are_seen_and_run_by_themselves(shown: ShownDesk) -> None:
    """R11.2, R11.4, R11.5: maintenance.yaml's windows of the next 60 days; they begin and end without any row."""
    first = shown.shown("en")
    assert first.count("Monthly maintenance") == 1  # one card, with the third Fridays of November and December
    assert "Friday 20 November 2026, 22:00 MST" in first
    assert "Friday 18 December 2026, 22:00 MST" in first
    assert "Portal updates" in first
    assert "Chat certificates" in first
    assert "No maintenance is running." in first

    shown.desk.it_is("2026-11-21T05:00:01+00:00")  # 22:00 MT of the third Friday

    assert "Maintenance is running" in shown.shown("en").partition("</title>")[0]
    assert "Maintenance</span>" in shown.shown("en/platform/voice")
    shown.desk.it_is("2026-11-21T11:00:00+00:00")
    assert "No maintenance is running." in shown.shown("en")
    assert "Monthly maintenance" in shown.shown("en/history/2026-11")


@pytest.mark.parametrize("hours_then", [(60, 120), None])
def test_r8_1_the_history_stays_as_it_was_told_whatever_the_file_says_since(
    shown: ShownDesk, hours_then: tuple[int, int] | None
) -> None:
    """R8.1, R11.2: another hour for the months to come, or no series at all any more, rewrites no past month."""
    shown.desk.ticks()
    shown.desk.it_is("2026-11-21T05:00:01+00:00")  # 22:00 MT of the third Friday
    shown.desk.ticks()
    shown.desk.it_is("2026-11-22T12:00:00+00:00")
    shown.desk.ticks()
    monthly = next(one for one in shown.desk.desk.config.plan.windows if one.id == "monthly")
    kept = () if hours_then is None else (replace(monthly, hours=hours_then),)
    shown.desk.change(lambda config: replace(config, plan=replace(config.plan, windows=kept)))

    history = shown.shown("en/history/2026-11")

    assert "Friday 20 November 2026, 22:00 MST" in history
    assert history.count("Monthly maintenance</h3>") == 1


def test_r11_6_an_unscheduled_window_is_seen_at_once_and_moved_and_cancelled(shown: ShownDesk) -> None:
    """R11.6, R11.7: as it is announced, moved and cancelled; a draft is seen by nobody."""
    shown.announces(name="A draft", announced_at=None)
    number = shown.announces()
    page = shown.shown("en/platform/internet")
    assert "Router replacement" in page
    assert "A draft" not in page
    assert "Monday 16 November 2026, 10:00 MST" in page

    later = shown.desk.now + timedelta(hours=5)
    shown.announces(id=number, start=later, end=later + timedelta(hours=1))
    assert "Monday 16 November 2026, 14:00 MST" in shown.shown("en/platform/internet")

    shown.announces(id=number, start=later, end=later + timedelta(hours=1), cancelled_at=shown.desk.now)
    assert "Cancelled" in shown.shown("en")


def test_r8_1_a_changed_configuration_is_taken_up(shown: ShownDesk) -> None:
    """R8.1: another name, another address: the next look shows it."""
    shown.shown("en")
    provider = replace(shown.desk.desk.config.plan.provider, name="Another Desk")
    shown.desk.change(lambda config: replace(config, plan=replace(config.plan, provider=provider)))

    assert "Another Desk" in shown.shown("en")


def test_r8_1_while_the_database_is_away_the_last_page_stays_and_says_so(shown: ShownDesk) -> None:
    """R8.1: the same page for a minute; then it says since when it is old; once the database is back it is new."""
    shown.opens_incident("No outgoing calls")
    before = shown.shown("en")
    with transaction(shown.desk.desk.engine) as connection:
        connection.exec_driver_sql("alter table incidents rename to hidden")

    for seconds, is_old in ((30, False), (40, True), (50, True)):
        shown.desk.now += timedelta(seconds=seconds)
        with pytest.raises(Temporary):
            shown.showcase.renew()
        assert shown.showcase.site
        page = shown.showcase.site["en"].body.decode()
        assert ("could not be brought up to date since" in page) is is_old
        assert "No outgoing calls" in page

    with transaction(shown.desk.desk.engine) as connection:
        connection.exec_driver_sql("alter table hidden rename to incidents")
    assert shown.shown("en") == before


def test_r8_1_no_customer_no_case_and_no_agent_is_ever_seen(shown: ShownDesk) -> None:
    """R8.1: of a desk with cases of customers, pages, feeds and figures hold no name, address, subject or text."""
    desk = shown.desk
    acme = desk.mpoc("primary@acme.example").writes("Zanzibar is down", "Our Quetzalcoatl circuit fails.\n")
    desk.assignee(acme.case).answers(acme.case, "We look into Quetzalcoatl.")
    number = shown.opens_incident("No outgoing calls", "voice")
    shown.tells(number, "We route calls another way.")
    shown.announces()
    shown.showcase.renew()
    directory = desk.desk.config.directory
    secret = {"Zanzibar", "Quetzalcoatl", "Down 0", "SUP-", "agent1", f"{acme.case}/"}
    secret |= {text for customer in directory.customers for text in (customer.id, customer.name, *customer.domains)}
    secret |= {text for customer in directory.customers for mpoc in customer.mpocs for text in (mpoc.name, mpoc.email)}
    secret |= {text for agent in directory.agents for text in (agent.id, agent.name, agent.email)}

    assert shown.showcase.site
    for path, page in shown.showcase.site.items():
        text = page.body.decode()
        assert [word for word in secret if word.lower() in text.lower()] == [], path


def test_r8_1_the_page_reads_the_same_on_both_databases(database_url: str) -> None:
    """R8.1: what is told first, the mark of changes and the picture, on SQLite and PostgreSQL."""
    desk = example_desk(database_url)
    shown = showing(desk)
    shown.shown("en")
    number = shown.opens_incident("No outgoing calls", "voice")
    shown.announces()
    desk.days_pass(40)
    shown.tells(number, "Over.", UpdateKind.RESOLVED)

    assert "Over." in shown.shown("en/history/2026-11")
    assert "Router replacement" in shown.shown("en/history/2026-11")
    assert not shown.showcase.renew()
    with transaction(desk.desk.engine) as connection:
        connection.execute(announcements.delete())
    assert "No maintenance is planned" not in shown.shown("fr")
    desk.desk.engine.dispose()


def test_r8_1_nothing_is_shown_before_the_first_look(shown: ShownDesk) -> None:
    """R8.1: a daemon that has not seen its database yet claims nothing."""
    assert Showcase(shown.desk.desk.engine, lambda: shown.desk.desk.config, lambda: shown.desk.now).site is None
