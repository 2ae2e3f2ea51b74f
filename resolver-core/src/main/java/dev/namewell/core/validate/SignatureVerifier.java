package dev.namewell.core.validate;

import dev.namewell.core.cache.ExpiringMap;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.port.Events;
import dev.namewell.core.port.Events.Part;
import dev.namewell.core.port.Task;
import dev.namewell.core.port.Tasks;
import dev.namewell.core.port.Time;
import dev.namewell.core.records.DnskeyRdata;
import dev.namewell.core.records.RrsigRdata;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.settings.ValidationSettings.Sha1;
import dev.namewell.core.validate.anchor.ClockTrust;
import dev.namewell.core.validate.denial.Denial;
import dev.namewell.core.validate.denial.Denial.Proof;
import dev.namewell.core.wire.Octets;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.Provider;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the signatures over RRsets (RFC 4035 §5.3). What was verified once is remembered, good
 * or bad, by the octets that went into it. Thread-safe.
 */
final class SignatureVerifier {
  /** Keys of one tag and algorithm that are tried: by chance there are two, more are an attack. */
  private static final int KEYS_PER_TAG = 2;

  private static final String ZONE_WORK = "validation work for one zone";
  private static final String SIGNATURES = "signatures for one question";
  private static final String HASHES = "names hashed for one question";
  private static final int REMEMBERED = 20_000;
  private static final long SECOND = 1_000_000_000L;
  private static final long MOST_SECONDS = 86_400;

  /** Clocks differ: so much of the validity is allowed on either side, within these bounds. */
  private static final int SKEW_SHARE = 10;

  private static final int LEAST_SKEW = 3600;
  private static final int MOST_SKEW = 86_400;

  private static final String WRONG_CLOCK = "; the clock is not trusted";

  /** For so many seconds a signature is believed whose time is not known. */
  private static final int TIMELESS_SECONDS = 60;

  private final Time time;
  private final Tasks tasks;
  private final Events events;
  private final Supplier<Optional<Provider>> cryptography;
  private final ExpiringMap<ByteBuffer, Boolean> remembered;
  private final @Nullable ClockTrust clock;

  private final Timing timing;
  private final Sha1 sha1;

  /** When a signature has to be valid. */
  enum Timing {
    /** Now, by the clock. */
    NOW,
    /** Now, by a clock that may be late: what begins a little later may have begun. */
    NOW_OR_SOON,
    /** At any time that is not known to be over. */
    EVER
  }

  /** What came of one signature and one key. */
  private enum Check {
    RIGHT,
    WRONG,
    /** Computing it failed, which says nothing of the next time. */
    FAILED,
    /** One too many for this question or for this zone, or no time left. */
    LEFT_OPEN
  }

  /**
   * One that trusts the clock.
   *
   * @param cryptography who computes instead of the Java runtime, if anybody
   */
  SignatureVerifier(
      Time time,
      Tasks tasks,
      Events events,
      Executor maintenance,
      Supplier<Optional<Provider>> cryptography) {
    this.time = time;
    this.tasks = tasks;
    this.events = events;
    this.cryptography = cryptography;
    this.remembered = new ExpiringMap<>(REMEMBERED, (key, value) -> 1, maintenance);
    this.clock = null;
    this.timing = Timing.NOW;
    this.sha1 = Sha1.ON;
  }

  private SignatureVerifier(
      SignatureVerifier shared, @Nullable ClockTrust clock, Timing timing, Sha1 sha1) {
    this.time = shared.time;
    this.tasks = shared.tasks;
    this.events = shared.events;
    this.cryptography = shared.cryptography;
    this.remembered = shared.remembered;
    this.clock = clock;
    this.timing = timing;
    this.sha1 = sha1;
  }

  /** The same, with a clock that may be wrong. */
  SignatureVerifier with(ClockTrust doubted, Timing when) {
    return new SignatureVerifier(this, doubted, when, sha1);
  }

  /** The same, where SHA-1 counts for so much. */
  SignatureVerifier with(Sha1 counting) {
    return new SignatureVerifier(this, clock, timing, counting);
  }

