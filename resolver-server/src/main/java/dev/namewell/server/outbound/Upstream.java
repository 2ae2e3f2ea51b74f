package dev.namewell.server.outbound;

import java.util.concurrent.atomic.AtomicInteger;

/** What we keep open to one server. */
final class Upstream {
  /** Long enough to keep ports and connections of a server that is asked once in a while. */
  private static final long FORGET_AFTER_NANOS = 60_000_000_000L;

  private static final int GONE = Integer.MIN_VALUE;

  final UdpSockets udp;
  final StreamPool streams;
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile long lastUseNanos;

  Upstream(UdpSockets udp, StreamPool streams, long nowNanos) {
    this.udp = udp;
    this.streams = streams;
    this.lastUseNanos = nowNanos;
  }

  /** How an exchange was let in. */
  enum Entry {
    ENTERED,
    FULL,
    /** This object was forgotten meanwhile: look the server up again. */
    GONE
  }

  /** After {@link Entry#ENTERED}, {@link #leave} must follow. */
  Entry enter(int limit) {
    int now = inFlight.incrementAndGet();
    if (now < 0) {
      inFlight.set(GONE);
      return Entry.GONE;
    }
    if (now > limit) {
      inFlight.decrementAndGet();
      return Entry.FULL;
    }
    return Entry.ENTERED;
  }

  void leave(long nowNanos) {
    lastUseNanos = nowNanos;
    inFlight.decrementAndGet();
  }

  /** Closes what is idle. True if the whole upstream was idle so long that it is now gone. */
  boolean sweep(long nowNanos) {
    udp.sweep(nowNanos);
    streams.sweep(nowNanos);
    return nowNanos - lastUseNanos > FORGET_AFTER_NANOS && inFlight.compareAndSet(0, GONE);
  }

  /** Ends what is in flight and closes everything. */
  void stop() {
    udp.stop();
    streams.stop();
  }
}
