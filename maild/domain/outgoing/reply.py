"""What an SMTP reply means: try again, or give up. One table for the courier and for bounces.

The text is judged before the code, because some large systems answer 550 to what passes by itself
(QQ's "frequency limited") and others 4xx to what never will. Temporary is never taken for failed: where
code and enhanced status disagree, the milder one counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Judgement:
    """`permanent`: the same again will not help. `reason`: a stable word, such as 'mailbox-not-found'."""

    permanent: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Saying:
    """A wording and its meaning. `permanent` None: the code decides, the wording only names the reason."""

    reason: str
    permanent: bool | None
    pattern: str


def _say(reason: str, permanent: bool | None, *patterns: str) -> Saying:
    return Saying(reason, permanent, "|".join(patterns))


@cache
def _compiled() -> tuple[tuple[Saying, re.Pattern[str]], ...]:
    """The table with its patterns compiled: at the first refusal, not at import."""
    return tuple((saying, re.compile(saying.pattern, re.IGNORECASE)) for saying in SAYINGS)


TEXT_LIMIT = 4000  # characters of a reply that are looked at

# In this order; the first that is found decides. Sources: the operators' public lists of replies
# (QQ, NetEase, Coremail, Gmail, Outlook.com), RFC 3463 and RFC 5321 section 4.2.3.
SAYINGS: tuple[Saying, ...] = (
    # QQ and Tencent Exmail say 550 to passing limits.
    _say("rate-limited", False, r"frequency limited", r"频率(?:受到?|超过|过高|限制)", r"发信频率"),
    _say("refused-for-now", False, r"mailbox unavailable or access denied"),
    # NetEase puts a code of its own after the reply code.
    _say("rate-limited", False, r"\b(?:HL:(?:REP|ICC|IFC|MEP)|MI:(?:CEL|DMC|CCL)|RP:(?:DRC|CCL|QRC|CEL|TRC))\b"),
    _say("sender-listed", False, r"\bDT:RBL\b", r"\bWM:BL[IU]\b"),
    _say("spam-suspected", False, r"\b4\d\d\b.{0,60}\bDT:SPM\b", r"\bMI:SFQ\b"),
    _say("content-refused", True, r"\bDT:(?:SPM|SUM)\b", r"\bMI:SPB\b"),
    # Refused for the host that sends, whatever else is said ("service unavailable … blocked using …").
    _say("sender-refused", None, r"\bHL:(?:IPB|IHU)\b", r"blocked (?:using|by)\b", r"spamhaus|dnsbl|spamcop|barracuda",
         r"behaviou?r spam"),
    # What passes by itself.
    _say("greylisted", False, r"gr[ae]y-?\s?list", r"灰名单"),
    _say(
        "rate-limited", False,
        r"too many (?:connections|messages|mails|recipients (?:this|per)|requests|errors)", r"rate.?limit",
        r"throttl", r"receiving mail (?:too quickly|at a rate)", r"(?:exceeded|exceeds).{0,40}\brate\b",
        r"too fast", r"unusual rate", r"sending limit", r"发送(?:数量|过于频繁|过快)", r"太频繁", r"过于频繁",
    ),
    # RFC 3463 X.2.2: "should be used as a persistent transient failure": people empty their mailboxes.
    _say(
        "mailbox-full", False,
        r"(?:over|exceed\w*|out of|beyond).{0,20}(?:quota|storage|disk)", r"quota.{0,20}(?:exceed|full)",
        r"(?:mailbox|space|storage) (?:space )?(?:is |size )?(?:full|limit)",
        r"(?:mailbox|inbox|信箱|邮箱).{0,30}(?:exceed|超过|超出)", r"user.{0,20}is full",
        r"insufficient (?:system )?storage",
        r"not enough (?:storage )?space", r"inbox is full", r"邮箱(?:空间)?(?:已满|不足|已超)", r"空间(?:已满|不足)",
        r"容量(?:已满|不足|超)", r"信箱已滿", r"超出配额",
    ),
    _say(
        "expired", False,
        r"(?:delivery|message|retry)\b.{0,40}(?:time ?out|timed out|expired|time exceeded)", r"too old",
        r"(?:in (?:the )?queue|retrying).{0,20}too long", r"could not be delivered (?:for|within) \d+",
        r"retry time", r"(?:投递|发送|连接)超时",
    ),
    # Addresses that do not exist: before the general refusals, since many say both.
    _say(
        "mailbox-not-found", True,
        r"(?:user|mailbox|recipient|account|address|addressee|resolver\.adr\.\w*recip\w*)\b.{0,60}"
        r"\b(?:unknown|(?:was |were )?not? ?f(?:ou|uo)nd|(?:does(?: not|n't)|dosn't|do(?: not|n't)) exist"
        r"|no longer exist"
        r"|invalid|not (?:valid|exist|known|recognized|listed|local)"
        r"|nonexist\w*|non-exist\w*|no longer (?:valid|available))",
        r"(?:unknown|no such|invalid|nonexistent|non-existent|bad)"
        r" (?:\w+ )?(?:user|mailbox|recipient|account|person|destination)",
        r"rcpt \([^)]{1,320}\) do\w{0,3}n'?t exist", r"recipnotfound",
        r"no mailbox (?:here )?by that name", r"nosuchuser", r"not our customer",
        r"isn't available|is not available at", r"doesn't have (?:a|an) .{0,30}account",
        r"无此(?:用户|账号|邮箱|收件人)",
        r"(?:地址|账号|帐号|用户|邮箱|收件人).{0,60}(?:不存在|未找到|找不到|有误|错误|无效)",
        r"(?:不存在|找不到|查无)(?:该|此|这个)?(?:用户|账号|帐号|邮箱|收件人|地址)", r"查无此人", r"查無此人",
        r"email address .{0,60}couldn't be found", r"找不到.{0,60}(?:电子)?邮件地址",
    ),
    _say(
        "mailbox-closed", True,
        r"(?:user|mailbox|account|recipient)\b.{0,40}"
        r"\b(?:suspended|disabled|deactivated|inactive|locked|frozen|closed|blocked|expired)",
        r"disabled (?:user|mailbox|account)", r"账号.{0,20}(?:停用|禁用|冻结|注销)",
        r"(?:停用|禁用|冻结|注销).{0,10}(?:账号|用户|邮箱)",
    ),
    _say("address-syntax", True, r"(?:bad|invalid|malformed) (?:recipient |destination )?address(?: syntax)?",
         r"address syntax", r"地址格式"),
    _say(
        "domain-not-found", True,
        r"(?:host|domain|name).{0,40}(?:not found|does not exist|unknown)", r"no (?:mx|a) record", r"nxdomain",
        r"null mx", r"non-?existent (?:host|domain)", r"domain .{0,60}accepts no mail", r"unrouteable",
        r"域名.{0,30}(?:不存在|错误|无效|解析)",
    ),
    # Passing trouble of the way there.
    _say(
        "unreachable", False,
        r"(?:connection|connect|network|host|server).{0,60}"
        r"(?:refused|timed out|timeout|unreachable|reset|lost|dropped)",
        r"(?:timed? ?out|timeout)", r"lost connection",
        r"temporar\w+ (?:\w+ ){0,3}(?:fail|unavail|error|defer|reject|lookup)",
        r"try (?:again )?later", r"service (?:is )?(?:temporarily |currently )?(?:unavailable|not available)",
        r"please retry", r"server (?:is )?(?:too )?busy", r"(?:稍后|稍候)(?:再试|重试)?", r"系统(?:繁忙|忙)", r"暂时",
        r"too many hops", r"name server.{0,20}(?:fail|error)", r"dns (?:error|failure|timeout)",
        r"连接失败", r"无法连接",
    ),
    # Refused for what or from whom it is: the code decides how long.
    _say("message-too-large", True, r"(?:message|mail|size).{0,40}"
         r"(?:too (?:big|large)|exceed\w*.{0,20}(?:size|limit|maximum))",
         r"size limit", r"邮件(?:大小)?.{0,10}(?:过大|太大|超过|超出)"),
    _say("content-refused", None, r"(?:mail )?content (?:denied|rejected)",
         r"\bspam\b", r"virus", r"unsolicited",
         r"spam.{0,20}detected", r"垃圾邮件", r"病毒", r"内容.{0,20}(?:拒绝|违规|敏感)",
         r"(?:敏感|违规|非法)(?:内容|词|信息)", r"rejected,? content", r"反垃圾"),
    _say("sender-refused", None, r"\b(?:spf|dkim|dmarc)\b", r"fake sender", r"user in blacklist", r"invalid ip",
         r"black ?list|block ?list|blocklist|denylist", r"spamhaus|\brbl\b|dnsbl|spamcop|barracuda",
         r"(?:poor|bad|low) reputation", r"黑名单", r"拒收", r"suspected bounce attacks", r"unauthenticated",
         r"not (?:authorized|permitted|allowed) to send", r"sender (?:denied|rejected)"),
    _say("relay-denied", None,
         r"relay(?:ing)? (?:access )?(?:denied|not permitted|not allowed|prohibited)|unable to relay"),
    _say("login-refused", None, r"authentication (?:required|failed|unsuccessful|credentials)|auth(?:orization)? fail"),
    _say("policy", None, r"policy|administratively|prohibited|access denied|not allowed|rejected|refused"),
)  # fmt: skip

# Reasons of which the code alone says whether they last.
BY_CODE = frozenset(saying.reason for saying in SAYINGS if saying.permanent is None)

# RFC 3463 sections 3.2 to 3.8: reasons where the text says nothing.
_ENHANCED = {
    "1.0": "mailbox-not-found", "1.1": "mailbox-not-found", "1.2": "domain-not-found", "1.3": "address-syntax",
    "1.6": "mailbox-closed", "1.10": "mailbox-not-found", "2.0": "mailbox-refused", "2.1": "mailbox-closed",
    "2.2": "mailbox-full", "2.3": "message-too-large", "3.4": "message-too-large", "4.1": "unreachable",
    "4.2": "unreachable", "4.3": "unreachable", "4.4": "unreachable", "4.7": "expired", "7.1": "policy",
}  # fmt: skip
_CODES = {421: "unreachable", 450: "refused-for-now", 451: "refused-for-now", 452: "rate-limited",
          501: "address-syntax", 550: "mailbox-refused", 551: "mailbox-not-found", 552: "message-too-large",
          553: "address-syntax", 554: "policy"}  # fmt: skip
_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[\s\-#,:]|$)(?!\s?(?:bytes|KB|MB|ms|seconds))")
_STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")


def read_codes(text: str) -> tuple[int, str]:
    """The first SMTP reply code and the first enhanced status (RFC 3463) in `text` that refuse; 0 and '' if none.

    A transcript of a session says what went well ("250 2.1.0 Sender OK") before it says what did not.
    """
    text = text[:TEXT_LIMIT]
    code, status = _CODE.search(text), _STATUS.search(text)
    return int(code.group(1)) if code else 0, status.group(1) if status else ""


def _class_says_permanent(code: int, enhanced: str) -> bool:
    classes = [int(enhanced[0])] if enhanced[:1] in {"4", "5"} else []
    if 400 <= code < 600:
        classes.append(code // 100)
    return bool(classes) and min(classes) == 5


def judge(code: int, enhanced: str, text: str) -> Judgement:
    """Judge a refusal: `code` the reply code (0: unknown), `enhanced` the RFC 3463 status ('' unknown).

    What is missing is looked for in `text`. Nothing known at all counts as temporary.
    """
    text = " ".join(text[:TEXT_LIMIT].split())
    found_code, found_status = read_codes(text)
    code, enhanced = code or found_code, enhanced or found_status
    by_class = _class_says_permanent(code, enhanced)
    labelled = f"{code} {text}" if code else text
    for saying, pattern in _compiled():
        if pattern.search(labelled):
            # A reply of class 4 asks to try again (RFC 5321 section 4.2.1), whatever its wording.
            milder = 400 <= code < 500 or enhanced.startswith("4")
            permanent = by_class if saying.permanent is None else saying.permanent and not milder
            return Judgement(permanent, saying.reason)
    detail = enhanced[2:]
    if detail == "2.2":
        return Judgement(False, "mailbox-full")
    return Judgement(by_class, _ENHANCED.get(detail) or _CODES.get(code, "unknown"))
