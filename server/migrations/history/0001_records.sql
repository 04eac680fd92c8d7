-- What became of keys. Plain SQL that SQLite and PostgreSQL both take; names are compared byte by
-- byte, as SQLite does by itself and PostgreSQL in a database whose collation is C.
-- Numbers are signed 64 bit: what Consul has unsigned is kept by its bits.

-- Each value once, however often it comes.
CREATE TABLE contents (
    id BIGINT NOT NULL PRIMARY KEY,
    -- sha256:… of the bytes; for secret keys hmac:…, whose key is beside the database
    hash TEXT NOT NULL UNIQUE,
    size BIGINT NOT NULL,
    -- none where they are secret or too many
    bytes BYTEA,
    -- how many rows of the other tables name it
    refs BIGINT NOT NULL
);

-- Each key as it was seen last.
CREATE TABLE keys (
    datacenter TEXT NOT NULL,
    name TEXT NOT NULL,
    -- 0: it is gone
    present BIGINT NOT NULL,
    modify_index BIGINT NOT NULL,
    create_index BIGINT NOT NULL,
    lock_index BIGINT NOT NULL,
    locked BIGINT NOT NULL,
    flags BIGINT NOT NULL,
    content BIGINT,
    secret BIGINT NOT NULL,
    -- its last record
    last BIGINT NOT NULL,
    PRIMARY KEY (datacenter, name)
);
CREATE INDEX keys_gone ON keys (datacenter, name) WHERE present = 0;

CREATE TABLE records (
    id BIGINT NOT NULL PRIMARY KEY,
    datacenter TEXT NOT NULL,
    name TEXT NOT NULL,
    -- milliseconds since 1970, never less than the record before
    seen BIGINT NOT NULL,
    -- 0 baseline, 1 created, 2 updated, 3 deleted
    kind BIGINT NOT NULL,
    index_before BIGINT,
    index_after BIGINT,
    flags_before BIGINT,
    flags_after BIGINT,
    content_before BIGINT,
    content_after BIGINT,
    -- empty: outside; waggle: through waggle without a token; else an accessor id
    who TEXT NOT NULL,
    -- bits: 1 unwatched, 2 may have missed, 4 recreated, 8 same, 16 lock, 32 secret
    notes BIGINT NOT NULL
);
CREATE INDEX records_of_key ON records (datacenter, name, id, kind);
CREATE INDEX records_changes ON records (datacenter, id) WHERE kind > 0;
CREATE INDEX records_of_people ON records (datacenter, who, id) WHERE kind > 0;
CREATE INDEX records_seen ON records (seen, id);

CREATE TABLE people (
    accessor TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
);

-- What was read whole at least once: a key that appears there later is a new one.
CREATE TABLE covered (
    datacenter TEXT NOT NULL,
    prefix TEXT NOT NULL,
    PRIMARY KEY (datacenter, prefix)
);
