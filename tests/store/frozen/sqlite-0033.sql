CREATE TABLE account (
	name TEXT NOT NULL, 
	display TEXT NOT NULL, 
	role TEXT NOT NULL, 
	password TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	disabled BOOLEAN NOT NULL, 
	locale TEXT NOT NULL, 
	created BIGINT NOT NULL, 
	revoked BIGINT, 
	seen BIGINT, 
	version INTEGER NOT NULL, provisional BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_account PRIMARY KEY (name)
);
INSERT INTO "account" VALUES ('x', 'x', 'x', 'x', 'x', 0, 'x', 1, NULL, NULL, 1, 0);
CREATE TABLE address (
	address TEXT NOT NULL, 
	trouble TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	since BIGINT, 
	bounced_until BIGINT, 
	permanent BOOLEAN NOT NULL, 
	complained BIGINT, 
	told BIGINT, 
	CONSTRAINT pk_address PRIMARY KEY (address)
);
INSERT INTO "address" VALUES ('x', 'x', 'x', NULL, NULL, 0, NULL, NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES ('0033');
CREATE TABLE api_answer (
	account TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	status INTEGER, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_api_answer PRIMARY KEY (account, "key")
);
INSERT INTO "api_answer" VALUES ('x', 'x', 'x', 1, NULL, 'x');
CREATE TABLE api_token (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	token TEXT NOT NULL, 
	account TEXT NOT NULL, 
	label TEXT NOT NULL, 
	scopes JSON NOT NULL, 
	created BIGINT NOT NULL, 
	expires BIGINT, 
	seen BIGINT, 
	revoked BIGINT, 
	CONSTRAINT fk_api_token_account FOREIGN KEY(account) REFERENCES account (name) ON DELETE CASCADE
);
INSERT INTO "api_token" VALUES (1, 'x', 'x', 'x', '{}', 1, NULL, NULL, NULL);
CREATE TABLE blob_part (
	whole TEXT NOT NULL, 
	part TEXT NOT NULL, 
	CONSTRAINT pk_blob_part PRIMARY KEY (whole, part)
);
INSERT INTO "blob_part" VALUES ('x', 'x');
CREATE TABLE decision (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	mail_id BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	action TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	body JSON NOT NULL, 
	CONSTRAINT fk_decision_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id) ON DELETE CASCADE
);
INSERT INTO "decision" VALUES (1, 1, 1, 'x', 'x', 'x', 'x', '{}');
CREATE TABLE desk_kept (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	sort TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	name TEXT NOT NULL, 
	body JSON NOT NULL, 
	actor TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT uq_desk_kept_sort_owner_name UNIQUE (sort, owner, name)
);
INSERT INTO "desk_kept" VALUES (1, 'x', 'x', 'x', '{}', 'x', 1);
CREATE TABLE document (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	number TEXT, 
	digest TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	filename TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	pages INTEGER, 
	url TEXT NOT NULL, 
	password TEXT NOT NULL, 
	expires BIGINT, 
	mail_id BIGINT, 
	stored BIGINT NOT NULL, terms TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT fk_document_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id) ON DELETE SET NULL, 
	CONSTRAINT fk_document_number FOREIGN KEY(number) REFERENCES transactions (number), 
	CONSTRAINT uq_document_number_digest UNIQUE (number, digest)
);
INSERT INTO "document" VALUES (1, NULL, 'x', 'x', 'x', 'x', 1, NULL, 'x', 'x', NULL, NULL, 1, 'x');
CREATE TABLE erased (
	sort TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_erased PRIMARY KEY (sort, digest)
);
INSERT INTO "erased" VALUES ('x', 'x', 1);
CREATE TABLE event (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	"key" TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	number TEXT NOT NULL, 
	body JSON NOT NULL, 
	state TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	free_at BIGINT, 
	lease_owner TEXT NOT NULL, 
	sent BIGINT, 
	reply TEXT NOT NULL
);
INSERT INTO "event" VALUES (1, 'x', 1, 'x', 'x', '{}', 'x', 1, NULL, 'x', NULL, 'x');
CREATE TABLE evidence (
	seq BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	row_id BIGINT NOT NULL, 
	salt TEXT NOT NULL, 
	seal TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	node TEXT NOT NULL, 
	root TEXT NOT NULL, 
	CONSTRAINT pk_evidence PRIMARY KEY (seq)
);
INSERT INTO "evidence" VALUES (1, 'x', 1, 'x', '0000000000000000000000000000000000000000000000000000000000000000', '0000000000000000000000000000000000000000000000000000000000000000', '0000000000000000000000000000000000000000000000000000000000000000', '0000000000000000000000000000000000000000000000000000000000000000');
CREATE TABLE evidence_act (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	what TEXT NOT NULL, 
	why TEXT NOT NULL, 
	leaves JSON NOT NULL
);
INSERT INTO "evidence_act" VALUES (1, 1, 'x', 'x', 'x', '{}');
CREATE TABLE failed_login (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at BIGINT NOT NULL, 
	account TEXT NOT NULL, 
	origin TEXT NOT NULL
);
INSERT INTO "failed_login" VALUES (1, 1, 'x', 'x');
CREATE TABLE figure (
	measure TEXT NOT NULL, 
	day DATE NOT NULL, 
	"key" TEXT NOT NULL, 
	second TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	value BIGINT NOT NULL, 
	median BIGINT, 
	high BIGINT, 
	CONSTRAINT pk_figure PRIMARY KEY (measure, day, "key", second)
);
INSERT INTO "figure" VALUES ('x', '2026-11-24', 'x', 'x', 1, 1, NULL, NULL);
CREATE TABLE figure_run (
	extent TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_figure_run PRIMARY KEY (extent)
);
INSERT INTO "figure_run" VALUES ('x', 1);
CREATE TABLE fresh_copy (
	name TEXT NOT NULL, 
	whole BLOB NOT NULL, 
	CONSTRAINT pk_fresh_copy PRIMARY KEY (name)
);
INSERT INTO "fresh_copy" VALUES ('x', X'78');
CREATE TABLE heard (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at BIGINT NOT NULL, 
	address TEXT NOT NULL, 
	domain TEXT NOT NULL, 
	what TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	outbox_id BIGINT, 
	mail_id BIGINT
);
INSERT INTO "heard" VALUES (1, 1, 'x', 'x', 'x', 'x', NULL, NULL);
CREATE TABLE heartbeat (
	role TEXT NOT NULL, 
	host TEXT NOT NULL, 
	pid INTEGER NOT NULL, 
	version TEXT NOT NULL, 
	started BIGINT NOT NULL, 
	seen BIGINT NOT NULL, 
	stopped BIGINT, 
	status TEXT NOT NULL, 
	data JSON NOT NULL, 
	CONSTRAINT pk_heartbeat PRIMARY KEY (role, host)
);
INSERT INTO "heartbeat" VALUES ('x', 'x', 1, 'x', 1, 1, NULL, 'x', '{}');
CREATE TABLE ignored_sender (
	address TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_ignored_sender PRIMARY KEY (address)
);
INSERT INTO "ignored_sender" VALUES ('x', 'x', 1, 'x');
CREATE TABLE invoice (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	patron_id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	tax_number TEXT NOT NULL, 
	email TEXT NOT NULL, 
	cents BIGINT, 
	currency TEXT, 
	state TEXT NOT NULL, 
	number TEXT NOT NULL, 
	issued DATE, 
	sha256 TEXT NOT NULL, 
	filename TEXT NOT NULL, 
	warnings JSON NOT NULL, 
	note TEXT NOT NULL, 
	mail_id BIGINT, 
	created BIGINT NOT NULL, 
	updated BIGINT NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT fk_invoice_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id) ON DELETE SET NULL, 
	CONSTRAINT uq_invoice_mail_id_patron_id_title UNIQUE (mail_id, patron_id, title)
);
INSERT INTO "invoice" VALUES (1, 'x', 'x', 'x', 'x', NULL, NULL, 'x', 'x', NULL, 'x', 'x', '{}', 'x', NULL, 1, 1, 1);
CREATE TABLE invoice_transaction (
	invoice_id BIGINT NOT NULL, 
	position INTEGER NOT NULL, 
	number TEXT NOT NULL, 
	CONSTRAINT pk_invoice_transaction PRIMARY KEY (invoice_id, position), 
	CONSTRAINT fk_invoice_transaction_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoice (id) ON DELETE CASCADE
);
INSERT INTO "invoice_transaction" VALUES (1, 1, 'x');
CREATE TABLE journal (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	what TEXT NOT NULL, 
	number TEXT NOT NULL, 
	mail_id BIGINT, 
	outbox_id BIGINT, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	reasons JSON NOT NULL, 
	data JSON NOT NULL
);
INSERT INTO "journal" VALUES (1, 1, 'x', 'x', 'x', NULL, NULL, 'x', 'x', '{}', '{}');
CREATE TABLE learned_model (
	version TEXT NOT NULL, 
	made BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	weights BLOB NOT NULL, 
	report JSON NOT NULL, 
	CONSTRAINT pk_learned_model PRIMARY KEY (version)
);
INSERT INTO "learned_model" VALUES ('x', 1, 'x', X'78', '{}');
CREATE TABLE learned_use (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	what TEXT NOT NULL, 
	version TEXT NOT NULL, 
	note TEXT NOT NULL
);
INSERT INTO "learned_use" VALUES (1, 1, 'x', 'x', 'x', 'x');
CREATE TABLE ledger_claim (
	entry_id BIGINT NOT NULL, 
	tip TEXT NOT NULL, 
	settled_by TEXT NOT NULL, 
	patron_id TEXT NOT NULL, 
	cents BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_ledger_claim PRIMARY KEY (entry_id), 
	CONSTRAINT fk_ledger_claim_entry_id FOREIGN KEY(entry_id) REFERENCES ledger_entry (id), 
	CONSTRAINT uq_ledger_claim_tip UNIQUE (tip)
);
INSERT INTO "ledger_claim" VALUES (1, 'x', 'x', 'x', 1, 'x', 1);
CREATE TABLE ledger_entry (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	settles TEXT, 
	line TEXT, 
	reason TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	mail_id BIGINT, 
	CONSTRAINT uq_ledger_entry_settles UNIQUE (settles), 
	CONSTRAINT uq_ledger_entry_key UNIQUE ("key")
);
INSERT INTO "ledger_entry" VALUES (1, 'x', 'x', NULL, NULL, 'x', 1, 'x', NULL);
CREATE TABLE ledger_posting (
	entry_id BIGINT NOT NULL, 
	position INTEGER NOT NULL, 
	book TEXT NOT NULL, 
	cents BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	patron_id TEXT NOT NULL, 
	number TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	CONSTRAINT pk_ledger_posting PRIMARY KEY (entry_id, position), 
	CONSTRAINT fk_ledger_posting_entry_id FOREIGN KEY(entry_id) REFERENCES ledger_entry (id)
);
INSERT INTO "ledger_posting" VALUES (1, 1, 'x', 1, 'x', 'x', 'x', 'x');
CREATE TABLE letter (
	address TEXT NOT NULL, 
	message_id TEXT NOT NULL, 
	number TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_letter PRIMARY KEY (address, message_id, number)
);
INSERT INTO "letter" VALUES ('x', 'x', 'x', 1);
CREATE TABLE mail (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	sha256 TEXT NOT NULL, 
	message_id TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	sender TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	received BIGINT, 
	stored BIGINT NOT NULL, 
	status TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	error TEXT NOT NULL, 
	settled BIGINT, 
	free_at BIGINT, 
	lease_owner TEXT NOT NULL, recovered BOOLEAN DEFAULT 0 NOT NULL, turn BIGINT DEFAULT 0 NOT NULL, erased BIGINT, 
	CONSTRAINT uq_mail_sha256_message_id UNIQUE (sha256, message_id)
);
INSERT INTO "mail" VALUES (1, 'aa', '<m@x>', 1, '', '', NULL, 1795478400000000, 'settled', '', '', '', 0, '', NULL, NULL, '', 0, 0, NULL);
CREATE TABLE mail_location (
	mailbox TEXT NOT NULL, 
	uidvalidity BIGINT NOT NULL, 
	uid BIGINT NOT NULL, 
	mail_id BIGINT, 
	skip_reason TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	filed BOOLEAN NOT NULL, 
	CONSTRAINT pk_mail_location PRIMARY KEY (mailbox, uidvalidity, uid), 
	CONSTRAINT fk_mail_location_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id) ON DELETE CASCADE
);
INSERT INTO "mail_location" VALUES ('x', 1, 1, NULL, 'x', 1, 0);
CREATE TABLE mail_mark (
	mark TEXT NOT NULL, 
	mail_id BIGINT NOT NULL, 
	CONSTRAINT pk_mail_mark PRIMARY KEY (mark), 
	CONSTRAINT fk_mail_mark_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id) ON DELETE CASCADE
);
INSERT INTO "mail_mark" VALUES ('x', 1);
CREATE TABLE mailbox_state (
	mailbox TEXT NOT NULL, 
	uidvalidity BIGINT NOT NULL, 
	last_uid BIGINT NOT NULL, 
	baseline_uid BIGINT NOT NULL, 
	armed BOOLEAN NOT NULL, filing BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_mailbox_state PRIMARY KEY (mailbox)
);
INSERT INTO "mailbox_state" VALUES ('x', 1, 1, 1, 0, 0);
CREATE TABLE outbox (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	revision TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	patron_id TEXT NOT NULL, 
	number TEXT NOT NULL, 
	locale TEXT NOT NULL, 
	data JSON NOT NULL, 
	documents JSON NOT NULL, 
	reply_to TEXT NOT NULL, 
	state TEXT NOT NULL, 
	priority INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	created BIGINT NOT NULL, 
	not_before BIGINT NOT NULL, 
	free_at BIGINT, 
	lease_owner TEXT NOT NULL, 
	sent BIGINT, 
	message_id TEXT NOT NULL, 
	reply TEXT NOT NULL, opened BIGINT, mail_id BIGINT, copy TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT uq_outbox_subject_kind_revision UNIQUE (subject, kind, revision)
);
INSERT INTO "outbox" VALUES (1, 'x', 'x', 'x', 'x', 'x', 'x', 'x', '{}', '{}', 'x', 'x', 1, 1, 1, 1, NULL, 'x', NULL, 'x', 'x', NULL, NULL, 'x');
CREATE TABLE patron (
	patron_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	department TEXT NOT NULL, 
	login TEXT NOT NULL, 
	login_key TEXT NOT NULL, 
	phone TEXT NOT NULL, 
	language TEXT NOT NULL, 
	updated BIGINT NOT NULL, 
	version INTEGER NOT NULL, honorific TEXT DEFAULT '' NOT NULL, delivery TEXT DEFAULT '' NOT NULL, find_key TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_patron PRIMARY KEY (patron_id)
);
INSERT INTO "patron" VALUES ('p1', 'Reader', 'reader', 'internal', '', '', '', '', '', 1795478400000000, 3, '', '', 'p1 reader');
CREATE TABLE "patron_address" (
	patron_id TEXT NOT NULL, 
	address TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_patron_address PRIMARY KEY (patron_id, address), 
	CONSTRAINT fk_patron_address_patron_id FOREIGN KEY(patron_id) REFERENCES patron (patron_id) ON DELETE CASCADE
);
INSERT INTO "patron_address" VALUES ('p1', 'x', 1);
CREATE TABLE proof (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	mail_id BIGINT, 
	patron_id TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	page INTEGER NOT NULL, 
	part INTEGER NOT NULL, 
	receipt JSON NOT NULL, 
	claim TEXT NOT NULL, 
	transactions JSON NOT NULL, 
	at BIGINT NOT NULL, 
	look TEXT NOT NULL, 
	look_1 INTEGER, 
	look_2 INTEGER, 
	look_3 INTEGER, 
	look_4 INTEGER, 
	CONSTRAINT fk_proof_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id) ON DELETE SET NULL, 
	CONSTRAINT uq_proof_mail_id_sha256_page_part UNIQUE (mail_id, sha256, page, part)
);
INSERT INTO "proof" VALUES (1, NULL, 'x', 'x', 1, 1, '{}', 'x', '{}', 1, 'x', NULL, NULL, NULL, NULL);
CREATE TABLE proof_key (
	"key" TEXT NOT NULL, 
	proof_id BIGINT NOT NULL, 
	CONSTRAINT pk_proof_key PRIMARY KEY ("key", proof_id), 
	CONSTRAINT fk_proof_key_proof_id FOREIGN KEY(proof_id) REFERENCES proof (id) ON DELETE CASCADE
);
INSERT INTO "proof_key" VALUES ('x', 1);
CREATE TABLE receipt_cache (
	sha256 TEXT NOT NULL, 
	version TEXT NOT NULL, 
	receipts JSON NOT NULL, 
	stored BIGINT NOT NULL, 
	CONSTRAINT pk_receipt_cache PRIMARY KEY (sha256, version)
);
INSERT INTO "receipt_cache" VALUES ('x', 'x', '{}', 1);
CREATE TABLE "registration" (
	id INTEGER NOT NULL, 
	patron_id TEXT, 
	email TEXT NOT NULL, 
	login TEXT NOT NULL, 
	login_key TEXT NOT NULL, 
	name TEXT NOT NULL, 
	state TEXT NOT NULL, 
	submitted BIGINT, 
	decided BIGINT, 
	reason TEXT NOT NULL, 
	round INTEGER NOT NULL, 
	step TEXT DEFAULT 'account' NOT NULL, 
	source TEXT DEFAULT 'mail' NOT NULL, 
	patron_kind TEXT DEFAULT ('') NOT NULL, 
	department TEXT DEFAULT ('') NOT NULL, 
	phone TEXT DEFAULT ('') NOT NULL, 
	due BIGINT, 
	told INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT fk_registration_patron_id FOREIGN KEY(patron_id) REFERENCES patron (patron_id), 
	CONSTRAINT uq_registration_email_step_round UNIQUE (email, step, round)
);
INSERT INTO "registration" VALUES (1, NULL, 'x', 'x', 'x', 'x', 'x', NULL, NULL, 'x', 1, 'x', 'x', 'x', 'x', 'x', NULL, 1);
CREATE TABLE restoration (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at BIGINT NOT NULL, 
	backup TEXT NOT NULL, 
	since BIGINT NOT NULL, 
	until BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	timed BOOLEAN NOT NULL
);
INSERT INTO "restoration" VALUES (1, 1, 'x', 1, 1, 'x', 0);
CREATE TABLE review (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	mail_id BIGINT, 
	cause TEXT NOT NULL, 
	state TEXT NOT NULL, 
	created BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	sender TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	transactions JSON NOT NULL, 
	candidates JSON NOT NULL, 
	reasons JSON NOT NULL, 
	handled_by TEXT NOT NULL, 
	handled BIGINT, 
	note TEXT NOT NULL, 
	version INTEGER NOT NULL, "key" TEXT, assignee TEXT DEFAULT '' NOT NULL, folded INTEGER DEFAULT 0 NOT NULL, snippet TEXT DEFAULT '' NOT NULL, codes JSON, 
	CONSTRAINT fk_review_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id) ON DELETE CASCADE
);
INSERT INTO "review" VALUES (1, NULL, 'x', 'x', 1, 'x', 'x', 'x', '{}', '{}', '{}', 'x', NULL, 'x', 1, NULL, 'x', 1, 'x', NULL);
CREATE TABLE review_about (
	number TEXT NOT NULL, 
	review_id BIGINT NOT NULL, 
	CONSTRAINT pk_review_about PRIMARY KEY (number, review_id), 
	CONSTRAINT fk_review_about_review_id_review FOREIGN KEY(review_id) REFERENCES review (id) ON DELETE CASCADE
);
INSERT INTO "review_about" VALUES ('x', 1);
CREATE TABLE review_mail (
	mail_id BIGINT NOT NULL, 
	review_id BIGINT NOT NULL, 
	CONSTRAINT pk_review_mail PRIMARY KEY (mail_id), 
	CONSTRAINT fk_review_mail_mail_id_mail FOREIGN KEY(mail_id) REFERENCES mail (id) ON DELETE CASCADE, 
	CONSTRAINT fk_review_mail_review_id_review FOREIGN KEY(review_id) REFERENCES review (id) ON DELETE CASCADE
);
INSERT INTO "review_mail" VALUES (1, 1);
CREATE TABLE rule_day (
	provider TEXT NOT NULL, 
	day TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	field TEXT NOT NULL, 
	mails INTEGER NOT NULL, 
	mail_id BIGINT, 
	CONSTRAINT pk_rule_day PRIMARY KEY (provider, day, rule, kind, field)
);
INSERT INTO "rule_day" VALUES ('x', 'x', 'x', 'x', 'x', 1, NULL);
CREATE TABLE search (
	item_id INTEGER NOT NULL, 
	open BOOLEAN NOT NULL, 
	words BLOB NOT NULL, 
	CONSTRAINT pk_search PRIMARY KEY (item_id), 
	CONSTRAINT fk_search_item_id FOREIGN KEY(item_id) REFERENCES review (id) ON DELETE CASCADE
);
CREATE VIRTUAL TABLE search_handled USING fts5(words, content='', columnsize=0, tokenize='ascii');
CREATE TABLE search_numbers (id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL UNIQUE);
INSERT INTO "search_numbers" VALUES (1, 'N1');
INSERT INTO "search_numbers" VALUES (2, 'N2');
INSERT INTO "search_numbers" VALUES (3, 'N3');
INSERT INTO "search_numbers" VALUES (4, 'N4');
INSERT INTO "search_numbers" VALUES (5, 'N5');
INSERT INTO "search_numbers" VALUES (6, 'N6');
INSERT INTO "search_numbers" VALUES (7, 'N7');
INSERT INTO "search_numbers" VALUES (8, 'N8');
CREATE VIRTUAL TABLE search_open USING fts5(words, content='', columnsize=0, tokenize='ascii');
CREATE VIRTUAL TABLE search_requests
 USING fts5(grams, content='', columnsize=0, detail=none, tokenize='ascii');
