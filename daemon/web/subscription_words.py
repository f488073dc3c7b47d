"""What the pages of subscriptions say (R8.2), a language a table; `{}` stands for a name, a number or an address."""

# ruff: noqa: RUF001  French sets narrow spaces and its own apostrophe

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingWords:
    """The words of one language."""

    heading: str
    of_platforms: str
    of_incident: str
    choose: str
    address: str
    trap: str  # says to people what only programs fill in
    ask: str
    promise: str
    bad_address: str
    no_scope: str
    asked: str
    asked_text: str
    too_many: str
    too_many_text: str
    incident: str
    gone: str  # what a scope is called that is there no more
    confirm: str
    confirm_about: str
    confirm_button: str
    nothing_waits: str
    confirmed: str
    manage: str
    manage_for: str
    about: str
    end_button: str
    end_one: str
    waits: str
    to_confirm: str
    more: str
    more_button: str
    language: str
    language_button: str
    erase: str
    erase_text: str
    erase_button: str
    erased: str
    erased_text: str
    unsubscribe: str
    unsubscribe_text: str
    ended: str
    ended_text: str


ENGLISH: Final = AskingWords(
    heading="News by e-mail",
    of_platforms="We write when an incident begins, when there is news of it and when it is over; and of maintenance.",
    of_incident="We write when there is news of this incident, and when it is over.",
    choose="What should we write about?",
    address="Your e-mail address",
    trap="Leave this field empty",
    ask="Subscribe",
    promise=(
        "You first get one mail with a question; without your answer nothing else comes. "
        "Each later mail has a link to end it."
    ),
    bad_address="This is no e-mail address that we can write to. Please write one, such as name@company.example.",
    no_scope="Please choose what we should write about.",
    asked="Please look into your mailbox",
    asked_text="If the address is right, a mail is on its way. Please open the link in it within {} days and confirm.",
    too_many="There were too many requests",
    too_many_text="Please try again in an hour.",
    incident="Incident: {}",
    gone="Something that is no longer on this page",
    confirm="Confirm your subscription",
    confirm_about="You get news of:",
    confirm_button="Confirm",
    nothing_waits="There is nothing to confirm: it is confirmed already, or was asked for too long ago.",
    confirmed="Your subscription is confirmed",
    manage="Your subscriptions",
    manage_for="For {}",
    about="You get news of",
    end_button="End",
    end_one="End: {}",
    waits="Not confirmed yet",
    to_confirm="Confirm them",
    more="More platforms",
    more_button="Add",
    language="Language of the mails",
    language_button="Change",
    erase="End everything",
    erase_text="Your address and all your subscriptions are deleted.",
    erase_button="Delete my address",
    erased="Your address is deleted",
    erased_text="You get no more mails from this page.",
    unsubscribe="End this subscription?",
    unsubscribe_text="You then get no more mails about: {}.",
    ended="The subscription is ended",
    ended_text="You get no more mails about: {}.",
)

FRENCH: Final = AskingWords(
    heading="Nouvelles par e-mail",
    of_platforms=(
        "Nous écrivons quand un incident commence, quand il y a du nouveau et quand il est terminé\u00a0; "
        "et pour les maintenances."
    ),
    of_incident="Nous écrivons quand il y a du nouveau sur cet incident, et quand il est terminé.",
    choose="Sur quoi devons-nous vous écrire\u00a0?",
    address="Votre adresse e-mail",
    trap="Laissez ce champ vide",
    ask="S’abonner",
    promise=(
        "Vient d’abord un seul e-mail, avec une question. Sans votre réponse, il n’y en a pas d’autre\u00a0; "
        "ensuite, chacun porte un lien pour y mettre fin."
    ),
    bad_address=(
        "Nous ne pouvons pas écrire à cette adresse. Veuillez en indiquer une de la forme nom@entreprise.example."
    ),
    no_scope="Veuillez choisir sur quoi nous devons vous écrire.",
    asked="Veuillez consulter votre boîte aux lettres",
    asked_text=(
        "Si l’adresse est juste, un e-mail est en route. Veuillez ouvrir son lien dans les {} jours et confirmer."
    ),
    too_many="Il y a eu trop de demandes",
    too_many_text="Veuillez réessayer dans une heure.",
    incident="Incident\u00a0: {}",
    gone="Quelque chose qui n’est plus sur cette page",
    confirm="Confirmez votre abonnement",
    confirm_about="Vous recevez des nouvelles de\u00a0:",
    confirm_button="Confirmer",
    nothing_waits="Il n’y a rien à confirmer\u00a0: c’est déjà fait, ou la demande est trop ancienne.",
    confirmed="Votre abonnement est confirmé",
    manage="Vos abonnements",
    manage_for="Pour {}",
    about="Vous recevez des nouvelles de",
    end_button="Mettre fin",
    end_one="Mettre fin\u00a0: {}",
    waits="Pas encore confirmés",
    to_confirm="Les confirmer",
    more="D’autres plateformes",
    more_button="Ajouter",
    language="Langue des e-mails",
    language_button="Changer",
    erase="Mettre fin à tout",
    erase_text="Votre adresse et tous vos abonnements sont effacés.",
    erase_button="Effacer mon adresse",
    erased="Votre adresse est effacée",
    erased_text="Vous ne recevez plus d’e-mails de cette page.",
    unsubscribe="Mettre fin à cet abonnement\u00a0?",
    unsubscribe_text="Vous ne recevrez plus d’e-mails sur\u00a0: {}.",
    ended="L’abonnement a pris fin",
    ended_text="Vous ne recevez plus d’e-mails sur\u00a0: {}.",
)

ASKING: Final = {"en": ENGLISH, "fr": FRENCH}
"""In the languages of the page (`words.LANGUAGES`)."""
