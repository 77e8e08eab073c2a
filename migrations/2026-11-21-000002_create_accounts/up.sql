CREATE TABLE accounts (
    id uuid CONSTRAINT accounts_pkey PRIMARY KEY,
    username text NOT NULL CONSTRAINT accounts_username_form CHECK (username ~ '^[A-Za-z0-9_-]{3,30}$'),
    username_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(username)) STORED,
    email text NOT NULL,
    email_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(email)) STORED,
    display_name text NOT NULL,
    bio text,
    password_hash text NOT NULL,
    role text NOT NULL CONSTRAINT accounts_role_known CHECK (role IN ('CUSTOMER', 'STUDIO', 'MANAGER', 'ADMIN')),
    status text NOT NULL DEFAULT 'ACTIVE' CONSTRAINT accounts_status_known CHECK (status IN ('ACTIVE', 'CLOSED')),
    -- Access tokens carry it; raising it ends all that were made before.
    token_epoch integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT accounts_username_taken UNIQUE (username_key),
    CONSTRAINT accounts_email_taken UNIQUE (email_key),
    CONSTRAINT accounts_closed_is_deleted CHECK ((status = 'CLOSED') = (deleted_at IS NOT NULL))
);
CREATE INDEX accounts_by_role ON accounts (role, id);
CREATE INDEX accounts_by_words ON accounts
    USING gin ((username || ' ' || display_name || ' ' || email) gin_trgm_ops);

CREATE TABLE follows (
    id uuid CONSTRAINT follows_pkey PRIMARY KEY,
    follower_id uuid NOT NULL CONSTRAINT follows_follower REFERENCES accounts,
    followed_id uuid NOT NULL CONSTRAINT follows_followed REFERENCES accounts,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT follows_once UNIQUE (follower_id, followed_id),
    CONSTRAINT follows_someone_else CHECK (follower_id <> followed_id)
);
CREATE INDEX follows_by_follower ON follows (follower_id, id);
CREATE INDEX follows_by_followed ON follows (followed_id, id);
