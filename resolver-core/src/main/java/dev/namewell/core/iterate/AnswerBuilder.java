package dev.namewell.core.iterate;

import dev.namewell.core.cache.KnownRrset;
import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.Answer.Security;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.wire.MessageWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes an answer in wire form of RRsets; DNSSEC records only for those who want them. */
final class AnswerBuilder {
  private final Question question;
  private final MessageWriter writer;
  private int ttl = Integer.MAX_VALUE;

  private AnswerBuilder(Question question, int rcode) {
    this.question = question;
    this.writer = new MessageWriter(question, rcode);
  }

  /**
   * The answer of aliases and what stands at their end.
   *
   * @param known data or denial at the end of the aliases; null if that is still open
   * @return null if it does not fit in a message
   */
  static @Nullable Answer build(
      Question question, List<KnownRrset> aliases, @Nullable KnownRrset known, long nowNanos) {
    AnswerBuilder builder =
        new AnswerBuilder(question, known == null ? Rcode.NOERROR : known.rcode());
    List<KnownRrset> parts = new ArrayList<>(aliases);
    if (known != null) {
      parts.add(known);
    }
    parts.forEach(part -> builder.answer(part, nowNanos));
    builder.writer.authority();
    Set<DnsName> written = new HashSet<>();
    parts.forEach(part -> builder.authority(part, written, nowNanos));
    return builder.writer.isFull()
        ? null
        : builder.writer.toAnswer(builder.ttl, Security.INDETERMINATE);
  }

  private void answer(KnownRrset part, long nowNanos) {
    ttl = Math.min(ttl, part.ttlSeconds(nowNanos));
    if (part.rrset() != null) {
      write(part.aged(part.rrset(), nowNanos));
    } else if (part.rcode() == Rcode.YXDOMAIN) {
      part.authority().forEach(dname -> write(part.aged(dname, nowNanos)));
    }
  }

  /**
   * Denials have owners of their own, so the owner tells whether one is there already. How long a
   * positive answer lasts they say only if they are needed, which whoever validates finds out.
   */
  private void authority(KnownRrset part, Set<DnsName> written, long nowNanos) {
    for (Rrset each : part.authority()) {
      boolean dname = each.type() == RecordType.DNAME;
      boolean wanted = (question.dnssecOk() && !dname) || each.type() == RecordType.SOA;
      if (wanted && (each.type() == RecordType.SOA || written.add(each.owner()))) {
        write(part.aged(each, nowNanos));
      }
    }
  }

  private void write(Rrset rrset) {
    writer.add(rrset, question.dnssecOk());
  }
}
