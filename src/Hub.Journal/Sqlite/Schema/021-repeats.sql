-- Who had a delivery sent again; NULL for those that nobody did, and of before.
ALTER TABLE delivery ADD COLUMN repeated_by TEXT;
