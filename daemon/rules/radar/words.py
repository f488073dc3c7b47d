"""What a customer's mail tells the radar: its telling words, folded and cut to stems; the products that it names.

Left out are words of every mail (in a few languages), greetings and what stands below them, quoted lines, addresses and
numbers, and the names of customers and of their people.  A product's keywords are one word whatever is written
(`Product.keywords`): no other synonyms are known.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from daemon.model.people import Customer, Directory, words_of
from daemon.model.radar import Heard, Listened

MOST_LETTERS = 2_000
"""Of one mail: what a customer wants is said early."""
MOST_WORDS = 60
MOST_PEOPLE = 50
SHORTEST = 3
STEM = 6
"""Letters that count: the rest of a longer word is its ending, in most languages."""
PRODUCT = "="
"""Begins the word that stands for a product: no mail can hold it."""

_WORD = re.compile(r"[^\W\d_]+")
_MARKS = frozenset("@/\\")
_SIGNATURE = re.compile(
    r"^\s*(?:-- ?|_{5,}|sent from my .*|envoyé de mon .*|(?:best |kind |warm )?regards|sincerely|cheers"
    r"|(?:bien )?cordialement|salutations.*|mit freundlichen .*|saludos.*|atentamente|cordiali saluti)\W*$",
    re.MULTILINE | re.IGNORECASE,
)
_NAME = re.compile(r"(?m)(^|[.!?:,;]?[ ])[A-ZÀ-Þ][a-zß-ÿ]{1,30} [A-ZÀ-Þ][a-zß-ÿ]{1,30}\b")
"""Two capitalised words together: somebody's name."""
_ENDINGS = re.compile(r"(?:ions|ion|ings|ing|ies|ees|es|ed|er|ez|ee|ent|s|e)$")
_SPELLINGS = ((re.compile(r"xion"), "ction"), (re.compile(r"ph"), "f"), (re.compile(r"(.)\1"), r"\1"))
"""Connexion and connection, téléphone and telefon, doubled letters."""

_EVERYDAY = """
the and for are was were not but you your our ours with from this that these those have has had been will would could
should can cannot may might must does did done its they them their there here what when where which who why how all
any some more most other also only just very too than then now still again since about after before into over under
out off please thank thanks regards hello dear hi hey best kind team support help helpdesk ticket case mail email
message inform information subject fwd sent sincerely cheers morning afternoon evening day today yesterday tomorrow
monday tuesday wednesday thursday friday saturday sunday week month january february march april june july august
september october november december know let see get got make need want like look ask tell say said problem issue
trouble request question customer company office user users people colleague colleagues everybody everyone somebody
nobody first last new one two three several many much time times minute minutes hour hours soon possible asap urgent
update updates news reply answer attached attachment mobile phone tel fax www http https com net org confidential
intended recipient disclaimer contact call back moment while because through without being having getting trying works
work working seems appears les des une est sont etait dans pour par sur avec sans sous mais que qui quoi dont nous
vous ils elles leur leurs notre votre nos vos ses son mes mon cette ces cet aux pas plus moins tres tout tous toute
toutes autre autres meme aussi encore depuis avant apres quand comment pourquoi merci bonjour bonsoir salut
cordialement svp plait veuillez pouvez pourriez aider aide equipe objet sujet courriel dossier demande probleme
problemes souci matin midi soir journee aujourd hui hier demain lundi mardi mercredi jeudi vendredi samedi dimanche
semaine mois janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre avons avez ont etes
sommes fait faire etre avoir peut peux pouvons savoir besoin client clients societe bureau bureaux utilisateurs
collegues personne personnes fois heure heures whom concern advance agreed reach tried available settled regard
manager director responsable avance bien faut dites essaye joindre succes convenu agit voudrions aimerions souhaitons
rapide rapidement retour reponse nouvelles piece jointe fonctionne marche ici chez rien quelque quelques der die das
und ist sind nicht mit von fur auf ein eine wir sie bitte danke hallo guten mehr noch seit auch oder aber los las del
por para con una uno está esta hola gracias favor como pero desde tiene tenemos problema ayuda che per non sono della
grazie buongiorno salve anche dal abbiamo
"""


def _folded(text: str) -> str:
    """Return a text folded, without accents."""
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """Return what is left of a word without its ending: a light stemmer, the same for every language."""
    word = _folded(word)
    for pattern, plain in _SPELLINGS:
        word = pattern.sub(plain, word)
    stem = _ENDINGS.sub("", word, count=1)
    return (stem if len(stem) >= SHORTEST else word)[:STEM]


