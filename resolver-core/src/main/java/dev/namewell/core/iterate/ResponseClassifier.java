package dev.namewell.core.iterate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.iterate.Classified.Answered;
import dev.namewell.core.iterate.Classified.Denial;
import dev.namewell.core.iterate.Classified.Lame;
import dev.namewell.core.iterate.Classified.Referred;
import dev.namewell.core.wire.Response;
import dev.namewell.core.wire.ResponseRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a zone's server said about a question, and takes from it only what that server may
 * say: names within its zone, and of those what was asked. Everything else is as if it were not
 * there.
 */
final class ResponseClassifier {
  /** Alias records followed in one response; further ones are asked for. */
  private static final int MAX_ALIASES = 11;

  /** Name servers taken from one referral: as many as the root has. */
  private static final int MAX_NAME_SERVERS = 13;

  private static final int MAX_ADDRESSES = 6;

  /** Denial records of one response; NSEC3 needs three, and a few more behind aliases. */
  private static final int MAX_DENIALS = 10;

  /** Lifetime of a denial without SOA, which RFC 2308 §5 would not keep at all. */
  private static final int NO_SOA_TTL_SECONDS = 5;

  private static final int DNS_PORT = 53;
  private static final Lame NO_DNAME = new Lame("YXDOMAIN without DNAME");

  private final Response response;
  private final DnsName zone;
  private final Question question;
  private final List<Rrset> aliases = new ArrayList<>(0);
  private DnsName current;

  private ResponseClassifier(Response response, DnsName zone, Question question) {
    this.response = response;
    this.zone = zone;
    this.question = question;
    this.current = question.name();
  }

  /**
   * @param zone whose server was asked: the origin of its authority
   */
  static Classified classify(Response response, DnsName zone, Question question) {
    return new ResponseClassifier(response, zone, question).classify();
  }

  private Classified classify() {
    Set<DnsName> seen = new HashSet<>();
    Rrset made = question.type() == RecordType.CNAME ? byDname() : null;
    if (made != null) {
      return answered(made, null);
    }
    while (current.isWithin(zone) && seen.add(current) && aliases.size() <= MAX_ALIASES) {
      Rrset wanted = isAliasFirst() ? null : rrset(response.answer(), current, question.type());
      if (wanted != null && response.rcode() == Rcode.YXDOMAIN) {
        return NO_DNAME;
      }
      if (wanted != null) {
        return wanted.rdatas().size() > Response.MAX_RECORDS
            ? new Lame("more than " + Response.MAX_RECORDS + " records in one RRset")
            : answered(wanted, null);
      }
      DnsName target = alias();
      if (target == null) {
        return withoutData();
      }
      current = target;
    }
    return answered(null, null);
  }

