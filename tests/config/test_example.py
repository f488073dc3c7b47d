"""The example company: loads as it is, means what the plan says, and takes one more customer file."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.model.allowance import Allowance, TimeUnit
from daemon.model.case import Priority
from daemon.model.hours import WeeklyHours
from daemon.model.people import Role
from daemon.model.plan import Unauthenticated
from daemon.model.promises import PRIORITY_TIMES, PriorityTimes
from daemon.settings.kinds import LANGUAGES
from daemon.settings.yaml_text import read_yaml
from tests.config.folders import EXAMPLE, LEAST_CUSTOMER, TODAY, example_copy, loaded, refusal, replace


def test_the_example_loads_and_warns_of_accept_alone() -> None:
    """The example runs as it is; accepting unauthenticated mail is warned of, at its place (S2.3)."""
    config = loaded(EXAMPLE)

    assert len(config.warnings) == 1
    assert config.warnings[0].startswith("supportd.yaml:23:22: warning: mail is believed without authentication")
    assert {customer.id for customer in config.directory.customers} == {"acme", "globex", "initech"}


def test_somebody_is_on_duty_at_every_hour() -> None:
    """R1.1: in the example each team has a member on duty, or an on-call agent who exists."""
    directory = loaded(EXAMPLE).directory
    for team in directory.teams:
        assert directory.agent(team.on_call)
    default = directory.team(directory.default_team)
    assert default
    members = [directory.agent(member) for member in default.members]
    assert any(agent and agent.duty == WeeklyHours.always() for agent in members)


def test_paths_are_absolute_and_counted_from_the_folder(tmp_path: Path) -> None:
    """Relative paths are relative to the configuration folder, wherever the daemon was started."""
    settings = loaded(example_copy(tmp_path)).settings
    root = tmp_path.resolve()

    assert settings.database_url == f"sqlite:///{root}/var/supportd.db"
    assert settings.delivery.maildir == root / "var" / "outgoing"
    assert settings.templates is None


def test_the_sites_own_templates_are_found(tmp_path: Path) -> None:
    """Templates are overridden per site in `templates/` of the configuration folder."""
    config = example_copy(tmp_path)
    (config / "templates").mkdir()
    assert loaded(config).settings.templates == config / "templates"


def test_one_more_customer_file_loads(tmp_path: Path) -> None:
    """A copy of the example with one more customer file loads; `id`, `name`, `domains`, `mpocs` are enough."""
    config = example_copy(tmp_path)
    (config / "customers" / "umbrella.yaml").write_text(LEAST_CUSTOMER, encoding="utf-8")

    directory = loaded(config).directory
    customer = directory.customer("umbrella")

    assert customer
    assert customer.products == ()
    assert customer.timezone == "America/Denver"
    assert customer.mpocs[0].roles == {Role.PRIMARY, Role.CASE}
    assert directory.customer_of_domain("umbrella.example") is customer


def test_addresses_and_domains_are_lower_cased(tmp_path: Path) -> None:
    """S2.4: what senders are compared with is lower-case ASCII."""
    config = example_copy(tmp_path)
    replace(config / "customers" / "initech.yaml", "primary@initech.example", "Primary@Initech.EXAMPLE")
    replace(config / "customers" / "initech.yaml", "[initech.example,", "[INITECH.example,")

    directory = loaded(config).directory

    assert directory.mpoc("primary@initech.example")
    assert directory.customer_of_domain("initech.example")


def test_an_mpocs_language_and_zone_are_else_the_customers() -> None:
    """A contact reads in their own language, else in the customer's, else in English."""
    found = loaded(EXAMPLE).directory
    primary, finance = found.mpoc("primary@globex.example"), found.mpoc("finance@globex.example")
    assert primary
    assert finance
    assert (primary[1].language, finance[1].language) == ("fr", "en")
    assert primary[1].timezone == "Europe/Paris"


