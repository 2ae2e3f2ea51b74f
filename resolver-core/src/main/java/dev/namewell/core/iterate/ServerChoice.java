package dev.namewell.core.iterate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.exchange.ServerMemory;
import java.net.Inet6Address;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among a zone's servers: mostly the one with the least smoothed round trip, now and then
 * another one, so that a server that has become better is noticed. Thread-safe.
 */
final class ServerChoice {
  /** What an unknown server is thought to take: worth a try beside known ones that are far. */
  private static final long UNKNOWN_NANOS = Duration.ofMillis(60).toNanos();

  /** For each failure in a row. */
  private static final long FAILED_NANOS = Duration.ofMillis(800).toNanos();

  /** After that a failure is forgiven. */
  private static final long FORGIVEN_NANOS = Duration.ofMinutes(15).toNanos();

  private static final int MAX_FAILURES = 8;

  /** Lame for the zone by an earlier question: asked when there is nobody else. */
  private static final long LAME_NANOS = Duration.ofMinutes(1).toNanos();

  /** One choice in so many is made without regard to what is known. */
  private static final int EXPLORE = 20;

  /** So many servers of a family unreachable in a row, and the family is thought to be. */
  private static final int FAMILY_FAILURES = 3;

  private static final long NO_FAMILY_NANOS = Duration.ofSeconds(5).toNanos();

  /** So many servers failing while nobody answers: the outage was ours, not theirs. */
  private static final int OUTAGE = 8;

  private static final int MAX_FAILED = 1000;

  private final RandomGenerator random;

  /** Servers that failed since anybody answered. */
  private final Set<ServerMemory> failed = ConcurrentHashMap.newKeySet();

  private final AtomicInteger unreachableV6 = new AtomicInteger();
  private final AtomicInteger unreachableV4 = new AtomicInteger();

  /** A server that may be asked, within one asking of a zone. */
  static final class Candidate {
    final ServerMemory memory;
    int tries;
    boolean failed;

    Candidate(ServerMemory memory) {
      this.memory = memory;
    }
  }

  ServerChoice(RandomGenerator random) {
    this.random = random;
  }

  /**
   * The next to ask: of those tried least the best; null if all have failed.
   *
   * @param mostTries candidates tried so often are left out
   */
  @Nullable Candidate next(List<Candidate> candidates, DnsName zone, int mostTries, long nowNanos) {
    boolean explore = candidates.size() > 1 && random.nextInt(EXPLORE) == 0;
    Candidate best = null;
    long bestScore = 0;
    for (Candidate each : candidates) {
      if (each.failed || each.tries >= mostTries || (best != null && each.tries > best.tries)) {
        continue;
      }
      long score = explore && isUsable(each) ? random.nextInt() >>> 1 : score(each, nowNanos);
      score += each.memory.isLame(zone, nowNanos) ? LAME_NANOS : 0;
      if (best == null || each.tries < best.tries || score < bestScore) {
        best = each;
        bestScore = score;
      }
    }
    return best;
  }

  private boolean isUsable(Candidate candidate) {
    return candidate.memory.health().failuresInRow() == 0
        && family(candidate.memory.server()).get() < FAMILY_FAILURES;
  }

  private long score(Candidate candidate, long nowNanos) {
    ServerMemory memory = candidate.memory;
    long known = memory.roundTrips().smoothedNanos();
    long base = known == 0 ? UNKNOWN_NANOS : known;
    // Equal servers share the work.
    long score = base + random.nextLong(base / 4 + 1);
    int failures = memory.health().failuresInRow();
    if (failures > 0 && nowNanos - memory.health().lastFailureNanos() < FORGIVEN_NANOS) {
      score += FAILED_NANOS * Math.min(failures, MAX_FAILURES);
    }
    return family(memory.server()).get() < FAMILY_FAILURES ? score : score + NO_FAMILY_NANOS;
  }

  private AtomicInteger family(Endpoint server) {
    return isV6(server) ? unreachableV6 : unreachableV4;
  }

  static boolean isV6(Endpoint server) {
    return server.address().getAddress() instanceof Inet6Address;
  }

  /** It responded, whatever it said. */
  void responded(ServerMemory memory) {
    memory.health().succeeded();
    if (!failed.isEmpty()) {
      endOfFailures();
    }
    AtomicInteger family = family(memory.server());
    if (family.get() > 0) {
      family.set(0);
    }
  }

  /** True while many servers have failed and nobody has answered in between. */
  boolean isOutage() {
    return failed.size() >= OUTAGE;
  }

  private void endOfFailures() {
    if (isOutage()) {
      failed.forEach(ServerMemory::forgetStatistics);
    }
    failed.clear();
  }

  /** It was silent. */
  void silent(ServerMemory memory, long nowNanos) {
    memory.health().failed(nowNanos);
    if (failed.size() < MAX_FAILED) {
      failed.add(memory);
    }
  }

  /** The network or the host refused. */
  void unreachable(ServerMemory memory, long nowNanos) {
    silent(memory, nowNanos);
    family(memory.server()).incrementAndGet();
  }
}
