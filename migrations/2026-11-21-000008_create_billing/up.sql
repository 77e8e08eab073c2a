-- Lets one constraint compare an account and a period.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE memberships (
    id uuid CONSTRAINT memberships_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT memberships_user REFERENCES accounts,
    -- Both days are included.
    valid_from date NOT NULL,
    valid_until date NOT NULL,
    cancelled_at timestamptz,
    credits integer NOT NULL CONSTRAINT memberships_credits_range CHECK (credits BETWEEN 0 AND 10000),
    -- Minor units of the store's currency.
    stream_fee bigint NOT NULL CONSTRAINT memberships_fee_range CHECK (stream_fee BETWEEN 0 AND 1000000000000),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT memberships_days_in_order CHECK (valid_from <= valid_until),
    CONSTRAINT memberships_no_overlap
        EXCLUDE USING gist (user_id WITH =, daterange(valid_from, valid_until, '[]') WITH &&)
        WHERE (cancelled_at IS NULL AND deleted_at IS NULL)
);
CREATE INDEX memberships_by_user ON memberships (user_id, id);
CREATE INDEX memberships_by_end ON memberships (valid_until, id) WHERE cancelled_at IS NULL;
CREATE INDEX memberships_cancelled ON memberships (id) WHERE cancelled_at IS NOT NULL;

CREATE TABLE invoices (
    id uuid CONSTRAINT invoices_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT invoices_user REFERENCES accounts,
    date date NOT NULL,
    -- Its first day.
    month date NOT NULL GENERATED ALWAYS AS (date_trunc('month', date::timestamp)::date) STORED,
    status text NOT NULL CONSTRAINT invoices_status_known CHECK (status IN ('OUTSTANDING', 'PAID', 'VOID')),
    description text NOT NULL DEFAULT '',
    -- The sum of the lines that are not deleted, in minor units. Only the trigger below writes it.
    amount bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX invoices_one_outstanding_a_month ON invoices (user_id, month)
    WHERE status = 'OUTSTANDING' AND deleted_at IS NULL;
CREATE INDEX invoices_by_user ON invoices (user_id, id);
CREATE INDEX invoices_by_status ON invoices (status, id);
CREATE INDEX invoices_by_date ON invoices (date);

CREATE TABLE invoice_lines (
    id uuid CONSTRAINT invoice_lines_pkey PRIMARY KEY,
    invoice_id uuid NOT NULL CONSTRAINT invoice_lines_invoice REFERENCES invoices,
    -- A credit is negative. The limit keeps the amount of any invoice within 64 bits.
    amount bigint NOT NULL CONSTRAINT invoice_lines_amount_range
        CHECK (amount BETWEEN -1000000000000 AND 1000000000000),
    description text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX invoice_lines_by_invoice ON invoice_lines (invoice_id, id);

-- The amount follows the lines, whoever changes them, also when one moves to another invoice.
CREATE FUNCTION invoice_lines_changed() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.deleted_at IS NULL THEN
        UPDATE invoices SET amount = amount - OLD.amount WHERE id = OLD.invoice_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.deleted_at IS NULL THEN
        UPDATE invoices SET amount = amount + NEW.amount WHERE id = NEW.invoice_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER invoice_lines_changed
    AFTER INSERT OR DELETE OR UPDATE OF invoice_id, amount, deleted_at ON invoice_lines
    FOR EACH ROW EXECUTE FUNCTION invoice_lines_changed();

CREATE TABLE streams (
    id uuid CONSTRAINT streams_pkey PRIMARY KEY,
    membership_id uuid NOT NULL CONSTRAINT streams_membership REFERENCES memberships,
    status text NOT NULL CONSTRAINT streams_status_known CHECK (status IN ('OPEN', 'CLOSED')),
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    -- Not renewed by then, it is closed by the store.
    expires_at timestamptz NOT NULL,
    -- What was written on the invoice when it was opened and closed.
    opened_line_id uuid NOT NULL CONSTRAINT streams_opened_line REFERENCES invoice_lines,
    closed_line_id uuid CONSTRAINT streams_closed_line REFERENCES invoice_lines,
    CONSTRAINT streams_closed_has_ended
        CHECK ((status = 'CLOSED') = (ended_at IS NOT NULL) AND (status = 'CLOSED') = (closed_line_id IS NOT NULL))
);
CREATE INDEX streams_by_membership ON streams (membership_id, id);
CREATE INDEX streams_open ON streams (membership_id, id) WHERE status = 'OPEN';
CREATE INDEX streams_open_by_end ON streams (expires_at) WHERE status = 'OPEN';
CREATE INDEX streams_by_opened_line ON streams (opened_line_id);
CREATE INDEX streams_by_closed_line ON streams (closed_line_id);
