"""What the public was told of an incident, as it is stored (R7)."""

from dataclasses import replace

from daemon.model.case import CaseNumber, LinkType
from daemon.model.desk_effect import OpenIncident
from daemon.model.incident import Incident, IncidentUpdate, UpdateKind
from daemon.store import case_rows, incidents
from daemon.store.database import Engine, reading, transaction
from tests.store.making import DAY, HOUR, MINUTE, NOW, opening

OPENING = OpenIncident(case=0, title="Calls fail", products=("voice",), at=NOW, actor="agent1")


def a_case(engine: Engine) -> CaseNumber:
    """Store a case."""
    with transaction(engine) as connection:
        return case_rows.insert_case(connection, opening())


def an_incident(engine: Engine) -> CaseNumber:
    """Store a case with a public face."""
    number = a_case(engine)
    with transaction(engine) as connection:
        incidents.open_incident(connection, replace(OPENING, case=number))
    return number


def tell(engine: Engine, number: CaseNumber, kind: UpdateKind, minutes: int, text: str = "") -> Incident:
    """Tell something so many minutes later, and return the incident as it then stands."""
    with transaction(engine) as connection:
        incidents.tell_incident(connection, number, IncidentUpdate(NOW + minutes * MINUTE, kind, text, "agent1"))
        (found,) = incidents.incidents_of(connection, [number])
    return found


def test_r7_5_words_after_the_end_leave_it_where_it_was(engine: Engine) -> None:
    """R7.5, R8.1: an incident is over once; it is open again by an update, and over again after that."""
    number = an_incident(engine)

    assert tell(engine, number, UpdateKind.OPENED, 0).resolved_at is None
    assert tell(engine, number, UpdateKind.RESOLVED, 60, "Mended.").resolved_at == NOW + HOUR
    assert tell(engine, number, UpdateKind.RESOLVED, 90, "A report.").resolved_at == NOW + HOUR
    assert tell(engine, number, UpdateKind.UPDATE, 120, "It is back.").resolved_at is None
    over = tell(engine, number, UpdateKind.RESOLVED, 180)
    assert over.resolved_at == NOW + 3 * HOUR
    assert [update.text for update in over.updates] == ["", "Mended.", "A report.", "It is back.", ""]
    assert over.last_update is not None
    assert over.last_update.text == "It is back."


def test_r7_1_a_master_that_is_opened_again_keeps_its_beginning(engine: Engine) -> None:
    """R7.1: another title and other products hold; when it began stays."""
    number = an_incident(engine)
    again = OpenIncident(case=number, title="Calls and chat fail", products=("voice", "chat"), at=NOW + DAY, actor="a")
    with transaction(engine) as connection:
        incidents.open_incident(connection, again)
        (found,) = incidents.incidents_of(connection, [number])

    assert (found.title, found.products, found.opened_at) == (again.title, again.products, NOW)


def test_r7_1_children_are_found_by_their_masters(engine: Engine) -> None:
    """R7.1: of all masters asked for, in order; of none, none."""
    master, *children = (a_case(engine) for _ in range(3))
    with transaction(engine) as connection:
        for child in children:
            case_rows.link(connection, child, LinkType.CHILD_OF, master)
    with reading(engine) as connection:
        assert incidents.children_of(connection, [master, children[0]]) == tuple(children)
        assert incidents.children_of(connection, []) == ()
