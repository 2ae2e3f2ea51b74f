package dev.namewell.server.outbound;

import dev.namewell.core.port.ExchangeResult;
import dev.namewell.core.port.Time;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One connected UDP socket with its source port: used for a while, then retired, and closed when
 * nothing is in flight on it any more. Thread-safe.
 */
final class UdpSocket {
  /** Exchanges at once; leaves at least half of the IDs to draw from. */
  static final int MAX_IN_FLIGHT = 64;

  private static final int RETIRED = Integer.MIN_VALUE;
  private static final int ID_MASK = 0xffff;

  private final InFlight inFlight;
  private final DatagramLink link;
  private final long spentAfterNanos;
  private final int maxUses;

  /** Exchanges that hold this socket; with {@link #RETIRED}, no more may. */
  private final AtomicInteger holders = new AtomicInteger();

  /** Not exact: threads may overwrite each other's count. */
  private int uses;

  /**
   * @param spentAfterNanos when to retire, on the clock of {@link Time#nanos}
   */
  UdpSocket(DatagramLink link, InFlight inFlight, long spentAfterNanos, int maxUses) {
    this.link = link;
    this.inFlight = inFlight;
    this.spentAfterNanos = spentAfterNanos;
    this.maxUses = maxUses;
  }

  boolean isSpent(long nowNanos) {
    return uses >= maxUses || nowNanos - spentAfterNanos >= 0;
  }

  /** Takes part of the socket; to be given back by {@link #release}. False if full or retired. */
  boolean hold() {
    while (true) {
      int now = holders.get();
      if (now < 0 || now >= MAX_IN_FLIGHT) {
        return false;
      }
      if (holders.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  void release() {
    if (holders.decrementAndGet() == RETIRED) {
      link.close();
    }
  }

  /** No new exchanges; closes when the last has ended. May be called more than once. */
  void retire() {
    if (holders.getAndUpdate(now -> now | RETIRED) == 0) {
      link.close();
    }
  }

  /** Retires and ends what is in flight. */
  void stop() {
    inFlight.stop();
    retire();
  }

  /** Sends a query and waits; the caller holds this socket. The query's ID is set on a copy. */
  ExchangeResult ask(byte[] query, long timeoutNanos, Time time, RandomGenerator random) {
    uses++;
    byte[] packet = query.clone();
    UdpExchange exchange = new UdpExchange(packet, Matching.questionEnd(query));
    int id = place(exchange, random);
    int mismatchesBefore = inFlight.mismatches();
    long sentNanos = time.nanos();
    try {
      String failure = inFlight.isStopped() ? NettyExchange.STOPPING : link.send(packet);
      if (failure != null) {
        return new ExchangeResult.Unreachable(failure);
      }
      exchange.await(time, sentNanos + timeoutNanos);
    } finally {
      inFlight.remove(id, exchange);
    }
    int mismatches = inFlight.mismatches() - mismatchesBefore;
    byte @Nullable [] response = exchange.response();
    if (response != null) {
      long roundTrip = Math.max(0, exchange.receivedNanos() - sentNanos);
      return new ExchangeResult.Response(response, roundTrip, mismatches);
    }
    String refusal = exchange.refusal();
    return refusal == null
        ? new ExchangeResult.TimedOut(mismatches)
        : new ExchangeResult.Unreachable(refusal);
  }

  private int place(UdpExchange exchange, RandomGenerator random) {
    while (true) {
      int id = (int) random.nextLong() & ID_MASK;
      Matching.setId(exchange.query, id);
      if (inFlight.put(id, exchange)) {
        return id;
      }
    }
  }
}
