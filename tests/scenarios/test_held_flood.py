"""Many colleagues at once, invented ones perhaps: what their contacts get of it is bounded (R2.3, S3.3)."""

from dataclasses import replace
from datetime import timedelta

from daemon.model.outcome import Outcome
from tests.scenarios.desk import TestDesk
from tests.scenarios.test_digest import digests, for_agent1
from tests.scenarios.test_held_by_mail import PRIMARY, SECONDARY, kinds_to, question_to

HOUR, DAY = 10, 30  # bounds of the example company's governor


def flood(desk: TestDesk, many: int, *, first: int = 0, found: str = "") -> None:
    """Let so many colleagues of one company write."""
    for number in range(first, first + many):
        writer = desk.somebody(f"user{number}@acme.example", authenticated=found)
        assert writer.writes(f"Request {number}").outcome is Outcome.HELD


def test_s3_3_a_contact_is_asked_ten_times_an_hour(desk: TestDesk) -> None:
    """S3.3: of the rest they are told once; nobody who may be invented is answered either."""
    flood(desk, HOUR + 5)

    for contact in (PRIMARY, SECONDARY):
        assert kinds_to(desk, contact) == ["held_request"] * HOUR + ["held_more"]
    assert [kinds_to(desk, f"user{number}@acme.example") for number in (HOUR - 1, HOUR)] == [["held"], []]
    assert "Acme Corporation" in desk.mails_to(PRIMARY)[-1].text


def test_s3_3_a_contact_is_asked_thirty_times_a_day(desk: TestDesk) -> None:
    """S3.3: an hour later again, and a day later; they are told of the rest once a day."""
    for hour in range(5):
        flood(desk, HOUR, first=hour * HOUR)
        desk.now += timedelta(hours=1, seconds=1)
    assert sorted(kinds_to(desk, PRIMARY)) == ["held_more"] + ["held_request"] * DAY

    desk.days_pass(1)
    flood(desk, 1, first=100)
    assert kinds_to(desk, PRIMARY)[-1] == "held_request"
    assert question_to(desk, PRIMARY).subject.endswith("Request 100")


def test_s3_3_a_proven_colleague_is_told_in_any_event(desk: TestDesk) -> None:
    """R2.3: they exist: theirs is no invented address."""
    flood(desk, HOUR + 1, found="pass")

    assert kinds_to(desk, f"user{HOUR}@acme.example") == ["held"]


def test_s3_3_what_no_contact_is_asked_about_waits_for_an_agent(desk: TestDesk) -> None:
    """R2.3, R2.4: it stands in the digest, does not lapse, and an agent lets it through on a contact's word."""
    desk.change(for_agent1)
    flood(desk, HOUR + 1)
    desk.days_pass(20)
    desk.ticks()
    digest = digests(desk)[-1]

    assert f"user{HOUR}@acme.example" in digest.text
    assert "user0@acme.example" not in digest.text
    assert kinds_to(desk, PRIMARY).count("held_lapsed") == HOUR
    assert desk.agent("agent1").replies_to(digest, f"#approve {HOUR + 1} {PRIMARY}").outcome is Outcome.AGENT_UPDATE
    assert desk.case(desk.read_next().case).requester == PRIMARY


def test_s2_6_one_companys_flood_is_not_anothers(desk: TestDesk) -> None:
    """S2.6, S3.3: another customer's contacts are asked as ever."""
    flood(desk, HOUR + 1)

    asked = desk.somebody("user@globex.example").writes("My phone is dead")

    assert {mail.kind for mail in asked.answers} == {"held", "held_request"}


def test_s3_3_the_bounds_are_the_governors(desk: TestDesk) -> None:
    """S3.3: all figures are configuration."""
    desk.change(
        lambda config: replace(
            config, plan=replace(config.plan, governor=replace(config.plan.governor, address_hour=2))
        )
    )
    flood(desk, 4)

    assert kinds_to(desk, PRIMARY) == ["held_request"] * 2 + ["held_more"]
