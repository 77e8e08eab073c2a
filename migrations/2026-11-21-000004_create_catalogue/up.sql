CREATE TABLE products (
    id uuid CONSTRAINT products_pkey PRIMARY KEY,
    owner_id uuid NOT NULL CONSTRAINT products_owner REFERENCES accounts,
    name text NOT NULL,
    name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(name)) STORED,
    description text NOT NULL DEFAULT '',
    -- Minor units of the store's currency. The limit keeps the total of any order within 64 bits.
    price bigint NOT NULL CONSTRAINT products_price_range CHECK (price BETWEEN 0 AND 1000000000000),
    stock integer NOT NULL CONSTRAINT products_stock_not_negative CHECK (stock >= 0),
    status text NOT NULL CONSTRAINT products_status_known CHECK (status IN ('DRAFT', 'ACTIVE', 'ARCHIVED')),
    -- What the public sees. A column, since a prepared statement can't match a partial index by a parameter.
    listed boolean NOT NULL GENERATED ALWAYS AS (status = 'ACTIVE' AND deleted_at IS NULL) STORED,
    search tsvector NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    version integer NOT NULL DEFAULT 1
) WITH (fillfactor = 85);
CREATE INDEX products_listed ON products (id) WHERE listed;
CREATE INDEX products_listed_by_price ON products (price, id) WHERE listed;
CREATE INDEX products_listed_by_name ON products (name_key, id) WHERE listed;
CREATE INDEX products_by_owner ON products (owner_id, id);
CREATE INDEX products_by_status ON products (status, id);
CREATE INDEX products_by_search ON products USING gin (search);
CREATE INDEX products_by_letters ON products USING gin (folded(name) gin_trgm_ops);

CREATE TABLE tags (
    id uuid CONSTRAINT tags_pkey PRIMARY KEY,
    name text NOT NULL,
    -- The name in lower case, as the program makes it, so that it finds what it wrote.
    name_key text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT tags_name_taken UNIQUE (name_key)
);

CREATE TABLE product_tags (
    product_id uuid NOT NULL CONSTRAINT product_tags_product REFERENCES products,
    tag_id uuid NOT NULL CONSTRAINT product_tags_tag REFERENCES tags,
    CONSTRAINT product_tags_pkey PRIMARY KEY (product_id, tag_id)
);
CREATE INDEX product_tags_by_tag ON product_tags (tag_id, product_id);

-- The words of a product follow its text and its tags, whoever changes them. Selling touches neither, so it
-- never pays for this.
CREATE FUNCTION product_search(product uuid, name text, description text) RETURNS tsvector
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT search_vector(name, 'A')
        || search_vector(coalesce((
            SELECT string_agg(tags.name, ' ' ORDER BY tags.name_key)
            FROM product_tags JOIN tags ON tags.id = product_tags.tag_id
            WHERE product_tags.product_id = product), ''), 'B')
        || search_vector(description, 'C')
$$;

CREATE FUNCTION products_words_changed() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    NEW.search := product_search(NEW.id, NEW.name, NEW.description);
    RETURN NEW;
END
$$;
CREATE TRIGGER products_words_changed BEFORE INSERT OR UPDATE OF name, description ON products
    FOR EACH ROW EXECUTE FUNCTION products_words_changed();

CREATE FUNCTION product_tags_changed() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE products SET search = product_search(id, name, description)
    WHERE id IN (SELECT product_id FROM changed);
    RETURN NULL;
END
$$;
CREATE TRIGGER product_tags_added AFTER INSERT ON product_tags
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION product_tags_changed();
CREATE TRIGGER product_tags_removed AFTER DELETE ON product_tags
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION product_tags_changed();
