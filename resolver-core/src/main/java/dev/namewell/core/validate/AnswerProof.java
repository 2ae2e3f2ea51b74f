package dev.namewell.core.validate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.records.RrsigRdata;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.resolve.Link;
import dev.namewell.core.validate.ZoneStatus.Broken;
import dev.namewell.core.validate.ZoneStatus.Signed;
import dev.namewell.core.validate.ZoneStatus.Unsigned;
import dev.namewell.core.validate.anchor.TrustAnchors;
import dev.namewell.core.validate.denial.Denial;
import dev.namewell.core.validate.denial.Denial.Proof;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The proof of one answer: each RRset of its alias chain, its end, and the denials that go with
 * them (RFC 4035 §5, RFC 6840). Denials that came beside those are passed on if they are proved,
 * but say nothing of the answer's TTL; whatever else is not needed is left out. Used by one task.
 */
final class AnswerProof {
  /** Zones that claim to have signed one RRset and are looked at. */
  private static final int MAX_SIGNERS = 2;

  static final int MAX_ALIASES = 12;

  private final ChainOfTrust chain;
  private final TrustAnchors anchors;
  private final SignatureVerifier verifier;
  private final Budget budget;
  private final Question question;
  private final Reply reply;

  /** The authority section as it came. */
  private final List<Rrset> beside;

  private final List<Rrset> answer = new ArrayList<>();
  private final List<Rrset> authority = new ArrayList<>();

  /** Denials that something rests on. */
  private final Set<Rrset> needed = new HashSet<>();

  private final Map<Rrset, Verdict> proved = new LinkedHashMap<>();
  private boolean insecure;
  private @Nullable ExtendedError note;

  /** What came of it. */
  sealed interface Result {}

  /**
   * @param ttlSeconds the least of what it rests on
   * @param verified what was proved on the way, of whatever zones
   * @param note for the client; null if there is nothing to tell
   */
  record Usable(
      boolean secure,
      List<Rrset> answer,
      List<Rrset> authority,
      int ttlSeconds,
      List<Verdict.Secure> verified,
      @Nullable ExtendedError note)
      implements Result {
    /** All as it came. */
    static Usable unproved(Reply reply) {
      List<Rrset> answer = reply.answer();
      List<Rrset> authority = reply.authority();
      int ttl = leastTtl(Stream.concat(answer.stream(), authority.stream()));
      return new Usable(false, answer, authority, ttl, List.of(), null);
    }
  }

  record Unusable(ExtendedError error) implements Result {}

  /** What all proofs have in common. */
  record Means(ChainOfTrust chain, TrustAnchors anchors, SignatureVerifier verifier) {}

  AnswerProof(Means means, Question question, Reply reply, Budget budget) {
    this.chain = means.chain();
    this.anchors = means.anchors();
    this.verifier = means.verifier();
    this.question = question;
    this.reply = reply;
    this.beside = reply.authority();
    this.budget = budget;
  }

  Result prove() {
    DnsName name = question.name();
    Set<DnsName> seen = new HashSet<>();
    while (seen.add(name) && seen.size() <= MAX_ALIASES) {
      // A DNAME's CNAME is asked for like any other, but is not signed (RFC 6672 §5.3.1).
      boolean made = question.type() == RecordType.CNAME && reply.dname(name) != null;
      Rrset wanted = made ? null : reply.rrset(name, question.type());
      Rrset next = wanted == null ? reply.alias(name) : wanted;
      ExtendedError wrong = next == null ? denied(name) : positive(name, next);
      if (wrong != null) {
        return new Unusable(wrong);
      }
      if (next == null) {
        return end(name, Rcode.NOERROR, Rcode.NXDOMAIN);
      }
      DnsName target = wanted == null ? target(name, next) : null;
      if (wanted == null && target == null) {
        return end(name, Rcode.YXDOMAIN);
      }
      if (target == null || made) {
        return end(name, Rcode.NOERROR);
      }
      name = target;
    }
    return new Unusable(new ExtendedError(ExtendedError.DNSSEC_BOGUS, "aliases without end"));
  }

