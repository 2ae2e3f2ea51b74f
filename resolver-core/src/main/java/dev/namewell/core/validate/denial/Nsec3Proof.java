package dev.namewell.core.validate.denial;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.validate.denial.Denial.Proof;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What NSEC3 records prove (RFC 5155 §8). Hashing draws on the question's budget; when that is used
 * up nothing is proved, and the proof is cut short.
 */
final class Nsec3Proof {
  private final List<Nsec3> records;
  private final DnsName zone;
  private final NameHashes hashes;
  private final Collection<Rrset> needed;

  /** The longest existing name, and the gap in which the next longer one would be. */
  private record Closest(DnsName encloser, Nsec3 match, Nsec3 gap) {}

  /**
   * @param records verified, of one zone, not empty
   * @param hashes by the parameters of the first record; others are passed over (RFC 5155 §8.2)
   * @param needed takes those that proofs rest on
   */
  Nsec3Proof(List<Nsec3> records, NameHashes hashes, Collection<Rrset> needed) {
    this.needed = needed;
    this.records = records.stream().filter(each -> each.sameChain(records.getFirst())).toList();
    this.zone = records.getFirst().zone();
    this.hashes = hashes;
  }

  Proof nameError(DnsName name) {
    Closest closest = closest(name);
    if (closest == null) {
      return Proof.NOTHING;
    }
    DnsName wildcard = closest.encloser().wildcard();
    Nsec3 noWildcard = wildcard == null ? closest.match() : covering(wildcard);
    return noWildcard == null
        ? Proof.NOTHING
        : provedBy(closest.gap().optOut(), closest.match(), closest.gap(), noWildcard);
  }

  Proof noData(DnsName name, int type) {
    Nsec3 match = matching(name);
    if (match != null) {
      return match.types().denies(type, name.isRoot()) ? provedBy(false, match) : Proof.NOTHING;
    }
    Closest closest = closest(name);
    if (closest == null) {
      return Proof.NOTHING;
    }
    DnsName wildcard = closest.encloser().wildcard();
    Nsec3 made = wildcard == null ? null : matching(wildcard);
    boolean optOut = closest.gap().optOut();
    if (made != null) {
      return made.types().denies(type, false)
          ? provedBy(optOut, closest.match(), closest.gap(), made)
          : Proof.NOTHING;
    }
    // An unsigned delegation, or a name that has nothing but those below it.
    return optOut ? provedBy(true, closest.match(), closest.gap()) : Proof.NOTHING;
  }

  Proof noCloserMatch(DnsName name, DnsName encloser) {
    Nsec3 gap = covering(name.suffix(encloser.labelCount() + 1));
    return gap == null ? Proof.NOTHING : provedBy(gap.optOut(), gap);
  }

  boolean isInsecureCut(DnsName name) {
    Nsec3 match = matching(name);
    return match != null && match.types().isInsecureDelegation();
  }

  boolean isCutShort() {
    return hashes.areCutShort();
  }

  /** In a gap with opt-out there may be something unsigned (RFC 5155 §9.2). */
  private Proof provedBy(boolean optOut, Nsec3... all) {
    for (Nsec3 each : all) {
      needed.add(each.rrset());
    }
    return optOut ? Proof.INSECURE : Proof.PROVED;
  }

  private @Nullable Closest closest(DnsName name) {
    DnsName nextCloser = name;
    for (DnsName encloser = name; encloser.isWithin(zone); encloser = encloser.parent()) {
      Nsec3 match = matching(encloser);
      if (match != null) {
        boolean usable = !encloser.equals(name) && !match.types().endsHere();
        Nsec3 gap = usable ? covering(nextCloser) : null;
        return gap == null ? null : new Closest(encloser, match, gap);
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
