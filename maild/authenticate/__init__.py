"""Who wrote a mail: DKIM (RFC 6376), trusted Authentication-Results (RFC 8601), DMARC alignment (RFC 7489).

Pure: the DNS answers are handed in. `questions_of` names the TXT records a mail needs, a Resolver
(resolver.py) looks them up in the main process, and `authenticate` judges, in a confined worker.

headers     raw header fields, untouched, and the body
domains     organisational domains, alignment, the domains of a From field
canonical   the two canonicalisations of RFC 6376 section 3.4
keys        a key record of the DNS → a public key
signature   one DKIM-Signature → SignatureReport
dmarc       the published policy
results     Authentication-Results, parsed, and the one field that is believed
seal        what a proof covers beside the author, and what a mail is known again by
arc         a note that an ARC chain is there
report      all of these → AuthReport
signing     our own DKIM-Signature
"""

from maild.authenticate.questions import questions, questions_of
from maild.authenticate.report import authenticate

__all__ = ["authenticate", "questions", "questions_of"]