  /** The end of the chain, if the rcode, which nobody signs, says what has been proved. */
  private Result end(DnsName name, int... proved) {
    for (int rcode : proved) {
      if (reply.rcode() == rcode) {
        return usable();
      }
    }
    String why = Rcode.mnemonic(reply.rcode()) + " is not what is proved of " + name;
    return new Unusable(new ExtendedError(ExtendedError.DNSSEC_BOGUS, why));
  }

  private Usable usable() {
    List<Verdict.Secure> verified = new ArrayList<>();
    for (Verdict each : proved.values()) {
      if (each instanceof Verdict.Secure secure) {
        verified.add(secure);
      }
    }
    Stream<Rrset> counted =
        authority.stream().filter(rrset -> !Reply.isDenial(rrset.type()) || needed.contains(rrset));
    int ttl = leastTtl(Stream.concat(answer.stream(), counted));
    return new Usable(!insecure, answer, authority, ttl, verified, insecure ? note : null);
  }

  private static int leastTtl(Stream<Rrset> rrsets) {
    return rrsets.mapToInt(Rrset::ttlSeconds).min().orElse(Integer.MAX_VALUE);
  }

  /** The name that an alias leads to; a DNAME's CNAME is made here, whatever came (RFC 6672). */
  private @Nullable DnsName target(DnsName name, Rrset alias) {
    if (alias.type() == RecordType.CNAME) {
      return alias.target(0);
    }
    Rrset made = answer.getLast().cnameFor(name);
    if (made == null) {
      return null;
    }
    answer.add(made);
    return made.target(0);
  }

  /** Null if all is well. */
  private @Nullable ExtendedError positive(DnsName name, Rrset rrset) {
    boolean fromAbove =
        rrset.type() == RecordType.DNAME && !anchors.admits(rrset.owner(), parentForDs(name));
    if (fromAbove && !isUnsigned(name, true)) {
      return new ExtendedError(
          ExtendedError.DNSSEC_BOGUS, "a DNAME above the trust anchor that " + name + " is below");
    }
    return switch (prove(rrset)) {
      case Verdict.Bogus(ExtendedError error) -> error;
      case Verdict.Insecure _ -> {
        insecure = true;
        answer.add(rrset);
        yield null;
      }
      case Verdict.Secure secure -> {
        answer.add(secure.rrset());
        yield wildcard(rrset.owner(), secure);
      }
    };
  }

  /** That a name which was made from a wildcard does not exist itself; a DNAME's name too. */
  private @Nullable ExtendedError wildcard(DnsName name, Verdict.Secure made) {
    DnsName encloser = made.encloser();
    if (encloser == null) {
      return null;
    }
    Denial denial = denial(made.zone());
    return judge(
        name,
        denial,
        () -> denial.noCloserMatch(name, encloser),
        "nothing proves that " + name + " is not closer than *." + encloser);
  }

  private @Nullable ExtendedError judge(
      DnsName name, Denial denial, Supplier<Proof> proof, String missing) {
    Proof found = verifier.judge(denial, proof, budget);
    if (found == Proof.LEFT_OPEN) {
      return SignatureVerifier.leftOpen(denial.zone(), budget);
    }
    ExtendedError passedOver = denial.passedOver();
    // Of a signed zone below, records that nobody has looked at say nothing.
    boolean above = passedOver != null && chain.knowsSigned(parentForDs(name), denial.zone());
    if (found == Proof.NOTHING || above) {
      return lacking(missing);
    }
    needed.addAll(denial.needed());
    if (found == Proof.INSECURE) {
      insecure = true;
      note = passedOver == null ? note : passedOver;
    }
    return null;
  }

  /** If a denial is missing, the trouble with one that came tells more. */
  private ExtendedError lacking(String missing) {
    for (Rrset rrset : beside) {
      if (Reply.isDenial(rrset.type())
          && prove(rrset) instanceof Verdict.Bogus(ExtendedError error)) {
        return error;
      }
    }
    return new ExtendedError(ExtendedError.NSEC_MISSING, missing);
  }

  /** The denials that a zone has signed; they go into the answer. */
  private Denial denial(DnsName zone) {
    List<Rrset> proofs = new ArrayList<>();
    for (Rrset rrset : beside) {
      if (Reply.isDenial(rrset.type())
          && prove(rrset) instanceof Verdict.Secure secure
          && secure.zone().equals(zone)
          && secure.mayDeny()) {
        proofs.add(secure.rrset());
        passOn(secure.rrset());
      }
    }
    return new Denial(zone, proofs, budget);
  }

