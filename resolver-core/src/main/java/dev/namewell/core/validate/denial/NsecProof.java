package dev.namewell.core.validate.denial;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.validate.denial.Denial.Proof;
import java.util.List;

/** What NSEC records prove (RFC 4035 §5.4). Pure functions of verified records of one zone. */
final class NsecProof {
  private NsecProof() {}

  /** That the name does not exist, nor a wildcard that would make it. */
  static Proof nameError(DnsName name, List<Nsec> records) {
    for (Nsec covering : records) {
      if (covering.deniesSubtree(name)) {
        DnsName wildcard = covering.closestEncloser(name).wildcard();
        if (wildcard == null || records.stream().anyMatch(each -> each.deniesSubtree(wildcard))) {
          return Proof.PROVED;
        }
      }
    }
    return Proof.NOTHING;
  }

  /** That the name, or the wildcard that makes it, exists without this type. */
  static Proof noData(DnsName name, int type, List<Nsec> records) {
    for (Nsec each : records) {
      if (each.owner().equals(name)) {
        return Proof.of(each.types().denies(type, name.isRoot()));
      }
    }
    for (Nsec each : records) {
      if (each.isEmptyNonTerminal(name)) {
        return Proof.PROVED;
      }
    }
    for (Nsec covering : records) {
      if (covering.deniesSubtree(name)) {
        DnsName wildcard = covering.closestEncloser(name).wildcard();
        for (Nsec each : records) {
          if (wildcard != null && each.owner().equals(wildcard)) {
            return Proof.of(each.types().denies(type, false));
          }
          if (wildcard != null && each.isEmptyNonTerminal(wildcard)) {
            return Proof.PROVED;
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
  static Proof noCloserMatch(DnsName name, DnsName encloser, List<Nsec> records) {
    DnsName nextCloser = name.suffix(encloser.labelCount() + 1);
    return Proof.of(records.stream().anyMatch(each -> each.deniesSubtree(nextCloser)));
  }

  /** That the name is a zone cut without DS record, seen from above. */
  static boolean isInsecureCut(DnsName name, List<Nsec> records) {
    return records.stream()
        .anyMatch(each -> each.owner().equals(name) && each.types().isDelegation());
  }
}
