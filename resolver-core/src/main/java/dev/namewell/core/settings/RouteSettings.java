package dev.namewell.core.settings;

import dev.namewell.core.dns.DnsName;
import java.time.Duration;
import java.util.List;

/**
 * How names within a zone are resolved. The longest matching zone wins.
 *
 * @param upstreams asked as {@code strategy} says; for a stub the zone's authoritative servers;
 *     empty for recursion
 * @param timeout for the first try while nothing is known about a server; adapts
 * @param fallback where these servers fail, the answer is looked for from the root down
 */
public record RouteSettings(
    DnsName zone,
    Mode mode,
    List<Address> upstreams,
    Strategy strategy,
    Duration timeout,
    boolean fallback) {
  /** Where answers come from. */
  public enum Mode {
    /** Recursive servers, asked with RD=1. */
    FORWARD,
    /** Authoritative servers of the zone, asked with RD=0; their referrals are followed. */
    STUB,
    /** Namewell itself, from the root down. */
    RECURSIVE
  }

  /** Which upstream is asked first, and when the next. */
  public enum Strategy {
    /** As listed; the next one after a short timeout. */
    ORDERED,
    /** The one with the least smoothed round-trip time, others now and then. */
    FASTEST,
    /** All at once, the best answer wins. */
    PARALLEL
  }

  /** A route that asks nobody in particular. */
  public static RouteSettings recursive(DnsName zone) {
    return new RouteSettings(
        zone, Mode.RECURSIVE, List.of(), Strategy.ORDERED, Duration.ofMillis(400), false);
  }

  public RouteSettings {
    upstreams = List.copyOf(upstreams);
    if (upstreams.isEmpty() != (mode == Mode.RECURSIVE)) {
      throw new IllegalArgumentException(
          "route for "
              + zone
              + (upstreams.isEmpty() ? " has no upstreams" : " needs no upstreams"));
    }
    if (fallback && mode == Mode.RECURSIVE) {
      throw new IllegalArgumentException("route for " + zone + " is recursion already");
    }
  }
}
