package dev.namewell.core.validate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.Sha1;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SignedZones;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import dev.namewell.core.sim.ZoneSigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;
import org.xbill.DNS.utils.base32;

/**
 * A signed root and a signed com.; below it nsec.com., nsec3.com. and optout.com., which have the
 * same names and deny in three ways, other.com., also signed, and unsigned.com. One server has all
 * the signed ones and answers as a test says.
 */
final class SignedTree implements AutoCloseable {
  static final String NSEC = "nsec.com.";
  static final String NSEC3 = "nsec3.com.";
  static final String OPT_OUT = "optout.com.";
  static final String OTHER = "other.com.";
  static final List<String> STYLES = List.of(NSEC, NSEC3, OPT_OUT);

  private static final String ROOT = "198.41.0.4";
  private static final String TLD = "192.5.6.30";
  private static final String SIGNED = "192.0.2.1";
  private static final String UNSIGNED = "192.0.2.2";
  private static final int ECDSA = 13;
  private static final base32 BASE32 = new base32(base32.Alphabet.BASE32HEX, false, true);

  /** Keys take time to make, and what they signed is kept with them. */
  private static final Map<String, ZoneSigner> KEYS = new HashMap<>();

  private final Internet net = new Internet(77);
  private final SignedZones zones = new SignedZones(SimulatedTime.BEGINNING);
  private final Map<String, String> delegations = new HashMap<>();
  private Sha1 sha1 = Sha1.ON;
  private final List<TrustAnchor> anchors = new ArrayList<>();
  private boolean planted;

  /** What became of a question. */
  enum Status {
    SECURE,
    INSECURE,
    BOGUS
  }

  /** Changes one RRset of a response; the last record is the signature, if there is one. */
  interface Change {
    List<Record> of(List<Record> rrset);
  }

  SignedTree() {
    for (String apex : List.of(".", "com.", NSEC, NSEC3, OPT_OUT, OTHER)) {
      zones.signedBy(apex, key(apex));
    }
    for (String apex : STYLES) {
      zones.signedBy("child." + apex, key("child." + apex));
    }
    zones.hashed(NSEC3, 1, false).hashed(OPT_OUT, 0, true);
  }

  static ZoneSigner key(String apex) {
    return KEYS.computeIfAbsent(apex, name -> ZoneSigner.of(name, ECDSA));
  }

  /** A key of a zone that it does not have. */
  static ZoneSigner stranger(String apex) {
    return KEYS.computeIfAbsent("not " + apex, name -> ZoneSigner.of(apex, ECDSA));
  }

  /** The key that signs a record. */
  ZoneSigner keyOf(Record record) {
    return key(zones.apexOf(record.getName(), record.getType()));
  }

  SignedZones zones() {
    return zones;
  }

  Internet net() {
    return net;
  }

  /** The zone above delegates with these DS records in place of the right one. */
  SignedTree delegated(String apex, DSRecord... ds) {
    delegations.put(
        apex, List.of(ds).stream().map(each -> each + "\n").collect(Collectors.joining()));
    return this;
  }

  /** The resolver takes so much of SHA-1 for known. */
  SignedTree counting(Sha1 much) {
    sha1 = much;
    return this;
  }

  /**
   * The resolver trusts the key of this zone without the zones above; they may know nothing of it.
   */
  SignedTree anchored(String apex) {
    anchors.add(zones.anchor(apex));
    delegations.put(apex, "");
    return this;
  }

  private String ds(String apex) {
    return delegations.getOrDefault(apex, zones.ds(apex) + "\n");
  }

  private String delegation(String apex) {
    return "%1$s 3600 IN NS ns.%1$s\nns.%1$s 3600 IN A 192.0.2.1\n".formatted(apex) + ds(apex);
  }

  private SignedTree plant() {
    if (planted) {
      return this;
    }
    planted = true;
    net.root()
        .zone(
            zones.zone(
                ".",
                """
                . 86400 IN SOA a.root-servers.net. host. 1 7200 3600 1209600 900
                . 86400 IN NS a.root-servers.net.
                a.root-servers.net. 86400 IN A 198.41.0.4
                com. 86400 IN NS a.gtld.com.
                a.gtld.com. 86400 IN A 192.5.6.30
                """
                    + ds("com.")))
        .behaving(zones::sign);
    net.server(TLD)
        .zone(
            zones.zone(
                "com.",
                """
                com. 900 IN SOA a.gtld.com. host. 1 7200 3600 1209600 900
                com. 86400 IN NS a.gtld.com.
                a.gtld.com. 86400 IN A 192.5.6.30
                unsigned.com. 3600 IN NS ns.unsigned.com.
                ns.unsigned.com. 3600 IN A 192.0.2.2
                """
                    + delegation(NSEC)
                    + delegation(NSEC3)
                    + delegation(OPT_OUT)
                    + delegation(OTHER)))
        .behaving(zones::sign);
    STYLES.forEach(this::plantStyle);
    net.server(SIGNED).zone(zones.zone(OTHER, zone(OTHER, ""))).behaving(zones::sign);
    net.server(UNSIGNED).zone(zone("unsigned.com.", "").replace("192.0.2.1\n", "192.0.2.2\n"));
    anchors.add(zones.anchor("."));
    net.validating(new ValidationSettings(Mode.ON, anchors, List.of(), false).withSha1(sha1));
    return this;
  }

