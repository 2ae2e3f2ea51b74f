package dev.namewell.core.validate.denial;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.records.CanonicalRdata;
import dev.namewell.core.records.TypeBitmap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An NSEC record (RFC 4034 §4), verified.
 *
 * @param rrset that it is all of
 * @param zone whose apex the chain begins and ends at
 */
record Nsec(Rrset rrset, DnsName next, TypeBitmap types, DnsName zone) {
  /** Null if it is not of the form, or says something about names outside its zone. */
  static @Nullable Nsec of(Rrset rrset, DnsName zone) {
    byte[] rdata = rrset.rdatas().getFirst();
    int end = CanonicalRdata.nameEnd(rdata, 0);
    if (end < 0 || rrset.rdatas().size() != 1) {
      return null;
    }
    TypeBitmap types = TypeBitmap.parse(Arrays.copyOfRange(rdata, end, rdata.length));
    DnsName next = DnsName.fromWire(rdata, 0, end);
    return types == null || !next.isWithin(zone) || !rrset.owner().isWithin(zone)
        ? null
        : new Nsec(rrset, next, types, zone);
  }

  DnsName owner() {
    return rrset.owner();
  }

  /**
   * True if the name lies in the gap. A delegation's or a DNAME's record says nothing of what is
   * below it (RFC 6840 §4.1, RFC 6672 §5.3.4.1).
   */
  boolean covers(DnsName name) {
    if (!name.isWithin(zone) || (name.isWithin(owner()) && types.endsHere())) {
      return false;
    }
    boolean behind = owner().compareTo(name) < 0;
    return (next.equals(zone) || next.compareTo(owner()) <= 0)
        ? behind && next.equals(zone)
        : behind && name.compareTo(next) < 0;
  }

  /**
   * True if the next name is the first that there can be: then it covers none that is asked for.
   */
  boolean isNarrow() {
    byte[] after = next.wire();
    return next.labelCount() == owner().labelCount() + 1
        && next.isWithin(owner())
        && after[0] == 1
        && after[1] == 0;
  }

  /** True if neither the name nor anything below it exists. */
  boolean deniesSubtree(DnsName name) {
    return covers(name) && !next.isWithin(name);
  }

  /** True if the name has no records, but names below it (RFC 4592 §2.2.2). */
  boolean isEmptyNonTerminal(DnsName name) {
    return covers(name) && next.isWithin(name) && !next.equals(name);
  }

  /** The longest existing name above one that lies in the gap. */
  DnsName closestEncloser(DnsName name) {
    DnsName left = name.commonAncestor(owner());
    DnsName right = name.commonAncestor(next);
    return left.labelCount() >= right.labelCount() ? left : right;
  }
}
