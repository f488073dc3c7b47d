"""Global incidents as decisions (R7): the title, who can join, what each telling does to whom."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.model.case import NEW_CASE, Case, Kind, Link, LinkType, Priority, Status, WaitingOn
from daemon.model.case_effect import AddMessage, ChangeStatus, LinkCases, OpenCase, SetWaiting
from daemon.model.desk_effect import OpenIncident, TellIncident
from daemon.model.effect import Decision, Queue
from daemon.model.incident import Incident, IncidentUpdate, UpdateKind
from daemon.model.notice import AttachmentRef
from daemon.model.replies import ReplyFacts
from daemon.model.subscriber import Scope, ScopeKind, Subscriber
from daemon.rules.agents.guarding import found_in_public
from daemon.rules.incidents.masters import Joining, Wanted, join, may_join, open_incident, products_of
from daemon.rules.incidents.readers import reachable_on, tell_subscribers
from daemon.rules.leak_guard import leaks
from daemon.rules.secrets import secrets_from_everybody
from tests.rules.making import (
    APPROVER,
    CHARTER,
    DIRECTORY,
    FOREIGN,
    NOW,
    OTHER,
    PARTNER,
    PLAN,
    PRIMARY,
    a_case,
    charter_with,
    commanded,
    fact,
    names,
    notices,
    only,
    statuses,
    the_facts,
    told,
    with_participant,
)

URL = "https://status.desk.example"
PUBLIC = charter_with(status_url=URL)
TITLE = "Telephone calls fail"
MASTER = a_case(7, customer="", requester="", priority=Priority.P1G)
OPENED = IncidentUpdate(NOW - timedelta(hours=1), UpdateKind.OPENED, "", "agent1")
INCIDENT = Incident(case=7, title=TITLE, products=("voice",), opened_at=OPENED.at, updates=(OPENED,))
OVER = replace(INCIDENT, resolved_at=NOW)
AGENT1 = DIRECTORY.agents[0]
FILE = AttachmentRef("map.png", "image/png", 10, "0" * 64)


def child(number: int, status: Status = Status.IN_PROGRESS, **fields: object) -> Case:
    """Return a case that belongs to the master."""
    return a_case(number, status, links=(Link(LinkType.CHILD_OF, 7),), **fields)


def reader(number: int, *scopes: Scope) -> Subscriber:
    """Return a subscriber of these."""
    return Subscriber(
        id=number, address=f"r{number}@reader.example", language="fr", token=f"t{number}", asked_at=NOW, scopes=scopes
    )


VOICE, CHAT = Scope(ScopeKind.PLATFORM, "voice"), Scope(ScopeKind.PLATFORM, "chat")
THIS = Scope(ScopeKind.INCIDENT, "7")


def on_master(
    text: str, *children: Case, master: Case = MASTER, incident: Incident = INCIDENT, **facts: object
) -> Decision:
    """Return what agent1's text on the master does."""
    return commanded(text, master, *children, charter=PUBLIC, facts={"incidents": (incident,), **facts})


def kinds_told(decision: Decision) -> list[UpdateKind]:
    """Return what the public is told."""
    return [effect.update.kind for effect in decision.effects if isinstance(effect, TellIncident)]


def moves(decision: Decision) -> dict[int, list[Status]]:
    """Return the statuses that cases get."""
    found: dict[int, list[Status]] = {}
    for effect in decision.effects:
        if isinstance(effect, ChangeStatus):
            found.setdefault(effect.case, []).append(effect.status)
    return found


