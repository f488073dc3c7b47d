"""The chapters of the week, in their order, each with what the support plan promises for it."""

import re
from typing import Any

from examples.demo.clock_chapters import CLOCK_CHAPTERS
from examples.demo.many_chapters import MANY_CHAPTERS
from examples.demo.people_aside import CHAPTERS_ASIDE
from examples.demo.week import ACME, ACME_SECOND, AGENTS, DESK_DOMAIN, GLOBEX, INITECH, Week

TO_THE_CUSTOMER = re.compile(r"(?:CUSTOMER|CLIENT)\s?: (\S+)\.$", re.MULTILINE)  # an agent may read French
TOP_CHARACTERS = 150
SUBJECT = "Phones drop calls"
PROBLEM = "Calls drop after a minute, on every phone of the second floor.\n"


def request(week: Week) -> None:
    """R1: a mail opens a case at priority 4; it is assigned, acknowledged, and the agent is told."""
    week.send(week.postbox.write(ACME, SUBJECT, PROBLEM))
    answer = week.receives(ACME.address, about=SUBJECT)
    notice = week.receives(DESK_DOMAIN, about=SUBJECT)
    case = week.case(answer.case)
    week.current, week.agent = answer.case, AGENTS[case["assignee"]]
    week.check("R1.2  a case of priority 4 was opened", (case["status"], case["priority"]) == ("new", "P4"))
    week.check("R1.1  a technician has it, and was told", week.agent.address == notice.to)
    week.check("R1.3  the acknowledgement says where urgent matters belong", "+1 555 0199" in answer.text)
    week.check("S3.8  it does not repeat the customer's words", "second floor" not in answer.text)
    week.check("S3.7  the agent reads on top where a reply goes", goes_to_customer(notice.text, ACME.address))


def goes_to_customer(text: str, address: str) -> bool:
    """Tell whether an agent's mail says before anything else that a reply goes to the customer, in either language."""
    said = TO_THE_CUSTOMER.search(text)
    return said is not None and said[1] == address and text.index(said[0]) < TOP_CHARACTERS


def first_reply(week: Week) -> None:
    """R4.2: the agent answers by mail; the customer reads it under the name and the address of the desk."""
    week.answer(week.agent, week.current, "Thank you. Does it happen on calls within the building too?")
    told = week.receives(ACME.address, about=week.current)
    week.check("R4.2  the case is in progress", week.case(week.current)["status"] == "in_progress")
    week.check("R4.2  the customer reads the agent's words", "within the building" in told.text)
    week.check("S2.8  and never the agent's own address", week.agent.address.encode() not in told.octets)
    week.check("      it stands in the customer's thread", bool(told.message["In-Reply-To"]))


def wrong_command(week: Week) -> None:
    """A wrong command changes nothing and sends nothing; the nearest one is named, and corrected."""
    sent = week.answer(week.agent, week.current, "#prioritty 2\n\nWe have found the switch that does it.")
    refusal = week.receives(week.agent.address, about=week.current)
    week.check("S2.7  the wrong command is refused", week.decided(sent)["outcome"] == "command_failed")
    week.check("      the nearest one is named, the text comes back", "#priority 1-4" in refusal.text)
    week.check("S2.7  the customer was sent nothing", week.is_quiet(ACME))
    week.answer(week.agent, week.current, "#priority 2\n\nWe have found the switch that does it.")
    told = week.receives(ACME.address, about=week.current)
    week.receives(week.agent.address, about=week.current)
    week.check("R3.8  corrected, it holds, and the customer is told", "riority 2" in told.text)
    week.check("      commands never reach the customer", "#priority" not in told.text)


def customers_answer(week: Week) -> None:
    """The customer answers as mail clients do: the answer joins the case, and the agent is told."""
    sent = week.answer(ACME, week.current, "Good to hear. It does not happen within the building.")
    notice = week.receives(week.agent.address, about=week.current)
    ended = week.decided(sent)
    week.check("      the answer joined the case", (ended["outcome"], ended["case"]) == ("case_updated", week.current))
    week.check("      the agent was told", "does not happen within the building" in notice.text)


