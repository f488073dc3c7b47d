"""More troubles that many may have at once, of which no storm was made while the radar's limits were chosen."""

from benchmarks.mail_pools import topic

UNSEEN_FAULTS = (
    topic(
        "nobody reaches us",
        0.3,
        """nobody can call us
        Incoming calls fail
        Our number is not reachable
        Inbound calls do not arrive
        Customers get busy when calling us
        main number down""",
        """Nobody can reach us, incoming calls go straight to a busy tone.
        Callers hear that the number is not in service.
        No inbound call has arrived since {hour}, we can dial out normally.
        Our main number just rings and rings for the caller, no handset here rings.
        People tell us by mail that they cannot get through to us.
        I called our own number from my cell and got a recorded message.
        Incoming calls stop before they reach our PBX.
        The hotline is silent, which never happens at this time.
        Customers complain that our lines are always engaged.""",
        """Personne ne peut nous joindre
        Appels entrants impossibles
        Notre numéro ne répond plus
        Ligne principale injoignable""",
        """Personne ne peut nous joindre par téléphone.
        Les appelants entendent que le numéro n'est pas attribué.
        Aucun appel entrant depuis {hour}, les sortants passent.
        Nos clients disent que la ligne est toujours occupée.
        Le standard ne sonne plus du tout.
        En appelant notre numéro d'un portable on tombe sur une annonce.""",
        monitoring="""CRITICAL: no inbound calls on trunk sip-{number} for 15 min
        ALERT did-{number} test call rejected, number unreachable""",
    ),
    topic(
        "calls drop",
        0.3,
        """Calls drop immediately
        Dropped calls
        One way audio
        Calls cut off
        we cannot hear callers
        Bad voice quality, calls disconnect""",
        """Calls drop after a few seconds.
        Every call gets dead air, the other side hears us but we hear nothing.
        Conversations are cut off in the middle.
        Audio goes only one way.
        After about thirty seconds each call disconnects.
        The voice is choppy and robotic, then the call ends.
        We keep losing callers in mid sentence since {hour}.
        Sound breaks up on all handsets and the connection is lost.
        The line goes mute shortly after answering.""",
        """Les appels coupent
        Coupures pendant les appels
        Son dans un seul sens
        Communications interrompues""",
        """Les appels coupent après quelques secondes.
        On ne s'entend plus, le son ne passe que dans un sens.
        Les conversations sont interrompues au milieu depuis {hour}.
        La voix est hachée puis l'appel se coupe.
        Le correspondant nous entend mais nous n'entendons rien.
        Chaque communication est perdue au bout de trente secondes.""",
        monitoring="""WARNING: rtp loss 48% on trunk sip-{number}, short calls rising
        ALERT mos below 2 on pbx-{number}, calls disconnected by timer""",
    ),
    topic(
        "packet loss",
        0.3,
        """Very high packet loss
        Packet loss on circuit
        Connection unstable
        Internet keeps dropping
        Huge latency
        line is flapping""",
        """We see forty percent packet loss to any destination.
        The latency jumps to two seconds and back.
        The connection drops every minute and comes back.
        Ping to the gateway loses every third packet.
        Sessions to our cloud servers break all the time since {hour}.
        The circuit is flapping, our router counts resets.
        Remote desktop freezes, everything stutters.
        Jitter is through the roof.
        Downloads stall halfway, loss begins at your second hop.""",
        """Perte de paquets
        Connexion instable
        Latence énorme
        Micro-coupures internet""",
        """Nous voyons quarante pour cent de perte de paquets.
        La latence saute à deux secondes.
        La connexion tombe chaque minute puis revient.
        Le ping vers la passerelle perd un paquet sur trois depuis {hour}.
        Les sessions vers nos serveurs se coupent sans cesse.
        La gigue est énorme et tout est saccadé.""",
        monitoring="""WARNING: wan-{number} packet loss 41%, rta 1890 ms
        [alert] bgp session flapping on router edge{number}""",
    ),
    topic(
        "names do not resolve",
        0.12,
        """DNS not working
        Websites do not open
        Name resolution fails
        DNS servers unreachable
        cannot open web sites""",
        """Your DNS servers do not answer.
        Names are not resolved, addresses can be pinged.
        The browser says server not found for every site.
        Name resolution fails since {hour}, with a public resolver it works.
        Lookups time out against both of your resolvers.
        Mail and web are down because no host name resolves.
        nslookup returns no response.""",
        """DNS en panne
        Sites web inaccessibles
        Résolution de noms impossible""",
        """Vos serveurs DNS ne répondent plus.
        Les noms ne sont plus résolus, les adresses répondent au ping.
        Le navigateur indique serveur introuvable pour chaque site.
        La résolution échoue depuis {hour}, avec un résolveur public cela passe.""",
        monitoring="""CRITICAL: dns resolver timeout, no response from nameserver
        dns check failed on probe-{number}: query timed out""",
    ),
    topic(
        "call list empty",
        0.12,
        """Call list empty in portal
        Portal shows no calls
        Missing records in the portal
        Call history gone
        wrong statistics in portal""",
        """The call list in the portal is empty since {hour}.
        Our call history has disappeared from the dashboard.
        No records are shown for today, the journal ends in the night.
        The dashboard displays zero calls although we had dozens.
        Filters in the portal return nothing, even for last week.
        The journal of calls has a gap.""",
        """Liste d'appels vide
        Journal vide sur le portail
        Historique disparu""",
        """La liste des appels est vide sur le portail depuis {hour}.
        L'historique a disparu du tableau de bord.
        Le journal s'arrête dans la nuit.
        Le tableau de bord affiche zéro appel.""",
        monitoring="""cdr import stalled, no records for 60 min""",
    ),
    topic(
        "voicemail late",
        0.3,
        """Voicemail to mail not arriving
        Voicemails missing
        no voicemail notifications
        Voicemail delayed
        Mailbox greeting lost""",
        """Voicemail notifications are not arriving since {hour}.
        Voicemails are delayed by an hour or lost.
        The voicemail greeting plays but nothing is recorded.
        We get no voicemail recordings by mail any more.
        The message lamp stays dark although voicemails were left.
        A caller left a message that never came.""",
        """Messagerie vocale muette
        Messages vocaux non reçus
        Notifications vocales en retard""",
        """Les notifications de messagerie vocale n'arrivent plus depuis {hour}.
        Les messages vocaux arrivent avec une heure de retard.
        L'annonce vocale est jouée mais rien n'est enregistré.
        Un message laissé par un correspondant n'est jamais venu.""",
        monitoring="""voicemail queue {number} not draining, notifications delayed""",
    ),
    topic(
        "texts not sent",
        0.15,
        """Text messages not sent
        SMS not delivered
        SMS gateway refuses
        texting does not work
        Reminders by SMS fail""",
        """Our appointment reminders by SMS are not delivered.
        Text messages stay in the queue since {hour}.
        The SMS gateway answers with a rejection.
        None of our texts arrives on any mobile.
        Sending a text returns an error.
        Verification codes by SMS never reach our clients.""",
        """SMS non envoyés
        Les SMS n'arrivent pas
        Passerelle SMS en erreur""",
        """Nos rappels par SMS ne sont plus livrés.
        Les SMS restent en file depuis {hour}.
        La passerelle SMS rejette tous les envois.
        Aucun de nos SMS n'arrive sur les mobiles.""",
        monitoring="""smsc bind lost, {number} messages queued""",
    ),
)