@pytest.mark.parametrize(
    ("text", "master", "incident", "wanted"),
    [
        pytest.param("News.", MASTER, INCIDENT, [UpdateKind.UPDATE], id="an update"),
        pytest.param("#note\nNews.", MASTER, INCIDENT, [], id="a note is for nobody"),
        pytest.param("#time 5m", MASTER, INCIDENT, [], id="a command alone"),
        pytest.param("#status resolved", MASTER, INCIDENT, [UpdateKind.RESOLVED], id="resolved without a word"),
        pytest.param("#note\n#status resolved\nInside.", MASTER, INCIDENT, [UpdateKind.RESOLVED], id="beside a note"),
        pytest.param("#status closed\nDone.", MASTER, INCIDENT, [UpdateKind.RESOLVED], id="closed from open"),
        pytest.param(
            "#status closed", replace(MASTER, status=Status.RESOLVED), OVER, [], id="closed once it is resolved"
        ),
        pytest.param(
            "A report.", replace(MASTER, status=Status.RESOLVED), OVER, [UpdateKind.RESOLVED], id="words after the end"
        ),
        pytest.param(
            "#status in-progress", replace(MASTER, status=Status.RESOLVED), OVER, [UpdateKind.UPDATE], id="open again"
        ),
        pytest.param(
            "#reopen", replace(MASTER, status=Status.CLOSED, closed_at=NOW), OVER, [UpdateKind.UPDATE], id="reopened"
        ),
        pytest.param("#p1g", MASTER, OVER, [UpdateKind.OPENED], id="its customer had moved it, the agent opens it"),
        pytest.param("News.", MASTER, OVER, [UpdateKind.RESOLVED], id="what its customer moved stays over"),
        pytest.param("#priority 2", MASTER, INCIDENT, [UpdateKind.RESOLVED], id="it is none any more"),
        pytest.param("News.", replace(MASTER, priority=Priority.P2), OVER, [], id="it was one once"),
    ],
)
def test_r7_4_what_an_agents_mail_tells_the_public(
    text: str, master: Case, incident: Incident, wanted: list[UpdateKind]
) -> None:
    """R7.3-R7.5: public words and what an agent does to the master; nothing that stays inside."""
    assert kinds_told(on_master(text, master=master, incident=incident)) == wanted


def test_s3_7_a_reply_that_was_written_before_the_case_was_a_master_is_its_customers() -> None:
    """S3.7, R7.4: it waited, or was read late; nobody else reads it."""
    master = replace(MASTER, customer="acme", requester=PRIMARY)
    later = replace(INCIDENT, opened_at=NOW + timedelta(seconds=30))

    decision = on_master("Only for you.", child(8, customer="globex"), master=master, incident=later)

    assert (told(decision), kinds_told(decision)) == ((("update", PRIMARY),), [])


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("News.", Status.NEW, [Status.IN_PROGRESS]),  # R4.2
        ("News.", Status.REOPENED, [Status.IN_PROGRESS]),  # R4.9
        ("News.", Status.ON_HOLD, []),
        ("News.", Status.RESOLVED, []),
        ("#status resolved", Status.NEW, [Status.RESOLVED]),  # R7.5
        ("#status resolved\nAll is well.", Status.ON_HOLD, [Status.RESOLVED]),
        ("#status closed\nAll is well.", Status.SHIPPING, [Status.RESOLVED]),
        ("#status resolved\nAll is well.", Status.RESOLVED, []),
        ("#status resolved\nAll is well.", Status.CLOSED, []),
        ("#status resolved\nAll is well.", Status.CLOSED_NO_RESPONSE, []),
        ("#status resolved\nAll is well.", Status.DUPLICATE, []),
    ],
)
def test_r7_5_what_becomes_of_a_child(text: str, before: Status, after: list[Status]) -> None:
    """R4.2, R7.5: by its status; what is closed or a duplicate stays as it is, and hears nothing."""
    decision = on_master(text, child(8, before))

    assert moves(decision).get(8, []) == after
    messages = [effect for effect in decision.effects if isinstance(effect, AddMessage) and effect.case == 8]
    settled = before in (Status.CLOSED, Status.CLOSED_NO_RESPONSE, Status.DUPLICATE)
    assert bool(messages) == ("\n" in text or "#" not in text) * (not settled)