  /**
   * Nothing else may stand beside a CNAME (RFC 2181 §10.1). Where it does, what the server put
   * first is what it found.
   */
  private boolean isAliasFirst() {
    for (ResponseRecord record : response.answer()) {
      if (record.type() == question.type() && record.owner().equals(current)) {
        return false;
      }
      if (record.type() == RecordType.CNAME && record.owner().equals(current)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Rrset rrset(List<ResponseRecord> section, DnsName owner, int type) {
    return response.rrset(section, owner, type, question.recordClass());
  }

  private Answered answered(@Nullable Rrset rrset, @Nullable Denial denial) {
    List<Rrset> proof = rrset == null && aliases.isEmpty() ? List.of() : denials();
    return new Answered(aliases, current, rrset, denial, proof, response.isAuthoritative());
  }

  /** The DNAME records above the current name that may stand there; null if there are none. */
  private @Nullable Rrset dname() {
    for (ResponseRecord record : response.answer()) {
      DnsName owner = record.owner();
      boolean above = !owner.equals(current) && current.isWithin(owner) && owner.isWithin(zone);
      if (record.type() == RecordType.DNAME && above) {
        return rrset(response.answer(), owner, RecordType.DNAME);
      }
    }
    return null;
  }

  /** The next name of the chain; null at its end. */
  private @Nullable DnsName alias() {
    if (response.answer().isEmpty()) {
      return null;
    }
    Rrset made = byDname();
    if (made != null) {
      aliases.add(made);
      return made.target(0);
    }
    Rrset cname = rrset(response.answer(), current, RecordType.CNAME);
    if (cname == null || cname.rdatas().size() > 1) {
      return null;
    }
    aliases.add(cname);
    return cname.target(0);
  }

  /** The CNAME that a DNAME of the answer makes for the current name; the DNAME goes before it. */
  private @Nullable Rrset byDname() {
    Rrset dname = dname();
    Rrset made = dname == null ? null : dname.cnameFor(current);
    if (dname != null && made != null) {
      aliases.add(dname);
    }
    return made;
  }

  private Classified withoutData() {
    Rrset dname = dname();
    if (dname != null && dname.rdatas().size() == 1) {
      return answered(null, new Denial(Rcode.YXDOMAIN, dname.ttlSeconds(), List.of(dname)));
    }
    if (response.rcode() == Rcode.YXDOMAIN) {
      return NO_DNAME;
    }
    Rrset soa = soa();
    if (response.rcode() == Rcode.NXDOMAIN) {
      return soa == null && !response.isAuthoritative()
          ? new Lame("NXDOMAIN without authority")
          : denied(Rcode.NXDOMAIN, soa);
    }
    if (!aliases.isEmpty()) {
      // NODATA here may mean the end of the chain or its beginning (RFC 6604): better ask.
      return answered(null, null);
    }
    if (soa != null) {
      return denied(Rcode.NOERROR, soa);
    }
    Classified referral = referral();
    if (referral != null) {
      return referral;
    }
    if (response.isAuthoritative() && response.answer().isEmpty()) {
      return denied(Rcode.NOERROR, null);
    }
    return new Lame(
        response.recursionAvailable() ? "a recursive server" : "neither answer nor referral");
  }

  private @Nullable Rrset soa() {
    for (ResponseRecord record : response.authority()) {
      if (record.type() == RecordType.SOA
          && current.isWithin(record.owner())
          && record.owner().isWithin(zone)) {
        return rrset(response.authority(), record.owner(), RecordType.SOA);
      }
    }
    return null;
  }

  private Answered denied(int rcode, @Nullable Rrset soa) {
    List<Rrset> authority = new ArrayList<>(4);
    int ttl = NO_SOA_TTL_SECONDS;
    if (soa != null) {
      authority.add(soa);
      ttl = Math.min(soa.ttlSeconds(), minimum(soa.rdatas().getFirst()));
    }
    for (Rrset denial : denials()) {
      ttl = Math.min(ttl, denial.ttlSeconds());
      authority.add(denial);
    }
    return answered(null, new Denial(rcode, ttl, authority));
  }

  private static int minimum(byte[] soa) {
    int minimum = 0;
    for (int i = soa.length - 4; i < soa.length; i++) {
      minimum = minimum << 8 | (soa[i] & 0xff);
    }
    return Math.max(0, minimum);
  }

  private List<Rrset> denials() {
    List<Rrset> found = new ArrayList<>(0);
    for (ResponseRecord record : response.authority()) {
      boolean denial = record.type() == RecordType.NSEC || record.type() == RecordType.NSEC3;
      if (denial
          && record.owner().isWithin(zone)
          && found.size() < MAX_DENIALS
          && found.stream().noneMatch(other -> isOf(other, record))) {
        Rrset rrset = rrset(response.authority(), record.owner(), record.type());
        if (rrset != null) {
          found.add(rrset);
        }
      }
    }
    return found;
  }

  private static boolean isOf(Rrset rrset, ResponseRecord record) {
    return rrset.type() == record.type() && rrset.owner().equals(record.owner());
  }

  /** Null if there are no NS records to judge. */
  private @Nullable Classified referral() {
    boolean ownZone = false;
    boolean upward = false;
    for (ResponseRecord record : response.authority()) {
      DnsName cut = record.owner();
      if (record.type() != RecordType.NS || !current.isWithin(cut)) {
        continue;
      }
      ownZone |= cut.equals(zone);
      upward |= zone.isWithin(cut) && !cut.equals(zone);
      if (cut.equals(zone) || !cut.isWithin(zone)) {
        continue;
      }
      if (question.type() == RecordType.DS && cut.equals(current)) {
        return referredForDs(cut);
      }
      Rrset ns = rrset(response.authority(), cut, RecordType.NS);
      if (ns != null) {
        return new Referred(new Delegation(cut, nameServers(ns), false), ns.ttlSeconds());
      }
    }
    if (upward || (ownZone && !response.isAuthoritative())) {
      return new Lame(upward ? "refers upward" : "refers to its own zone");
    }
    return ownZone ? denied(Rcode.NOERROR, null) : null;
  }

  /**
   * A parent that knows nothing of DS refers instead of answering (RFC 4035 §3.1.4.1). With the
   * referral may come what it was asked for, signed, or the proof that there is none.
   */
  private Answered referredForDs(DnsName cut) {
    Rrset ds = rrset(response.authority(), cut, RecordType.DS);
    return ds == null
        ? answered(null, new Denial(Rcode.NOERROR, NO_SOA_TTL_SECONDS, denials()))
        : answered(ds, null);
  }

  /**
   * The name servers of an NS RRset, with what the additional section has of their addresses, as
   * far as the zone that was asked may say that.
   */
  private List<NameServer> nameServers(Rrset ns) {
    Map<DnsName, List<Endpoint>> glue = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(ns.rdatas().size(), MAX_NAME_SERVERS); i++) {
      glue.put(ns.target(i), new ArrayList<>(2));
    }
    for (ResponseRecord record : response.additional()) {
      boolean address = record.type() == RecordType.A || record.type() == RecordType.AAAA;
      List<Endpoint> addresses = address ? glue.get(record.owner()) : null;
      if (addresses != null && record.owner().isWithin(zone) && addresses.size() < MAX_ADDRESSES) {
        Endpoint endpoint = endpoint(response.rdata(record));
        if (endpoint != null) {
          addresses.add(endpoint);
        }
      }
    }
    List<NameServer> servers = new ArrayList<>(glue.size());
    glue.forEach((name, addresses) -> servers.add(new NameServer(name, addresses)));
    return servers;
  }

  /** The name servers of a priming response (RFC 9609 §3.3), or of any NS answer. */
  static List<NameServer> nameServers(Response response, DnsName zone, Question question) {
    ResponseClassifier reader = new ResponseClassifier(response, zone, question);
    Rrset ns = reader.rrset(response.answer(), question.name(), RecordType.NS);
    return ns == null ? List.of() : reader.nameServers(ns);
  }

  /** Where a server with this address listens; null if nobody can be asked there. */
  static @Nullable Endpoint endpoint(byte[] address) {
    try {
      InetAddress ip = InetAddress.getByAddress(address);
      boolean unusable =
          ip.isAnyLocalAddress()
              || ip.isLoopbackAddress()
              || ip.isMulticastAddress()
              || ip.isLinkLocalAddress();
      return unusable ? null : new Endpoint(new InetSocketAddress(ip, DNS_PORT));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not the length of an address", e);
    }
  }
}
