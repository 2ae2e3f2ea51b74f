package dev.namewell.core.validate.denial;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.validate.denial.Denial.Proof;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What NSEC3 records prove (RFC 5155 §8). Hashing draws on the question's budget; when that is used
 * up nothing is proved. Thread-safe.
 */
final class Nsec3Proof {
  private final List<Nsec3> records;
  private final DnsName zone;
  private final NameHashes hashes;

  /** The longest existing name, and the gap in which the next longer one would be. */
  private record Closest(DnsName encloser, Nsec3 gap) {}

  /**
   * @param records verified, of one zone, not empty
   * @param hashes by the parameters of the first record; others are passed over (RFC 5155 §8.2)
   */
  Nsec3Proof(List<Nsec3> records, NameHashes hashes) {
    this.records = records.stream().filter(each -> each.sameChain(records.getFirst())).toList();
    this.zone = records.getFirst().zone();
    this.hashes = hashes;
  }

  Proof nameError(DnsName name) {
    Closest closest = closest(name);
    DnsName wildcard = closest == null ? null : closest.encloser().wildcard();
    if (closest == null || (wildcard != null && covering(wildcard) == null)) {
      return Proof.NOTHING;
    }
    return closest.gap().optOut() ? Proof.INSECURE : Proof.PROVED;
  }

  Proof noData(DnsName name, int type) {
    Nsec3 match = matching(name);
    if (match != null) {
      return Proof.of(match.types().denies(type, name.isRoot()));
    }
    Closest closest = closest(name);
    if (closest == null) {
      return Proof.NOTHING;
    }
    DnsName wildcard = closest.encloser().wildcard();
    Nsec3 made = wildcard == null ? null : matching(wildcard);
    if (made != null) {
      return closest.gap().optOut() && made.types().denies(type, false)
          ? Proof.INSECURE
          : Proof.of(made.types().denies(type, false));
    }
    // An unsigned delegation, or a name that has nothing but those below it.
    return closest.gap().optOut() ? Proof.INSECURE : Proof.NOTHING;
  }

  Proof noCloserMatch(DnsName name, DnsName encloser) {
    Nsec3 gap = covering(name.suffix(encloser.labelCount() + 1));
    return gap == null ? Proof.NOTHING : gap.optOut() ? Proof.INSECURE : Proof.PROVED;
  }

  boolean isInsecureCut(DnsName name) {
    Nsec3 match = matching(name);
    return match != null && match.types().isDelegation();
  }

  private @Nullable Closest closest(DnsName name) {
    DnsName nextCloser = name;
    for (DnsName encloser = name; encloser.isWithin(zone); encloser = encloser.parent()) {
      Nsec3 match = matching(encloser);
      if (match != null) {
        boolean usable = !encloser.equals(name) && !match.types().endsHere();
        Nsec3 gap = usable ? covering(nextCloser) : null;
        return gap == null ? null : new Closest(encloser, gap);
      }
      if (encloser.isRoot()) {
        return null;
      }
      nextCloser = encloser;
    }
    return null;
  }

  private @Nullable Nsec3 matching(DnsName name) {
    byte[] hash = hashes.of(name);
    for (Nsec3 each : records) {
      if (hash != null && each.matches(hash)) {
        return each;
      }
    }
    return null;
  }

  private @Nullable Nsec3 covering(DnsName name) {
    byte[] hash = hashes.of(name);
    for (Nsec3 each : records) {
      if (hash != null && each.covers(hash)) {
        return each;
      }
    }
    return null;
  }
}
