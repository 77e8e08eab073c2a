DROP FUNCTION search_rank(tsvector, tsquery, text, text);
DROP FUNCTION search_vector(text, "char");
DROP FUNCTION search_query(text);
DROP FUNCTION folded(text);
DROP EXTENSION pg_trgm;
