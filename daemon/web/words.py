"""What the status page calls things, a language a table; a missing word is an error when this module is read.

`{}` stands for a name or a time.  Days and instants are spelt as in mails (`outbound.words`).
"""

# ruff: noqa: RUF001  French sets narrow spaces and its own apostrophe

from dataclasses import dataclass
from typing import Final

from daemon.model.incident import UpdateKind
from daemon.outbound import words as mail_words
from daemon.web.picture import Phase, State


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWords:
    """The words of one language."""

    itself: str  # the language, in itself
    title: str  # of the page, with the provider's name
    skip: str
    navigation: str
    now: str
    history: str
    feed: str
    feed_of: str
    figures: str
    overall: dict[State, str]
    states: dict[State, str]
    platforms: str
    platform_state: str
    all_platforms: str
    concerns: str
    incidents: str
    no_incidents: str
    incident: str
    opened: str
    resolved: str
    updates: str
    kinds: dict[UpdateKind, str]
    nothing_said: dict[UpdateKind, str]
    running: str
    nothing_running: str
    coming: str
    nothing_coming: str
    span: str
    span_of_a_day: str
    hour: str  # as strftime has it
    phases: dict[Phase, str]
    impact: str
    impacts: dict[str, str]  # as the mails say them
    reason: str
    month_incidents: str
    no_past_incidents: str
    past_maintenance: str
    no_past_maintenance: str
    nothing_past: str
    history_of: str
    months: str
    zone_note: str
    stale: str
    back: str
    colon: str
    work: str
    all_months: str
    messages: dict[str, tuple[str, str]]  # title and sentence of a page that shows nothing else


ENGLISH: Final = PageWords(
    itself="English",
    title="{} status",
    skip="Skip to the content",
    navigation="Pages",
    now="Now",
    history="History",
    feed="Atom feed",
    feed_of="Atom feed of {}",
    figures="JSON",
    overall={
        State.OPERATIONAL: "All platforms are operational",
        State.MAINTENANCE: "Maintenance is running",
        State.INCIDENT: "There is an incident",
    },
    states={
        State.OPERATIONAL: "Operational",
        State.MAINTENANCE: "Maintenance",
        State.INCIDENT: "Incident",
    },
    platforms="Platforms",
    platform_state="State of {}",
    all_platforms="all platforms",
    concerns="Concerns",
    incidents="Open incidents",
    no_incidents="There is no open incident.",
    incident="Incident {}",
    opened="Opened",
    resolved="Resolved",
    updates="Updates",
    kinds={UpdateKind.OPENED: "Opened", UpdateKind.UPDATE: "Update", UpdateKind.RESOLVED: "Resolved"},
    nothing_said={
        UpdateKind.OPENED: "We are working on it.",
        UpdateKind.UPDATE: "We are still working on it.",
        UpdateKind.RESOLVED: "This incident is over.",
    },
    running="Maintenance that is running",
    nothing_running="No maintenance is running.",
    coming="Planned maintenance",
    nothing_coming="No maintenance is planned for the next 60 days.",
    span="From {} to {}",
    span_of_a_day="From {} to {}",
    hour="%H:%M",
    phases={
        Phase.COMING: "Planned",
        Phase.RUNNING: "Running",
        Phase.OVER: "Over",
        Phase.CANCELLED: "Cancelled",
    },
    impact="Impact",
    impacts=mail_words.ENGLISH.impacts,
    reason="Reason",
    month_incidents="Incidents",
    no_past_incidents="There was no incident.",
    past_maintenance="Maintenance that is over",
    no_past_maintenance="There was no maintenance.",
    nothing_past="There was neither an incident nor maintenance.",
    history_of="History of {}",
    months="Months",
    zone_note="Times are those of {}; UTC stands beside each.",
    stale="This page could not be brought up to date since {}. What you see is what was known then.",
    back="To the present state",
    colon=":",
    work="Work",
    all_months="All months",
    messages={
        "not_found": ("There is no such page", "The address may be mistyped, or what it showed is no longer kept."),
        "failed": ("The page failed", "This is a fault of ours. Please try again in a few minutes."),
        "away": ("The page is not ready", "The present state cannot be read just now. Please try again in a minute."),
        "wrong": ("This cannot be done here", "The page takes no such request."),
    },
)

