# ruff: noqa: E501, RUF001
"""How mail clients introduce what they quote, and how phones sign, in the languages that they speak.

Each table is a list of plain sentences' beginnings or ends; no expression here backtracks over more than a line, and
lines longer than `LONGEST_LINE` introduce nothing (S4.2).
"""

import re

LONGEST_LINE = 1_000

_DIGIT = re.compile(r"\d")
_LEAST_DIGITS = 5  # of a date with its time

_VERBS = (
    "wrote|writes|a écrit|a ecrit|écrit|schrieb|geschrieben|escribió|escribio|escreveu|ha scritto|scrisse|schreef|skrev|"
    "kirjoitti|napisał(?:\\(a\\)|a)?|napisal(?:a)?|napsal(?:\\(a\\)|a)?|napísal(?:a)?|píše|írta|a scris|написал(?:\\(а\\)|а)?|пишет|написав(?:\\(ла\\)|ла)?|"
    "пользователь|έγραψε|yazdı|escrigué|va escriure|写道|寫道|のメール|書きました|님이 작성|đã viết|כתב(?:ה)?|كتب"
)
_VERB = re.compile(rf"(?<!\w)(?:{_VERBS})(?!\w)|写道|寫道|님이 작성", re.IGNORECASE)
_START = re.compile(
    r"\W{0,3}(?:on|le|am|den|el|em|il(?: giorno)?|op|dnia|w dniu|på|pa|dne|dňa|v|à|quoting|at|в|то|στις|vào|"
    r"(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|gio|ven|sab|dom|jeu|sam|dim|mo|di|mi|do|fr|sa|so|pn|wt|śr|czw|pt|sob|niedz|"
    r"пн|вт|ср|чт|пт|сб|вс|tir|tis|ons|tor|lør|lör|søn|sön|man|mån|ma|ti|ke|to|pe|la|su|ned|pon|út|uto|st|stř|čt|štv|pá|pia|so|ne|"
    r"h|k|sze|cs|p|szo|v)\w{0,12}|\d{1,4})[.,:]{0,2}[\s\d]",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}")
_TIME = re.compile(r"(?<!\d)\d{1,2}\s?[:.h]\s?\d{2}(?!\d)|(?<!\d)(?:19|20)\d\d(?!\d)")

_ORIGINAL = re.compile(
    r"\s{0,8}[-_=*]{2,20}\s{0,4}(?:original (?:message|mail|text|appointment)|reply message|message (?:d.)?origin(?:e|al)|message transf(?:é|e)r(?:é|e)|"
    r"urspr(?:ü|ue)ngliche (?:nachricht|mail)|mensaje original|mensagem original|messaggio originale|"
    r"oorspronkelijk(?:e)? bericht|ursprungligt meddelande|ursprungsmeddelande|original(?:e)? (?:e-?mail|meddelelse)|"
    r"oprindelig meddelelse|opprinnelig melding|alkuper(?:ä|a)inen viesti|(?:wiadomo(?:ś|s)(?:ć|c) oryginalna|oryginalna wiadomo(?:ś|s)(?:ć|c))|"
    r"p(?:ů|u)vodn(?:í|i|á) (?:zpr(?:á|a)va|spr(?:á|a)va)|eredeti (?:ü|u)zenet|mesaj original|исходное сообщение|первоначальное сообщение|"
    r"пересылаемое сообщение|оригінальне повідомлення|orijinal (?:mesaj|ileti)|原始邮件|原始郵件|邮件原件|元のメッセージ|원본 메시지|"
    r"reply above this line|forwarded message|(?:in )?reply to message)\b.{0,40}",
    re.IGNORECASE,
)
_BARE_ORIGINAL = re.compile(
    r"\s{0,8}(?:-{2,20}|_{2,20})?\s{0,4}(?:original message|ursprüngliche nachricht|message d.origine)\s{0,4}(?:-{2,20}|_{2,20}):?\s{0,8}",
    re.IGNORECASE,
)

