-- How far those have come who hand events on to others, such as webhooks: each event before this place was handed on.
CREATE TABLE event_readers (
    name text CONSTRAINT event_readers_pkey PRIMARY KEY,
    position bigint NOT NULL CONSTRAINT event_readers_position_valid CHECK (position >= 0),
    -- When it was last at work, well or not. Events are kept for whoever was not long ago.
    seen_at timestamptz NOT NULL
);
