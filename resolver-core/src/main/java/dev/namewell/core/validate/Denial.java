package dev.namewell.core.validate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.resolve.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The verified NSEC and NSEC3 records of one zone in one response, and what they prove together.
 */
final class Denial {
  /**
   * More rounds of hashing make a zone insecure (RFC 9276 §3.2). That section allows SERVFAIL
   * beyond a second limit; all other resolvers are content with this one, and zones rely on it.
   */
  private static final int MOST_ITERATIONS = 50;

  /** What a denial amounts to. */
  enum Proof {
    PROVED,
    /** The name may exist in an unsigned zone (opt-out), or the proof is too costly to check. */
    INSECURE,
    NOTHING;

    static Proof of(boolean proved) {
      return proved ? PROVED : NOTHING;
    }
  }

  private final List<Nsec> nsecs = new ArrayList<>();
  private final List<Nsec3> nsec3s = new ArrayList<>();
  private final @Nullable Nsec3Proof hashed;
  private final int iterations;

  /**
   * @param verified of whatever types; others than NSEC and NSEC3 are passed over
   */
  Denial(List<Verdict.Secure> verified, Budget budget) {
    int most = 0;
    for (Verdict.Secure each : verified) {
      // A denial that was itself made from a wildcard denies nothing (RFC 4035 §5.4).
      if (each.encloser() == null) {
        add(each.rrset(), each.zone());
      }
    }
    for (Nsec3 each : nsec3s) {
      most = Math.max(most, each.iterations());
    }
    iterations = most;
    hashed = nsec3s.isEmpty() ? null : new Nsec3Proof(nsec3s, budget);
  }

  private void add(Rrset rrset, DnsName zone) {
    if (rrset.type() == RecordType.NSEC) {
      Nsec nsec = Nsec.of(rrset, zone);
      if (nsec != null) {
        nsecs.add(nsec);
      }
    } else if (rrset.type() == RecordType.NSEC3) {
      Nsec3 nsec3 = Nsec3.of(rrset, zone);
      if (nsec3 != null) {
        nsec3s.add(nsec3);
      }
    }
  }

  Proof nameError(DnsName name) {
    Proof proof = NsecProof.nameError(name, nsecs);
    return proof == Proof.NOTHING && hashed != null ? costly(() -> hashed.nameError(name)) : proof;
  }

  Proof noData(DnsName name, int type) {
    Proof proof = NsecProof.noData(name, type, nsecs);
    return proof == Proof.NOTHING && hashed != null
        ? costly(() -> hashed.noData(name, type))
        : proof;
  }

  Proof noCloserMatch(DnsName name, DnsName encloser) {
    Proof proof = NsecProof.noCloserMatch(name, encloser, nsecs);
    return proof == Proof.NOTHING && hashed != null
        ? costly(() -> hashed.noCloserMatch(name, encloser))
        : proof;
  }

  /** That a name without DS record is a zone cut. */
  boolean isInsecureCut(DnsName name) {
    return NsecProof.isInsecureCut(name, nsecs) || hashed != null && hashed.isInsecureCut(name);
  }

  private Proof costly(Supplier<Proof> proof) {
    return iterations > MOST_ITERATIONS ? Proof.INSECURE : proof.get();
  }
}
