"""Topics, and pools of words from which `benchmarks/storms.py` makes mails: places, people, greetings, answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """What people write on a topic in one language: subjects and sentences, any of which may come together."""

    subjects: tuple[str, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that customers write about, and how often compared with other topics."""

    name: str
    weight: float
    said: dict[str, Said]
    monitoring: tuple[str, ...] = ()  # what a program says of it, as people forward it


def lines(text: str) -> tuple[str, ...]:
    """Return the lines of a pool."""
    return tuple(line.strip() for line in text.strip().splitlines())


def topic(name: str, weight: float, *four: str, monitoring: str = "") -> Topic:
    """Return a topic from English subjects, English sentences, French subjects, French sentences."""
    said = {"en": Said(lines(four[0]), lines(four[1])), "fr": Said(lines(four[2]), lines(four[3]))}
    return Topic(name, weight, said, lines(monitoring) if monitoring else ())


PLACES = lines(
    """Denver\nBoulder\nAurora\nPueblo\nLakewood\nGolden\nLoveland\nGreeley\nArvada\nThornton\nMontreal\nLyon"""
)
_FIRST = [
    "Maria",
    "John",
    "Luc",
    "Anne",
    "Sam",
    "Priya",
    "Tom",
    "Cléa",
    "Ingrid",
    "Paul",
    "Nadia",
    "Erik",
    "Rosa",
    "Ivan",
    "Mei",
    "Omar",
    "Julie",
    "Karl",
    "Lena",
    "Hugo",
]
_LAST = [
    "Keller",
    "Baxter",
    "Moreau",
    "Petit",
    "Ortiz",
    "Nair",
    "Hale",
    "Roux",
    "Holm",
    "Meyer",
    "Costa",
    "Lindt",
    "Vogel",
    "Tran",
    "Silva",
    "Dubois",
    "Novak",
    "Weber",
    "Ricci",
    "Okafor",
    "Larsen",
    "Fabre",
    "Quinn",
    "Sato",
    "Mills",
]
PEOPLE = tuple(f"{first} {last}" for first in _FIRST for last in _LAST)
THINGS = lines(
    """reception\nwarehouse\nboardroom\nback office\nfront desk\nlaboratory\nshowroom\nworkshop\nlobby\ncafeteria
    training room\nsecond floor\nannex\nloading dock\nfactory\narchive\nstudio\ncall centre\nserver room\ngarage"""
)
SYLLABLES = lines(
    """ba\ncor\ndel\nfin\ngra\nhex\njo\nkal\nlum\nmir\nnex\norb\npol\nquil\nrad\nsol\ntek\nvor\nwin\nzan"""
)
"""Three of them are a name that few mails hold: makers, devices, programs."""
AT_PLACE = {
    "en": lines("It is our site in {place}.\n{place} is affected.\nThis is at the {place} branch.\nLocation: {place}"),
    "fr": lines(
        "C'est notre site de {place}.\n{place} est touché.\nCela concerne l'agence de {place}.\nSite : {place}"
    ),
}
GREETINGS = {
    "en": lines("Hello,\nHi team,\nDear support,\nGood morning,\nHi,\nHello all,\nTo whom it may concern,"),
    "fr": lines("Bonjour,\nBonjour à tous,\nMadame, Monsieur,\nBonjour l'équipe,\nSalut,"),
}
SIGNED = {
    "en": lines(
        """Best regards, {person}\nThanks, {person}\nKind regards\nThank you in advance. {person}, IT manager
        Sent from my phone\nCheers, {person}\nRegards, {person}, tel +1 555 {number}
        Regards, {person}, confidential, intended recipient only"""
    ),
    "fr": lines(
        """Cordialement, {person}\nMerci d'avance, {person}\nBien à vous\nMerci, {person}, responsable informatique
        Envoyé de mon téléphone\nSalutations distinguées, {person}"""
    ),
}
ASIDES = {
    "en": lines(
        """Please let me know what you need from us.
        I tried to reach you earlier without success.
        Our technician is on site until four.
        We would like this done before the end of the month.
        My colleague {person} can give access to the {thing}.
        It is about our location in {place}.
        I have attached a photo and the serial number.
        We have a board meeting on Thursday and need this settled.
        Our reference is {number}.
        There was a power cut in the {thing} last week.
        We restarted everything twice.
        This concerns about {number} people.
        Is there a cost for that?
        We moved furniture in the {thing} yesterday.
        As agreed with {person}.
        The old equipment is still under warranty I believe.
        We are open on Saturdays too.
        Our firewall has not been changed.
        Please note that {person} has left us.
        Could somebody ring {person} back at extension {number}?
        The device is a {name}.
        We use {name} for it, if that matters.
        {name} told us to ask you."""
    ),
    "fr": lines(
        """Dites-moi ce qu'il vous faut de notre part.
        J'ai essayé de vous joindre sans succès.
        Notre technicien est sur place jusqu'à seize heures.
        Nous aimerions que ce soit fait avant la fin du mois.
        Mon collègue {person} peut donner accès à l'atelier.
        Il s'agit de notre site de {place}.
        Je joins une photo et le numéro de série.
        Notre référence est {number}.
        Il y a eu une coupure de courant la semaine dernière.
        Nous avons tout redémarré deux fois.
        Cela concerne environ {number} personnes.
        Y a-t-il un coût ?
        Comme convenu avec {person}.
        Le matériel est encore sous garantie je crois.
        Notre pare-feu n'a pas été modifié.
        Merci de noter que {person} nous a quittés.
        Il s'agit d'un appareil {name}.
        {name} nous a dit de vous écrire."""
    ),
}
ANSWERS = {
    "en": lines(
        """Thanks, that works now.
        Any news on this?
        Yes please go ahead.
        I attach the screenshot you asked for.
        It happened again this morning in the {thing}.
        Wednesday at ten suits us.
        The serial number is {number}.
        Please close it, we found it ourselves.
        {person} will be on site.
        No, the cable is plugged in and the lamp is green.
        We tested with another handset, same result.
        Sorry for the late answer, I was on holiday.
        Can you send the quote again?
        The technician never came.
        Approved.
        Could you explain what was changed?"""
    ),
    "fr": lines(
        """Merci, cela fonctionne maintenant.
        Avez-vous des nouvelles ?
        Oui, allez-y.
        Je joins la capture d'écran demandée.
        Cela s'est reproduit ce matin.
        Mercredi à dix heures nous convient.
        Le numéro de série est {number}.
        Vous pouvez clore, nous avons trouvé.
        Non, le câble est branché et le voyant est vert.
        Désolé pour la réponse tardive, j'étais en congé.
        Pouvez-vous renvoyer le devis ?
        Le technicien n'est pas venu."""
    ),
}
