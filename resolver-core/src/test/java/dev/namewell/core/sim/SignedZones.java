package dev.namewell.core.sim;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.sim.ZoneSigner.Terms;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Signs what authoritative servers answer, each zone with one key of its own, Ed25519 if nothing
 * else is said, and denies by NSEC or NSEC3.
 */
public final class SignedZones {
  private final Instant now;
  private final Map<Name, Zone> zones = new TreeMap<>();

  private static final class Zone {
    private final Name apex;
    private ZoneSigner signer;
    private Function<NavigableMap<Name, TreeSet<Integer>>, DenialChain> denying;
    private @Nullable DenialChain chain;
    private final TreeMap<Name, TreeSet<Integer>> names = new TreeMap<>();

    Zone(Name apex) {
      this.apex = apex;
      signer = ZoneSigner.of(apex.toString(), DNSSEC.Algorithm.ED25519);
      denying = all -> DenialChain.nsec(apex, all);
    }

    DenialChain chain() {
      return Objects.requireNonNull(chain, "a zone without records");
    }
  }

  /**
   * @param now when signatures have to be valid
   */
  public SignedZones(Instant now) {
    this.now = now;
  }

  private Zone named(String apex) {
    return zones.computeIfAbsent(Name.fromConstantString(apex), Zone::new);
  }

  /** From now on a zone is signed by this key. */
  public SignedZones signedBy(String apex, ZoneSigner signer) {
    named(apex).signer = signer;
    return this;
  }

  public ZoneSigner signer(String apex) {
    return named(apex).signer;
  }

  /** The zone will deny by NSEC3; to be said before its records. */
  public SignedZones hashed(String apex, int iterations, boolean optOut) {
    Zone zone = named(apex);
    zone.denying = all -> DenialChain.nsec3(zone.apex, all, iterations, optOut);
    return this;
  }

  /** Makes a zone's key, and the DS record for the zone above. */
  public String ds(String apex) {
    return signer(apex).ds(DNSSEC.Digest.SHA256).toString();
  }

  /** Rdata of the DS record of a zone. */
  public byte[] dsRdata(String apex) {
    return signer(apex).ds(DNSSEC.Digest.SHA256).rdataToWireCanonical();
  }

  /** A trust anchor at a zone: the DS record of its key. */
  public TrustAnchor anchor(String apex) {
    return new TrustAnchor(DnsName.parse(apex), List.of(dsRdata(apex)), List.of());
  }

  /**
   * Puts a signed root on its server.
   *
   * @param below delegations and their glue
   * @param ds DS records of zones below
   */
  public void plantRoot(Internet net, String below, String... ds) {
    String own =
        """
        . 86400 IN SOA a.root-servers.net. host. 1 7200 3600 1209600 900
        . 86400 IN NS a.root-servers.net.
        a.root-servers.net. 86400 IN A 198.41.0.4
        """;
    net.root().zone(zone(".", own + below + String.join("\n", ds) + "\n")).behaving(this::sign);
  }

  /** The text of a zone with its DNSKEY record, for a server whose answers go through here. */
  public String zone(String apex, String text) {
    Zone zone = named(apex);
    String whole = text + zone.signer.dnskey() + "\n";
    for (Record record : records(whole)) {
      zone.names.computeIfAbsent(record.getName(), name -> new TreeSet<>()).add(record.getType());
    }
    zone.names.keySet().removeIf(name -> isGlue(zone, name));
    zone.chain = zone.denying.apply(zone.names);
    return whole;
  }

