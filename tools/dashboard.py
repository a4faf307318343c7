"""The Grafana dashboard, made of a table of panels: `make docs` writes monitoring/grafana-dashboard.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

SOURCE = {"type": "prometheus", "uid": "${DS_PROMETHEUS}"}
WIDTH, HEIGHT = 8, 8  # three in a row


class Panel(NamedTuple):
    """One panel. lines: (query, legend); stat: a number instead of a curve."""

    title: str
    unit: str
    lines: Sequence[tuple[str, str]]
    stat: bool = False
    help: str = ""


def _spread(metric: str, by: str, quantile: float) -> str:
    return f"histogram_quantile({quantile}, sum by (le{', ' + by if by else ''}) (rate({metric}_bucket[$__rate_interval])))"


ROWS: Sequence[tuple[str, Sequence[Panel]]] = (
    (
        "状态 / State",
        (
            Panel("正常工作 / Ready", "bool_yes_no", [("max(maild_ready)", "")], stat=True),
            Panel(
                "未结束的故障 / Open troubles",
                "short",
                [("count(max by (cause, about) (maild_trouble_open)) or vector(0)", "")],
                stat=True,
            ),
            Panel(
                "无需人工（30 天） / Automatic, 30 days", "percentunit", [("max(maild_automatic_ratio)", "")], stat=True
            ),
            Panel("故障 / Troubles", "short", [("max by (cause, about) (maild_trouble_open)", "{{cause}} {{about}}")]),
            Panel(
                "距上次应答 / Since the mail server answered",
                "s",
                [("time() - max by (mailbox) (maild_folder_answered_timestamp_seconds)", "{{mailbox}}")],
            ),
            Panel(
                "对账 / Balance",
                "bool_yes_no",
                [("min(maild_balance_even)", "even"), ("max(maild_database_up)", "database")],
            ),
        ),
    ),
    (
        "邮件 / Mails",
        (
            Panel(
                "每小时处理 / Decided an hour",
                "short",
                [("sum by (action) (rate(maild_mails_decided_total[1h])) * 3600", "{{action}}")],
            ),
            Panel(
                "等待处理 / Waiting",
                "short",
                [
                    ("max(maild_mails_pending)", "pending"),
                    ("sum(maild_mails_in_flight)", "in flight"),
                    ("max(maild_mails_shunted)", "shunted"),
                ],
            ),
            Panel("最早等待 / Oldest that waits", "s", [("max(maild_mails_pending_oldest_age_seconds)", "")]),
            Panel(
                "各阶段 p95 / Stages, p95", "s", [(_spread("maild_stage_duration_seconds", "stage", 0.95), "{{stage}}")]
            ),
            Panel(
                "规则命中 / Rule hits, 10 most",
                "short",
                [("topk(10, sum by (rule) (increase(maild_rule_hits_total[1d])))", "{{rule}}")],
            ),
            Panel(
                "被工作人员更正（30 天） / Corrected by staff, 30 days",
                "short",
                [
                    (
                        'sum by (fate) (max by (rule, fate) (maild_recent_rule_mails{fate=~"dismissed|elsewhere|undone"}))',
                        "{{fate}}",
                    ),
                    ("max(maild_recent_acts_undone)", "acts taken back"),
                ],
            ),
        ),
    ),
    (
        "待办与发信 / Queue and outbox",
        (
            Panel("待处理事项 / Queue", "short", [("max by (cause) (maild_queue_items)", "{{cause}}")]),
            Panel(
                "待办最长等待 / Oldest of the queue",
                "s",
                [("max by (cause) (maild_queue_oldest_age_seconds)", "{{cause}}")],
            ),
            Panel("待发通知 / Outbox", "short", [("max by (state) (maild_outbox_notices)", "{{state}}")]),
            Panel(
                "最早待发 / Oldest of the outbox",
                "s",
                [("max by (state) (maild_outbox_oldest_age_seconds)", "{{state}}")],
            ),
            Panel(
                "每小时发出 / Relayed an hour",
                "short",
                [("sum by (result) (rate(maild_notices_relayed_total[1h])) * 3600", "{{result}}")],
            ),
            Panel(
                "发信服务器 / Submission server",
                "short",
                [
                    ("max(maild_relay_breaker_trips)", "faults in a row"),
                    ("max(maild_outbox_daily_budget_left_notices)", "left of today's budget"),
                ],
            ),
        ),
    ),
    (
        "读取与网络 / Reading and network",
        (
            Panel(
                "付款凭证 / Payment proofs a day",
                "short",
                [("sum by (kind, sure) (increase(maild_receipts_read_total[1d]))", "{{kind}} {{sure}}")],
            ),
            Panel(
                "凭证读取 p95 / Reading a proof, p95",
                "s",
                [(_spread("maild_receipt_duration_seconds", "", 0.95), "p95")],
            ),
            Panel(
                "DNS", "short", [("sum by (result) (rate(maild_dns_lookups_total[$__rate_interval]))", "{{result}}")]
            ),
            Panel(
                "受限进程 / Confined readers",
                "short",
                [("sum by (pool, fault) (increase(maild_worker_faults_total[1h]))", "{{pool}} {{fault}}")],
            ),
            Panel(
                "控制台 p95 / Console, p95",
                "s",
                [(_spread("maild_http_request_duration_seconds", "method", 0.95), "{{method}}")],
            ),
            Panel(
                "内存与磁盘 / Memory and disk",
                "bytes",
                [
                    ('process_resident_memory_bytes{job="maild"}', "{{process}}"),
                    ("min(maild_disk_free_bytes)", "free"),
                    ("max(maild_database_size_bytes)", "database"),
                ],
            ),
        ),
    ),
)


def queries() -> Sequence[str]:
    """Every query of the dashboard."""
    return [query for _, panels in ROWS for panel in panels for query, _ in panel.lines]


def dashboard_json() -> str:
    """The file that Grafana imports (schema 39: Grafana 10 and later)."""
    panels: list[dict[str, Any]] = []
    y = 0
    for title, row in ROWS:
        panels.append(
            {
                "id": len(panels) + 1,
                "type": "row",
                "title": title,
                "collapsed": False,
                "panels": [],
                "gridPos": {"h": 1, "w": 24, "x": 0, "y": y},
            }
        )
        y += 1
        for place, panel in enumerate(row):
            at = {"h": HEIGHT, "w": WIDTH, "x": WIDTH * (place % 3), "y": y + HEIGHT * (place // 3)}
            panels.append(_panel(len(panels) + 1, panel, at))
        y += HEIGHT * -(-len(row) // 3)
    made = {
        "__inputs": [{"name": "DS_PROMETHEUS", "label": "Prometheus", "type": "datasource", "pluginId": "prometheus", "pluginName": "Prometheus"}],
        "__requires": [
            {"type": "grafana", "id": "grafana", "name": "Grafana", "version": "10.4.0"},
            {"type": "datasource", "id": "prometheus", "name": "Prometheus", "version": "1.0.0"},
        ],
        "uid": "maild-office",
        "title": "maild",
        "tags": ["maild"],
        "schemaVersion": 39,
        "timezone": "browser",
        "refresh": "1m",
        "time": {"from": "now-24h", "to": "now"},
        "editable": True,
        "templating": {"list": []},
        "annotations": {"list": []},
        "panels": panels,
    }  # fmt: skip
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _panel(number: int, panel: Panel, at: dict[str, int]) -> dict[str, Any]:
    targets = [
        {
            "refId": chr(ord("A") + place),
            "datasource": SOURCE,
            "expr": query,
            "legendFormat": legend or "__auto",
            "range": not panel.stat,
            "instant": panel.stat,
        }
        for place, (query, legend) in enumerate(panel.lines)
    ]
    return {
        "id": number,
        "type": "stat" if panel.stat else "timeseries",
        "title": panel.title,
        "datasource": SOURCE,
        "gridPos": at,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}} if panel.stat
        else {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []}, "tooltip": {"mode": "multi", "sort": "desc"}},
        "targets": targets,
    }  # fmt: skip
