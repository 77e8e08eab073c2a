-- What has happened: written in the transaction of the change, told in the order of `position`. It refers to
-- nothing, so that writing it waits for nobody.
CREATE TABLE events (
    id uuid CONSTRAINT events_pkey PRIMARY KEY,
    -- Taken while the aggregate's row is locked, so it ascends with the aggregate's version.
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    -- Given after the commit, without gaps; until then nobody is told.
    position bigint CONSTRAINT events_position_positive CHECK (position > 0),
    kind text NOT NULL,
    aggregate_id uuid NOT NULL,
    -- Of the aggregate, after the change.
    version integer NOT NULL,
    at timestamptz NOT NULL,
    -- Null if it was the store itself.
    actor_id uuid,
    payload jsonb NOT NULL CONSTRAINT events_payload_versioned CHECK (payload ? 'v')
);
CREATE INDEX events_waiting ON events (seq) WHERE position IS NULL;
CREATE UNIQUE INDEX events_position_once ON events (position) WHERE position IS NOT NULL;
CREATE INDEX events_by_kind ON events (kind, position) WHERE position IS NOT NULL;
CREATE INDEX events_by_aggregate ON events (aggregate_id, position) WHERE position IS NOT NULL;

-- Streams are told of like all else, so they count their changes like all else.
ALTER TABLE streams ADD COLUMN version integer NOT NULL DEFAULT 1;
