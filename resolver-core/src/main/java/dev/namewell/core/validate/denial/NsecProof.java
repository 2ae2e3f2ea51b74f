package dev.namewell.core.validate.denial;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.validate.denial.Denial.Proof;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What NSEC records prove (RFC 4035 §5.4).
 *
 * @param records verified, of one zone
 * @param needed takes those that proofs rest on
 */
record NsecProof(List<Nsec> records, Collection<Rrset> needed) {
  /** That the name does not exist, nor a wildcard that would make it. */
  Proof nameError(DnsName name) {
    for (Nsec covering : records) {
      if (covering.deniesSubtree(name)) {
        DnsName wildcard = covering.closestEncloser(name).wildcard();
        Nsec noWildcard = wildcard == null ? covering : denyingSubtree(wildcard);
        if (noWildcard != null) {
          return provedBy(covering, noWildcard);
        }
      }
    }
    return Proof.NOTHING;
  }

  /** That the name, or the wildcard that makes it, exists without this type. */
  Proof noData(DnsName name, int type) {
    for (Nsec each : records) {
      if (each.owner().equals(name)) {
        return each.types().denies(type, name.isRoot()) ? provedBy(each) : Proof.NOTHING;
      }
    }
    for (Nsec each : records) {
      if (each.isEmptyNonTerminal(name)) {
        return provedBy(each);
      }
    }
    for (Nsec covering : records) {
      if (covering.deniesSubtree(name)) {
        DnsName wildcard = covering.closestEncloser(name).wildcard();
        for (Nsec each : records) {
          if (wildcard != null && each.owner().equals(wildcard)) {
            return each.types().denies(type, false) ? provedBy(covering, each) : Proof.NOTHING;
          }
          if (wildcard != null && each.isEmptyNonTerminal(wildcard)) {
            return provedBy(covering, each);
          }
        }
      }
    }
    return Proof.NOTHING;
  }

  /**
   * That nothing closer than a wildcard exists for the name (RFC 4035 §5.3.4).
   *
   * @param encloser the name that the wildcard stands below
   */
  Proof noCloserMatch(DnsName name, DnsName encloser) {
    Nsec gap = denyingSubtree(name.suffix(encloser.labelCount() + 1));
    return gap == null ? Proof.NOTHING : provedBy(gap);
  }

  /** That the name is a zone cut without DS record, seen from above. */
  boolean isInsecureCut(DnsName name) {
    return records.stream()
        .anyMatch(each -> each.owner().equals(name) && each.types().isInsecureDelegation());
  }

  private @Nullable Nsec denyingSubtree(DnsName name) {
    for (Nsec each : records) {
      if (each.deniesSubtree(name)) {
        return each;
      }
    }
    return null;
  }

  private Proof provedBy(Nsec... all) {
    for (Nsec each : all) {
      needed.add(each.rrset());
    }
    return Proof.PROVED;
  }
}