CREATE TABLE sender_speaks (
	address TEXT NOT NULL, 
	institution TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_sender_speaks PRIMARY KEY (address)
);
INSERT INTO "sender_speaks" VALUES ('x', 'x', 'x', 1, 'x');
CREATE TABLE sent_copy (
	outbox_id BIGINT NOT NULL, 
	due BIGINT NOT NULL, 
	tries INTEGER NOT NULL, 
	reply TEXT NOT NULL, 
	CONSTRAINT pk_sent_copy PRIMARY KEY (outbox_id), 
	CONSTRAINT fk_sent_copy_outbox_id_outbox FOREIGN KEY(outbox_id) REFERENCES outbox (id) ON DELETE CASCADE
);
INSERT INTO "sent_copy" VALUES (1, 1, 1, 'x');
CREATE TABLE session (
	token TEXT NOT NULL, 
	account TEXT NOT NULL, 
	created BIGINT NOT NULL, 
	seen BIGINT NOT NULL, 
	ends BIGINT NOT NULL, 
	origin TEXT NOT NULL, 
	agent TEXT NOT NULL, way TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_session PRIMARY KEY (token), 
	CONSTRAINT fk_session_account FOREIGN KEY(account) REFERENCES account (name) ON DELETE CASCADE
);
INSERT INTO "session" VALUES ('x', 'x', 1, 1, 1, 'x', 'x', 'x');
CREATE TABLE statement_line (
	"key" TEXT NOT NULL, 
	format TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	cents BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	booked DATE NOT NULL, 
	time TEXT NOT NULL, 
	account TEXT NOT NULL, 
	payer TEXT NOT NULL, 
	payer_account TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	serials JSON NOT NULL, 
	department TEXT NOT NULL, 
	project TEXT NOT NULL, 
	file TEXT NOT NULL, 
	"row" INTEGER NOT NULL, 
	stored BIGINT NOT NULL, 
	placed_cents BIGINT NOT NULL, 
	CONSTRAINT pk_statement_line PRIMARY KEY ("key")
);
INSERT INTO "statement_line" VALUES ('x', 'x', 'x', 1, 'x', '2026-11-24', 'x', 'x', 'x', 'x', 'x', '{}', 'x', 'x', 'x', 1, 1, 1);
CREATE TABLE store_identity (
	one INTEGER NOT NULL, 
	identity TEXT NOT NULL, 
	created BIGINT NOT NULL, secret TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_store_identity PRIMARY KEY (one)
);
INSERT INTO "store_identity" VALUES (1, 'x', 1, 'x');
CREATE TABLE subject_shape (
	provider TEXT NOT NULL, 
	shape TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	mails INTEGER NOT NULL, 
	first_seen BIGINT NOT NULL, 
	last_seen BIGINT NOT NULL, 
	mail_id BIGINT, 
	CONSTRAINT pk_subject_shape PRIMARY KEY (provider, shape)
);
INSERT INTO "subject_shape" VALUES ('x', 'x', 'x', 1, 1, 1, NULL);
CREATE TABLE template_version (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name TEXT NOT NULL, 
	body TEXT, 
	actor TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	note TEXT NOT NULL
);
INSERT INTO "template_version" VALUES (1, 'x', NULL, 'x', 1, 'x');
CREATE TABLE transactions (
	number TEXT NOT NULL, 
	patron_id TEXT, 
	service TEXT NOT NULL, 
	literature TEXT NOT NULL, 
	title TEXT NOT NULL, 
	provider TEXT NOT NULL, 
	state TEXT NOT NULL, 
	submitted BIGINT, 
	opened BIGINT NOT NULL, 
	due BIGINT, 
	total_cents BIGINT, 
	total_currency TEXT, 
	subsidy_cents BIGINT, 
	subsidy_currency TEXT, 
	payable_cents BIGINT, 
	payable_currency TEXT, 
	payment_state TEXT NOT NULL, 
	updated BIGINT NOT NULL, 
	version INTEGER NOT NULL, rush BOOLEAN DEFAULT 0 NOT NULL, since BIGINT, find_key TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_transactions PRIMARY KEY (number), 
	CONSTRAINT fk_transactions_patron_id FOREIGN KEY(patron_id) REFERENCES patron (patron_id)
);
INSERT INTO "transactions" VALUES ('N1', 'p1', 'copy', '', 'T', '', 'shipped', NULL, 1795478400000000, NULL, 3000, 'CNY', 1000, 'CNY', 2000, 'CNY', 'due', 1795478400000000, 7, 0, 1795478400000000, 'n1 t');
INSERT INTO "transactions" VALUES ('N2', 'p1', 'copy', '', 'T', '', 'closed', NULL, 1795478400000000, NULL, 500, 'CNY', NULL, NULL, 500, 'CNY', 'confirmed', 1795478400000000, 7, 0, 1795478400000000, 'n2 t');
INSERT INTO "transactions" VALUES ('N3', 'p1', 'copy', '', 'T', '', 'shipped', NULL, 1795478400000000, NULL, NULL, NULL, NULL, NULL, 700, 'CNY', 'proof_received', 1795478400000000, 7, 0, 1795478400000000, 'n3 t');
INSERT INTO "transactions" VALUES ('N4', 'p1', 'copy', '', 'T', '', 'delivered', NULL, 1795478400000000, NULL, 800, 'CNY', 0, 'CNY', 800, 'CNY', 'waived', 1795478400000000, 7, 0, 1795478400000000, 'n4 t');
INSERT INTO "transactions" VALUES ('N5', 'p1', 'copy', '', 'T', '', 'in_process', NULL, 1795478400000000, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'none', 1795478400000000, 7, 0, 1795478400000000, 'n5 t');
INSERT INTO "transactions" VALUES ('N6', 'p1', 'copy', '', 'T', '', 'conditional', NULL, 1795478400000000, NULL, 900, 'CNY', 0, 'CNY', 900, 'CNY', 'quoted', 1795478400000000, 7, 0, 1795478400000000, 'n6 t');
INSERT INTO "transactions" VALUES ('N7', 'p1', 'copy', '', 'T', '', 'cancelled', NULL, 1795478400000000, NULL, 900, 'CNY', 0, 'CNY', 900, 'CNY', 'due', 1795478400000000, 7, 0, 1795478400000000, 'n7 t');
INSERT INTO "transactions" VALUES ('N8', 'p1', 'copy', '', 'T', '', 'closed', NULL, 1795478400000000, NULL, 0, 'CNY', 0, 'CNY', 0, 'CNY', 'confirmed', 1795478400000000, 7, 0, 1795478400000000, 'n8 t');
CREATE TABLE unlinked (
	sha256 TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_unlinked PRIMARY KEY (sha256)
);
INSERT INTO "unlinked" VALUES ('x', 1);
CREATE TABLE viewer (
	item_id BIGINT NOT NULL, 
	account TEXT NOT NULL, 
	seen BIGINT NOT NULL, 
	CONSTRAINT pk_viewer PRIMARY KEY (item_id, account), 
	CONSTRAINT fk_viewer_item_id FOREIGN KEY(item_id) REFERENCES review (id) ON DELETE CASCADE
);
INSERT INTO "viewer" VALUES (1, 'x', 1);
CREATE TABLE year_kept (
	year INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	body JSON NOT NULL, 
	CONSTRAINT pk_year_kept PRIMARY KEY (year)
);
INSERT INTO "year_kept" VALUES (1, 1, '{}');
CREATE TRIGGER evidence_act_no_delete BEFORE DELETE ON evidence_act BEGIN SELECT RAISE(ABORT, 'the evidence is append-only'); END;
CREATE TRIGGER evidence_act_no_update BEFORE UPDATE ON evidence_act WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'the evidence is append-only'); END;
CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'the evidence is append-only'); END;
CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence WHEN NOT (new.salt = '' AND new.seq IS NOT DISTINCT FROM old.seq AND new.kind IS NOT DISTINCT FROM old.kind AND new.row_id IS NOT DISTINCT FROM old.row_id AND new.seal IS NOT DISTINCT FROM old.seal AND new.hash IS NOT DISTINCT FROM old.hash AND new.node IS NOT DISTINCT FROM old.node AND new.root IS NOT DISTINCT FROM old.root) BEGIN SELECT RAISE(ABORT, 'the evidence is append-only'); END;
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'the books are append-only: post an entry that reverses the wrong one'); END;
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry WHEN NOT (new.reason = '' AND new.id IS NOT DISTINCT FROM old.id AND new.key IS NOT DISTINCT FROM old.key AND new.kind IS NOT DISTINCT FROM old.kind AND new.settles IS NOT DISTINCT FROM old.settles AND new.line IS NOT DISTINCT FROM old.line AND new.at IS NOT DISTINCT FROM old.at AND new.actor IS NOT DISTINCT FROM old.actor AND new.mail_id IS NOT DISTINCT FROM old.mail_id) BEGIN SELECT RAISE(ABORT, 'the books are append-only: post an entry that reverses the wrong one'); END;
CREATE TRIGGER ledger_posting_no_delete BEFORE DELETE ON ledger_posting BEGIN SELECT RAISE(ABORT, 'the books are append-only: post an entry that reverses the wrong one'); END;
CREATE TRIGGER ledger_posting_no_update BEFORE UPDATE ON ledger_posting WHEN NOT (new.patron_id LIKE 'erased:%' AND new.entry_id IS NOT DISTINCT FROM old.entry_id AND new.position IS NOT DISTINCT FROM old.position AND new.book IS NOT DISTINCT FROM old.book AND new.cents IS NOT DISTINCT FROM old.cents AND new.currency IS NOT DISTINCT FROM old.currency AND new.number IS NOT DISTINCT FROM old.number AND new.channel IS NOT DISTINCT FROM old.channel) BEGIN SELECT RAISE(ABORT, 'the books are append-only: post an entry that reverses the wrong one'); END;
CREATE TRIGGER transactions_forgotten AFTER DELETE ON transactions BEGIN
 INSERT INTO search_requests (search_requests, rowid, grams) SELECT 'delete', n.id, (WITH RECURSIVE place (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < length(old.find_key))
 SELECT group_concat(hex(substr(old.find_key, n, size.column1)), ' ') FROM place, (VALUES (1), (2), (3)) AS size
 WHERE n + size.column1 <= length(old.find_key) + 1 AND (size.column1 < 3 OR unicode(substr(old.find_key, n)) < 11904)) FROM search_numbers AS n WHERE n.number = old.number AND n.id <= (SELECT seq & ~63 FROM sqlite_sequence WHERE name = 'search_numbers');
 DELETE FROM search_numbers WHERE number = old.number; END;
