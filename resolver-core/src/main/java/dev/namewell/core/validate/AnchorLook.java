package dev.namewell.core.validate;

import dev.namewell.core.cache.RrsetCache;
import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.port.Time;
import dev.namewell.core.records.DnskeyRdata;
import dev.namewell.core.records.RrsigRdata;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.resolve.Resolver;
import dev.namewell.core.validate.anchor.ClockTrust;
import dev.namewell.core.validate.anchor.Sighting;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asks the servers of zones that trust anchors, positive or negative, are of, and says what is
 * proved.
 *
 * @param timeless proves without a look at the clock
 * @param signal true: servers are told which keys are trusted
 * @param unexcused by which a zone is proved as if there were no negative anchors
 */
record AnchorLook(
    Resolver inner,
    AnswerProof.Means means,
    SignatureVerifier timeless,
    AnswerProof.Means unexcused,
    boolean signal,
    RrsetCache rrsets,
    ClockTrust clock,
    Time time)
    implements Sighting.Look {
  /** Nobody waits for it. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** A wrong answer may be that of one server only. */
  private static final int TRIES = 3;

  /**
   * A copy of the root zone says nothing of the root itself: those who publish its keys want to
   * know who trusts which, and what was right when it was copied need not be so now. For a zone
   * below its DS records are those that clients' answers are proved with.
   */
  private Budget budget(DnsName zone) {
    Budget budget = new Budget(time, LIMIT);
    if (zone.isRoot()) {
      budget.passCopies();
    }
    return budget;
  }

  @Override
  public Sighting at(DnsName zone) {
    Budget budget = budget(zone);
    Sighting seen = Sighting.NOTHING;
    for (int i = 0; i < TRIES && !seen.proved() && !budget.isOver(); i++) {
      rrsets.forget(zone, RecordType.DNSKEY, RecordClass.IN);
      Rrset rrset =
          means.chain().ask(zone, RecordType.DNSKEY, budget).rrset(zone, RecordType.DNSKEY);
      seen = rrset == null ? Sighting.NOTHING : look(zone, rrset, budget);
      budget.distrust();
    }
    if (seen.proved()) {
      signal(zone, budget);
    }
    return seen;
  }

  @Override
  public boolean validates(DnsName zone) {
    Budget budget = budget(zone);
    Question question = new Question(zone, RecordType.SOA, RecordClass.IN, true, true);
    for (int type : new int[] {RecordType.SOA, RecordType.DNSKEY, RecordType.DS}) {
      rrsets.forget(zone, type, RecordClass.IN);
    }
    unexcused.chain().flush();
    // Where there is none it is no zone's name, and a denial shows nothing of what is wrong there.
    if (!(inner.resolve(question, budget) instanceof Answer answer) || answer.isNegative()) {
      return false;
    }
    Reply reply = Reply.of(answer);
    return reply.failure() == null
        && new AnswerProof(unexcused, question, reply, budget).prove()
            instanceof AnswerProof.Usable;
  }

  /** Tells the zone's servers which of its keys are trusted here (RFC 8145 §5). */
  private void signal(DnsName zone, Budget budget) {
    DnsName name = signal ? means.anchors().signal(zone) : null;
    if (name != null) {
      rrsets.forget(name, RecordType.NULL, RecordClass.IN);
      Reply _ = means.chain().ask(name, RecordType.NULL, budget);
    }
  }

  private Sighting look(DnsName zone, Rrset rrset, Budget budget) {
    List<ZoneKey> keys =
        rrset.rdatas().stream().limit(ChainOfTrust.MAX_KEYS).map(ZoneKey::new).toList();
    List<ZoneKey> trusted =
        keys.stream()
            .filter(key -> key.maySign() && means.anchors().trusts(zone, key.record()))
            .toList();
    boolean proved =
        !trusted.isEmpty()
            && means.verifier().verify(rrset, zone, trusted, budget) instanceof Verdict.Secure;
    if (proved) {
      clock.confirm();
    } else {
      trusted.forEach(key -> compareClock(zone, rrset, key, budget));
    }
    Set<DnskeyRdata> revoked =
        keys.stream()
            .filter(
                key -> key.isRevoked() && means.anchors().trusts(zone, key.record().unrevoked()))
            .filter(key -> means.verifier().isSignedBy(key, rrset, zone, budget))
            .map(ZoneKey::record)
            .collect(Collectors.toSet());
    List<RrsigRdata> signatures =
        rrset.signatures().stream()
            .map(RrsigRdata::parse)
            .filter(Objects::nonNull)
            .filter(rrsig -> rrsig.signer().equals(zone))
            .toList();
    long now = time.wallClock().getEpochSecond();
    long ttl = signatures.stream().mapToLong(RrsigRdata::originalTtl).min().orElse(0);
    int left = signatures.stream().mapToInt(rrsig -> rrsig.secondsLeft(now)).min().orElse(0);
    return new Sighting(
        proved,
        keys.stream()
            .filter(key -> means.verifier().counts(key.algorithm()))
            .map(ZoneKey::record)
            .toList(),
        revoked,
        Duration.ofSeconds(ttl),
        Duration.ofSeconds(Math.max(0, left)));
  }

  /** A trusted key that signed for another time says that the clock is wrong, or lies. */
  private void compareClock(DnsName zone, Rrset rrset, ZoneKey key, Budget budget) {
    if (timeless.isSignedBy(key, rrset, zone, budget)) {
      rrset.signatures().stream()
          .map(RrsigRdata::parse)
          .filter(rrsig -> rrsig != null && rrsig.keyTag() == key.tag())
          .forEach(clock::contradict);
    }
  }
}
