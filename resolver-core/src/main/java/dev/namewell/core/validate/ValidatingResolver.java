package dev.namewell.core.validate;

import dev.namewell.core.cache.RrsetCache;
import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.Answer.Security;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Outcome;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.port.Events;
import dev.namewell.core.port.Tasks;
import dev.namewell.core.port.Time;
import dev.namewell.core.resolve.AliasChasingResolver;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.resolve.Resolver;
import dev.namewell.core.resolve.Route;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.validate.anchor.TrustAnchors;
import dev.namewell.core.validate.denial.DenialCache;
import dev.namewell.core.wire.MessageWriter;
import java.security.Provider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Proves what another resolver found before anybody gets it (RFC 4035 §4). Asks it for everything
 * with DNSSEC records and leaves those out for clients who did not want them. Any doubt is bogus.
 * Thread-safe.
 */
public final class ValidatingResolver implements Resolver {
  private static final int RETRIES = 2;

  private final Resolver inner;
  private final RrsetCache rrsets;
  private final Mode mode;
  private final Events events;
  private final AnswerProof.Means means;
  private final Time time;
  private final DenialCache denials;
  private final boolean synthesises;

  /**
   * What it needs beside the configuration.
   *
   * @param rrsets where the routes keep what they learned
   * @param denials what has been proved about names that do not exist
   * @param maintenance runs the housekeeping of caches
   * @param cryptography verifies signatures where the Java runtime would be slow
   */
  public record Outside(
      Time time,
      Tasks tasks,
      Events events,
      RrsetCache rrsets,
      DenialCache denials,
      Executor maintenance,
      Supplier<Optional<Provider>> cryptography) {}

  /**
   * @param routes where answers are looked for, and the records of the chain of trust
   * @param routed zones with servers of their own
   */
  public ValidatingResolver(
      Route routes, ValidationSettings settings, List<DnsName> routed, Outside outside) {
    this.rrsets = outside.rrsets();
    this.denials = outside.denials();
    this.time = outside.time();
    this.mode = settings.mode();
    this.events = outside.events();
    Executor maintenance = outside.maintenance();
    TrustAnchors anchors = new TrustAnchors(settings, routed);
    synthesises = settings.aggressiveNsec() && mode == Mode.ON;
    inner =
        new AliasChasingResolver(
            synthesises ? new SynthesisingRoute(routes, denials, anchors, time, events) : routes);
    SignatureVerifier verifier =
        new SignatureVerifier(
            outside.time(), outside.tasks(), events, maintenance, outside.cryptography());
    means =
        new AnswerProof.Means(
            new ChainOfTrust(anchors, routes, verifier, outside.time(), maintenance),
            anchors,
            verifier);
  }

  /** A wrong answer may be that of one server only: others are asked, at most so often. */
  @Override
  public Outcome resolve(Question question, Budget budget) {
    Outcome outcome = once(question, budget);
    for (int i = 0; i < RETRIES && isBogus(outcome) && !budget.isOver(); i++) {
      budget.distrust();
      outcome = once(question, budget);
    }
    if (outcome instanceof Failure(Failure.Reason reason, ExtendedError error)
        && reason == Failure.Reason.BOGUS) {
      events.bogus(question, error);
    }
    return outcome;
  }

  private static boolean isBogus(Outcome outcome) {
    return outcome instanceof Failure failure
        && failure.reason() == Failure.Reason.BOGUS
        && failure.error().code() != ExtendedError.DNSSEC_INDETERMINATE
        && failure.error().code() != ExtendedError.UNSUPPORTED_NSEC3_ITERATIONS;
  }

  /**
   * Why an RRset of a zone with a trust anchor cannot be proved, in words; null if it can.
   *
   * @param dnskey what that zone says its keys are
   */
  public @Nullable String trouble(Rrset rrset, Rrset dnskey, Budget budget) {
    return switch (means.chain().anchored(dnskey, budget)) {
      case ZoneStatus.Unsigned _ -> null;
      case ZoneStatus.Broken broken -> broken.error().text();
      case ZoneStatus.Signed signed ->
          means.verifier().verify(rrset, dnskey.owner(), signed.keys(), budget)
                  instanceof Verdict.Bogus(ExtendedError error)
              ? error.text()
              : null;
    };
  }

  /** Forgets the chains of trust. */
  public void flush() {
    means.chain().flush();
  }

