"""The words for what was read of a mail: fields, places, files, repairs, and why a server refused.

Keys are the values of the enumerations, or the stable words, that are named above each table.
"""

from __future__ import annotations

from maild.domain.wording.words import table

# What rules and readers read from a mail, by the names in rules/*.toml.
FIELDS = table(
    {
        "account": ("账户", "account"),
        "account_step": ("账户步骤", "account step"),
        "amount": ("金额", "amount"),
        "beside": ("另有内容", "said beside it"),
        "campus_card": ("校园卡", "campus card"),
        "cloud": ("网盘链接", "link to a cloud file"),
        "command": ("指令", "command"),
        "consent": ("同意费用", "fee accepted"),
        "daily": ("每天汇总", "one mail a day"),
        "declined": ("不同意费用", "fee declined"),
        "department": ("单位", "department"),
        "due": ("应还日期", "due date"),
        "each": ("逐封发送", "each notice at once"),
        "email": ("邮箱", "e-mail address"),
        "expires": ("有效期", "expires"),
        "identity_step": ("身份认证步骤", "identity step"),
        "item": ("开票项目", "item"),
        "length": ("时长", "length of time"),
        "literature": ("文献信息", "literature"),
        "login": ("登录名、卡号", "login or card number"),
        "looked": ("已查看垃圾邮件箱", "looked in the spam folder"),
        "note": ("备注", "note"),
        "number": ("号码", "number"),
        "old_email": ("原邮箱", "former address"),
        "other_asked": ("还问到", "also asked"),
        "pages": ("页数", "pages"),
        "password": ("密码", "password"),
        "patron_email": ("读者邮箱", "patron's address"),
        "patron_name": ("读者姓名", "patron's name"),
        "payable": ("应付金额", "amount to pay"),
        "person": ("开给个人", "for a person"),
        "phone": ("电话", "phone"),
        "pickup_place": ("取件地点", "pick-up place"),
        "provider_name": ("提供馆", "supplying library"),
        "reason": ("原因", "reason"),
        "renewal": ("续借结果", "renewal"),
        "request_id": ("对方的编号", "the provider's own number"),
        "reserve": ("保留意见", "reservation"),
        "rush": ("加急", "rush"),
        "serial": ("单号、条码", "serial or barcode"),
        "service": ("服务类型", "service"),
        "state_asked": ("询问的状态", "state asked for"),
        "status": ("状态", "status"),
        "submitted": ("提交时间", "submitted"),
        "subsidy": ("补贴", "subsidy"),
        "tax_number": ("税号", "tax number"),
        "title": ("题名", "title"),
        "total": ("总费用", "total fee"),
        "transaction": ("事务号", "request number"),
        "terms": ("使用期限或条件", "terms of use"),
        "secret": ("提取码或密码", "password"),
        "demand": ("需补充的内容", "what is asked for"),
        "sent_back": ("退回的说法", "words by which it is sent back"),
        "refusal": ("拒绝的说法", "words of a refusal"),
        "free": ("不收费的说法", "words that it costs nothing"),
        "no_more": ("不必再发的说法", "words that it is not to be sent again"),
        "until": ("截止日期", "until"),
        "url": ("下载链接", "link"),
    }
)

# maild.classify.vocabulary.model.FieldType: what the value of a field is.
FIELD_TYPES = table(
    {
        "text": ("文字", "text"),
        "transaction": ("事务号", "request number"),
        "money": ("金额", "amount of money"),
        "date": ("日期", "date"),
        "datetime": ("日期和时间", "date and time"),
        "url": ("链接", "link"),
        "terms": ("使用条件", "terms of use"),
        "integer": ("整数", "whole number"),
        "email": ("邮箱", "e-mail address"),
        "state": ("状态", "state"),
        "reason": ("原因", "reason"),
        "code": ("密码或代码", "password or code"),
        "length": ("时长", "length of time"),
        "login": ("登录名、卡号", "login or card number"),
    }
)