CREATE TRIGGER transactions_found AFTER INSERT ON transactions BEGIN
 INSERT INTO search_numbers (number) VALUES (new.number);
 INSERT INTO search_requests (rowid, grams) SELECT n.id, (WITH RECURSIVE place (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < length(t.find_key))
 SELECT group_concat(hex(substr(t.find_key, n, size.column1)), ' ') FROM place, (VALUES (1), (2), (3)) AS size
 WHERE n + size.column1 <= length(t.find_key) + 1 AND (size.column1 < 3 OR unicode(substr(t.find_key, n)) < 11904))
 FROM (SELECT id AS last FROM search_numbers WHERE number = new.number) AS made
 CROSS JOIN search_numbers AS n ON n.id > made.last - 64 AND n.id <= made.last
 CROSS JOIN transactions AS t ON t.number = n.number WHERE made.last & 63 = 0; END;
CREATE TRIGGER transactions_found_anew AFTER UPDATE OF find_key ON transactions
 WHEN old.find_key <> new.find_key BEGIN
 INSERT INTO search_requests (search_requests, rowid, grams) SELECT 'delete', n.id, (WITH RECURSIVE place (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < length(old.find_key))
 SELECT group_concat(hex(substr(old.find_key, n, size.column1)), ' ') FROM place, (VALUES (1), (2), (3)) AS size
 WHERE n + size.column1 <= length(old.find_key) + 1 AND (size.column1 < 3 OR unicode(substr(old.find_key, n)) < 11904)) FROM search_numbers AS n WHERE n.number = old.number AND n.id <= (SELECT seq & ~63 FROM sqlite_sequence WHERE name = 'search_numbers');
 INSERT INTO search_requests (rowid, grams) SELECT n.id, (WITH RECURSIVE place (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < length(new.find_key))
 SELECT group_concat(hex(substr(new.find_key, n, size.column1)), ' ') FROM place, (VALUES (1), (2), (3)) AS size
 WHERE n + size.column1 <= length(new.find_key) + 1 AND (size.column1 < 3 OR unicode(substr(new.find_key, n)) < 11904)) FROM search_numbers AS n WHERE n.number = old.number AND n.id <= (SELECT seq & ~63 FROM sqlite_sequence WHERE name = 'search_numbers'); END;
