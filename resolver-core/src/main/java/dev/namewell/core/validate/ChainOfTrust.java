package dev.namewell.core.validate;

import dev.namewell.core.cache.ExpiringMap;
import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.port.Time;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.resolve.Found;
import dev.namewell.core.resolve.Route;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.validate.ZoneStatus.Broken;
import dev.namewell.core.validate.ZoneStatus.Signed;
import dev.namewell.core.validate.ZoneStatus.Unsigned;
import dev.namewell.core.validate.anchor.TrustAnchors;
import dev.namewell.core.validate.denial.Denial;
import dev.namewell.core.validate.denial.Denial.Proof;
import dev.namewell.core.wire.Octets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The way from a trust anchor down to the keys of a zone (RFC 4035 §5.2): DS records signed by the
 * zone above, DNSKEY records signed by a key that the DS names. What was found is kept, good or
 * bad. Thread-safe.
 */
final class ChainOfTrust {
  private static final int REMEMBERED = 20_000;
  private static final long SECOND = 1_000_000_000L;

  /** Chains are looked at again after this long, in seconds, whatever their TTLs. */
  private static final int MOST_SECONDS = 86_400;

  private static final int LEAST_SECONDS = 5;

  /** For how long in seconds a broken chain is not tried again. */
  private static final int BROKEN_SECONDS = 60;

  /** DS records that are compared with keys; a key takes a digest each. */
  private static final int MAX_DS = 8;

  private static final int MAX_KEYS = 32;

  private final TrustAnchors anchors;
  private final Route route;
  private final SignatureVerifier verifier;
  private final Time time;

  /** By name: the status of the zone that it is the apex of, or else is in. */
  private final ExpiringMap<DnsName, ZoneStatus> known;

  /** A status and for how many seconds it holds. */
  private record Lasting(ZoneStatus status, int seconds) {}

  /**
   * @param route where DS and DNSKEY records are asked for
   */
  ChainOfTrust(
      TrustAnchors anchors,
      Route route,
      SignatureVerifier verifier,
      Time time,
      Executor maintenance) {
    this.anchors = anchors;
    this.route = route;
    this.verifier = verifier;
    this.time = time;
    this.known = new ExpiringMap<>(REMEMBERED, (name, status) -> 1, maintenance);
  }

  /**
   * The zone that a signature names as its signer. Signed, but for another zone, if that name is
   * not the apex of one.
   */
  ZoneStatus signer(DnsName zone, Budget budget) {
    return excused(zone, signing(zone, budget));
  }

  private ZoneStatus signing(DnsName zone, Budget budget) {
    ZoneStatus status = start(zone, budget);
    if (status == null) {
      Reply reply = ask(zone, RecordType.DS, budget);
      DnsName parent = reply.signerOf(zone);
      status =
          parent == null
              ? enclosing(zone, budget)
              : signer(parent, budget) instanceof Signed above && above.zone().equals(parent)
                  ? keep(zone, below(above, zone, reply, budget))
                  : enclosing(zone, budget);
    }
    return status;
  }

  /** The zone that a name is in, looked for from the trust anchor down. */
  ZoneStatus enclosing(DnsName name, Budget budget) {
    return excused(name, searched(name, budget));
  }

  private ZoneStatus searched(DnsName name, Budget budget) {
    ZoneStatus status = start(name, budget);
    TrustAnchor anchor = anchors.closest(name);
    if (status != null || anchor == null) {
      return status == null ? new Unsigned("no trust anchor", null) : status;
    }
    status = signer(anchor.zone(), budget);
    for (int labels = anchor.zone().labelCount() + 1; labels <= name.labelCount(); labels++) {
      if (!(status instanceof Signed above)) {
        return status;
      }
      DnsName child = name.suffix(labels);
      ZoneStatus before = start(child, budget);
      status =
          before != null
              ? before
              : keep(child, below(above, child, ask(child, RecordType.DS, budget), budget));
    }
    return status;
  }

