"""The rule engine: rules are TOML data; a mail comes in parsed and goes out classified, with its fields.

load.load()              reads the rule files, shipped and overriding ones → RuleSet
load.known_providers()   who is trusted, without the rules
ruleset.RuleSet          classify(), explain(), test()

Nothing of it is imported here: who reads one table of the office does not load the engine.
"""

from maild.texts import Texts

SAY = Texts(__name__)
