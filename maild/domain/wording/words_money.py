"""The words for money: what is wrong with a proof and what helps, how money came, the lines of a statement.

Keys are codes that notices' data carry (maild.office.payments.announce_payment); values of the ledger's enumerations.
"""

from __future__ import annotations

from maild.domain.accounting.channel import Channel
from maild.domain.wording.words import table

# What is wrong with a payment proof, for its sender: a clause that stands by itself.
PROOF_PROBLEMS = table(
    {
        "link_only": (
            "附件是网盘或“超大附件”链接，我们没有收到文件本身",
            "the attachment came as a link; the file itself did not reach us",
        ),
        "encrypted": ("文件加了密码，无法打开", "the file is protected by a password and cannot be opened"),
        "too_large": ("文件太大，无法处理", "the file is too large to be read"),
        "failed_payment": (
            "凭证显示这笔付款尚未成功（待支付、处理中、失败或已退回）",
            "it shows a payment that did not go through (waiting, in process, failed or returned)",
        ),
        "not_paid_to_us": (
            "凭证上的收款方不是本馆的账户",
            "it shows a payment to an account that is not the library's",
        ),
        "unstamped": (
            "校内转账单上没有看到财务部门的转讫章，转账可能还没有办理",
            "the stamp of the finance office is missing from the campus transfer form: "
            "the transfer may not have been made",
        ),
        "not_a_receipt": ("附件看起来不是付款凭证", "the attachment does not look like a proof of payment"),
        "no_amount": ("看不到付款金额", "the amount paid cannot be seen"),
        "cropped": ("凭证没有拍全，缺了边角或部分内容", "part of it is missing: an edge or a corner is cut off"),
        "unreadable": (
            "图片看不清楚（模糊、反光、太暗或字太小）",
            "it cannot be read (blurred, dark, reflecting, or the print too small)",
        ),
    }
)

# What helps: a request to the sender.
PROOF_REMEDIES = table(
    {
        "link_only": (
            "请把图片或 PDF 作为普通附件发送（照片一般不超过 5 MB）。",
            "Please attach the picture or PDF itself (a photo rarely needs more than 5 MB).",
        ),
        "encrypted": (
            "请发送没有密码的文件，或凭证的截图、照片。",
            "Please send it without a password, or a screenshot or photo of it.",
        ),
        "too_large": (
            "请发送 10 MB 以内的照片或截图，只需拍凭证本身。",
            "Please send a photo or screenshot of less than 10 MB, of the receipt alone.",
        ),
        "failed_payment": (
            "请在付款成功后，发送显示“交易成功”的凭证。",
            "Once the payment has gone through, please send the receipt that says so.",
        ),
        "not_paid_to_us": (
            "请核对收款账户（见下）；如已误付，请联系付款银行或收款方。确认无误的，请回复本邮件说明。",
            "Please check the account (see below); if you have paid somebody else, ask your bank or the payee. "
            "If it is right after all, tell us by reply.",
        ),
        "unstamped": (
            "请到财务部门办理转账并加盖转讫章，再拍下整张单据发给我们；如已盖章，请让印章文字清晰可见。",
            "Please have the finance office make the transfer and stamp the form, then send us a photo "
            "of all of it; if it "
            "is stamped already, please take the photo so that the stamp's words can be read.",
        ),
        "not_a_receipt": (
            "请发送付款凭证：盖章的校内转账单、银行回单，或付款成功页面的截图。",
            "Please send the proof itself: the stamped campus transfer form, the bank's receipt, or a "
            "screenshot of the "
            "completed payment.",
        ),
        "no_amount": (
            "请发送能看到金额、收款方和日期的完整凭证。",
            "Please send the whole receipt, with amount, payee and date.",
        ),
        "cropped": (
            "请把整张凭证拍进画面，四边都要看得到；截图请截完整。",
            "Please take in the whole receipt with all four edges; a screenshot must be complete.",
        ),
        "unreadable": (
            "请在光线充足处重新拍摄，或直接发送银行的 PDF 回单、原始截图。",
            "Please photograph it again in good light, or send the bank's PDF or the original screenshot.",
        ),
    }
)

