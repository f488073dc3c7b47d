"""What customers write on ordinary days, and how often: the background of `benchmarks/storms.py`."""

from benchmarks.mail_pools import topic
from benchmarks.storm_words import FAULTS
from benchmarks.storm_words_unseen import UNSEEN_FAULTS

ORDINARY = (
    *FAULTS,  # of one customer alone
    *UNSEEN_FAULTS,
    topic(
        "password",
        6,
        """Password reset
        Locked out of portal
        forgot password
        New password please
        Account locked for {person}
        Portal access for {person}""",
        """{person} forgot the password of the portal.
        Please reset the password of {person}.
        The account is locked after three attempts.
        Can you send a new temporary password?
        {person} cannot log in, wrong password.
        Please unlock the voicemail PIN of extension {number}.""",
        """Mot de passe oublié
        Réinitialisation du mot de passe
        Compte bloqué
        Accès au portail pour {person}""",
        """{person} a oublié son mot de passe du portail.
        Merci de réinitialiser le mot de passe de {person}.
        Le compte est bloqué après trois essais.
        Pouvez-vous envoyer un mot de passe temporaire ?""",
    ),
    topic(
        "invoice",
        4,
        """Question about invoice
        Invoice {number}
        Wrong amount on invoice
        Copy of invoice
        Billing address changed""",
        """The amount on invoice {number} is higher than last month.
        Please send a copy of the invoice.
        What is the line for {number} minutes?
        We need our purchase order number on the invoice.
        Our billing address has changed to {place}.
        The VAT on the invoice looks wrong.""",
        """Question sur la facture
        Facture {number}
        Montant de la facture
        Copie de facture""",
        """Le montant de la facture {number} est plus élevé que le mois dernier.
        Merci de nous envoyer une copie de la facture.
        Il nous faut le numéro de commande sur la facture.
        La TVA de la facture semble fausse.""",
    ),
    topic(
        "new user",
        6,
        """New employee {person}
        New extension needed
        Add a user
        Phone for new starter
        Onboarding {person}""",
        """{person} starts on Monday in the {thing} and needs a phone and an extension.
        Please add {person} to the hunt group.
        We need a new handset in the {thing}.
        Please create a portal login for {person}.""",
        """Nouvel employé {person}
        Nouveau poste
        Ajout d'un utilisateur""",
        """{person} commence lundi et a besoin d'un téléphone et d'un poste.
        Merci d'ajouter {person} au groupe d'appels.
        Merci de créer un accès au portail pour {person}.""",
    ),
    topic(
        "one phone",
        6,
        """Handset broken in {thing}
        Phone in {thing} has no display
        Headset crackles
        Key stuck on phone
        one phone not ringing""",
        """The phone in the {thing} does not ring.
        The display of one handset stays black.
        The headset of {person} crackles.
        The handset in the {thing} fell and is broken.
        Extension {number} has an echo on calls.""",
        """Poste défectueux
        Casque qui grésille
        Un téléphone ne sonne pas""",
        """Le téléphone de l'accueil ne sonne pas.
        L'écran d'un poste reste noir.
        Le casque de {person} grésille.
        Le poste {number} a de l'écho pendant les appels.""",
    ),
    topic(
        "slow",
        4,
        """Internet slow
        Slow connection in {thing}
        Video meetings freeze
        Wifi weak in {thing}
        Speed lower than ordered""",
        """The internet is slow in the {thing} since yesterday.
        Video meetings freeze in the afternoon.
        The wifi does not reach the {thing}.
        A speed test gives only {number} kbit.
        Uploads take very long.""",
        """Internet lent
        Wifi faible
        Visioconférences figées""",
        """L'internet est lent depuis hier.
        Les visioconférences se figent l'après-midi.
        Le wifi n'atteint pas l'atelier.
        Les envois de fichiers prennent très longtemps.""",
    ),
    topic(
        "greeting",
        3,
        """Change of greeting
        Holiday announcement
        Opening hours on the phone menu
        Auto attendant""",
        """Please change the announcement for the holidays.
        Our opening hours have changed, the menu must say so.
        We would like a new greeting recorded.
        Option two of the menu should go to {person}.""",
        """Changement d'annonce
        Annonce de vacances
        Horaires du menu vocal""",
        """Merci de changer l'annonce pour les vacances.
        Nos horaires ont changé, le menu doit le dire.
        Nous voudrions une nouvelle annonce d'accueil.""",
    ),
    topic(
        "forwarding",
        4,
        """Call forwarding
        Divert calls of {person}
        Forward number to mobile
        Hunt group change""",
        """Please forward the calls of {person} to extension {number} for two weeks.
        The forwarding of the {thing} should end today.
        Remove {person} from the hunt group.
        Calls to the {thing} should ring in the lobby too.""",
        """Renvoi d'appels
        Transfert de {person}
        Groupe d'appels""",
        """Merci de renvoyer les appels de {person} vers le poste {number}.
        Le renvoi doit prendre fin aujourd'hui.
        Merci de retirer {person} du groupe.""",
    ),
    topic(
        "move",
        3,
        """Office move to {place}
        Relocation of the {thing}
        We are moving
        Number porting""",
        """We are moving to {place} in spring and take our numbers along.
        Please quote the relocation of {number} lines.
        When can the fiber be ready at the new address?
        We want to port {number} numbers from another carrier.""",
        """Déménagement à {place}
        Portabilité de numéros
        Transfert de site""",
        """Nous déménageons à {place} au printemps avec nos numéros.
        Merci de chiffrer le transfert de {number} lignes.
        Quand la fibre sera-t-elle prête à la nouvelle adresse ?""",
    ),
    topic(
        "report",
        3,
        """Call statistics
        Report for last month
        Call recordings of {person}
        Export from portal""",
        """Please send the call statistics of last month.
        We need the recording of a call on Tuesday.
        The export from the portal lacks a column.
        How many calls did the {thing} get in the quarter?""",
        """Statistiques d'appels
        Rapport du mois dernier
        Enregistrements d'appels""",
        """Merci d'envoyer les statistiques d'appels du mois dernier.
        Il nous faut l'enregistrement d'un appel de mardi.
        L'export du portail manque d'une colonne.""",
    ),
    topic(
        "security",
        2,
        """Firewall rule
        Allow list of addresses
        Suspicious calls abroad
        Certificate renewal""",
        """Please open port {number} in the firewall for {person}.
        We saw suspicious calls to foreign countries at night.
        The certificate of the conference bridge expires.
        Our auditor asks for the allow list.""",
        """Règle de pare-feu
        Appels suspects
        Renouvellement de certificat""",
        """Merci d'ouvrir le port {number} du pare-feu pour {person}.
        Nous avons vu des appels suspects vers l'étranger la nuit.
        Le certificat du pont de conférence expire.""",
    ),
    topic(
        "contract",
        2,
        """Contract renewal
        Cancellation of a line
        Quote for {number} handsets
        Price list""",
        """When does our contract end?
        Please cancel the analogue line of the {thing}.
        We would like a quote for {number} handsets.
        Please send the current price list.""",
        """Renouvellement du contrat
        Résiliation d'une ligne
        Devis pour {number} postes""",
        """Quand notre contrat se termine-t-il ?
        Merci de résilier la ligne analogique.
        Nous aimerions un devis pour {number} postes.""",
    ),
)
