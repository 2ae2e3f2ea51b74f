package dev.namewell.core.sim;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DNSSEC.DNSSECException;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Signs what authoritative servers answer, each zone with one key of its own, and denies by NSEC.
 */
public final class SignedZones {
  private static final Duration DAY = Duration.ofDays(1);
  private static final long TTL = 3600;

  private final Instant now;
  private final Map<Name, Zone> zones = new TreeMap<>();

  /** A key of a zone with what its records are signed with. */
  private record Key(DNSKEYRecord record, KeyPair pair) {}

  private static final class Zone {
    private final Key key;
    private final TreeMap<Name, TreeSet<Integer>> names = new TreeMap<>();

    Zone(Key key) {
      this.key = key;
    }
  }

  /**
   * @param now when signatures have to be valid
   */
  public SignedZones(Instant now) {
    this.now = now;
  }

  /** Makes a zone's key, and the DS record for the zone above. */
  public String ds(String apex) {
    return dsRecord(apex).toString();
  }

  /** Rdata of the DS record of a zone. */
  public byte[] dsRdata(String apex) {
    return dsRecord(apex).rdataToWireCanonical();
  }

  private DSRecord dsRecord(String apex) {
    Name name = Name.fromConstantString(apex);
    DNSKEYRecord key = zones.computeIfAbsent(name, zone -> new Zone(key(zone))).key.record();
    return new DSRecord(name, DClass.IN, TTL, DNSSEC.Digest.SHA256, key);
  }

  private static Key key(Name zone) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      KeyPair pair = generator.generateKeyPair();
      int flags = DNSKEYRecord.Flags.ZONE_KEY | DNSKEYRecord.Flags.SEP_KEY;
      return new Key(
          new DNSKEYRecord(
              zone,
              DClass.IN,
              TTL,
              flags,
              DNSKEYRecord.Protocol.DNSSEC,
              DNSSEC.Algorithm.ED25519,
              pair.getPublic()),
          pair);
    } catch (GeneralSecurityException | DNSSECException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The text of a zone with its DNSKEY record, for a server whose answers go through here. */
  public String zone(String apex, String text) {
    String _ = ds(apex);
    Zone zone = at(Name.fromConstantString(apex));
    String whole = text + zone.key.record() + "\n";
    for (Record record : records(whole)) {
      zone.names.computeIfAbsent(record.getName(), name -> new TreeSet<>()).add(record.getType());
    }
    Name origin = Name.fromConstantString(apex);
    zone.names.keySet().removeIf(name -> isGlue(zone, origin, name));
    return whole;
  }

  private static boolean isGlue(Zone zone, Name apex, Name name) {
    for (Name above = name; !above.equals(apex); above = new Name(above, 1)) {
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

  private Zone at(Name apex) {
    Zone zone = zones.get(apex);
    if (zone == null) {
      throw new IllegalArgumentException("not a signed zone: " + apex);
    }
    return zone;
  }

  /** Adds what is missing in a response of an unsigned server; unsigned zones are left alone. */
  public Message sign(Message query, Message response) {
    Name name = query.getQuestion().getName();
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
      deny(signed, end(response, name), response.getRcode() == Rcode.NXDOMAIN);
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

  private @Nullable Name zoneOf(Name owner, int type) {
    Name found = null;
    for (Name apex : zones.keySet()) {
      boolean above = owner.subdomain(apex) && !(type == Type.DS && owner.equals(apex));
      if (above && (found == null || apex.labels() > found.labels())) {
        found = apex;
      }
    }
    return found;
  }

  private void add(Message message, int section, RRset set) {
    set.rrs(false).forEach(record -> message.addRecord(record, section));
    Name apex = zoneOf(set.getName(), set.getType());
    if (apex == null) {
      return;
    }
    Zone zone = at(apex);
    Name source = source(zone, apex, set.getName());
    if (source != null) {
      RRset original = new RRset();
      set.rrs(false).forEach(record -> original.addRR(record.withName(source)));
      message.addRecord(signature(zone, original).withName(set.getName()), section);
      if (!source.equals(set.getName()) && section == Section.ANSWER) {
        cover(message, apex, set.getName());
      }
    }
  }

  /** Where the records stand in the zone: at the name itself or at a wildcard; null for others. */
  private static @Nullable Name source(Zone zone, Name apex, Name owner) {
    if (zone.names.containsKey(owner)) {
      return owner;
    }
    for (Name above = owner; !above.equals(apex); ) {
      above = new Name(above, 1);
      Name wildcard = Name.fromConstantString("*." + above);
      if (zone.names.containsKey(wildcard)) {
        return wildcard;
      }
    }
    return null;
  }

  private RRSIGRecord signature(Zone zone, RRset set) {
    try {
      return DNSSEC.sign(
          set, zone.key.record(), zone.key.pair().getPrivate(), now.minus(DAY), now.plus(DAY));
    } catch (DNSSECException e) {
      throw new IllegalStateException(e);
    }
  }

  private void deny(Message message, Name name, boolean nxdomain) {
    int type = message.getQuestion().getType();
    Name apex = zoneOf(name, type);
    if (apex == null) {
      return;
    }
    if (!nxdomain && at(apex).names.containsKey(name)) {
      nsec(message, apex, name);
      return;
    }
    cover(message, apex, name);
    Name encloser = name;
    while (!encloser.equals(apex) && !exists(at(apex), encloser)) {
      encloser = new Name(encloser, 1);
    }
    Name wildcard = Name.fromConstantString(encloser.equals(Name.root) ? "*." : "*." + encloser);
    if (at(apex).names.containsKey(wildcard)) {
      nsec(message, apex, wildcard);
    } else {
      cover(message, apex, wildcard);
    }
  }

  /** Adds what the zone above says of a zone that has one of its own: its NSEC record there. */
  public void parents(Name apex, Message message) {
    Name above = zoneOf(apex, Type.DS);
    if (above != null) {
      nsec(message, above, apex);
    }
  }

  private static boolean exists(Zone zone, Name name) {
    return zone.names.keySet().stream().anyMatch(each -> each.subdomain(name));
  }

  /** Adds the NSEC record in whose gap a name is. */
  private void cover(Message message, Name apex, Name name) {
    Name before = at(apex).names.floorKey(name);
    nsec(message, apex, before == null || before.compareTo(apex) < 0 ? apex : before);
  }

  private void nsec(Message message, Name apex, Name owner) {
    Zone zone = at(apex);
    TreeSet<Integer> types = new TreeSet<>(zone.names.getOrDefault(owner, new TreeSet<>()));
    types.add(Type.NSEC);
    types.add(Type.RRSIG);
    Name next = zone.names.higherKey(owner);
    NSECRecord record =
        new NSECRecord(
            owner,
            DClass.IN,
            TTL,
            next == null ? apex : next,
            types.stream().mapToInt(Integer::intValue).toArray());
    if (!message.getSection(Section.AUTHORITY).contains(record)) {
      RRset set = new RRset(record);
      message.addRecord(record, Section.AUTHORITY);
      message.addRecord(signature(zone, set), Section.AUTHORITY);
    }
  }
}
