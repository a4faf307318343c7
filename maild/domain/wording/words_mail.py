"""The words for mails: what they are, who wrote them, what was decided, and what was heard of an address.

Keys are the values of the enumerations named above each table.
"""

from __future__ import annotations

from maild.domain.wording.words import Word, table

# maild.domain.incoming.ruling.Kind
KINDS = table(
    {
        "registration_pending": ("注册待审核", "registration waits"),
        "registration_approved": ("注册已通过", "registration approved"),
        "registration_rejected": ("注册未通过", "registration refused"),
        "request_submitted": ("申请已提交", "request submitted"),
        "request_accepted": ("申请已受理", "request accepted"),
        "request_forwarded": ("申请已转发", "request forwarded"),
        "fee_quoted": ("报价", "fee quoted"),
        "shipped": ("已寄出", "shipped"),
        "delivered": ("已送达", "delivered"),
        "unfilled": ("未满足", "not supplied"),
        "cancelled": ("已取消", "cancelled"),
        "closed": ("事务已结束", "closed"),
        "loan_arrived": ("图书到馆", "loan arrived"),
        "loan_due": ("图书应还", "loan due"),
        "loan_overdue": ("图书逾期", "loan overdue"),
        "loan_returned": ("图书已归还", "loan returned"),
        "provider_other": ("提供馆其他来信", "other mail of a provider"),
        "payment_proof": ("缴费凭证", "payment proof"),
        "status_query": ("查询进展", "asks how it stands"),
        "not_received": ("没有收到文献", "has not received it"),
        "invoice_request": ("申请开票", "asks for an invoice"),
        "deposit": ("预付款", "deposit"),
        "fee_question": ("询问费用", "asks about a fee"),
        "pickup_question": ("询问取件", "asks about pick-up"),
        "permission_problem": ("没有权限", "lacks permissions"),
        "cancel_request": ("申请取消", "wants to cancel"),
        "renew_request": ("申请续借", "wants to renew"),
        "refund_request": ("申请退款", "wants a refund"),
        "registration_question": ("询问注册", "asks about registering"),
        "address_change": ("更换邮箱", "new address"),
        "thanks": ("致谢", "thanks"),
        "patron_other": ("读者其他来信", "other mail of a patron"),
        "bounce": ("退信", "delivery report"),
        "auto_reply": ("自动回复", "automatic reply"),
        "bulk": ("群发邮件", "bulk mail"),
        "own": ("本馆发出的邮件", "our own mail"),
        "unknown": ("无法判断", "not understood"),
    }
)

# maild.domain.incoming.ruling.Party
PARTIES = table(
    {
        "provider": ("提供馆", "provider"),
        "patron": ("读者", "patron"),
        "machine": ("系统", "machine"),
    }
)

# maild.domain.incoming.decision.Action
ACTIONS = table(
    {
        "apply": ("已自动处理", "settled by itself"),
        "review": ("转馆员处理", "put before staff"),
        "ignore": ("无需处理", "needs nothing"),
        "shunt": ("处理出错，已搁置", "set aside after an error"),
        "defer": ("稍后再处理", "put off"),
    }
)

# maild.domain.records.journal.MailStatus
MAIL_STATUSES = table(
    {
        "pending": ("等待处理", "to be processed"),
        "settled": ("已处理", "settled"),
        "review": ("等待馆员", "waits for staff"),
        "ignored": ("无需处理", "needs nothing"),
        "shunted": ("处理出错，已搁置", "set aside after an error"),
        "baseline": ("启用前的旧邮件", "older than the service"),
    }
)

# maild.domain.incoming.trust.Verdict
VERDICTS = table(
    {
        "pass": ("发件人已验证", "the sender is proven"),
        "fail": ("发件人系冒用", "the sender is disproven"),
        "none": ("无法证明发件人身份", "nothing proves the sender"),
        "temporary": ("暂时无法验证发件人", "the sender could not be checked yet"),
    }
)