  /** True if signatures and keys of an algorithm count (RFC 4035 §5.2, RFC 9905 §2). */
  boolean counts(int algorithm) {
    Algorithm known = Algorithm.of(algorithm);
    return known != null && (sha1.signs() || !known.isBySha1());
  }

  /** True if the digest of a DS record counts. */
  boolean countsDigest(int type) {
    return DnskeyRdata.digestName(type) != null && (sha1.digests() || type != DnskeyRdata.SHA1);
  }

  /**
   * An RRset that came from its zone.
   *
   * @param keys of the zone that the RRset should be signed by
   */
  Verdict verify(Rrset rrset, DnsName zone, List<ZoneKey> keys, Budget budget) {
    return verify(rrset, zone, keys, budget, () -> true);
  }

  /**
   * An RRset that came from anywhere.
   *
   * @param ofZone whether it is of the zone, which then pays for signatures that are wrong; asked
   *     when there is one
   */
  Verdict verify(
      Rrset rrset, DnsName zone, List<ZoneKey> keys, Budget budget, BooleanSupplier ofZone) {
    Verdict.Bogus trouble =
        new Verdict.Bogus(
            ExtendedError.RRSIGS_MISSING, words(rrset) + " has no signature of " + zone);
    for (byte[] rdata : rrset.signatures()) {
      RrsigRdata rrsig = RrsigRdata.parse(rdata);
      if (rrsig == null || !rrsig.signer().equals(zone)) {
        continue;
      }
      switch (verify(rrset, rrsig, keys, budget, ofZone)) {
        case Verdict.Bogus bogus when isLimit(bogus) -> {
          return bogus;
        }
        case Verdict.Bogus bogus -> trouble = worse(trouble, bogus);
        case Verdict good -> {
          return good;
        }
      }
    }
    return trouble;
  }

  /** True if more of the same would be left open as well. */
  private static boolean isLimit(Verdict.Bogus bogus) {
    return bogus.error().code() == ExtendedError.DNSSEC_INDETERMINATE;
  }

  /** Of several reasons the one that tells most. */
  private static Verdict.Bogus worse(Verdict.Bogus one, Verdict.Bogus other) {
    return one.error().code() == ExtendedError.RRSIGS_MISSING ? other : one;
  }

  private Verdict verify(
      Rrset rrset, RrsigRdata rrsig, List<ZoneKey> keys, Budget budget, BooleanSupplier ofZone) {
    Verdict.Bogus wrong = mismatch(rrset, rrsig);
    if (wrong != null) {
      return wrong;
    }
    byte[] data = SignedOctets.of(rrset, rrsig);
    int tried = 0;
    boolean revoked = false;
    boolean failed = false;
    for (ZoneKey key : keys) {
      if (key.tag() != rrsig.keyTag() || key.algorithm() != rrsig.algorithm()) {
        continue;
      }
      // A revoked key may still sign the DNSKEY RRset, to say so, but proves nothing by that.
      if (!key.maySign()) {
        revoked |= key.isRevoked();
        continue;
      }
      if (tried++ == KEYS_PER_TAG) {
        break;
      }
      Check check = check(key, data, rrsig, budget, ofZone);
      if (check == Check.LEFT_OPEN) {
        return new Verdict.Bogus(
            ExtendedError.DNSSEC_INDETERMINATE,
            budget.isOver()
                ? "no time left to verify " + words(rrset)
                : budget.mayWorkFor(rrsig.signer())
                    ? "limit reached: " + SIGNATURES
                    : "limit reached: " + ZONE_WORK + ", " + rrsig.signer());
      }
      if (check == Check.RIGHT) {
        return secure(rrset, rrsig);
      }
      failed |= check == Check.FAILED;
    }
    String why =
        revoked
            ? " is signed by a revoked key, "
            : tried == 0 ? " is signed by a key that " + rrsig.signer() + " has not, " : null;
    return why == null
        ? new Verdict.Bogus(
            ExtendedError.DNSSEC_BOGUS,
            words(rrset)
                + ": the signature by key "
                + rrsig.keyTag()
                + (failed ? " could not be verified" : " is wrong"))
        : new Verdict.Bogus(ExtendedError.DNSKEY_MISSING, words(rrset) + why + rrsig.keyTag());
  }

