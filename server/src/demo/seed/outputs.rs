//! What checks say: lines as real ones write them.

pub(super) const DISK_FINE: &str =
    "OK: /var/lib 41% used (118 GB free)\nOK: / 37% used (24 GB free)";
pub(super) const DISK_FULL: &str = "WARNING: /var/lib 88% used (23 GB free), warning at 85%\n\
    OK: / 39% used (23 GB free)\n\
    largest: 61 GB /var/lib/elasticsearch/nodes/0/indices";
pub(super) const TTL_EXPIRED: &str = "TTL expired";
pub(super) const REDIS_FINE: &str =
    "PONG\nrole:master connected_slaves:2 used_memory_human:412.33M";
pub(super) const REDIS_LAG: &str = "PONG\n\
    role:slave master_link_status:up\n\
    master_last_io_seconds_ago:14 slave_repl_offset lag 9437184 bytes (warning at 4194304)";
pub(super) const POSTGRES_FINE: &str =
    "accepting connections\nreplication: 2 standbys streaming, 0 bytes behind";
pub(super) const POSTGRES_LAG: &str = "accepting connections\n\
    WARNING: replay lag 38.2 s (warning at 30 s)\n\
    received 4E/9A2C1F08  replayed 4E/98F00D10\n\
    longest query: 00:06:41 select report.refresh_monthly()";
pub(super) const KAFKA_FINE: &str = "broker 1 in the cluster, 214 partitions, 0 under-replicated";
pub(super) const KAFKA_DOWN: &str = "CRITICAL: broker 3 is not in the cluster\n\
    zookeeper: /brokers/ids = [1, 2]\n\
    71 partitions under-replicated, 2 offline:\n  \
    omo.events-17  leader: none  isr: [3]\n  \
    omo.events-41  leader: none  isr: [3]\n\
    dial tcp 10.0.3.13:9092: connect: connection refused";
pub(super) const ELASTIC_FINE: &str = "HTTP GET http://127.0.0.1:9200/_cluster/health: 200 OK Output: {\"status\":\"green\",\"unassigned_shards\":0}";
pub(super) const ELASTIC_YELLOW: &str = "HTTP GET http://127.0.0.1:9200/_cluster/health: 429 Too Many Requests Output: \
    {\"cluster_name\":\"beehive\",\"status\":\"yellow\",\"number_of_nodes\":3,\"active_primary_shards\":48,\
    \"unassigned_shards\":6,\"task_max_waiting_in_queue_millis\":0}";
pub(super) const HTTP_FINE: &str = "HTTP GET http://127.0.0.1/healthz: 200 OK Output: ok";
pub(super) const HTTP_BROKEN: &str = "HTTP GET http://127.0.0.1:8088/healthz: 503 Service Unavailable Output: \
    <html><head><title>503</title></head><body><h1>Service Unavailable</h1>\n\
    upstream: postgres.service.consul:5432 pool exhausted (64/64)\n\
    request id: 7f3a-90c1-44de</body></html>";
pub(super) const TCP_FINE: &str = "TCP connect 127.0.0.1: Success";
pub(super) const TCP_REFUSED: &str = "dial tcp 10.0.2.12:5672: connect: connection refused";
pub(super) const CERTIFICATE: &str = "certificate of gateway.omo.example ends in 9 days (2026-12-01T00:00:00Z)\n\
    issuer: Example Internal CA 2\nrenewal: acme: error 429 urn:ietf:params:acme:error:rateLimited";
pub(super) const INGEST_FINE: &str = "ingest queue: 12 documents behind\noldest document: 0.4 s";
