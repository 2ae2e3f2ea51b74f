package dev.namewell.server.outbound;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Exchange;
import dev.namewell.core.port.ExchangeResult;
import dev.namewell.core.port.Time;
import dev.namewell.core.settings.ServiceSettings.UdpForm;
import dev.namewell.server.runtime.EventLoops;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Asks servers over UDP sockets with unpredictable ports and over kept TCP connections. Queries are
 * sent from the asking virtual thread; responses come in on the event loops.
 */
public final class NettyExchange implements Exchange, AutoCloseable {
  /** Limits by their key in the configuration, as told by {@link ExchangeResult.Overloaded}. */
  static final String IN_ALL = "limits.exchanges";

  static final String PER_UPSTREAM = "limits.exchanges-per-upstream";

  /** Why exchanges end that are in flight at {@link #close}. */
  static final String STOPPING = "stopping";

  /** Idle connections are closed within so much of their time. */
  private static final long SWEEP_SECONDS = 2;

  private final EventLoops loops;
  private final Time time;
  private final RandomGenerator random;
  private final DatagramLink.Opener datagrams;
  private final ConcurrentHashMap<Endpoint, Upstream> upstreams = new ConcurrentHashMap<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final Future<?> sweeping;
  private volatile OutboundLimits limits;
  private volatile boolean stopping;

  /**
   * @param loops are used, not owned: to be closed after {@link #close}
   * @param random unpredictable and thread-safe
   * @param form of UDP sockets
   * @throws UnsupportedOperationException if {@code form} is forced and does not work here
   */
  public NettyExchange(
      EventLoops loops, Time time, RandomGenerator random, OutboundLimits limits, UdpForm form) {
    this(loops, time, random, limits, datagrams(form, loops, time));
  }

  NettyExchange(
      EventLoops loops,
      Time time,
      RandomGenerator random,
      OutboundLimits limits,
      DatagramLink.Opener datagrams) {
    this.loops = loops;
    this.time = time;
    this.random = random;
    this.limits = limits;
    this.datagrams = datagrams;
    this.sweeping =
        loops
            .group()
            .next()
            .scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  private static DatagramLink.Opener datagrams(UdpForm form, EventLoops loops, Time time) {
    if (form == UdpForm.PORTABLE) {
      return PortableLink.opener(loops, time);
    }
    String failure = NativeLink.trial(loops);
    if (failure == null) {
      return NativeLink.opener(loops, time);
    }
    if (form == UdpForm.BATCHED) {
      throw new UnsupportedOperationException("batched UDP does not work here: " + failure);
    }
    return PortableLink.opener(loops, time);
  }

  /** The form of UDP socket in use, for the log: {@code native}, {@code epoll} or {@code nio}. */
  public String datagramForm() {
    return datagrams.form();
  }

  /** Applies from the next query; open pools keep their size. */
  public void apply(OutboundLimits changed) {
    limits = changed;
  }

  @Override
  public ExchangeResult send(Endpoint server, Transport transport, byte[] query, Duration timeout) {
    if (inFlight.incrementAndGet() > limits.exchanges()) {
      inFlight.decrementAndGet();
      return new ExchangeResult.Overloaded(IN_ALL);
    }
    try {
      return sendWithin(server, transport, query, timeout.toNanos());
    } finally {
      inFlight.decrementAndGet();
    }
  }

  private ExchangeResult sendWithin(
      Endpoint server, Transport transport, byte[] query, long timeoutNanos) {
    while (!stopping) {
      Upstream upstream = upstream(server);
      switch (upstream.enter(limits.exchangesPerUpstream())) {
        case FULL -> {
          return new ExchangeResult.Overloaded(PER_UPSTREAM);
        }
        case GONE -> upstreams.remove(server, upstream);
        case ENTERED -> {
          try {
            if (stopping) {
              upstream.stop(); // may have been opened behind close's back
            }
            return switch (transport) {
              case UDP -> upstream.udp.ask(query, timeoutNanos);
              case TCP -> upstream.streams.ask(query, timeoutNanos);
            };
          } finally {
            upstream.leave(time.nanos());
          }
        }
      }
    }
    return new ExchangeResult.Unreachable(STOPPING);
  }

  private Upstream upstream(Endpoint server) {
    Upstream known = upstreams.get(server); // computeIfAbsent alone would lock on every query
    return known != null ? known : upstreams.computeIfAbsent(server, this::open);
  }

  private Upstream open(Endpoint server) {
    UdpSockets udp =
        new UdpSockets(server.address(), datagrams, time, random, limits.socketsPerUpstream());
    StreamPool streams = new StreamPool(server.address(), loops, time, random);
    return new Upstream(udp, streams, time.nanos());
  }

  /** Closes what is idle and forgets servers that are not asked any more. */
  void sweep() {
    long now = time.nanos();
    upstreams.forEach(
        (server, upstream) -> {
          if (upstream.sweep(now)) {
            upstreams.remove(server, upstream);
            upstream.stop();
          }
        });
  }

  /** Exchanges in flight end as {@code Unreachable("stopping")}, later ones at once. */
  @Override
  public void close() {
    stopping = true;
    sweeping.cancel(false);
    upstreams.forEach((_, upstream) -> upstream.stop());
  }
}
