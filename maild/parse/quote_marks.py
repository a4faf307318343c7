"""How mail programs mark quoted history, forwarded mails and signatures: one table, patterns as data.

Every pattern is tried on a stripped line of at most limits.LINE_CHARS characters, from its beginning, and
takes linear time (bounded repetitions, no nesting).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache


class Mark(Enum):
    """What a line announces.

    HISTORY      all that follows is quoted (QQ, Foxmail, Outlook, NetEase's card)
    ATTRIBUTION  '… wrote:': the quote follows, marked with '>' or to the end
    FORWARD      a forwarded mail follows, with its header block
    """

    HISTORY = auto()
    ATTRIBUTION = auto()
    FORWARD = auto()


@dataclass(frozen=True, slots=True)
class QuoteMark:
    client: str
    mark: Mark
    pattern: str


_DASH = r"[-_—–=*~ ]{2,60}"
_DATE_ZH = r"\d{2,4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}"
_WROTE = r"(?:wrote|writes|写道|寫道|写到|编写|schrieb|a écrit|escribió|ha scritto|skrev|написал\(а\)|написал)"
# A day with its year, as Europe writes it: 24.11.2026, 2026. nov. 24., 24 de nov. de 2026, 24. marrask. 2026.
DATE = (
    r"(?:\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4}|\d{4}\s?[./年년-]\s?[^\s\d]{0,12}\s?\d{1,2}\s?[./月월-]?"
    r"|\d{1,2}\.?\s(?:de\s)?[^\s\d]{2,12}\s(?:de\s)?\d{4})"
)
_WROTE_ABROAD = (
    r"\b(?:schrieb|geschrieben|menulis|đã viết|schreef|skrev|kirjoitti|escribió|escreveu|ha scritto|scrisse"
    r"|a écrit|écrivait|napisała?|napisał\(a\)|pisze|napsala?|napsal\(a\)|napísal\(?a?|(?:ezt )?írta|a scris"
    r"|je napisao|je napisala|написала?|написал\(а\)|пишет|пише|написав|yazdı|έγραψε|님이 작성|작성)(?!\w)"
)
# A quoted mail's heading between dashes: 'original message' and 'forwarded message'.
_ORIGINAL = (
    "Ursprüngliche Nachricht|Message d['’]origine|Message original|Mensaje original|Messaggio originale"
    "|Mensagem original|Oorspronkelijk bericht|Originele bericht|Wiadomość oryginalna|Oryginalna wiadomość"
    "|Původní zpráva|Pôvodná správa|Eredeti üzenet|Ursprungligt meddelande"
    "|Originalmeddelande|Oprindelig meddelelse|Opprinnelig melding"
    "|Alkuperäinen viesti|Исходное сообщение|Оригінальне повідомлення|Orijinal [İIi]leti"
    "|Αρχικό μήνυμα|元のメッセージ|원본 메시지|Mesajul original"
)
_FORWARDED = (
    "Weitergeleitete Nachricht|Message transféré|Mensaje reenviado|Messaggio inoltrato|Mensagem encaminhada"
    "|Doorgestuurd bericht|Wiadomość przekazana|Přeposlaná zpráva|Továbbított üzenet|Vidarebefordrat meddelande"
    "|Videresendt meddelelse|Videresendt melding|Välitetty viesti|Пересылаемое сообщение|Переслане повідомлення"
    "|İletilen ileti|転送メッセージ|전달된 메시지"
)

DATED_ADDRESS = "dated address"
BARE = "bare"
MARKS: tuple[QuoteMark, ...] = (
    QuoteMark(
        "QQ, Foxmail, Exmail",
        Mark.HISTORY,
        _DASH + r"\s?(?:原始邮件|原始郵件|原邮件|原件|回复的?原邮件|Original(?: Message| Mail"
        r"| Email)?)\s?" + _DASH + r"$",
    ),
    QuoteMark(
        "NetEase card",
        Mark.HISTORY,
        _DASH + r"\s?(?:Replied Message|回复的(?:原)?邮件|回复原邮件|答复邮件"
        r"|回覆郵件)\s?(?:" + _DASH + r")?$",
    ),
    QuoteMark("Aliyun, DingTalk", Mark.HISTORY, r"[-_]{10,100}$"),
    QuoteMark(
        "Outlook",
        Mark.HISTORY,
        r"-{2,20}\s?(?:Original (?:Message|Appointment)|邮件原件"
        r"|Ursprüngliche Nachricht)\s?-{2,20}",
    ),
    QuoteMark(
        "Gmail and others",
        Mark.FORWARD,
        r"-{5,20}\s?(?:Forwarded [Mm]essage|转发的?邮件|轉寄的?郵件|已转发邮件|Forwarded [Ee]mail)\s?-{3,20}",
    ),
    QuoteMark(
        "NetEase, Coremail",
        Mark.FORWARD,
        r"-{3,60}\s?(?:转发邮件信息|轉寄郵件資訊|转发邮件"
        r"|转发信息)\s?-{3,60}",
    ),
    QuoteMark("NetEase card", Mark.FORWARD, r"-{3,20}\s?(?:Forwarded Message|转发的邮件)\s?-{3,20}"),
    QuoteMark(
        "Apple Mail",
        Mark.FORWARD,
        r"(?:Begin forwarded message|下面是被转发的邮件|开始转发的?邮件|已转发的?邮件"
        r"|以下是轉寄的郵件)\s?[:：]$",
    ),
    QuoteMark("Thunderbird", Mark.FORWARD, r"-{6,12} (?:Forwarded Message|转发的消息|轉寄訊息) -{6,12}"),
    QuoteMark("NetEase", Mark.ATTRIBUTION, r"(?:在|於)\s{0,3}" + _DATE_ZH + r".{0,300}(?:写道|寫道|写到)\s?[:：]?$"),
    QuoteMark("NetEase en", Mark.ATTRIBUTION, r"At\s{1,3}\d{4}-\d\d?-\d\d?.{0,300}\bwrote\s?[:：]$"),
    QuoteMark("Gmail zh", Mark.ATTRIBUTION, r".{0,300}(?:于|於)\s?" + _DATE_ZH + r".{0,80}(?:写道|寫道)\s?[:：]$"),
    QuoteMark(
        "Apple, Gmail, Thunderbird",
        Mark.ATTRIBUTION,
        r"(?:On|Le|Am|El|Il|Den|в)\s.{0,60}\d.{0,300}\b" + _WROTE + r"\b.{0,40}[:：]$",
    ),
    QuoteMark(
        "Thunderbird zh",
        Mark.ATTRIBUTION,
        r".{1,200}\s?(?:于|在"
        r"|於)?\s?" + _DATE_ZH + r".{0,60}" + _WROTE + r"\s?[:：]$",
    ),
    QuoteMark("any", Mark.ATTRIBUTION, r"[^:：]{1,100}<[^\s<>@]{1,64}@[^\s<>]{1,200}>.{0,80}" + _WROTE + r"\s?[:：]$"),
    QuoteMark("Outlook.com zh", Mark.ATTRIBUTION, _DATE_ZH + r".{0,200}" + _WROTE + r"\s?[:：]$"),
    QuoteMark(
        "Europe",
        Mark.ATTRIBUTION,
        rf"(?=.{{0,200}}{DATE}).{{1,300}}{_WROTE_ABROAD}.{{0,200}}[:：]$",
    ),
    # No verb at all, as in Russian and Japanese: who, when, and a quote that is marked line by line.
    QuoteMark(
        DATED_ADDRESS,
        Mark.ATTRIBUTION,
        rf"(?=.{{0,200}}{DATE}).{{1,200}}[<(][^\s<>()@]{{1,64}}@[^\s<>()]{{1,200}}[>)].{{0,20}}[:：]$",
    ),
    QuoteMark(BARE, Mark.ATTRIBUTION, r"[^:：]{1,100}" + _WROTE + r"\s?[:：]$"),
    QuoteMark("Outlook abroad", Mark.HISTORY, rf"-{{2,20}}\s?(?:{_ORIGINAL})\s?-{{2,20}}"),
    QuoteMark("abroad", Mark.FORWARD, rf"-{{3,20}}\s?(?:{_FORWARDED})\s?-{{3,20}}"),
    QuoteMark("Mutt", Mark.ATTRIBUTION, r"\*?\s?(?:Quoting|Zitat von)\s.{1,200}[:：]$"),
)
# A bare rule of dashes is history only with a header block under it: quoting.py asks for that.
NEEDS_BLOCK = frozenset({"Aliyun, DingTalk"})
# A date and an address before a colon, or a bare '… wrote:', may begin what is new: only where quoted lines follow.
NEEDS_QUOTE = frozenset({DATED_ADDRESS, BARE})

# Who writes what is answered, where little else of its head was kept.
OFFICE = re.compile(r"馆际|館際|文献传递|文獻傳遞|图书馆|圖書館|(?i:interlibrary)|\bILL\b")

# Labels of a quoted header block, folded to lower case, without '*' and blanks.
BLOCK_LABELS: dict[str, str] = {
    **dict.fromkeys(("from", "发件人", "寄件者", "寄件人", "发送人", "发信人", "von", "de", "發件人", "da",
        "差出人"), "from"),
    **dict.fromkeys(("sent", "date", "发送时间", "发送日期", "日期", "时间", "寄件日期", "發送時間", "gesendet",
        "datum", "envoyé",
                     "senttime", "senton", "日時", "發送日期"), "date"),
    **dict.fromkeys(("to", "收件人", "收信人", "收件者", "an", "à", "para", "接收人", "宛先"), "to"),
    **dict.fromkeys(("cc", "抄送", "抄送人", "副本", "cc:"), "cc"),
    **dict.fromkeys(("subject", "主题", "主旨", "主題", "标题", "betreff", "objet", "asunto", "邮件主题",
        "件名"), "subject"),
    **dict.fromkeys(("van", "od", "från", "fra", "lähettäjä", "feladó", "от", "откого", "від", "kimden", "από",
        "보낸사람", "delapartea", "odosielateľ"), "from"),
    **dict.fromkeys(("enviado", "enviadoel", "enviadaem", "enviadoem", "fecha", "data", "inviato", "verzonden",
        "wysłano", "odesláno", "dátum", "küldve", "skickat", "sendt", "dato", "lähetetty", "päiväys",
        "отправлено", "дата", "надіслано", "gönderildi", "tarih", "στάλθηκε", "ημερομηνία", "보낸날짜",
        "送信日時", "trimis"), "date"),
    **dict.fromkeys(("aan", "a", "do", "komu", "till", "til", "vastaanottaja", "címzett", "кому", "kime", "προς",
        "받는사람", "către", "destinatario", "destinataire"), "to"),
    **dict.fromkeys(("onderwerp", "oggetto", "assunto", "temat", "předmět", "predmet", "tárgy", "ämne", "emne",
        "aihe", "тема", "konu", "θέμα", "제목", "subiect", "sujet"), "subject"),
    **dict.fromkeys(("reply-to", "回复", "bcc", "密送", "importance", "重要性", "附件", "attachments",
        "message-id"), "other"),
}  # fmt: skip

MOBILE_SIGNATURES: tuple[str, ...] = (
    r"(?:发自|发送自|来自|發自|从|由)\s?(?:我的|您的|my\s)?\s?.{0,40}(?:iPhone|iPad|手机|手機|邮箱|郵箱|移动端"
    r"|客户端|邮件|Outlook|Foxmail|"
    r"Samsung|Mail|Android|mobile|HUAWEI|华为|小米|荣耀|vivo|OPPO|钉钉|飞书|平板|Windows"
    r"|邮件应用).{0,60}(?:发送|寄出)?。?$",
    r"(?:Sent|Get|Enviado|Von|Envoyé) (?:from|desde|meinem|de) (?:my |mon |mi )?.{1,60}$",
    r"Sent (?:via|with|using) .{1,60}$",
    r"(?:获取|取得|下载|Get)\s?(?:适用于\s?|for\s?)?\[?Outlook.{0,60}$",
    r"(?:Get|获取) Outlook for .{1,80}$",
    r"本邮件由.{1,40}(?:发送|客户端).{0,20}$",
    r"\|?\s?(?:网易邮箱(?:大师)?|签名由\s?网易邮箱大师?\s?定制"
    r"|Signature is customized by Netease Mail Master).{0,20}$",
)


@cache
def marks() -> tuple[tuple[QuoteMark, re.Pattern[str]], ...]:
    """The table, compiled at first use."""
    return tuple((mark, re.compile(mark.pattern, re.IGNORECASE)) for mark in MARKS)


@cache
def mobile_signature() -> re.Pattern[str]:
    """Matches a line that a telephone or web mail puts under a mail."""
    return re.compile("|".join(f"(?:{p})" for p in MOBILE_SIGNATURES), re.IGNORECASE)