  /** What can be said without asking for DS records; null if nothing. */
  private @Nullable ZoneStatus start(DnsName name, Budget budget) {
    DnsName negative = anchors.negative(name);
    if (negative != null) {
      String why = "negative trust anchor for " + negative;
      return new Unsigned(why, new ExtendedError(ExtendedError.NEGATIVE_TRUST_ANCHOR, why));
    }
    ZoneStatus status = known.find(name, time.nanos());
    if (status != null) {
      return status;
    }
    TrustAnchor anchor = anchors.closest(name);
    if (anchor == null) {
      return new Unsigned("no trust anchor above " + name, null);
    }
    return anchor.zone().equals(name) ? keep(name, anchored(anchor, budget)) : null;
  }

  private ZoneStatus keep(DnsName name, Lasting found) {
    // A limit that one question has reached says nothing of the next.
    if (found.status() instanceof Broken(ExtendedError error)
        && error.code() == ExtendedError.DNSSEC_INDETERMINATE) {
      return found.status();
    }
    long seconds = Math.clamp(found.seconds(), LEAST_SECONDS, MOST_SECONDS);
    known.put(name, found.status(), time.nanos() + seconds * SECOND);
    return found.status();
  }

  /** Zones that have servers of their own need no chain of trust from the public tree. */
  private ZoneStatus excused(DnsName name, ZoneStatus status) {
    DnsName routed = anchors.routed(name);
    boolean lost =
        status instanceof Broken
            || (status instanceof Signed signed
                && routed != null
                && !signed.zone().isWithin(routed));
    if (routed == null || !lost) {
      return status;
    }
    String why = routed + " has servers of its own and no chain of trust";
    return new Unsigned(why, new ExtendedError(ExtendedError.NEGATIVE_TRUST_ANCHOR, why));
  }

  private Lasting anchored(TrustAnchor anchor, Budget budget) {
    return keys(anchor.zone(), trusts(anchor), without(anchor), MOST_SECONDS, budget);
  }

  /** The status of a zone with a trust anchor, by a DNSKEY RRset that need not be asked for. */
  ZoneStatus anchored(Rrset dnskey, Budget budget) {
    DnsName zone = dnskey.owner();
    TrustAnchor anchor = anchors.closest(zone);
    return anchor == null || !anchor.zone().equals(zone) || anchors.negative(zone) != null
        ? new Unsigned("no trust anchor of " + zone, null)
        : keys(dnskey, trusts(anchor), without(anchor), MOST_SECONDS, budget).status();
  }

  private static Predicate<ZoneKey> trusts(TrustAnchor anchor) {
    List<ZoneKey> configured = anchor.dnskeys().stream().map(ZoneKey::new).toList();
    return key ->
        configured.stream().anyMatch(each -> Arrays.equals(each.rdata(), key.rdata()))
            || anchor.ds().stream().anyMatch(ds -> key.isNamedBy(ds, anchor.zone()));
  }

  private static String without(TrustAnchor anchor) {
    return "no trust anchor of " + anchor.zone() + " names a key that signs there";
  }

  /** What stands below a zone whose keys are known: another, an unsigned one, or no zone cut. */
  private Lasting below(Signed above, DnsName child, Reply reply, Budget budget) {
    if (reply.failure() != null) {
      return broken(
          reply.failure().error().code(),
          "no DS of " + child + ": " + reply.failure().error().text(),
          LEAST_SECONDS);
    }
    Rrset ds = reply.rrset(child, RecordType.DS);
    if (ds != null) {
      return switch (verifier.verify(ds, above.zone(), above.keys(), budget)) {
        // A wildcard makes no zone cut, whatever types it has (RFC 4592 §4.2).
        case Verdict.Secure secure when secure.encloser() != null ->
            broken(
                ExtendedError.DNSSEC_BOGUS,
                "the DS of " + child + " is made from a wildcard",
                BROKEN_SECONDS);
        case Verdict.Secure secure -> delegated(child, secure.rrset(), budget);
        case Verdict.Bogus(ExtendedError error) -> new Lasting(new Broken(error), BROKEN_SECONDS);
        case Verdict.Insecure(String why) -> new Lasting(new Unsigned(why, null), LEAST_SECONDS);
      };
    }
    Rrset alias = reply.alias(child);
    if (alias != null) {
      return switch (verifier.verify(alias, above.zone(), above.keys(), budget)) {
        case Verdict.Secure secure -> aliased(above, secure, reply, budget);
        case Verdict.Bogus(ExtendedError error) -> new Lasting(new Broken(error), BROKEN_SECONDS);
        case Verdict.Insecure(String why) -> new Lasting(new Unsigned(why, null), LEAST_SECONDS);
      };
    }
    return withoutDs(above, child, reply, budget);
  }