def test_r3_the_priority_times_of_the_example_are_the_plans() -> None:
    """R3: the example writes out the plan's own table."""
    assert loaded(EXAMPLE).plan.priority_times == PRIORITY_TIMES


def test_r3_without_a_calendar_file_the_plan_holds(tmp_path: Path) -> None:
    """R1.3, R3: every figure of calendar.yaml has the plan's default."""
    config = example_copy(tmp_path)
    expected = loaded(config).plan
    (config / "calendar.yaml").unlink()

    assert loaded(config).plan == expected


def test_r3_a_priority_time_can_be_replaced(tmp_path: Path) -> None:
    """R3: all figures are configuration; what is left out stays the plan's."""
    config = example_copy(tmp_path)
    replace(
        config / "calendar.yaml",
        "first_response: 15 minutes, update: 1 hour",
        "first_response: immediate, update: 2 business days",
    )

    times = dict(loaded(config).plan.priority_times)

    assert times[Priority.P1] == PriorityTimes(Allowance(0, TimeUnit.MINUTES), Allowance(2, TimeUnit.BUSINESS_DAYS))
    assert times[Priority.P2] == dict(PRIORITY_TIMES)[Priority.P2]


def test_r3_1_us_federal_holidays_are_no_business_days() -> None:
    """R3.1: US federal holidays by default, from five years ago (clocks of old cases) to five years ahead."""
    holidays = loaded(EXAMPLE).plan.business.holidays
    assert {date(2026, 11, 26), date(2026, 12, 25), date(2021, 7, 5), date(2031, 1, 1)} <= holidays
    assert date(2026, 12, 24) not in holidays
    assert {day.year for day in holidays} >= set(range(TODAY.year - 5, TODAY.year + 6))


def test_r3_1_own_days_are_added_and_removed(tmp_path: Path) -> None:
    """R3.1: a desk closes on days of its own, and works on some public holidays."""
    config = example_copy(tmp_path)
    replace(config / "calendar.yaml", "  country: US ", "  add: [2026-12-24]\n  remove: [2026-10-12]\n  country: US ")

    holidays = loaded(config).plan.business.holidays

    assert date(2026, 12, 24) in holidays
    assert date(2026, 10, 12) not in holidays


def test_r1_3_chat_hours_are_the_plans() -> None:
    """R1.3: the chat is open Monday-Friday 05:00-24:00, at the week-end 08:00-17:00."""
    plan = loaded(EXAMPLE).plan
    zone = ZoneInfo("America/Denver")

    assert plan.chat.include(datetime(2026, 11, 20, 23, 59, tzinfo=zone))
    assert not plan.chat.include(datetime(2026, 11, 21, 0, 0, tzinfo=zone))
    assert not plan.chat.include(datetime(2026, 11, 22, 17, 0, tzinfo=zone))
    assert plan.business.hours.include(datetime(2026, 11, 20, 16, 59, tzinfo=zone))
    assert not plan.business.hours.include(datetime(2026, 11, 20, 17, 0, tzinfo=zone))


def test_r9_the_escalation_levels_are_kept() -> None:
    """R9.1: four levels, in order."""
    levels = loaded(EXAMPLE).directory.escalation
    assert [level.level for level in levels] == [1, 2, 3, 4]
    assert levels[1].on_call == "manager"


def test_the_languages_of_the_configuration_are_the_plans() -> None:
    """A language that may be configured is one that mails are written in."""
    assert loaded(EXAMPLE).plan.languages == LANGUAGES


def test_a_second_load_parses_only_what_changed(tmp_path: Path) -> None:
    """A reload with many customers scans the changed files anew and no others."""
    config = example_copy(tmp_path)
    loaded(config)
    replace(config / "products.yaml", "name: Chat", "name: Chat of today")
    before = read_yaml.cache_info().misses

    assert loaded(config).directory.products[1].name == "Chat of today"

    assert read_yaml.cache_info().misses == before + 1


