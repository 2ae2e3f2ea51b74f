package dev.namewell.core.exchange;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known about one server: round trips, health, and what it stands. Nothing that makes a
 * later exchange weaker is believed unless it came over TCP or with our cookie. Thread-safe.
 */
public final class ServerMemory {
  /** What a server does to the letter case of QNAME. */
  enum LetterCase {
    UNKNOWN,
    KEEPS,
    LOSES
  }

  private static final int CLIENT_COOKIE = 8;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final byte[] NONE = {};

  /** A forger would have had to guess ID and port so many times. */
  private static final int BELIEVED_LOSSES = 3;

  /** Servers are replaced by better ones: EDNS is tried again after this. */
  private static final long PLAIN_NANOS = Duration.ofMinutes(15).toNanos();

  /** A lame delegation is rarely mended sooner. */
  private static final long LAME_NANOS = Duration.ofMinutes(15).toNanos();

  private static final int MAX_LAME_ZONES = 100;

  private final Endpoint server;
  private final byte[] clientCookie;
  private final RoundTrips roundTrips = new RoundTrips();
  private final ServerHealth health = new ServerHealth();
  private final ConcurrentHashMap<DnsName, Long> lameUntil = new ConcurrentHashMap<>(0);
  private volatile byte[] serverCookie = NONE;
  private volatile LetterCase letterCase = LetterCase.UNKNOWN;
  private volatile int lostCases;
  private volatile boolean plain;
  private volatile long plainSinceNanos;

  /**
   * @param clientCookie a secret of its own for each server, so that none can tell from its cookie
   *     what another one gets (RFC 7873 §4.1); lives as long as this memory
   */
  ServerMemory(Endpoint server, long clientCookie) {
    this.server = server;
    this.clientCookie = new byte[CLIENT_COOKIE];
    for (int i = 0; i < CLIENT_COOKIE; i++) {
      this.clientCookie[i] = (byte) (clientCookie >>> (8 * i));
    }
  }

  public Endpoint server() {
    return server;
  }

  public RoundTrips roundTrips() {
    return roundTrips;
  }

  public ServerHealth health() {
    return health;
  }

  /** True if it does not serve this zone although it is said to. */
  public boolean isLame(DnsName zone, long nowNanos) {
    if (lameUntil.isEmpty()) {
      return false;
    }
    Long until = lameUntil.get(zone);
    return until != null && until - nowNanos > 0;
  }

  /** It does not serve this zone. */
  public void lame(DnsName zone, long nowNanos) {
    if (lameUntil.size() >= MAX_LAME_ZONES) {
      lameUntil.clear();
    }
    lameUntil.put(zone, nowNanos + LAME_NANOS);
  }

  LetterCase letterCase() {
    return letterCase;
  }

  void letterCase(LetterCase known) {
    if (letterCase != known) {
      letterCase = known;
    }
  }

  /**
   * Over UDP, which may have been forged, it did not keep letter case, and TCP is not to be had.
   * Believed when it happened often enough, unless it has ever kept it.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one more or less does not matter
  void seemsToLoseLetterCase() {
    lostCases++;
    if (lostCases >= BELIEVED_LOSSES && letterCase == LetterCase.UNKNOWN) {
      letterCase = LetterCase.LOSES;
    }
  }

  /** False if the server has proved not to stand EDNS. */
  boolean standsEdns(long nowNanos) {
    return !plain || nowNanos - plainSinceNanos > PLAIN_NANOS;
  }

  void doesNotStandEdns(long nowNanos) {
    plainSinceNanos = nowNanos;
    plain = true;
  }

  /** The COOKIE option for the next query: the server's part follows ours once it is known. */
  byte[] cookie() {
    byte[] theirs = serverCookie;
    if (theirs.length == 0) {
      return clientCookie;
    }
    byte[] cookie = Arrays.copyOf(clientCookie, CLIENT_COOKIE + theirs.length);
    System.arraycopy(theirs, 0, cookie, CLIENT_COOKIE, theirs.length);
    return cookie;
  }

  /** True if a response without our cookie cannot be this server's. */
  boolean sendsCookies() {
    return serverCookie.length > 0;
  }

  boolean isOurs(byte[] cookie) {
    return cookie.length >= CLIENT_COOKIE
        && Arrays.equals(cookie, 0, CLIENT_COOKIE, clientCookie, 0, CLIENT_COOKIE);
  }

  /** Remembers the server's part of a cookie that {@link #isOurs}. */
  void learnCookie(byte[] cookie) {
    byte[] known = serverCookie;
    int length = cookie.length - CLIENT_COOKIE;
    if (length > 0
        && !Arrays.equals(cookie, CLIENT_COOKIE, cookie.length, known, 0, known.length)) {
      serverCookie = Arrays.copyOfRange(cookie, CLIENT_COOKIE, cookie.length);
    }
  }

  void forgetCookie() {
    serverCookie = NONE;
  }

  /** What is known, in one line for people. */
  String describe(long nowNanos) {
    StringBuilder text = new StringBuilder();
    long nanos = roundTrips.smoothedNanos();
    text.append(
        nanos == 0 ? "round trip unknown" : "round trip " + nanos / NANOS_PER_MICRO + " us");
    if (health.failuresInRow() > 0) {
      text.append(", ").append(health.failuresInRow()).append(" failures in a row");
    }
    if (!standsEdns(nowNanos)) {
      text.append(", no EDNS");
    }
    if (letterCase == LetterCase.LOSES) {
      text.append(", loses letter case");
    }
    if (sendsCookies()) {
      text.append(", sends cookies");
    }
    lameUntil.forEach(
        (zone, until) -> {
          if (until - nowNanos > 0) {
            text.append(", lame for ").append(zone);
          }
        });
    return text.toString();
  }

  /** Forgets everything but its own client cookie. */
  void forget() {
    forgetStatistics();
    lameUntil.clear();
    forgetCookie();
    letterCase = LetterCase.UNKNOWN;
    lostCases = 0;
    plain = false;
  }

  /** Forgets times and failures, as after an outage that was ours and not the server's. */
  public void forgetStatistics() {
    roundTrips.forget();
    health.forget();
  }
}
