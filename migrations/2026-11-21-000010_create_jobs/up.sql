CREATE TABLE jobs (
    name text CONSTRAINT jobs_pkey PRIMARY KEY,
    -- When any instance may take it. While one works on it, that is when its lease ends.
    due_at timestamptz NOT NULL
);
