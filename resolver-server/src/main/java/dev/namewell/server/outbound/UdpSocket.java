package dev.namewell.server.outbound;

import dev.namewell.core.port.Time;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

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

  /** Takes part of the socket; to be given back by {@link #end}. False if full or retired. */
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

  private void release() {
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

  /** Packets so far that were no response to any query of this socket. */
  int mismatches() {
    return inFlight.mismatches();
  }

  /** Sends a query; the caller holds this socket until the exchange ends. */
  UdpExchange start(byte[] query, UdpExchange.Waiting waiting, RandomGenerator random) {
    uses++;
    UdpExchange exchange = new UdpExchange(this, query.clone(), waiting);
    place(exchange, random);
    String failure = inFlight.isStopped() ? NettyExchange.STOPPING : link.send(exchange.query);
    if (failure != null) {
      exchange.refused(failure);
    }
    return exchange;
  }

  /** Forgets an exchange and gives back its part of the socket. */
  void end(UdpExchange exchange) {
    inFlight.remove(Matching.id(exchange.query), exchange);
    release();
  }

  private void place(UdpExchange exchange, RandomGenerator random) {
    int id;
    do {
      id = (int) random.nextLong() & ID_MASK;
      Matching.setId(exchange.query, id);
    } while (!inFlight.put(id, exchange));
  }
}
