-- Reasons as data beside their words, which stay for people who look into the file. NULL with words = kept before this.
ALTER TABLE deliveries ADD COLUMN reason_json TEXT; -- {"v":1,"type":…}
ALTER TABLE lanes ADD COLUMN parked_json TEXT; -- {"v":1,"type":…}