  private void plantStyle(String apex) {
    String child = "child." + apex;
    net.server(SIGNED)
        .zone(
            zones.zone(
                apex,
                zone(
                    apex,
                    """
                    alias.$Z 600 IN CNAME www.$Z
                    across.$Z 600 IN CNAME www.other.com.
                    out.$Z 600 IN CNAME www.unsigned.com.
                    lost.$Z 600 IN CNAME nowhere.$Z
                    *.wild.$Z 600 IN A 192.0.2.81
                    *.walias.$Z 600 IN CNAME www.other.com.
                    *.wout.$Z 600 IN CNAME www.sub.$Z
                    x.*.went.$Z 600 IN A 192.0.2.83
                    deep.empty.$Z 600 IN A 192.0.2.82
                    moved.$Z 600 IN DNAME other.com.
                    gone.$Z 600 IN DNAME unsigned.com.
                    sub.$Z 600 IN NS ns.sub.$Z
                    ns.sub.$Z 600 IN A 192.0.2.2
                    child.$Z 600 IN NS ns.child.$Z
                    ns.child.$Z 600 IN A 192.0.2.1
                    """
                        + ds(child))))
        .zone(zones.zone(child, zone(child, "")));
    net.server(UNSIGNED).zone(zone("sub." + apex, "").replace("192.0.2.1\n", "192.0.2.2\n"));
  }

  private static String zone(String apex, String more) {
    return ("""
    $Z 900 IN SOA ns.$Z host. 1 7200 3600 1209600 300
    $Z 3600 IN NS ns.$Z
    ns.$Z 3600 IN A 192.0.2.1
    www.$Z 600 IN A 192.0.2.80
    """
            + more)
        .replace("$Z", apex);
  }

  /** Each RRset of this type in a zone, and in those below it, is changed on its way. */
  SignedTree changing(String apex, int type, Change change) {
    plant();
    net.server(SIGNED)
        .behaving((query, response) -> changed(zones.sign(query, response), apex, type, change));
    return this;
  }

  private static Message changed(Message signed, String apex, int type, Change change) {
    for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
      List<Record> before = signed.getSection(section);
      signed.removeAllRecords(section);
      List<Record> rrset = new ArrayList<>();
      for (Record record : before) {
        boolean signature = record instanceof RRSIGRecord;
        if (!rrset.isEmpty() && !(signature || record.sameRRset(rrset.getFirst()))) {
          flush(signed, section, rrset, change);
        }
        boolean meant =
            record.getType() == type
                && DnsName.parse(record.getName().toString()).isWithin(DnsName.parse(apex));
        if (meant || (signature && !rrset.isEmpty())) {
          rrset.add(record);
        } else {
          signed.addRecord(record, section);
        }
      }
      flush(signed, section, rrset, change);
    }
    return signed;
  }

  private static void flush(Message message, int section, List<Record> rrset, Change change) {
    if (!rrset.isEmpty()) {
      change.of(List.copyOf(rrset)).forEach(record -> message.addRecord(record, section));
      rrset.clear();
    }
  }

  /** All that denies in responses about a zone is changed together. */
  SignedTree denying(Change change) {
    plant();
    net.server(SIGNED)
        .behaving(
            (query, response) -> {
              Message signed = zones.sign(query, response);
              List<Record> before = signed.getSection(Section.AUTHORITY);
              List<Record> denials = before.stream().filter(SignedTree::denies).toList();
              if (!denials.isEmpty()) {
                signed.removeAllRecords(Section.AUTHORITY);
                before.stream()
                    .filter(record -> !denies(record))
                    .forEach(record -> signed.addRecord(record, Section.AUTHORITY));
                change.of(denials).forEach(record -> signed.addRecord(record, Section.AUTHORITY));
              }
              return signed;
            });
    return this;
  }

  /** The server of the signed zones says something else than what it has signed. */
  SignedTree answering(BinaryOperator<Message> change) {
    plant();
    net.server(SIGNED)
        .behaving((query, response) -> change.apply(query, zones.sign(query, response)));
    return this;
  }

  /** What the server of the zone says that a question is for. */
  Message relayed(Message query) {
    plant();
    Record question = query.getQuestion();
    String server =
        switch (zones.apexOf(question.getName(), question.getType())) {
          case "." -> ROOT;
          case "com." -> TLD;
          default -> SIGNED;
        };
    try {
      return new Message(
          Objects.requireNonNull(net.server(server).answer(query.toWire(), Transport.TCP)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean denies(Record record) {
    int type = record instanceof RRSIGRecord rrsig ? rrsig.getTypeCovered() : record.getType();
    return type == Type.NSEC || type == Type.NSEC3;
  }

  /** Asks with DO. */
  Asked ask(String name, int type) {
    return ask(query(name, type, Flags.DO));
  }

  Asked ask(Message query) {
    plant();
    return net.client().resolve(query);
  }

  static Message query(String name, int type, int ednsFlags) {
    Message query = SimulatedClient.query(name, type);
    query.removeAllRecords(Section.ADDITIONAL);
    query.addRecord(new OPTRecord(1232, 0, 0, ednsFlags), Section.ADDITIONAL);
    return query;
  }

  /** The hash that an NSEC3 record's owner name begins with. */
  static byte[] hash(Name owner) {
    return BASE32.fromString(owner.getLabelString(0));
  }

  /** By rcode and AD bit. */
  static Status status(Asked asked) {
    return asked.rcode() == Rcode.SERVFAIL
        ? Status.BOGUS
        : asked.reply().getHeader().getFlag(Flags.AD) ? Status.SECURE : Status.INSECURE;
  }

  @Override
  public void close() {
    net.close();
  }
}