  private static boolean isGlue(Zone zone, Name name) {
    for (Name above = name; !above.equals(zone.apex); above = new Name(above, 1)) {
      TreeSet<Integer> types = zone.names.get(above);
      if (types != null && types.contains(Type.NS) && !above.equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static List<Record> records(String text) {
    List<Record> records = new ArrayList<>();
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    try (Master master = new Master(new ByteArrayInputStream(octets), Name.root)) {
      for (Record record = master.nextRecord(); record != null; record = master.nextRecord()) {
        records.add(record);
      }
      return records;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link #sign}, but answers to questions for A come without their signatures. */
  public Message signAllButAddresses(Message query, Message response) {
    Message signed = sign(query, response);
    if (query.getQuestion().getType() == Type.A) {
      List<Record> answer = signed.getSection(Section.ANSWER);
      signed.removeAllRecords(Section.ANSWER);
      answer.stream()
          .filter(record -> !(record instanceof RRSIGRecord))
          .forEach(record -> signed.addRecord(record, Section.ANSWER));
    }
    return signed;
  }

  /** Adds what is missing in a response of an unsigned server; unsigned zones are left alone. */
  public Message sign(Message query, Message response) {
    Message signed = new Message(response.getHeader().getID());
    for (int flag : new int[] {Flags.QR, Flags.AA, Flags.TC}) {
      if (response.getHeader().getFlag(flag)) {
        signed.getHeader().setFlag(flag);
      }
    }
    signed.getHeader().setRcode(response.getRcode());
    signed.addRecord(query.getQuestion(), Section.QUESTION);
    boolean referral =
        response.getSection(Section.ANSWER).isEmpty()
            && response.getSection(Section.AUTHORITY).stream()
                .anyMatch(record -> record.getType() == Type.NS);
    response.getSectionRRsets(Section.ANSWER).forEach(set -> add(signed, Section.ANSWER, set));
    for (RRset set : response.getSectionRRsets(Section.AUTHORITY)) {
      if (set.getType() == Type.NS && referral) {
        set.rrs(false).forEach(record -> signed.addRecord(record, Section.AUTHORITY));
      } else {
        add(signed, Section.AUTHORITY, set);
      }
    }
    boolean negative =
        response.getSection(Section.AUTHORITY).stream()
            .anyMatch(record -> record.getType() == Type.SOA);
    if (negative) {
      Name end = end(response, query.getQuestion().getName());
      Zone zone = zoneOf(end, query.getQuestion().getType());
      if (zone != null) {
        addDenials(signed, zone, zone.chain().deny(end));
      }
    }
    response.getSection(Section.ADDITIONAL).forEach(r -> signed.addRecord(r, Section.ADDITIONAL));
    return signed;
  }

  private static Name end(Message response, Name name) {
    Name end = name;
    for (Record record : response.getSection(Section.ANSWER)) {
      if (record instanceof CNAMERecord cname && cname.getName().equals(end)) {
        end = cname.getTarget();
      }
    }
    return end;
  }

  private @Nullable Zone zoneOf(Name owner, int type) {
    Zone found = null;
    for (Zone zone : zones.values()) {
      boolean above = owner.subdomain(zone.apex) && !(type == Type.DS && owner.equals(zone.apex));
      if (above && (found == null || zone.apex.labels() > found.apex.labels())) {
        found = zone;
      }
    }
    return found;
  }

  /** The signed zone that a record belongs to. */
  public String apexOf(Name owner, int type) {
    return Objects.requireNonNull(zoneOf(owner, type), "in no signed zone").apex.toString();
  }

  private void add(Message message, int section, RRset set) {
    set.rrs(false).forEach(record -> message.addRecord(record, section));
    Zone zone = zoneOf(set.getName(), set.getType());
    Name source = zone == null ? null : source(zone, set.getName());
    if (zone != null && source != null) {
      RRset original = new RRset();
      set.rrs(false).forEach(record -> original.addRR(record.withName(source)));
      message.addRecord(zone.signer.sign(original, now).withName(set.getName()), section);
      if (!source.equals(set.getName()) && section == Section.ANSWER) {
        addDenials(message, zone, zone.chain().expanded(set.getName(), new Name(source, 1)));
      }
    }
  }

  /** Where the records stand in the zone: at the name itself or at a wildcard; null for others. */
  private static @Nullable Name source(Zone zone, Name owner) {
    if (zone.names.containsKey(owner)) {
      return owner;
    }
    for (Name above = owner; !above.equals(zone.apex); ) {
      above = new Name(above, 1);
      Name wildcard = DenialChain.wildcard(above);
      if (zone.names.containsKey(wildcard)) {
        return wildcard;
      }
    }
    return null;
  }

  private void addDenials(Message message, Zone zone, List<Record> denials) {
    for (Record record : denials) {
      if (!message.getSection(Section.AUTHORITY).contains(record)) {
        message.addRecord(record, Section.AUTHORITY);
        message.addRecord(zone.signer.sign(new RRset(record), now), Section.AUTHORITY);
      }
    }
  }

  /** Adds what the zone above says of a zone that has one of its own: its NSEC record there. */
  public void parents(Name apex, Message message) {
    Zone above = zoneOf(apex, Type.DS);
    if (above != null) {
      addDenials(message, above, List.of(above.chain().at(apex)));
    }
  }

  /** The record of a zone that matches a name or in whose gap it is, not signed. */
  public Record denial(String apex, String name) {
    return named(apex).chain().at(Name.fromConstantString(name));
  }

  /** A set of records with the signature of a zone over it. */
  public List<Record> signed(String apex, Record... records) {
    RRset set = new RRset(records);
    List<Record> signed = new ArrayList<>(List.of(records));
    signed.add(signer(apex).sign(set, now));
    return signed;
  }

  /** How a zone would sign these records. */
  public Terms terms(String apex, RRset set) {
    return signer(apex).terms(set, now);
  }
}