CREATE UNIQUE INDEX ix_account_subject ON account (subject) WHERE subject <> '';
CREATE INDEX ix_address_bounced_until ON address (bounced_until) WHERE bounced_until IS NOT NULL;
CREATE INDEX ix_api_answer_at ON api_answer (at);
CREATE INDEX ix_api_token_account ON api_token (account);
CREATE UNIQUE INDEX ix_api_token_token ON api_token (token);
CREATE INDEX ix_blob_part_part ON blob_part (part);
CREATE INDEX ix_decision_mail_id ON decision (mail_id);
CREATE INDEX ix_document_mail_id ON document (mail_id);
CREATE UNIQUE INDEX ix_event_key ON event ("key");
CREATE INDEX ix_event_number_id ON event (number, id);
CREATE INDEX ix_event_number_waiting ON event (number, id) WHERE free_at IS NOT NULL;
CREATE INDEX ix_event_state_id ON event (state, id);
CREATE INDEX ix_event_waiting ON event (id, free_at) WHERE free_at IS NOT NULL;
CREATE INDEX ix_evidence_kind_row_id ON evidence (kind, row_id, seq);
CREATE INDEX ix_failed_login_account_at ON failed_login (account, at);
CREATE INDEX ix_failed_login_at ON failed_login (at);
CREATE INDEX ix_failed_login_origin_at ON failed_login (origin, at);
CREATE INDEX ix_heard_address_id ON heard (address, id);
CREATE INDEX ix_heard_at ON heard (at);
CREATE INDEX ix_heard_domain_at ON heard (domain, at);
CREATE INDEX ix_invoice_number ON invoice (number);
CREATE INDEX ix_invoice_patron_id_id ON invoice (patron_id, id);
CREATE INDEX ix_invoice_state_id ON invoice (state, id);
CREATE INDEX ix_invoice_transaction_number ON invoice_transaction (number, invoice_id);
CREATE INDEX ix_journal_actor_what_id ON journal (actor, what, id);
CREATE INDEX ix_journal_at ON journal (at, id);
CREATE INDEX ix_journal_mail_id ON journal (mail_id);
CREATE INDEX ix_journal_number_id ON journal (number, id);
CREATE INDEX ix_journal_what_id ON journal (what, id);
CREATE INDEX ix_ledger_claim_at ON ledger_claim (at, entry_id);
CREATE INDEX ix_ledger_claim_open_at ON ledger_claim (at, entry_id) WHERE settled_by = '';
CREATE INDEX ix_ledger_claim_open_cents ON ledger_claim (cents, currency) WHERE settled_by = '';
CREATE INDEX ix_ledger_claim_patron_id ON ledger_claim (patron_id, entry_id);
CREATE INDEX ix_ledger_entry_at ON ledger_entry (at);
CREATE INDEX ix_ledger_entry_line ON ledger_entry (line);
CREATE INDEX ix_ledger_entry_mail_id ON ledger_entry (mail_id);
CREATE INDEX ix_ledger_entry_refund ON ledger_entry (at, id) WHERE kind = 'refund';
CREATE INDEX ix_ledger_posting_number ON ledger_posting (number, book, currency, cents) WHERE number <> '';
CREATE INDEX ix_ledger_posting_patron_id ON ledger_posting (patron_id, book, currency, cents);
CREATE INDEX ix_mail_location_mail_id ON mail_location (mail_id);
CREATE INDEX ix_mail_location_unfiled ON mail_location (mailbox, uidvalidity, filed, uid);
CREATE INDEX ix_mail_mark_mail_id ON mail_mark (mail_id);
CREATE INDEX ix_mail_message_id ON mail (message_id);
CREATE INDEX ix_mail_rule_id ON mail (rule, id);
CREATE INDEX ix_mail_sender_id ON mail (sender, id);
CREATE INDEX ix_mail_sender_odd ON mail (sender) WHERE sender <> lower(sender);
CREATE INDEX ix_mail_status_id ON mail (status, id);
CREATE INDEX ix_mail_stored ON mail (stored);
CREATE INDEX ix_mail_waiting ON mail (turn, id, free_at) WHERE free_at IS NOT NULL;
CREATE INDEX ix_mail_waiting_sender ON mail (sender, turn) WHERE free_at IS NOT NULL;
CREATE INDEX ix_outbox_kind_state_id ON outbox (kind, state, id);
CREATE INDEX ix_outbox_mail_id ON outbox (mail_id);
CREATE INDEX ix_outbox_message_id ON outbox (message_id);
CREATE INDEX ix_outbox_number_id ON outbox (number, id);
CREATE INDEX ix_outbox_patron_id ON outbox (patron_id);
CREATE INDEX ix_outbox_recipient_odd ON outbox (recipient) WHERE recipient <> lower(recipient);
CREATE INDEX ix_outbox_recipient_sent ON outbox (recipient, sent);
CREATE INDEX ix_outbox_sent ON outbox (sent);
CREATE INDEX ix_outbox_state_id ON outbox (state, id);
CREATE INDEX ix_outbox_waiting ON outbox (priority, id, free_at) WHERE free_at IS NOT NULL;
CREATE INDEX ix_patron_address_address ON patron_address (address);
CREATE INDEX ix_patron_find ON patron (patron_id, find_key);
CREATE INDEX ix_patron_login_key ON patron (login_key);
CREATE INDEX ix_patron_name_key ON patron (name_key);
CREATE INDEX ix_proof_claim ON proof (claim) WHERE claim <> '';
CREATE INDEX ix_proof_key_proof_id ON proof_key (proof_id);
CREATE INDEX ix_proof_look_1 ON proof (look_1, id);
CREATE INDEX ix_proof_look_2 ON proof (look_2, id);
CREATE INDEX ix_proof_look_3 ON proof (look_3, id);
CREATE INDEX ix_proof_look_4 ON proof (look_4, id);
CREATE INDEX ix_proof_patron_id ON proof (patron_id);
CREATE INDEX ix_registration_decided ON registration (decided);
CREATE INDEX ix_registration_email_odd ON registration (email) WHERE email <> lower(email);
CREATE INDEX ix_registration_login_key ON registration (login_key);
CREATE INDEX ix_registration_patron_id ON registration (patron_id);
CREATE INDEX ix_registration_state_id ON registration (state, id);
CREATE INDEX ix_review_about_review_id ON review_about (review_id);
CREATE INDEX ix_review_handled ON review (handled);
CREATE UNIQUE INDEX ix_review_key ON review ("key");
CREATE INDEX ix_review_mail_id ON review (mail_id);
CREATE INDEX ix_review_mail_review_id ON review_mail (review_id);
CREATE INDEX ix_review_open_sender ON review (sender, id) WHERE state = 'open';
CREATE INDEX ix_review_sender_id ON review (sender, id);
CREATE INDEX ix_review_sender_odd ON review (sender) WHERE sender <> lower(sender);
CREATE INDEX ix_review_state_assignee_id ON review (state, assignee, id, cause);
CREATE INDEX ix_review_state_cause_created ON review (state, cause, created);
CREATE INDEX ix_review_state_cause_id ON review (state, cause, id);
CREATE INDEX ix_review_state_id ON review (state, id);
CREATE INDEX ix_sent_copy_due ON sent_copy (due);
CREATE INDEX ix_session_account ON session (account);
CREATE INDEX ix_session_ends ON session (ends);
CREATE INDEX ix_statement_line_booked ON statement_line (booked, "key");
CREATE INDEX ix_statement_line_open ON statement_line (booked, "key") WHERE placed_cents <> cents;
CREATE INDEX ix_subject_shape_provider_first_seen ON subject_shape (provider, first_seen);
CREATE INDEX ix_template_version_name_id ON template_version (name, id);
CREATE INDEX ix_transactions_due ON transactions (due);
CREATE INDEX ix_transactions_opened ON transactions (opened, number, find_key);
CREATE INDEX ix_transactions_patron_id_opened ON transactions (patron_id, opened);
CREATE INDEX ix_transactions_payable_cents_payment_state ON transactions (payable_cents, payment_state);
CREATE INDEX ix_transactions_payment_state_number ON transactions (payment_state, number);
CREATE INDEX ix_transactions_payment_state_opened ON transactions (payment_state, opened, number);
CREATE INDEX ix_transactions_provider_opened ON transactions (provider, opened, number);
CREATE INDEX ix_transactions_rush ON transactions (opened, number) WHERE rush;
CREATE INDEX ix_transactions_state_number ON transactions (state, number);
CREATE INDEX ix_transactions_state_opened ON transactions (state, opened, number);
CREATE INDEX ix_transactions_state_since ON transactions (state, since);
CREATE INDEX ix_viewer_seen ON viewer (seen);
