"""The chapters about writers who may not open a case: a colleague, a stranger, a program."""

from examples.demo.week import ACME, ACME_SECOND, ACME_USER, STRANGER, Week


def colleague(week: Week) -> None:
    """R2.3: somebody else at a customer opens no case: the request is held, and they are told who can ask."""
    sent = week.send(week.postbox.write(ACME_USER, "My phone is dead", "It shows nothing at all.\n"))
    answer = week.receives(ACME_USER.address)
    ended = week.decided(sent)
    held = [line["sender"] for line in week.company.ask("held", "list")]
    week.check("R2.3  it is held and opens no case", (ended["outcome"], ended["case"]) == ("held", None))
    week.check("      agents see it listed", ACME_USER.address in held)
    week.check("      the sender is told who can ask", ACME.name in answer.text)
    asked = week.receives(ACME.address)
    week.receives(ACME_SECOND.address)
    week.check("R2.3  the contacts read the request, and how to decide", "It shows nothing at all" in asked.text)
    week.send(week.postbox.reply(ACME, asked, "decline\n\nPlease ask our own help desk first."))
    told = week.receives(ACME_USER.address)
    week.check("R2.3  one declines by mail; the sender reads why", "our own help desk first" in told.text)
    week.check("      and nothing is held any more", not week.company.ask("held", "list"))


def stranger(week: Week) -> None:
    """R2.4: mail of an unknown domain waits in quarantine; nobody unproven is answered."""
    sent = week.send(week.postbox.write(STRANGER, "Great offer", "Buy now.\n"))
    ended = week.decided(sent)
    week.check(
        "R2.4  it is in quarantine and opens no case", (ended["outcome"], ended["case"]) == ("quarantined", None)
    )
    week.check("S3.1  an unproven stranger is not answered", week.is_quiet(STRANGER))


def vacation(week: Week) -> None:
    """R4.8: a program's answer is filed on its case; it changes nothing and is not answered."""
    note = week.postbox.reply(ACME, week.last_to[ACME.address, week.current], "I am away until Monday.")
    note["Auto-Submitted"] = "auto-replied"
    ended = week.decided(week.send(note))
    week.check("R4.8  the vacation note is filed", (ended["outcome"], ended["case"]) == ("auto_reply", week.current))
    week.check("R4.8  it reopened nothing", week.case(week.current)["status"] == "closed")
    week.check("S3.2  and nobody answered it", week.is_quiet(ACME))


CHAPTERS_ASIDE = (
    ("A colleague who is no contact", colleague),
    ("A stranger", stranger),
    ("A vacation note", vacation),
)
