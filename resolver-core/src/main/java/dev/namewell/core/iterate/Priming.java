package dev.namewell.core.iterate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.iterate.Classified.Answered;
import dev.namewell.core.iterate.ZoneServers.Nobody;
import dev.namewell.core.iterate.ZoneServers.Said;
import dev.namewell.core.resolve.Budget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Learns the root's servers from the root itself (RFC 9609). Who needs the root and finds it
 * unprimed does it; others use the hints meanwhile. Thread-safe.
 */
final class Priming {
  private static final Question ROOT_SERVERS =
      new Question(DnsName.ROOT, RecordType.NS, RecordClass.IN, true, false);

  /** After a failure the hints have to do for so long. */
  private static final long RETRY_NANOS = Duration.ofSeconds(60).toNanos();

  /** Root servers asked to find out whether any answers. */
  private static final int PROBE_TRIES = 6;

  private final Iteration shared;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile @Nullable Long failedNanos;

  Priming(Iteration shared) {
    this.shared = shared;
  }

  /**
   * Primes if this name has to be looked for from the root down and nobody has primed yet.
   *
   * @return false if that was tried and no root server answered
   */
  boolean prime(DnsName name, Budget budget) {
    Delegation closest = shared.closest(name);
    boolean needed =
        closest.configured() && closest.zone().isRoot() && shared.rootZone().zone(now()) == null;
    Long failed = failedNanos;
    if (!needed || (failed != null && now() - failed < RETRY_NANOS)) {
      return true;
    }
    if (running.compareAndSet(false, true)) {
      try {
        return prime(closest, budget, ZoneServers.ALL_TRIES) == null;
      } finally {
        running.set(false);
      }
    }
    return true;
  }

  /** Asks the root's servers as they are known just now; why none answered, null if one did. */
  @Nullable String ask(Budget budget) {
    return prime(shared.closest(DnsName.ROOT), budget, PROBE_TRIES);
  }

  private long now() {
    return shared.ports().time().nanos();
  }

  private @Nullable String prime(Delegation hints, Budget budget, int tries) {
    Walk walk = new Walk(shared, budget);
    ZoneServers.Result result = new ZoneServers(shared, hints, ROOT_SERVERS, walk, tries).ask();
    if (result instanceof Said said
        && said.what() instanceof Answered answered
        && answered.rrset() != null
        && said.response() != null) {
      shared.rrsets().put(answered.rrset(), answered.proof(), now());
      List<NameServer> servers =
          ResponseClassifier.nameServers(said.response(), DnsName.ROOT, ROOT_SERVERS);
      Delegation root = new Delegation(DnsName.ROOT, withHints(servers, hints), false);
      shared.delegations().learn(root, answered.rrset().ttlSeconds(), now());
      failedNanos = null;
    } else {
      failedNanos = now();
    }
    return result instanceof Nobody(Failure failure) ? failure.error().text() : null;
  }

  /** A response need not have room for all addresses. */
  private static List<NameServer> withHints(List<NameServer> servers, Delegation hints) {
    Map<DnsName, List<Endpoint>> hinted =
        hints.servers().stream()
            .collect(Collectors.toMap(NameServer::name, NameServer::addresses, (a, b) -> a));
    List<NameServer> all = new ArrayList<>();
    for (NameServer server : servers) {
      List<Endpoint> addresses =
          server.addresses().isEmpty()
              ? hinted.getOrDefault(server.name(), List.of())
              : server.addresses();
      all.add(new NameServer(server.name(), addresses));
    }
    return all;
  }
}
