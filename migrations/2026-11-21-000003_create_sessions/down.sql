DROP TABLE sign_in_attempts;
DROP TABLE revocations;
DROP TABLE api_tokens;
DROP TABLE access_tokens;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
