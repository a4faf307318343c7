"""The words for payment proofs: kinds, what was read from them and where, how it fits what is due."""

from __future__ import annotations

from maild.domain.wording.words import table

# maild.domain.accounting.receipt.ReceiptKind
RECEIPTS = table(
    {
        "campus_transfer": ("校内转账单", "campus transfer form"),
        "bank_receipt": ("银行电子回单", "bank receipt"),
        "bank_app": ("手机银行截图", "bank app screen"),
        "wechat": ("微信支付凭证", "WeChat receipt"),
        "alipay": ("支付宝凭证", "Alipay receipt"),
        "library_payment": ("图书馆缴费页面", "library payment page"),
        "counter_slip": ("柜台结算单", "counter slip"),
        "not_a_receipt": ("不是缴费凭证", "no receipt"),
    }
)

# The fields of maild.domain.accounting.receipt.Receipt that are shown.
RECEIPT_FIELDS = table(
    {
        "source": ("文件", "file"),
        "page": ("页", "page"),
        "part": ("页内序号", "part"),
        "kind": ("类型", "kind"),
        "layout": ("版式", "layout"),
        "bank": ("银行", "bank"),
        "amount": ("金额", "amount"),
        "amount_words": ("大写金额", "amount in words"),
        "amount_agrees": ("大小写相符", "words and figures agree"),
        "payer": ("付款方", "payer"),
        "payer_account": ("付款账号", "payer's account"),
        "payee": ("收款方", "payee"),
        "payee_account": ("收款账号", "payee's account"),
        "payee_is_library": ("付给图书馆", "paid to the library"),
        "date": ("付款日期", "date of payment"),
        "time": ("付款时间", "time of payment"),
        "month_day": ("付款月日（无年份）", "month and day of payment"),
        "week_day": ("该日星期", "day of the week of that day"),
        "serials": ("凭证号", "serial numbers"),
        "purpose": ("用途", "purpose"),
        "paid_for": ("款项所属", "what was paid for"),
        "transactions": ("事务号", "request numbers"),
        "department": ("收款部门代码", "payee's department code"),
        "project": ("收款项目代码", "payee's project code"),
        "payer_department": ("付款部门代码", "payer's department code"),
        "payer_project": ("付款项目代码", "payer's project code"),
        "qr": ("二维码内容", "what the QR code says"),
        "sealed": ("已盖章", "stamped"),
        "entered": ("财务系统已入账", "booked by the finance system"),
        "stamp": ("印章", "stamp"),
        "edited": ("文件改动迹象", "signs of changes"),
        "confidence": ("可信度", "confidence"),
        "sure": ("金额可靠", "the amount is sure"),
        "ground": ("依据", "on what it stands"),
        "warnings": ("提示", "remarks"),
        "text": ("页面文字", "what the page says"),
        "look": ("图像指纹", "fingerprint of the picture"),
    }
)

# maild.domain.accounting.receipt.Stamp
STAMPS = table(
    {
        "unasked": ("不需要", "none is needed"),
        "finance": ("财务转讫章", "the finance office's"),
        "refused": ("作废或退回", "void or sent back"),
        "unread": ("有印章，文字未读出", "there is one, its words were not read"),
        "other": ("不是财务部门的章", "not the finance office's"),
        "none": ("没有印章", "none"),
    }
)

# maild.domain.accounting.receipt.Ground
GROUNDS = table(
    {
        "": ("只有一处来源", "one source only"),
        "words": ("大小写相符", "figures and words agree"),
        "passes": ("两次识别相同", "two readings agree"),
        "text": ("PDF 自带文字", "the PDF's own text"),
        "due": ("本馆转账单的金额", "the amount of our own form"),
    }
)

# maild.domain.accounting.receipt.Purpose
PURPOSES = table(
    {
        "ours": ("本馆服务", "our service"),
        "silent": ("未写明", "not said"),
        "other": ("其他事项", "something else"),
    }
)

# maild.domain.accounting.receipt.Mark.source
MARK_SOURCES = table(
    {
        "text": ("文件自带文字", "the file's own text"),
        "ocr": ("文字识别", "read from the picture"),
        "qr": ("二维码", "QR code"),
        "words": ("大写金额", "amount in words"),
    }
)

# maild.domain.accounting.payment.Sameness
SAMENESS = table(
    {
        "no": ("不是同一笔", "another payment"),
        "possible": ("可能是同一笔", "perhaps the same payment"),
        "likely": ("很可能是同一笔", "very likely the same payment"),
        "certain": ("确定是同一笔", "the same payment"),
    }
)

# maild.domain.accounting.allocation.Fit
FITS = table(
    {
        "exact": ("金额正好", "fits to the cent"),
        "partial": ("少付", "a part of what is due"),
        "over": ("多付", "more than is due"),
        "ambiguous": ("对应关系不明确", "fits in several ways"),
        "none": ("金额对不上", "fits nothing"),
    }
)

# maild.office.payments.payment_policy: how the requests of a proof were found (Link), who sent it (Sender), who is paid
# (Payee), who pays (Payer), how the patron stands (StandingKind), and what follows (Then).
LINKS = table(
    {
        "slip": ("本馆转账单", "our form"),
        "token": ("回信标识", "our reply token"),
        "reference": ("付款备注码", "our reference code"),
        "number": ("凭证上的事务号", "the number on the proof"),
        "mail": ("来信中的事务号", "the number in the mail"),
        "thread": ("回复了我们的通知", "an answer to our notice"),
        "amount": ("金额", "the amount"),
        "deposit": ("预付款", "a deposit"),
    }
)
SENDERS = table(
    {
        "patron": ("读者本人", "the patron"),
        "token": ("持有回信标识的人", "who holds our reply token"),
        "other": ("他人", "somebody else"),
    }
)
PAYEES = table(
    {
        "ours": ("本馆", "the library"),
        "unsaid": ("未写明", "not said"),
    }
)
PAYERS = table(
    {
        "patron": ("读者本人", "the patron"),
        "unit": ("读者所在单位", "the patron's institution"),
        "unsaid": ("未写明", "not said"),
        "other": ("他人", "somebody else"),
    }
)
STANDINGS = table(
    {
        "good": ("良好", "good"),
        "fair": ("一般", "fair"),
        "bad": ("不良", "bad"),
    }
)
THEN = table(
    {
        "release": ("立即放行", "let it go at once"),
        "statement": ("等对账单", "wait for the statement"),
        "librarian": ("等馆员", "wait for a librarian"),
    }
)

# maild.match.reconcile.Trait: what a line of a statement and a claim have in common.
TRAITS = table(
    {
        "serial": ("凭证号", "serial number"),
        "number": ("事务号", "request number"),
        "account": ("付款账号", "payer's account"),
        "codes": ("部门与项目代码", "department and project codes"),
        "name": ("付款人姓名", "payer's name"),
        "amount": ("金额", "amount"),
        "day": ("日期（当天或次日）", "day"),
        "date": ("日期（在期限内）", "date within the time it may take"),
        "purpose": ("用途写明退款", "it says that it is a refund"),
    }
)
