-- What was posted, so that an edit of rules and templates can be compared with it. Apart from deliveries, so that
-- lanes and lists never read past it.
CREATE TABLE sent (
    delivery INTEGER PRIMARY KEY,
    message  BLOB NOT NULL -- deflated JSON {"v":1,"template":…,"key":…,"notes":[…],"body":{…}}
);
