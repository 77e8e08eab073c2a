DROP TABLE game_subscriptions;
DROP TABLE games;
DROP FUNCTION games_words_changed();
