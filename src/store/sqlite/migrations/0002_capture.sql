-- A handshake may bring a source's secret, once, while a window is open that the operator opened by a command.
CREATE TABLE windows (
    source   TEXT PRIMARY KEY,
    opened   INTEGER NOT NULL,
    until    INTEGER NOT NULL,
    captured INTEGER -- when the secret came: the window is closed from then on
) WITHOUT ROWID;

-- The only secrets in this database, in the clear: a sender hands each out once.
CREATE TABLE secrets (
    source   TEXT NOT NULL,
    secret   TEXT NOT NULL,
    captured INTEGER NOT NULL,
    PRIMARY KEY (source, secret)
) WITHOUT ROWID;
