package dev.namewell.server.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * A root zone with everything in it, signed with a key of its own as it answers: what recursion and
 * validation are trained on. Immutable.
 */
final class SignedRoot implements LoopbackServer.Answering {
  static final Name SERVER = Name.fromConstantString("ns.");

  /** Hosts that have an address: w0.shop.example. and so on. */
  static final int HOSTS = 300;

  private static final int TTL = 3600;
  private static final Duration VALIDITY = Duration.ofDays(1);

  private final KeyPair pair;
  private final DNSKEYRecord key;

  /** In canonical order (RFC 4034 §6.1), for NSEC. */
  private final TreeMap<Name, List<Record>> records = new TreeMap<>();

  SignedRoot() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      pair = generator.generateKeyPair();
      int flags = DNSKEYRecord.Flags.ZONE_KEY | DNSKEYRecord.Flags.SEP_KEY;
      key =
          new DNSKEYRecord(
              Name.root,
              DClass.IN,
              TTL,
              flags,
              DNSKEYRecord.Protocol.DNSSEC,
              DNSSEC.Algorithm.ECDSAP256SHA256,
              pair.getPublic());
    } catch (GeneralSecurityException | DNSSEC.DNSSECException e) {
      throw new IOException("no key to sign with: " + e.getMessage(), e);
    }
    records.put(
        Name.root,
        List.of(
            new SOARecord(Name.root, DClass.IN, TTL, SERVER, SERVER, 1, TTL, TTL, TTL, TTL),
            new NSRecord(Name.root, DClass.IN, TTL, SERVER),
            key));
    InetAddress address = InetAddress.ofLiteral("192.0.2.10");
    for (int i = 0; i < HOSTS; i++) {
      Name host = Name.fromString("w" + i + ".shop.example.");
      records.put(host, List.of(new ARecord(host, DClass.IN, TTL, address)));
    }
  }

  /** The record of the key that signs: the trust anchor. */
  String anchor() {
    return ". IN DNSKEY " + key.rdataToString();
  }

  @Override
  public byte[] answer(Message query, int limit) {
    Message response = new Message(query.getHeader().getID());
    response.getHeader().setFlag(Flags.QR);
    response.getHeader().setFlag(Flags.AA);
    Record question = query.getQuestion();
    try {
      if (question != null) {
        response.addRecord(question, Section.QUESTION);
        find(question.getName(), question.getType(), response);
      }
    } catch (DNSSEC.DNSSECException | TextParseException _) {
      response.getHeader().setRcode(Rcode.SERVFAIL);
    }
    response.addRecord(
        new OPTRecord(AuthoritativeTree.UDP_PAYLOAD, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
    return response.toWire(limit);
  }

  private void find(Name name, int type, Message response)
      throws DNSSEC.DNSSECException, TextParseException {
    List<Record> wanted =
        records.getOrDefault(name, List.of()).stream()
            .filter(record -> record.getType() == type)
            .toList();
    if (!wanted.isEmpty()) {
      add(wanted, Section.ANSWER, response);
      return;
    }
    add(List.of(records.firstEntry().getValue().getFirst()), Section.AUTHORITY, response);
    Record match = denial(name);
    add(List.of(match), Section.AUTHORITY, response);
    if (!exists(name)) {
      response.getHeader().setRcode(Rcode.NXDOMAIN);
      Name encloser = new Name(name, 1);
      while (!exists(encloser)) {
        encloser = new Name(encloser, 1);
      }
      Record wildcard = denial(new Name("*", encloser));
      if (!wildcard.equals(match)) {
        add(List.of(wildcard), Section.AUTHORITY, response);
      }
    }
  }

  /** With records of its own, or above a name that has some. */
  private boolean exists(Name name) {
    Name next = records.higherKey(name);
    return records.containsKey(name) || (next != null && next.subdomain(name));
  }

  /** The NSEC record at a name, or the one that covers it (RFC 4035 §3.1.3). */
  private NSECRecord denial(Name name) {
    Name owner = records.floorKey(name);
    Name next = records.higherKey(owner);
    List<Integer> types =
        records.getOrDefault(owner, List.of()).stream().map(Record::getType).toList();
    int[] bitmap = new int[types.size() + 2];
    for (int i = 0; i < types.size(); i++) {
      bitmap[i] = types.get(i);
    }
    bitmap[types.size()] = Type.RRSIG;
    bitmap[types.size() + 1] = Type.NSEC;
    return new NSECRecord(owner, DClass.IN, TTL, next == null ? Name.root : next, bitmap);
  }

  private void add(List<Record> rrset, int section, Message response)
      throws DNSSEC.DNSSECException {
    RRset set = new RRset();
    rrset.forEach(set::addRR);
    Instant now = Instant.now();
    Record signature =
        DNSSEC.sign(set, key, pair.getPrivate(), now.minus(VALIDITY), now.plus(VALIDITY));
    rrset.forEach(record -> response.addRecord(record, section));
    response.addRecord(signature, section);
  }
}
