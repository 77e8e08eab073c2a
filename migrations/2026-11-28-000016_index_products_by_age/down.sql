DROP INDEX products_by_age;