# maild.parse.defects: what had to be mended to read a mail.
DEFECTS = table(
    {
        "address-broken": ("地址写法有误", "an address is broken"),
        "address-in-encoded-word": ("地址被编码", "an address is hidden in an encoded word"),
        "address-unterminated": ("地址没有写完", "an address is not finished"),
        "bare-cr": ("换行不规范", "odd line ends"),
        "base64-broken": ("base64 编码有误", "broken base64"),
        "base64-in-pieces": ("base64 分成几段", "base64 in pieces"),
        "base64-not": ("声称 base64，实际不是", "called base64 and is not"),
        "bidi-override": ("含有改变文字方向的字符", "characters that turn the text around"),
        "blank-line-in-headers": ("邮件头中有空行", "an empty line within the headers"),
        "blank-lines-before-headers": ("邮件头之前有空行", "empty lines before the headers"),
        "boundary-guessed": ("分段标记是推测的", "the boundary is a guess"),
        "byte-order-mark": ("开头有字节序标记", "a byte order mark"),
        "charset-guessed": ("字符集是推测的", "the charset is a guess"),
        "charset-mislabelled": ("字符集标错", "the charset is mislabelled"),
        "charset-undeclared": ("没有标明字符集", "no charset is declared"),
        "charset-unknown": ("字符集未知", "an unknown charset"),
        "cloud-attachment": ("附件是网盘链接", "an attachment is a link"),
        "content-type-odd": ("内容类型写法不规范", "an odd content type"),
        "date-unreadable": ("日期无法读取", "the date cannot be read"),
        "decoded-too-much": ("解码后过大", "too much when decoded"),
        "duplicate-header": ("邮件头重复", "a header stands twice"),
        "duplicate-parameter": ("参数重复", "a parameter stands twice"),
        "empty-alternative": ("有空的正文版本", "an empty alternative"),
        "encoded-message": ("内含邮件被编码", "an enclosed mail is encoded"),
        "encoded-multipart": ("分段部分被编码", "an encoded multipart"),
        "encoded-word-broken": ("邮件头编码有误", "a broken encoded word"),
        "encrypted": ("已加密", "encrypted"),
        "file-as-text": ("文件当作正文发来", "a file sent as text"),
        "file-name-cleaned": ("文件名已清理", "a file name was cleaned"),
        "file-without-name": ("文件没有名称", "a file without a name"),
        "from-missing": ("没有发件人", "no From"),
        "header-block-too-long": ("邮件头过长", "the headers are too long"),
        "header-too-long": ("某个邮件头过长", "a header is too long"),
        "header-without-colon": ("邮件头没有冒号", "a header without a colon"),
        "hidden-text": ("含有隐藏文字", "hidden text"),
        "html-as-text": ("HTML 当作纯文本发来", "HTML sent as plain text"),
        "html-too-deep": ("HTML 嵌套过深", "HTML nested too deep"),
        "html-too-long": ("HTML 过长", "HTML too long"),
        "link-dropped": ("已去掉可疑链接", "a link was dropped"),
        "mbox-from-line": ("开头有 mbox 的 From 行", "a From line of a mbox"),
        "message-id-missing": ("没有 Message-ID", "no Message-ID"),
        "message-id-odd": ("Message-ID 不规范", "an odd Message-ID"),
        "message-kept-closed": ("内含邮件未打开", "an enclosed mail was kept closed"),
        "more-defects": ("还有其他问题", "more of them"),
        "multipart-unterminated": ("分段没有结束", "a multipart without its end"),
        "multipart-without-parts": ("分段中没有内容", "a multipart without parts"),
        "nested-encoded-word": ("编码中又有编码", "encoded words within one another"),
        "newline-in-header": ("邮件头中有换行", "a line break in a header"),
        "no-empty-line-after-headers": ("邮件头后没有空行", "no empty line after the headers"),
        "no-headers": ("没有邮件头", "no headers"),
        "nul": ("含有空字符", "NUL characters"),
        "outlook-message-not-opened": ("Outlook 邮件文件未打开", "an Outlook message was not opened"),
        "scan-limit": ("内容过多，没有全部检查", "too much to be looked at"),
        "signed": ("带有签名", "signed"),
        "smime-unreadable": ("S/MIME 无法读取", "S/MIME that cannot be read"),
        "text-too-long": ("正文过长", "the text is too long"),
        "tnef-broken": ("winmail.dat 已损坏", "winmail.dat is broken"),
        "tnef-rtf-not-decoded": ("winmail.dat 中的正文未解码", "the text in winmail.dat was not decoded"),
        "too-deep": ("嵌套过深", "nested too deep"),
        "too-many-addresses": ("地址过多", "too many addresses"),
        "too-many-header-lines": ("邮件头行数过多", "too many header lines"),
        "too-many-headers": ("邮件头过多", "too many headers"),
        "too-many-inline-images": ("正文图片过多", "too many pictures in the text"),
        "too-many-mails": ("内含邮件过多", "too many enclosed mails"),
        "too-many-parameters": ("参数过多", "too many parameters"),
        "too-many-parts": ("分段过多", "too many parts"),
        "too-many-recipients": ("收件人过多", "too many recipients"),
        "too-much-text": ("文字过多", "too much text"),
        "transfer-encoding-unknown": ("传输编码未知", "an unknown transfer encoding"),
        "undeclared-8bit": ("含有未声明的 8 位字符", "undeclared 8-bit characters"),
        "undecodable": ("部分字符无法解码", "characters that cannot be decoded"),
        "utf-16-mail": ("整封邮件是 UTF-16", "the whole mail is UTF-16"),
        "uuencode-unterminated": ("uuencode 没有结束", "uuencode without its end"),
    }
)