_FORWARD = re.compile(
    r"[\s>*_=-]{0,24}(?:begin forwarded message|forwarded message|forwarded by .{0,80}|forwarded mail|fwd|"
    r"message transf(?:é|e)r(?:é|e)|d(?:é|e)but du message (?:r(?:é|e)exp(?:é|e)di(?:é|e)|transf(?:é|e)r(?:é|e))|"
    r"weitergeleitete nachricht|anfang der weitergeleiteten (?:nachricht|e-mail)|mensaje reenviado|inicio del mensaje reenviado|"
    r"mensagem (?:encaminhada|reencaminhada)|in(?:í|i)cio da mensagem (?:encaminhada|reencaminhada)|messaggio inoltrato|inizio messaggio inoltrato|"
    r"doorgestuurd bericht|begin doorgestuurd bericht|vidarebefordrat meddelande|videresendt (?:meddelelse|melding)|"
    r"v(?:ä|a)litetty viesti|przekazana wiadomo(?:ś|s)(?:ć|c)|p(?:ř|r)eposlan(?:á|a) zpr(?:á|a)va|továbbított üzenet|"
    r"пересылаемое сообщение|переслане повідомлення|iletilen (?:mesaj|ileti)|转发的邮件|轉寄郵件|転送されたメッセージ|전달된 메시지)"
    r"[\s>*_=:：-]{0,24}(?:from .{0,80})?",
    re.IGNORECASE,
)

_HEADER_LABELS = {
    "from": "from|von|de|da|van|från|fra|lähettäjä|od|feladó|de la|expeditor|от|від|отправитель|kimden|gönderen|发件人|發件人|寄件者|差出人|보낸 사람|보낸사람|expéditeur|από",
    "sent": "sent|date|message du|date de|gesendet|datum|envoyé|envoyé le|enviado|enviado el|enviada em|enviado em|enviada|data|inviato|verzonden|"
    "skickat|sendt|lähetetty|päivämäärä|wysłano|odesláno|küldve|trimis|дата|отправлено|надіслано|gönderildi|tarih|发送时间|日期|寄件日期|送信日時|日付|보낸 날짜|날짜|fecha|dato|"
    "ημερομηνία|sent at|date d'envoi",
    "to": "to|an|à|a|para|aan|till|til|vastaanottaja|do|komu|címzett|către|кому|kime|alıcı|收件人|收件者|宛先|받는 사람|받는사람|destinataire|προς|per",
    "cc": "cc|kopie|copie|copie à|copia|kopia|kopi|kopio|копия|копія|抄送|副本|참조|bcc|másolatot kap|bilgi",
    "subject": "subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|tárgy|subiect|тема|konu|主题|主題|主旨|件名|제목|θέμα|re",
    "other": "reply-to|importance|attachments|sender|organization|priority|categories|répondre à|antwort an",
}
_LABEL_KIND = {label: kind for kind, labels in _HEADER_LABELS.items() for label in labels.split("|")}
_LABELLED = re.compile(r"[\s>*|]{0,8}([^\W\d_][\w' -]{0,24}?)\s{0,3}\*{0,2}\s?[:：]\*{0,2}(?:\s|\Z|(?=\S))")

_PHONE = re.compile(
    r"\W{0,3}(?:sent (?:from|via|with|using|on) (?:my |a |the |an )?\w.{0,80}|get outlook for .{0,60}|sent from mail for .{0,40}|"
    r"(?:envoyé|expédié) (?:depuis|de|à partir de|avec) (?:mon |ma |l.)?.{0,60}|télécharger outlook .{0,40}|obtenez outlook .{0,40}|"
    r"(?:von (?:meinem|meiner) .{0,60} gesendet|(?:von|mit) .{0,40} gesendet|gesendet (?:von|mit|über|aus) .{0,60}|diese nachricht wurde von mein.{0,60} gesendet)|"
    r"holen sie sich outlook .{0,40}|outlook für .{0,30} (?:herunterladen|beziehen)|"
    r"enviad[oa] (?:desde|do|de|a partir d[eo]|con|pelo|via) .{0,60}|obtener outlook .{0,40}|obter o outlook .{0,40}|"
    r"inviato (?:da|dal|dall.|con) .{0,60}|ottieni outlook .{0,40}|verzonden (?:vanaf|vanuit|met|via|van) .{0,60}|verstuurd vanaf .{0,60}|"
    r"skickat från .{0,60}|sendt fra .{0,60}|lähetetty .{0,60}|wysłan[eo] z .{0,60}|odesláno z .{0,60}|odoslané z .{0,60}|"
    r"отправлено (?:с|из) .{0,60}|надіслано (?:з|із) .{0,60}|.{0,30}(?:ımdan|imden|umdan|ümden) gönderildi|.{0,30}ömmel küldve|trimis de pe .{0,60}|"
    r"发自我的.{0,40}|從我的.{0,40}傳送|從我的.{0,40}|.{0,30}から送信|나의 .{0,30}에서 보냄|enviat des de .{0,60})[.!>\]*]{0,3}\s{0,4}",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"phone|ipad|android|blackberry|mobile|galaxy|samsung|huawei|xiaomi|pixel|nokia|outlook|mail|mobil|handy|portable|smart|"
    r"tablet|device|apple|windows|lumia|nexus|yahoo|proton|treo|wireless|htc|lg |sony|oneplus|aol|telefon|téléphone|móvil|celular|"
    r"телефон|устройств|手机|iphone|droid|verizon|palm|gsm|ios\b|spark|canary|workspace",
    re.IGNORECASE,
)

