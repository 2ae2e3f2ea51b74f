package dev.namewell.server.outbound;

import dev.namewell.core.port.ExchangeResult;
import dev.namewell.core.port.Time;
import dev.namewell.core.wire.Response;
import dev.namewell.core.wire.ResponseReader;
import dev.namewell.server.outbound.StreamExchange.Attempt;
import dev.namewell.server.outbound.StreamExchange.Loss;
import dev.namewell.server.runtime.EventLoops;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The TCP connections to one server, kept and shared (RFC 7766 §6.2). No query waits on a dead
 * connection: what was lost with its connection is sent once more on a fresh one, and a kept
 * connection that stays silent is raced by a fresh one. Thread-safe.
 */
final class StreamPool {
  /** Told when all places of all connections are taken. */
  static final String PIPELINES = "connections per upstream";

  /** Tries to get a place while other threads take theirs. */
  private static final int RESERVATIONS = 256;

  private static final int MAX_CONNECTIONS = 4;

  /** Connections that fell silent wait beside their successors for a late response. */
  private static final int MAX_WITH_SUSPECTS = 2 * MAX_CONNECTIONS;

  /** From here on another connection is opened, lest one lost segment holds up all. */
  private static final int BUSY = 16;

  /** Silence of a kept connection that is suspicious: so many round trips, within bounds. */
  private static final int PATIENCE_ROUND_TRIPS = 4;

  private static final long MIN_PATIENCE_NANOS = 100_000_000L;
  private static final long MAX_PATIENCE_NANOS = 250_000_000L;

  /** A suspect connection that was silent for so long makes room for a fresh one. */
  private static final long DEAD_NANOS = 1_000_000_000L;

  /** Weight of the past in the smoothed round trip is 7/8, as in RFC 6298. */
  private static final int SMOOTHING = 8;

  private final InetSocketAddress server;
  private final EventLoops loops;
  private final Time time;
  private final RandomGenerator random;
  private final List<StreamConnection> connections = new CopyOnWriteArrayList<>();
  private volatile long roundTripNanos = MAX_PATIENCE_NANOS;
  private volatile boolean stopped;

  StreamPool(InetSocketAddress server, EventLoops loops, Time time, RandomGenerator random) {
    this.server = server;
    this.loops = loops;
    this.time = time;
    this.random = random;
  }

  ExchangeResult ask(byte[] query, long timeoutNanos) {
    long start = time.nanos();
    StreamExchange exchange = new StreamExchange(query);
    StreamConnection connection = reserve(start);
    if (connection == null) {
      return new ExchangeResult.Overloaded(PIPELINES);
    }
    Trial trial = new Trial(exchange, connection.submit(exchange));
    try {
      return trial.await(start, start + timeoutNanos);
    } finally {
      trial.finish();
    }
  }

  /** The waiting for one query: a first attempt, and a second where the first looks bad. */
  private final class Trial {
    private final StreamExchange exchange;
    private final Attempt first;
    private @Nullable Attempt second;

    Trial(StreamExchange exchange, Attempt first) {
      this.exchange = exchange;
      this.first = first;
    }

    ExchangeResult await(long start, long deadline) {
      boolean kept = first.connection.openedNanos() - start < 0;
      long raceAt = kept ? start + patience() : deadline;
      while (true) {
        byte[] response = exchange.response();
        if (response != null) {
          return response(response, start);
        }
        ExchangeResult failed = retryWhatIsLost(start);
        if (failed != null) {
          return failed;
        }
        long now = time.nanos();
        if (now - deadline >= 0) {
          return timedOut();
        }
        if (second == null && now - raceAt >= 0) {
          raceAt = raceIfSilent(now, start, deadline);
        }
        long until = second == null && raceAt - deadline < 0 ? raceAt : deadline;
        LockSupport.parkNanos(exchange, until - now);
        if (Thread.currentThread().isInterrupted()) {
          return new ExchangeResult.Unreachable(NettyExchange.STOPPING);
        }
      }
    }

    /** Starts the second attempt if the first is lost. A result if nothing is left to wait for. */
    private @Nullable ExchangeResult retryWhatIsLost(long start) {
      Loss loss = first.loss();
      if (loss == null) {
        return null;
      }
      if (second == null && loss.mayRetry() && !stopped) {
        second = submitFresh(start);
        if (second != null) {
          return null;
        }
      }
      Loss last = second == null ? loss : second.loss();
      return last == null ? null : new ExchangeResult.Unreachable(last.why());
    }

    /** When to look again. */
    private long raceIfSilent(long now, long start, long deadline) {
      long heard = first.connection.lastReadNanos();
      long silentSince = heard - start > 0 ? heard : start;
      if (now - silentSince < patience()) {
        return silentSince + patience();
      }
      first.connection.suspect();
      second = submitFresh(start);
      return deadline;
    }

