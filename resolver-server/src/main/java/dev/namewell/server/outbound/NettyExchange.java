package dev.namewell.server.outbound;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Exchange;
import dev.namewell.core.port.ExchangeResult;
import dev.namewell.core.port.Pending;
import dev.namewell.core.port.Signal;
import dev.namewell.core.port.Tasks;
import dev.namewell.core.port.Time;
import dev.namewell.core.settings.Limit;
import dev.namewell.core.settings.ServiceSettings.UdpForm;
import dev.namewell.server.runtime.EventLoops;
import io.netty.channel.ChannelException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks servers over UDP sockets with unpredictable ports and over kept TCP connections. Queries are
 * sent from the asking virtual thread; responses come in on the event loops.
 */
public final class NettyExchange implements Exchange, AutoCloseable {
  /** Limits by their key in the configuration, as told by {@link ExchangeResult.Overloaded}. */
  static final String IN_ALL = Limit.EXCHANGES.key();

  static final String PER_UPSTREAM = Limit.EXCHANGES_PER_UPSTREAM.key();

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
  public @Nullable String transfer(Outgoing outgoing, Predicate<byte[]> taker) {
    return stopping ? STOPPING : ZoneTransfer.run(outgoing, random.nextInt(), time, taker);
  }

  @Override
  public ExchangeResult send(Endpoint server, Transport transport, byte[] query, Duration timeout) {
    if (transport == Transport.UDP) {
      Thread waiter = Thread.currentThread();
      Outgoing outgoing = new Outgoing(server, transport, query, timeout);
      return switch (startUdp(outgoing, () -> LockSupport.unpark(waiter))) {
        case Started(UdpExchange exchange) -> exchange.await();
        case Refused(ExchangeResult why) -> why;
      };
    }
    return switch (admit(server)) {
      case Admitted(Upstream upstream) -> {
        try {
          yield upstream.streams.ask(query, timeout.toNanos());
        } finally {
          leave(upstream);
        }
      }
      case Refused(ExchangeResult why) -> why;
    };
  }

  @Override
  public Pending start(Outgoing outgoing, Signal arrived, Tasks tasks) {
    if (outgoing.transport() == Transport.TCP) {
      return Exchange.super.start(outgoing, arrived, tasks);
    }
    return switch (startUdp(outgoing, arrived::raise)) {
      case Started(UdpExchange exchange) -> exchange;
      case Refused refused -> refused;
    };
  }

  private sealed interface Admission {}

  private sealed interface Start {}

  /** To be followed by {@link #leave}. */
  private record Admitted(Upstream upstream) implements Admission {}

  private record Started(UdpExchange exchange) implements Start {}

  private record Refused(ExchangeResult why) implements Admission, Start, Pending {
    @Override
    public ExchangeResult poll() {
      return why;
    }

    @Override
    public void close() {}
  }

  private Start startUdp(Outgoing outgoing, Runnable wake) {
    return switch (admit(outgoing.server())) {
      case Admitted(Upstream upstream) -> startUdp(upstream, outgoing, wake);
      case Refused refused -> refused;
    };
  }

  private Start startUdp(Upstream upstream, Outgoing outgoing, Runnable wake) {
    UdpExchange.Waiting waiting =
        new UdpExchange.Waiting(time, outgoing.timeout().toNanos(), wake, () -> leave(upstream));
    UdpExchange exchange = null;
    try {
      exchange = upstream.udp.start(outgoing.query(), waiting);
      return exchange != null
          ? new Started(exchange)
          : new Refused(new ExchangeResult.Overloaded(PER_UPSTREAM));
    } catch (IOException | ChannelException e) {
      return new Refused(new ExchangeResult.Unreachable(Failures.text(e)));
    } finally {
      if (exchange == null) {
        leave(upstream);
      }
    }
  }

  private Admission admit(Endpoint server) {
    if (inFlight.incrementAndGet() > limits.exchanges()) {
      inFlight.decrementAndGet();
      return new Refused(new ExchangeResult.Overloaded(IN_ALL));
    }
    ExchangeResult failure = new ExchangeResult.Unreachable(STOPPING);
    while (!stopping) {
      Upstream upstream = upstream(server);
      Upstream.Entry entry = upstream.enter(limits.exchangesPerUpstream());
      if (entry == Upstream.Entry.ENTERED) {
        if (stopping) {
          upstream.stop(); // may have been opened behind close's back
        }
        return new Admitted(upstream);
      }
      if (entry == Upstream.Entry.FULL) {
        failure = new ExchangeResult.Overloaded(PER_UPSTREAM);
        break;
      }
      upstreams.remove(server, upstream);
    }
    inFlight.decrementAndGet();
    return new Refused(failure);
  }

  private void leave(Upstream upstream) {
    upstream.leave(time.nanos());
    inFlight.decrementAndGet();
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