def internal_note(week: Week) -> None:
    """S3.7: a note stays inside."""
    sent = week.answer(week.agent, week.current, "#note\n\nThe switch is the one we know from last year.")
    week.receives(week.agent.address, about=week.current)
    week.check("S3.7  the note is on the case", week.decided(sent)["outcome"] == "agent_note")
    week.check("S3.7  the customer was sent nothing", week.is_quiet(ACME))


def closing(week: Week) -> None:
    """R4.7: the agent closes by mail; the closing text tells the customer that the work is done and tested."""
    week.answer(week.agent, week.current, "#status closed\n\nThe switch is replaced; we tested calls from every phone.")
    told = week.receives(ACME.address, about=week.current)
    week.receives(week.agent.address, about=week.current)
    case = week.case(week.current)
    notes = [message["text"] for message in case["messages"] if not message["public"]]
    week.check("R4.7  the case is closed", case["status"] == "closed")
    week.check("R4.7  the customer reads why", "we tested calls" in told.text)
    week.check("R5.1  and how it is reopened", "same case is reopened" in told.text)
    week.check("S3.7  the record keeps the note apart", len(notes) == 1 and "last year" in notes[0])


def reopened(week: Week) -> None:
    """R5.1: a reply within seven days reopens the same case, with the same technician."""
    sent = week.answer(INITECH, week.recent, "It is full again this morning.")
    week.receives(INITECH.address, about=week.recent)
    notice = week.receives(DESK_DOMAIN, about=week.recent)
    case, ended = week.case(week.recent), week.decided(sent)
    week.check("R5.1  the same case is open again", (ended["outcome"], ended["case"]) == ("case_reopened", week.recent))
    week.check("R4    its status says so", case["status"] == "customer_reopened")
    week.check("R5.5  the same technician has it, and was told", AGENTS[case["assignee"]].address == notice.to)
    week.check("R5.5  it is the one who closed it", case["assignee"] in _actors(case, "status_changed"))


def linked(week: Week) -> None:
    """R5.2: nine days are too late: a new case is opened, and both name each other."""
    sent = week.answer(ACME_SECOND, week.old, "The echo is back.")
    answer = week.receives(ACME_SECOND.address, about=week.old_subject)
    week.receives(DESK_DOMAIN, about=week.old_subject)
    ended = week.decided(sent)
    new, old = week.case(ended["case"]), week.case(week.old)
    week.check("R5.2  a new case was opened", ended["outcome"] == "follow_up_opened" and new["id"] != old["id"])
    week.check("      it names the old one", {"type": "follow_up_of", "case": old["id"]} in new["links"])
    week.check("      and the old one names it", {"type": "followed_up_by", "case": new["id"]} in old["links"])
    week.check("      the acknowledgement explains it", old["id"] in answer.text)


def french(week: Week) -> None:
    """A customer who reads French gets French."""
    week.send(week.postbox.write(GLOBEX, "Internet en panne", "Plus de connexion depuis ce matin.\n"))
    answer = week.receives(GLOBEX.address, about="Internet en panne")
    notice = week.receives(DESK_DOMAIN, about="Internet en panne")
    languages = ("numéro de dossier" in answer.text, "is new and yours" in notice.text or "agent3" in notice.to)
    week.check("      the acknowledgement is in French, the agent's mail is not", all(languages))


def _actors(case: dict[str, Any], event: str) -> set[str]:
    """Return the ids of the agents who made such events on a case."""
    actors = {str(line["actor"]) for line in case["history"] if line["event"] == event}
    return {agent for agent, person in AGENTS.items() if person.address in actors}


CHAPTERS = (
    ("A customer asks for help", request),
    ("The agent answers, by mail", first_reply),
    ("A mistyped command", wrong_command),
    ("The customer answers", customers_answer),
    ("An internal note", internal_note),
    ("The agent closes the case", closing),
    ("A reply three days after the closing", reopened),
    ("A reply nine days after the closing", linked),
    ("Une demande en français", french),
    *CHAPTERS_ASIDE,
    *CLOCK_CHAPTERS,
    *MANY_CHAPTERS,
)
