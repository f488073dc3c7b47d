"""What customers write of a trouble that many may have at once: the storms of `benchmarks/storms.py`."""

from benchmarks.mail_pools import topic

VOICE = (
    """Phones are down
    No dial tone
    Cannot make calls
    Telephone outage {place}
    All our phones dead
    Outgoing calls fail
    VoIP down
    SIP trunk not registering
    Calls drop immediately
    URGENT phone system
    nobody can call us
    Phone lines out of service""",
    """None of our phones work, there is no dial tone.
    Outgoing calls fail with a fast busy signal.
    Nobody can reach us, incoming calls go straight to a busy tone.
    The SIP trunk does not register any more.
    Calls drop after a few seconds.
    All handsets show no service.
    Our phone system has been down for ten minutes.
    We cannot call out and customers cannot call in.
    Every call gets dead air.
    The trunk shows as unreachable from our PBX in {place}.
    All extensions in the {thing} are offline.
    Dialing any number gives silence.""",
    """Téléphones en panne
    Plus de tonalité
    Impossible d'appeler
    Panne téléphonique {place}
    Appels sortants impossibles
    Plus de téléphone
    URGENT téléphonie
    Les appels coupent""",
    """Aucun de nos téléphones ne fonctionne, il n'y a plus de tonalité.
    Les appels sortants échouent avec un signal occupé.
    Personne ne peut nous joindre par téléphone.
    Le trunk SIP ne s'enregistre plus.
    Les appels coupent après quelques secondes.
    Tous les postes affichent hors service.
    Notre téléphonie est en panne depuis dix minutes.
    Impossible d'appeler ou de recevoir des appels.""",
)
INTERNET = (
    """Internet down
    No internet connection
    Circuit down {place}
    Internet outage
    Fiber link down
    We are offline
    WAN unreachable
    Site {place} has lost connectivity
    Very high packet loss on internet circuit
    total loss of internet""",
    """Our internet connection has been down for some minutes.
    The circuit in {place} does not answer.
    The router shows loss of signal on the fiber port.
    We have no connectivity at all, all sites are offline.
    Ping to the gateway is lost, packet loss is total.
    The WAN interface is down.
    Nobody can open any web page.
    VPN tunnels went down at the same time.
    The fiber link lamp is red.
    Traceroute stops at your first router in {place}.""",
    """Internet en panne
    Plus de connexion internet
    Lien fibre coupé {place}
    Coupure internet
    Nous sommes hors ligne
    Perte totale de connexion""",
    """Notre connexion internet est coupée depuis quelques minutes.
    Le lien de {place} ne répond plus.
    Le routeur affiche une perte de signal sur le port fibre.
    Nous n'avons plus aucune connexion, tous les sites sont hors ligne.
    Le ping vers la passerelle est perdu.
    Personne ne peut ouvrir une page internet.
    Les tunnels VPN sont tombés en même temps.""",
)
PORTAL = (
    """Cannot log in to portal
    Portal error 503
    Portal down?
    login fails
    Portal shows white page
    customer portal unavailable
    Unable to sign in
    Error on your portal""",
    """The portal gives error 503 after login.
    I cannot sign in, the page says service unavailable.
    After the login the portal shows a white page.
    The portal times out for all of us.
    Login fails with an internal server error.
    The page of the portal never loads.
    Two of us get the same gateway error when signing in.""",
    """Portail inaccessible
    Erreur 503 sur le portail
    Impossible de se connecter au portail
    Page blanche portail
    Connexion au portail refusée""",
    """Le portail affiche une erreur 503 après la connexion.
    Je ne peux pas me connecter, la page indique service indisponible.
    Après identification le portail affiche une page blanche.
    Le portail expire pour nous tous.
    La page du portail ne se charge jamais.""",
)
CHAT = (
    """Chat not delivering messages
    messenger offline
    Chat disconnected
    Chat messages stuck
    Chat app keeps reconnecting""",
    """Chat messages stay on sending and are never delivered.
    The chat client says reconnecting all the time.
    All of us are shown as offline in the chat.
    The messenger disconnects every few seconds.
    Chat history does not load.""",
    """Chat déconnecté
    Messages du chat bloqués
    Messenger hors ligne
    Le chat se reconnecte sans cesse""",
    """Les messages du chat restent en envoi et n'arrivent jamais.
    Le client chat indique reconnexion en permanence.
    Nous sommes tous affichés hors ligne dans le chat.
    Le messenger se déconnecte toutes les quelques secondes.""",
)
VOICEMAIL = (
    """Voicemail to mail not arriving
    Voicemails missing
    no voicemail notifications
    Voicemail delayed
    Mailbox greeting lost""",
    """Voicemail notifications are not arriving since this morning.
    Voicemails are delayed by an hour or lost.
    The voicemail greeting plays but nothing is recorded.
    We get no voicemail recordings by mail any more.
    The message lamp stays dark although voicemails were left.""",
    """Messagerie vocale muette
    Messages vocaux non reçus
    Notifications vocales en retard""",
    """Les notifications de messagerie vocale n'arrivent plus depuis ce matin.
    Les messages vocaux arrivent avec une heure de retard.
    L'annonce vocale est jouée mais rien n'est enregistré.""",
)
STORMS = (
    topic(
        "voice",
        1,
        *VOICE,
        monitoring="""CRITICAL: trunk sip-{number} unreachable, calls failing, state DOWN
        ALERT sip trunk registration failed on pbx-{number} (no response)""",
    ),
    topic(
        "internet",
        1,
        *INTERNET,
        monitoring="""PROBLEM: host wan-{number} is DOWN, packet loss 100%, internet circuit unreachable
        [alert] interface fiber{number} link down on router""",
    ),
    topic("portal", 1, *PORTAL, monitoring="""CHECK FAILED portal login page returned 503 service unavailable"""),
    topic("chat", 1, *CHAT, monitoring="""chat gateway heartbeat lost, messages queue growing, clients offline"""),
    topic("voicemail", 1, *VOICEMAIL, monitoring="""voicemail queue {number} not draining, notifications delayed"""),
)