# maild.domain.outgoing.reply.Judgement.reason: why a server refused, and those of maild.parse.reports.bounce.
REFUSALS = table(
    {
        "address-syntax": ("地址写法不对", "the address is malformed"),
        "content-refused": ("内容被拒收", "the content is refused"),
        "delayed": ("延迟送达", "delayed"),
        "domain-not-found": ("域名不存在", "the domain does not exist"),
        "expired": ("超时未送达", "given up after a long time"),
        "greylisted": ("暂缓接收（灰名单）", "put off (greylisting)"),
        "login-refused": ("登录被拒", "the login is refused"),
        "mailbox-closed": ("邮箱已停用", "the mailbox is closed"),
        "mailbox-full": ("邮箱已满", "the mailbox is full"),
        "mailbox-not-found": ("邮箱不存在", "there is no such mailbox"),
        "mailbox-refused": ("邮箱不接收", "the mailbox does not take it"),
        "message-too-large": ("邮件过大", "the mail is too large"),
        "policy": ("对方策略不允许", "against the receiver's policy"),
        "rate-limited": ("发送过于频繁", "too many mails at a time"),
        "refused": ("被拒收", "refused"),
        "refused-for-now": ("暂时拒收", "refused for now"),
        "relay-denied": ("不允许转发", "relaying is denied"),
        "sender-listed": ("发件人在黑名单中", "the sender is on a black list"),
        "sender-refused": ("发件人被拒", "the sender is refused"),
        "spam-suspected": ("疑似垃圾邮件", "taken for spam"),
        "unknown": ("原因不明", "no reason is known"),
        "unreachable": ("连不上对方服务器", "the server cannot be reached"),
    }
)

# maild.classify.reading.claims.Claim.place: where in a mail something is said.
PLACES = table(
    {
        "status": ("状态栏", "status"),
        "subject": ("主题", "subject"),
        "text": ("正文", "text"),
    }
)

# maild.domain.incoming.mail.Origin
ATTACHED_AS = table(
    {
        "part": ("附件", "attached"),
        "inline": ("正文中的图片", "shown in the text"),
        "uuencode": ("正文中编码的文件", "encoded within the text"),
        "tnef": ("winmail.dat 中的文件", "inside winmail.dat"),
        "smime": ("签名邮件中的文件", "inside a signed mail"),
    }
)

# maild.domain.incoming.document.DocumentFault
DOCUMENT_FAULTS = table(
    {
        "empty": ("空文件", "it is empty"),
        "truncated": ("文件不完整", "its end is missing"),
        "encrypted": ("需要密码", "it needs a password"),
        "login_page": ("是登录页面", "it is a page that asks for a login"),
        "not_a_document": ("不是文献", "it is no document"),
        "wrong_type": ("类型不符", "it is of another kind than it says"),
        "page_count": ("页数不符", "the number of pages differs"),
        "unreadable": ("无法打开", "it cannot be opened"),
    }
)