def test_r7_4_each_child_is_told_in_its_own_case_and_once_a_person() -> None:
    """R7.4, S3.6: one person on two cases gets two mails, each with a key of its own; nobody reads of another."""
    decision = on_master("News.", with_participant(child(8)), child(9), child(10, customer="globex", requester=FOREIGN))

    mails = notices(decision, "incident_update")
    assert sorted((mail.case, mail.to.address) for mail in mails) == [
        (8, PARTNER), (8, PRIMARY), (9, PRIMARY), (10, FOREIGN),
    ]  # fmt: skip
    assert len({mail.key for mail in notices(decision)}) == len(notices(decision))
    assert {(mail.text, mail.author, fact(mail, "title")) for mail in mails} == {("News.", "Robin One", TITLE)}


def test_r7_4_files_go_to_the_cases_and_not_to_the_page() -> None:
    """R7.4: a file alone is no news for the public."""
    decision = on_master("", child(8), attachments=(FILE,))

    assert notices(decision, "incident_update")[0].attachments == (FILE,)
    assert kinds_told(decision) == []


def test_r7_5_a_child_that_is_resolved_reads_when_it_closes() -> None:
    """R4.4, R7.5: two business days later; R9: it is offered to confirm by the kind of mail."""
    (mail,) = notices(on_master("#status resolved", child(8)), "incident_resolved")

    assert fact(mail, "ends_at") == (NOW + timedelta(days=2)).isoformat()


def test_r7_3_children_that_await_a_confirmation_go_on_with_the_master() -> None:
    """R7.3: what was resolved is not; without a word of the agent's they are told the status."""
    master = replace(MASTER, status=Status.RESOLVED)
    waits = child(8, Status.RESOLVED)

    silent = on_master("#status in-progress", waits, master=master, incident=OVER)
    spoken = on_master("#status in-progress\nIt is back.", waits, master=master, incident=OVER)

    assert moves(silent)[8] == moves(spoken)[8] == [Status.IN_PROGRESS]
    assert [kind for kind, to in told(silent) if to == PRIMARY] == ["status_changed"]
    assert [kind for kind, to in told(spoken) if to == PRIMARY] == ["incident_update"]


@pytest.mark.parametrize(
    ("scopes", "unsubscribes"),
    [
        ((VOICE,), "platform:voice"),
        ((THIS, VOICE), "incident:7&scope=platform:voice"),
        ((VOICE, CHAT), "platform:voice"),  # it is not of the chat
        ((CHAT,), None),
        ((Scope(ScopeKind.INCIDENT, "8"),), None),
        ((), None),
    ],
)
def test_r8_2_who_subscribes_to_it_is_told_once(scopes: tuple[Scope, ...], unsubscribes: str | None) -> None:
    """R7.4, R8.2: by the incident or a platform of its; one click ends whatever would bring the next update."""
    mails = notices(on_master("News.", subscribers=(reader(1, *scopes),)), "status_incident")

    assert [fact(mail, "unsubscribe").partition("scope=")[2] for mail in mails] == (
        [unsubscribes] if unsubscribes else []
    )
    assert all((mail.case, mail.author, fact(mail, "state")) == (None, "", "update") for mail in mails)
    assert {fact(mail, "link") for mail in mails} <= {"https://status.desk.example/fr/incident/7"}


def test_r8_2_without_a_status_page_nobody_could_end_it() -> None:
    """R8.2: then nobody is told; an incident of no product is of each."""
    update, subscribers = IncidentUpdate(NOW, UpdateKind.UPDATE, "x", "agent1"), (reader(1, CHAT),)

    assert tell_subscribers(INCIDENT, update, subscribers, CHARTER, event="x") == ()
    everywhere = replace(INCIDENT, products=())
    assert len(tell_subscribers(everywhere, update, subscribers, PUBLIC, event="x")) == 1


def test_r7_1_the_title_is_what_the_agent_writes() -> None:
    """R7.1: without tags and reply prefixes; the products are those that subject and title name."""
    opened = only(commanded("#p1g Re: [SUP-12] Phones are down", a_case(subject="Acme: voice")), OpenIncident)

    assert opened.title == "Phones are down"
    assert opened.products == ("voice",)