  private Outcome once(Question question, Budget budget) {
    Question whole =
        new Question(question.name(), question.type(), question.recordClass(), true, true);
    Outcome outcome = inner.resolve(whole, budget);
    if (!(outcome instanceof Answer answer)) {
      return outcome;
    }
    Reply reply = Reply.of(answer);
    if (reply.failure() != null) {
      return reply.failure();
    }
    boolean provable =
        question.recordClass() == RecordClass.IN
            && question.type() != RecordType.RRSIG
            && question.type() != RecordType.ANY;
    if (!provable) {
      return answer;
    }
    if (question.checkingDisabled()) {
      return write(question, answer, reply.answer(), reply.authority(), Security.INDETERMINATE);
    }
    return switch (prove(question, reply, budget)) {
      case AnswerProof.Usable usable -> {
        if (synthesises) {
          learn(usable.verified());
        }
        yield write(question, answer, usable);
      }
      case AnswerProof.Unusable(ExtendedError error) -> bogus(question, answer, reply, error);
    };
  }

  private void learn(List<Verdict.Secure> verified) {
    long now = time.nanos();
    Map<DnsName, List<Rrset>> byZone = new HashMap<>();
    for (Verdict.Secure each : verified) {
      if (each.mayDeny()) {
        byZone.computeIfAbsent(each.zone(), zone -> new ArrayList<>()).add(each.rrset());
      } else if (each.encloser() != null && !Reply.isDenial(each.rrset().type())) {
        denials.learnWildcard(each.zone(), each.encloser(), each.rrset(), now);
      }
    }
    byZone.forEach((zone, rrsets) -> denials.learn(zone, rrsets, now));
  }

  private AnswerProof.Result prove(Question question, Reply reply, Budget budget) {
    budget.trail().beginProof();
    try {
      return new AnswerProof(means, question, reply, budget).prove();
    } catch (RuntimeException defect) {
      events.defect("validate " + question, defect);
      return new AnswerProof.Unusable(
          new ExtendedError(ExtendedError.DNSSEC_INDETERMINATE, "validation failed by a defect"));
    }
  }

  private Outcome bogus(Question question, Answer answer, Reply reply, ExtendedError error) {
    if (mode == Mode.LOG_ONLY) {
      events.bogus(question, error);
      return write(question, answer, reply.answer(), reply.authority(), Security.INDETERMINATE);
    }
    forget(question);
    reply.answer().forEach(rrset -> forget(question.withName(rrset.owner())));
    return new Failure(Failure.Reason.BOGUS, error);
  }

  /** Neither what was said nor the chain of trust is to be taken from memory next time. */
  private void forget(Question question) {
    denials.flush(question.name(), false);
    rrsets.forget(question.name(), question.type(), question.recordClass());
    for (DnsName at = question.name(); !at.isRoot(); at = at.parent()) {
      rrsets.forget(at, RecordType.DS, RecordClass.IN);
      rrsets.forget(at, RecordType.DNSKEY, RecordClass.IN);
    }
    rrsets.forget(DnsName.ROOT, RecordType.DNSKEY, RecordClass.IN);
    means.chain().retry(question.name());
  }

  private static Outcome write(Question question, Answer answer, AnswerProof.Usable usable) {
    Security security = usable.secure() ? Security.SECURE : Security.INSECURE;
    Outcome written = write(question, answer, usable.answer(), usable.authority(), security);
    return written instanceof Answer whole ? whole.withNote(usable.note()) : written;
  }

  private static Outcome write(
      Question question,
      Answer answer,
      List<Rrset> records,
      List<Rrset> authority,
      Security security) {
    MessageWriter writer = new MessageWriter(question, answer.rcode());
    int ttl = answer.ttlSeconds();
    for (Rrset rrset : records) {
      ttl = Math.min(ttl, rrset.ttlSeconds());
      writer.add(rrset, question.dnssecOk());
    }
    writer.authority();
    for (Rrset rrset : authority) {
      ttl = Math.min(ttl, rrset.ttlSeconds());
      if (question.dnssecOk() || !Reply.isDenial(rrset.type())) {
        writer.add(rrset, question.dnssecOk());
      }
    }
    return writer.isFull()
        ? new Failure(
            Failure.Reason.GARBLED,
            new ExtendedError(ExtendedError.OTHER, "the answer does not fit in one message"))
        : writer.toAnswer(ttl, security);
  }
}
