"""Who may come in, and how that is known.

    gate       who sends a request: by session, by a trusted proxy's word, by a key; what a forged one lacks
    passwords  argon2id; what may be a password          limits   how long to wait after wrong ones
    sessions   signed-in browsers                        cookies  their names and attributes
    csrf       tokens of forms                           origin   where a request comes from
    cas        CAS 3.0: the same for a CAS server
    oidc       OpenID Connect: the provider's side       arrivals whom it makes of an identity
    signin     signing in by name and password           routes   the pages of it
    staff      accounts and keys, each change audited

All secrets are random, 256 bits, and only their sha256 is stored.
"""
