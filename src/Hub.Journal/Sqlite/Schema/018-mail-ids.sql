-- Which day's mails were made, and how far a subscription was told, is known by the ids of mails.
CREATE INDEX mail_id ON mail (message_id);
