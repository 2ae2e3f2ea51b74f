package dev.namewell.core.validate;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.records.RrsigRdata;
import dev.namewell.core.wire.Response;
import dev.namewell.core.wire.ResponseReader;
import dev.namewell.core.wire.ResponseRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An answer as RRsets, or the failure to get one.
 *
 * @param response null if there is none
 * @param ttlSeconds for how long it may be used: for what it denies no longer than denials of its
 *     zone last (RFC 9077 §3)
 */
record Reply(@Nullable Response response, @Nullable Failure failure, int ttlSeconds) {
  /** RRsets of one section that are looked at: those of eleven aliases with their proofs. */
  private static final int MAX_RRSETS = 64;

  private record Key(DnsName owner, int type) {}

  static Reply of(Answer answer) {
    return ResponseReader.read(answer.message()) instanceof Response response
        ? new Reply(response, null, answer.ttlSeconds())
        : failed(
            new Failure(
                Failure.Reason.GARBLED,
                new ExtendedError(ExtendedError.INVALID_DATA, "an answer that cannot be read")));
  }

  static Reply failed(Failure failure) {
    return new Reply(null, failure, 0);
  }

  int rcode() {
    return response == null ? Rcode.SERVFAIL : response.rcode();
  }

  /** One RRset of the answer section. */
  @Nullable Rrset rrset(DnsName owner, int type) {
    return response == null
        ? null
        : response.rrset(response.answer(), owner, type, response.questionClass());
  }

  /** The CNAME of a name, or the DNAME above it that it is made from. */
  @Nullable Rrset alias(DnsName name) {
    Rrset dname = dname(name);
    return dname == null ? rrset(name, RecordType.CNAME) : dname;
  }

  /** The closest DNAME above a name. */
  @Nullable Rrset dname(DnsName name) {
    for (DnsName above = name; response != null && !above.isRoot(); ) {
      above = above.parent();
      Rrset dname = rrset(above, RecordType.DNAME);
      if (dname != null) {
        return dname;
      }
    }
    return null;
  }

  /** A name and those that its aliases lead to. */
  Set<DnsName> chain(DnsName name) {
    Set<DnsName> names = new LinkedHashSet<>();
    DnsName at = name;
    while (at != null && names.size() < AnswerProof.MAX_ALIASES && names.add(at)) {
      Rrset alias = alias(at);
      Rrset cname = alias == null || alias.type() == RecordType.CNAME ? alias : alias.cnameFor(at);
      at = cname == null ? null : cname.target(0);
    }
    return names;
  }

  /** Who says to have signed the DS of a zone, if that is somebody above it. */
  @Nullable DnsName signerOf(DnsName zone) {
    Rrset ds = rrset(zone, RecordType.DS);
    for (byte[] signature : ds == null ? List.<byte[]>of() : ds.signatures()) {
      RrsigRdata rrsig = RrsigRdata.parse(signature);
      if (rrsig != null && zone.isWithin(rrsig.signer()) && !zone.equals(rrsig.signer())) {
        return rrsig.signer();
      }
    }
    return null;
  }

  List<Rrset> answer() {
    return response == null ? List.of() : rrsets(response, response.answer());
  }

  /** Of the records of the answer section; some come more than once. */
  Stream<DnsName> owners() {
    return response == null
        ? Stream.empty()
        : response.answer().stream().map(ResponseRecord::owner);
  }

  List<Rrset> authority() {
    return response == null ? List.of() : rrsets(response, response.authority());
  }

  /** NSEC and NSEC3 RRsets of the authority section. */
  List<Rrset> denials() {
    return authority().stream().filter(rrset -> isDenial(rrset.type())).toList();
  }

  static boolean isDenial(int type) {
    return type == RecordType.NSEC || type == RecordType.NSEC3;
  }

  private static List<Rrset> rrsets(Response response, List<ResponseRecord> section) {
    List<Rrset> rrsets = new ArrayList<>();
    Set<Key> seen = new HashSet<>();
    for (ResponseRecord record : section) {
      boolean first =
          record.type() != RecordType.RRSIG && seen.add(new Key(record.owner(), record.type()));
      if (first && rrsets.size() < MAX_RRSETS) {
        Rrset rrset = response.rrset(section, record.owner(), record.type(), record.recordClass());
        if (rrset != null) {
          rrsets.add(rrset);
        }
      }
    }
    return rrsets;
  }
}
