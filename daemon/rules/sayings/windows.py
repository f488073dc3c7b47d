"""What the daemon says of commands about unscheduled maintenance, in English and French (R11.6)."""

ENGLISH: dict[str, str] = {
    "form window window": "#window WINDOW",
    "form window start": "#start DATE TIME",
    "form window end": "#end DATE TIME",
    "form window products": "#products NAME, NAME",
    "form window impact": "#impact none|degraded|outage",
    "form window title": "#title TEXT",
    "form window description": "#description TEXT",
    "form window reason": "#reason TEXT",
    "form window confirm": "#confirm",
    "form window cancel": "#cancel [WINDOW]",
    "form window follow-up": "#follow-up [WINDOW]",
    "help window window": "beside all others: which one they mean, where your mail answers none: announced:mail-42",
    "help window start": "when the work begins: 2026-12-05 23:00, tomorrow 1:30, 2pm, now",
    "help window end": "when it ends; a time alone is the next one after its start",
    "help window products": "the products that it affects: their customers are told, nobody else",
    "help window impact": "what customers feel of it; left out: degraded",
    "help window title": "what it is called; left out: the subject of your mail",
    "help window description": "the work, shortly; left out: the text of your mail",
    "help window reason": "why it is done",
    "help window confirm": "it may lie in the hours of the day, where customers feel it",
    "help window cancel": (
        "it does not take place; who was told of it is told; WINDOW names one that your mail does not answer: "
        "announced:mail-42"
    ),
    "help window follow-up": (
        "sends the text of your mail to its contacts, after it; WINDOW names one that your mail does not answer: "
        "monthly:2026-12-18"
    ),
    "of windows": (
        "it is for maintenance: reply to the mail that you got about it, or write to the maintenance address, with "
        "#window and its name above"
    ),
    "window needs": "{command} needs something behind it",
    "window ends first": "it ends before it begins: {times}",
    "window too long": "it lasts more than {days} days ({times}): announce its parts",
    "window over": "it is over: #follow-up tells more; for a day a later #end alone says that it goes on",
    "window past": "it would be over already ({times}): write the date too",
    "window alone": "{command} stands alone: no other command can stand beside it",
    "window not named": (
        "{command} needs a window: reply to the mail about it, or name it; `supportd maintenance list` shows the names"
    ),
    "window told already": "the same is announced already, as {window}: customers have been told",
    "window told otherwise": (
        "{window} is the same work at hours that overlap: to change it, write #window {window} and what changes to the "
        "maintenance address; `supportd maintenance cancel {window}` calls it off; other work takes another name"
    ),
    "window far": (
        "{moment} is more than {days} days ahead: is the year right? What can wait so long is planned in "
        "maintenance.yaml"
    ),
    "window long text": "{command} has {number} letters: at most {most}",
    "bare command": (
        "a line that reads like a command without its #: write it with one at the very top of the mail, or begin the "
        "line with another word; nothing of this mail was taken"
    ),
    "window to come": "it has not begun: a follow-up is sent after it; a correction is told at once",
    "window wants confirm": (
        "it would lie in the hours of the day, where customers feel it ({times}): send the change again with #confirm; "
        "until then it stays as it was announced"
    ),
    "window planned": "{word} is planned: it is moved, changed and cancelled in maintenance.yaml",
    "window cancelled": "it is cancelled: write a new mail to the maintenance address",
    "window unchanged": "nothing is changed by this mail",
    "window leaks": "everybody with these products would read of a customer ({found}): change it",
    "no window": "no window {word} for this; `supportd maintenance list` shows their names",
    "follow-up needs text": "a follow-up needs a text: below #follow-up, or with --text",
    "follow-up of cancelled": "it was cancelled: there is nothing to follow up",
    "follow-up to nobody": "no contact was told of it: nobody waits for more about it",
    "follow-up sent": "this very text was sent already",
    "no product": "no product {word}; there are: {known}",
    "no impact": "no impact {word}; there are: {known}",
}

