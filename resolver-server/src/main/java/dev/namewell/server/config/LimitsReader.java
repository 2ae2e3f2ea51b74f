package dev.namewell.server.config;

import dev.namewell.core.settings.Limit;
import dev.namewell.core.settings.LimitSettings;
import dev.namewell.server.config.value.Units;
import dev.namewell.server.config.value.ValueType;
import java.time.Duration;

/** The keys below {@code limits}. */
final class LimitsReader {
  private static final int MAX_LIMIT = 1_000_000;

  private final LimitSettings usual = LimitSettings.defaults();

  LimitSettings read(Fields fields) {
    return new LimitSettings(
        count(fields, Limit.RESOLUTIONS, usual.resolutions(), "Questions being resolved at once."),
        count(
            fields,
            Limit.WAITING_PER_QUESTION,
            usual.waitingPerQuestion(),
            "Clients that wait for one resolution."),
        count(fields, Limit.WAITING, usual.waiting(), "Clients that wait in all."),
        count(
            fields,
            Limit.WAITING_PER_CLIENT,
            usual.waitingPerClient(),
            "Queries of one client address that wait, so that no client takes all places."),
        count(
            fields,
            Limit.EXCHANGES_PER_UPSTREAM,
            usual.exchangesPerUpstream(),
            "Queries in flight to one server."),
        count(fields, Limit.EXCHANGES, usual.exchanges(), "Queries in flight to all servers."),
        fields.one(
            "query-time",
            Units.duration(Duration.ofMillis(500), Duration.ofSeconds(30)),
            usual.queryTime(),
            "For one question in all; below the five seconds after which stub resolvers give"
                + " up."),
        count(fields, Limit.TCP_CONNECTIONS, usual.tcpConnections(), "Connections in all."),
        count(
            fields,
            Limit.TCP_CONNECTIONS_PER_CLIENT,
            usual.tcpConnectionsPerClient(),
            "Connections of one client address."),
        count(
            fields,
            Limit.TCP_PIPELINE,
            usual.tcpPipeline(),
            "Queries of one connection that are being worked on (RFC 7766 §6.2.1.1)."),
        fields.one(
            "tcp-idle",
            Units.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
            usual.tcpIdle(),
            "After so much idle time a connection is closed; less as connections fill up."),
        fields.one(
            "shutdown",
            Units.duration(Duration.ZERO, Duration.ofMinutes(5)),
            usual.shutdown(),
            "How long queries in flight may take to finish after SIGTERM."));
  }

  private static int count(Fields fields, Limit limit, int usual, String doc) {
    return fields.one(limit.word(), ValueType.whole(1, MAX_LIMIT), usual, doc);
  }
}