  /** Puts an RRset into the authority section, once (RFC 2181 §5). */
  private void passOn(Rrset rrset) {
    if (!authority.contains(rrset)) {
      authority.add(rrset);
    }
  }

  /** That there is nothing of the type at the end of the chain. Null if all is well. */
  private @Nullable ExtendedError denied(DnsName name) {
    boolean excused = anchors.negative(parentForDs(name)) != null;
    ExtendedError trouble = null;
    DnsName zone = null;
    for (Rrset rrset : beside) {
      boolean soa = isStart(rrset, name);
      if (!soa && !Reply.isDenial(rrset.type())) {
        continue;
      }
      switch (prove(rrset)) {
        case Verdict.Bogus(ExtendedError error) -> {
          if (soa && !excused) {
            return error;
          }
          trouble = error;
        }
        case Verdict.Insecure _ -> {}
        case Verdict.Secure secure -> {
          boolean above = name.isWithin(secure.zone());
          // An NSEC3 owner says nothing of the name that it denies.
          zone =
              above && anchors.admits(secure.zone(), parentForDs(name))
                  ? deeper(zone, secure.zone())
                  : zone;
          // Who proves it once more may need what came with an alias.
          if (!soa && secure.mayDeny()) {
            passOn(secure.rrset());
          }
        }
      }
    }
    if (zone != null && !excused) {
      Denial denial = denial(zone);
      boolean nxdomain = reply.rcode() == Rcode.NXDOMAIN;
      Supplier<Proof> proof =
          () -> {
            Proof direct = nxdomain ? denial.nameError(name) : denial.noData(name, question.type());
            // A server of both zones may speak for the one above, which has nothing to deny there.
            return direct == Proof.NOTHING && denial.isBelowInsecureCut(parentForDs(name))
                ? Proof.INSECURE
                : direct;
          };
      String what = nxdomain ? " does not exist" : " has no such type";
      trouble = judge(name, denial, proof, "nothing proves that " + name + what);
      if (trouble == null) {
        passOnStart(name, zone);
        return null;
      }
    }
    return deniedUnsigned(name, trouble);
  }

  /** What is said of a name in an unsigned zone needs no proof. */
  private @Nullable ExtendedError deniedUnsigned(DnsName name, @Nullable ExtendedError trouble) {
    if (isUnsigned(name, trouble == null)) {
      insecure = true;
      passOnStart(name, null);
      beside.stream()
          .filter(rrset -> Reply.isDenial(rrset.type()))
          .filter(rrset -> prove(rrset) instanceof Verdict.Insecure)
          .forEach(this::passOn);
      return null;
    }
    return trouble == null
        ? new ExtendedError(
            ExtendedError.RRSIGS_MISSING, "nothing signed denies " + name + ", though it should")
        : trouble;
  }

  private static boolean isStart(Rrset rrset, DnsName name) {
    return rrset.type() == RecordType.SOA && name.isWithin(rrset.owner());
  }

  /** The SOA record of a denial: where that is proved, only of the zone that denies. */
  private void passOnStart(DnsName name, @Nullable DnsName zone) {
    for (Rrset rrset : beside) {
      if (isStart(rrset, name)) {
        switch (prove(rrset)) {
          case Verdict.Secure secure when insecure || Objects.equals(zone, secure.zone()) ->
              passOn(secure.rrset());
          case Verdict.Insecure _ when insecure -> passOn(rrset);
          case Verdict _ -> {}
        }
      }
    }
  }

  private static DnsName deeper(@Nullable DnsName one, DnsName other) {
    return one == null || other.labelCount() > one.labelCount() ? other : one;
  }

  /**
   * True if the chain of trust ends above the name by proof.
   *
   * @param told whether that decides what is told of the chain in either case
   */
  private boolean isUnsigned(DnsName name, boolean told) {
    ZoneStatus status = chain.enclosing(parentForDs(name), budget);
    if (told || status instanceof Unsigned) {
      budget.trail().restsOn(status.link());
    }
    if (status instanceof Unsigned unsigned) {
      note = unsigned.error();
      return true;
    }
    return false;
  }

