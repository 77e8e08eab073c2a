-- A store of a size that tells something: at scale 1 it has 10,000 customers, 50,000 products with 3 of 500 tags each,
-- 100,000 orders of 3 lines, 100,000 invoices of 5 lines for 1,000 of the customers, 200 games with 100,000
-- subscriptions, 1,000 memberships and 1,000 bags; `:scale` times as many of all but tags and games. Every value follows
-- from the number of its row, so two loads are equal.

CREATE SCHEMA load;

-- Ids like those that the program makes, ascending with the number.
CREATE FUNCTION load.id(kind integer, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(1704067200000 + number * 1000), 12, '0') || '7' || lpad(to_hex(kind), 3, '0')
        || '8' || lpad(to_hex(number), 15, '0'))::uuid
$$;
CREATE FUNCTION load.at(number bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT timestamptz '2024-01-01 00:00+00' + number * interval '1 second'
$$;

-- Neither triggers nor keys of other tables: all is right as it is.
SET session_replication_role = replica;

-- The password of everyone is `a password that takes a while`.
INSERT INTO accounts (id, username, email, display_name, password_hash, role, created_at, updated_at)
SELECT load.id(1, i), 'user-' || i, 'user' || i || '@example.org', 'User Number ' || i,
    ':hash', CASE WHEN i <= 10000 * :scale THEN 'CUSTOMER' WHEN i <= 10000 * :scale + 20 THEN 'STUDIO' ELSE 'MANAGER' END,
    load.at(i), load.at(i)
FROM generate_series(1, 10000 * :scale + 21) i;

INSERT INTO tags (id, name, name_key) SELECT load.id(2, i), 'tag-' || i, 'tag-' || i FROM generate_series(1, 500) i;
INSERT INTO product_tags (product_id, tag_id)
SELECT load.id(3, p), load.id(2, 1 + (p * 31 + k * 167) % 500)
FROM generate_series(1, 50000 * :scale) p, generate_series(0, 2) k;

-- One product in a hundred has a given thing in its name, and a given colour or size in it or in its description.
WITH words AS (SELECT
    string_to_array('red blue green grey black white small large light heavy soft hard warm cold plain fancy sharp round '
        'square oval short long thin thick quiet loud quick slow early late fresh dry rough smooth bright dark sweet sour '
        'young old', ' ') AS kinds,
    string_to_array('anchor apron arrow badge basket beacon bell bench blanket blender board bottle bowl bracket brush '
        'bucket buckle button cabinet camera candle canvas carpet chair chest chisel clamp clock coat compass cooker cradle '
        'crayon cup curtain cushion desk dial drawer drill easel fan faucet fence fiddle flask funnel gasket gear glove '
        'goblet guitar hammer hammock handle hanger harness helmet hinge hook jacket kettle keyboard knife ladder lamp '
        'lantern lever locker magnet mallet mirror mixer mower mug napkin needle notebook oven paddle pedal pencil pillow '
        'pitcher pliers plug pulley quilt radio rake ribbon saddle scale shovel socket sofa spade stool tripod vase', ' ')
        AS things),
named AS (SELECT i,
    initcap(kinds[1 + (i * 13) % cardinality(kinds)]) || ' ' || initcap(things[1 + (i * 7 + i / 100) % 100]) || ' ' || i
        AS name,
    'A ' || kinds[1 + (i * 17) % cardinality(kinds)] || ' piece made for daily use in the house, the shop and the yard; '
        'it comes in a box of one, number ' || i || '.' AS description
    FROM words, generate_series(1, 50000 * :scale) i)
INSERT INTO products (id, owner_id, name, description, price, stock, status, search, created_at, updated_at)
SELECT load.id(3, i), load.id(1, 1 + i % 10000), name, description, 100 + (i::bigint * 7919) % 99900, 1000000, 'ACTIVE',
    product_search(load.id(3, i), name, description), load.at(i), load.at(i)
FROM named;

INSERT INTO orders (id, customer_id, status, total, created_at, updated_at)
SELECT load.id(4, i), load.id(1, 1 + i % (10000 * :scale)), (array['PLACED', 'PAID', 'SHIPPED'])[1 + i % 3],
    (SELECT sum((1 + (i + k) % 4) * (100 + (i::bigint * 37 + k * 991) % 99900)) FROM generate_series(1, 3) k),
    load.at(i), load.at(i)
FROM generate_series(1, 100000 * :scale) i;
INSERT INTO order_lines (id, order_id, product_id, seller_id, product_name, unit_price, quantity)
SELECT load.id(5, o * 3 + k), load.id(4, o), load.id(3, p), load.id(1, 1 + p % 10000), 'Product ' || p,
    100 + (o::bigint * 37 + k * 991) % 99900, 1 + (o + k) % 4
FROM generate_series(1, 100000 * :scale) o, generate_series(1, 3) k,
    LATERAL (SELECT 1 + (o::bigint * 101 + k * 7) % (50000 * :scale) AS p) AS picked;
INSERT INTO order_history (id, order_id, at, to_status, by_id)
SELECT load.id(6, i), load.id(4, i), load.at(i), 'PLACED', load.id(1, 1 + i % (10000 * :scale))
FROM generate_series(1, 100000 * :scale) i;

INSERT INTO invoices (id, user_id, date, status, description, amount, created_at, updated_at)
SELECT load.id(7, i), load.id(1, 1 + i % (1000 * :scale)), date '2016-01-01' + make_interval(months => i / (1000 * :scale)),
    (array['PAID', 'VOID', 'OUTSTANDING'])[1 + i % 3], 'Invoice number ' || i,
    (SELECT sum((1 + (i + k) % 5) * (100 + (i::bigint * 41 + k * 997) % 99900)) FROM generate_series(1, 5) k),
    load.at(i), load.at(i)
FROM generate_series(1, 100000 * :scale) i;
INSERT INTO invoice_lines (id, invoice_id, amount, description, created_at, updated_at)
SELECT load.id(8, i * 5 + k), load.id(7, i), (1 + (i + k) % 5) * (100 + (i::bigint * 41 + k * 997) % 99900),
    'Line ' || k || ' of invoice ' || i, load.at(i), load.at(i)
FROM generate_series(1, 100000 * :scale) i, generate_series(1, 5) k;

INSERT INTO games (id, studio_id, title, description, status, search, created_at, updated_at)
SELECT load.id(9, i), load.id(1, 10000 * :scale + 1 + i % 20), 'Game ' || i, 'A game for the evening, number ' || i,
    'ACTIVE', search_vector('Game ' || i, 'A'), load.at(i), load.at(i)
FROM generate_series(1, 200) i;
INSERT INTO game_subscriptions (id, player_id, game_id, status, created_at, updated_at)
SELECT load.id(10, i), load.id(1, 1 + i % (10000 * :scale)), load.id(9, 1 + (i / (10000 * :scale) * 17 + i % 20) % 200),
    (array['ACTIVE', 'ACTIVE', 'PAUSED', 'CANCELLED'])[1 + i % 4], load.at(i), load.at(i)
FROM generate_series(0, 100000 * :scale - 1) i;

INSERT INTO memberships (id, user_id, valid_from, valid_until, credits, stream_fee, created_at, updated_at)
SELECT load.id(11, i), load.id(1, i), current_date - 100, current_date + 1000, 10, 450, load.at(i), load.at(i)
FROM generate_series(1, 1000 * :scale) i;
INSERT INTO bags (id, account_id, status, created_at)
SELECT load.id(12, i), load.id(1, i), 'OPEN', load.at(i) FROM generate_series(1, 1000 * :scale) i;
INSERT INTO bag_items (id, bag_id, product_id, quantity)
SELECT load.id(13, i * 3 + k), load.id(12, i), load.id(3, 1 + (i * 47 + k * 1009) % (50000 * :scale)), 1 + k
FROM generate_series(1, 1000 * :scale) i, generate_series(0, 2) k;

INSERT INTO search_words
SELECT word FROM ts_stat('SELECT search FROM products UNION ALL SELECT search FROM games');

RESET session_replication_role;
SELECT setval(pg_get_serial_sequence('orders', 'number'), (SELECT max(number) FROM orders));
DROP SCHEMA load CASCADE;
