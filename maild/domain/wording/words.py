"""The office's words for our states, in Chinese and English: one table for notices, console and commands.

Keys are the values of the enumerations, so that JSON-able data can be looked up as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Word:
    """One notion in both languages."""

    zh: str
    en: str

    def to(self, locale: str) -> str:
        """The word for a locale such as 'zh-CN' or 'en'."""
        return self.zh if locale.startswith("zh") else self.en


def table(words: Mapping[str, tuple[str, str]]) -> Mapping[str, Word]:
    """Key → (Chinese, English), read-only."""
    return MappingProxyType({key: Word(*pair) for key, pair in words.items()})


STATES = table(
    {
        "submitted": ("已提交", "submitted"),
        "in_process": ("处理中", "in process"),
        "forwarded": ("已转发", "forwarded to another library"),
        "conditional": ("待确认费用", "waiting for the fee to be accepted"),
        "shipped": ("寄送途中", "on its way"),
        "received": ("已到馆", "arrived at the library"),
        "delivered": ("已送达", "delivered"),
        "on_loan": ("借出", "on loan"),
        "overdue": ("逾期", "overdue"),
        "returned": ("已归还", "returned"),
        "unfilled": ("未满足", "not supplied"),
        "cancelled": ("已取消", "cancelled"),
        "closed": ("事务已结束", "closed"),
    }
)

PAYMENTS = table(
    {
        "none": ("无需缴费", "nothing to pay"),
        "quoted": ("已报价", "quoted"),
        "due": ("待缴费", "to be paid"),
        "proof_received": ("凭证已收待核", "proof received, being checked"),
        "confirmed": ("已确认到账", "paid"),
        "waived": ("已免收", "waived"),
        "disputed": ("待核实", "under review"),
    }
)

SERVICES = table(
    {
        "copy": ("文献传递", "document delivery"),
        "loan": ("馆际互借", "interlibrary loan"),
    }
)

# What a price counts.
PER = table(
    {
        "item": ("每篇（件）", "per item"),
        "page": ("每页", "per page"),
        "volume": ("每册", "per volume"),
        "cost": ("按实际发生收取", "at cost"),
    }
)

# Where a supplier lies, in the words of rules/fees.
REGIONS = table(
    {
        "university": ("国内高校图书馆提供", "from a university library in China"),
        "domestic": ("国内其他文献机构提供", "from another institution in China"),
        "foreign": ("国外提供", "from abroad"),
    }
)

# Literature types that providers name in many ways; what is not listed is shown as it came.
LITERATURE = table(
    {
        "article": ("期刊论文", "journal article"),
        "journal_article": ("期刊论文", "journal article"),
        "conference": ("会议论文", "conference paper"),
        "conference_paper": ("会议论文", "conference paper"),
        "chapter": ("图书章节", "book chapter"),
        "book": ("图书", "book"),
        "thesis": ("学位论文", "thesis"),
        "dissertation": ("学位论文", "thesis"),
        "standard": ("标准", "standard"),
        "patent": ("专利", "patent"),
        "report": ("科技报告", "report"),
        "old_print": ("古籍", "old print"),
    }
)

# ISO 10161-1 Reason-Unfilled: what it means for the patron, in a clause.
UNFILLED_REASONS = table(
    {
        "1": ("收藏馆的该文献已借出", "the holding libraries have lent it out"),
        "2": ("收藏馆正在加工该文献，尚不能提供", "the holding library is still processing it"),
        "3": ("收藏馆的该文献已丢失", "the holding library has lost its copy"),
        "4": ("该文献不外借", "it does not circulate"),
        "5": ("各合作馆均未收藏该文献", "none of the libraries asked owns it"),
        "6": ("收藏馆已订购，尚未到馆", "the holding library has it on order"),
        "7": ("该卷期尚未到馆", "the volume or issue is not available yet"),
        "8": ("该文献正在装订", "it is at the bindery"),
        "9": ("收藏馆缺该卷期或该部分", "the holding library lacks this volume or part"),
        "10": ("在架上未找到该文献", "it was not found on the shelf"),
        "11": ("该文献为教学参考指定书，暂不外借", "it is on reserve for a course"),
        "12": ("文献破损，不宜外借或复制", "its condition does not allow lending or copying"),
        "13": ("费用超过了您设定的上限", "the cost exceeds the limit that was set"),
        "14": ("提供馆要求另行收费", "the supplier asks for charges that were not accepted"),
        "15": ("提供馆要求预付费用", "the supplier asks for payment in advance"),
        "16": ("因版权限制不能提供", "copyright does not allow it to be supplied"),
        "17": ("按所给信息未查到该文献，可能著录有误", "it was not found as cited; the citation may contain an error"),
        "18": ("没有查到收藏该文献的图书馆", "no library that holds it was found"),
        "19": ("该文献已有其他读者预约", "it is on hold for another reader"),
        "20": ("提供馆的政策不允许提供", "the supplier's policy does not allow it"),
        "27": ("其他原因", "another reason"),
        "28": ("提供馆自身的原因", "a reason particular to the supplier"),
    }
)


def look_up(table: Mapping[str, Word], key: object, locale: str) -> str:
    """The word for `key`, or the key itself as text where the table does not know it."""
    text = str(key or "")
    found = table.get(text.strip().lower())
    return found.to(locale) if found else text


# What staff are alerted to.
ALERTS = table(
    {
        "registration": ("注册申请超过审核时限", "registrations beyond their review limit"),
        "registration_soon": ("注册申请即将到审核时限", "registrations near their review limit"),
        "silent": ("事务超过时限没有消息", "requests that have gone silent"),
        "overdue": ("外借图书逾期未还", "loans that are not brought back"),
        "drift": ("提供馆的邮件格式可能有变", "a provider's mails have changed"),
        "second": ("第二阅读器已停用", "the second reader is silent"),
        "slow_domain": ("邮件系统暂缓接收我们的邮件", "a mail system puts our mail off"),
        "webhook": ("外部系统没有接收事件推送", "the library's own system does not take our events"),
    }
)

REGISTRATION_STEPS = table(
    {
        "identity": ("第一步（身份认证）", "Step 1 (identity)"),
        "account": ("第二步（CALIS 账户）", "Step 2 (CALIS account)"),
    }
)

# One registration in a mail to staff; {…} are filled in.
REGISTRATION_LINE = table(
    {
        "case": (
            "{id} 号，{step}：{who}，{since} 提交，应于 {due} 前审核",
            "no. {id}, {step}: {who}, submitted {since}, to be reviewed by {due}",
        ),
        "phone": ("申请人电话 {phone}", "the applicant's phone: {phone}"),
        "name_characters": ("姓名中有空格、下划线等符号", "there are spaces, underscores or other signs in the name"),
        "login_email": ("认证账号是邮箱地址", "the login name is an e-mail address"),
        "login_characters": (
            "认证账号中有字母和数字以外的字符",
            "the login name has more than letters and digits in it",
        ),
        "unsure": (
            "{years} 年的放假安排尚未录入，时限按周一至周五推算，不一定准确",
            "the working days of {years} are not known: the limit is reckoned Monday to Friday and may be wrong",
        ),
    }
)

REGISTRATION_STATES = table(
    {
        "pending": ("等待审核", "waiting for review"),
        "approved": ("已审核通过", "approved"),
        "rejected": ("未通过审核", "not approved"),
        "bound": ("一卡通账号已绑定", "campus card bound"),
        "unknown": ("没有查到记录", "we have no record of it"),
    }
)
