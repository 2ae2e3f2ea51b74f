package dev.namewell.server.outbound;

import dev.namewell.core.port.Time;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The UDP sockets to one server, shared by all threads: with a pool for each thread, an observer of
 * one thread's ports could tell the few that the next query may leave from (CVE-2026-50252).
 */
final class UdpSockets {
  // What a blind forger must guess (RFC 5452 §7): 16 bits of ID times the port. The kernel draws
  // each port at random from its ephemeral range, 28,232 ports or 14.8 bits on Linux by default,
  // and keeps off ports that services own. A query leaves from one of up to 64 ports at random, so
  // even who has found all of them by probing (the sockets are connected, RFC 5452 §9.2, and answer
  // no probe but one that forges the server's address) faces 16 + 6 bits, and must start again
  // when they are replaced, after about 30 s. Letter case and cookies come on top, in the core.
  private static final long LIFETIME_NANOS = 20_000_000_000L;

  /** Lifetimes and uses differ by up to so much from socket to socket: never all are replaced. */
  private static final long LIFETIME_SPREAD_NANOS = 20_000_000_000L;

  private static final int MAX_USES = 4000;
  private static final int MAX_USES_SPREAD = 2000;

  /** Draws before a pool whose sockets are nearly all full is searched from end to end. */
  private static final int DRAWS = 8;

  private final InetSocketAddress server;
  private final DatagramLink.Opener opener;
  private final Time time;
  private final RandomGenerator random;
  private final AtomicReferenceArray<@Nullable UdpSocket> sockets;
  private volatile boolean stopped;

  UdpSockets(
      InetSocketAddress server,
      DatagramLink.Opener opener,
      Time time,
      RandomGenerator random,
      int size) {
    this.server = server;
    this.opener = opener;
    this.time = time;
    this.random = random;
    this.sockets = new AtomicReferenceArray<>(size);
  }

  /**
   * Sends a query from a socket drawn at random.
   *
   * @return null if all sockets are full
   * @throws IOException if no socket can be had
   */
  @Nullable UdpExchange start(byte[] query, UdpExchange.Waiting waiting) throws IOException {
    UdpSocket socket = hold();
    return socket == null ? null : socket.start(query, waiting, random);
  }

  /** A socket drawn at random and held; null if all are full. */
  private @Nullable UdpSocket hold() throws IOException {
    for (int i = 0; i < DRAWS; i++) {
      UdpSocket drawn = usable(random.nextInt(sockets.length()));
      if (drawn.hold()) {
        return drawn;
      }
    }
    for (int at = 0; at < sockets.length(); at++) {
      UdpSocket next = usable(at);
      if (next.hold()) {
        return next;
      }
    }
    return null;
  }

  private UdpSocket usable(int at) throws IOException {
    long now = time.nanos();
    UdpSocket socket = sockets.get(at);
    if (socket != null && !socket.isSpent(now)) {
      return socket;
    }
    UdpSocket fresh = open(now);
    if (!sockets.compareAndSet(at, socket, fresh)) {
      fresh.retire();
      UdpSocket other = sockets.get(at);
      return other == null ? fresh : other;
    }
    if (socket != null) {
      socket.retire();
    }
    if (stopped) {
      fresh.stop();
    }
    return fresh;
  }

  private UdpSocket open(long now) throws IOException {
    InFlight inFlight = new InFlight();
    DatagramLink link = opener.open(server, inFlight);
    long lifetime = LIFETIME_NANOS + random.nextLong(LIFETIME_SPREAD_NANOS);
    return new UdpSocket(
        link, inFlight, now + lifetime, MAX_USES + random.nextInt(MAX_USES_SPREAD));
  }

  /** Retires sockets that are spent and not being drawn any more. */
  void sweep(long nowNanos) {
    for (int at = 0; at < sockets.length(); at++) {
      UdpSocket socket = sockets.get(at);
      if (socket != null && socket.isSpent(nowNanos) && sockets.compareAndSet(at, socket, null)) {
        socket.retire();
      }
    }
  }

  /** Ends what is in flight and closes. */
  void stop() {
    stopped = true;
    for (int at = 0; at < sockets.length(); at++) {
      UdpSocket socket = sockets.getAndSet(at, null);
      if (socket != null) {
        socket.stop();
      }
    }
  }
}