  /** An alias stands at no zone cut; one that is made from a wildcard has to be proved as such. */
  private Lasting aliased(Signed above, Verdict.Secure alias, Reply reply, Budget budget) {
    DnsName encloser = alias.encloser();
    DnsName owner = alias.rrset().owner();
    if (encloser == null) {
      return new Lasting(above, alias.rrset().ttlSeconds());
    }
    Denials denials = denials(above, owner, reply, budget);
    Denial denial = denials.denial();
    return verifier.judge(denial, () -> denial.noCloserMatch(owner, encloser), budget)
            == Proof.NOTHING
        ? new Lasting(new Broken(denials.trouble()), BROKEN_SECONDS)
        : new Lasting(above, Math.min(alias.rrset().ttlSeconds(), denials.seconds()));
  }

  /** What a zone denies in one reply, for how long, and what is wrong if that is too little. */
  private record Denials(Denial denial, int seconds, ExtendedError trouble) {}

  private Denials denials(Signed zone, DnsName child, Reply reply, Budget budget) {
    List<Rrset> proofs = new ArrayList<>();
    int seconds = Math.min(reply.ttlSeconds(), MOST_SECONDS);
    ExtendedError trouble =
        new ExtendedError(
            ExtendedError.NSEC_MISSING, "nothing proves that " + child + " has no DS record");
    for (Rrset rrset : reply.denials()) {
      switch (verifier.verify(rrset, zone.zone(), zone.keys(), budget)) {
        case Verdict.Secure secure when secure.mayDeny() -> {
          proofs.add(secure.rrset());
          seconds = Math.min(seconds, secure.rrset().ttlSeconds());
        }
        case Verdict.Bogus(ExtendedError error) -> trouble = error;
        case Verdict _ -> {}
      }
    }
    return new Denials(new Denial(zone.zone(), proofs, budget), seconds, trouble);
  }

  private Lasting withoutDs(Signed above, DnsName child, Reply reply, Budget budget) {
    Denials denials = denials(above, child, reply, budget);
    Denial denial = denials.denial();
    int seconds = denials.seconds();
    Proof proof = verifier.judge(denial, () -> denial.noData(child, RecordType.DS), budget);
    if (proof == Proof.PROVED && !denial.isInsecureCut(child)) {
      return new Lasting(above, seconds);
    }
    Proof absent = verifier.judge(denial, () -> denial.nameError(child), budget);
    if (absent == Proof.PROVED) {
      return new Lasting(above, seconds);
    }
    ExtendedError passedOver = denial.passedOver();
    if (proof != Proof.NOTHING || absent == Proof.INSECURE) {
      return new Lasting(new Unsigned("no DS at " + child, passedOver), seconds);
    }
    return new Lasting(
        new Broken(passedOver == null ? denials.trouble() : passedOver), BROKEN_SECONDS);
  }

