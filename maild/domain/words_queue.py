"""The office's words for why something waits for staff, in Chinese and English."""

from __future__ import annotations

from maild.domain.words import table

CAUSES = table({
    "no_number": ("找不到对应的事务", "no request found"),
    "unknown_number": ("事务号不存在", "unknown request number"),
    "several_candidates": ("可能对应多个事务", "several requests fit"),
    "sender_misfit": ("发件人与事务不符", "the sender does not fit the request"),
    "unknown_sender": ("发件人不在读者库", "unknown sender"),
    "unauthenticated": ("发件人未通过验证", "the sender is not proven"),
    "illegal_move": ("与事务当前状态矛盾", "contradicts the state of the request"),
    "no_usable_file": ("没有可用的文献文件", "no usable document"),
    "payment_proof": ("缴费凭证待核", "payment proofs to be checked"),
    "amount_differs": ("金额不一致", "the amount differs"),
    "fee_unknown": ("费用尚不明确", "the fee is not known"),
    "no_address": ("没有可用的邮箱", "no usable address"),
    "seen_before": ("凭证重复", "a proof seen before"),
    "not_paid_to_us": ("款项不是付给图书馆的", "not paid to the library"),
    "overpaid": ("多付", "overpaid"),
    "paid_by_other": ("由他人代付", "paid by somebody else"),
    "already_paid": ("此前已付清", "already paid"),
    "unclaimed_money": ("到账未认领", "money nobody claims"),
    "invoice": ("开票申请", "invoices"),
    "deposit": ("预付款", "prepayments"),
    "refund": ("退款申请", "refunds"),
    "claim_unconfirmed": ("缴费迟迟未到账", "payments claimed, not confirmed"),
    "question": ("读者咨询", "questions"),
    "bounce": ("退信", "refused mail"),
    "oversize": ("邮件过大，未下载", "too large to be fetched"),
    "unreadable": ("邮件无法读取", "cannot be read"),
    "shunted": ("处理出错的邮件", "mails that failed"),
    "send_failed": ("通知未能发出", "notices not sent"),
    "registration": ("注册审核", "registrations"),
    "permission": ("读者权限缺失", "lost permissions"),
    "not_received": ("读者没收到文献", "documents not received"),
    "silent": ("事务迟迟没有消息", "requests gone silent"),
    "drift": ("提供馆邮件格式可能有变", "a provider's mails have changed"),
    "complaint": ("被标为垃圾邮件", "complaints about our mail"),
})  # fmt: skip
