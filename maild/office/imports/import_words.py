"""The words of import files, as data: column headers, and the office's words for the values of enumerations."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from maild.domain.requests.lifecycle import PaymentState, RegistrationState, Service, State
from maild.domain.requests.patron import Delivery, Honorific, Language, PatronKind, RegistrationStep

_PATRON_ID = ("读者号", "读者编号", "读者证号", "读者ID", "学工号", "学号", "工号", "证号")

# Column → further names of it; case, width and spaces do not count.
PATRON_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "patron_id": _PATRON_ID,
        "name": ("姓名", "读者姓名", "名字"),
        "kind": ("读者类型", "类型", "类别"),
        "department": ("单位", "院系", "部门", "学院", "所在单位"),
        "login": ("登录名", "用户名", "账号", "帐号", "登录账号"),
        "emails": ("邮箱", "电子邮箱", "电子邮件", "邮件", "email", "e-mail", "mail", "邮箱地址"),
        "phone": ("电话", "手机", "手机号", "联系电话"),
        "language": ("语言", "通知语言"),
        "honorific": ("称谓", "尊称", "称呼"),
        "delivery": ("通知方式", "通知频率"),
    }
)
TRANSACTION_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "number": ("事务号", "事务编号", "申请号", "编号"),
        "patron_id": _PATRON_ID,
        "service": ("服务", "服务类型", "服务方式"),
        "literature": ("文献类型",),
        "title": ("题名", "标题", "文献题名", "篇名", "文献名称"),
        "provider": ("提供馆", "文献提供馆", "提供单位"),
        "state": ("状态", "事务状态"),
        "submitted": ("提交时间", "提交日期", "申请时间", "申请日期"),
        "due": ("应还日期", "到期日", "到期日期"),
        "total": ("总费用", "费用总额", "总额", "费用"),
        "subsidy": ("补贴", "补贴金额"),
        "payable": ("自负费用", "自负部分费用", "自付费用", "应付", "应付金额"),
        "payment_state": ("付款状态", "缴费状态", "支付状态"),
        "rush": ("加急", "是否加急"),
    }
)
REGISTRATION_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "email": ("邮箱", "电子邮箱", "电子邮件", "邮件", "e-mail", "mail", "邮箱地址", "注册邮箱"),
        "login": ("登录名", "用户名", "账号", "帐号", "登录账号", "认证账号", "认证帐号", "学工号"),
        "name": ("姓名", "读者姓名", "名字"),
        "kind": ("读者类型", "类型", "类别"),
        "department": ("单位", "院系", "部门", "学院", "所在单位", "工作单位"),
        "phone": ("电话", "手机", "手机号", "联系电话"),
        "step": ("步骤", "注册步骤"),
        "registration_state": ("state", "状态", "审核状态"),
        "submitted": ("提交时间", "提交日期", "申请时间", "申请日期", "注册时间", "注册日期"),
        "reason": ("原因", "理由", "未通过原因"),
    }
)
REQUIRED_REGISTRATION: tuple[str, ...] = ("email",)
REQUIRED_PATRON: tuple[str, ...] = ("patron_id", "name")
REQUIRED_TRANSACTION: tuple[str, ...] = ("number", "patron_id")

# The office's word → value; the values' own names are accepted as well.
WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "kind": {"本校": PatronKind.INTERNAL, "校内": PatronKind.INTERNAL, "校外": PatronKind.EXTERNAL},
        "language": {
            "中文": Language.ZH,
            "汉语": Language.ZH,
            "zh": Language.ZH,
            "zh_cn": Language.ZH,
            "chinese": Language.ZH,
            "英文": Language.EN,
            "英语": Language.EN,
            "english": Language.EN,
        },
        "honorific": {
            "同学": Honorific.STUDENT,
            "学生": Honorific.STUDENT,
            "老师": Honorific.TEACHER,
            "教师": Honorific.TEACHER,
            "教授": Honorific.TEACHER,
            "prof": Honorific.TEACHER,
            "professor": Honorific.TEACHER,
            "先生": Honorific.MR,
            "女士": Honorific.MS,
            "小姐": Honorific.MS,
            "mrs": Honorific.MS,
            "无": Honorific.UNKNOWN,
            "none": Honorific.UNKNOWN,
        },
        "delivery": {
            "每天": Delivery.DAILY,
            "每日": Delivery.DAILY,
            "每日汇总": Delivery.DAILY,
            "汇总": Delivery.DAILY,
            "即时": Delivery.EACH,
            "逐条": Delivery.EACH,
            "each": Delivery.EACH,
            "at once": Delivery.EACH,
        },
        "service": {"文献传递": Service.COPY, "馆际互借": Service.LOAN, "传递": Service.COPY, "借阅": Service.LOAN},
        "state": {
            "已提交": State.SUBMITTED,
            "处理中": State.IN_PROCESS,
            "已转发": State.FORWARDED,
            "待确认费用": State.CONDITIONAL,
            "寄送途中": State.SHIPPED,
            "已到馆": State.RECEIVED,
            "已送达": State.DELIVERED,
            "借出": State.ON_LOAN,
            "逾期": State.OVERDUE,
            "已归还": State.RETURNED,
            "未满足": State.UNFILLED,
            "已取消": State.CANCELLED,
            "事务已结束": State.CLOSED,
            "已结束": State.CLOSED,
        },
        "step": {
            "第一步": RegistrationStep.IDENTITY,
            "身份认证": RegistrationStep.IDENTITY,
            "认证": RegistrationStep.IDENTITY,
            "1": RegistrationStep.IDENTITY,
            "第二步": RegistrationStep.ACCOUNT,
            "账户": RegistrationStep.ACCOUNT,
            "CALIS账户": RegistrationStep.ACCOUNT,
            "2": RegistrationStep.ACCOUNT,
        },
        "registration_state": {
            "待审核": RegistrationState.PENDING,
            "等待审核": RegistrationState.PENDING,
            "未审核": RegistrationState.PENDING,
            "已通过": RegistrationState.APPROVED,
            "通过": RegistrationState.APPROVED,
            "审核通过": RegistrationState.APPROVED,
            "已审核": RegistrationState.APPROVED,
            "未通过": RegistrationState.REJECTED,
            "不通过": RegistrationState.REJECTED,
            "已拒绝": RegistrationState.REJECTED,
            "驳回": RegistrationState.REJECTED,
        },
        "payment_state": {
            "无": PaymentState.NONE,
            "无费用": PaymentState.NONE,
            "无需付款": PaymentState.NONE,
            "已报价": PaymentState.QUOTED,
            "待付": PaymentState.DUE,
            "待付款": PaymentState.DUE,
            "应付": PaymentState.DUE,
            "待缴费": PaymentState.DUE,
            "凭证已收待核": PaymentState.PROOF_RECEIVED,
            "凭证已收": PaymentState.PROOF_RECEIVED,
            "已确认": PaymentState.CONFIRMED,
            "已付": PaymentState.CONFIRMED,
            "已付款": PaymentState.CONFIRMED,
            "已缴费": PaymentState.CONFIRMED,
            "免除": PaymentState.WAIVED,
            "免费": PaymentState.WAIVED,
            "减免": PaymentState.WAIVED,
            "有争议": PaymentState.DISPUTED,
            "争议": PaymentState.DISPUTED,
        },
    }
)
NOTHING = frozenset(["-", "—", "无", "none"])  # in a cell of addresses: there is none, and none is to be kept
YES = frozenset(["是", "有", "加急", "y", "yes", "true", "1", "rush", "urgent", "√"])
NO = frozenset(["否", "无", "不加急", "普通", "n", "no", "false", "0", "normal", "ordinary"])
ENUMS = MappingProxyType(
    {
        "kind": PatronKind,
        "language": Language,
        "service": Service,
        "state": State,
        "payment_state": PaymentState,
        "step": RegistrationStep,
        "registration_state": RegistrationState,
        "honorific": Honorific,
        "delivery": Delivery,
    }
)