  private Lasting delegated(DnsName zone, Rrset ds, Budget budget) {
    List<byte[]> usable = new ArrayList<>();
    boolean digestUnknown = false;
    for (byte[] rdata : ds.rdatas()) {
      if (rdata.length > 4 && Algorithm.of(rdata[2] & 0xff) != null && usable.size() < MAX_DS) {
        boolean known = ZoneKey.digestName(rdata[3] & 0xff) != null;
        digestUnknown |= !known;
        if (known) {
          usable.add(rdata);
        }
      }
    }
    if (usable.isEmpty()) {
      String why = "the DS of " + zone + " is of no kind that is known here";
      int code =
          digestUnknown
              ? ExtendedError.UNSUPPORTED_DS_DIGEST_TYPE
              : ExtendedError.UNSUPPORTED_DNSKEY_ALGORITHM;
      return new Lasting(new Unsigned(why, new ExtendedError(code, why)), ds.ttlSeconds());
    }
    // SHA-1 digests count only where there are no better ones (RFC 4509 §3).
    if (usable.stream().anyMatch(rdata -> rdata[3] != 1)) {
      usable.removeIf(rdata -> rdata[3] == 1);
    }
    int tag = Octets.u16(usable.getFirst(), 0);
    return keys(
        zone,
        key -> usable.stream().anyMatch(rdata -> key.isNamedBy(rdata, zone)),
        "the DS of " + zone + " names key " + tag + ", which signs nothing there",
        ds.ttlSeconds(),
        budget);
  }

  /**
   * The keys of a zone, proved by those among them that are trusted.
   *
   * @param without the trouble in words if no key is trusted
   */
  private Lasting keys(
      DnsName zone, Predicate<ZoneKey> trusted, String without, int seconds, Budget budget) {
    Reply reply = ask(zone, RecordType.DNSKEY, budget);
    Rrset rrset = reply.rrset(zone, RecordType.DNSKEY);
    if (rrset == null) {
      String why = reply.failure() == null ? "there is none" : reply.failure().error().text();
      return broken(
          ExtendedError.DNSKEY_MISSING,
          "no DNSKEY of " + zone + ": " + why,
          reply.failure() == null ? BROKEN_SECONDS : LEAST_SECONDS);
    }
    return keys(rrset, trusted, without, seconds, budget);
  }

  private Lasting keys(
      Rrset rrset, Predicate<ZoneKey> trusted, String without, int seconds, Budget budget) {
    DnsName zone = rrset.owner();
    List<ZoneKey> keys = rrset.rdatas().stream().limit(MAX_KEYS).map(ZoneKey::new).toList();
    List<ZoneKey> entries = keys.stream().filter(trusted).filter(ZoneKey::maySign).toList();
    if (entries.isEmpty()) {
      boolean noZoneKey = keys.stream().noneMatch(ZoneKey::isZoneKey);
      return noZoneKey
          ? broken(
              ExtendedError.NO_ZONE_KEY_BIT_SET, "no key of " + zone + " is one", BROKEN_SECONDS)
          : broken(ExtendedError.DNSKEY_MISSING, without, BROKEN_SECONDS);
    }
    return switch (verifier.verify(rrset, zone, entries, budget)) {
      case Verdict.Secure secure ->
          new Lasting(
              new Signed(zone, keys), // revoked ones too: to say what is wrong
              Math.min(seconds, secure.rrset().ttlSeconds()));
      case Verdict.Bogus(ExtendedError error) -> new Lasting(new Broken(error), BROKEN_SECONDS);
      case Verdict.Insecure(String why) -> new Lasting(new Unsigned(why, null), LEAST_SECONDS);
    };
  }

  private static Lasting broken(int code, String why, int seconds) {
    return new Lasting(new Broken(new ExtendedError(code, why)), seconds);
  }

  private Reply ask(DnsName name, int type, Budget budget) {
    Question question = new Question(name, type, RecordClass.IN, true, true);
    return switch (route.find(question, budget)) {
      case Found.Whole(Answer answer) -> Reply.of(answer);
      case Found.Whole(Failure failure) -> new Reply(null, failure);
      case Found.Aliases(Answer aliases, _) -> Reply.of(aliases);
    };
  }

  /** Forgets everything. */
  void flush() {
    known.clear();
  }

  /** Makes broken chains to a name be looked at again. */
  void retry(DnsName name) {
    for (DnsName at = name; ; at = at.parent()) {
      if (known.find(at, time.nanos()) instanceof Broken) {
        known.remove(at);
      }
      if (at.isRoot()) {
        return;
      }
    }
  }
}
