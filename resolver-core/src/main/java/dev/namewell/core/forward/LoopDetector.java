package dev.namewell.core.forward;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.port.Time;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Finds upstreams that forward to ourselves: each is asked for a name that nobody else can know;
 * who asks us for it got it from that upstream. Thread-safe.
 */
final class LoopDetector {
  /** Probe names are below this; it exists nowhere. */
  private static final DnsName SUFFIX = DnsName.parse("loop.namewell.");

  /** A probe that has not come back by then will not. */
  private static final long LIFETIME_NANOS = Duration.ofSeconds(30).toNanos();

  private final Map<DnsName, Probe> outstanding = new ConcurrentHashMap<>();
  private final RandomGenerator random;
  private final Time time;

  private record Probe(UpstreamGroup group, Upstream upstream, long sentNanos) {}

  LoopDetector(RandomGenerator random, Time time) {
    this.random = random;
    this.time = time;
  }

  /** A fresh name, to be sent to this upstream at once. */
  DnsName probeName(UpstreamGroup group, Upstream upstream) {
    long now = time.nanos();
    for (Iterator<Probe> i = outstanding.values().iterator(); i.hasNext(); ) {
      if (now - i.next().sentNanos() > LIFETIME_NANOS) {
        i.remove();
      }
    }
    DnsName name = SUFFIX.child("%016x%016x".formatted(random.nextLong(), random.nextLong()));
    outstanding.put(name, new Probe(group, upstream, now));
    return name;
  }

  /** True if a name that a client asks for is an outstanding probe; its upstream is told off. */
  boolean isOwnProbe(DnsName name) {
    if (outstanding.isEmpty() || !name.isWithin(SUFFIX)) {
      return false;
    }
    Probe probe = outstanding.get(name);
    if (probe == null) {
      return false;
    }
    probe.group().loops(probe.upstream());
    return true;
  }
}