    private @Nullable Attempt submitFresh(long start) {
      StreamConnection fresh = reserveFresh(first.connection, start);
      return fresh == null ? null : fresh.submit(exchange);
    }

    private ExchangeResult response(byte[] message, long start) {
      long roundTrip = Math.max(0, exchange.receivedNanos() - start);
      long smoothed = roundTripNanos;
      roundTripNanos = smoothed + (roundTrip - smoothed) / SMOOTHING;
      StreamConnection connection = exchange.answeredBy();
      if (connection != null
          && ResponseReader.read(message) instanceof Response response
          && response.edns().isPresent()
          && response.edns().get().tcpKeepalive() >= 0) {
        connection.keepFor(response.edns().get().tcpKeepalive());
      }
      return new ExchangeResult.Response(message, roundTrip, mismatches());
    }

    private ExchangeResult timedOut() {
      suspectIfSilent(first);
      if (second != null) {
        suspectIfSilent(second);
      }
      return new ExchangeResult.TimedOut(mismatches());
    }

    private int mismatches() {
      return first.mismatches() + (second == null ? 0 : second.mismatches());
    }

    void finish() {
      first.connection.finish(first);
      if (second != null) {
        second.connection.finish(second);
      }
    }

    private static void suspectIfSilent(Attempt attempt) {
      if (attempt.connection.lastReadNanos() - attempt.startNanos <= 0) {
        attempt.connection.suspect();
      }
    }
  }

  private long patience() {
    return Math.clamp(
        PATIENCE_ROUND_TRIPS * roundTripNanos, MIN_PATIENCE_NANOS, MAX_PATIENCE_NANOS);
  }

  /** A place on some connection; others may be quicker to take the one that was chosen. */
  private @Nullable StreamConnection reserve(long now) {
    for (int i = 0; i < RESERVATIONS; i++) {
      StreamConnection reserved = reserveOnce(now);
      if (reserved != null) {
        return reserved;
      }
    }
    return null;
  }

  /** A place on the least loaded connection, or on a new one. */
  private @Nullable StreamConnection reserveOnce(long now) {
    StreamConnection best = null;
    int usable = 0;
    for (StreamConnection connection : connections) {
      if (connection.mayBeUsedAgain(now)) {
        usable++;
        if (best == null || connection.load() < best.load()) {
          best = connection;
        }
      }
    }
    if (best == null || (best.load() >= BUSY && usable < MAX_CONNECTIONS)) {
      StreamConnection opened = open(now);
      if (opened != null) {
        return opened;
      }
    }
    if (best == null) {
      return reserveSuspect();
    }
    return best.reserve() ? best : null;
  }

  /** A place on the suspect connection that was heard of last: better than none. */
  private @Nullable StreamConnection reserveSuspect() {
    StreamConnection best = null;
    for (StreamConnection connection : connections) {
      if (best == null || connection.lastReadNanos() - best.lastReadNanos() > 0) {
        best = connection;
      }
    }
    return best != null && best.reserve() ? best : null;
  }

  /** A place on a connection that was opened or heard of since; never the given one. */
  private @Nullable StreamConnection reserveFresh(StreamConnection old, long since) {
    for (StreamConnection connection : connections) {
      boolean proven =
          connection.openedNanos() - since >= 0 || connection.lastReadNanos() - since > 0;
      if (connection != old && proven && connection.isUsable() && connection.reserve()) {
        return connection;
      }
    }
    return open(time.nanos());
  }

  private synchronized @Nullable StreamConnection open(long now) {
    if (stopped || (connections.size() >= MAX_WITH_SUSPECTS && !dropDead(now))) {
      return null;
    }
    StreamConnection connection =
        new StreamConnection(time, random, loops.group().next(), connections::remove);
    connection.reserve();
    connections.add(connection);
    connection.connect(server, loops);
    return connection;
  }

  /** True if a suspect connection was given up; what is in flight on it is tried again. */
  private boolean dropDead(long now) {
    for (StreamConnection connection : connections) {
      if (!connection.isUsable() && now - connection.lastReadNanos() > DEAD_NANOS) {
        connections.remove(connection);
        connection.close("silent");
        return true;
      }
    }
    return false;
  }

  /** Closes what nobody used for a while. */
  void sweep(long nowNanos) {
    for (StreamConnection connection : connections) {
      if (connection.isOverdue(nowNanos)) {
        connection.close("idle");
      }
    }
  }

  /** Ends what is in flight and closes. */
  synchronized void stop() {
    stopped = true;
    for (StreamConnection connection : connections) {
      connection.close(NettyExchange.STOPPING);
    }
  }
}
