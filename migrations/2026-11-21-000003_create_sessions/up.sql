-- Secrets are kept as SHA-256 digests alone.
CREATE TABLE sessions (
    id uuid CONSTRAINT sessions_pkey PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT sessions_account REFERENCES accounts,
    user_agent text,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX sessions_by_account ON sessions (account_id, id) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_end ON sessions (coalesce(ended_at, expires_at));

CREATE TABLE refresh_tokens (
    digest bytea CONSTRAINT refresh_tokens_pkey PRIMARY KEY,
    session_id uuid NOT NULL CONSTRAINT refresh_tokens_session REFERENCES sessions,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    -- What it was exchanged for; an answer that was lost can be given again while this is unused.
    successor bytea,
    CONSTRAINT refresh_tokens_used_once CHECK ((used_at IS NULL) = (successor IS NULL))
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at);

CREATE TABLE access_tokens (
    digest bytea CONSTRAINT access_tokens_pkey PRIMARY KEY,
    session_id uuid NOT NULL CONSTRAINT access_tokens_session REFERENCES sessions,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX access_tokens_by_session ON access_tokens (session_id);
CREATE INDEX access_tokens_by_end ON access_tokens (expires_at);

CREATE TABLE api_tokens (
    id uuid CONSTRAINT api_tokens_pkey PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT api_tokens_account REFERENCES accounts,
    name text NOT NULL,
    digest bytea NOT NULL CONSTRAINT api_tokens_digest UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    expires_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX api_tokens_by_account ON api_tokens (account_id, id) WHERE revoked_at IS NULL;

-- What ended lately. Every instance reads the news a few times a second, so that no request has to ask.
CREATE TABLE revocations (
    id uuid CONSTRAINT revocations_pkey PRIMARY KEY,
    -- A session, an API token, or an account.
    subject uuid NOT NULL,
    -- Of an account only the access tokens from before this epoch end.
    epoch integer,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX revocations_by_time ON revocations (created_at);

-- Attempts to sign in, counted by login and by address before the password is looked at.
CREATE TABLE sign_in_attempts (
    subject text CONSTRAINT sign_in_attempts_pkey PRIMARY KEY,
    failures integer NOT NULL,
    blocked_until timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (updated_at);
