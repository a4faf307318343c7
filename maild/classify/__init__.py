"""The rule engine: rules are TOML data; a mail comes in parsed and goes out classified, with its fields.

load()       reads the rule files, shipped and overriding ones → RuleSet
known_providers()  who is trusted, without the rules
RuleSet      classify(), explain(), test()
"""

from maild.classify.load import known_providers, load
from maild.classify.ruleset import ExampleResult, RuleSet

__all__ = ["ExampleResult", "RuleSet", "known_providers", "load"]
