-- Written in the transaction of the effect: a key is there exactly if the effect is.
CREATE TABLE idempotency_keys (
    account_id uuid NOT NULL CONSTRAINT idempotency_keys_account REFERENCES accounts,
    key text NOT NULL,
    -- The operation and its input.
    fingerprint bytea NOT NULL,
    -- What the first attempt made.
    result_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (account_id, key)
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);
