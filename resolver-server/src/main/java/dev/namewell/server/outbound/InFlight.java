package dev.namewell.server.outbound;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The exchanges that wait at one socket, by query ID. Virtual threads put and take them, one event
 * loop delivers; nobody locks.
 */
final class InFlight {
  /** Twice {@link UdpSocket#MAX_IN_FLIGHT}: a random ID finds its slot free on the second try. */
  private static final int SLOTS = 2 * UdpSocket.MAX_IN_FLIGHT;

  private static final int MASK = SLOTS - 1;

  /** An ID has one possible slot, so that IDs in flight are distinct without a search. */
  private final AtomicReferenceArray<UdpExchange> slots = new AtomicReferenceArray<>(SLOTS);

  /** IDs of exchanges that ended; a stale read only makes a late response a mismatch. */
  private final char[] ended = new char[SLOTS];

  /** Written by the event loop only. */
  private volatile int mismatches;

  private volatile boolean stopped;

  /** False if another exchange holds the ID's slot: draw another ID. */
  boolean put(int id, UdpExchange exchange) {
    return slots.compareAndSet(id & MASK, null, exchange);
  }

  /** Gives up waiting; a response that comes later is then no mismatch. */
  void remove(int id, UdpExchange exchange) {
    ended[id & MASK] = (char) id;
    slots.compareAndSet(id & MASK, exchange, null);
  }

  /** Packets so far that were no response to any query of this socket. */
  int mismatches() {
    return mismatches;
  }

  /** Takes a packet that arrived from the server's address and port; on the event loop. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void deliver(byte[] packet, long nanos) {
    if (Matching.isResponse(packet)) {
      int id = Matching.id(packet);
      int slot = id & MASK;
      UdpExchange exchange = slots.get(slot);
      if (exchange != null && Matching.id(exchange.query) == id) {
        if (Matching.repeatsQuestion(exchange.query, exchange.questionEnd, packet)) {
          remove(id, exchange);
          exchange.answered(packet, nanos);
          return;
        }
      } else if (ended[slot] == id) {
        return; // late, or a duplicate
      }
    }
    mismatches = mismatches + 1;
  }

  /** Ends all that wait; who puts an exchange must look at {@link #isStopped} afterwards. */
  void stop() {
    stopped = true;
    refuse(NettyExchange.STOPPING);
  }

  boolean isStopped() {
    return stopped;
  }

  /** The network refused what was sent to this server: ends all that wait. On any thread. */
  void refuse(String why) {
    for (int slot = 0; slot < SLOTS; slot++) {
      UdpExchange exchange = slots.get(slot);
      if (exchange != null) {
        exchange.refused(why);
      }
    }
  }
}
