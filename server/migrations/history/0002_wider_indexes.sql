-- Questions by who below a prefix are answered from an index alone, and those for keys that are
-- gone in the order that they went.
DROP INDEX records_of_key;
CREATE INDEX records_of_key ON records (datacenter, name, id, kind, who);
DROP INDEX records_of_people;
CREATE INDEX records_of_people ON records (datacenter, who, id, name, kind) WHERE kind > 0;
DROP INDEX records_changes;
CREATE INDEX records_changes ON records (datacenter, id, name, kind) WHERE kind > 0;
CREATE INDEX keys_gone_when ON keys (datacenter, last, name) WHERE present = 0;
