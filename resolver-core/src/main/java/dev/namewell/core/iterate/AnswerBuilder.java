package dev.namewell.core.iterate;

import dev.namewell.core.cache.KnownRrset;
import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.Answer.Security;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.wire.MessageWriter;
import java.util.List;
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
   * @param known data or denial at the end of the aliases; null if that is still open
   * @return null if it does not fit in a message
   */
  static @Nullable Answer build(
      Question question, List<Rrset> aliases, @Nullable KnownRrset known, long nowNanos) {
    AnswerBuilder builder =
        new AnswerBuilder(question, known == null ? Rcode.NOERROR : known.rcode());
    aliases.forEach(builder::add);
    if (known != null) {
      builder.end(known, nowNanos);
    }
    return builder.writer.isFull()
        ? null
        : builder.writer.toAnswer(builder.ttl, Security.INDETERMINATE);
  }

  private void end(KnownRrset known, long nowNanos) {
    ttl = Math.min(ttl, known.ttlSeconds(nowNanos));
    if (known.rrset() != null) {
      add(known.aged(known.rrset(), nowNanos));
    }
    writer.authority();
    for (Rrset part : known.authority()) {
      if (question.dnssecOk() || part.type() == RecordType.SOA) {
        add(known.aged(part, nowNanos));
      }
    }
  }

  private void add(Rrset rrset) {
    ttl = Math.min(ttl, rrset.ttlSeconds());
    for (byte[] rdata : rrset.rdatas()) {
      add(rrset, rrset.type(), rdata);
    }
    if (question.dnssecOk()) {
      for (byte[] signature : rrset.signatures()) {
        add(rrset, RecordType.RRSIG, signature);
      }
    }
  }

  private void add(Rrset rrset, int type, byte[] rdata) {
    writer.add(rrset.owner(), type, rrset.recordClass(), rrset.ttlSeconds(), rdata);
  }
}
