-- Typing errors are forgiven by comparing groups of three letters.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Text as it is searched: lower case, without accents, words parted by single spaces.
CREATE FUNCTION folded(written text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT regexp_replace(
        translate(lower(written), 'àáâãäåāçčèéêëēìíîïīñòóôõöøōùúûüūýÿžšß', 'aaaaaaacceeeeeiiiiinooooooouuuuuyyzss'),
        '[^[:alnum:]]+', ' ', 'g')
$$;

-- A person's words as a query: each must be there, as the beginning of a word or by its English stem.
CREATE FUNCTION search_query(written text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT coalesce(string_agg(
        '(''' || word || ''':*' || coalesce(' | ' || nullif(plainto_tsquery('english', word)::text, ''), '') || ')',
        ' & '), '')::tsquery
    FROM unnest(string_to_array(btrim(folded(written)), ' ')) AS word
    WHERE word <> ''
$$;

-- Words as they are found: as written and by their English stems.
CREATE FUNCTION search_vector(written text, weight "char") RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT setweight(to_tsvector('simple', folded(written)) || to_tsvector('english', folded(written)), weight)
$$;

-- How well a thing fits: by the words that are there, and by how much its name resembles what was written.
CREATE FUNCTION search_rank(vector tsvector, query tsquery, name text, written text) RETURNS real
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT ts_rank_cd(vector, query) + word_similarity(written, folded(name))
$$;