def test_s1_5_one_mail_of_the_largest_size_always_fits(tmp_path: Path) -> None:
    """S1.5: however few octets may be in flight, a mail within the size limit is not put off for ever."""
    folder = example_copy(tmp_path)
    replace(folder / "supportd.yaml", "    port: 8025\n", "    port: 8025\n    max_octets_in_flight: 1048576\n")

    settings = loaded(folder).settings

    assert settings.listeners[0].max_octets_in_flight > settings.max_message_octets


def test_s2_3_a_mailbox_challenges_where_nothing_is_said(tmp_path: Path) -> None:
    """S2.3: the challenge is the default; the example alone says otherwise, and is warned of it."""
    config = example_copy(tmp_path)
    replace(config / "supportd.yaml", "    unauthenticated: accept\n", "")

    assert [m.unauthenticated for m in loaded(config).plan.mailboxes] == [Unauthenticated.CHALLENGE]
    assert [m.unauthenticated for m in loaded(EXAMPLE).plan.mailboxes] == [Unauthenticated.ACCEPT]


def test_s1_6_s2_2_the_alarm_and_our_own_checks_are_read(tmp_path: Path) -> None:
    """S1.6, S2.2: the second server with its usual port and secret; the DNS servers and forwarders."""
    config = example_copy(tmp_path)
    alarm = "alarm: {to: [Ops@b.example], smtp: {host: n.example, user: u, password: {env: P}}, language: fr}\n"
    checks = "authentication: {resolvers: [192.0.2.53, '[2001:db8::1]:5353'], trusted_forwarders: [Lists.example]}\n"
    replace(config / "supportd.yaml", "\nhealth: ", f"\n{alarm}{checks}health: ")

    settings = loaded(config, P="hush").settings

    assert settings.alarm
    assert (settings.alarm.to, settings.alarm.language) == (("ops@b.example",), "fr")
    assert (settings.alarm.submission.port, settings.alarm.submission.password) == (587, "hush")
    assert settings.authentication.resolvers == ("192.0.2.53", "[2001:db8::1]:5353")
    assert settings.authentication.trusted_forwarders == ("lists.example",)
    assert (settings.authentication.own_checks, settings.authentication.timeout_seconds) == (True, 5)


def test_the_bounds_of_replies_challenges_and_loops_are_read(tmp_path: Path) -> None:
    """S2.3, S2.8, S3.3, S3.7, R2.4: each of the plan's own figures can be chosen; the example waits for no `#stop`."""
    config = example_copy(tmp_path)
    assert loaded(config).plan.reply_delay == timedelta(0)
    values = "  burst: 9\n  mute_hours: 2\n  key_days: 90\n  guard_exceptions: [Straße, acme.example]\n"
    replace(config / "supportd.yaml", "  challenge_days: 3 ", f"{values}  digest: [agent2]\n  challenge_days: 5 ")
    replace(config / "supportd.yaml", "  reply_delay: 0 ", "  reply_delay: 90 ")

    plan = loaded(config).plan

    assert (plan.challenge_days, plan.key_days, plan.burst, plan.digest) == (5, 90, 9, ("agent2",))
    assert (plan.reply_delay, plan.mute) == (timedelta(seconds=90), timedelta(hours=2))
    assert plan.guard_exceptions == {"strasse", "acme.example"}


def test_s3_7_a_name_that_may_be_read_by_all_stands_in_a_window(tmp_path: Path) -> None:
    """S3.7: what `guard_exceptions` lists lets a window of maintenance.yaml pass, as it does any other mail."""
    config = example_copy(tmp_path)
    replace(config / "maintenance.yaml", "reason: Security and stability.", "reason: For Acme Corporation.")
    assert "name: Acme Corporation" in refusal(config)[0]

    replace(config / "supportd.yaml", "policies:\n", "policies:\n  guard_exceptions: [Acme Corporation]\n")
    assert refusal(config) == []
