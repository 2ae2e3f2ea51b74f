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
import dev.namewell.core.port.Events.Part;
import dev.namewell.core.port.Tasks;
import dev.namewell.core.port.Time;
import dev.namewell.core.resolve.AliasChasingResolver;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.resolve.Resolver;
import dev.namewell.core.resolve.Route;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.Upkeep;
import dev.namewell.core.validate.AnswerProof.Usable;
import dev.namewell.core.validate.SignatureVerifier.Timing;
import dev.namewell.core.validate.anchor.AnchorFollower;
import dev.namewell.core.validate.anchor.AnchorMemory;
import dev.namewell.core.validate.anchor.ClockTrust;
import dev.namewell.core.validate.anchor.RootKeySentinel;
import dev.namewell.core.validate.anchor.Sighting;
import dev.namewell.core.validate.anchor.TrustAnchors;
import dev.namewell.core.validate.denial.DenialCache;
import dev.namewell.core.wire.MessageWriter;
import java.security.Provider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Proves what another resolver found before anybody gets it (RFC 4035 §4). Asks it for everything
 * with DNSSEC records and leaves those out for clients who did not want them. Any doubt is bogus.
 * Thread-safe.
 */
public final class ValidatingResolver implements Resolver {
  private static final int RETRIES = 2;

  /** Finds answers by the routes, or makes them from what has been proved about other names. */
  private final Resolver inner;

  /** Finds them by the routes only. */
  private final Resolver unsynthesised;

  private final RrsetCache rrsets;
  private final Mode mode;
  private final Events events;
  private final AnswerProof.Means means;
  private final Time time;
  private final DenialCache denials;
  private final boolean synthesises;

  /** For names of time servers while the clock is wrong. */
  private final AnswerProof.Means timeless;

  /** For them if the clock seems right, but what they are signed with has not begun. */
  private final AnswerProof.Means late;

  private final Upkeep upkeep;
  private final ClockTrust clock;
  private final Sighting.Look look;
  private final AnchorFollower follower;

  /**
   * What it needs beside the configuration.
   *
   * @param rrsets where the routes keep what they learned
   * @param denials what has been proved about names that do not exist
   * @param memory what was learned about trust anchors
   * @param maintenance runs the housekeeping of caches
   * @param cryptography verifies signatures where the Java runtime would be slow
   */
  public record Outside(
      Time time,
      Tasks tasks,
      Events events,
      RrsetCache rrsets,
      DenialCache denials,
      AnchorMemory memory,
      Executor maintenance,
      Supplier<Optional<Provider>> cryptography) {}

  /**
   * @param routes where answers are looked for, and the records of the chain of trust
   * @param routed zones with servers of their own
   */
  public ValidatingResolver(
      Route routes, ValidationSettings settings, Set<DnsName> routed, Outside outside) {
    this.rrsets = outside.rrsets();
    this.denials = outside.denials();
    this.time = outside.time();
    this.mode = settings.mode();
    this.events = outside.events();
    TrustAnchors anchors = new TrustAnchors(settings, routed, outside.memory());
    upkeep = settings.upkeep();
    clock = new ClockTrust(outside.memory(), outside.time(), events);
    synthesises = settings.aggressiveNsec() && mode == Mode.ON;
    SignatureVerifier verifier =
        new SignatureVerifier(
                outside.time(),
                outside.tasks(),
                events,
                outside.maintenance(),
                outside.cryptography())
            .with(settings.sha1())
            .with(clock, Timing.NOW);
    means = means(anchors, routes, verifier, outside);
    unsynthesised = new AliasChasingResolver(routes);
    inner =
        synthesises
            ? new AliasChasingResolver(new SynthesisingRoute(routes, denials, means, time, events))
            : unsynthesised;
    timeless = means(anchors, routes, verifier.with(clock, Timing.EVER), outside);
    late = means(anchors, routes, verifier.with(clock, Timing.NOW_OR_SOON), outside);
    AnswerProof.Means unexcused = means(anchors.withoutNegative(), routes, verifier, outside);
    look =
        new AnchorLook(
            unsynthesised,
            means,
            timeless.verifier(),
            unexcused,
            upkeep.signal(),
            rrsets,
            clock,
            outside.time());
    follower =
        new AnchorFollower(
            upkeep.follow(),
            anchors,
            outside.memory(),
            clock,
            new AnchorFollower.Outside(outside.tasks(), events));
  }

  private static AnswerProof.Means means(
      TrustAnchors anchors, Route routes, SignatureVerifier verifier, Outside outside) {
    return new AnswerProof.Means(
        new ChainOfTrust(anchors, routes, verifier, outside.time(), outside.maintenance()),
        anchors,
        verifier);
  }

  /**
   * Begins to look after trust anchors, positive and negative. Once.
   *
   * @param ended called with each zone that is validated again from now on
   */
  public void start(Consumer<DnsName> ended) {
    follower.start(look, this::flush, ended);
  }

  /** Does nothing of its own accord any more. */
  public void stop() {
    follower.stop();
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
    return sentinel(question, outcome);
  }