  private Verdict.@Nullable Bogus mismatch(Rrset rrset, RrsigRdata rrsig) {
    boolean beside =
        rrsig.typeCovered() != rrset.type()
            || !rrset.owner().isWithin(rrsig.signer())
            || rrsig.labels() > SignedOctets.labels(rrset.owner())
            || rrsig.labels() < rrsig.signer().labelCount();
    if (beside) {
      return new Verdict.Bogus(
          ExtendedError.DNSSEC_BOGUS, words(rrset) + ": the signature is for something else");
    }
    long now = time.wallClock().getEpochSecond();
    int validity = (int) (rrsig.expiration() - rrsig.inception());
    int skew = Math.clamp(validity / SKEW_SHARE, LEAST_SKEW, MOST_SKEW);
    boolean plausible = timing == Timing.EVER && clock != null && clock.isPlausible(rrsig);
    if (!plausible && (validity < 0 || rrsig.secondsLeft(now) < -skew)) {
      return new Verdict.Bogus(
          ExtendedError.SIGNATURE_EXPIRED,
          words(rrset) + ": the signature has expired" + (isClockWrong() ? WRONG_CLOCK : ""));
    }
    boolean soon = timing == Timing.NOW_OR_SOON && clock != null && clock.mayBeBehind(rrsig);
    if (!plausible && !soon && rrsig.secondsValid(now) < -skew) {
      return new Verdict.Bogus(
          ExtendedError.SIGNATURE_NOT_YET_VALID,
          words(rrset)
              + ": the signature is not valid yet"
              + (isClockWrong() ? WRONG_CLOCK : "; is the clock right?"));
    }
    return counts(rrsig.algorithm())
        ? null
        : new Verdict.Bogus(
            ExtendedError.UNSUPPORTED_DNSKEY_ALGORITHM,
            words(rrset)
                + ": algorithm "
                + rrsig.algorithm()
                + (Algorithm.of(rrsig.algorithm()) == null
                    ? " is not known here"
                    : " is switched off here (dnssec.sha1)"));
  }

  private boolean isClockWrong() {
    return clock != null && !clock.isTrusted();
  }

  private Verdict secure(Rrset rrset, RrsigRdata rrsig) {
    int left =
        timing == Timing.NOW
            ? Math.max(0, rrsig.secondsLeft(time.wallClock().getEpochSecond()))
            : TIMELESS_SECONDS;
    long most = Math.min(rrsig.originalTtl(), left);
    int ttl = (int) Math.min(rrset.ttlSeconds(), most);
    boolean wildcard = rrsig.labels() < SignedOctets.labels(rrset.owner());
    return new Verdict.Secure(
        SignedOctets.distinct(rrset).withTtl(ttl),
        rrsig.signer(),
        rrsig.keyTag(),
        wildcard ? rrset.owner().suffix(rrsig.labels()) : null);
  }

  /** True if the key, revoked or not, signed the RRset: so it revokes itself (RFC 5011 §2.1). */
  boolean isSignedBy(ZoneKey key, Rrset rrset, DnsName zone, Budget budget) {
    for (byte[] rdata : rrset.signatures()) {
      RrsigRdata rrsig = RrsigRdata.parse(rdata);
      if (rrsig != null
          && rrsig.signer().equals(zone)
          && rrsig.keyTag() == key.tag()
          && rrsig.algorithm() == key.algorithm()
          && mismatch(rrset, rrsig) == null) {
        return check(key, SignedOctets.of(rrset, rrsig), rrsig, budget, () -> true) == Check.RIGHT;
      }
    }
    return false;
  }

