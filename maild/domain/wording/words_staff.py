"""The words for staff's own pages: people, accounts and roles, the queue, invoices, the lines of history."""

from __future__ import annotations

from maild.domain.wording.words import table

# maild.domain.desk.access.Role
ROLES = table(
    {
        "viewer": ("查看者", "viewer"),
        "librarian": ("馆员", "librarian"),
        "accountant": ("财务", "accountant"),
        "administrator": ("管理员", "administrator"),
    }
)

# maild.domain.desk.access.Session.way
WAYS_IN = table(
    {
        "password": ("密码", "password"),
        "single sign-on": ("统一身份认证", "single sign-on"),
    }
)

# What maild.console.serving.agents recognises.
BROWSERS = table(
    {
        "firefox": ("Firefox", "Firefox"),
        "chrome": ("Chrome", "Chrome"),
        "chromium": ("Chromium", "Chromium"),
        "edge": ("Edge", "Edge"),
        "safari": ("Safari", "Safari"),
        "opera": ("Opera", "Opera"),
        "samsung": ("三星浏览器", "Samsung Internet"),
        "wechat": ("微信", "WeChat"),
        "qq": ("QQ 浏览器", "QQ Browser"),
        "huawei": ("华为浏览器", "Huawei Browser"),
        "xiaomi": ("小米浏览器", "Mi Browser"),
        "uc": ("UC 浏览器", "UC Browser"),
    }
)

# maild.domain.desk.access.Scope
SCOPES = table(
    {
        "read": ("读取", "read"),
        "write": ("处理业务", "write"),
        "admin": ("管理", "administer"),
    }
)

# maild.domain.records.journal.ReviewState
REVIEW_STATES = table(
    {
        "open": ("待处理", "open"),
        "assigned": ("已处理", "handled"),
        "dismissed": ("不予处理", "dismissed"),
    }
)

# maild.domain.requests.patron.PatronKind
PATRON_KINDS = table(
    {
        "internal": ("校内", "internal"),
        "external": ("校外", "external"),
    }
)

# maild.domain.requests.patron.Language
LANGUAGES = table(
    {
        "zh-cn": ("中文", "Chinese"),
        "en": ("英文", "English"),
        "": ("未知（双语）", "not known (both)"),
    }
)

# maild.domain.requests.patron.Honorific
HONORIFICS = table(
    {
        "student": ("同学", "student"),
        "teacher": ("老师", "teacher"),
        "mr": ("先生", "Mr"),
        "ms": ("女士", "Ms"),
        "": ("未知", "not known"),
    }
)

# maild.domain.requests.patron.Delivery
DELIVERIES = table(
    {
        "": ("逐封即时发送", "each notice at once"),
        "daily": ("每天汇总一封", "one mail a day"),
    }
)

# maild.domain.incoming.registering.Problem: what is wrong to the eye with an application.
REGISTRATION_PROBLEMS = table(
    {
        "name_characters": ("姓名中有空格、下划线等符号", "spaces, underscores or other signs in the name"),
        "login_email": ("认证账号是邮箱地址", "the login name is an e-mail address"),
        "login_characters": (
            "认证账号中有字母和数字以外的字符",
            "the login name has more than letters and digits in it",
        ),
    }
)

# maild.domain.incoming.registering.Stage, by name: how often staff were told that a review waits.
STAGES = table(
    {
        "quiet": ("尚未提醒", "nobody was told"),
        "reminded": ("已提醒", "reminded"),
        "alerted": ("已告警", "alerted"),
        "escalated": ("已上报", "passed on"),
    }
)

# maild.domain.accounting.invoice.InvoiceState
INVOICE_STATES = table(
    {
        "requested": ("待开票", "asked for"),
        "issued": ("已开票", "issued"),
        "sent": ("已发送", "sent"),
        "refused": ("不予开票", "refused"),
        "cancelled": ("已取消", "cancelled"),
    }
)

# maild.domain.accounting.taxpayer.TaxDoubt
TAX_DOUBTS = table(
    {
        "length": ("税号位数不符", "the tax number has an unusual length"),
        "characters": ("税号中有不应出现的字符", "the tax number has characters that no such number has"),
        "look_alike": ("税号中有易混淆的字母", "the tax number has letters that look like digits"),
        "check": ("税号校验位不符", "the check character of the tax number does not fit"),
    }
)