  private Outcome sentinel(Question question, Outcome outcome) {
    return upkeep.sentinel()
            && mode == Mode.ON
            && outcome instanceof Answer answer
            && answer.security() == Security.SECURE
            && RootKeySentinel.denies(question, means.anchors())
        ? new Failure(
            Failure.Reason.BOGUS,
            new ExtendedError(ExtendedError.OTHER, "root key sentinel: it is not so"))
        : outcome;
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

  /** What is trusted just now, and what is not looked at. */
  public TrustAnchors.View trust() {
    return means.anchors().view();
  }

  /** Forgets the chains of trust. */
  public void flush() {
    means.chain().flush();
    timeless.chain().flush();
    late.chain().flush();
  }

  private Outcome once(Question question, Budget budget) {
    Question whole =
        new Question(question.name(), question.type(), question.recordClass(), true, true);
    // Who checks by himself shall have what the zone says (RFC 8198 appendix A).
    Resolver finding = question.checkingDisabled() ? unsynthesised : inner;
    Outcome outcome = finding.resolve(whole, budget);
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
      return write(question, answer, Usable.unproved(reply), Security.INDETERMINATE);
    }
    boolean ofTime = upkeep.clockNames().stream().anyMatch(question.name()::isWithin);
    boolean byClock = !ofTime || clock.isTrusted();
    AnswerProof.Result result = prove(byClock ? means : timeless, question, reply, budget);
    if (ofTime && byClock && isTooEarly(result)) {
      byClock = false;
      result = prove(late, question, reply, budget);
    }
    return switch (result) {
      case Usable usable -> {
        boolean timely = byClock && clock.isTrusted();
        if (synthesises && timely) {
          learn(usable.verified());
        }
        yield write(question, answer, usable, security(usable, timely));
      }
      case AnswerProof.Unusable(ExtendedError error) ->
          bogus(question, answer, reply, error, budget);
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

  /** Nothing is secure while the clock is wrong: what was valid once may be a replay. */
  private static Security security(Usable usable, boolean timely) {
    return !usable.secure() ? Security.INSECURE : timely ? Security.SECURE : Security.INDETERMINATE;
  }

  /** A late clock cannot be set without the names of those who know the time. */
  private static boolean isTooEarly(AnswerProof.Result result) {
    return result instanceof AnswerProof.Unusable(ExtendedError error)
        && error.code() == ExtendedError.SIGNATURE_NOT_YET_VALID;
  }

  private AnswerProof.Result prove(
      AnswerProof.Means by, Question question, Reply reply, Budget budget) {
    budget.trail().beginProof();
    try {
      return new AnswerProof(by, question, reply, budget).prove();
    } catch (RuntimeException defect) {
      events.defect(Part.VALIDATION, question.toString(), defect);
      return new AnswerProof.Unusable(
          new ExtendedError(ExtendedError.DNSSEC_INDETERMINATE, "validation failed by a defect"));
    }
  }

  private Outcome bogus(
      Question question, Answer answer, Reply reply, ExtendedError error, Budget budget) {
    if (mode == Mode.LOG_ONLY) {
      events.bogus(question, error);
      return write(question, answer, Usable.unproved(reply), Security.INDETERMINATE);
    }
    if (error.code() == ExtendedError.SIGNATURE_NOT_YET_VALID
        || error.code() == ExtendedError.SIGNATURE_EXPIRED) {
      follower.hurry();
    }
    Set<DnsName> names = new LinkedHashSet<>(reply.chain(question.name()));
    reply.owners().forEach(names::add);
    names.forEach(name -> forget(question.withName(name), budget));
    return new Failure(Failure.Reason.BOGUS, error);
  }

  /** Neither what was said nor the chain of trust is to be taken from memory next time. */
  private void forget(Question question, Budget budget) {
    denials.forget(question, budget, time.nanos());
    rrsets.forget(question.name(), question.type(), question.recordClass());
    for (DnsName at = question.name(); !at.isRoot(); at = at.parent()) {
      rrsets.forget(at, RecordType.DS, RecordClass.IN);
      rrsets.forget(at, RecordType.DNSKEY, RecordClass.IN);
    }
    rrsets.forget(DnsName.ROOT, RecordType.DNSKEY, RecordClass.IN);
    for (AnswerProof.Means each : List.of(means, timeless, late)) {
      each.chain().retry(question.name());
    }
  }

  private static Outcome write(Question question, Answer answer, Usable usable, Security security) {
    MessageWriter writer = new MessageWriter(question, answer.rcode());
    usable.answer().forEach(rrset -> writer.add(rrset, question.dnssecOk()));
    writer.authority();
    for (Rrset rrset : usable.authority()) {
      if (question.dnssecOk() || !Reply.isDenial(rrset.type())) {
        writer.add(rrset, question.dnssecOk());
      }
    }
    return writer.isFull()
        ? new Failure(
            Failure.Reason.GARBLED,
            new ExtendedError(ExtendedError.OTHER, "the answer does not fit in one message"))
        : writer
            .toAnswer(Math.min(answer.ttlSeconds(), usable.ttlSeconds()), security)
            .withNote(usable.note());
  }
}