PHOTO_PROBLEMS = frozenset({"cropped", "unreadable", "no_amount"})  # those that a better photo cures

# How money came (of maild.domain.accounting.ledger.Posting.channel), for the patron.
CHANNELS = table(
    {
        "bank": ("银行转账", "bank transfer"),
        "campus": ("校内转账", "campus transfer"),
        "wechat": ("微信支付", "WeChat Pay"),
        "alipay": ("支付宝", "Alipay"),
        "library": ("图书馆缴费（校园卡 APP）", "library payment (campus-card app)"),
        "card": ("校园卡", "campus card"),
        "cash": ("现金", "cash"),
        "deposit": ("预付款扣款", "taken from your deposit"),
        "waived": ("免收", "waived"),
        "opening": ("期初", "opening of the books"),
        "other": ("其他", "other"),
    }
)

RECEIVED_BY = tuple(Channel)  # what a form offers

# The accounts of the books (maild.domain.accounting.ledger.Book).
BOOKS = table(
    {
        "receivable": ("应收费用", "owed by the patron"),
        "claimed": ("凭证已收待核", "claimed by proofs"),
        "pending": ("待转入的预付款", "deposit to be"),
        "deposit": ("预付款", "deposit"),
        "cash": ("到账款项", "money received"),
        "unclaimed": ("待认领款项", "unclaimed money"),
        "income": ("收入", "income"),
        "subsidy": ("补贴", "subsidy"),
        "waived": ("免收", "waived"),
        "refunded": ("待退款项", "to be paid out"),
    }
)

# The lines of a statement of account (maild.domain.accounting.ledger.EntryKind). A claim is never called a payment.
ENTRIES = table(
    {
        "charge": ("费用", "fee"),
        "claim": ("凭证已收待核", "proof received, being checked"),
        "confirmation": ("已确认到账", "payment confirmed"),
        "rejection": ("凭证未获确认", "proof not confirmed"),
        "payment": ("到账", "payment"),
        "unclaimed": ("待认领款项", "money not yet assigned"),
        "allocation": ("款项入账", "payment assigned"),
        "deposit_use": ("预付款扣款", "paid from deposit"),
        "refund": ("退款", "refund"),
        "waiver": ("免收", "waived"),
        "reversal": ("更正", "correction"),
    }
)

# What a request for an invoice lacks (maild.office.invoices.announce_invoice.Lacking): asked of the patron.
INVOICE_MISSING = table(
    {
        "title": (
            "发票抬头（单位全称；开给个人的，请写姓名）",
            "the title (抬头): your institution's full name, or your own name",
        ),
        "tax_number": (
            "单位税号（统一社会信用代码；开给个人的不需要，请注明“个人”）",
            "your institution's taxpayer number (税号); for an invoice to you personally, say so instead",
        ),
        "email": ("接收电子发票的邮箱", "the e-mail address for the electronic invoice"),
        "payment": (
            "已付款项：我们还没有查到您已缴费、尚未开票的款项，请告知事务号并附上缴费凭证",
            "the payment: we know of none that is paid and not yet invoiced; please give the request number and attach "
            "the proof of payment",
        ),
        "amount": ("开票金额", "the amount"),
    }
)

# What the writer of a request should look at once more.
INVOICE_DOUBTS = table(
    {
        "tax_number": (
            "税号的位数或校验位不符，请核对；确认无误的不必理会",
            "the taxpayer number does not have the usual form; please check it, and ignore this if it is right",
        ),
        "amount": (
            "您要求的开票金额与已缴金额不同；发票只能按实际缴费金额开具",
            "the amount you asked for is not the amount paid; an invoice can only be for what was paid",
        ),
        "item": (
            "发票项目只能是文献传递费，不能开其他项目",
            "the only item an invoice can name is document delivery (文献传递费)",
        ),
        "title": ("请核对发票抬头", "please check the title"),
        "email": ("请核对接收邮箱", "please check the e-mail address"),
    }
)
