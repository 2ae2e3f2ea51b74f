package dev.namewell.core.rpl;

import dev.namewell.core.sim.SimulatedClient.Asked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
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

  /** Questions take a moment here, and none where the scenarios come from. */
  private static final long TTL_SLACK = 1;

  private static final int[] FLAGS = {Flags.AA, Flags.TC, Flags.RD, Flags.RA, Flags.AD, Flags.CD};

  final Set<String> match = new HashSet<>();
  final Set<String> adjust = new HashSet<>();
  final Set<String> reply = new HashSet<>();
  final List<List<Record>> sections = new ArrayList<>();

  /** The message as it goes over the wire, if it is given so. */
  byte @Nullable [] octets;

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
      case "NOTAUTH" -> Rcode.NOTAUTH;
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
        ? !match.contains("subdomain")
        : (!type || own.getType() == asked.getType())
            && (!name || own.getName().equals(asked.getName()))
            && (!match.contains("subdomain") || asked.getName().subdomain(own.getName()));
  }

  /** True if a server may well say this. */
  boolean isAnswer() {
    boolean good = rcode() == Rcode.NOERROR || rcode() == Rcode.NXDOMAIN;
    return good && octets == null && !adjust.contains("do_not_answer");
  }

  /** Scripts forget AA, servers do not. */
  private boolean forgotAa(Name asked) {
    List<Record> answer = sections.get(Section.ANSWER);
    return isAnswer()
        && !reply.contains("AA")
        && !reply.contains("RA")
        && (answer.isEmpty()
            ? has(sections.get(Section.AUTHORITY), Type.SOA)
            : answer.stream().anyMatch(record -> record.getName().equals(asked)));
  }

  /**
   * The response to this query.
   *
   * @param asWritten nothing is repaired
   */
  Message response(Message query, boolean asWritten) {
    Message message = new Message(query.getHeader().getID());
    for (int flag : FLAGS) {
      if (reply.contains(Flags.string(flag).toUpperCase(Locale.ROOT))) {
        message.getHeader().setFlag(flag);
      }
    }
    if (!asWritten && forgotAa(query.getQuestion().getName())) {
      message.getHeader().setFlag(Flags.AA);
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
    if (opt != null && !match.contains("noedns") && rcode() != Rcode.FORMERR) {
      message.addRecord(new OPTRecord(OWN_UDP, 0, 0, opt.getFlags()), Section.ADDITIONAL);
    }
    return message;
  }

  /**
   * The query that a client sends.
   *
   * @param edns with EDNS even if nothing needs it
   */
  byte[] query(boolean edns) {
    if (octets != null) {
      return octets;
    }
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
    if (reply.contains("AD")) {
      query.getHeader().setFlag(Flags.AD);
    }
    if (edns || reply.contains("DO")) {
      int flags = reply.contains("DO") ? ExtendedFlags.DO : 0;
      query.addRecord(new OPTRecord(OWN_UDP, 0, 0, flags), Section.ADDITIONAL);
    }
    return query.toWire();
  }

  /** What a reply lacks or has too much; null if it is what is expected. */
  @Nullable String difference(Asked asked) {
    Message got = asked.reply();
    boolean all = match.contains("all");
    if ((all || match.contains("rcode")) && got.getRcode() != rcode()) {
      return "rcode " + Rcode.string(got.getRcode()) + " instead of " + Rcode.string(rcode());
    }
    if (all || match.contains("flags")) {
      for (int flag : FLAGS) {
        // A whole answer is as good as a truncated one.
        boolean wanted = reply.contains(Flags.string(flag).toUpperCase(Locale.ROOT));
        if (got.getHeader().getFlag(flag) != wanted && !(flag == Flags.TC && wanted)) {
          return (wanted ? "no " : "flag ") + Flags.string(flag);
        }
      }
    }
    String wrong = all || match.contains("answer") ? difference(got, Section.ANSWER) : null;
    boolean authority = (all && rcode() != Rcode.SERVFAIL) || match.contains("authority");
    wrong = wrong == null && authority ? difference(got, Section.AUTHORITY) : wrong;
    return wrong == null ? errorDifference(asked) : wrong;
  }

  private @Nullable String difference(Message got, int section) {
    Map<String, Long> found = ttls(got.getSection(section), section);
    Map<String, Long> wanted = ttls(sections.get(section), section);
    long counted =
        got.getSection(section).stream().filter(record -> counts(record, section)).count();
    boolean same =
        found.keySet().equals(wanted.keySet())
            && found.size() == counted
            && (!match.contains("ttl")
                || found.entrySet().stream()
                    .allMatch(
                        each ->
                            Math.abs(each.getValue() - wanted.getOrDefault(each.getKey(), 0L))
                                <= TTL_SLACK));
    return same
        ? null
        : "%d in %s %s instead of %s".formatted(counted, Section.string(section), found, wanted);
  }

  private @Nullable String errorDifference(Asked asked) {
    for (String word : match) {
      if (word.startsWith("ede=")) {
        String code = asked.extendedError().map(String::valueOf).orElse("");
        boolean right = word.equals("ede=any") ? !code.isEmpty() : word.equals("ede=" + code);
        return right ? null : "extended error " + code + " instead of " + word.substring(4);
      }
    }
    return null;
  }

  private static boolean has(List<Record> records, int type) {
    return records.stream().anyMatch(record -> record.getType() == type);
  }

  /** NS records behind an answer are everybody's own choice. */
  private static boolean counts(Record record, int section) {
    return section != Section.AUTHORITY || record.getRRsetType() != Type.NS;
  }

  /** By record. */
  private static Map<String, Long> ttls(List<Record> records, int section) {
    Map<String, Long> ttls = new TreeMap<>();
    for (Record record : records) {
      if (counts(record, section)) {
        String type = Type.string(record.getType());
        String text = record.getName() + " " + type + " " + record.rdataToString();
        ttls.put(text.toLowerCase(Locale.ROOT), record.getTTL());
      }
    }
    return ttls;
  }
}
