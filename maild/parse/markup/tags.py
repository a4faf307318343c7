"""HTML elements by what they do to text; the containers mail programs put history into."""

from __future__ import annotations

import re

VOID = frozenset((
    "!doctype", "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
))  # fmt: skip
OPTIONAL = frozenset((
    "body", "colgroup", "dd", "dt", "head", "html", "li", "option", "p", "tbody", "td", "tfoot", "th", "thead",
    "tr",
))  # fmt: skip
FORMATTING = frozenset((
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
))  # fmt: skip
BLOCK = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead",
    "tr", "ul",
))  # fmt: skip
SPACED = frozenset((
    "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul",
))  # fmt: skip
DROPPED = frozenset((
    "audio", "base", "canvas", "datalist", "embed", "head", "iframe", "link", "map", "math", "meta", "noscript",
    "object", "script", "select", "style", "svg", "template", "textarea", "title", "video",
))  # fmt: skip
PLAIN = frozenset((
    "b", "big", "code", "em", "font", "i", "o:p", "small", "span", "strong", "sub", "sup", "tt", "u",
))  # fmt: skip
STRUCK = frozenset({"del", "s", "strike"})  # taken back by who wrote it: nobody says it
CLOSERS = BLOCK | {"a", "td", "th"}  # elements whose end means something

QUOTE_CLASS = re.compile(
    r"(?:^|\s)(?:gmail_quote|gmail_quote_container|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra|"
    r"gmail_extra_quote|isReplyContent|ntes_quote|ReplyBody|foxdiv_quote|__aliyun_previous_history\w*|"
    r"tutanota_quote|ms-outlook-mobile-reference-message|mail-quote|quoteContent)(?:\s|$)",
    re.IGNORECASE,
)
QUOTE_ID = re.compile(
    r"(?:divRplyFwdMsg|isReplyContent|ntes-pcmail-quote|ntesreplycontent|appendonsend|reply-?intro|"
    r"mail-editor-reference-message-container|yahoo_quoted\w*|replycontent|origbody|spnEditorSign_reply|"
    r"lark-mail-quote\w*|mc_quote|isForwardContent)$",
    re.IGNORECASE,
)
# From these on everything that follows is history, not just their content.
TAIL_ID = re.compile(r"(?:divRplyFwdMsg|appendonsend|stopSpelling|includetail)$", re.IGNORECASE)
