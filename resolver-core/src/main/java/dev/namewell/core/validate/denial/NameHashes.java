package dev.namewell.core.validate.denial;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.resolve.Budget;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Names as a zone hashes them (RFC 5155 §5). Each is hashed once, and the question that needs it
 * pays for that. Thread-safe.
 */
final class NameHashes {
  private final Nsec3Hash hash;
  private final Budget budget;
  private final Map<DnsName, byte[]> known = new ConcurrentHashMap<>();
  private volatile boolean cutShort;

  NameHashes(Nsec3Hash hash, Budget budget) {
    this.hash = hash;
    this.budget = budget;
  }

  /** True if another way of hashing is the same. */
  boolean areBy(Nsec3Hash other) {
    return hash.equals(other);
  }

  /** Null when too much has been hashed for this question already. */
  byte @Nullable [] of(DnsName name) {
    byte[] before = known.get(name);
    if (before != null) {
      return before;
    }
    if (!budget.takeHash()) {
      cutShort = true;
      return null;
    }
    byte[] hashed = hash.of(name);
    if (hash.isCostly()) {
      budget.chargeClient(hash.iterations());
    }
    known.put(name, hashed);
    return hashed;
  }

  /** True if a name was not hashed because too much had been for this question already. */
  boolean areCutShort() {
    return cutShort;
  }
}