@pytest.mark.parametrize("line", ["#p1g", "#p1g [SUP-12]", "#p1g (no subject)", f"#for {PRIMARY}\n#p1g"])
def test_s2_6_a_customers_subject_is_no_title(line: str) -> None:
    """S2.6: it may say what is theirs alone: a name, an address, a contract; without a title there is a plain one."""
    opened = commanded(line, a_case(subject="Contract 4711 of Maria Muster"), subject="Contract 4711 of Maria Muster")

    assert only(opened, OpenIncident).title == "Service disruption"


def test_s2_6_a_plain_title_names_the_products_of_the_case() -> None:
    """S2.6, R7.1: they are the desk's own words."""
    opened = only(commanded("#p1g", a_case(subject="Maria Muster: voice is dead")), OpenIncident)

    assert (opened.title, opened.products) == ("Service disruption: Voice", ("voice",))


def test_r7_1_what_was_public_before_may_be_so_again() -> None:
    """R7.1, R7.3: an incident that was over goes on under its own title."""
    over = replace(INCIDENT, resolved_at=NOW)
    decision = commanded("#p1g", MASTER, facts={"incidents": (over,)})

    assert only(decision, OpenIncident).title == TITLE


def test_s3_7_a_title_and_names_of_files_are_looked_at_too() -> None:
    """S3.7: whatever everybody would read; a master's own customer is as foreign as any."""
    named = commanded("#p1g Acme Corporation is down", a_case())
    file = on_master("", child(8), attachments=(replace(FILE, name="globex.example map.png"),))

    assert [str(leak) for leak in found_in_public(named, the_facts(), CHARTER)] == ["name: Acme Corporation"]
    assert [str(leak) for leak in found_in_public(file, the_facts(), CHARTER)] == [
        "name: Globex",
        "domain: globex.example",
    ]


@pytest.mark.parametrize("told_before", [True, False])
def test_s3_7_a_note_of_the_master_is_for_nobody(*, told_before: bool) -> None:
    """S3.7: what its own customer has read is public to nobody else; what everybody was told is."""
    note = "the carrier forgot to pay its electricity bill"
    replies = ReplyFacts(notes=(note,), said=(note,))
    secrets = secrets_from_everybody(replies, (note,) if told_before else (), PLAN)

    assert bool(leaks(note, secrets, DIRECTORY, prefix="SUP")) is not told_before


def test_s2_6_the_desks_own_names_may_be_said() -> None:
    """S3.7: the provider and its support address."""
    secrets = secrets_from_everybody(ReplyFacts(), (), PLAN)

    assert leaks("Example Desk, support@desk.example", secrets, DIRECTORY, prefix="SUP") == ()


@pytest.mark.parametrize(
    ("case", "can"),
    [
        (a_case(), True),
        (a_case(status=Status.ON_HOLD), True),
        (a_case(status=Status.RESOLVED), False),
        (a_case(status=Status.CLOSED), False),
        (a_case(status=Status.DUPLICATE), False),
        (a_case(priority=Priority.P1G), False),
        (child(8), False),
    ],
)
def test_r7_1_what_can_join(case: Case, *, can: bool) -> None:
    """R7.1: a case that is worked on, neither a master nor a child of one."""
    assert may_join(case) is can


