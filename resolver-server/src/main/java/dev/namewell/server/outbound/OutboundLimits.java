package dev.namewell.server.outbound;

import dev.namewell.core.settings.LimitSettings;

/**
 * Bounds on what is asked of servers.
 *
 * @param exchanges in flight in all
 * @param exchangesPerUpstream in flight to one server
 * @param socketsPerUpstream UDP source ports to one server that are open at once, 1 to 1024
 */
public record OutboundLimits(int exchanges, int exchangesPerUpstream, int socketsPerUpstream) {
  private static final int MAX_SOCKETS = 1024;

  /** Six more bits for a forger to guess, at about 10 KiB of kernel and heap each. */
  private static final int DEFAULT_SOCKETS = 64;

  public OutboundLimits {
    if (exchanges < 1 || exchangesPerUpstream < 1) {
      throw new IllegalArgumentException("a limit below 1 lets nothing be asked");
    }
    if (socketsPerUpstream < 1 || socketsPerUpstream > MAX_SOCKETS) {
      throw new IllegalArgumentException("sockets per upstream: " + socketsPerUpstream);
    }
  }

  /** As configured, with the default number of sockets. */
  public static OutboundLimits of(LimitSettings limits) {
    return new OutboundLimits(limits.exchanges(), limits.exchangesPerUpstream(), DEFAULT_SOCKETS);
  }
}
