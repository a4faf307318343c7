"""The rule engine: rules are TOML data; a mail comes in parsed and goes out classified, with its fields.

load()       reads the rule files, shipped and overriding ones → RuleSet
RuleSet      classify(), explain(), test()
"""

from maild.classify.load import load
from maild.classify.ruleset import ExampleResult, RuleSet

__all__ = ["ExampleResult", "RuleSet", "load"]