def test_r7_1_a_master_is_opened_without_a_customer_and_with_its_cases() -> None:
    """R7.1, R1.1: to the team of its product; the cases that can join do, and their people get the first news."""
    wanted = Wanted(title=TITLE, products=("voice",), agent=None, at=NOW, event="act 1", text="We look into it.")
    children = (a_case(8), a_case(9, Status.CLOSED), a_case(10, customer="globex", requester=FOREIGN))

    opened = open_incident(wanted, the_facts(), CHARTER, policy=PLAN.mailboxes[0], children=children)
    decision = Decision(outcome=None, effects=opened.effects, reason="", rules=())  # type: ignore[arg-type]

    case = only(decision, OpenCase)
    assert (case.customer, case.requester, case.priority, case.team) == ("", "", Priority.P1G, "voice")
    assert [(e.case, e.other) for e in decision.effects if isinstance(e, LinkCases)] == [(8, NEW_CASE), (10, NEW_CASE)]
    assert [(mail.case, mail.text) for mail in notices(decision, "incident_joined")] == [
        (8, "We look into it."), (10, "We look into it."),
    ]  # fmt: skip
    assert opened.by == opened.assignee
    assert statuses(decision) == (Status.IN_PROGRESS,)  # R4.2
    assert "AddMessage" in names(decision)


def test_r7_1_a_case_that_joins_reads_the_last_words() -> None:
    """R7.1: not what had none; and the other contact where the first bounces (S3.4)."""
    updates = (*INCIDENT.updates, IncidentUpdate(NOW, UpdateKind.UPDATE, "A crew is on its way.", "agent1"))
    effects = join(
        a_case(8), replace(INCIDENT, updates=updates), Joining(AGENT1, NOW, "mail 7"), frozenset({PRIMARY}), DIRECTORY
    )

    mails = [effect.notice for effect in effects if isinstance(effect, Queue)]
    assert [mail.to.address for mail in mails] == [OTHER, APPROVER]
    assert {(mail.text, fact(mail, "at")) for mail in mails} == {("A crew is on its way.", NOW.isoformat())}


@pytest.mark.parametrize(
    ("marked", "reached"),
    [
        ((), [PRIMARY, PARTNER]),
        ((PRIMARY,), [OTHER, APPROVER, PARTNER]),
        ((PARTNER,), [PRIMARY]),
        ((PRIMARY, OTHER), [APPROVER, PARTNER]),
        ((PRIMARY, OTHER, APPROVER), [PARTNER]),
        ((PRIMARY, OTHER, APPROVER, PARTNER), [PRIMARY, PARTNER]),
    ],
)
def test_s3_4_who_is_reached_where_mail_bounces(marked: tuple[str, ...], reached: list[str]) -> None:
    """S3.4: the next contacts of the customer; where nobody can be reached, those on the case are tried."""
    found = reachable_on(with_participant(a_case()), frozenset(marked), DIRECTORY)

    assert [one.address for one in found] == reached


@pytest.mark.parametrize(
    ("line", "case"),
    [
        ("#waiting", MASTER),
        ("#duplicate 9", MASTER),
        ("#macd standard", MASTER),
        ("#p1g Calls fail", a_case(kind=Kind.MACD)),
        ("#p1g Calls fail", MASTER),
        ("#p1g Calls fail", child(8)),
    ],
)
def test_r7_3_what_a_master_cannot_be(line: str, case: Case) -> None:
    """R7.3: it waits for nobody; nothing is carried out."""
    decision = commanded(line, case, facts={"incidents": (INCIDENT,)})

    assert names(decision) == ("Queue",)


def test_r7_3_a_case_that_waited_for_its_customer_waits_no_more() -> None:
    """R7.3, R6.2: silence must not close a master."""
    decision = commanded("#p1g Calls fail", a_case(waiting_on=WaitingOn.CUSTOMER))

    assert only(decision, SetWaiting).waiting_on is None


def test_r7_5_a_priority_is_not_taken_back_while_cases_belong_to_it() -> None:
    """R3.8, R7.5: resolved first; settled children do not count."""
    assert "#status resolved comes first" in on_master("#priority 2", child(8)).reason
    assert kinds_told(on_master("#priority 2", child(8, Status.CLOSED))) == [UpdateKind.RESOLVED]


def test_products_are_named_in_the_title() -> None:
    """R7.4, R8.2: none is all."""
    assert products_of("SIP-trunk and messenger fail", DIRECTORY) == ("voice", "chat")
    assert products_of("Nothing works", DIRECTORY) == ()