# maild.domain.records.journal.JournalEntry.what: the stable words of the lines of history.
# What stands before and after in the history of accounts (maild.console.access.staff).
ACCESS_STATES = {
    **ROLES,
    **table(
        {
            "open": ("启用", "open"),
            "closed": ("停用", "closed"),
            "set": ("已设置", "set"),
            "set anew": ("新设置", "set anew"),
            "provisional": ("待本人修改", "to be changed by its owner"),
            "none": ("没有", "none"),
            "in use": ("使用中", "in use"),
            "ended": ("已作废", "ended"),
        }
    ),
}
# The same for acts of staff: on items of the queue, and on money (maild.office.books.acts_books, acts_money).
ACT_STATES = {
    **REVIEW_STATES,
    **table(
        {
            "confirmed": ("确认到账", "confirmed"),
            "rejected": ("未到账", "never came"),
            "deposit": ("预付款", "deposit"),
            "used": ("用于缴费", "used"),
            "refund": ("退款", "refund"),
            "reversed": ("冲销", "reversed"),
            "answered": ("已答复", "answered"),
            "undone": ("已撤销", "undone"),
            "replayed": ("已重新处理", "processed again"),
            "given_up": ("已放弃寻找", "given up"),
            "row_settled": ("处理了信中的一项", "row settled"),
            "row_left": ("信中的一项不处理", "row left"),
        }
    ),
}
# maild.doctor: what the checks look at; 'imap' has its mailbox's name behind it.
CHECKS = table(
    {
        "settings": ("配置文件", "settings"),
        "configuration": ("配置项", "configuration"),
        "sending": ("发信开关", "sending"),
        "arming": ("收信启用", "arming"),
        "database": ("数据库", "database"),
        "blobs": ("邮件存储", "mail store"),
        "disk": ("磁盘", "disk"),
        "rules": ("规则", "rules"),
        "fees": ("收费标准", "fees"),
        "calendar": ("工作日历", "calendar"),
        "requests": ("向提供馆查询", "queries to providers"),
        "registrations": ("注册审核", "registrations"),
        "templates": ("通知模板", "templates"),
        "receipts": ("凭证识别", "receipts"),
        "clock": ("时钟", "clock"),
        "held time": ("时钟跳变", "jumps of the clock"),
        "events": ("事件推送", "events"),
        "webhook": ("事件推送", "events"),
        "mails": ("邮件原文", "bytes of mails"),
        "arrivals": ("到达时间", "arrivals"),
        "backups": ("备份", "backups"),
        "troubles": ("故障", "troubles"),
        "alarms": ("告警", "alarms"),
        "second reader": ("第二读者模型", "second reader"),
        "stamps": ("收件核验记录", "stamps of the receiving server"),
        "aliases": ("本馆地址", "our addresses"),
        "imap": ("收信", "IMAP"),
        "sent folder": ("已发送文件夹", "sent folder"),
        "smtp": ("发信服务器", "SMTP"),
        "ldap": ("目录服务 LDAP", "LDAP"),
        "dns": ("DNS", "DNS"),
        "dkim": ("DKIM 签名", "DKIM"),
        "spf": ("SPF 记录", "SPF"),
        "dmarc": ("DMARC 策略", "DMARC"),
    }
)
JOURNAL = table(
    {
        "access": ("账号与权限", "accounts"),
        "act": ("馆员操作", "act of staff"),
        "backup": ("备份", "backup"),
        "bounce": ("退信", "refused mail"),
        "desk": ("工作台设置", "set up at the desk"),
        "erase": ("删除个人信息", "personal data erased"),
        "export": ("提供个人信息", "personal data handed out"),
        "purge": ("到期清理", "what was kept long enough, taken away"),
        "readmit": ("重新接收其来信", "mail of an erased person taken in again"),
        "bytes": ("原文找回", "bytes fetched again"),
        "clock": ("时钟", "clock"),
        "complaint": ("垃圾邮件标记", "marked as spam"),
        "completed": ("补充资料", "completed"),
        "hand": ("转交", "handed over"),
        "import": ("导入", "import"),
        "invoice": ("发票", "invoice"),
        "label": ("馆员标注", "labelled by staff"),
        "line": ("发信服务器", "mail server"),
        "news": ("提供馆消息", "news of the provider"),
        "note": ("备注", "note"),
        "notice": ("通知", "notice"),
        "opened": ("已打开", "opened"),
        "patron": ("读者资料", "patron"),
        "payment": ("缴费", "payment"),
        "registration": ("注册", "registration"),
        "restore": ("恢复备份", "restore"),
        "review": ("待办", "queue"),
        "rule": ("规则", "rule"),
        "rush": ("加急", "rush"),
        "second": ("第二阅读器同意", "second reader agreed"),
        "several": ("批量操作", "act on several"),
        "silent": ("没有消息", "silence"),
        "state": ("状态", "state"),
        "statement": ("对账单", "statement"),
        "template": ("通知模板", "template"),
        "test_notice": ("测试通知", "test notice"),
        "told": ("提醒馆员", "staff told"),
    }
)
ACTORS = table(
    {
        "maild": ("系统", "maild"),
        "import": ("导入", "import"),
        "statement": ("对账单", "statement"),
    }
)
# What a provider says of a request, by the status of ISO 18626 (maild.domain.incoming.peer.Status).
PEER_STATES = table(
    {
        "RequestReceived": ("已收到申请", "request received"),
        "ExpectToSupply": ("预计可以提供", "expects to supply"),
        "WillSupply": ("将提供", "will supply"),
        "Loaned": ("已借出", "lent"),
        "Overdue": ("逾期未还", "overdue"),
        "Recalled": ("催还", "recalled"),
        "RetryPossible": ("可换条件再申请", "may be asked again, on other terms"),
        "Unfilled": ("未满足", "not supplied"),
        "CopyCompleted": ("复制件已提供", "copy supplied"),
        "LoanCompleted": ("图书已归还，借阅结束", "loan ended"),
        "CompletedWithoutReturn": ("已结束，无需归还", "ended, nothing to return"),
        "Cancelled": ("已取消", "cancelled"),
    }
)
