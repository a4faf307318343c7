"""The staff console: web pages and the HTTP API on the services that the commands use.

    desk     what every page works with        who      who is at the desk, and what they may do
    views    pages, and the same as JSON       acts     what staff do, as forms and as JSON
    web      rendering, answers, flashes       words    the texts of both languages
    guard    headers, forgery, signing in      live     what changes while somebody looks on
    pages/   the views of each area            deeds/   acts that need its pages or its memory
    app      all of it as one ASGI application serve    and on a port
    segments numbers and ids in addresses      threads  for what is slow
    told     what is told once                 in_force the rules that pages work with
    tries    back-tests of drafted rules

A page loads what it shows by a plain function, and an act is a plain function too: both run in a thread, one database
transaction each. Nothing here decides anything: the laws are the domain's, the acts are pipeline's.
"""

from maild.texts import Texts

SAY = Texts(__name__)
