ALTER TABLE streams DROP COLUMN version;
DROP TABLE events;