_LEFT_OUT = frozenset(_stem(word) for word in _EVERYDAY.split())


@dataclass(frozen=True, slots=True)
class Ear:
    """What is known of the words that a mail may hold: made once a configuration."""

    directory: Directory
    single: dict[str, str]  # stem of a product's name or keyword → its id
    several: tuple[tuple[str, str], ...]  # stems of one of several words, with spaces around them → the id

    def products_in(self, stems: list[str]) -> dict[str, frozenset[str]]:
        """Return the products that a text names, and the stems by which it does."""
        found: dict[str, frozenset[str]] = {}
        for stem in stems:
            if stem in self.single:
                product = self.single[stem]
                found[product] = found.get(product, frozenset()) | {stem}
        text = f" {' '.join(stems)} " if self.several else ""
        for name, product in self.several:
            if name in text:
                found[product] = found.get(product, frozenset()) | set(name.split())
        return found


def ear_of(directory: Directory) -> Ear:
    """Return what is known of words; where two products share one, it is the first's."""
    single: dict[str, str] = {}
    several: list[tuple[str, str]] = []
    for product in directory.products:
        for name in (product.id, *product.keywords):
            stems = [_stem(word) for word in _WORD.findall(name.casefold())]
            if len(stems) == 1:
                single.setdefault(stems[0], product.id)
            elif stems:
                several.append((f" {' '.join(stems)} ", product.id))
    return Ear(directory, single, tuple(several))


def listen(heard: Heard, ear: Ear) -> Listened:
    """Read a mail: linear in its length, which is bounded."""
    written = _without_names(_said(heard), ear.directory)
    own = _own_names(ear.directory.customer(heard.customer))
    products, words = _read([word for word in written if word not in own or _stem(word) in ear.single], ear)
    return Listened(
        message=heard.message, case=heard.case, customer=heard.customer, at=heard.at, words=words, products=products
    )


def stems_of(text: str, ear: Ear) -> frozenset[str]:
    """Return the telling words of a title, products among them."""
    return frozenset(_read(_written(text[:MOST_LETTERS]), ear)[1])


def _read(written: list[str], ear: Ear) -> tuple[frozenset[str], dict[str, str]]:
    stems = [_stem(word) for word in written]
    products = ear.products_in(stems)
    keywords = frozenset(stem for said in products.values() for stem in said)
    words = {f"{PRODUCT}{product}": product for product in products}
    for stem, word in zip(stems, written, strict=True):
        if len(stem) >= SHORTEST and stem not in keywords and stem not in _LEFT_OUT:
            words.setdefault(stem, word)
    return frozenset(products), dict(list(words.items())[:MOST_WORDS])


def _said(heard: Heard) -> str:
    text = heard.text[:MOST_LETTERS]
    end = _SIGNATURE.search(text)
    return f"{heard.subject[:200]}\n{text[: end.start()] if end else text}"


def _written(text: str) -> list[str]:
    """Return the words of a text; left out are quoted lines, addresses, names of hosts, whatever has a digit."""
    plain = _NAME.sub(r"\1", unicodedata.normalize("NFKC", text)).casefold()
    lines = (line for line in plain.splitlines() if not line.lstrip().startswith((">", "|")))
    return [word for line in lines for token in line.split() if _is_plain(token) for word in _WORD.findall(token)]


def _is_plain(token: str) -> bool:
    if token.isalpha():
        return True
    return not any(sign.isdigit() or sign in _MARKS for sign in token) and "." not in token.strip(".")


def _without_names(text: str, directory: Directory) -> list[str]:
    """Return the words of a text but for whole names of customers."""
    words = _written(text)
    kept: list[str] = []
    at = 0
    while at < len(words):
        lengths = (length for length in directory.name_lengths(words[at]))
        named = max((length for length in lengths if directory.named(tuple(words[at : at + length]))), default=0)
        if not named:
            kept.append(words[at])
        at += named or 1
    return kept


def _own_names(customer: Customer | None) -> frozenset[str]:
    """Return the words of the names of a customer and of their people, and of their domains."""
    if customer is None:
        return frozenset()
    return frozenset(_names_of(customer))


def _names_of(customer: Customer) -> Iterator[str]:
    for name in (customer.name, *customer.domains, *(mpoc.name for mpoc in customer.mpocs[:MOST_PEOPLE])):
        yield from words_of(name.casefold())
