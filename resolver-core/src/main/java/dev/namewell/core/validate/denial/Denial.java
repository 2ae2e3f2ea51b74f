package dev.namewell.core.validate.denial;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.resolve.Budget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The verified NSEC and NSEC3 records of one zone in one response, and what they prove together.
 * For one task at a time.
 */
public final class Denial {
  /**
   * More rounds of hashing make a zone insecure (RFC 9276 §3.2). That section allows SERVFAIL
   * beyond a second limit; here they are never computed, and other resolvers answer what such zones
   * deny.
   */
  static final int MOST_ITERATIONS = 50;

  /** What a denial amounts to. */
  public enum Proof {
    PROVED,
    /** The name may exist in an unsigned zone (opt-out), or the proof is too costly to check. */
    INSECURE,
    NOTHING,
    /** Not to be found out: the question may hash no more names, or has no time left. */
    LEFT_OPEN
  }

  private final NsecProof plain;
  private final List<Nsec3> nsec3s = new ArrayList<>();
  private final @Nullable Nsec3Proof hashed;

  /** NSEC3 RRsets with too many iterations. */
  private final List<Rrset> unseen = new ArrayList<>();

  private int mostIterations;
  private boolean restsOnUnseen;
  private final DnsName zone;

  /** What the proofs so far rest on. */
  private final Set<Rrset> needed = new LinkedHashSet<>();

  /**
   * @param zone apex of the zone that has signed them
   * @param verified of whatever types; others than NSEC and NSEC3 are passed over. None of them
   *     made from a wildcard: those deny nothing (RFC 4035 §5.4).
   */
  public Denial(DnsName zone, List<Rrset> verified, Budget budget) {
    this(zone, verified, budget, null);
  }

  /**
   * @param known what the question has hashed already; used if this zone's records hash alike
   */
  Denial(DnsName zone, List<Rrset> verified, Budget budget, @Nullable NameHashes known) {
    this.zone = zone;
    List<Nsec> nsecs = new ArrayList<>();
    for (Rrset rrset : verified) {
      Nsec nsec = rrset.type() == RecordType.NSEC ? Nsec.of(rrset, zone) : null;
      Nsec3 nsec3 = rrset.type() == RecordType.NSEC3 ? Nsec3.of(rrset, zone) : null;
      if (nsec != null) {
        nsecs.add(nsec);
      }
      if (nsec3 != null && nsec3.iterations() <= MOST_ITERATIONS) {
        nsec3s.add(nsec3);
      } else if (nsec3 != null) {
        unseen.add(rrset);
        mostIterations = Math.max(mostIterations, nsec3.iterations());
      }
    }
    plain = new NsecProof(nsecs, needed);
    hashed = nsec3s.isEmpty() ? null : new Nsec3Proof(nsec3s, hashes(budget, known), needed);
  }

  private NameHashes hashes(Budget budget, @Nullable NameHashes known) {
    Nsec3Hash hash = nsec3s.getFirst().hash();
    return known != null && known.areBy(hash) ? known : new NameHashes(hash, budget);
  }

  /** The apex of the zone that has signed it all. */
  public DnsName zone() {
    return zone;
  }

  /** That the name does not exist, nor a wildcard that would make it. */
  public Proof nameError(DnsName name) {
    return either(plain.nameError(name), proof -> proof.nameError(name));
  }

  /** That the name, or the wildcard that makes it, exists without this type. */
  public Proof noData(DnsName name, int type) {
    // The zone above has the DS records of a zone, whatever types that says to have at its apex.
    if (type == RecordType.DS && name.equals(zone) && !zone.isRoot()) {
      return Proof.NOTHING;
    }
    return either(plain.noData(name, type), proof -> proof.noData(name, type));
  }

  /**
   * That nothing closer than a wildcard exists for the name.
   *
   * @param encloser the name that the wildcard stands below
   */
  public Proof noCloserMatch(DnsName name, DnsName encloser) {
    return either(
        plain.noCloserMatch(name, encloser), proof -> proof.noCloserMatch(name, encloser));
  }

  /**
   * By NSEC, else by NSEC3. Records with too many iterations count only if it is known that nothing
   * is proved without them: the zone may have signed them before it changed.
   */
  private Proof either(Proof byNames, Function<Nsec3Proof, Proof> byHashes) {
    Proof proof = byNames == Proof.NOTHING && hashed != null ? byHashes.apply(hashed) : byNames;
    if (proof != Proof.NOTHING || unseen.isEmpty() || isCutShort()) {
      return proof;
    }
    needed.addAll(unseen);
    restsOnUnseen = true;
    return Proof.INSECURE;
  }

  /**
   * That the name is in an unsigned zone: it is a zone cut without DS record, or below one (RFC
   * 4035 §5.2).
   */
  public boolean isBelowInsecureCut(DnsName name) {
    for (DnsName at = name; at.labelCount() > zone.labelCount(); at = at.parent()) {
      if (isInsecureCut(at) && noData(at, RecordType.DS) == Proof.PROVED) {
        return true;
      }
    }
    return false;
  }

  /** That a name without DS record is a zone cut. */
  public boolean isInsecureCut(DnsName name) {
    return plain.isInsecureCut(name) || (hashed != null && hashed.isInsecureCut(name));
  }

  /** The records that the proofs so far rest on. */
  public Collection<Rrset> needed() {
    return Collections.unmodifiableCollection(needed);
  }

  /** True if the question may hash no more names, and one would have been needed. */
  public boolean isCutShort() {
    return hashed != null && hashed.isCutShort();
  }

  /** True if looking at it takes long enough to delay others. */
  public boolean isCostly() {
    return nsec3s.stream().anyMatch(each -> each.hash().isCostly());
  }

  /**
   * That a proof so far rests on NSEC3 records that were not looked at (RFC 9276 §3.2); null if
   * none does.
   */
  public @Nullable ExtendedError passedOver() {
    return restsOnUnseen
        ? new ExtendedError(
            ExtendedError.UNSUPPORTED_NSEC3_ITERATIONS,
            zone + " hashes its names " + mostIterations + " times more")
        : null;
  }
}