_SHORT = 40  # characters: "Sent from my …" and the name of a device
_MINE = re.compile(r"\b(?:my|mon|ma|meinem|meiner|mi|mio|meu|minha|mijn|min|mitt|моего)\b", re.IGNORECASE)


def may_start_attribution(line: str) -> bool:
    """Tell whether an attribution ("On … wrote:") may begin on this line: a cheap look, most lines fail it."""
    head = line[:300]
    if _START.match(head) or ("@" in head and _ADDRESS.search(head)):
        return True
    return line.rstrip(" \u00a0*_").endswith((":", "：")) and bool(_VERB.search(head) or _TIME.search(head))


def is_attribution(text: str) -> bool:
    """Tell whether some lines, joined, are an attribution that is surely one, whatever follows.

    It ends in a colon, and says who and when: a verb of writing with an address, or with date and time after a word
    that begins a date, or no verb but time and address.  "On Monday at 10:30 he wrote:" is a person's own sentence.
    """
    end = text.rstrip(" \u00a0*_")
    if not end.endswith((":", "：")) or len(end) > LONGEST_LINE:
        return False
    has_time, has_address = bool(_TIME.search(end)), bool(_ADDRESS.search(end))
    if not _VERB.search(end):
        return has_time and has_address and len(_DIGIT.findall(end)) >= 6
    return has_address or (has_time and len(_DIGIT.findall(end)) >= _LEAST_DIGITS and bool(_START.match(end)))


def may_be_attribution(text: str) -> bool:
    """Tell whether joined lines are an attribution if quoted lines follow: a colon, and a verb, an address or a date."""
    end = text.rstrip(" \u00a0*_")
    return end.endswith((":", "：")) and len(end) <= LONGEST_LINE and (bool(_VERB.search(end)) or names_writer(end))


def names_writer(text: str) -> bool:
    """Tell whether some text holds an address, or a date with its time."""
    return bool(_ADDRESS.search(text) or (_TIME.search(text) and len(_DIGIT.findall(text)) >= _LEAST_DIGITS))


def is_separator(line: str) -> bool:
    """Tell whether a line is "-----Original Message-----" in some language."""
    if len(line) > 200 or not line.lstrip().startswith(("-", "_", "=", "*", "o", "O")):
        return False
    return bool(_ORIGINAL.match(line) or _BARE_ORIGINAL.fullmatch(line))


def is_forward_head(line: str) -> bool:
    """Tell whether a line says, and says nothing else, that a forwarded mail follows."""
    return len(line) <= 200 and bool(_FORWARD.fullmatch(line))


def header_label(line: str) -> str:
    """Return which field of a quoted header a line begins with ("From: …"): its kind, or nothing."""
    head = line[:80]
    if ":" not in head and "：" not in head:
        return ""
    match = _LABELLED.match(head)
    return _LABEL_KIND.get(match[1].strip().lower(), "") if match else ""


def is_phone_signature(line: str) -> bool:
    """Tell whether a line is what a phone or mail app signs with."""
    text = line.strip()
    if len(text) > 160 or not text or not _PHONE.fullmatch(text):
        return False
    return bool(_DEVICE.search(text) or (len(text) <= _SHORT and _MINE.search(text)))
