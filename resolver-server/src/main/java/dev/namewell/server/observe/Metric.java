package dev.namewell.server.observe;

import java.util.List;

/**
 * Every metric of ours: the one table behind the scrape, the documentation and the tests. Names
 * follow OpenMetrics: base units, {@code _total} for counters.
 */
public enum Metric {
  QUERIES(Kind.COUNTER, "queries", "Replies made.", "transport", "type", "rcode", "source"),
  QUERY_DURATION(
      Kind.HISTOGRAM, "query_duration_seconds", "From receipt of a query to its reply.", "source"),
  QUERIES_DROPPED(
      Kind.COUNTER,
      "queries_dropped",
      "Queries that got no reply; for send-failed and client-gone one had been made.",
      "reason",
      "transport"),
  RESOLUTIONS_IN_FLIGHT(
      Kind.GAUGE, "resolutions_in_flight", "Questions that are being resolved now."),
  WAITING_CLIENTS(Kind.GAUGE, "waiting_clients", "Queries that wait for a resolution now."),
  TCP_CONNECTIONS(Kind.GAUGE, "tcp_connections", "Connections of clients that are open now."),
  LIMITS_REACHED(
      Kind.COUNTER, "limits_reached", "Times that a limit stopped something, by its key.", "limit"),

  CACHE_HITS(Kind.COUNTER, "cache_hits", "Replies made from fresh answers in the cache."),
  CACHE_MISSES(
      Kind.COUNTER, "cache_misses", "Replies that needed a resolution, successful or not."),
  CACHE_STALE(Kind.COUNTER, "cache_stale", "Replies made from expired answers (RFC 8767)."),
  CACHE_PREFETCHES(
      Kind.COUNTER, "cache_prefetches", "Refreshes of popular answers before they expire."),
  CACHE_STALE_REFRESHES(
      Kind.COUNTER, "cache_stale_refreshes", "Refreshes started because a stale answer was used."),
  CACHE_COALESCED(
      Kind.COUNTER, "cache_coalesced", "Queries that joined a resolution that was running."),
  CACHE_SYNTHESISED(
      Kind.COUNTER,
      "cache_synthesised",
      "Answers made from proofs about other names (RFC 8198), aliases each by itself."),
  CACHE_EVICTIONS(Kind.COUNTER, "cache_evictions", "Answers that had to make room."),
  CACHE_ENTRIES(Kind.GAUGE, "cache_entries", "Answers in the cache, about."),
  CACHE_BYTES(Kind.GAUGE, "cache_size_bytes", "Octets that the cache uses, about."),
  CACHE_LIMIT_BYTES(Kind.GAUGE, "cache_limit_bytes", "Octets that the cache may use."),

  UPSTREAM_EXCHANGES(
      Kind.COUNTER,
      "upstream_exchanges",
      "Exchanges with upstream servers, by how they ended.",
      "upstream",
      "transport",
      "end"),
  UPSTREAM_DURATION(
      Kind.HISTOGRAM,
      "upstream_duration_seconds",
      "Round trip of exchanges that brought a response.",
      "upstream"),
  UPSTREAM_STATE(
      Kind.GAUGE, "upstream_state", "1 for the state an upstream is in.", "upstream", "state"),

  QUERY_LOG_DROPPED(
      Kind.COUNTER, "query_log_dropped_lines", "Query log lines given up: output too slow."),
  BOGUS(
      Kind.COUNTER,
      "dnssec_bogus",
      "Answers that could not be proved; reason is the INFO-CODE of RFC 8914.",
      "reason"),
  TRUST_ANCHORS_PROVED(
      Kind.GAUGE,
      "dnssec_trust_anchors_proved_timestamp_seconds",
      "When the keys of all trust anchors' zones had been proved, as a Unix time; 0: not yet."),
  NEGATIVE_TRUST_ANCHORS(
      Kind.GAUGE, "dnssec_negative_trust_anchors", "Zones that are left unvalidated (RFC 7646)."),
  DEFECTS(Kind.COUNTER, "defects", "Exceptions that should not be; see the log.", "where"),
  CONFIG_RELOADS(Kind.COUNTER, "config_reloads", "Reloads of the configuration.", "result"),
  CONFIG_RELOADED(
      Kind.GAUGE,
      "config_last_reload_timestamp_seconds",
      "When the configuration in force was loaded, Unix time."),
  CONFIG_RELOAD_OK(
      Kind.GAUGE,
      "config_last_reload_successful",
      "0 if the last reload failed and the configuration before it is in force."),
  START_TIME(Kind.GAUGE, "start_time_seconds", "When the program started, Unix time."),
  BUILD(Kind.INFO, "build", "Always 1; labels tell what runs.", "version", "java");

  /** How values behave over time. */
  public enum Kind {
    /** Only grows, from zero at start. */
    COUNTER,
    /** Goes up and down. */
    GAUGE,
    /** Counts by upper bound, with sum and count. */
    HISTOGRAM,
    /** Always 1: only the labels matter. */
    INFO
  }

  private static final String PREFIX = "namewell_";

  private final Kind kind;
  private final String base;
  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // a copy that nobody can change
  private final List<String> labels;

  Metric(Kind kind, String base, String help, String... labels) {
    this.kind = kind;
    this.base = base;
    this.help = help;
    this.labels = List.of(labels);
  }

  public Kind kind() {
    return kind;
  }

  /** One sentence for people. */
  public String help() {
    return help;
  }

  /** Label names, in the order in which values are given. */
  public List<String> labels() {
    return labels;
  }

  /** Base unit, as the name says: seconds or bytes; empty if it is a plain number. */
  public String unit() {
    if (base.endsWith("_seconds")) {
      return "seconds";
    }
    return base.endsWith("_bytes") ? "bytes" : "";
  }

  /** Name without {@code _total} and {@code _info}, as registries want it. */
  public String familyName() {
    return PREFIX + base;
  }

  /**
   * Name as it is scraped, to which histograms add {@code _bucket}, {@code _sum}, {@code _count}.
   */
  public String scrapedName() {
    return switch (kind) {
      case COUNTER -> familyName() + "_total";
      case INFO -> familyName() + "_info";
      case GAUGE, HISTOGRAM -> familyName();
    };
  }
}