# maild.domain.incoming.trust.AuthReport.how
PROOFS_OF_SENDER = table(
    {
        "dkim": ("DKIM 签名", "DKIM signature"),
        "authentication-results": ("本馆收信服务器的检查结果", "what our receiving server found"),
        "arc": ("转发方的 ARC 记录", "the forwarder's ARC chain"),
    }
)

# The DMARC policy of a domain (RFC 7489 section 6.3): what it asks others to do with mail that is not proven.
DMARC_POLICIES = table(
    {
        "none": ("不作要求", "nothing is asked"),
        "quarantine": ("应视为可疑", "to be treated as suspicious"),
        "reject": ("应予拒收", "to be refused"),
    }
)

# maild.domain.incoming.mail.Automatic
AUTOMATIC = table(
    {
        "no": ("人工撰写", "written by a person"),
        "auto_replied": ("自动回复", "an automatic reply"),
        "auto_generated": ("系统自动发出", "written by a machine"),
        "bulk": ("群发", "sent to many"),
        "bounce": ("退信", "a delivery report"),
        "receipt": ("已读回执", "a read receipt"),
        "calendar": ("日程邀请", "an invitation"),
    }
)

# maild.office.ignoring.ignoring_policy.Sign
BULK_SIGNS = table(
    {
        "list": ("邮件列表的邮件头", "list headers"),
        "unsubscribe": ("退订邮件头", "a header to unsubscribe"),
        "precedence": ("批量邮件标记", "marked as bulk"),
        "service": ("群发平台", "a sending service"),
        "generated": ("自动生成", "made by a machine"),
        "sender": ("无人收信的地址", "an address that nobody reads"),
        "footer": ("正文里的退订说明", "words to unsubscribe"),
        "promotion": ("推销用语", "promotional words"),
        "tracking": ("群发平台的链接或邮件编号", "links or a Message-ID of a sending service"),
        "foreign": ("多个链接指向同一外部网站", "many links to one foreign site"),
        "layout": ("群发平台的版式", "a sending service's layout"),
        "addressed": ("收件人里没有我方地址", "not addressed to us"),
    }
)

# maild.domain.requests.lifecycle.Event
EVENTS = table(
    {
        "submitted": ("提交申请", "submitted"),
        "accepted": ("受理", "accepted"),
        "forwarded": ("转发", "forwarded to another library"),
        "fee_quoted": ("报价", "fee quoted"),
        "fee_accepted": ("接受费用", "fee accepted"),
        "shipped": ("寄出", "sent off"),
        "arrived": ("到馆", "arrived at the library"),
        "delivered": ("送达", "delivered"),
        "picked_up": ("读者取走", "picked up"),
        "due": ("应还提醒", "due"),
        "renewed": ("续借", "renewed"),
        "overdue": ("逾期", "overdue"),
        "returned": ("归还", "returned"),
        "unfilled": ("未满足", "not supplied"),
        "cancelled": ("取消", "cancelled"),
        "closed": ("结束", "closed"),
    }
)

# maild.domain.requests.lifecycle.PaymentEvent
PAYMENT_EVENTS = table(
    {
        "quoted": ("报价", "quoted"),
        "demanded": ("要求缴费", "payment asked for"),
        "proof": ("收到凭证", "proof received"),
        "confirmed": ("确认到账", "confirmed"),
        "waived": ("免收", "waived"),
        "disputed": ("转为待核实", "put under review"),
    }
)

# maild.domain.incoming.registering.RegistrationEvent
REGISTRATION_EVENTS = table(
    {
        "applied": ("申请", "applied"),
        "approved": ("审核通过", "approved"),
        "rejected": ("未通过审核", "refused"),
        "bound": ("绑定一卡通", "campus card bound"),
    }
)

# maild.domain.requests.lifecycle.Move
MOVES = table(
    {
        "moved": ("状态改变", "it moves on"),
        "repeated": ("重复的消息", "the same news again"),
        "late": ("迟到的消息", "old news"),
        "illegal": ("与当前状态矛盾", "it contradicts the state"),
    }
)

