"""What the daemon says of commands about unscheduled maintenance, in English and French (R11.6)."""

ENGLISH: dict[str, str] = {
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
    "of windows": "it is for maintenance: reply to the mail that you got about it, or write to the maintenance address",
    "window needs": "{command} needs something behind it",
    "window ends first": "it ends before it begins",
    "window too long": "it lasts more than {days} days: announce its parts",
    "window over": "it is over: #follow-up tells more; for a day a later #end alone says that it goes on",
    "window past": "it would be over already: write the date too",
    "window alone": "{command} stands alone: no other command can stand beside it",
    "window not named": (
        "{command} needs a window: reply to the mail about it, or name it; `supportd maintenance list` shows the names"
    ),
    "window told already": "the same is announced already, as {window}: customers have been told",
    "window to come": "it has not begun: a follow-up is sent after it; a correction is told at once",
    "window wants confirm": (
        "it would lie in the hours of the day, where customers feel it: send the change again with #confirm; "
        "until then it stays as it was announced"
    ),
    "window planned": "{word} is planned: it is cancelled in maintenance.yaml",
    "window cancelled": "it is cancelled: write a new mail to the maintenance address",
    "window unchanged": "nothing is changed by this mail",
    "window leaks": "everybody with these products would read of a customer ({found}): change it",
    "no window": "no window {word} for this; `supportd maintenance list` shows their names",
    "follow-up needs text": "#follow-up needs a text below it",
    "no product": "no product {word}; there are: {known}",
    "no impact": "no impact {word}; there are: {known}",
}

FRENCH: dict[str, str] = {
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
        "maintenance"
    ),
    "window needs": "{command} demande quelque chose derrière",
    "window ends first": "elle finit avant de commencer",
    "window too long": "elle dure plus de {days} jours : annoncez-la par parties",
    "window over": "elle est terminée : #follow-up en dit plus ; pendant un jour, #end seul la prolonge",
    "window past": "elle serait déjà terminée : écrivez aussi la date",
    "window alone": "{command} est seule : aucune autre commande ne l'accompagne",
    "window not named": (
        "{command} demande une maintenance : répondez au message qui en parle, ou nommez-la ; "
        "`supportd maintenance list` montre les noms"
    ),
    "window told already": "la même est déjà annoncée, sous {window} : les clients sont prévenus",
    "window to come": "elle n'a pas commencé : la suite s'envoie après elle ; une correction est dite aussitôt",
    "window wants confirm": (
        "elle tomberait aux heures du jour, où les clients la ressentent : renvoyez la modification avec #confirm ; "
        "d'ici là elle reste comme elle était annoncée"
    ),
    "window planned": "{word} est planifiée : elle s'annule dans maintenance.yaml",
    "window cancelled": "elle est annulée : écrivez un nouveau message à l'adresse de maintenance",
    "window unchanged": "ce message ne change rien",
    "window leaks": "tous ceux qui ont ces produits liraient le nom d'un client ({found}) : modifiez-le",
    "no window": "aucune maintenance {word} pour cela ; `supportd maintenance list` montre leurs noms",
    "follow-up needs text": "#follow-up demande un texte en dessous",
    "no product": "aucun produit {word} ; il y a : {known}",
    "no impact": "aucun effet {word} ; il y a : {known}",
}