  private Check check(
      ZoneKey key, byte[] data, RrsigRdata rrsig, Budget budget, BooleanSupplier ofZone) {
    // With their lengths: who could move the borders would have other records pass for verified.
    byte[] lengths = new byte[2 * Integer.BYTES];
    Octets.put32(lengths, 0, key.rdata().length);
    Octets.put32(lengths, Integer.BYTES, data.length);
    MessageDigest digest = DnskeyRdata.digest("SHA-256");
    digest.update(lengths);
    digest.update(key.rdata());
    digest.update(data);
    ByteBuffer octets = ByteBuffer.wrap(digest.digest(rrsig.signature()));
    Boolean known = remembered.find(octets, time.nanos());
    if (known != null) {
      return known ? Check.RIGHT : Check.WRONG;
    }
    if (isTooCostly(rrsig.signer(), budget)) {
      return Check.LEFT_OPEN;
    }
    if (!budget.takeSignature()) {
      events.limitReached(SIGNATURES);
      return Check.LEFT_OPEN;
    }
    Task<Check> work = tasks.compute(() -> compute(key, data, rrsig, budget));
    Check check =
        switch (work.await(budget.left())) {
          case Task.Done<Check>(Check done) -> done;
          case Task.Threw<Check>(Throwable defect) -> {
            events.defect(Part.VALIDATION, "verifying a signature of " + rrsig.signer(), defect);
            yield Check.FAILED;
          }
          case Task.StillRunning<Check> _ -> Check.LEFT_OPEN;
        };
    // What makes it fail may be the signature, so that costs as much.
    boolean bad = check == Check.WRONG || check == Check.FAILED;
    if (bad) {
      budget.chargeSignature();
      if (ofZone.getAsBoolean()) {
        budget.chargeSignature(rrsig.signer());
      }
    }
    if (bad && !budget.takeBadSignature()) {
      events.limitReached("wrong signatures for one question");
      return Check.LEFT_OPEN;
    }
    if (check == Check.RIGHT || check == Check.WRONG) {
      remembered.put(octets, check == Check.RIGHT, time.nanos() + MOST_SECONDS * SECOND);
    }
    return check;
  }

  private boolean isTooCostly(DnsName zone, Budget budget) {
    boolean over = !budget.mayWorkFor(zone);
    if (over) {
      events.limitReached(ZONE_WORK);
    }
    return over;
  }

  private Check compute(ZoneKey key, byte[] data, RrsigRdata rrsig, Budget budget) {
    if (isTooCostly(rrsig.signer(), budget)) { // others may have found out by now
      return Check.LEFT_OPEN;
    }
    return key.verifies(data, rrsig.signature(), cryptography.get().orElse(null))
        ? Check.RIGHT
        : Check.WRONG;
  }

  /** What records prove. Many rounds of hashing are done where they delay nobody. */
  Proof judge(Denial denial, Supplier<Proof> proof, Budget budget) {
    Proof found = denial.isCostly() ? compute(denial, proof, budget) : proof.get();
    if (found != Proof.NOTHING || !denial.isCutShort()) {
      return found;
    }
    events.limitReached(HASHES);
    return Proof.LEFT_OPEN;
  }

  private Proof compute(Denial denial, Supplier<Proof> proof, Budget budget) {
    return switch (tasks.compute(proof::get).await(budget.left())) {
      case Task.Done<Proof>(Proof done) -> done;
      case Task.Threw<Proof>(Throwable defect) -> {
        events.defect(Part.VALIDATION, "what is denied by " + denial.zone(), defect);
        yield Proof.NOTHING;
      }
      case Task.StillRunning<Proof> _ -> Proof.LEFT_OPEN;
    };
  }

  /** Why it was left open what a zone's records prove. */
  static ExtendedError leftOpen(DnsName zone, Budget budget) {
    return new ExtendedError(
        ExtendedError.DNSSEC_INDETERMINATE,
        budget.isOver()
            ? "no time left to hash names as " + zone + " does"
            : "limit reached: " + HASHES);
  }

  static String words(Rrset rrset) {
    return rrset.owner() + " " + RecordType.mnemonic(rrset.type());
  }
}
