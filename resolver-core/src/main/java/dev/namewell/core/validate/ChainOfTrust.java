package dev.namewell.core.validate;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.port.Time;
import dev.namewell.core.records.DnskeyRdata;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.resolve.Found;
import dev.namewell.core.resolve.Link;
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
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The way from a trust anchor down to the keys of a zone (RFC 4035 §5.2): DS records signed by the
 * zone above, DNSKEY records signed by a key that the DS names. What was found is kept, good or
 * bad. Thread-safe.
 */
final class ChainOfTrust {
  /** For how long in seconds a broken chain is not tried again. */
  private static final int BROKEN_SECONDS = 60;

  /** DS records that are compared with keys; a key takes a digest each. */
  private static final int MAX_DS = 8;

  static final int MAX_KEYS = 32;

  private final TrustAnchors anchors;
  private final Route route;
  private final SignatureVerifier verifier;
  private final KnownZones known;

  /** A status and for how many seconds it holds. */
  private record Lasting(ZoneStatus status, int seconds) {}

  /**
   * Where trust in the keys of a zone comes from.
   *
   * @param from the trust anchor or the DS of the zone
   * @param trusted true for keys that it names
   * @param without the trouble in words if no key is trusted, or none of these signs
   * @param seconds for how long that may hold
   */
  private record Entry(Link from, Predicate<ZoneKey> trusted, String without, int seconds) {}

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
    this.known = new KnownZones(time, maintenance);
  }

  /**
   * The zone that a signature names as its signer. Signed, but for another zone, if that name is
   * not the apex of one.
   */
  ZoneStatus signer(DnsName zone, Budget budget) {
    return excused(zone, signing(zone, budget, known.flushes()));
  }

  /**
   * @param since how often all had been forgotten when the look-up began
   */
  private ZoneStatus signing(DnsName zone, Budget budget, int since) {
    ZoneStatus status = start(zone, budget, since);
    if (status != null) {
      return status;
    }
    Reply reply = ask(zone, RecordType.DS, budget);
    DnsName parent = reply.signerOf(zone);
    return parent != null
            && anchors.admits(parent, zone)
            && signer(parent, budget) instanceof Signed above
            && above.zone().equals(parent)
        ? keep(
            zone,
            below(above, zone, reply, budget, () -> isOf(parent, zone.parent(), budget)),
            since)
        : enclosing(zone, budget);
  }

  /**
   * True if what stands at a name can be put down to the servers of a zone above. False if there is
   * another zone between them, whose servers can claim what they like, or if nobody knows.
   */
  boolean isOf(DnsName zone, DnsName name, Budget budget) {
    if (name.labelCount() <= zone.labelCount()) {
      return true;
    }
    return switch (enclosing(name.suffix(zone.labelCount() + 1), budget)) {
      case Unsigned _ -> false;
      case Broken broken -> broken.saidAbove();
      case Signed at -> at.zone().equals(zone);
    };
  }

  /** The zone that a name is in, looked for from the trust anchor down. */
  ZoneStatus enclosing(DnsName name, Budget budget) {
    return excused(name, searched(name, budget, known.flushes()));
  }

  private ZoneStatus searched(DnsName name, Budget budget, int since) {
    ZoneStatus status = start(name, budget, since);
    DnsName anchor = anchors.closest(name);
    if (status != null || anchor == null) {
      return status == null ? unanchored(name) : status;
    }
    status = signer(anchor, budget);
    for (int labels = anchor.labelCount() + 1; labels <= name.labelCount(); labels++) {
      if (!(status instanceof Signed above)) {
        return status;
      }
      DnsName child = name.suffix(labels);
      ZoneStatus before = start(child, budget, since);
      status =
          before != null
              ? before
              : keep(
                  child,
                  below(above, child, ask(child, RecordType.DS, budget), budget, () -> true),
                  since);
    }
    return status;
  }

  /** True if a name is known to be in a signed zone below this one. Asks nobody. */
  boolean knowsSigned(DnsName name, DnsName below) {
    if (anchors.negative(name) != null) {
      return false;
    }
    for (DnsName at = name; at.labelCount() > below.labelCount(); at = at.parent()) {
      if (known.find(at) instanceof Signed signed) {
        return !signed.zone().equals(below);
      }
    }
    return false;
  }

  /** What can be said without asking for DS records; null if nothing. */
  private @Nullable ZoneStatus start(DnsName name, Budget budget, int since) {
    DnsName negative = anchors.negative(name);
    if (negative != null) {
      String why = "negative trust anchor for " + negative;
      ExtendedError error = new ExtendedError(ExtendedError.NEGATIVE_TRUST_ANCHOR, why);
      return Unsigned.at(null, negative, why, error);
    }
    ZoneStatus status = known.find(name);
    if (status != null) {
      return status;
    }
    DnsName anchor = anchors.closest(name);
    if (anchor == null) {
      return unanchored(name);
    }
    return anchor.equals(name) ? keep(name, anchored(anchor, budget), since) : null;
  }

  private static Unsigned unanchored(DnsName name) {
    return Unsigned.at(null, name, "no trust anchor above " + name, null);
  }

  private ZoneStatus keep(DnsName name, Lasting found, int since) {
    known.keep(name, found.status(), found.seconds(), since);
    return found.status();
  }

  /**
   * Zones that have servers of their own need no chain of trust from the public tree. Those with a
   * trust anchor of their own do not begin there.
   */
  private ZoneStatus excused(DnsName name, ZoneStatus status) {
    DnsName routed = anchors.routed(name);
    DnsName anchor = anchors.closest(name);
    if (routed != null && anchor != null && anchor.isWithin(routed)) {
      return status;
    }
    boolean lost =
        (status instanceof Broken broken
                && broken.error().code() != ExtendedError.DNSSEC_INDETERMINATE)
            || (status instanceof Signed signed
                && routed != null
                && !signed.zone().isWithin(routed));
    if (routed == null || !lost) {
      return status;
    }
    String why = routed + " has servers of its own and no chain of trust";
    ExtendedError error = new ExtendedError(ExtendedError.NEGATIVE_TRUST_ANCHOR, why);
    return Unsigned.at(status.link(), routed, why, error);
  }

  private Lasting anchored(DnsName zone, Budget budget) {
    return keys(entry(zone), budget);
  }

  /** The status of a zone with a trust anchor, by a DNSKEY RRset that need not be asked for. */
  ZoneStatus anchored(Rrset dnskey, Budget budget) {
    DnsName zone = dnskey.owner();
    DnsName anchor = anchors.closest(zone);
    return anchor == null || !anchor.equals(zone) || anchors.negative(zone) != null
        ? unanchored(zone)
        : keys(entry(zone), dnskey, budget).status();
  }

  private Entry entry(DnsName zone) {
    TrustAnchor anchor = anchors.at(zone);
    List<String> words = new ArrayList<>(anchor.ds().stream().map(ZoneKey::named).toList());
    anchor.dnskeys().forEach(rdata -> words.add(new ZoneKey(rdata).toString()));
    int type = anchor.ds().isEmpty() ? RecordType.DNSKEY : RecordType.DS;
    return new Entry(
        new Link(null, zone, type, List.copyOf(words), new Link.Anchor()),
        key -> anchors.trusts(zone, key.record()),
        "no trust anchor of " + zone + " names a key that signs there",
        KnownZones.MOST_SECONDS);
  }

  /**
   * What stands below a zone whose keys are known: another, an unsigned one, or no zone cut.
   *
   * @param ofZone whether the reply can be put down to that zone
   */
  private Lasting below(
      Signed above, DnsName child, Reply reply, Budget budget, BooleanSupplier ofZone) {
    if (reply.failure() != null) {
      ExtendedError failed = reply.failure().error();
      // No authority may be reached for the DS; that of the zone itself may well be.
      int code =
          failed.code() == ExtendedError.NO_REACHABLE_AUTHORITY
              ? ExtendedError.NETWORK_ERROR
              : failed.code();
      ExtendedError error = new ExtendedError(code, "no DS of " + child + ": " + failed.text());
      Broken silent = Broken.at(above.link(), child, RecordType.DS, error).silent();
      return new Lasting(silent, KnownZones.LEAST_SECONDS);
    }
    Rrset ds = reply.rrset(child, RecordType.DS);
    Rrset there = ds == null ? reply.alias(child) : ds;
    if (there == null) {
      return withoutDs(above, child, reply, budget);
    }
    return switch (verifier.verify(there, above.zone(), above.keys(), budget, ofZone)) {
      case Verdict.Secure alias when ds == null -> aliased(above, alias, reply, budget);
      // A wildcard makes no zone cut, whatever types it has (RFC 4592 §4.2).
      case Verdict.Secure secure when secure.encloser() != null -> {
        String why = "the DS of " + child + " is made from a wildcard";
        ExtendedError error = new ExtendedError(ExtendedError.DNSSEC_BOGUS, why);
        yield broken(above.link(), child, RecordType.DS, error);
      }
      case Verdict.Secure secure -> delegated(above, secure, budget);
      case Verdict.Bogus(ExtendedError error) -> broken(above.link(), child, there.type(), error);
      case Verdict.Insecure(String why) ->
          new Lasting(Unsigned.at(above.link(), child, why, null), KnownZones.LEAST_SECONDS);
    };
  }

  private static Lasting broken(Link above, DnsName owner, int type, ExtendedError error) {
    return new Lasting(Broken.at(above, owner, type, error), BROKEN_SECONDS);
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
    return switch (verifier.judge(denial, () -> denial.noCloserMatch(owner, encloser), budget)) {
      case PROVED, INSECURE ->
          new Lasting(above, Math.min(alias.rrset().ttlSeconds(), denials.seconds()));
      case NOTHING -> broken(denials.link(), owner, alias.rrset().type(), denials.trouble());
      case LEFT_OPEN ->
          broken(
              denials.link(),
              owner,
              alias.rrset().type(),
              SignatureVerifier.leftOpen(above.zone(), budget));
    };
  }

  /**
   * What a zone denies in one reply, and for how long.
   *
   * @param link the last of the records that deny
   * @param trouble what is wrong if they are too few
   */
  private record Denials(Denial denial, int seconds, Link link, ExtendedError trouble) {}

  private Denials denials(Signed zone, DnsName child, Reply reply, Budget budget) {
    List<Rrset> proofs = new ArrayList<>();
    Link link = zone.link();
    int seconds = Math.min(reply.ttlSeconds(), KnownZones.MOST_SECONDS);
    ExtendedError trouble =
        new ExtendedError(
            ExtendedError.NSEC_MISSING, "nothing proves that " + child + " has no DS record");
    for (Rrset rrset : reply.denials()) {
      switch (verifier.verify(rrset, zone.zone(), zone.keys(), budget)) {
        case Verdict.Secure secure when secure.mayDeny() -> {
          proofs.add(secure.rrset());
          link = signed(link, secure, List.of());
          seconds = Math.min(seconds, secure.rrset().ttlSeconds());
        }
        case Verdict.Bogus(ExtendedError error) -> trouble = error;
        case Verdict _ -> {}
      }
    }
    return new Denials(new Denial(zone.zone(), proofs, budget), seconds, link, trouble);
  }

  private Lasting withoutDs(Signed above, DnsName child, Reply reply, Budget budget) {
    Denials denials = denials(above, child, reply, budget);
    Denial denial = denials.denial();
    int seconds = denials.seconds();
    Proof proof = verifier.judge(denial, () -> denial.noData(child, RecordType.DS), budget);
    ExtendedError passedOver = denial.passedOver();
    if (proof == Proof.PROVED && !denial.isInsecureCut(child)) {
      return new Lasting(above, seconds);
    }
    Proof absent =
        proof == Proof.LEFT_OPEN
            ? proof
            : verifier.judge(denial, () -> denial.nameError(child), budget);
    if (absent == Proof.PROVED) {
      return new Lasting(above, seconds);
    }
    if (absent == Proof.LEFT_OPEN) {
      ExtendedError open = SignatureVerifier.leftOpen(above.zone(), budget);
      return broken(denials.link(), child, RecordType.DS, open);
    }
    return proof == Proof.NOTHING && absent == Proof.NOTHING
        ? broken(denials.link(), child, RecordType.DS, denials.trouble())
        : new Lasting(Unsigned.at(denials.link(), child, "no DS at " + child, passedOver), seconds);
  }

  private Lasting delegated(Signed above, Verdict.Secure proved, Budget budget) {
    Rrset ds = proved.rrset();
    DnsName zone = ds.owner();
    List<String> named = ds.rdatas().stream().limit(MAX_DS).map(ZoneKey::named).toList();
    Link link = signed(above.link(), proved, named);
    List<byte[]> usable = new ArrayList<>();
    boolean digestUnknown = false;
    for (byte[] rdata : ds.rdatas()) {
      if (rdata.length > 4 && verifier.counts(rdata[2] & 0xff) && usable.size() < MAX_DS) {
        boolean known = verifier.countsDigest(rdata[3] & 0xff);
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
      ExtendedError error = new ExtendedError(code, why);
      return new Lasting(Unsigned.at(link, zone, why, error), ds.ttlSeconds());
    }
    // SHA-1 digests count only where there are no better ones (RFC 4509 §3).
    if (usable.stream().anyMatch(rdata -> rdata[3] != DnskeyRdata.SHA1)) {
      usable.removeIf(rdata -> rdata[3] == DnskeyRdata.SHA1);
    }
    Entry entry =
        new Entry(
            link,
            key -> usable.stream().anyMatch(rdata -> key.isNamedBy(rdata, zone)),
            "the DS of " + zone + " names key " + tags(usable) + ", which signs nothing there",
            ds.ttlSeconds());
    return keys(entry, budget);
  }

  private static String tags(List<byte[]> ds) {
    return ds.stream()
        .map(rdata -> String.valueOf(Octets.u16(rdata, 0)))
        .distinct()
        .collect(Collectors.joining(" or "));
  }

  /** The keys of a zone, proved by those among them that are trusted. */
  private Lasting keys(Entry entry, Budget budget) {
    DnsName zone = entry.from().owner();
    Reply reply = ask(zone, RecordType.DNSKEY, budget);
    Rrset rrset = reply.rrset(zone, RecordType.DNSKEY);
    if (rrset == null) {
      String why = reply.failure() == null ? "there is none" : reply.failure().error().text();
      ExtendedError error =
          new ExtendedError(ExtendedError.DNSKEY_MISSING, "no DNSKEY of " + zone + ": " + why);
      return new Lasting(
          Broken.atKeys(entry.from(), List.of(), error),
          reply.failure() == null ? BROKEN_SECONDS : KnownZones.LEAST_SECONDS);
    }
    return keys(entry, rrset, budget);
  }

  private Lasting keys(Entry entry, Rrset rrset, Budget budget) {
    Link from = entry.from();
    DnsName zone = from.owner();
    List<ZoneKey> keys = rrset.rdatas().stream().limit(MAX_KEYS).map(ZoneKey::new).toList();
    List<ZoneKey> entries = keys.stream().filter(entry.trusted()).filter(ZoneKey::maySign).toList();
    if (entries.isEmpty()) {
      boolean noZoneKey = keys.stream().noneMatch(ZoneKey::isZoneKey);
      ExtendedError error =
          noZoneKey
              ? new ExtendedError(
                  ExtendedError.NO_ZONE_KEY_BIT_SET, "no key of " + zone + " is one")
              : new ExtendedError(ExtendedError.DNSKEY_MISSING, entry.without());
      return new Lasting(Broken.atKeys(from, keys, error), BROKEN_SECONDS);
    }
    return switch (verifier.verify(rrset, zone, entries, budget)) {
      case Verdict.Secure secure ->
          new Lasting(
              // Revoked keys too: to say what is wrong.
              new Signed(zone, keys, signed(from, secure, words(keys))),
              Math.min(entry.seconds(), secure.rrset().ttlSeconds()));
      case Verdict.Bogus(ExtendedError error) -> {
        // Signed by keys of the zone, but by none that is trusted.
        boolean byOthers = error.code() == ExtendedError.DNSKEY_MISSING;
        ExtendedError told = byOthers ? new ExtendedError(error.code(), entry.without()) : error;
        yield new Lasting(Broken.atKeys(from, keys, told), BROKEN_SECONDS);
      }
      case Verdict.Insecure(String why) ->
          new Lasting(Unsigned.at(from, zone, why, null), KnownZones.LEAST_SECONDS);
    };
  }

  private static List<String> words(List<ZoneKey> keys) {
    return keys.stream().map(ZoneKey::toString).toList();
  }

  private static Link signed(Link above, Verdict.Secure secure, List<String> keys) {
    Rrset rrset = secure.rrset();
    Link.Worth worth = new Link.Signed(secure.zone(), secure.keyTag());
    return new Link(above, rrset.owner(), rrset.type(), keys, worth);
  }

  Reply ask(DnsName name, int type, Budget budget) {
    Question question = new Question(name, type, RecordClass.IN, true, true);
    return switch (route.find(question, budget)) {
      case Found.Whole(Answer answer) -> Reply.of(answer);
      case Found.Whole(Failure failure) -> Reply.failed(failure);
      case Found.Aliases(Answer aliases, _) -> Reply.of(aliases);
    };
  }

  /** Forgets everything. */
  void flush() {
    known.flush();
  }

  /** Makes broken chains to a name be looked at again. */
  void retry(DnsName name) {
    known.retry(name);
  }
}
