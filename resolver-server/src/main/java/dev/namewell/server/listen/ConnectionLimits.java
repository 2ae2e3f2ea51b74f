package dev.namewell.server.listen;

import dev.namewell.core.dns.Client;
import dev.namewell.core.settings.LimitSettings;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * How many connections there are and may be, in all and per client, and how long an idle one may
 * stay: the full time while less than half of the connections are used, from there shrinking
 * linearly to 0.2 s when all are (RFC 7766 §6.2.3 leaves it to the server). Thread-safe.
 */
public final class ConnectionLimits {
  /** Enough for one more round trip on a LAN; a full server has no more to give. */
  static final long LEAST_IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** A client that connects has something to ask. */
  static final long FIRST_QUERY_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final long KEEPALIVE_UNIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int LONGEST_KEEPALIVE = 0xffff;

  /** What became of a new connection. */
  enum Admission {
    ADMITTED,
    /** All connections are used. */
    FULL,
    /** This client has as many as one may have. */
    TOO_MANY_OF_CLIENT
  }

  /** One client: an IPv4 address, or the /64 that an IPv6 host has for itself (RFC 6177). */
  private record Origin(long high, long low) {
    static Origin of(Client client) {
      return new Origin(client.addressHigh(), client.isIpv4() ? client.addressLow() : 0);
    }
  }

  private final int most;
  private final int mostPerClient;
  private final int pipeline;
  private final long fullIdleNanos;
  private final AtomicInteger total = new AtomicInteger();
  private final ConcurrentMap<Origin, Integer> byClient = new ConcurrentHashMap<>();
  private volatile boolean draining;

  public ConnectionLimits(LimitSettings limits) {
    most = limits.tcpConnections();
    mostPerClient = limits.tcpConnectionsPerClient();
    pipeline = limits.tcpPipeline();
    fullIdleNanos = limits.tcpIdle().toNanos();
  }

  /** Counts a connection in, if it may be; then {@link #release} counts it out. */
  Admission admit(Client client) {
    if (total.incrementAndGet() > most) {
      total.decrementAndGet();
      return Admission.FULL;
    }
    if (byClient.merge(Origin.of(client), 1, Integer::sum) > mostPerClient) {
      release(client);
      return Admission.TOO_MANY_OF_CLIENT;
    }
    return Admission.ADMITTED;
  }

  void release(Client client) {
    total.decrementAndGet();
    byClient.computeIfPresent(Origin.of(client), (_, count) -> count > 1 ? count - 1 : null);
  }

  /** Connections that are open. */
  public int connections() {
    return total.get();
  }

  /** Clients that have a connection open. */
  public int clients() {
    return byClient.size();
  }

  /** Queries of one connection that may be worked on at once. */
  int pipeline() {
    return pipeline;
  }

  /** How long a connection may be idle, now. */
  public Duration idle() {
    return Duration.ofNanos(idleNanos());
  }

  long idleNanos() {
    long used = total.get();
    if (2 * used < most) {
      return fullIdleNanos;
    }
    long least = Math.min(LEAST_IDLE_NANOS, fullIdleNanos);
    long free = Math.max(0, most - used);
    return least + (long) ((fullIdleNanos - least) * (2.0 * free / most));
  }

  /**
   * What edns-tcp-keepalive tells clients (RFC 7828 §3.1): the idle time, in units of 100 ms; 0,
   * please close, while the server is stopping.
   */
  public IntSupplier tcpKeepalive() {
    return () ->
        draining ? 0 : (int) Math.min(idleNanos() / KEEPALIVE_UNIT_NANOS, LONGEST_KEEPALIVE);
  }

  void drain() {
    draining = true;
  }

  boolean isDraining() {
    return draining;
  }
}
