"""What Prometheus and Grafana are given: it names metrics that exist, its PromQL parses, its alerts fire and end."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from maild.domain.operation.metric import METRICS, Sort
from tests.servers.prometheus import promtool
from tools.dashboard import queries

ROOT = Path(__file__).parents[3]
RULES = ROOT / "monitoring" / "maild.rules.yml"
OTHERS = {"process_resident_memory_bytes", "up"}  # the library's, and Prometheus' own
WORDS = re.compile(r"\b(?:maild_[a-z0-9_]+|process_[a-z_]+|up)\b")


def exported() -> set[str]:
    """Every name that can stand in a query."""
    names = {metric.name for metric in METRICS} | OTHERS
    for metric in METRICS:
        if metric.sort is Sort.HISTOGRAM:
            names |= {metric.name + end for end in ("_bucket", "_sum", "_count")}
    return names


def test_a_metric_is_named_as_prometheus_asks() -> None:
    """Base units, _total of counters alone, nothing twice, a sentence of help, labels that are names."""
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names) > 40
    for metric in METRICS:
        assert re.fullmatch(r"maild_[a-z0-9]+(_[a-z0-9]+)*", metric.name)
        assert metric.name.endswith("_total") == (metric.sort is Sort.COUNTER), metric.name
        assert not re.search(r"_(ms|milliseconds|minutes|hours|kb|mb|percent)(_|$)", metric.name)
        assert metric.name.endswith("_seconds") or metric.sort is not Sort.HISTOGRAM
        assert metric.help.endswith(".")
        assert all(re.fullmatch(r"[a-z]+", label) and label not in {"job", "instance", "le"} for label in metric.labels)


@pytest.mark.parametrize("what", ["alerts", "dashboard"])
def test_every_metric_that_is_named_exists(what: str) -> None:
    """A metric that is renamed would leave an alert that never fires."""
    text = RULES.read_text("utf-8") if what == "alerts" else "\n".join(queries())
    expressions = re.findall(r"expr: (\|\n(?: {10,}.*\n)+|.*)", text) if what == "alerts" else [text]
    named = {word for each in expressions for word in WORDS.findall(each)}
    assert len(named) > 15
    assert named <= exported(), named - exported()


def test_alerts_and_configuration_are_taken_by_promtool() -> None:
    """Every alert, and what is to be added to prometheus.yml."""
    assert "SUCCESS" in promtool("check", "rules", "--lint-fatal", str(RULES))
    assert "SUCCESS" in promtool("check", "config", str(RULES.with_name("prometheus.yml")))


def test_every_query_of_the_dashboard_is_promql(tmp_path: Path) -> None:
    """As rules, promtool parses them; Grafana's variable stands for a time."""
    rules = [
        {"record": f"panel:{place}", "expr": query.replace("$__rate_interval", "5m")}
        for place, query in enumerate(queries())
    ]
    file = tmp_path / "queries.yml"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))  # JSON is YAML
    assert f"{len(rules)} rules found" in promtool("check", "rules", str(file))


def test_the_dashboard_is_what_grafana_imports() -> None:
    """Panels side by side without overlap, each with its queries and the data source that is asked for."""
    made = json.loads((ROOT / "monitoring" / "grafana-dashboard.json").read_text("utf-8"))
    taken: set[tuple[int, int]] = set()
    for panel in made["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken
        assert all(0 <= x < 24 for x, _ in cells)
        taken |= cells
    shown = [target["expr"] for panel in made["panels"] for target in panel.get("targets", ())]
    assert shown == list(queries())
    assert {each["name"] for each in made["__inputs"]} == {"DS_PROMETHEUS"}
    assert len({panel["id"] for panel in made["panels"]}) == len(made["panels"])


def _case(series: dict[str, str], at: str, alert: str, fires: list[dict[str, str]]) -> dict[str, Any]:
    """A test of promtool: alerts by their labels alone."""
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {
                "expr": f'ALERTS{{alertname="{alert}", alertstate="firing"}}',
                "eval_time": at,
                "exp_samples": [
                    {"labels": _labels({"alertname": alert, "alertstate": "firing", **labels}), "value": 1}
                    for labels in fires
                ],
            }
        ],
    }


def _labels(labels: dict[str, str]) -> str:
    return "ALERTS{" + ", ".join(f'{name}="{value}"' for name, value in labels.items()) + "}"


CASES = [
    _case({'maild_ready{process="daemon"}': "1x5 0x20", 'maild_ready{process="console"}': "1x5 0x20"}, "15m",
          "MaildNotReady", [{"severity": "critical"}]),
    _case({"maild_ready": "1x5 0x3 1x20"}, "12m", "MaildNotReady", []),
    _case({'maild_trouble_open{cause="relay_failing", about="", process="daemon"}': "1x30",
           'maild_trouble_open{cause="relay_failing", about="", process="console"}': "1x30"}, "20m",
          "MaildTrouble", [{"severity": "warning", "cause": "relay_failing"}]),
    _case({'maild_last_beat_timestamp_seconds{role="daemon"}': "0x30", "maild_ready": "0x30"}, "5m",
          "MaildDaemonSilent", [{"severity": "critical"}]),
    _case({'maild_folder_answered_timestamp_seconds{mailbox="office/INBOX"}': "0x60",
           'maild_folder_answered_timestamp_seconds{mailbox="office/Sent"}': "0+60x60"}, "40m",
          "MaildFolderUnheard", [{"severity": "critical", "mailbox": "office/INBOX"}]),
    _case({"maild_mails_shunted": "3x60 5x60"}, "70m", "MaildMailsShunted", [{"severity": "warning"}]),
    _case({"maild_mails_shunted": "3x120"}, "70m", "MaildMailsShunted", []),
    _case({'maild_dns_lookups_total{result="failed"}': "0+9x60", 'maild_dns_lookups_total{result="found"}': "0+1x60",
           'maild_dns_lookups_total{result="cached"}': "0+900x60"}, "40m", "MaildDnsFailing", [{"severity": "warning"}]),
    _case({"maild_outbox_daily_budget_notices": "0x9", "maild_outbox_daily_budget_left_notices": "0x9"}, "5m",
          "MaildBudgetLow", []),
    _case({"maild_outbox_daily_budget_notices": "100x9", "maild_outbox_daily_budget_left_notices": "4x9"}, "5m",
          "MaildBudgetLow", [{"severity": "warning"}]),
    _case({"maild_balance_even": "1x3000", "maild_balance_timestamp_seconds": "0x3000"}, "2881m", "MaildBalance",
          [{"severity": "critical"}]),
    _case({"maild_recent_acts_undone": "2x1500 14x60"}, "1510m", "MaildTakenBack", [{"severity": "info"}]),
]  # fmt: skip


def test_alerts_fire_when_they_should_and_only_then(tmp_path: Path) -> None:
    """Series over time, run through Prometheus' own engine."""
    file = tmp_path / "cases.yml"
    file.write_text(json.dumps({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": CASES}))
    assert "SUCCESS" in promtool("test", "rules", str(file))
