DROP INDEX orders_bag_once;
ALTER TABLE orders ADD CONSTRAINT orders_bag_once UNIQUE (bag_id);
