package dev.namewell.core.iterate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an authoritative server's response means for the question that it was asked. */
sealed interface Classified {
  /**
   * A negative response (RFC 2308 §2).
   *
   * @param rcode NXDOMAIN, or NOERROR for NODATA, or YXDOMAIN
   * @param ttlSeconds the lesser of the SOA's TTL and its MINIMUM (RFC 2308 §5)
   * @param authority SOA, NSEC and NSEC3; with YXDOMAIN the DNAME that makes the name too long
   */
  record Denial(int rcode, int ttlSeconds, List<Rrset> authority) {}

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

    /** For people. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      for (Rrset alias : aliases) {
        text.append(RecordType.mnemonic(alias.type())).append(" to ").append(alias.target(0));
        text.append(", ");
      }
      if (rrset != null) {
        text.append(rrset.rdatas().size()).append(' ').append(RecordType.mnemonic(rrset.type()));
      } else if (denial != null) {
        text.append(denial.rcode() == Rcode.NOERROR ? "NODATA" : Rcode.mnemonic(denial.rcode()));
      } else {
        text.append("to be followed");
      }
      return (authoritative ? text : text.append(", without authority")).toString();
    }
  }

  /** A referral further down. */
  record Referred(Delegation delegation, int ttlSeconds) implements Classified {
    /** For people. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder("referral to ").append(delegation.zone());
      String before = ": ";
      for (NameServer server : delegation.servers()) {
        text.append(before).append(server.name());
        text.append(server.addresses().isEmpty() ? " (no glue)" : "");
        before = ", ";
      }
      return text.toString();
    }
  }

  /** The server does not serve this zone, or answers beside the question. */
  record Lame(String why) implements Classified {}
}
