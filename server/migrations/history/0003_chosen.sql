-- What somebody chose in the page to be recorded of a datacenter, and what not.
CREATE TABLE chosen (
    datacenter TEXT NOT NULL,
    -- 0: what keys begin with that are recorded; 1: a pattern of keys that are not
    without BIGINT NOT NULL,
    pattern TEXT NOT NULL,
    PRIMARY KEY (datacenter, without, pattern)
);

-- What was left out when it was recorded last.
CREATE TABLE left_out (
    datacenter TEXT NOT NULL,
    pattern TEXT NOT NULL,
    PRIMARY KEY (datacenter, pattern)
);
