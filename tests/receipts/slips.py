"""Pages drawn in letters, on which tests change a word: a bank's slip, a screen."""

from __future__ import annotations

# whole as they are with what WHOLE fills in
SLIP = """
              {title}
流水号：8801234567        交易日期：2026年11月24日
付款人名称：刘洋            收款人名称：{payee}
付款人账号：6231001234567890      收款人账号：1202024609908808891
金额大写：人民币叁拾伍元整    小写：¥35.00
{purpose}        {state}
{line}
"""
SCREEN = """
              {title}
收款人            浙江大学
收款账号          1202024609908808891
转账金额          ¥35.00
金额大写          叁拾伍元整
付款账户          尾号 5678
转账时间          2026-11-24 10:23:45
流水号            880123456712
{line}
              返回首页
"""
WHOLE = {
    "title": "电子回单",
    "payee": "浙江大学",
    "purpose": "用途：文献传递费",
    "state": "交易状态：交易成功",
    "line": "",
}
