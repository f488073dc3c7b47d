"""The mail that is sent where the right one cannot be built (S3.5): fixed words, a number, nothing anybody chose."""

from daemon.model.notice import OutgoingMail
from daemon.model.notice_kinds import NOTICES
from daemon.model.notice_spec import Audience
from daemon.model.plan import Provider
from daemon.outbound.rendered import Rendered
from daemon.outbound.subject import tag

_WORDS = {
    ("en", Audience.CUSTOMER): (
        "News on your case",
        (
            "There is news on your case {case}, but we could not show it in this mail.\n"
            "Please reply to this mail or call us, and we will tell you.\n"
        ),
    ),
    ("en", Audience.AGENT): (
        "News on a case",
        (
            "There is news for you on {case}, but it could not be shown in this mail.\n"
            "Please look at it with: supportd case show {case}\n"
        ),
    ),
    ("en", Audience.STRANGER): (
        "Your message to our support desk",
        (
            "Your message has reached our support desk. No case has been opened for it.\n"
            "Please turn to your company's main point of contact.\n"
        ),
    ),
    ("fr", Audience.CUSTOMER): (
        "Du nouveau sur votre dossier",
        (
            "Il y a du nouveau sur votre dossier {case}, mais ce message n'a pas pu l'afficher.\n"
            "Veuillez répondre à ce message ou nous appeler.\n"
        ),
    ),
    ("fr", Audience.AGENT): (
        "Du nouveau sur un dossier",
        (
            "Il y a du nouveau pour vous sur {case}, mais ce message n'a pas pu l'afficher.\n"
            "Veuillez consulter : supportd case show {case}\n"
        ),
    ),
    ("fr", Audience.STRANGER): (
        "Votre message à notre support",
        (
            "Votre message est parvenu à notre support. Aucun dossier n'a été ouvert.\n"
            "Veuillez vous adresser au contact principal de votre entreprise.\n"
        ),
    ),
}

_ON_NO_CASE = {
    ("en", Audience.CUSTOMER): (
        "News from our support desk",
        (
            "There is news for you from our support desk, but we could not show it in this mail.\n"
            "Please write to us or call us, and we will tell you.\n"
        ),
    ),
    ("en", Audience.AGENT): (
        "News from the desk",
        (
            "There is news for you, but it could not be shown in this mail.\n"
            "Please tell whoever runs supportd: the log says why (mail {row} of the outbox).\n"
        ),
    ),
    ("en", Audience.SUBSCRIBER): (
        "News from our status page",
        (
            "There is news for you from our status page, but we could not show it in this mail.\n"
            "Please look at the page itself.\n"
        ),
    ),
    ("fr", Audience.SUBSCRIBER): (
        "Du nouveau sur notre page d'état",
        (
            "Il y a du nouveau pour vous sur notre page d'état, mais ce message n'a pas pu l'afficher.\n"
            "Veuillez consulter la page elle-même.\n"
        ),
    ),
    ("fr", Audience.CUSTOMER): (
        "Du nouveau de notre support",
        (
            "Il y a du nouveau pour vous de la part de notre support, mais ce message n'a pas pu l'afficher.\n"
            "Veuillez nous écrire ou nous appeler, et nous vous le dirons.\n"
        ),
    ),
    ("fr", Audience.AGENT): (
        "Du nouveau au support",
        (
            "Il y a du nouveau pour vous, mais ce message n'a pas pu l'afficher.\n"
            "Veuillez le dire à qui gère supportd : le journal en donne la raison (message {row} de la file d'envoi).\n"
        ),
    ),
}
"""Where the mail is on no case: a held request, a report, a command that opened none."""


def fixed_form(mail: OutgoingMail, provider: Provider) -> Rendered:
    """Return fixed words for the mail, in its reader's language where there are any."""
    language = "fr" if mail.notice.to.language.startswith("fr") else "en"
    audience = NOTICES[mail.notice.kind].audience
    if audience is not Audience.STRANGER and mail.card is None:
        subject, text = _ON_NO_CASE[language, audience]
        return Rendered(subject, text.format(row=mail.id))
    subject, text = _WORDS[language, audience]
    case = tag(provider.prefix, mail.card.number) if mail.card else ""
    return Rendered(f"[{case}] {subject}" if case else subject, text.format(case=case).replace("  ", " "))
