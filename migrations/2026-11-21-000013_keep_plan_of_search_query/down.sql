CREATE OR REPLACE FUNCTION search_query(written text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT coalesce(string_agg(
        '(''' || word || ''':*' || coalesce(' | ' || nullif(plainto_tsquery('english', word)::text, ''), '') || ')',
        ' & '), '')::tsquery
    FROM unnest(string_to_array(btrim(folded(written)), ' ')) AS word
    WHERE word <> ''
$$;
