# ruff: noqa: E501, RUF001
"""How mail clients introduce what they quote, and how phones sign, in the languages that they speak.

Each table is a list of plain sentences' beginnings or ends; no expression here backtracks over more than a line, and
lines longer than `LONGEST_LINE` introduce nothing (S4.2).
"""

import re

LONGEST_LINE = 1_000

_DIGIT = re.compile(r"\d")

_WROTE = re.compile(
    r"(?:wrote|writes|said|a (?:é|e)crit|schrieb(?: am .{0,80})?|geschrieben|escribi(?:ó|o)|escreveu|ha scritto|scrisse|schreef|"
    r"skrev|kirjoitti|napisał(?:\(a\)|a)?|napisal(?:a)?|napsal(?:\(a\)|a)?|p(?:í|i)še|írta|a scris|написал(?:\(а\)|а)?|пишет|"
    r"написав(?:\(ла\)|ла)?|écrit|έγραψε|yazdı|şunları yazdı|escrigué|va escriure|wrote the following|"
    r"写道|寫道|のメール|書きました|님이 작성|đã viết|כתב(?:ה)?|كتب)\s{0,3}(?:<[^<>]{0,200}>|\[[^\[\]]{0,200}\])?\s{0,3}[:：]\s{0,3}\Z",
    re.IGNORECASE,
)
_STARTS_ATTRIBUTION = re.compile(
    r"\W{0,3}(?:on|le|am|den|el|em|il(?: giorno)?|op|dnia|w dniu|p(?:å|a)|dne|v|à|quoting|at|в|το|στις|zo|"
    r"(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|gio|ven|sab|dom|jeu|sam|dim|mo|di|mi|do|fr|sa|so|pn|wt|śr|czw|pt|sob|niedz|"
    r"пн|вт|ср|чт|пт|сб|вс|tis|ons|tor|tors|lör|sön|ma|ti|ke|to|pe|la|su)\w{0,12})?[.,]?\s",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}")
_YEAR_FIRST = re.compile(r"\s{0,4}(?:\d{4}|\d{1,2}|20\d\d年)[-./年 ]{1,2}.{0,200}[<＜:：]")

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

_HEADER_LABELS = {
    "from": "from|von|de|da|van|från|fra|lähettäjä|od|feladó|de la|expeditor|от|від|отправитель|kimden|gönderen|发件人|發件人|寄件者|差出人|보낸 사람|보낸사람|expéditeur|από",
    "sent": "sent|date|gesendet|datum|envoyé|envoyé le|enviado|enviado el|enviada em|enviado em|enviada|data|inviato|verzonden|"
    "skickat|sendt|lähetetty|päivämäärä|wysłano|odesláno|küldve|trimis|дата|отправлено|надіслано|gönderildi|tarih|发送时间|日期|寄件日期|送信日時|보낸 날짜|날짜|fecha|dato|"
    "ημερομηνία|sent at|date d'envoi",
    "to": "to|an|à|a|para|aan|till|til|vastaanottaja|do|komu|címzett|către|кому|kime|alıcı|收件人|收件者|宛先|받는 사람|받는사람|destinataire|προς|per",
    "cc": "cc|kopie|copie|copia|kopia|kopi|kopio|копия|копія|抄送|副本|참조|bcc|másolatot kap|bilgi",
    "subject": "subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|tárgy|subiect|тема|konu|主题|主題|主旨|件名|제목|θέμα|re",
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
    r"отправлено (?:с|из) .{0,60}|надіслано (?:з|із) .{0,60}|.{0,30}ımdan gönderildi|.{0,30}ömmel küldve|trimis de pe .{0,60}|"
    r"发自我的.{0,40}|從我的.{0,40}傳送|從我的.{0,40}|.{0,30}から送信|나의 .{0,30}에서 보냄|enviat des de .{0,60})[.!>\]*]{0,3}\s{0,4}",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"phone|ipad|android|blackberry|mobile|galaxy|samsung|huawei|xiaomi|pixel|nokia|outlook|mail|mobil|handy|portable|smart|"
    r"tablet|device|apple|windows|lumia|nexus|yahoo|proton|treo|wireless|htc|lg |sony|oneplus|aol|telefon|téléphone|móvil|celular|"
    r"телефон|устройств|手机|iphone|droid|verizon|palm|gsm|ios\b|spark|canary|workspace",
    re.IGNORECASE,
)


def ends_attribution(line: str) -> bool:
    """Tell whether a line ends as "… wrote:" does."""
    end = line.rstrip(" \u00a0*_")
    return end.endswith((":", "：")) and len(end) <= LONGEST_LINE and bool(_WROTE.search(end[-300:]))


def starts_attribution(line: str) -> bool:
    """Tell whether a line may begin an attribution that ends on this or a later line."""
    head = line[:200]
    return bool(_STARTS_ATTRIBUTION.match(head)) and bool(_DIGIT.search(head) or _ADDRESS.search(head))


def is_dated_attribution(line: str) -> bool:
    """Tell whether a line is a date, a name and a colon or an address, without a verb ("2026-11-22 9:15 GMT+1 Name <a@b>:")."""
    if len(line) > 300 or not _YEAR_FIRST.match(line):
        return False
    end = line.rstrip().rstrip("*_")
    return bool(_ADDRESS.search(line)) and end.endswith((":", ">", "：", "＞")) and len(_DIGIT.findall(line)) >= 4


def names_writer(text: str) -> bool:
    """Tell whether an attribution holds a date or an address, as those of mail clients do."""
    return bool(_ADDRESS.search(text[-600:])) or len(_DIGIT.findall(text[:600])) >= 3


def is_separator(line: str) -> bool:
    """Tell whether a line is "-----Original Message-----" in some language."""
    if len(line) > 200 or not line.lstrip().startswith(("-", "_", "=", "*", "o", "O")):
        return False
    return bool(_ORIGINAL.match(line) or _BARE_ORIGINAL.fullmatch(line))


def header_label(line: str) -> str:
    """Return which field of a quoted header a line begins with ("From: …"): its kind, or nothing."""
    head = line[:80]
    if ":" not in head and "：" not in head:
        return ""
    match = _LABELLED.match(head)
    return _LABEL_KIND.get(match[1].strip().lower(), "") if match else ""


def is_phone_signature(line: str) -> bool:
    """Tell whether a line is what a phone or mail app signs with."""
    return len(line) <= 160 and bool(_PHONE.fullmatch(line.strip())) and bool(_DEVICE.search(line))
