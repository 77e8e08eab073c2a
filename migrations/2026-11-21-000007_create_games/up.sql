CREATE TABLE games (
    id uuid CONSTRAINT games_pkey PRIMARY KEY,
    studio_id uuid NOT NULL CONSTRAINT games_studio REFERENCES accounts,
    title text NOT NULL,
    title_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(title)) STORED,
    description text NOT NULL DEFAULT '',
    status text NOT NULL CONSTRAINT games_status_known CHECK (status IN ('ACTIVE', 'RETIRED')),
    -- What a list shows that asks for nothing else. A column, as `products.listed` is.
    listed boolean NOT NULL GENERATED ALWAYS AS (status = 'ACTIVE' AND deleted_at IS NULL) STORED,
    search tsvector NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX games_listed ON games (id) WHERE listed;
CREATE INDEX games_listed_by_title ON games (title_key, id) WHERE listed;
CREATE INDEX games_by_studio ON games (studio_id, id);
CREATE INDEX games_by_status ON games (status, id);
CREATE INDEX games_by_search ON games USING gin (search);
CREATE INDEX games_by_letters ON games USING gin (folded(title) gin_trgm_ops);

CREATE FUNCTION games_words_changed() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    NEW.search := search_vector(NEW.title, 'A') || search_vector(NEW.description, 'C');
    RETURN NEW;
END
$$;
CREATE TRIGGER games_words_changed BEFORE INSERT OR UPDATE OF title, description ON games
    FOR EACH ROW EXECUTE FUNCTION games_words_changed();

CREATE TABLE game_subscriptions (
    id uuid CONSTRAINT game_subscriptions_pkey PRIMARY KEY,
    player_id uuid NOT NULL CONSTRAINT game_subscriptions_player REFERENCES accounts,
    game_id uuid NOT NULL CONSTRAINT game_subscriptions_game REFERENCES games,
    status text NOT NULL
        CONSTRAINT game_subscriptions_status_known CHECK (status IN ('ACTIVE', 'PAUSED', 'CANCELLED')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
-- A player holds one subscription to a game that is not cancelled. Cancelled ones stay, as many as there were.
CREATE UNIQUE INDEX game_subscriptions_one_live ON game_subscriptions (player_id, game_id)
    WHERE status <> 'CANCELLED';
CREATE INDEX game_subscriptions_by_player ON game_subscriptions (player_id, id);
CREATE INDEX game_subscriptions_by_game ON game_subscriptions (game_id, id);
CREATE INDEX game_subscriptions_by_status ON game_subscriptions (status, id);
-- Popularity is counted from these two alone.
CREATE INDEX game_subscriptions_by_game_and_status ON game_subscriptions (game_id, status);
CREATE INDEX game_subscriptions_by_game_and_time ON game_subscriptions (game_id, created_at);
