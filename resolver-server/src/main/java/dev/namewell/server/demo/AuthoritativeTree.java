package dev.namewell.server.demo;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Answers from zone text as a recursive server would that has already found everything. Immutable.
 */
final class AuthoritativeTree implements LoopbackServer.Answering {
  /** Offered and kept to over UDP (RFC 9715). */
  static final int UDP_PAYLOAD = 1232;

  /** A longer chain of aliases is a circle in the zone text. */
  private static final int MAX_ALIASES = 8;

  private final Map<Name, List<Record>> records = new HashMap<>();

  /** Owners and everything above them: names that exist, with records or without. */
  private final Set<Name> names = new HashSet<>();

  /**
   * @param zoneText absolute names, any number of zones one below the other, the root among them
   */
  AuthoritativeTree(String zoneText) {
    ByteArrayInputStream text =
        new ByteArrayInputStream(zoneText.getBytes(StandardCharsets.US_ASCII));
    try (Master master = new Master(text, Name.root)) {
      for (@Nullable Record record = master.nextRecord();
          record != null;
          record = master.nextRecord()) {
        Name owner = record.getName();
        records.computeIfAbsent(owner, _ -> new ArrayList<>()).add(record);
        for (Name name = owner; names.add(name) && name.labels() > 1; ) {
          name = new Name(name, 1);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the zone text is wrong", e);
    }
  }

  @Override
  public byte[] answer(Message query, int limit) {
    Message response = new Message(query.getHeader().getID());
    response.getHeader().setFlag(Flags.QR);
    response.getHeader().setFlag(Flags.RA);
    response.getHeader().setOpcode(query.getHeader().getOpcode());
    if (query.getHeader().getFlag(Flags.RD)) {
      response.getHeader().setFlag(Flags.RD);
    }
    Record question = query.getQuestion();
    if (question == null || query.getHeader().getOpcode() != Opcode.QUERY) {
      response.getHeader().setRcode(question == null ? Rcode.FORMERR : Rcode.NOTIMP);
    } else {
      response.addRecord(question, Section.QUESTION);
      find(question.getName(), question.getType(), response);
    }
    if (query.getOPT() != null) {
      response.addRecord(new OPTRecord(UDP_PAYLOAD, 0, 0), Section.ADDITIONAL);
    }
    return response.toWire(limit);
  }

  private void find(Name asked, int type, Message response) {
    Name name = asked;
    for (int i = 0; i < MAX_ALIASES; i++) {
      List<Record> here = records.getOrDefault(name, List.of());
      List<Record> wanted = here.stream().filter(record -> record.getType() == type).toList();
      wanted.forEach(record -> response.addRecord(record, Section.ANSWER));
      if (!wanted.isEmpty()) {
        return;
      }
      if (here.size() != 1 || !(here.getFirst() instanceof CNAMERecord alias)) {
        break;
      }
      response.addRecord(alias, Section.ANSWER);
      name = alias.getTarget();
    }
    if (!names.contains(name)) {
      response.getHeader().setRcode(Rcode.NXDOMAIN);
    }
    response.addRecord(startOfAuthority(name), Section.AUTHORITY);
  }

  /** Of the zone that the name is in, whether it exists or not (RFC 2308 §3). */
  private Record startOfAuthority(Name below) {
    Name name = below;
    while (true) {
      for (Record record : records.getOrDefault(name, List.of())) {
        if (record.getType() == Type.SOA) {
          return record;
        }
      }
      if (name.labels() <= 1) {
        throw new IllegalStateException("the zone text has no SOA for the root");
      }
      name = new Name(name, 1);
    }
  }
}
