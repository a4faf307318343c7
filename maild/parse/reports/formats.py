"""Delivery reports that are not RFC 3464: how mail systems word them, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

# It begins where a word begins: 'ng@…' in 'wangtong@…' is nobody's address, nor is a reply whose spaces became '_'.
ADDRESS = (
    r"(?<![A-Za-z0-9_.+-])(?![45]\d\d_)[^\s<>\"'(),:;@\[\]（）：，。、“”【】]{1,64}@"
    r"[A-Za-z0-9\u4e00-\u9fff.-]{1,200}[A-Za-z0-9\u4e00-\u9fff]"
)


@dataclass(frozen=True, slots=True)
class Format:
    """A system's wording. `sign` must occur; each match of `recipient` (group 1) is an address, the text
    from there to the next recipient or to `end` is the reason. `permanent`: what counts where the reason
    does not say.
    """

    system: str
    sign: str
    recipient: str
    end: str = ""
    permanent: bool = True


_BELOW = r"|".join(
    (
        r"(?<!-)-{2,}+\s?(?:This is a copy of|Below this line is|The following addresses|Original message|原邮件"
        r"|Returned message)",
        r"(?<!-)-{3,}+\s?(?:Begin|Start|Header|Message header|Unsent message|The header of the original)",
        r"^(?:Original message headers|Diagnostic information for administrators|原始邮件头|原邮件头|原文"
        r"|Original message)\b",
        r"^-{5,}+\s?$(?=\n(?:Received|Return-Path|From|Date):)",
    )
)

# A line of a list: an address, then what was replied to it.
_LISTED = r"^[ \t<]{0,6}(?=[^\s:：]{3,300}[ \t]?[:：][ \t]?[245]\d\d\b)"

FORMATS: tuple[Format, ...] = (
    Format(
        "qmail",
        r"This is the qmail-send program|I'm afraid I wasn't able to deliver"
        r"|I wasn't able to deliver your message",
        rf"^<({ADDRESS})>:",
        r"^--- Below this line",
    ),
    Format(
        "Postfix",
        r"(?:This is the (?:mail system|Postfix program) at host|postfix)",
        rf"^<({ADDRESS})>(?: \(expanded from [^)]*\))?:",
        _BELOW,
    ),
    Format(
        "exim",
        r"This message was created automatically by mail delivery software",
        rf"^ {{0,6}}({ADDRESS})$",
        r"^-{4,} This is a copy",
    ),
    Format(
        "sendmail",
        r"(?<!-)-{3,}+ The following addresses had (?:permanent fatal|transient non-fatal"
        r"|delivery) (?:errors|problems)",
        rf"^(?:\s{{0,8}}\(expanded from: )?<?({ADDRESS})>?\)?$",
        r"^ {0,3}-{3,}+ (?:Original message|Message header|Unsent message)",
    ),
    Format(
        "Exchange",
        r"(?:Delivery has failed to these recipients|Your message (?:to|did not reach"
        r"|couldn't be delivered)"
        r"|couldn't be delivered|无法将邮件传递给|您的邮件未能?送达|Delivery is delayed to these recipients"
        r"|邮件未送达以下收件人"
        r"|did not reach the following recipient)",
        rf"(?:^|\(|（|<|\bto |给 ?|mailto:)({ADDRESS})(?=$|[\s)）>,:：])",
        _BELOW,
    ),
    Format(
        "Gmail",
        r"(?:Message not delivered|Address not found|Delivery incomplete|未找到地址|邮件未送达"
        r"|Your message wasn't delivered to"
        r"|Delivery to the following recipient failed|Message blocked|未能送达|您的邮件未送达)",
        rf"(?:wasn't delivered to|recipient(?:s)? failed \w+:\s+|送达|delivering your message to|发送至|给"
        rf"|未送达)\s?\W{{0,3}}({ADDRESS})",
        _BELOW,
    ),
    Format(
        "QQ",
        r"(?:您的邮件被退回来了|邮件被退回|退信原因|抱歉，?您的邮件|无法发送到)",
        rf"(?:无法发送到|收件人(?:邮件地址|地址)?|收件方|发送给|投递到)\s?[:：（(]?\s?\W{{0,2}}({ADDRESS})",
        r"^(?:原邮件|原信|此外，|-{2,}\s?原)",
    ),
    Format(
        "Coremail, NetEase",
        r"(?:系统退信|退信通知|could not be delivered|未能(?:成功)?(?:投递|发送|送达)"
        r"|被退回|投递失败|发送失败|无法(?:投递|送达))",
        rf"(?:(?:收件人|收件地址|邮件地址|RCPT TO|Recipient|recipient|地址|\bto\b|给|至|："
        rf"|:)\s?[:：]?\s?\W{{0,3}}|{_LISTED})({ADDRESS})",
        _BELOW,
    ),
    Format(
        "any",
        r"(?:(?:could|can|was) ?not (?:be )?(?:deliver|sen[dt])|couldn't (?:be )?deliver|undeliver"
        r"|delivery .{0,40}fail|failed to deliver"
        r"|unable to deliver|permanent(?:ly)? (?:error|fail)|user unknown|returned to sender"
        r"|delivery has been delayed"
        r"|still being retried|will continue to try|not (?:been )?delivered"
        r"|未能(?:成功)?(?:送达|投递|发送)|被退回|无法(?:送达|投递|发送)|(?:投递|发送|传递)失败"
        r"|退信|未送达|無法(?:傳|投|寄|送)|傳送失敗|配信できません|non remis"
        r"|unzustellbar|nachrichtenzustellung)",
        rf"(?:^|[\s<(\"'（：:])({ADDRESS})(?=$|[\s>)\"',.:;；，）。])",
        _BELOW,
    ),
)

SUBJECTS = re.compile(
    r"undeliver|delivery (?:status|failure|failed|report|delay|incomplete|has failed)|(?:mail"
    r"|message) delivery (?:fail|delay|system)"
    r"|returned mail|returned to sender|failure notice|failure delivery|mail system error|non[- ]?delivery"
    r"|nondeliverable|delivery problem"
    r"|mail could not be delivered|mail failed|warning: (?:could not send|message)|system error"
    r"|message not delivered|email bounced"
    r"|mail delivery error|delivery error|delivery warning|nicht zustellbar"
    r"|退信|邮件(?:被)?退回|[传投]递(?:状态|失败)|未送达|无法(?:投递|送达|发送)|未能(?:送达|投递)"
    r"|投递失败|发送失败|傳送失敗"
    r"|無法傳遞|未傳遞|unzustellbar|non remis|échec|配信不能|送信エラー|delivery notification: delivery",
    re.IGNORECASE,
)
SENDERS = re.compile(
    r"^(?:mailer-?daemon|postmaster|mail-?daemon|mail_?er|maildelivery|mdaemon|mmdf|microsoftexchange[0-9a-f]*"
    r"|daemon|uucp)$",
    re.IGNORECASE,
)
# These also write ordinary notices: the subject has to say it.
WEAK_SENDERS = re.compile(
    r"^(?:bounces?[\w+=.-]*|mail-?system|system|mailadmin|sysadmin|admin|root|smtp|mail|no-?reply|postoffice)$",
    re.IGNORECASE,
)
# Words without which a mail that names nobody who failed is none about a failure.
FAILED = re.compile(
    r"fail|undeliver|not (?:been )?(?:be )?(?:deliver|sent)|returned (?:mail|to)|may not exist"
    r"|退信|退回|未送达|未能|无法",
    re.IGNORECASE,
)
DELAYED = re.compile(
    r"delay|will (?:keep|be) (?:try|retried)|not yet been delivered|still (?:being|trying)|(?:no action"
    r"|do not need to)|"
    r"will continue|延迟|延遲|仍在(?:尝试|重试)|稍后(?:将)?(?:重试|再次)|4\.4\.1\b.{0,80}retry",
    re.IGNORECASE,
)
# Whoever writes it has the mail still. "Try again later", said to the sender, is not that: this mail is lost.
GOES_ON = re.compile(
    r"will (?:keep|be) (?:try|retried)|will (?:continue|(?:automatically )?(?:re-?)?try)|not yet been delivered"
    r"|still (?:being|trying)|(?:no action|do not need to)|delivery (?:is |has been )?delayed|warning message only"
    r"|THIS IS A WARNING|延[迟遲]投[递遞]|投[递遞](?:被)?延[迟遲]|仍在(?:尝试|重试|投递)"
    r"|(?:将|会)(?:继续|自动|再次|稍后|在).{0,12}(?:尝试|重试|重投|投递|发送)",
    re.IGNORECASE,
)


@cache
def compiled() -> tuple[tuple[Format, re.Pattern[str], re.Pattern[str], re.Pattern[str] | None], ...]:
    """(format, sign, recipient, end), compiled at first use."""
    flags = re.IGNORECASE | re.MULTILINE
    return tuple(
        (f, re.compile(f.sign, flags), re.compile(f.recipient, flags), re.compile(f.end, flags) if f.end else None)
        for f in FORMATS
    )
