-- Which pages may hold products of an age. Together with the index of words it finds what is new without fetching the rest.
-- With larger ranges PostgreSQL asks it first, and then looks through whole pages for the words.
CREATE INDEX products_by_age ON products USING brin (id) WITH (pages_per_range = 8, autosummarize = on);
