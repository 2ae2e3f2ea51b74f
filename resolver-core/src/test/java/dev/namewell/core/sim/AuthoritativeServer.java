package dev.namewell.core.sim;

import dev.namewell.core.dns.Transport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * An authoritative server of some zones: answers, aliases, wildcards, referrals with glue, denials
 * with SOA (RFC 1034 §4.3.2). A test may change any response.
 */
public final class AuthoritativeServer implements Responder {
  private static final int PLAIN_UDP = 512;
  private static final int MAX_MESSAGE = 65_535;
  private static final int OWN_UDP = 1232;
  private static final int RECORDS_PER_MESSAGE = 4;

  private final Map<Name, Map<Name, List<Record>>> zones = new TreeMap<>();
  private final List<String> asked = new ArrayList<>();
  private BiFunction<Message, Message, @Nullable Message> manner = (query, response) -> response;

  /** Serves one more zone; its apex is the owner of its SOA record. */
  public AuthoritativeServer zone(String text) {
    Map<Name, List<Record>> records = new TreeMap<>();
    Name apex = null;
    try (Master master =
        new Master(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), Name.root)) {
      for (Record record = master.nextRecord(); record != null; record = master.nextRecord()) {
        apex = record.getType() == Type.SOA ? record.getName() : apex;
        records.computeIfAbsent(record.getName(), name -> new ArrayList<>()).add(record);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (apex == null) {
      throw new IllegalArgumentException("a zone without SOA");
    }
    zones.put(apex, records);
    return this;
  }

  /** From now on it answers as this says, given the query and what it would have answered. */
  public AuthoritativeServer behaving(BiFunction<Message, Message, @Nullable Message> changed) {
    manner = changed;
    return this;
  }

  /** Questions that came, written {@code www.example. A}. */
  public List<String> asked() {
    return asked;
  }

  @Override
  public byte @Nullable [] answer(byte[] octets, Transport transport) {
    try {
      Message query = new Message(octets);
      String question = Packets.question(octets);
      int type = question.lastIndexOf(' ');
      asked.add(question.substring(0, type).toLowerCase(Locale.ROOT) + question.substring(type));
      Message response = new Message(query.getHeader().getID());
      response.getHeader().setFlag(Flags.QR);
      response.addRecord(query.getQuestion(), Section.QUESTION);
      fill(response, query.getQuestion().getName(), query.getQuestion().getType());
      OPTRecord opt = query.getOPT();
      if (opt != null) {
        response.addRecord(new OPTRecord(OWN_UDP, 0, 0, opt.getFlags()), Section.ADDITIONAL);
      }
      Message said = manner.apply(query, response);
      int udp = opt == null ? PLAIN_UDP : Math.max(PLAIN_UDP, opt.getPayloadSize());
      return said == null ? null : said.toWire(transport == Transport.UDP ? udp : MAX_MESSAGE);
    } catch (IOException e) {
      throw new UncheckedIOException("the resolver sent a query that cannot be read", e);
    }
  }

  /** The messages of a zone transfer (RFC 5936 §2.2), a few records in each. */
  List<byte[]> transfer(byte[] octets) {
    try {
      Message query = new Message(octets);
      List<Record> records = new ArrayList<>();
      Map<Name, List<Record>> zone = zones.getOrDefault(query.getQuestion().getName(), Map.of());
      zone.values().forEach(records::addAll);
      records.sort((one, other) -> Boolean.compare(isSoa(other), isSoa(one)));
      if (!records.isEmpty()) {
        records.add(records.getFirst());
      }
      List<byte[]> messages = new ArrayList<>();
      for (int at = 0; at == 0 || at < records.size(); at += RECORDS_PER_MESSAGE) {
        Message message = new Message(query.getHeader().getID());
        message.getHeader().setFlag(Flags.QR);
        message.getHeader().setRcode(records.isEmpty() ? Rcode.REFUSED : Rcode.NOERROR);
        message.addRecord(query.getQuestion(), Section.QUESTION);
        int end = Math.min(at + RECORDS_PER_MESSAGE, records.size());
        records.subList(at, end).forEach(record -> message.addRecord(record, Section.ANSWER));
        Message said = manner.apply(query, message);
        if (said != null) {
          messages.add(said.toWire(MAX_MESSAGE));
        }
      }
      return messages;
    } catch (IOException e) {
      throw new UncheckedIOException("the resolver sent a query that cannot be read", e);
    }
  }

  private static boolean isSoa(Record record) {
    return record.getType() == Type.SOA;
  }

  private void fill(Message response, Name name, int type) {
    Name current = name;
    for (int i = 0; i < 10; i++) {
      Name apex = apex(current, type);
      if (apex == null) {
        if (i == 0) {
          response.getHeader().setRcode(Rcode.REFUSED);
        }
        return;
      }
      Name next = fill(response, zones.getOrDefault(apex, Map.of()), apex, current, type);
      if (next == null) {
        return;
      }
      current = next;
    }
  }

  private @Nullable Name apex(Name name, int type) {
    for (int labels = name.labels(); labels >= 1; labels--) {
      Name apex = new Name(name, name.labels() - labels);
      boolean parents = type == Type.DS && apex.equals(name) && labels > 1;
      if (zones.containsKey(apex) && !(parents && apex(parent(name), Type.A) != null)) {
        return apex;
      }
    }
    return null;
  }

  private static Name parent(Name name) {
    return new Name(name, 1);
  }

  /** The target of an alias to go on with. */
  private static @Nullable Name fill(
      Message response, Map<Name, List<Record>> zone, Name apex, Name name, int type) {
    Name cut = cut(zone, apex, name, type);
    if (cut != null) {
      if (response.getSection(Section.ANSWER).isEmpty()) {
        refer(response, zone, cut);
      }
      return null;
    }
    response.getHeader().setFlag(Flags.AA);
    for (int labels = apex.labels(); labels < name.labels(); labels++) {
      Name above = new Name(name, name.labels() - labels);
      for (Record record : zone.getOrDefault(above, List.of())) {
        if (record instanceof DNAMERecord dname) {
          return follow(response, dname, name);
        }
      }
    }
    List<Record> here = zone.get(name);
    Name owner = name;
    if (here == null && !exists(zone, name)) {
      here = wildcard(zone, apex, name);
    }
    if (here == null) {
      boolean there = exists(zone, owner) || exists(zone, closestWildcard(zone, apex, owner));
      deny(response, zone, apex, there ? Rcode.NOERROR : Rcode.NXDOMAIN);
      return null;
    }
    for (Record record : here) {
      if (record.getType() == Type.CNAME && type != Type.CNAME) {
        response.addRecord(record.withName(name), Section.ANSWER);
        return ((CNAMERecord) record).getTarget();
      }
    }
    boolean found = false;
    for (Record record : here) {
      if (record.getType() == type) {
        response.addRecord(record.withName(name), Section.ANSWER);
        found = true;
      }
    }
    if (!found) {
      deny(response, zone, apex, Rcode.NOERROR);
    }
    return null;
  }

  private static @Nullable Name follow(Message response, DNAMERecord dname, Name name) {
    response.addRecord(dname, Section.ANSWER);
    try {
      Name target = name.fromDNAME(dname);
      response.addRecord(
          new CNAMERecord(name, dname.getDClass(), dname.getTTL(), target), Section.ANSWER);
      return target;
    } catch (NameTooLongException e) {
      response.getHeader().setRcode(Rcode.YXDOMAIN);
      return null;
    }
  }

  private static @Nullable Name cut(Map<Name, List<Record>> zone, Name apex, Name name, int type) {
    for (int labels = apex.labels() + 1; labels <= name.labels(); labels++) {
      Name candidate = new Name(name, name.labels() - labels);
      boolean parentsDs = type == Type.DS && candidate.equals(name);
      boolean isCut =
          zone.getOrDefault(candidate, List.of()).stream()
              .anyMatch(record -> record.getType() == Type.NS);
      if (isCut && !parentsDs) {
        return candidate;
      }
    }
    return null;
  }

  private static void refer(Message response, Map<Name, List<Record>> zone, Name cut) {
    for (Record record : zone.getOrDefault(cut, List.of())) {
      if (record instanceof NSRecord ns) {
        response.addRecord(ns, Section.AUTHORITY);
        for (Record glue : zone.getOrDefault(ns.getTarget(), List.of())) {
          if (glue.getType() == Type.A || glue.getType() == Type.AAAA) {
            response.addRecord(glue, Section.ADDITIONAL);
          }
        }
      }
    }
  }

  private static boolean exists(Map<Name, List<Record>> zone, Name name) {
    return zone.keySet().stream().anyMatch(known -> known.subdomain(name));
  }

  private static @Nullable List<Record> wildcard(
      Map<Name, List<Record>> zone, Name apex, Name name) {
    return zone.get(closestWildcard(zone, apex, name));
  }

  /** The wildcard at the closest encloser (RFC 4592 §3.3.1), whether it is there or not. */
  private static Name closestWildcard(Map<Name, List<Record>> zone, Name apex, Name name) {
    Name closest = name;
    while (!closest.equals(apex)) {
      closest = parent(closest);
      if (exists(zone, closest)) {
        break;
      }
    }
    return Name.fromConstantString(closest.equals(Name.root) ? "*." : "*." + closest);
  }

  private static void deny(Message response, Map<Name, List<Record>> zone, Name apex, int rcode) {
    response.getHeader().setRcode(rcode);
    for (Record record : zone.getOrDefault(apex, List.of())) {
      if (record.getType() == Type.SOA) {
        response.addRecord(record, Section.AUTHORITY);
      }
    }
  }
}