FRENCH: dict[str, str] = {
    "form window window": "#window MAINTENANCE",
    "form window start": "#start DATE HEURE",
    "form window end": "#end DATE HEURE",
    "form window products": "#products NOM, NOM",
    "form window impact": "#impact none|degraded|outage",
    "form window title": "#title TEXTE",
    "form window description": "#description TEXTE",
    "form window reason": "#reason TEXTE",
    "form window confirm": "#confirm",
    "form window cancel": "#cancel [MAINTENANCE]",
    "form window follow-up": "#follow-up [MAINTENANCE]",
    "help window window": (
        "à côté de toutes les autres : laquelle elles visent, si votre message n'y répond pas : announced:mail-42"
    ),
    "help window start": "quand les travaux commencent : 2026-12-05 23:00, demain 1h30, maintenant",
    "help window end": "quand ils finissent ; une heure seule est la prochaine après le début",
    "help window products": "les produits concernés : leurs clients sont prévenus, personne d'autre",
    "help window impact": "ce que les clients ressentent ; sans cela : degraded",
    "help window title": "le nom de la maintenance ; sans cela : l'objet de votre message",
    "help window description": "les travaux, en bref ; sans cela : le texte de votre message",
    "help window reason": "pourquoi ils sont faits",
    "help window confirm": "elle peut tomber aux heures du jour, où les clients la ressentent",
    "help window cancel": (
        "elle n'a pas lieu ; ceux qui étaient prévenus le sont de nouveau ; MAINTENANCE en nomme une à laquelle votre "
        "message ne répond pas : announced:mail-42"
    ),
    "help window follow-up": (
        "envoie le texte de votre message à ses contacts, après coup ; MAINTENANCE en nomme une à laquelle votre "
        "message ne répond pas : monthly:2026-12-18"
    ),
    "of windows": (
        "elle est de celles des maintenances : répondez au message que vous en avez reçu, ou écrivez à l'adresse de "
        "maintenance, avec #window et son nom au-dessus"
    ),
    "window needs": "{command} demande quelque chose derrière",
    "window ends first": "elle finit avant de commencer : {times}",
    "window too long": "elle dure plus de {days} jours ({times}) : annoncez-la par parties",
    "window over": "elle est terminée : #follow-up en dit plus ; pendant un jour, #end seul la prolonge",
    "window past": "elle serait déjà terminée ({times}) : écrivez aussi la date",
    "window alone": "{command} est seule : aucune autre commande ne l'accompagne",
    "window not named": (
        "{command} demande une maintenance : répondez au message qui en parle, ou nommez-la ; "
        "`supportd maintenance list` montre les noms"
    ),
    "window told already": "la même est déjà annoncée, sous {window} : les clients sont prévenus",
    "window told otherwise": (
        "{window} est le même travail à des heures qui se recouvrent : pour la modifier, écrivez #window {window} et "
        "ce qui change à l'adresse de maintenance ; `supportd maintenance cancel {window}` l'annule ; un "
        "autre travail prend un autre nom"
    ),
    "window far": (
        "{moment} est à plus de {days} jours : l'année est-elle juste ? Ce qui peut attendre se planifie dans "
        "maintenance.yaml"
    ),
    "window long text": "{command} a {number} lettres : {most} au plus",
    "bare command": (
        "une ligne qui se lit comme une commande sans son # : écrivez-la avec lui tout en haut du message, ou "
        "commencez-la par un autre mot ; rien de ce message n'a été pris"
    ),
    "window to come": "elle n'a pas commencé : la suite s'envoie après elle ; une correction est dite aussitôt",
    "window wants confirm": (
        "elle tomberait aux heures du jour, où les clients la ressentent ({times}) : renvoyez la modification avec "
        "#confirm ; "
        "d'ici là elle reste comme elle était annoncée"
    ),
    "window planned": "{word} est planifiée : elle se déplace, se modifie et s'annule dans maintenance.yaml",
    "window cancelled": "elle est annulée : écrivez un nouveau message à l'adresse de maintenance",
    "window unchanged": "ce message ne change rien",
    "window leaks": "tous ceux qui ont ces produits liraient le nom d'un client ({found}) : modifiez-le",
    "no window": "aucune maintenance {word} pour cela ; `supportd maintenance list` montre leurs noms",
    "follow-up needs text": "une suite demande un texte : sous #follow-up, ou avec --text",
    "follow-up of cancelled": "elle a été annulée : il n'y a pas de suite à donner",
    "follow-up to nobody": "aucun contact n'en a été prévenu : personne n'en attend la suite",
    "follow-up sent": "ce texte même a déjà été envoyé",
    "no product": "aucun produit {word} ; il y a : {known}",
    "no impact": "aucun effet {word} ; il y a : {known}",
}
