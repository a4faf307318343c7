"""Headings and states as banks, counters, wallets and offices write them, and such as look like them and say less.

Written from what such papers and screens commonly say, of no layout that is drawn here: FINAL has to be known, NOT_FINAL
must not be.
"""

from __future__ import annotations

BANK_TITLES = (
    "中国工商银行业务回单", "中国工商银行 网上银行电子回单（补打）", "中国建设银行单位客户专用回单", "中国农业银行网上银行电子回单",
    "国内支付业务付款回单", "招商银行出账回单", "交通银行电子回单凭证", "兴业银行企业网银汇款回单", "中信银行付款通知书（借记）",
    "上海浦东发展银行电子回单", "杭州联合农村商业银行股份有限公司客户回单", "临安区农村信用合作联社转账凭证", "浙江省农村信用社联合社电子回单",
    "城关信用合作社汇款回单", "中国邮政储蓄银行电子回单", "平安银行单笔转账汇款回单", "宁波银行网上银行汇款凭证", "杭州银行单位结算账户转账回单",
    "江苏省农村商业银行客户回单（付款）", "特种转账借方凭证", "资金汇划补充凭证", "支付系统专用凭证", "大额支付系统往账业务凭证", "小额支付系统汇款凭证",
    "借记通知（付款）", "付款借记通知单", "网银互联跨行转账回单", "超级网银付款回单", "个人网上银行转账汇款电子回单", "企业手机银行转账凭证",
    "集团账户付款回单", "公司客户转账借记通知", "银企直联付款回单", "批量代付业务回单", "实时贷记往账回单", "中国光大银行电子回单（付款方）",
    "账户交易明细回单", "国库集中支付电子凭证", "公务卡消费凭证", "中国银行（杭州分行）国内支付业务付款回单", "本币付款电子回单", "人民币汇款回单",
    "网络银行业务客户回单", "村镇银行客户付款回单", "财务公司电子回单", "转账付款凭证（第 2 次打印）", "电子回单（重复打印）", "批扣业务付款回单",
    "同城清算借方凭证", "普通汇兑往账凭证",
)  # fmt: skip
COUNTER_TITLES = (
    "个人业务凭证（签单）", "个人客户业务凭证", "现金存款凭证", "现金存款凭条", "现金缴款单（回单）", "现金解款单（客户联）", "银行卡存款业务回单", "无卡存款凭条",
    "个人转账汇款业务凭证", "通用业务凭证（客户联）", "储蓄存款凭条", "个人存款回单", "活期储蓄存款凭条", "柜面业务客户回单", "智能柜员机业务凭条", "自助终端交易凭条",
    "自助设备转账客户凭条", "ATM 转账凭条", "无折存款回单", "个人账户转账业务回执", "内部往来结算凭证", "进账单（回单）", "银行进账单（收账通知）",
    "非税收入一般缴款书（收据）", "杭州市政府非税收入缴款收据", "行政事业单位资金往来结算收据", "POS 签购单", "银联商务签购单（持卡人存根）", "现金收款收据",
    "大学财务处收款收据", "理工学院计划财务部缴费凭证", "校园卡缴费小票", "收费窗口缴费回执", "营业网点现金存入凭证", "辖内通存业务回单", "综合业务凭证",
)  # fmt: skip
ENGLISH_TITLES = (
    "INDUSTRIAL AND COMMERCIAL BANK OF CHINA PAYMENT ADVICE", "DEBIT ADVICE", "Outward Remittance Advice", "CUSTOMER RECEIPT", "Transaction Receipt",
    "Electronic Payment Receipt", "BANK OF COMMUNICATIONS CO., LTD. Debit Advice", "China Merchants Bank Transfer Receipt", "Domestic Transfer Confirmation",
    "Online Banking Payment Receipt", "Funds Transfer Receipt", "Telegraphic Transfer Advice", "Credit Transfer Receipt", "Transfer Slip (Customer Copy)",
    "ELECTRONIC RECEIPT (REPRINT)",
)  # fmt: skip
# One character misread, as OCR does, in a heading that is otherwise known.
MISREAD_TITLES = (
    "电子同单", "业务回旱", "客户囬单", "网上银行电于回单", "转账凭让", "付款任证", "中国工商很行业务回单", "转帐回单", "转胀凭证", "付欵回单", "业务凭汪",
    "个人业亚凭证", "电孑回单", "客尸回单", "汇款囘单", "收欵收据", "现金存款凭奈", "银仃电子回单",
)  # fmt: skip
SCREEN_STATES = (
    "转账成功", "转账汇款成功", "汇款成功!", "转账已成功", "交易已成功", "付款成功，对方已收款", "转账成功，已实时到账", "已成功转出", "资金已转出", "款项已汇出",
    "银行已扣款", "扣款成功", "对方银行已入账", "对方已到账", "收款方已入账", "已入账", "汇款已到账", "转账成功 资金已到账", "您已成功转账", "您的转账已成功",
    "恭喜您，缴费成功", "缴费成功", "您已缴费成功", "支付成功", "支付已完成", "付款已完成", "付款完成", "订单支付成功", "订单已支付", "订单已完成", "交易完成",
    "已成功付款", "实时转账成功", "跨行汇款成功", "行内转账成功", "已转账", "已支付", "已付款", "已缴费", "Payment Successful", "Transfer successful!",
    "Your payment was successful", "Transfer Completed", "Transaction completed successfully", "Paid successfully", "TRANSFER SUCCESS", "支忖成功", "转账成切", "交易戌功",
)  # fmt: skip
WALLET_STATES = (
    "支付成功", "已转账", "对方已收钱", "对方已收款", "朋友已收钱", "朋友已确认收款", "已存入零钱", "对方已存入零钱", "资金已存入对方零钱", "已收款，资金已存入零钱",
    "收款方已存入零钱", "商家已收款", "已被对方接收", "付款成功", "已支付", "支付成功，对方已收款", "已转账成功", "Paid", "Payment successful",
    "Deposited to Balance", "交易成功", "转账成功", "缴费成功", "已扣款",
)  # fmt: skip
# Headings that nobody has to know, or that promise, ask, count, or explain.
ODD_TITLES = (
    "转账登记单", "付款意向单", "电子备忘单", "汇款安排通知", "转账计划书", "付款承诺书", "付款保证书", "转账委托单", "汇款底单", "转账草单", "付款核对单", "缴费须知单",
    "付款呈批单", "转账指令单", "付款指示书", "资金调度单", "汇款预录单", "转账建议书", "询证回单", "转账模板凭证", "报价通知单", "缴费提示通知", "催缴通知书", "应缴费用通知单",
    "欠费通知单", "转账限额通知", "客户意向回单", "额度通知书", "开户回执", "签约回执", "挂失回执", "查询回执", "排号单", "取号凭条", "业务预填单", "电子退单", "退款回单", "冲正凭证",
    "待付凭证", "未付款回单", "复核单", "作废凭证", "预约回执", "Payment Instruction Slip", "Payment request advice", "Remittance proposal slip", "Pro forma receipt",
    "Quotation slip", "Payment reminder advice", "转账承诺回单", "转账核查凭条", "记账核查凭证",
)  # fmt: skip
ODD_STATES = (
    "交易挂起", "指令已送达", "款项圈存", "银行录入", "转账登记成功", "已存为模板", "对方已知悉", "短信已发送", "提交成功", "受理成功", "预约成功", "签约成功", "绑定成功",
    "充值成功", "退款成功", "撤销成功", "冲正成功", "还款成功", "申请成功", "登录成功", "待对方确认收款", "待朋友收款", "等待对方收款", "对方未收款", "已发出", "已创建",
    "已授权", "未成功", "末成功", "不成功", "付款成功率", "支付戌败", "支付失畋", "已成功提交", "已到期", "已转交", "已转人工", "已通知对方", "Transfer noted", "Transfer initiated",
    "Payment accepted", "Payment scheduled", "Order placed", "Instruction sent", "In transit", "Awaiting partner", "朋友已查看", "对方已退还", "已存入草稿", "已存入待付", "Received by bank",
    "Deposited to template",
)  # fmt: skip

# A bank's seal for what was booked, as a line of its own on a page whose heading was not read; and what is none.
SEALS = (
    "电子回单专用章", "回单专用章", "业务专用章", "中国工商银行电子回单专用章", "杭州联合农村商业银行电子印章", "中国农业银行股份有限公司业务专用章", "网上银行电子回单专用章",
    "转讫", "业务办讫章", "付讫", "核算用章", "会计业务章(03)", "电子回单专用章(12)", "电子囬单专用章", "业务专用章（2）", "清讫",
)  # fmt: skip
NO_SEALS = (
    "业务受理章", "受理专用章", "（银行盖章）", "（业务专用章）", "银行业务专用章处", "加盖电子回单专用章有效", "收件章", "发票专用章", "合同专用章", "登记专用章", "预约专用章", "待办章",
    "电子回单专用章(样)", "未盖业务专用章", "回单待打印", "作废章",
)  # fmt: skip
# Headings that say by themselves nothing of how it went.
WEAK_TITLES = ("转账汇款明细", "网上银行交易详情", "付款通知", "账户交易明细", "跨行汇款记录", "企业网银转账信息", "结算业务单", "客户付款单")  # fmt: skip
