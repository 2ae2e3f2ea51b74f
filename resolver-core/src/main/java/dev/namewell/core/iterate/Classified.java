package dev.namewell.core.iterate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Rrset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an authoritative server's response means for the question that it was asked. */
sealed interface Classified {
  /**
   * Data, or a denial, or an alias chain whose end is for others to say.
   *
   * @param aliases DNAME and CNAME records on the way, each synthesized CNAME behind its DNAME
   * @param end the name at the end of the chain; QNAME if there is none
   * @param rrset what {@code end} has of the type, if that is known
   * @param denial that it has nothing, if that is known
   * @param proof NSEC and NSEC3 records that came with positive data, as behind a wildcard
   * @param authoritative AA was set
   */
  record Answered(
      List<Rrset> aliases,
      DnsName end,
      @Nullable Rrset rrset,
      @Nullable Denial denial,
      List<Rrset> proof,
      boolean authoritative)
      implements Classified {
    /** True if it denies without the SOA that would prove some authority (RFC 2308 §2.2). */
    boolean isBareDenial() {
      return denial != null && denial.authority().isEmpty();
    }
  }

  /** A referral further down. */
  record Referred(Delegation delegation, int ttlSeconds) implements Classified {}

  /** The server does not serve this zone, or answers beside the question. */
  record Lame(String why) implements Classified {}
}
