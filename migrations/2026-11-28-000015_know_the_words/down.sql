CREATE OR REPLACE FUNCTION search_rank(vector tsvector, query tsquery, name text, written text) RETURNS real
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT ts_rank_cd(vector, query) + word_similarity(written, folded(name))
$$;
CREATE OR REPLACE FUNCTION search_query(written text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
BEGIN
    RETURN (SELECT coalesce(string_agg(
            '(''' || word || ''':*' || coalesce(' | ' || nullif(plainto_tsquery('english', word)::text, ''), '') || ')',
            ' & '), '')::tsquery
        FROM unnest(string_to_array(btrim(folded(written)), ' ')) AS word
        WHERE word <> '');
END
$$;
DROP TRIGGER games_words_learned ON games;
DROP TRIGGER products_words_learned ON products;
DROP FUNCTION search_words_learned();
DROP TABLE search_words;
