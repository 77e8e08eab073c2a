-- Most orders come from no bag, and need no place in the index.
ALTER TABLE orders DROP CONSTRAINT orders_bag_once;
CREATE UNIQUE INDEX orders_bag_once ON orders (bag_id) WHERE bag_id IS NOT NULL;
