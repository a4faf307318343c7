CREATE FUNCTION public.maild_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'the books are append-only: post an entry that reverses the wrong one' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE FUNCTION public.maild_found() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
 IF TG_OP = 'DELETE' THEN DELETE FROM search_numbers WHERE number = OLD.number; RETURN NULL; END IF;
 INSERT INTO search_numbers (number, key) VALUES (NEW.number, NEW.find_key)
 ON CONFLICT (number) DO UPDATE SET key = EXCLUDED.key; RETURN NULL; END $$;
CREATE FUNCTION public.maild_grams(key text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
 SELECT array_agg(DISTINCT substr(key, n, size))
 FROM generate_series(1, length(key)) AS n, generate_series(1, 3) AS size
 WHERE n + size <= length(key) + 1 AND (size < 3 OR ascii(substr(key, n, 1)) < 11904) $$;
CREATE TABLE public.account (
    name text NOT NULL,
    display text NOT NULL,
    role text NOT NULL,
    password text NOT NULL,
    subject text NOT NULL,
    disabled boolean NOT NULL,
    locale text NOT NULL,
    created timestamp with time zone NOT NULL,
    revoked timestamp with time zone,
    seen timestamp with time zone,
    version integer NOT NULL,
    provisional boolean DEFAULT false NOT NULL
);
CREATE TABLE public.address (
    address text NOT NULL,
    trouble text NOT NULL,
    reason text NOT NULL,
    since timestamp with time zone,
    bounced_until timestamp with time zone,
    permanent boolean NOT NULL,
    complained timestamp with time zone,
    told timestamp with time zone
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.api_answer (
    account text NOT NULL,
    key text NOT NULL,
    digest text NOT NULL,
    at timestamp with time zone NOT NULL,
    status integer,
    body text NOT NULL
);
CREATE TABLE public.api_token (
    id bigint NOT NULL,
    token text NOT NULL,
    account text NOT NULL,
    label text NOT NULL,
    scopes jsonb NOT NULL,
    created timestamp with time zone NOT NULL,
    expires timestamp with time zone,
    seen timestamp with time zone,
    revoked timestamp with time zone
);
CREATE SEQUENCE public.api_token_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.api_token_id_seq OWNED BY public.api_token.id;
CREATE TABLE public.blob_part (
    whole text NOT NULL,
    part text NOT NULL
);
CREATE TABLE public.decision (
    id bigint NOT NULL,
    mail_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    action text NOT NULL,
    kind text NOT NULL,
    rule text NOT NULL,
    cause text NOT NULL,
    body jsonb NOT NULL
);
CREATE SEQUENCE public.decision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.decision_id_seq OWNED BY public.decision.id;
CREATE TABLE public.desk_kept (
    id bigint NOT NULL,
    sort text NOT NULL,
    owner text NOT NULL,
    name text NOT NULL,
    body jsonb NOT NULL,
    actor text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.desk_kept_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.desk_kept_id_seq OWNED BY public.desk_kept.id;
CREATE TABLE public.document (
    id bigint NOT NULL,
    number text,
    digest text NOT NULL,
    sha256 text NOT NULL,
    filename text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    pages integer,
    url text NOT NULL,
    password text NOT NULL,
    expires timestamp with time zone,
    mail_id bigint,
    stored timestamp with time zone NOT NULL,
    terms text DEFAULT ''::text NOT NULL
);
CREATE SEQUENCE public.document_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.document_id_seq OWNED BY public.document.id;
CREATE TABLE public.erased (
    sort text NOT NULL,
    digest text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE public.event (
    id bigint NOT NULL,
    key text NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    number text NOT NULL,
    body jsonb NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    free_at timestamp with time zone,
    lease_owner text NOT NULL,
    sent timestamp with time zone,
    reply text NOT NULL
);
CREATE SEQUENCE public.event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.event_id_seq OWNED BY public.event.id;
CREATE TABLE public.evidence (
    seq bigint NOT NULL,
    kind text NOT NULL,
    row_id bigint NOT NULL,
    salt text NOT NULL,
    seal text NOT NULL,
    hash text NOT NULL,
    node text NOT NULL,
    root text NOT NULL
);
CREATE TABLE public.evidence_act (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    what text NOT NULL,
    why text NOT NULL,
    leaves jsonb NOT NULL
);
CREATE SEQUENCE public.evidence_act_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.evidence_act_id_seq OWNED BY public.evidence_act.id;
CREATE TABLE public.failed_login (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    account text NOT NULL,
    origin text NOT NULL
);
CREATE SEQUENCE public.failed_login_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.failed_login_id_seq OWNED BY public.failed_login.id;
CREATE TABLE public.figure (
    measure text NOT NULL,
    day date NOT NULL,
    key text NOT NULL,
    second text NOT NULL,
    count bigint NOT NULL,
    value bigint NOT NULL,
    median bigint,
    high bigint
);
CREATE TABLE public.figure_run (
    extent text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE public.fresh_copy (
    name text NOT NULL,
    whole bytea NOT NULL
);
CREATE TABLE public.heard (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    address text NOT NULL,
    domain text NOT NULL,
    what text NOT NULL,
    reason text NOT NULL,
    outbox_id bigint,
    mail_id bigint
);
CREATE SEQUENCE public.heard_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.heard_id_seq OWNED BY public.heard.id;
CREATE TABLE public.heartbeat (
    role text NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    version text NOT NULL,
    started timestamp with time zone NOT NULL,
    seen timestamp with time zone NOT NULL,
    stopped timestamp with time zone,
    status text NOT NULL,
    data jsonb NOT NULL
);
CREATE TABLE public.ignored_sender (
    address text NOT NULL,
    actor text NOT NULL,
    at timestamp with time zone NOT NULL,
    reason text NOT NULL
);
CREATE TABLE public.invoice (
    id bigint NOT NULL,
    patron_id text NOT NULL,
    title text NOT NULL,
    tax_number text NOT NULL,
    email text NOT NULL,
    cents bigint,
    currency text,
    state text NOT NULL,
    number text NOT NULL,
    issued date,
    sha256 text NOT NULL,
    filename text NOT NULL,
    warnings jsonb NOT NULL,
    note text NOT NULL,
    mail_id bigint,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    version integer NOT NULL
);
CREATE SEQUENCE public.invoice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.invoice_id_seq OWNED BY public.invoice.id;
CREATE TABLE public.invoice_transaction (
    invoice_id bigint NOT NULL,
    "position" integer NOT NULL,
    number text NOT NULL
);
CREATE TABLE public.journal (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    what text NOT NULL,
    number text NOT NULL,
    mail_id bigint,
    outbox_id bigint,
    before text NOT NULL,
    after text NOT NULL,
    reasons jsonb NOT NULL,
    data jsonb NOT NULL
);
CREATE SEQUENCE public.journal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.journal_id_seq OWNED BY public.journal.id;
CREATE TABLE public.learned_model (
    version text NOT NULL,
    made timestamp with time zone NOT NULL,
    actor text NOT NULL,
    weights bytea NOT NULL,
    report jsonb NOT NULL
);
CREATE TABLE public.learned_use (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    what text NOT NULL,
    version text NOT NULL,
    note text NOT NULL
);
CREATE SEQUENCE public.learned_use_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.learned_use_id_seq OWNED BY public.learned_use.id;
CREATE TABLE public.ledger_claim (
    entry_id bigint NOT NULL,
    tip text NOT NULL,
    settled_by text NOT NULL,
    patron_id text NOT NULL,
    cents bigint NOT NULL,
    currency text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE public.ledger_entry (
    id bigint NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    settles text,
    line text,
    reason text NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    mail_id bigint
);
CREATE SEQUENCE public.ledger_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.ledger_entry_id_seq OWNED BY public.ledger_entry.id;
CREATE TABLE public.ledger_posting (
    entry_id bigint NOT NULL,
    "position" integer NOT NULL,
    book text NOT NULL,
    cents bigint NOT NULL,
    currency text NOT NULL,
    patron_id text NOT NULL,
    number text NOT NULL,
    channel text NOT NULL
);
CREATE TABLE public.letter (
    address text NOT NULL,
    message_id text NOT NULL,
    number text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE public.mail (
    id bigint NOT NULL,
    sha256 text NOT NULL,
    message_id text NOT NULL,
    size bigint NOT NULL,
    sender text NOT NULL,
    subject text NOT NULL,
    received timestamp with time zone,
    stored timestamp with time zone NOT NULL,
    status text NOT NULL,
    reason text NOT NULL,
    kind text NOT NULL,
    rule text NOT NULL,
    attempts integer NOT NULL,
    error text NOT NULL,
    settled timestamp with time zone,
    free_at timestamp with time zone,
    lease_owner text NOT NULL,
    recovered boolean DEFAULT false NOT NULL,
    turn bigint DEFAULT 0 NOT NULL,
    erased timestamp with time zone
);
CREATE SEQUENCE public.mail_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.mail_id_seq OWNED BY public.mail.id;
CREATE TABLE public.mail_location (
    mailbox text NOT NULL,
    uidvalidity bigint NOT NULL,
    uid bigint NOT NULL,
    mail_id bigint,
    skip_reason text NOT NULL,
    size bigint NOT NULL,
    filed boolean NOT NULL
);
CREATE TABLE public.mail_mark (
    mark text NOT NULL,
    mail_id bigint NOT NULL
);
CREATE TABLE public.mailbox_state (
    mailbox text NOT NULL,
    uidvalidity bigint NOT NULL,
    last_uid bigint NOT NULL,
    baseline_uid bigint NOT NULL,
    armed boolean NOT NULL,
    filing boolean DEFAULT false NOT NULL
);
CREATE TABLE public.outbox (
    id bigint NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    revision text NOT NULL,
    recipient text NOT NULL,
    patron_id text NOT NULL,
    number text NOT NULL,
    locale text NOT NULL,
    data jsonb NOT NULL,
    documents jsonb NOT NULL,
    reply_to text NOT NULL,
    state text NOT NULL,
    priority integer NOT NULL,
    attempts integer NOT NULL,
    created timestamp with time zone NOT NULL,
    not_before timestamp with time zone NOT NULL,
    free_at timestamp with time zone,
    lease_owner text NOT NULL,
    sent timestamp with time zone,
    message_id text NOT NULL,
    reply text NOT NULL,
    opened timestamp with time zone,
    mail_id bigint,
    copy text DEFAULT ''::text NOT NULL
);
CREATE SEQUENCE public.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.outbox_id_seq OWNED BY public.outbox.id;
CREATE TABLE public.patron (
    patron_id text NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    kind text NOT NULL,
    department text NOT NULL,
    login text NOT NULL,
    login_key text NOT NULL,
    phone text NOT NULL,
    language text NOT NULL,
    updated timestamp with time zone NOT NULL,
    version integer NOT NULL,
    honorific text DEFAULT ''::text NOT NULL,
    delivery text DEFAULT ''::text NOT NULL,
    find_key text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.patron_address (
    patron_id text NOT NULL,
    address text NOT NULL,
    "position" integer NOT NULL
);
CREATE TABLE public.proof (
    id bigint NOT NULL,
    mail_id bigint,
    patron_id text NOT NULL,
    sha256 text NOT NULL,
    page integer NOT NULL,
    part integer NOT NULL,
    receipt jsonb NOT NULL,
    claim text NOT NULL,
    transactions jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    look text NOT NULL,
    look_1 integer,
    look_2 integer,
    look_3 integer,
    look_4 integer
);
CREATE SEQUENCE public.proof_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.proof_id_seq OWNED BY public.proof.id;
CREATE TABLE public.proof_key (
    key text NOT NULL,
    proof_id bigint NOT NULL
);
CREATE TABLE public.receipt_cache (
    sha256 text NOT NULL,
    version text NOT NULL,
    receipts jsonb NOT NULL,
    stored timestamp with time zone NOT NULL
);
CREATE TABLE public.registration (
    id bigint NOT NULL,
    patron_id text,
    email text NOT NULL,
    login text NOT NULL,
    login_key text NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    submitted timestamp with time zone,
    decided timestamp with time zone,
    reason text NOT NULL,
    round integer NOT NULL,
    step text DEFAULT 'account'::text NOT NULL,
    source text DEFAULT 'mail'::text NOT NULL,
    patron_kind text DEFAULT ''::text NOT NULL,
    department text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    due timestamp with time zone,
    told integer DEFAULT 0 NOT NULL
);
CREATE SEQUENCE public.registration_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.registration_id_seq OWNED BY public.registration.id;
CREATE TABLE public.restoration (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    backup text NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    reason text NOT NULL,
    timed boolean NOT NULL
);
CREATE SEQUENCE public.restoration_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.restoration_id_seq OWNED BY public.restoration.id;
CREATE TABLE public.review (
    id bigint NOT NULL,
    mail_id bigint,
    cause text NOT NULL,
    state text NOT NULL,
    created timestamp with time zone NOT NULL,
    kind text NOT NULL,
    sender text NOT NULL,
    subject text NOT NULL,
    transactions jsonb NOT NULL,
    candidates jsonb NOT NULL,
    reasons jsonb NOT NULL,
    handled_by text NOT NULL,
    handled timestamp with time zone,
    note text NOT NULL,
    version integer NOT NULL,
    key text,
    assignee text DEFAULT ''::text NOT NULL,
    folded integer DEFAULT 0 NOT NULL,
    snippet text DEFAULT ''::text NOT NULL,
    codes jsonb
);
CREATE TABLE public.review_about (
    number text NOT NULL,
    review_id bigint NOT NULL
);
CREATE SEQUENCE public.review_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.review_id_seq OWNED BY public.review.id;
CREATE TABLE public.review_mail (
    mail_id bigint NOT NULL,
    review_id bigint NOT NULL
);
CREATE TABLE public.rule_day (
    provider text NOT NULL,
    day text NOT NULL,
    rule text NOT NULL,
    kind text NOT NULL,
    field text NOT NULL,
    mails integer NOT NULL,
    mail_id bigint
);
CREATE TABLE public.search (
    item_id bigint NOT NULL,
    open boolean NOT NULL,
    words tsvector NOT NULL
);
CREATE TABLE public.search_numbers (
    number text NOT NULL,
    key text NOT NULL
);
CREATE TABLE public.sender_speaks (
    address text NOT NULL,
    institution text NOT NULL,
    actor text NOT NULL,
    at timestamp with time zone NOT NULL,
    reason text NOT NULL
);
CREATE TABLE public.sent_copy (
    outbox_id bigint NOT NULL,
    due timestamp with time zone NOT NULL,
    tries integer NOT NULL,
    reply text NOT NULL
);
CREATE TABLE public.session (
    token text NOT NULL,
    account text NOT NULL,
    created timestamp with time zone NOT NULL,
    seen timestamp with time zone NOT NULL,
    ends timestamp with time zone NOT NULL,
    origin text NOT NULL,
    agent text NOT NULL,
    way text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.statement_line (
    key text NOT NULL,
    format text NOT NULL,
    channel text NOT NULL,
    cents bigint NOT NULL,
    currency text NOT NULL,
    booked date NOT NULL,
    "time" text NOT NULL,
    account text NOT NULL,
    payer text NOT NULL,
    payer_account text NOT NULL,
    purpose text NOT NULL,
    serials jsonb NOT NULL,
    department text NOT NULL,
    project text NOT NULL,
    file text NOT NULL,
    "row" integer NOT NULL,
    stored timestamp with time zone NOT NULL,
    placed_cents bigint NOT NULL
);
CREATE TABLE public.store_identity (
    one integer NOT NULL,
    identity text NOT NULL,
    created timestamp with time zone NOT NULL,
    secret text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.subject_shape (
    provider text NOT NULL,
    shape text NOT NULL,
    rule text NOT NULL,
    mails integer NOT NULL,
    first_seen timestamp with time zone NOT NULL,
    last_seen timestamp with time zone NOT NULL,
    mail_id bigint
);
CREATE TABLE public.template_version (
    id bigint NOT NULL,
    name text NOT NULL,
    body text,
    actor text NOT NULL,
    at timestamp with time zone NOT NULL,
    note text NOT NULL
);
CREATE SEQUENCE public.template_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.template_version_id_seq OWNED BY public.template_version.id;
CREATE TABLE public.transactions (
    number text NOT NULL,
    patron_id text,
    service text NOT NULL,
    literature text NOT NULL,
    title text NOT NULL,
    provider text NOT NULL,
    state text NOT NULL,
    submitted timestamp with time zone,
    opened timestamp with time zone NOT NULL,
    due timestamp with time zone,
    total_cents bigint,
    total_currency text,
    subsidy_cents bigint,
    subsidy_currency text,
    payable_cents bigint,
    payable_currency text,
    payment_state text NOT NULL,
    updated timestamp with time zone NOT NULL,
    version integer NOT NULL,
    rush boolean DEFAULT false NOT NULL,
    since timestamp with time zone,
    find_key text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.unlinked (
    sha256 text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE public.viewer (
    item_id bigint NOT NULL,
    account text NOT NULL,
    seen timestamp with time zone NOT NULL
);
CREATE TABLE public.year_kept (
    year integer NOT NULL,
    at timestamp with time zone NOT NULL,
    body jsonb NOT NULL
);
ALTER TABLE ONLY public.api_token ALTER COLUMN id SET DEFAULT nextval('public.api_token_id_seq'::regclass);
ALTER TABLE ONLY public.decision ALTER COLUMN id SET DEFAULT nextval('public.decision_id_seq'::regclass);
ALTER TABLE ONLY public.desk_kept ALTER COLUMN id SET DEFAULT nextval('public.desk_kept_id_seq'::regclass);
ALTER TABLE ONLY public.document ALTER COLUMN id SET DEFAULT nextval('public.document_id_seq'::regclass);
ALTER TABLE ONLY public.event ALTER COLUMN id SET DEFAULT nextval('public.event_id_seq'::regclass);
ALTER TABLE ONLY public.evidence_act ALTER COLUMN id SET DEFAULT nextval('public.evidence_act_id_seq'::regclass);
ALTER TABLE ONLY public.failed_login ALTER COLUMN id SET DEFAULT nextval('public.failed_login_id_seq'::regclass);
ALTER TABLE ONLY public.heard ALTER COLUMN id SET DEFAULT nextval('public.heard_id_seq'::regclass);
ALTER TABLE ONLY public.invoice ALTER COLUMN id SET DEFAULT nextval('public.invoice_id_seq'::regclass);
ALTER TABLE ONLY public.journal ALTER COLUMN id SET DEFAULT nextval('public.journal_id_seq'::regclass);
ALTER TABLE ONLY public.learned_use ALTER COLUMN id SET DEFAULT nextval('public.learned_use_id_seq'::regclass);
ALTER TABLE ONLY public.ledger_entry ALTER COLUMN id SET DEFAULT nextval('public.ledger_entry_id_seq'::regclass);
ALTER TABLE ONLY public.mail ALTER COLUMN id SET DEFAULT nextval('public.mail_id_seq'::regclass);
ALTER TABLE ONLY public.outbox ALTER COLUMN id SET DEFAULT nextval('public.outbox_id_seq'::regclass);
ALTER TABLE ONLY public.proof ALTER COLUMN id SET DEFAULT nextval('public.proof_id_seq'::regclass);
ALTER TABLE ONLY public.registration ALTER COLUMN id SET DEFAULT nextval('public.registration_id_seq'::regclass);
ALTER TABLE ONLY public.restoration ALTER COLUMN id SET DEFAULT nextval('public.restoration_id_seq'::regclass);
ALTER TABLE ONLY public.review ALTER COLUMN id SET DEFAULT nextval('public.review_id_seq'::regclass);
ALTER TABLE ONLY public.template_version ALTER COLUMN id SET DEFAULT nextval('public.template_version_id_seq'::regclass);
INSERT INTO public.account VALUES ('x', 'x', 'x', 'x', 'x', false, 'x', '2026-11-24 00:00:00+00', NULL, NULL, 1, false);
INSERT INTO public.address VALUES ('x', 'x', 'x', NULL, NULL, false, NULL, NULL);
INSERT INTO public.alembic_version VALUES ('0033');
INSERT INTO public.api_answer VALUES ('x', 'x', 'x', '2026-11-24 00:00:00+00', NULL, 'x');
INSERT INTO public.api_token VALUES (1, 'x', 'x', 'x', '{}', '2026-11-24 00:00:00+00', NULL, NULL, NULL);
INSERT INTO public.blob_part VALUES ('x', 'x');
INSERT INTO public.decision VALUES (1, 1, '2026-11-24 00:00:00+00', 'x', 'x', 'x', 'x', '{}');
INSERT INTO public.desk_kept VALUES (1, 'x', 'x', 'x', '{}', 'x', '2026-11-24 00:00:00+00');
INSERT INTO public.document VALUES (1, NULL, 'x', 'x', 'x', 'x', 1, NULL, 'x', 'x', NULL, NULL, '2026-11-24 00:00:00+00', 'x');
INSERT INTO public.erased VALUES ('x', 'x', '2026-11-24 00:00:00+00');
INSERT INTO public.event VALUES (1, 'x', '2026-11-24 00:00:00+00', 'x', 'x', '{}', 'x', 1, NULL, 'x', NULL, 'x');
INSERT INTO public.evidence VALUES (1, 'x', 1, 'x', '0000000000000000000000000000000000000000000000000000000000000000', '0000000000000000000000000000000000000000000000000000000000000000', '0000000000000000000000000000000000000000000000000000000000000000', '0000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO public.evidence_act VALUES (1, '2026-11-24 00:00:00+00', 'x', 'x', 'x', '{}');
INSERT INTO public.failed_login VALUES (1, '2026-11-24 00:00:00+00', 'x', 'x');
INSERT INTO public.figure VALUES ('x', '2026-11-24', 'x', 'x', 1, 1, NULL, NULL);
INSERT INTO public.figure_run VALUES ('x', '2026-11-24 00:00:00+00');
INSERT INTO public.fresh_copy VALUES ('x', '\x78');
INSERT INTO public.heard VALUES (1, '2026-11-24 00:00:00+00', 'x', 'x', 'x', 'x', NULL, NULL);
INSERT INTO public.heartbeat VALUES ('x', 'x', 1, 'x', '2026-11-24 00:00:00+00', '2026-11-24 00:00:00+00', NULL, 'x', '{}');
INSERT INTO public.ignored_sender VALUES ('x', 'x', '2026-11-24 00:00:00+00', 'x');
INSERT INTO public.invoice VALUES (1, 'x', 'x', 'x', 'x', NULL, NULL, 'x', 'x', NULL, 'x', 'x', '{}', 'x', NULL, '2026-11-24 00:00:00+00', '2026-11-24 00:00:00+00', 1);
INSERT INTO public.invoice_transaction VALUES (1, 1, 'x');
INSERT INTO public.journal VALUES (1, '2026-11-24 00:00:00+00', 'x', 'x', 'x', NULL, NULL, 'x', 'x', '{}', '{}');
INSERT INTO public.learned_model VALUES ('x', '2026-11-24 00:00:00+00', 'x', '\x78', '{}');
INSERT INTO public.learned_use VALUES (1, '2026-11-24 00:00:00+00', 'x', 'x', 'x', 'x');
INSERT INTO public.ledger_claim VALUES (1, 'x', 'x', 'x', 1, 'x', '2026-11-24 00:00:00+00');
INSERT INTO public.ledger_entry VALUES (1, 'x', 'x', NULL, NULL, 'x', '2026-11-24 00:00:00+00', 'x', NULL);
INSERT INTO public.ledger_posting VALUES (1, 1, 'x', 1, 'x', 'x', 'x', 'x');
INSERT INTO public.letter VALUES ('x', 'x', 'x', '2026-11-24 00:00:00+00');
INSERT INTO public.mail VALUES (1, 'aa', '<m@x>', 1, '', '', NULL, '2026-11-24 00:00:00+00', 'settled', '', '', '', 0, '', NULL, NULL, '', false, 0, NULL);
INSERT INTO public.mail_location VALUES ('x', 1, 1, NULL, 'x', 1, false);
INSERT INTO public.mail_mark VALUES ('x', 1);
INSERT INTO public.mailbox_state VALUES ('x', 1, 1, 1, false, false);
INSERT INTO public.outbox VALUES (1, 'x', 'x', 'x', 'x', 'x', 'x', 'x', '{}', '{}', 'x', 'x', 1, 1, '2026-11-24 00:00:00+00', '2026-11-24 00:00:00+00', NULL, 'x', NULL, 'x', 'x', NULL, NULL, 'x');
INSERT INTO public.patron VALUES ('p1', 'Reader', 'reader', 'internal', '', '', '', '', '', '2026-11-24 00:00:00+00', 3, '', '', 'p1 reader');
INSERT INTO public.patron_address VALUES ('p1', 'x', 1);
INSERT INTO public.proof VALUES (1, NULL, 'x', 'x', 1, 1, '{}', 'x', '{}', '2026-11-24 00:00:00+00', 'x', NULL, NULL, NULL, NULL);
INSERT INTO public.proof_key VALUES ('x', 1);
INSERT INTO public.receipt_cache VALUES ('x', 'x', '{}', '2026-11-24 00:00:00+00');
INSERT INTO public.registration VALUES (1, NULL, 'x', 'x', 'x', 'x', 'x', NULL, NULL, 'x', 1, 'x', 'x', 'x', 'x', 'x', NULL, 1);
INSERT INTO public.restoration VALUES (1, '2026-11-24 00:00:00+00', 'x', '2026-11-24 00:00:00+00', '2026-11-24 00:00:00+00', 'x', false);
INSERT INTO public.review VALUES (1, NULL, 'x', 'x', '2026-11-24 00:00:00+00', 'x', 'x', 'x', '{}', '{}', '{}', 'x', NULL, 'x', 1, NULL, 'x', 1, 'x', NULL);
INSERT INTO public.review_about VALUES ('x', 1);
INSERT INTO public.review_mail VALUES (1, 1);
INSERT INTO public.rule_day VALUES ('x', 'x', 'x', 'x', 'x', 1, NULL);
INSERT INTO public.search_numbers VALUES ('N1', 'n1 t');
INSERT INTO public.search_numbers VALUES ('N2', 'n2 t');
INSERT INTO public.search_numbers VALUES ('N3', 'n3 t');
INSERT INTO public.search_numbers VALUES ('N4', 'n4 t');
INSERT INTO public.search_numbers VALUES ('N5', 'n5 t');
INSERT INTO public.search_numbers VALUES ('N6', 'n6 t');
INSERT INTO public.search_numbers VALUES ('N7', 'n7 t');
INSERT INTO public.search_numbers VALUES ('N8', 'n8 t');
INSERT INTO public.sender_speaks VALUES ('x', 'x', 'x', '2026-11-24 00:00:00+00', 'x');
INSERT INTO public.sent_copy VALUES (1, '2026-11-24 00:00:00+00', 1, 'x');
INSERT INTO public.session VALUES ('x', 'x', '2026-11-24 00:00:00+00', '2026-11-24 00:00:00+00', '2026-11-24 00:00:00+00', 'x', 'x', 'x');
INSERT INTO public.statement_line VALUES ('x', 'x', 'x', 1, 'x', '2026-11-24', 'x', 'x', 'x', 'x', 'x', '{}', 'x', 'x', 'x', 1, '2026-11-24 00:00:00+00', 1);
INSERT INTO public.store_identity VALUES (1, 'x', '2026-11-24 00:00:00+00', 'x');
INSERT INTO public.subject_shape VALUES ('x', 'x', 'x', 1, '2026-11-24 00:00:00+00', '2026-11-24 00:00:00+00', NULL);
INSERT INTO public.template_version VALUES (1, 'x', NULL, 'x', '2026-11-24 00:00:00+00', 'x');
INSERT INTO public.transactions VALUES ('N1', 'p1', 'copy', '', 'T', '', 'shipped', NULL, '2026-11-24 00:00:00+00', NULL, 3000, 'CNY', 1000, 'CNY', 2000, 'CNY', 'due', '2026-11-24 00:00:00+00', 7, false, '2026-11-24 00:00:00+00', 'n1 t');
INSERT INTO public.transactions VALUES ('N2', 'p1', 'copy', '', 'T', '', 'closed', NULL, '2026-11-24 00:00:00+00', NULL, 500, 'CNY', NULL, NULL, 500, 'CNY', 'confirmed', '2026-11-24 00:00:00+00', 7, false, '2026-11-24 00:00:00+00', 'n2 t');
INSERT INTO public.transactions VALUES ('N3', 'p1', 'copy', '', 'T', '', 'shipped', NULL, '2026-11-24 00:00:00+00', NULL, NULL, NULL, NULL, NULL, 700, 'CNY', 'proof_received', '2026-11-24 00:00:00+00', 7, false, '2026-11-24 00:00:00+00', 'n3 t');
INSERT INTO public.transactions VALUES ('N4', 'p1', 'copy', '', 'T', '', 'delivered', NULL, '2026-11-24 00:00:00+00', NULL, 800, 'CNY', 0, 'CNY', 800, 'CNY', 'waived', '2026-11-24 00:00:00+00', 7, false, '2026-11-24 00:00:00+00', 'n4 t');
INSERT INTO public.transactions VALUES ('N5', 'p1', 'copy', '', 'T', '', 'in_process', NULL, '2026-11-24 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'none', '2026-11-24 00:00:00+00', 7, false, '2026-11-24 00:00:00+00', 'n5 t');
INSERT INTO public.transactions VALUES ('N6', 'p1', 'copy', '', 'T', '', 'conditional', NULL, '2026-11-24 00:00:00+00', NULL, 900, 'CNY', 0, 'CNY', 900, 'CNY', 'quoted', '2026-11-24 00:00:00+00', 7, false, '2026-11-24 00:00:00+00', 'n6 t');
INSERT INTO public.transactions VALUES ('N7', 'p1', 'copy', '', 'T', '', 'cancelled', NULL, '2026-11-24 00:00:00+00', NULL, 900, 'CNY', 0, 'CNY', 900, 'CNY', 'due', '2026-11-24 00:00:00+00', 7, false, '2026-11-24 00:00:00+00', 'n7 t');
INSERT INTO public.transactions VALUES ('N8', 'p1', 'copy', '', 'T', '', 'closed', NULL, '2026-11-24 00:00:00+00', NULL, 0, 'CNY', 0, 'CNY', 0, 'CNY', 'confirmed', '2026-11-24 00:00:00+00', 7, false, '2026-11-24 00:00:00+00', 'n8 t');
INSERT INTO public.unlinked VALUES ('x', '2026-11-24 00:00:00+00');
INSERT INTO public.viewer VALUES (1, 'x', '2026-11-24 00:00:00+00');
INSERT INTO public.year_kept VALUES (1, '2026-11-24 00:00:00+00', '{}');
SELECT pg_catalog.setval('public.api_token_id_seq', 1, false);
SELECT pg_catalog.setval('public.decision_id_seq', 1, false);
SELECT pg_catalog.setval('public.desk_kept_id_seq', 1, false);
SELECT pg_catalog.setval('public.document_id_seq', 1, false);
SELECT pg_catalog.setval('public.event_id_seq', 1, false);
SELECT pg_catalog.setval('public.evidence_act_id_seq', 1, false);
SELECT pg_catalog.setval('public.failed_login_id_seq', 1, false);
SELECT pg_catalog.setval('public.heard_id_seq', 1, false);
SELECT pg_catalog.setval('public.invoice_id_seq', 1, false);
SELECT pg_catalog.setval('public.journal_id_seq', 1, false);
SELECT pg_catalog.setval('public.learned_use_id_seq', 1, false);
SELECT pg_catalog.setval('public.ledger_entry_id_seq', 1, false);
SELECT pg_catalog.setval('public.mail_id_seq', 1, false);
SELECT pg_catalog.setval('public.outbox_id_seq', 1, false);
SELECT pg_catalog.setval('public.proof_id_seq', 1, false);
SELECT pg_catalog.setval('public.registration_id_seq', 1, false);
SELECT pg_catalog.setval('public.restoration_id_seq', 1, false);
SELECT pg_catalog.setval('public.review_id_seq', 1, false);
SELECT pg_catalog.setval('public.template_version_id_seq', 1, false);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT pk_account PRIMARY KEY (name);
ALTER TABLE ONLY public.address
    ADD CONSTRAINT pk_address PRIMARY KEY (address);
ALTER TABLE ONLY public.api_answer
    ADD CONSTRAINT pk_api_answer PRIMARY KEY (account, key);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT pk_api_token PRIMARY KEY (id);
ALTER TABLE ONLY public.blob_part
    ADD CONSTRAINT pk_blob_part PRIMARY KEY (whole, part);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT pk_decision PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_kept
    ADD CONSTRAINT pk_desk_kept PRIMARY KEY (id);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT pk_document PRIMARY KEY (id);
ALTER TABLE ONLY public.erased
    ADD CONSTRAINT pk_erased PRIMARY KEY (sort, digest);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT pk_event PRIMARY KEY (id);
ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT pk_evidence PRIMARY KEY (seq);
ALTER TABLE ONLY public.evidence_act
    ADD CONSTRAINT pk_evidence_act PRIMARY KEY (id);
ALTER TABLE ONLY public.failed_login
    ADD CONSTRAINT pk_failed_login PRIMARY KEY (id);
ALTER TABLE ONLY public.figure
    ADD CONSTRAINT pk_figure PRIMARY KEY (measure, day, key, second);
ALTER TABLE ONLY public.figure_run
    ADD CONSTRAINT pk_figure_run PRIMARY KEY (extent);
ALTER TABLE ONLY public.fresh_copy
    ADD CONSTRAINT pk_fresh_copy PRIMARY KEY (name);
ALTER TABLE ONLY public.heard
    ADD CONSTRAINT pk_heard PRIMARY KEY (id);
ALTER TABLE ONLY public.heartbeat
    ADD CONSTRAINT pk_heartbeat PRIMARY KEY (role, host);
ALTER TABLE ONLY public.ignored_sender
    ADD CONSTRAINT pk_ignored_sender PRIMARY KEY (address);
ALTER TABLE ONLY public.invoice
    ADD CONSTRAINT pk_invoice PRIMARY KEY (id);
ALTER TABLE ONLY public.invoice_transaction
    ADD CONSTRAINT pk_invoice_transaction PRIMARY KEY (invoice_id, "position");
ALTER TABLE ONLY public.journal
    ADD CONSTRAINT pk_journal PRIMARY KEY (id);
ALTER TABLE ONLY public.learned_model
    ADD CONSTRAINT pk_learned_model PRIMARY KEY (version);
ALTER TABLE ONLY public.learned_use
    ADD CONSTRAINT pk_learned_use PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_claim
    ADD CONSTRAINT pk_ledger_claim PRIMARY KEY (entry_id);
ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT pk_ledger_entry PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_posting
    ADD CONSTRAINT pk_ledger_posting PRIMARY KEY (entry_id, "position");
ALTER TABLE ONLY public.letter
    ADD CONSTRAINT pk_letter PRIMARY KEY (address, message_id, number);
ALTER TABLE ONLY public.mail
    ADD CONSTRAINT pk_mail PRIMARY KEY (id);
ALTER TABLE ONLY public.mail_location
    ADD CONSTRAINT pk_mail_location PRIMARY KEY (mailbox, uidvalidity, uid);
ALTER TABLE ONLY public.mail_mark
    ADD CONSTRAINT pk_mail_mark PRIMARY KEY (mark);
ALTER TABLE ONLY public.mailbox_state
    ADD CONSTRAINT pk_mailbox_state PRIMARY KEY (mailbox);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT pk_outbox PRIMARY KEY (id);
ALTER TABLE ONLY public.patron
    ADD CONSTRAINT pk_patron PRIMARY KEY (patron_id);
ALTER TABLE ONLY public.patron_address
    ADD CONSTRAINT pk_patron_address PRIMARY KEY (patron_id, address);
ALTER TABLE ONLY public.proof
    ADD CONSTRAINT pk_proof PRIMARY KEY (id);
ALTER TABLE ONLY public.proof_key
    ADD CONSTRAINT pk_proof_key PRIMARY KEY (key, proof_id);
ALTER TABLE ONLY public.receipt_cache
    ADD CONSTRAINT pk_receipt_cache PRIMARY KEY (sha256, version);
ALTER TABLE ONLY public.registration
    ADD CONSTRAINT pk_registration PRIMARY KEY (id);
ALTER TABLE ONLY public.restoration
    ADD CONSTRAINT pk_restoration PRIMARY KEY (id);
ALTER TABLE ONLY public.review
    ADD CONSTRAINT pk_review PRIMARY KEY (id);
ALTER TABLE ONLY public.review_about
    ADD CONSTRAINT pk_review_about PRIMARY KEY (number, review_id);
ALTER TABLE ONLY public.review_mail
    ADD CONSTRAINT pk_review_mail PRIMARY KEY (mail_id);
ALTER TABLE ONLY public.rule_day
    ADD CONSTRAINT pk_rule_day PRIMARY KEY (provider, day, rule, kind, field);
ALTER TABLE ONLY public.search
    ADD CONSTRAINT pk_search PRIMARY KEY (item_id);
ALTER TABLE ONLY public.sender_speaks
    ADD CONSTRAINT pk_sender_speaks PRIMARY KEY (address);
ALTER TABLE ONLY public.sent_copy
    ADD CONSTRAINT pk_sent_copy PRIMARY KEY (outbox_id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT pk_session PRIMARY KEY (token);
ALTER TABLE ONLY public.statement_line
    ADD CONSTRAINT pk_statement_line PRIMARY KEY (key);
ALTER TABLE ONLY public.store_identity
    ADD CONSTRAINT pk_store_identity PRIMARY KEY (one);
ALTER TABLE ONLY public.subject_shape
    ADD CONSTRAINT pk_subject_shape PRIMARY KEY (provider, shape);
ALTER TABLE ONLY public.template_version
    ADD CONSTRAINT pk_template_version PRIMARY KEY (id);
ALTER TABLE ONLY public.transactions
    ADD CONSTRAINT pk_transactions PRIMARY KEY (number);
ALTER TABLE ONLY public.unlinked
    ADD CONSTRAINT pk_unlinked PRIMARY KEY (sha256);
ALTER TABLE ONLY public.viewer
    ADD CONSTRAINT pk_viewer PRIMARY KEY (item_id, account);
ALTER TABLE ONLY public.year_kept
    ADD CONSTRAINT pk_year_kept PRIMARY KEY (year);
ALTER TABLE ONLY public.search_numbers
    ADD CONSTRAINT search_numbers_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.desk_kept
    ADD CONSTRAINT uq_desk_kept_sort_owner_name UNIQUE (sort, owner, name);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT uq_document_number_digest UNIQUE (number, digest);
ALTER TABLE ONLY public.invoice
    ADD CONSTRAINT uq_invoice_mail_id_patron_id_title UNIQUE (mail_id, patron_id, title);
ALTER TABLE ONLY public.ledger_claim
    ADD CONSTRAINT uq_ledger_claim_tip UNIQUE (tip);
ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT uq_ledger_entry_key UNIQUE (key);
ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT uq_ledger_entry_settles UNIQUE (settles);
ALTER TABLE ONLY public.mail
    ADD CONSTRAINT uq_mail_sha256_message_id UNIQUE (sha256, message_id);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT uq_outbox_subject_kind_revision UNIQUE (subject, kind, revision);
ALTER TABLE ONLY public.proof
    ADD CONSTRAINT uq_proof_mail_id_sha256_page_part UNIQUE (mail_id, sha256, page, part);
ALTER TABLE ONLY public.registration
    ADD CONSTRAINT uq_registration_email_step_round UNIQUE (email, step, round);
CREATE UNIQUE INDEX ix_account_subject ON public.account USING btree (subject) WHERE (subject <> ''::text);
CREATE INDEX ix_address_bounced_until ON public.address USING btree (bounced_until) WHERE (bounced_until IS NOT NULL);
CREATE INDEX ix_api_answer_at ON public.api_answer USING btree (at);
CREATE INDEX ix_api_token_account ON public.api_token USING btree (account);
CREATE UNIQUE INDEX ix_api_token_token ON public.api_token USING btree (token);
CREATE INDEX ix_blob_part_part ON public.blob_part USING btree (part);
CREATE INDEX ix_decision_mail_id ON public.decision USING btree (mail_id);
CREATE INDEX ix_document_mail_id ON public.document USING btree (mail_id);
CREATE UNIQUE INDEX ix_event_key ON public.event USING btree (key);
CREATE INDEX ix_event_number_id ON public.event USING btree (number, id);
CREATE INDEX ix_event_number_waiting ON public.event USING btree (number, id) WHERE (free_at IS NOT NULL);
CREATE INDEX ix_event_state_id ON public.event USING btree (state, id);
CREATE INDEX ix_event_waiting ON public.event USING btree (id, free_at) WHERE (free_at IS NOT NULL);
CREATE INDEX ix_evidence_kind_row_id ON public.evidence USING btree (kind, row_id, seq);
CREATE INDEX ix_failed_login_account_at ON public.failed_login USING btree (account, at);
CREATE INDEX ix_failed_login_at ON public.failed_login USING btree (at);
CREATE INDEX ix_failed_login_origin_at ON public.failed_login USING btree (origin, at);
CREATE INDEX ix_heard_address_id ON public.heard USING btree (address, id);
CREATE INDEX ix_heard_at ON public.heard USING btree (at);
CREATE INDEX ix_heard_domain_at ON public.heard USING btree (domain, at);
CREATE INDEX ix_invoice_number ON public.invoice USING btree (number);
CREATE INDEX ix_invoice_patron_id_id ON public.invoice USING btree (patron_id, id);
CREATE INDEX ix_invoice_state_id ON public.invoice USING btree (state, id);
CREATE INDEX ix_invoice_transaction_number ON public.invoice_transaction USING btree (number, invoice_id);
CREATE INDEX ix_journal_actor_what_id ON public.journal USING btree (actor, what, id);
CREATE INDEX ix_journal_at ON public.journal USING btree (at, id);
CREATE INDEX ix_journal_mail_id ON public.journal USING btree (mail_id);
CREATE INDEX ix_journal_number_id ON public.journal USING btree (number, id);
CREATE INDEX ix_journal_what_id ON public.journal USING btree (what, id);
CREATE INDEX ix_ledger_claim_at ON public.ledger_claim USING btree (at, entry_id);
CREATE INDEX ix_ledger_claim_open_at ON public.ledger_claim USING btree (at, entry_id) WHERE (settled_by = ''::text);
CREATE INDEX ix_ledger_claim_open_cents ON public.ledger_claim USING btree (cents, currency) WHERE (settled_by = ''::text);
CREATE INDEX ix_ledger_claim_patron_id ON public.ledger_claim USING btree (patron_id, entry_id);
CREATE INDEX ix_ledger_entry_at ON public.ledger_entry USING btree (at);
CREATE INDEX ix_ledger_entry_line ON public.ledger_entry USING btree (line);
CREATE INDEX ix_ledger_entry_mail_id ON public.ledger_entry USING btree (mail_id);
CREATE INDEX ix_ledger_entry_refund ON public.ledger_entry USING btree (at, id) WHERE (kind = 'refund'::text);
CREATE INDEX ix_ledger_posting_number ON public.ledger_posting USING btree (number, book, currency, cents) WHERE (number <> ''::text);
CREATE INDEX ix_ledger_posting_patron_id ON public.ledger_posting USING btree (patron_id, book, currency, cents);
CREATE INDEX ix_mail_location_mail_id ON public.mail_location USING btree (mail_id);
CREATE INDEX ix_mail_location_unfiled ON public.mail_location USING btree (mailbox, uidvalidity, filed, uid);
CREATE INDEX ix_mail_mark_mail_id ON public.mail_mark USING btree (mail_id);
CREATE INDEX ix_mail_message_id ON public.mail USING btree (message_id);
CREATE INDEX ix_mail_rule_id ON public.mail USING btree (rule, id);
CREATE INDEX ix_mail_sender_id ON public.mail USING btree (sender, id);
CREATE INDEX ix_mail_sender_odd ON public.mail USING btree (lower(sender)) WHERE (sender <> lower(sender));
CREATE INDEX ix_mail_status_id ON public.mail USING btree (status, id);
CREATE INDEX ix_mail_stored ON public.mail USING btree (stored);
CREATE INDEX ix_mail_waiting ON public.mail USING btree (turn, id, free_at) WHERE (free_at IS NOT NULL);
CREATE INDEX ix_mail_waiting_sender ON public.mail USING btree (sender, turn) WHERE (free_at IS NOT NULL);
CREATE INDEX ix_outbox_kind_state_id ON public.outbox USING btree (kind, state, id);
CREATE INDEX ix_outbox_mail_id ON public.outbox USING btree (mail_id);
CREATE INDEX ix_outbox_message_id ON public.outbox USING btree (message_id);
CREATE INDEX ix_outbox_number_begins ON public.outbox USING btree (number text_pattern_ops);
CREATE INDEX ix_outbox_number_id ON public.outbox USING btree (number, id);
CREATE INDEX ix_outbox_patron_id ON public.outbox USING btree (patron_id);
CREATE INDEX ix_outbox_recipient_begins ON public.outbox USING btree (recipient text_pattern_ops);
CREATE INDEX ix_outbox_recipient_odd ON public.outbox USING btree (lower(recipient)) WHERE (recipient <> lower(recipient));
CREATE INDEX ix_outbox_recipient_sent ON public.outbox USING btree (recipient, sent);
CREATE INDEX ix_outbox_sent ON public.outbox USING btree (sent);
CREATE INDEX ix_outbox_state_id ON public.outbox USING btree (state, id);
CREATE INDEX ix_outbox_waiting ON public.outbox USING btree (priority, id, free_at) WHERE (free_at IS NOT NULL);
CREATE INDEX ix_patron_address_address ON public.patron_address USING btree (address);
CREATE INDEX ix_patron_find ON public.patron USING btree (patron_id, find_key);
CREATE INDEX ix_patron_login_key ON public.patron USING btree (login_key);
CREATE INDEX ix_patron_name_key ON public.patron USING btree (name_key);
CREATE INDEX ix_proof_claim ON public.proof USING btree (claim) WHERE (claim <> ''::text);
CREATE INDEX ix_proof_key_proof_id ON public.proof_key USING btree (proof_id);
CREATE INDEX ix_proof_look_1 ON public.proof USING btree (look_1, id);
CREATE INDEX ix_proof_look_2 ON public.proof USING btree (look_2, id);
CREATE INDEX ix_proof_look_3 ON public.proof USING btree (look_3, id);
CREATE INDEX ix_proof_look_4 ON public.proof USING btree (look_4, id);
CREATE INDEX ix_proof_patron_id ON public.proof USING btree (patron_id);
CREATE INDEX ix_registration_decided ON public.registration USING btree (decided);
CREATE INDEX ix_registration_email_odd ON public.registration USING btree (lower(email)) WHERE (email <> lower(email));
CREATE INDEX ix_registration_login_key ON public.registration USING btree (login_key);
CREATE INDEX ix_registration_patron_id ON public.registration USING btree (patron_id);
CREATE INDEX ix_registration_state_id ON public.registration USING btree (state, id);
CREATE INDEX ix_review_about_review_id ON public.review_about USING btree (review_id);
CREATE INDEX ix_review_handled ON public.review USING btree (handled);
CREATE UNIQUE INDEX ix_review_key ON public.review USING btree (key);
CREATE INDEX ix_review_mail_id ON public.review USING btree (mail_id);
CREATE INDEX ix_review_mail_review_id ON public.review_mail USING btree (review_id);
CREATE INDEX ix_review_open ON public.review USING btree (id) WHERE (state = 'open'::text);
CREATE INDEX ix_review_open_sender ON public.review USING btree (sender, id) WHERE (state = 'open'::text);
CREATE INDEX ix_review_sender_begins ON public.review USING btree (sender text_pattern_ops);
CREATE INDEX ix_review_sender_id ON public.review USING btree (sender, id);
CREATE INDEX ix_review_sender_odd ON public.review USING btree (lower(sender)) WHERE (sender <> lower(sender));
CREATE INDEX ix_review_state_assignee_id ON public.review USING btree (state, assignee, id, cause);
CREATE INDEX ix_review_state_cause_created ON public.review USING btree (state, cause, created);
CREATE INDEX ix_review_state_cause_id ON public.review USING btree (state, cause, id);
CREATE INDEX ix_review_state_id ON public.review USING btree (state, id);
CREATE INDEX ix_search_handled ON public.search USING gin (words) WITH (gin_pending_list_limit='256') WHERE (NOT open);
CREATE INDEX ix_search_numbers_grams ON public.search_numbers USING gin (public.maild_grams(key)) WITH (gin_pending_list_limit='256');
CREATE INDEX ix_search_open ON public.search USING gin (words) WITH (gin_pending_list_limit='256') WHERE open;
CREATE INDEX ix_search_open_items ON public.search USING btree (item_id) WHERE open;
CREATE INDEX ix_sent_copy_due ON public.sent_copy USING btree (due);
CREATE INDEX ix_session_account ON public.session USING btree (account);
CREATE INDEX ix_session_ends ON public.session USING btree (ends);
CREATE INDEX ix_statement_line_booked ON public.statement_line USING btree (booked, key);
CREATE INDEX ix_statement_line_open ON public.statement_line USING btree (booked, key) WHERE (placed_cents <> cents);
CREATE INDEX ix_subject_shape_provider_first_seen ON public.subject_shape USING btree (provider, first_seen);
CREATE INDEX ix_template_version_name_id ON public.template_version USING btree (name, id);
CREATE INDEX ix_transactions_due ON public.transactions USING btree (due);
CREATE INDEX ix_transactions_opened ON public.transactions USING btree (opened, number, find_key);
CREATE INDEX ix_transactions_patron_id_opened ON public.transactions USING btree (patron_id, opened);
CREATE INDEX ix_transactions_payable_cents_payment_state ON public.transactions USING btree (payable_cents, payment_state);
CREATE INDEX ix_transactions_payment_state_number ON public.transactions USING btree (payment_state, number);
CREATE INDEX ix_transactions_payment_state_opened ON public.transactions USING btree (payment_state, opened, number);
CREATE INDEX ix_transactions_provider_opened ON public.transactions USING btree (provider, opened, number);
CREATE INDEX ix_transactions_rush ON public.transactions USING btree (opened, number) WHERE rush;
CREATE INDEX ix_transactions_state_number ON public.transactions USING btree (state, number);
CREATE INDEX ix_transactions_state_opened ON public.transactions USING btree (state, opened, number);
CREATE INDEX ix_transactions_state_since ON public.transactions USING btree (state, since);
CREATE INDEX ix_viewer_seen ON public.viewer USING btree (seen);
CREATE TRIGGER evidence_act_no_delete BEFORE DELETE ON public.evidence_act FOR EACH ROW EXECUTE FUNCTION public.maild_append_only();
CREATE TRIGGER evidence_act_no_truncate BEFORE TRUNCATE ON public.evidence_act FOR EACH STATEMENT EXECUTE FUNCTION public.maild_append_only();
CREATE TRIGGER evidence_act_no_update BEFORE UPDATE ON public.evidence_act FOR EACH ROW WHEN ((1 = 1)) EXECUTE FUNCTION public.maild_append_only();
CREATE TRIGGER evidence_no_delete BEFORE DELETE ON public.evidence FOR EACH ROW EXECUTE FUNCTION public.maild_append_only();
CREATE TRIGGER evidence_no_truncate BEFORE TRUNCATE ON public.evidence FOR EACH STATEMENT EXECUTE FUNCTION public.maild_append_only();
CREATE TRIGGER evidence_no_update BEFORE UPDATE ON public.evidence FOR EACH ROW WHEN ((NOT ((new.salt = ''::text) AND (NOT (new.seq IS DISTINCT FROM old.seq)) AND (NOT (new.kind IS DISTINCT FROM old.kind)) AND (NOT (new.row_id IS DISTINCT FROM old.row_id)) AND (NOT (new.seal IS DISTINCT FROM old.seal)) AND (NOT (new.hash IS DISTINCT FROM old.hash)) AND (NOT (new.node IS DISTINCT FROM old.node)) AND (NOT (new.root IS DISTINCT FROM old.root))))) EXECUTE FUNCTION public.maild_append_only();
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON public.ledger_entry FOR EACH ROW EXECUTE FUNCTION public.maild_append_only();
CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON public.ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION public.maild_append_only();
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON public.ledger_entry FOR EACH ROW WHEN ((NOT ((new.reason = ''::text) AND (NOT (new.id IS DISTINCT FROM old.id)) AND (NOT (new.key IS DISTINCT FROM old.key)) AND (NOT (new.kind IS DISTINCT FROM old.kind)) AND (NOT (new.settles IS DISTINCT FROM old.settles)) AND (NOT (new.line IS DISTINCT FROM old.line)) AND (NOT (new.at IS DISTINCT FROM old.at)) AND (NOT (new.actor IS DISTINCT FROM old.actor)) AND (NOT (new.mail_id IS DISTINCT FROM old.mail_id))))) EXECUTE FUNCTION public.maild_append_only();
CREATE TRIGGER ledger_posting_no_delete BEFORE DELETE ON public.ledger_posting FOR EACH ROW EXECUTE FUNCTION public.maild_append_only();
CREATE TRIGGER ledger_posting_no_truncate BEFORE TRUNCATE ON public.ledger_posting FOR EACH STATEMENT EXECUTE FUNCTION public.maild_append_only();
CREATE TRIGGER ledger_posting_no_update BEFORE UPDATE ON public.ledger_posting FOR EACH ROW WHEN ((NOT ((new.patron_id ~~ 'erased:%'::text) AND (NOT (new.entry_id IS DISTINCT FROM old.entry_id)) AND (NOT (new."position" IS DISTINCT FROM old."position")) AND (NOT (new.book IS DISTINCT FROM old.book)) AND (NOT (new.cents IS DISTINCT FROM old.cents)) AND (NOT (new.currency IS DISTINCT FROM old.currency)) AND (NOT (new.number IS DISTINCT FROM old.number)) AND (NOT (new.channel IS DISTINCT FROM old.channel))))) EXECUTE FUNCTION public.maild_append_only();
CREATE TRIGGER transactions_found AFTER INSERT OR DELETE OR UPDATE OF find_key ON public.transactions FOR EACH ROW EXECUTE FUNCTION public.maild_found();
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT fk_api_token_account FOREIGN KEY (account) REFERENCES public.account(name) ON DELETE CASCADE;
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT fk_decision_mail_id FOREIGN KEY (mail_id) REFERENCES public.mail(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.document
    ADD CONSTRAINT fk_document_mail_id FOREIGN KEY (mail_id) REFERENCES public.mail(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.document
    ADD CONSTRAINT fk_document_number FOREIGN KEY (number) REFERENCES public.transactions(number);
ALTER TABLE ONLY public.invoice
    ADD CONSTRAINT fk_invoice_mail_id FOREIGN KEY (mail_id) REFERENCES public.mail(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.invoice_transaction
    ADD CONSTRAINT fk_invoice_transaction_invoice_id FOREIGN KEY (invoice_id) REFERENCES public.invoice(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.ledger_claim
    ADD CONSTRAINT fk_ledger_claim_entry_id FOREIGN KEY (entry_id) REFERENCES public.ledger_entry(id);
ALTER TABLE ONLY public.ledger_posting
    ADD CONSTRAINT fk_ledger_posting_entry_id FOREIGN KEY (entry_id) REFERENCES public.ledger_entry(id);
ALTER TABLE ONLY public.mail_location
    ADD CONSTRAINT fk_mail_location_mail_id FOREIGN KEY (mail_id) REFERENCES public.mail(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.mail_mark
    ADD CONSTRAINT fk_mail_mark_mail_id FOREIGN KEY (mail_id) REFERENCES public.mail(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.patron_address
    ADD CONSTRAINT fk_patron_address_patron_id FOREIGN KEY (patron_id) REFERENCES public.patron(patron_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.proof_key
    ADD CONSTRAINT fk_proof_key_proof_id FOREIGN KEY (proof_id) REFERENCES public.proof(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.proof
    ADD CONSTRAINT fk_proof_mail_id FOREIGN KEY (mail_id) REFERENCES public.mail(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.registration
    ADD CONSTRAINT fk_registration_patron_id FOREIGN KEY (patron_id) REFERENCES public.patron(patron_id);
ALTER TABLE ONLY public.review_about
    ADD CONSTRAINT fk_review_about_review_id_review FOREIGN KEY (review_id) REFERENCES public.review(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.review
    ADD CONSTRAINT fk_review_mail_id FOREIGN KEY (mail_id) REFERENCES public.mail(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.review_mail
    ADD CONSTRAINT fk_review_mail_mail_id_mail FOREIGN KEY (mail_id) REFERENCES public.mail(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.review_mail
    ADD CONSTRAINT fk_review_mail_review_id_review FOREIGN KEY (review_id) REFERENCES public.review(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.search
    ADD CONSTRAINT fk_search_item_id FOREIGN KEY (item_id) REFERENCES public.review(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sent_copy
    ADD CONSTRAINT fk_sent_copy_outbox_id_outbox FOREIGN KEY (outbox_id) REFERENCES public.outbox(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.session
    ADD CONSTRAINT fk_session_account FOREIGN KEY (account) REFERENCES public.account(name) ON DELETE CASCADE;
ALTER TABLE ONLY public.transactions
    ADD CONSTRAINT fk_transactions_patron_id FOREIGN KEY (patron_id) REFERENCES public.patron(patron_id);
ALTER TABLE ONLY public.viewer
    ADD CONSTRAINT fk_viewer_item_id FOREIGN KEY (item_id) REFERENCES public.review(id) ON DELETE CASCADE;
