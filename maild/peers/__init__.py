"""ISO 18626 on the wire: messages read without trust, and written as the standard orders them.

xml      XML → elements, bounded, without document types and entities
schema   what a supplyingAgencyMessage consists of, as a table; what is wrong with one
message  a provider's news → message; XML and JSON, in and out
"""

from maild.texts import Texts

SAY = Texts(__name__)
