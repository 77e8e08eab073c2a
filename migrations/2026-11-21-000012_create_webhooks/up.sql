CREATE TABLE webhooks (
    id uuid CONSTRAINT webhooks_pkey PRIMARY KEY,
    url text NOT NULL CONSTRAINT webhooks_url_https CHECK (url LIKE 'https://%'),
    description text NOT NULL DEFAULT '',
    types text[] NOT NULL CONSTRAINT webhooks_types_some CHECK (cardinality(types) > 0),
    is_enabled boolean NOT NULL,
    -- Both as they are, since they sign: a digest could not.
    secret bytea NOT NULL CONSTRAINT webhooks_secret_length CHECK (octet_length(secret) BETWEEN 24 AND 64),
    old_secret bytea,
    old_secret_until timestamptz,
    -- It is told of events behind this place.
    since bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT webhooks_old_secret_ends CHECK ((old_secret IS NULL) = (old_secret_until IS NULL))
);
CREATE INDEX webhooks_listed ON webhooks (id) WHERE deleted_at IS NULL;

CREATE TABLE webhook_deliveries (
    id uuid CONSTRAINT webhook_deliveries_pkey PRIMARY KEY,
    webhook_id uuid NOT NULL CONSTRAINT webhook_deliveries_webhook REFERENCES webhooks,
    -- It refers to nothing, since events are not kept for ever.
    event_id uuid NOT NULL,
    kind text NOT NULL,
    status text NOT NULL DEFAULT 'PENDING'
        CONSTRAINT webhook_deliveries_status_known CHECK (status IN ('PENDING', 'DELIVERED', 'FAILED')),
    attempts integer NOT NULL DEFAULT 0,
    last_attempt_at timestamptz,
    -- When any instance may take it. While one sends it, that is when its lease ends.
    next_attempt_at timestamptz,
    response_status integer,
    error text,
    created_at timestamptz NOT NULL,
    CONSTRAINT webhook_deliveries_once UNIQUE (webhook_id, event_id),
    CONSTRAINT webhook_deliveries_pending_is_due CHECK ((status = 'PENDING') = (next_attempt_at IS NOT NULL))
);
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_by_status ON webhook_deliveries (webhook_id, status, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_attempt_at) WHERE status = 'PENDING';
