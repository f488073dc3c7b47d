"""What customers write of troubles that many may have at once.

In one outage all see one face of it, each in words of their own: a topic is such a face.  These are for choosing the
radar's limits; `storm_words_unseen` has those of which storms are made only to measure it.
"""

from benchmarks.mail_pools import topic

FAULTS = (
    topic(
        "no outgoing calls",
        0.35,
        """Cannot make calls
        Outgoing calls fail
        no outbound calls
        We cannot call out
        Outbound calling down
        URGENT dialing out not possible
        External calls do not go through
        Calls to outside numbers rejected
        phone problem""",
        """Outgoing calls fail with a fast busy signal.
        We cannot call out since {hour}, incoming is fine.
        Every outbound call is rejected after dialing.
        When we dial an external number we hear a recorded announcement that the call cannot be completed.
        Internal calls between extensions are ok, but nothing goes outside.
        No outbound calls are possible from any of our phones.
        Dialing any outside number gives silence.
        Our sales people cannot ring anybody, all attempts end in busy tone.
        Calls to mobiles and landlines fail alike.
        All lines give a fast busy as soon as we press the last digit.
        We can receive calls but not place any.
        The PBX logs 503 for each outgoing call.""",
        """Impossible d'appeler
        Appels sortants impossibles
        Plus d'appels vers l'extérieur
        URGENT téléphonie sortante
        Appels sortants rejetés""",
        """Les appels sortants échouent avec un signal occupé.
        Impossible d'appeler vers l'extérieur depuis {hour}, la réception marche.
        Chaque appel externe est rejeté dès la numérotation.
        Nous recevons les appels mais ne pouvons en émettre aucun.
        Un message annonce que l'appel ne peut aboutir.
        Les numéros mobiles et fixes sont tous injoignables depuis nos postes.
        Entre postes internes tout va bien.""",
        monitoring="""CRITICAL: trunk sip-{number} outbound call success rate 0%, responses 503
        ALERT test call from pbx-{number} failed (no answer from carrier)""",
    ),
    topic(
        "no dial tone",
        0.3,
        """Phones are down
        No dial tone
        Telephone outage
        All our phones dead
        VoIP down
        SIP trunk not registering
        phones show no service
        Phone lines out of service
        Complete telephone failure""",
        """None of our phones work, there is no dial tone.
        All handsets show no service.
        The SIP trunk does not register any more.
        Our phone system has been down for ten minutes.
        The trunk shows as unreachable from our PBX.
        All extensions are offline, the displays say registering.
        Every handset lost its registration at {hour}.
        The phones are dead in all rooms.
        Lifting the receiver gives nothing, no tone at all.
        We rebooted the PBX but the trunk stays unregistered.
        Telephones are completely out, neither in nor out.""",
        """Téléphones en panne
        Plus de tonalité
        Panne téléphonique
        Plus de téléphone
        URGENT téléphonie
        Trunk SIP non enregistré""",
        """Aucun de nos téléphones ne fonctionne, il n'y a plus de tonalité.
        Le trunk SIP ne s'enregistre plus.
        Tous les postes affichent hors service.
        Notre téléphonie est en panne depuis dix minutes.
        Les postes ont perdu leur enregistrement à {hour}.
        En décrochant on n'entend rien, aucune tonalité.
        Le PBX a été redémarré, le trunk reste injoignable.""",
        monitoring="""CRITICAL: trunk sip-{number} unreachable, state DOWN
        ALERT sip trunk registration failed on pbx-{number} (no response)""",
    ),
    topic(
        "circuit down",
        0.45,
        """Internet down
        No internet connection
        Circuit down
        Internet outage
        Fiber link down
        We are offline
        WAN unreachable
        Site has lost connectivity
        total loss of internet
        no connection""",
        """Our internet connection has been down for some minutes.
        The circuit does not answer.
        The router shows loss of signal on the fiber port.
        We have no connectivity at all, all of the site is offline.
        The WAN interface is down since {hour}.
        Nobody can open any web page.
        VPN tunnels went down at the same time.
        The fiber link lamp is red.
        Traceroute stops at your first router.
        The line dropped and did not come back.
        Our backup over LTE took over, the fixed circuit is dead.
        The optical power on the modem reads zero.""",
        """Internet en panne
        Plus de connexion internet
        Lien fibre coupé
        Coupure internet
        Nous sommes hors ligne
        Perte totale de connexion""",
        """Notre connexion internet est coupée depuis quelques minutes.
        Le lien ne répond plus.
        Le routeur affiche une perte de signal sur le port fibre.
        Nous n'avons plus aucune connexion, le site est hors ligne.
        Le ping vers la passerelle est perdu.
        Personne ne peut ouvrir une page internet.
        Les tunnels VPN sont tombés en même temps.
        Le voyant optique du modem est rouge depuis {hour}.""",
        monitoring="""PROBLEM: host wan-{number} is DOWN, packet loss 100%, internet circuit unreachable
        [alert] interface fiber{number} link down on router""",
    ),
    topic(
        "portal error",
        0.25,
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
        Two of us get the same gateway error when signing in.
        Your portal answers bad gateway since {hour}.
        The login page spins forever.""",
        """Portail inaccessible
        Erreur 503 sur le portail
        Impossible de se connecter au portail
        Page blanche portail
        Connexion au portail refusée""",
        """Le portail affiche une erreur 503 après la connexion.
        Je ne peux pas me connecter, la page indique service indisponible.
        Après identification le portail affiche une page blanche.
        Le portail expire pour nous tous.
        La page du portail ne se charge jamais.
        Erreur de passerelle sur votre portail depuis {hour}.""",
        monitoring="""CHECK FAILED portal login page returned 503 service unavailable""",
    ),
    topic(
        "chat stuck",
        0.2,
        """Chat not delivering messages
        messenger offline
        Chat disconnected
        Chat messages stuck
        Chat app keeps reconnecting""",
        """Chat messages stay on sending and are never delivered.
        The chat client says reconnecting all the time.
        All of us are shown as offline in the chat.
        The messenger disconnects every few seconds.
        Chat history does not load.
        Nothing we type in the chat reaches the others since {hour}.
        The chat window hangs at connecting to server.""",
        """Chat déconnecté
        Messages du chat bloqués
        Messenger hors ligne
        Le chat se reconnecte sans cesse""",
        """Les messages du chat restent en envoi et n'arrivent jamais.
        Le client chat indique reconnexion en permanence.
        Nous sommes tous affichés hors ligne dans le chat.
        Le messenger se déconnecte toutes les quelques secondes.
        L'historique du chat ne se charge pas depuis {hour}.""",
        monitoring="""chat gateway heartbeat lost, messages queue growing, clients offline""",
    ),
)
