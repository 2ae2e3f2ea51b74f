package dev.namewell.core.validate;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.Answer.Security;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.port.Events;
import dev.namewell.core.port.Events.CacheEvent;
import dev.namewell.core.port.Time;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.resolve.Found;
import dev.namewell.core.resolve.Route;
import dev.namewell.core.validate.anchor.TrustAnchors;
import dev.namewell.core.validate.denial.DenialCache;
import dev.namewell.core.validate.denial.Synthesised;
import dev.namewell.core.wire.MessageWriter;
import org.jspecify.annotations.Nullable;

/**
 * Answers from verified denials before another route is asked (RFC 8198). What it says has to be
 * proved like everything else, with the records that it brings. Thread-safe.
 */
final class SynthesisingRoute implements Route {
  private final Route inner;
  private final DenialCache denials;
  private final TrustAnchors anchors;
  private final ChainOfTrust chain;
  private final Time time;
  private final Events events;

  SynthesisingRoute(
      Route inner, DenialCache denials, AnswerProof.Means means, Time time, Events events) {
    this.inner = inner;
    this.denials = denials;
    this.anchors = means.anchors();
    this.chain = means.chain();
    this.time = time;
    this.events = events;
  }

  @Override
  public Found find(Question question, Budget budget) {
    Found found = mayBeMade(question) ? synthesise(question, budget) : null;
    if (found == null) {
      return inner.find(question, budget);
    }
    events.cache(CacheEvent.SYNTHESISED);
    return found;
  }

  /** A DS record and its absence are the affair of two zones, and decide what is to be proved. */
  private boolean mayBeMade(Question question) {
    boolean type =
        switch (question.type()) {
          case RecordType.DS, RecordType.RRSIG, RecordType.NSEC, RecordType.NSEC3, RecordType.ANY ->
              false;
          default -> true;
        };
    return type
        && question.recordClass() == RecordClass.IN
        && anchors.negative(question.name()) == null;
  }

  /**
   * The zones above one with servers of its own may know nothing of it, those above a trust anchor
   * prove nothing about it. Null if there is no trust anchor.
   */
  private @Nullable DnsName within(DnsName name) {
    DnsName anchor = anchors.closest(name);
    DnsName routed = anchors.routed(name);
    if (anchor == null) {
      return null;
    }
    return routed == null || anchor.isWithin(routed) ? anchor : routed;
  }

  /** Of a zone that is signed no more all would go for unsigned, what it said before included. */
  private boolean isSigned(DnsName zone, Budget budget) {
    return chain.signer(zone, budget) instanceof ZoneStatus.Signed signed
        && signed.zone().equals(zone);
  }

  private @Nullable Found synthesise(Question question, Budget budget) {
    DnsName within = within(question.name());
    Synthesised made = within == null ? null : denials.find(question, within, budget, time.nanos());
    if (made == null || !isSigned(made.zone(), budget)) {
      return null;
    }
    MessageWriter writer = new MessageWriter(question, made.rcode());
    int ttl = Integer.MAX_VALUE;
    for (Rrset rrset : made.answer()) {
      writer.add(rrset, true);
      ttl = Math.min(ttl, rrset.ttlSeconds());
    }
    writer.authority();
    for (Rrset rrset : made.authority()) {
      writer.add(rrset, true);
      ttl = Math.min(ttl, rrset.ttlSeconds());
    }
    if (writer.isFull()) {
      return null;
    }
    Answer answer = writer.toAnswer(ttl, Security.INDETERMINATE);
    boolean alias =
        question.type() != RecordType.CNAME
            && !made.answer().isEmpty()
            && made.answer().getFirst().type() == RecordType.CNAME;
    return alias
        ? new Found.Aliases(answer, made.answer().getFirst().target(0))
        : new Found.Whole(answer);
  }
}
