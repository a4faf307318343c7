"""The areas of the console: one module of pages and one of acts each. The only list of them."""

from __future__ import annotations

from starlette.routing import BaseRoute

from maild.console.access import once, routes
from maild.console.acts import Act
from maild.console.deeds import health as health_deeds
from maild.console.deeds import look
from maild.console.deeds import rule_maker as rule_maker_deeds
from maild.console.made import made
from maild.console.pages import access as access_pages
from maild.console.pages import audit as audit_pages
from maild.console.pages import desk as desk_pages
from maild.console.pages import files as file_pages
from maild.console.pages import guide as guide_pages
from maild.console.pages import health as health_pages
from maild.console.pages import invoices as invoice_pages
from maild.console.pages import notices as notice_pages
from maild.console.pages import outbox as outbox_pages
from maild.console.pages import patrons as patron_pages
from maild.console.pages import payments as payment_pages
from maild.console.pages import personal as personal_pages
from maild.console.pages import registrations as registration_pages
from maild.console.pages import search as search_pages
from maild.console.pages import second as second_pages
from maild.console.pages import settings as settings_pages
from maild.console.pages import statistics as statistics_pages
from maild.console.pages import today as today_pages
from maild.console.pages import transactions as transaction_pages
from maild.console.pages import year as year_pages
from maild.console.pages.queue import drafts as queue_drafts
from maild.console.pages.queue import ignored as queue_ignored
from maild.console.pages.queue import item as queue_item
from maild.console.pages.queue import listed as queue_list
from maild.console.pages.queue import news as queue_news
from maild.console.pages.queue import speakers as queue_speakers
from maild.console.pages.queue import work as queue_work
from maild.console.pages.rules import maker as rule_maker_pages
from maild.console.pages.rules import rules as rule_pages
from maild.console.pages.rules import tries as rule_try_pages
from maild.console.views import View

VIEWS: tuple[View, ...] = (
    *queue_ignored.VIEWS,
    *queue_drafts.VIEWS,
    *queue_speakers.VIEWS,
    *queue_list.VIEWS,
    *queue_item.VIEWS,
    *transaction_pages.VIEWS,
    *patron_pages.VIEWS,
    *personal_pages.VIEWS,
    *registration_pages.VIEWS,
    *payment_pages.VIEWS,
    *invoice_pages.VIEWS,
    *outbox_pages.VIEWS,
    *notice_pages.VIEWS,
    *rule_pages.VIEWS,
    *rule_maker_pages.VIEWS,
    *rule_try_pages.VIEWS,
    *second_pages.VIEWS,
    *year_pages.VIEWS,
    *statistics_pages.VIEWS,
    *access_pages.VIEWS,
    *desk_pages.VIEWS,
    *guide_pages.VIEWS,
    *today_pages.VIEWS,
    *health_pages.VIEWS,
    *audit_pages.VIEWS,
    *settings_pages.VIEWS,
    *search_pages.VIEWS,
)
PARTS: tuple[View, ...] = (
    *queue_news.PARTS,
    *queue_work.PARTS,
    *payment_pages.PARTS,
)  # of pages: what their scripts ask for
ACTS: tuple[Act, ...] = (
    *made(),
    *rule_maker_deeds.ACTS,
    *health_deeds.ACTS,
)
ROUTES: tuple[BaseRoute, ...] = (
    *look.ROUTES,
    *search_pages.ROUTES,
    *file_pages.ROUTES,
    *routes.ROUTES,
    *once.ROUTES,
    *today_pages.ROUTES,
    *health_pages.ROUTES,
    *audit_pages.ROUTES,
    *personal_pages.ROUTES,
    *outbox_pages.ROUTES,
    *notice_pages.ROUTES,
    *year_pages.ROUTES,
)