# maild.domain.incoming.matching.Signal
SIGNALS = table(
    {
        "token": ("回信标识", "our reply token"),
        "thread": ("回复了我们的通知", "answers a notice of ours"),
        "number": ("写明事务号", "says the number"),
        "number_like": ("写有相近的事务号", "says a number like it"),
        "number_quoted": ("引文中有事务号", "number in the quoted text"),
        "sender": ("发件人是该读者", "written by its patron"),
        "provider": ("发件人是提供馆", "written by its provider"),
        "institution": ("发件人是图书馆，但只有事务号相符", "written by a library, and only the number fits"),
        "mild": (
            "发件人是图书馆，只有事务号相符，所述内容无碍",
            "written by a library, only the number fits, and what it says harms nobody",
        ),
        "patron_email": ("提到读者邮箱", "names the patron's address"),
        "patron_name": ("提到读者姓名", "names the patron"),
        "login": ("提到读者账号", "names the patron's login"),
        "title": ("提到文献题名", "names the title"),
        "whole_title": (
            "写出完整题名，在办申请中仅此一笔",
            "names the whole title, which no other running request has",
        ),
        "amount": ("金额相符", "the amount fits"),
        "only_open": ("读者唯一在办的事务", "the patron's only open request"),
        "state_fits": ("与当时的状态衔接", "fits the state of then"),
        "sender_misfit": ("发件人与事务无关", "the sender has no part in it"),
        "patron_misfit": ("提到的是另一位读者", "names another patron"),
        "title_misfit": ("提到的是另一篇文献", "names another title"),
        "state_misfit": ("与当时的状态矛盾", "contradicts the state of then"),
    }
)

# maild.domain.outgoing.reach.Heard
HEARD = table(
    {
        "delivered_to_server": ("对方服务器已接收", "taken by the next server"),
        "deferral": ("对方服务器暂缓接收", "put off by the server"),
        "hard_bounce": ("地址无效", "the address does not work"),
        "soft_bounce": ("这封没有送达", "this mail was lost"),
        "content_refused": ("被当作垃圾邮件拒收", "refused as spam"),
        "refused": ("被拒收", "refused"),
        "complaint": ("收件人标为垃圾邮件", "marked as spam"),
        "not_spam": ("收件人撤销了垃圾邮件标记", "taken back: no spam"),
        "opened": ("已打开", "opened"),
        "auto_reply": ("收到自动回复", "an automatic reply came"),
    }
)

# maild.domain.requests.asking.Asking
ASKING = table(
    {
        "answer": ("查询申请进展", "has our request been taken up?"),
        "supply": ("查询文献提供情况", "when will it come?"),
        "arrival": ("查询图书寄送情况", "where is the book?"),
        "confirmation": ("核对图书归还", "has the book come back to you?"),
        "renewal": ("申请续借", "a renewal is asked for"),
        "cancel": ("申请取消", "the request is to be cancelled"),
        "fee_accepted": ("同意费用", "the fee is accepted"),
    }
)

# maild.domain.requests.expectation.Awaited
AWAITED = table(
    {
        "answer": ("提供馆答复", "an answer"),
        "supply": ("提供文献", "the document"),
        "fee": ("确认或支付费用", "the fee to be accepted or paid"),
        "consent": ("通知提供馆继续", "the provider to be told to go on"),
        "delivery": ("发出文献", "the document to be sent"),
        "arrival": ("图书到馆", "the book to arrive"),
        "pick_up": ("读者取件", "the patron to pick it up"),
        "return": ("归还图书", "the book to be brought back"),
        "confirmation": ("确认收到归还的图书", "the return to be confirmed"),
    }
)

# maild.domain.requests.expectation.Whose
WHOSE = table(
    {
        "provider": ("提供馆", "the provider"),
        "patron": ("读者", "the patron"),
        "office": ("本馆", "the office"),
    }
)

# What a patron is told whose request a library has sent back: {number}, and {asked} in the library's own words.
SENT_BACK = Word(
    zh="您的申请 {number} 被提供馆退回，需要先补充信息：\n“{asked}”\n"
    "请直接回复本邮件告诉我们，我们补充后继续为您申请。",
    en="The supplying library has sent your request {number} back and asks for this first:\n“{asked}”\n"
    "Please answer this mail: we will add what you tell us, and the request goes on.",
)
