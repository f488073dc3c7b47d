"""The chapters about the plan's promises: escalation, a MACD request and its bill, and what will happen next."""

from typing import Any

from examples.demo.week import ACME, AGENTS, DESK_DOMAIN, INITECH, MANAGER, Week

MACD_ADDRESS = "support+macd@desk.example"
MOVE = "Three new users"


def escalated(week: Week) -> None:
    """R9: the customer escalates by a word; manager, agent and customer learn whom it reached."""
    week.answer(INITECH, week.recent, "Escalate\n\nThis is the third time.")
    answer = week.receives(INITECH.address, about=week.recent)
    told = week.receives(MANAGER.address, about=week.recent)
    for _ in ("the customer wrote", "it was escalated"):
        week.receives(DESK_DOMAIN, about=week.recent)
    week.check("R9.2  the customer reads whom it reached", MANAGER.name in answer.text)
    week.check("R9.2  the manager has the history", "It is full again" in told.text)
    week.check("R9.3  and 60 minutes to answer", _clock(week, week.recent, "manager_ack")["state"] == "running")
    sent = week.answer(MANAGER, week.recent, "I take care of it.")
    week.receives(MANAGER.address, about=week.recent)
    week.check("R9.3  any answer of theirs counts, inside", week.decided(sent)["outcome"] == "agent_note")
    week.check("R9.3  the clock is met", _clock(week, week.recent, "manager_ack")["state"] == "met")


def macd(week: Week) -> None:
    """R10: a request of an approver counts as approved; the work is charged by started quarters of an hour."""
    message = week.postbox.write(ACME, MOVE, "Please add the three people of the new office.\n")
    message.replace_header("To", MACD_ADDRESS)
    week.send(message)
    answer = week.receives(ACME.address, about=MOVE)
    notice = week.receives(DESK_DOMAIN, about=MOVE)
    week.current, case = answer.case, week.case(answer.case)
    week.agent = next(person for person in AGENTS.values() if person.address == notice.to)
    week.check("R10.1 a MACD request with its two clocks", {"first_response", "completion"} <= set(case["clocks"]))
    week.check("R10.5 it says what customers can do at once", "assword" in answer.text)
    week.answer(week.agent, week.current, "#time 25m\n#waiting\n\nWhich telephone numbers shall they have?")
    week.receives(ACME.address, about=week.current)
    week.receives(week.agent.address, about=week.current)
    bill = week.company.run("report", "time", "--customer", "acme")
    week.stage.say(bill)
    week.check("R10.4 25 minutes are two started quarters: 50.00 USD", "50.00" in bill)
    week.check("R6.1  the case waits for the customer", week.case(week.current)["waiting_on"] == "customer")


def foreseen(week: Week) -> None:
    """R6.2: nothing more is written; `supportd simulate` tells what time alone will do, and does none of it."""
    steps = week.company.foresee(days=8)
    fate = [(step["action"], step.get("kind")) for step in steps if step["case"] == week.current]
    week.stage.say(f"supportd simulate: {len(steps)} things will happen within eight days if nobody writes.")
    week.check("R6.2  the customer would be reminded", any("answer_reminder" in step for step in fate))
    week.check("R6.2  then the case would be closed", ("closed_no_response", None) in [(a, None) for a, _ in fate])
    week.check("      nothing of it has happened", week.case(week.current)["waiting_on"] == "customer")


def _clock(week: Week, case: str, name: str) -> dict[str, Any]:
    clock: dict[str, Any] = week.case(case)["clocks"][name]
    return clock


CLOCK_CHAPTERS = (
    ("A customer escalates", escalated),
    ("A move, and its bill", macd),
    ("What would happen next", foreseen),
)
