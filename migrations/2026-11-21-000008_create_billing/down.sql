DROP TABLE streams;
DROP TABLE invoice_lines;
DROP FUNCTION invoice_lines_changed();
DROP TABLE invoices;
DROP TABLE memberships;
DROP EXTENSION btree_gist;
