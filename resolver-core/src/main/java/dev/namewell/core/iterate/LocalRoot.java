package dev.namewell.core.iterate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.iterate.Classified.Answered;
import dev.namewell.core.iterate.Classified.Denial;
import dev.namewell.core.iterate.Classified.Referred;
import dev.namewell.core.rootzone.RootZone;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** What a server of the root zone would say, said by the copy of it that is here (RFC 8806). */
final class LocalRoot {
  private LocalRoot() {}

  /** Null where the copy has what no root zone has: the root's servers know better. */
  static @Nullable Classified answer(RootZone zone, Question question) {
    DnsName name = question.name();
    for (int labels = 1; labels <= name.labelCount(); labels++) {
      DnsName cut = name.suffix(labels);
      boolean parents = cut.equals(name) && question.type() == RecordType.DS;
      Rrset ns = zone.rrset(cut, RecordType.NS);
      if (ns != null && !parents) {
        return new Referred(new Delegation(cut, servers(zone, ns), false), ns.ttlSeconds());
      }
    }
    Rrset data = zone.rrset(name, question.type());
    if (data != null) {
      return new Answered(List.of(), name, data, null, List.of(), true);
    }
    boolean isData = question.type() != RecordType.RRSIG && !RecordType.isMeta(question.type());
    if (!isData && zone.exists(name)) {
      return null;
    }
    Rrset cname = zone.rrset(name, RecordType.CNAME);
    return cname == null && zone.rrset(wildcard(), RecordType.NSEC) == null
        ? denial(zone, name)
        : null;
  }

  private static DnsName wildcard() {
    return DnsName.parse("*.");
  }

  private static List<NameServer> servers(RootZone zone, Rrset ns) {
    List<NameServer> servers = new ArrayList<>();
    for (int i = 0; i < ns.rdatas().size(); i++) {
      DnsName server = ns.target(i);
      List<Endpoint> addresses = new ArrayList<>(2);
      for (int type : new int[] {RecordType.A, RecordType.AAAA}) {
        Rrset glue = zone.rrset(server, type);
        for (byte[] address : glue == null ? List.<byte[]>of() : glue.rdatas()) {
          Endpoint endpoint = ResponseClassifier.endpoint(address);
          if (endpoint != null) {
            addresses.add(endpoint);
          }
        }
      }
      servers.add(new NameServer(server, addresses));
    }
    return servers;
  }

  private static @Nullable Classified denial(RootZone zone, DnsName name) {
    boolean exists = zone.exists(name);
    SequencedSet<Rrset> authority = new LinkedHashSet<>(List.of(zone.soa()));
    Rrset covering = zone.nsec(name);
    if (covering != null) {
      authority.add(covering);
      Rrset noWildcard = exists ? null : zone.nsec(wildcard());
      if (noWildcard != null) {
        authority.add(noWildcard);
      }
    } else if (zone.isSigned()) {
      return null;
    }
    int rcode = exists ? Rcode.NOERROR : Rcode.NXDOMAIN;
    Denial denial = new Denial(rcode, zone.denialSeconds(), List.copyOf(authority));
    return new Answered(List.of(), name, null, denial, List.of(), true);
  }
}
