"""The words for what we send: kinds of notices, where they stand, and how the sending went."""

from __future__ import annotations

from maild.domain.wording.words import table

# maild.domain.outgoing.notice.NoticeKind: what a notice is called; its subject says it to the patron in more words.
NOTICES = table(
    {
        "registration_received": ("注册申请已收到", "registration received"),
        "registration_approved": ("注册已通过", "registration approved"),
        "registration_rejected": ("注册未通过", "registration refused"),
        "registration_state": ("注册审核情况", "how the registration stands"),
        "request_accepted": ("申请已受理", "request accepted"),
        "sent_for_supply": ("申请已转给提供馆", "sent for supply"),
        "document_delivered": ("文献已送达", "document delivered"),
        "pick_up": ("请来取件", "ready to be picked up"),
        "fee_notice": ("缴费通知", "fee notice"),
        "proof_received": ("缴费凭证已收到", "proof received"),
        "payment_confirmed": ("缴费已确认到账", "payment confirmed"),
        "unfilled": ("未能获取文献", "not supplied"),
        "cancelled": ("申请已取消", "request cancelled"),
        "loan_due": ("请按时归还", "loan due"),
        "loan_overdue": ("图书已逾期", "loan overdue"),
        "query_answer": ("申请状态", "how the request stands"),
        "proof_unreadable": ("请重新发送缴费凭证", "send the proof again"),
        "amount_differs": ("付款金额与应付金额不一致", "the amount differs"),
        "proof_seen_before": ("缴费凭证此前已收到", "proof seen before"),
        "deposit_credited": ("预付款已到账", "deposit credited"),
        "deposit_low": ("预付款余额不足", "deposit low"),
        "account_statement": ("账户明细", "statement of account"),
        "invoice_received": ("开票申请已收到", "invoice request received"),
        "invoice_issued": ("发票已开具", "invoice issued"),
        "refund_answer": ("对退款申请的答复", "answer to a refund request"),
        "staff_alert": ("提醒馆员", "alert to staff"),
        "provider_query": ("致提供馆的查询", "query to a provider"),
        "renewal_asked": ("已收到续借申请", "renewal asked for"),
        "loan_renewed": ("续借成功", "loan renewed"),
        "loan_not_renewed": ("未能续借", "loan not renewed"),
        "loan_returned": ("图书已归还", "loan returned"),
        "cancel_asked": ("已收到取消申请", "cancellation asked for"),
        "cancel_late": ("已经不能取消", "too late to cancel"),
        "fee_accepted": ("已收到对费用的确认", "fee accepted"),
        "not_received_answer": ("对“没有收到”的答复", "answer to “not received”"),
        "supply_query": ("请提供馆重新提供", "asks the provider to supply again"),
        "answer": ("对来信的答复", "answer to a mail"),
        "permission_report": ("请为读者添加权限", "asks for a patron's permissions"),
        "staff_digest": ("每日简报", "daily digest"),
        "delivery_changed": ("通知方式已更改", "delivery changed"),
    }
)

# maild.domain.outgoing.notice.OutboxState
OUTBOX_STATES = table(
    {
        "waiting": ("等待发送", "waiting"),
        "leased": ("准备发送", "about to be sent"),
        "sending": ("正在发送", "being sent"),
        "in_doubt": ("是否送出不明", "in doubt"),
        "sent": ("已发出", "sent"),
        "cancelled": ("已取消", "cancelled"),
        "merged": ("已并入另一封", "merged into another"),
        "failed": ("发送失败", "failed"),
        "held": ("草稿，待放行", "held as a draft"),
    }
)

# maild.domain.outgoing.notice.SendVerdict
SEND_VERDICTS = table(
    {
        "sent": ("对方服务器已接收", "taken by the server"),
        "temporary": ("暂时未能送出，稍后重试", "not now; tried again later"),
        "permanent": ("被拒收", "refused"),
        "unknown": ("连接中断，可能已送达", "the connection broke: it may have arrived"),
    }
)

# maild.domain.outgoing.event.EventKind: the events that the library's own system is told.
EVENT_KINDS = table(
    {
        "transaction.created": ("新事务", "new request"),
        "transaction.state": ("事务状态改变", "request moved"),
        "transaction.payment": ("缴费状态改变", "payment state changed"),
        "provider.news": ("提供馆消息", "news of a provider"),
        "document.delivered": ("文献已送达", "document delivered"),
        "registration.state": ("注册状态改变", "registration moved"),
        "invoice.state": ("发票状态改变", "invoice moved"),
        "claim.made": ("收到缴费凭证", "payment claimed"),
        "claim.confirmed": ("缴费已确认", "payment confirmed"),
        "claim.rejected": ("凭证未获确认", "claim rejected"),
        "notice.sent": ("通知已发出", "notice sent"),
        "notice.failed": ("通知未能发出", "notice failed"),
        "review.opened": ("新的待办", "put before staff"),
        "review.settled": ("待办已处理", "settled by staff"),
        "trouble.opened": ("出现故障", "trouble"),
        "trouble.closed": ("故障已排除", "trouble over"),
        "maild.test": ("测试", "test"),
    }
)

# maild.domain.outgoing.event.EventState
EVENT_STATES = table(
    {
        "waiting": ("等待推送", "waiting"),
        "leased": ("正在推送", "being sent"),
        "sent": ("已推送", "sent"),
        "failed": ("推送失败", "failed"),
        "gone": ("对方不再接收", "no longer taken"),
    }
)
