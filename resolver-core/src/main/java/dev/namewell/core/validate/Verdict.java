package dev.namewell.core.validate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Rrset;
import org.jspecify.annotations.Nullable;

/** What was found out about one RRset or one answer (RFC 4035 §4.3). */
sealed interface Verdict {
  /**
   * Signed by its zone.
   *
   * @param rrset with TTLs as long as the signature allows (RFC 4035 §5.3.3)
   * @param keyTag of the key of the zone that has signed it
   * @param encloser if it was made from a wildcard, the name below which that stands
   */
  record Secure(Rrset rrset, DnsName zone, int keyTag, @Nullable DnsName encloser)
      implements Verdict {
    /** A denial that was itself made from a wildcard denies nothing (RFC 4035 §5.4). */
    boolean mayDeny() {
      return encloser == null;
    }
  }

  /** Proved to be in a zone without a chain of trust, or told not to be looked at. */
  record Insecure(String why) implements Verdict {}

  /** Cannot be proved, though it should. */
  record Bogus(ExtendedError error) implements Verdict {
    Bogus(int code, String why) {
      this(new ExtendedError(code, why));
    }
  }
}
