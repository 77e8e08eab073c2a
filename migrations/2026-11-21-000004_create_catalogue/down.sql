DROP TABLE product_tags;
DROP TABLE tags;
DROP TABLE products;
DROP FUNCTION product_tags_changed();
DROP FUNCTION products_words_changed();
DROP FUNCTION product_search(uuid, text, text);
