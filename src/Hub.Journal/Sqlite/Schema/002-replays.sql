-- Finds what became of a message that was taken up again: its duplicates are answered with that (protocol D01).
CREATE INDEX message_replay_of ON message (replay_of) WHERE replay_of IS NOT NULL;
