package dev.namewell.core.rpl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A message with what it matches and how it is adjusted: ENTRY_BEGIN to ENTRY_END. */
final class Entry {
  private static final int OWN_UDP = 1232;

  final Set<String> match = new HashSet<>();
  final Set<String> adjust = new HashSet<>();
  final Set<String> reply = new HashSet<>();
  final List<List<Record>> sections = new ArrayList<>();

  Entry() {
    for (int i = 0; i < 4; i++) {
      sections.add(new ArrayList<>());
    }
  }

  @Nullable Record question() {
    return sections.getFirst().isEmpty() ? null : sections.getFirst().getFirst();
  }

  int rcode() {
    for (String word : reply) {
      int rcode = rcode(word);
      if (rcode >= 0) {
        return rcode;
      }
    }
    return Rcode.NOERROR;
  }

  private static int rcode(String word) {
    return switch (word) {
      case "NOERROR" -> Rcode.NOERROR;
      case "FORMERR" -> Rcode.FORMERR;
      case "SERVFAIL" -> Rcode.SERVFAIL;
      case "NXDOMAIN" -> Rcode.NXDOMAIN;
      case "NOTIMPL", "NOTIMP" -> Rcode.NOTIMP;
      case "REFUSED" -> Rcode.REFUSED;
      case "YXDOMAIN" -> Rcode.YXDOMAIN;
      default -> -1;
    };
  }

  /** How long the server takes. */
  Duration sleep() {
    for (String word : adjust) {
      if (word.startsWith("sleep=")) {
        return Duration.ofSeconds(Long.parseLong(word.substring(6)));
      }
    }
    return Duration.ZERO;
  }

  /** True if a server answers this query with this entry. */
  boolean matches(Message query, boolean tcp) {
    Record asked = query.getQuestion();
    Record own = question();
    if ((match.contains("tcp") && !tcp) || (match.contains("udp") && tcp)) {
      return false;
    }
    if (match.contains("noedns") && query.getOPT() != null) {
      return false;
    }
    boolean wantsDo = query.getOPT() != null && (query.getOPT().getFlags() & ExtendedFlags.DO) != 0;
    if (match.contains("do") && !wantsDo) {
      return false;
    }
    boolean whole = match.contains("question") || match.contains("all");
    boolean type = whole || match.contains("qtype");
    boolean name = whole || match.contains("qname");
    return own == null
        || ((!type || own.getType() == asked.getType())
            && (!name || own.getName().equals(asked.getName()))
            && (!match.contains("subdomain") || asked.getName().subdomain(own.getName())));
  }

  /** The response to this query. */
  Message response(Message query) {
    Message message = new Message(query.getHeader().getID());
    for (String word : reply) {
      int flag =
          switch (word) {
            case "AA" -> Flags.AA;
            case "TC" -> Flags.TC;
            case "RA" -> Flags.RA;
            case "RD" -> Flags.RD;
            case "AD" -> Flags.AD;
            case "CD" -> Flags.CD;
            default -> -1;
          };
      if (flag >= 0) {
        message.getHeader().setFlag(flag);
      }
    }
    message.getHeader().setFlag(Flags.QR);
    message.getHeader().setRcode(rcode());
    message.addRecord(query.getQuestion(), Section.QUESTION);
    for (int section = 1; section < 4; section++) {
      for (Record record : sections.get(section)) {
        message.addRecord(record, section);
      }
    }
    OPTRecord opt = query.getOPT();
    if (opt != null) {
      message.addRecord(new OPTRecord(OWN_UDP, 0, 0, opt.getFlags()), Section.ADDITIONAL);
    }
    return message;
  }

  /** The query that a client sends. */
  Message query() {
    Record question = question();
    if (question == null) {
      throw new IllegalArgumentException("a query without question");
    }
    Message query = Message.newQuery(question);
    if (!reply.contains("RD")) {
      query.getHeader().unsetFlag(Flags.RD);
    }
    if (reply.contains("CD")) {
      query.getHeader().setFlag(Flags.CD);
    }
    if (reply.contains("DO")) {
      query.addRecord(new OPTRecord(OWN_UDP, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
    }
    return query;
  }

  /** What a reply lacks or has too much; null if it is what is expected. */
  @Nullable String difference(Message got) {
    if (match.isEmpty()) {
      return null;
    }
    if (got.getRcode() != rcode()) {
      return "rcode " + Rcode.string(got.getRcode()) + " instead of " + Rcode.string(rcode());
    }
    Set<String> answer = texts(got.getSection(Section.ANSWER));
    Set<String> wanted = texts(sections.get(Section.ANSWER));
    if (!answer.equals(wanted)) {
      return "answer " + answer + " instead of " + wanted;
    }
    boolean soa = has(sections.get(Section.AUTHORITY), Type.SOA);
    if (soa && !has(got.getSection(Section.AUTHORITY), Type.SOA)) {
      return "no SOA in the authority section";
    }
    return null;
  }

  private static boolean has(List<Record> records, int type) {
    return records.stream().anyMatch(record -> record.getType() == type);
  }

  private Set<String> texts(List<Record> records) {
    Set<String> texts = new HashSet<>();
    for (Record record : records) {
      String ttl = match.contains("ttl") ? " " + record.getTTL() : "";
      Name name = record.getName();
      String text =
          name
              + ttl
              + " "
              + DClass.string(record.getDClass())
              + " "
              + Type.string(record.getType());
      texts.add((text + " " + record.rdataToString()).toLowerCase(Locale.ROOT));
    }
    return texts;
  }
}
