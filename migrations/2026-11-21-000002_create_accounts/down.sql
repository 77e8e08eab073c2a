DROP TABLE follows;
DROP TABLE accounts;