FRENCH: Final = PageWords(
    itself="Français",
    title="{}\u00a0: état des services",
    skip="Aller au contenu",
    navigation="Pages",
    now="Actuellement",
    history="Historique",
    feed="Flux Atom",
    feed_of="Flux Atom\u00a0: {}",
    figures="JSON",
    overall={
        State.OPERATIONAL: "Toutes les plateformes fonctionnent",
        State.MAINTENANCE: "Une maintenance est en cours",
        State.INCIDENT: "Un incident est en cours",
    },
    states={
        State.OPERATIONAL: "En service",
        State.MAINTENANCE: "Maintenance",
        State.INCIDENT: "Incident",
    },
    platforms="Plateformes",
    platform_state="{}\u00a0: état",
    all_platforms="toutes les plateformes",
    concerns="Concerne",
    incidents="Incidents en cours",
    no_incidents="Aucun incident n’est en cours.",
    incident="Incident {}",
    opened="Ouvert",
    resolved="Résolu",
    updates="Mises à jour",
    kinds={UpdateKind.OPENED: "Ouvert", UpdateKind.UPDATE: "Mise à jour", UpdateKind.RESOLVED: "Résolu"},
    nothing_said={
        UpdateKind.OPENED: "Nous y travaillons.",
        UpdateKind.UPDATE: "Nous y travaillons toujours.",
        UpdateKind.RESOLVED: "Cet incident est terminé.",
    },
    running="Maintenance en cours",
    nothing_running="Aucune maintenance n’est en cours.",
    coming="Maintenance prévue",
    nothing_coming="Aucune maintenance n’est prévue dans les 60 prochains jours.",
    span="Du {} au {}",
    span_of_a_day="Du {} à {}",
    hour="%H h %M",
    phases={
        Phase.COMING: "Prévue",
        Phase.RUNNING: "En cours",
        Phase.OVER: "Terminée",
        Phase.CANCELLED: "Annulée",
    },
    impact="Effet",
    impacts=mail_words.FRENCH.impacts,
    reason="Raison",
    month_incidents="Incidents",
    no_past_incidents="Il n’y a eu aucun incident.",
    past_maintenance="Maintenance terminée",
    no_past_maintenance="Il n’y a eu aucune maintenance.",
    nothing_past="Il n’y a eu ni incident ni maintenance.",
    history_of="Historique\u00a0: {}",
    months="Mois",
    zone_note="Les heures sont celles de {}\u00a0; l’heure UTC suit chacune.",
    stale="Cette page n’a pas pu être mise à jour depuis {}. Vous voyez ce qui était connu à ce moment-là.",
    back="Vers l’état actuel",
    colon="\u00a0:",
    work="Travaux",
    all_months="Tous les mois",
    messages={
        "not_found": (
            "Cette page n’existe pas",
            "L’adresse est peut-être mal écrite, ou ce qu’elle montrait n’est plus conservé.",
        ),
        "failed": ("La page a échoué", "C’est une erreur de notre part. Veuillez réessayer dans quelques minutes."),
        "away": (
            "La page n’est pas prête",
            "L’état actuel ne peut pas être lu en ce moment. Veuillez réessayer dans une minute.",
        ),
        "wrong": ("Cela n’est pas possible ici", "La page n’accepte pas cette demande."),
    },
)

LANGUAGES: Final = {"en": ENGLISH, "fr": FRENCH}
"""The languages of the page, the first where a reader asks for none of them."""


def language_for(accepted: str) -> str:
    """Return the page's language that a reader likes best.

    Args:
        accepted: the field Accept-Language (RFC 9110, 12.5.4); what cannot be read in it counts as nothing.
    """
    wishes: list[tuple[float, str]] = []
    for wish in accepted[:1000].split(","):
        name, _, weight = wish.partition(";")
        wishes.append((_weight(weight), name.strip().lower().partition("-")[0]))
    liked = [name for weight, name in sorted(wishes, key=lambda wish: -wish[0]) if weight > 0]
    return next((name for name in liked if name in LANGUAGES), next(iter(LANGUAGES)))


def _weight(text: str) -> float:
    name, _, number = text.strip().partition("=")
    if not text.strip():
        return 1.0
    digits = number.strip().replace(".", "", 1)
    return float(number) if name.strip() == "q" and digits.isascii() and digits.isdigit() else 0.0