  /** A name of the zone that answers for the name: a DS is its parent's. */
  private DnsName parentForDs(DnsName name) {
    return question.type() == RecordType.DS ? name.parent() : name;
  }

  private Verdict prove(Rrset rrset) {
    Verdict known = proved.get(rrset);
    if (known == null) {
      known = verdict(rrset);
      proved.put(rrset, known);
    }
    return known;
  }

  private Verdict verdict(Rrset rrset) {
    // Whoever signed it; but denials say something of other names as well.
    if (!Reply.isDenial(rrset.type()) && anchors.negative(standsAt(rrset)) != null) {
      return unsigned(rrset);
    }
    Verdict.@Nullable Bogus trouble = null;
    for (DnsName signer : signers(rrset)) {
      switch (chain.signer(signer, budget)) {
        case Unsigned unsigned -> {
          note = unsigned.error();
          return worth(rrset, unsigned, new Verdict.Insecure(unsigned.why()));
        }
        case Broken broken -> trouble = worth(rrset, broken, new Verdict.Bogus(broken.error()));
        case Signed signed -> {
          Verdict verdict =
              verifier.verify(
                  rrset,
                  signer,
                  keys(signed, signer),
                  budget,
                  () -> chain.isOf(signer, standsAt(rrset), budget));
          if (!(worth(rrset, signed, verdict) instanceof Verdict.Bogus bogus)) {
            return verdict;
          }
          trouble = trouble == null ? bogus : trouble;
        }
      }
    }
    return trouble == null ? unsigned(rrset) : trouble;
  }

  private static List<ZoneKey> keys(Signed signed, DnsName signer) {
    return signed.zone().equals(signer) ? signed.keys() : List.of();
  }

  /** Those who say they have signed it and are in the place for that; the closest first. */
  private List<DnsName> signers(Rrset rrset) {
    boolean parents = rrset.type() == RecordType.DS;
    Set<DnsName> signers = new HashSet<>();
    for (byte[] rdata : rrset.signatures()) {
      DnsName signer = RrsigRdata.signer(rdata);
      if (signer != null && rrset.owner().isWithin(signer)) {
        signers.add(signer);
      }
    }
    return signers.stream()
        .filter(signer -> !parents || !signer.equals(rrset.owner()))
        .filter(signer -> anchors.admits(signer, parents ? rrset.owner().parent() : rrset.owner()))
        .sorted((one, other) -> other.labelCount() - one.labelCount())
        .limit(MAX_SIGNERS)
        .toList();
  }

  /** A name of the zone that the RRset is of. */
  private static DnsName standsAt(Rrset rrset) {
    // A DS is its parent's, and NSEC3 owners are no names that a client could ask for.
    return rrset.type() == RecordType.DS || rrset.type() == RecordType.NSEC3
        ? rrset.owner().parent()
        : rrset.owner();
  }

  private Verdict unsigned(Rrset rrset) {
    ZoneStatus status = chain.enclosing(standsAt(rrset), budget);
    return worth(
        rrset,
        status,
        switch (status) {
          case Unsigned unsigned -> {
            note = unsigned.error();
            yield new Verdict.Insecure(unsigned.why());
          }
          case Broken broken -> new Verdict.Bogus(broken.error());
          case Signed signed ->
              new Verdict.Bogus(
                  ExtendedError.RRSIGS_MISSING,
                  SignatureVerifier.words(rrset)
                      + " is not signed, though "
                      + signed.zone()
                      + " is");
        });
  }

  /** Notes what an RRset turned out to be worth, for people. */
  private <V extends Verdict> V worth(Rrset rrset, ZoneStatus status, V verdict) {
    Link.Worth worth =
        switch (verdict) {
          case Verdict.Secure secure -> new Link.Signed(secure.zone(), secure.keyTag());
          case Verdict.Insecure(String why) -> new Link.Unsigned(why);
          case Verdict.Bogus(ExtendedError error) -> new Link.Wrong(error.text());
        };
    // Where the chain itself is broken that says it all.
    Link link =
        status instanceof Broken
            ? status.link()
            : new Link(status.link(), rrset.owner(), rrset.type(), List.of(), worth);
    budget.trail().restsOn(link);
    return verdict;
  }
}
