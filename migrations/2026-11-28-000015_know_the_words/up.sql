-- The words that anything searched has, or once had. A beginning is looked for by the words that begin so: to gather all
-- that an index has for a beginning takes as long as there is much of it, even where another word leaves little of it.
-- A word may stand here twice: whoever waited for others to be sure of it could wait for them in a circle.
CREATE TABLE search_words (word text COLLATE "C" NOT NULL);
CREATE INDEX search_words_by_word ON search_words (word);

CREATE FUNCTION search_words_learned() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO search_words
    SELECT found.word FROM unnest(tsvector_to_array(NEW.search)) AS found (word)
    WHERE NOT EXISTS (SELECT FROM search_words WHERE search_words.word = found.word);
    RETURN NULL;
END
$$;
CREATE TRIGGER products_words_learned AFTER INSERT OR UPDATE OF name, description, search ON products
    FOR EACH ROW EXECUTE FUNCTION search_words_learned();
CREATE TRIGGER games_words_learned AFTER INSERT OR UPDATE OF title, description, search ON games
    FOR EACH ROW EXECUTE FUNCTION search_words_learned();

INSERT INTO search_words
SELECT word FROM ts_stat('SELECT search FROM products UNION ALL SELECT search FROM games');
ANALYZE search_words;

-- A person's words as a query: each must be there, as the beginning of a word or by its English stem. A beginning of
-- very many words stays one.
CREATE OR REPLACE FUNCTION search_query(written text) RETURNS tsquery
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
AS $$
BEGIN
    RETURN (SELECT coalesce(string_agg(
            '(' || begun.words || coalesce(' | ' || nullif(plainto_tsquery('english', typed)::text, ''), '') || ')',
            ' & '), '')::tsquery
        FROM unnest(string_to_array(btrim(folded(written)), ' ')) AS typed
        CROSS JOIN LATERAL (
            SELECT CASE WHEN count(*) > 64 THEN '''' || typed || ''':*'
                ELSE coalesce(string_agg('''' || known.word || '''', ' | '), '''' || typed || '''') END AS words
            FROM (SELECT word FROM search_words WHERE word >= typed AND word < typed || chr(1114111) LIMIT 65) AS known
        ) AS begun
        WHERE typed <> '');
END
$$;

-- The same as before, at half the price: a name of plain letters has nothing to fold, and case and what stands between
-- words is no matter to `word_similarity`. It is not STRICT, which would keep it from becoming part of a statement.
CREATE OR REPLACE FUNCTION search_rank(vector tsvector, query tsquery, name text, written text) RETURNS real
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT ts_rank_cd(vector, query)
        + word_similarity(written, CASE WHEN octet_length(name) = char_length(name) THEN name ELSE folded(name) END)
$$;
