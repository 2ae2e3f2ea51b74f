package dev.namewell.core.settings;

import java.time.Duration;

/**
 * Bounds on work and connections. Each one that is reached is counted by its name.
 *
 * @param resolutions questions being resolved at once
 * @param waitingPerQuestion clients waiting for one resolution
 * @param waiting clients waiting in all
 * @param waitingPerClient queries of one client address that wait, and answers renewed for it
 * @param exchangesPerUpstream outgoing queries in flight to one server
 * @param exchanges outgoing queries in flight in all
 * @param queryTime overall time for one question; below the five seconds of a stub resolver
 * @param tcpConnections connections in all
 * @param tcpConnectionsPerClient connections of one client address
 * @param tcpPipeline queries of one connection that are being worked on
 * @param tcpIdle idle time after which a connection is closed; shrinks as connections fill up
 * @param shutdown how long queries in flight may take to finish after SIGTERM
 */
public record LimitSettings(
    int resolutions,
    int waitingPerQuestion,
    int waiting,
    int waitingPerClient,
    int exchangesPerUpstream,
    int exchanges,
    Duration queryTime,
    int tcpConnections,
    int tcpConnectionsPerClient,
    int tcpPipeline,
    Duration tcpIdle,
    Duration shutdown) {

  /** The defaults; reasons stand beside the keys in {@code config/namewell.yaml}. */
  public static LimitSettings defaults() {
    return new LimitSettings(
        2048,
        100,
        4096,
        1000,
        1000,
        4096,
        Duration.ofMillis(4500),
        1024,
        20,
        100,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5));
  }
}
