package dev.namewell.core.iterate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** DNAME redirection (RFC 6672). */
final class Aliases {
  private Aliases() {}

  /**
   * The CNAME that a DNAME makes for a name below its owner (RFC 6672 §3.1).
   *
   * @return null if the new name would be too long (§2.2), or the DNAME is not one record
   */
  static @Nullable Rrset synthesize(Rrset dname, DnsName name) {
    if (dname.rdatas().size() != 1) {
      return null;
    }
    byte[] target = dname.target(0).wire();
    int prefix = name.length() - dname.owner().length();
    if (prefix + target.length > DnsName.MAX_LENGTH) {
      return null;
    }
    byte[] renamed = new byte[prefix + target.length];
    System.arraycopy(name.wire(), 0, renamed, 0, prefix);
    System.arraycopy(target, 0, renamed, prefix, target.length);
    return new Rrset(
        name,
        RecordType.CNAME,
        dname.recordClass(),
        dname.ttlSeconds(),
        List.of(renamed),
        List.of());
  }
}
