package dev.namewell.core.validate.denial;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.validate.denial.Denial.Proof;
import dev.namewell.core.wire.Octets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one zone has been found to say of what it has not: its NSEC records in canonical order, its
 * NSEC3 records in that of their hashes, which is the same thing for their owners, and RRsets of
 * wildcards. Reads take no lock. Thread-safe.
 */
final class DeniedZone {
  static final long SECOND = 1_000_000_000L;

  /** Nothing is remembered for longer. */
  static final int MOST_SECONDS = 10_800;

  /** An entry's objects beyond its octets. */
  private static final int OVERHEAD = 300;

  /** Names with more labels below the apex are not hashed here: each label costs a hash. */
  private static final int MOST_HASHED_LABELS = 8;

  private final DnsName apex;
  private final long most;
  private final NavigableMap<Key, Entry> entries = new ConcurrentSkipListMap<>();

  /** Keys in the order in which they came, for those who have to go. */
  private final SequencedSet<Key> order = new LinkedHashSet<>();

  private volatile @Nullable Entry soa;
  private volatile @Nullable Nsec3Hash hash;
  private volatile int octets = OVERHEAD;

  /**
   * Types first, so that each has an order of its own.
   *
   * @param type NSEC or NSEC3, or that of a wildcard's RRset
   * @param isWildcard of an RRset that {@code owner} makes
   */
  private record Key(boolean isWildcard, int type, DnsName owner) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int order = Boolean.compare(isWildcard, other.isWildcard);
      order = order == 0 ? Integer.compare(type, other.type) : order;
      return order == 0 ? owner.compareTo(other.owner) : order;
    }
  }

  private record Entry(Rrset rrset, long endNanos) {
    static Entry of(Rrset rrset, int seconds, long nowNanos) {
      return new Entry(rrset, nowNanos + Math.min(seconds, MOST_SECONDS) * SECOND);
    }

    boolean isOver(long nowNanos) {
      return endNanos - nowNanos <= 0;
    }

    Rrset aged(long nowNanos) {
      return rrset.withTtl((int) ((endNanos - nowNanos + SECOND - 1) / SECOND));
    }

    int octets() {
      return rrset.octets() + OVERHEAD;
    }
  }

  DeniedZone(DnsName apex, long most) {
    this.apex = apex;
    this.most = most;
  }

  int octets() {
    return octets;
  }

  /** TTLs of denials end with those of negative answers (RFC 8198 §5.4, RFC 9077 §3). */
  synchronized void learn(List<Rrset> verified, long nowNanos) {
    for (Rrset rrset : verified) {
      if (rrset.type() == RecordType.SOA && rrset.owner().equals(apex)) {
        soa = Entry.of(rrset, negativeTtl(rrset), nowNanos);
      }
    }
    Entry start = soa;
    int bound = start == null ? MOST_SECONDS : negativeTtl(start.rrset());
    for (Rrset rrset : verified) {
      if (isWorthKeeping(rrset)) {
        Key key = new Key(false, rrset.type(), rrset.owner());
        put(key, Entry.of(rrset, Math.min(bound, rrset.ttlSeconds()), nowNanos));
      }
    }
  }

  private static int negativeTtl(Rrset soa) {
    byte[] rdata = soa.rdatas().getFirst();
    long minimum = rdata.length < 4 ? 0 : Octets.u32(rdata, rdata.length - 4);
    return (int) Math.min(minimum, soa.ttlSeconds());
  }

  /** Neither spans with opt-out, nor made for one name each, nor those that cost a lot to use. */
  private boolean isWorthKeeping(Rrset rrset) {
    if (rrset.type() == RecordType.NSEC) {
      Nsec nsec = Nsec.of(rrset, apex);
      if (nsec == null || nsec.isNarrow()) {
        return false;
      }
      forgetBetween(nsec);
      return true;
    }
    Nsec3 nsec3 = rrset.type() == RecordType.NSEC3 ? Nsec3.of(rrset, apex) : null;
    if (nsec3 == null || nsec3.optOut() || nsec3.isNarrow() || nsec3.hash().isCostly()) {
      return false;
    }
    hash = nsec3.hash();
    return true;
  }

  /** What was said of names that are now in a gap was true before. */
  private void forgetBetween(Nsec gap) {
    Key from = new Key(false, RecordType.NSEC, gap.owner());
    Key to =
        gap.next().compareTo(gap.owner()) > 0
            ? new Key(false, RecordType.NSEC, gap.next())
            : new Key(false, RecordType.NSEC + 1, DnsName.ROOT);
    List.copyOf(entries.subMap(from, false, to, false).keySet()).forEach(this::remove);
  }

  synchronized void learnWildcard(DnsName encloser, Rrset made, long nowNanos) {
    DnsName wildcard = encloser.wildcard();
    if (wildcard != null) {
      put(
          new Key(true, made.type(), wildcard),
          Entry.of(made.withOwner(wildcard), made.ttlSeconds(), nowNanos));
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer, under the lock
  private void put(Key key, Entry entry) {
    remove(key);
    entries.put(key, entry);
    order.add(key);
    octets += entry.octets();
    while (octets > most && !order.isEmpty()) {
      remove(order.getFirst());
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer, under the lock
  private void remove(Key key) {
    Entry before = entries.remove(key);
    order.remove(key);
    octets -= before == null ? 0 : before.octets();
  }

  /** Null if what is known does not suffice. */
  @Nullable Synthesised find(Question question, Budget budget, long nowNanos) {
    DnsName name = question.name();
    Nsec3Hash how = hash;
    NameHashes hashes = how == null ? null : new NameHashes(how, budget);
    List<Entry> candidates = candidates(name, hashes, nowNanos);
    if (candidates.isEmpty()) {
      return null;
    }
    Denial denial = denial(candidates, budget, hashes);
    if (denial.nameError(name) == Proof.PROVED) {
      return denied(Rcode.NXDOMAIN, candidates, nowNanos);
    }
    return denial.noData(name, question.type()) == Proof.PROVED
        ? denied(Rcode.NOERROR, candidates, nowNanos)
        : wildcard(question, candidates, proof -> denial(List.of(proof), budget, hashes), nowNanos);
  }

  private Denial denial(List<Entry> records, Budget budget, @Nullable NameHashes hashes) {
    return new Denial(apex, records.stream().map(Entry::rrset).toList(), budget, hashes);
  }

  private @Nullable Synthesised denied(int rcode, List<Entry> proofs, long nowNanos) {
    Entry start = soa;
    if (start == null || start.isOver(nowNanos)) {
      return null;
    }
    List<Rrset> authority = new ArrayList<>();
    authority.add(start.aged(nowNanos));
    proofs.forEach(proof -> authority.add(proof.aged(nowNanos)));
    return new Synthesised(apex, rcode, List.of(), authority);
  }

  private @Nullable Synthesised wildcard(
      Question question, List<Entry> candidates, Function<Entry, Denial> denial, long nowNanos) {
    DnsName name = question.name();
    for (DnsName encloser = name; !encloser.equals(apex); ) {
      encloser = encloser.parent();
      DnsName wildcard = encloser.wildcard();
      Entry made = wildcard == null ? null : made(wildcard, question.type(), nowNanos);
      if (made != null) {
        for (Entry proof : candidates) {
          if (denial.apply(proof).noCloserMatch(name, encloser) == Proof.PROVED) {
            return new Synthesised(
                apex,
                Rcode.NOERROR,
                List.of(made.aged(nowNanos).withOwner(name)),
                List.of(proof.aged(nowNanos)));
          }
        }
        return null;
      }
    }
    return null;
  }

  private @Nullable Entry made(DnsName wildcard, int type, long nowNanos) {
    Entry exact = entry(new Key(true, type, wildcard), nowNanos);
    return exact == null ? entry(new Key(true, RecordType.CNAME, wildcard), nowNanos) : exact;
  }

  private @Nullable Entry entry(Key key, long nowNanos) {
    Entry known = entries.get(key);
    return known == null || known.isOver(nowNanos) ? null : known;
  }

  /** The records that would deny a name, by NSEC if there are any. */
  private List<Entry> candidates(DnsName name, @Nullable NameHashes hashes, long nowNanos) {
    List<Entry> found = new ArrayList<>(3);
    Entry gap = atOrBefore(RecordType.NSEC, name, nowNanos);
    Nsec nsec = gap == null ? null : Nsec.of(gap.rrset(), apex);
    if (gap != null && nsec != null) {
      found.add(gap);
      DnsName wildcard = nsec.deniesSubtree(name) ? nsec.closestEncloser(name).wildcard() : null;
      add(found, wildcard == null ? null : atOrBefore(RecordType.NSEC, wildcard, nowNanos));
    } else if (hashes != null && name.labelCount() - apex.labelCount() <= MOST_HASHED_LABELS) {
      addHashed(found, name, hashes, nowNanos);
    }
    return found;
  }

  private void addHashed(List<Entry> found, DnsName name, NameHashes hashes, long nowNanos) {
    DnsName nextCloser = name;
    for (DnsName encloser = name; encloser.isWithin(apex); encloser = encloser.parent()) {
      DnsName owner = owner(encloser, hashes);
      if (owner == null) {
        return;
      }
      Entry match = entry(new Key(false, RecordType.NSEC3, owner), nowNanos);
      if (match != null) {
        found.add(match);
        if (!encloser.equals(name)) {
          add(found, hashedGap(nextCloser, hashes, nowNanos));
          add(found, hashedGap(encloser.wildcard(), hashes, nowNanos));
        }
        return;
      }
      if (encloser.isRoot()) {
        return;
      }
      nextCloser = encloser;
    }
  }

  /** Null if the question may hash no more. */
  private @Nullable DnsName owner(DnsName name, NameHashes hashes) {
    byte[] hash = hashes.of(name);
    return hash == null ? null : Nsec3Hash.owner(hash, apex);
  }

  private @Nullable Entry hashedGap(@Nullable DnsName name, NameHashes hashes, long nowNanos) {
    DnsName owner = name == null ? null : owner(name, hashes);
    return owner == null ? null : atOrBefore(RecordType.NSEC3, owner, nowNanos);
  }

  private static void add(List<Entry> found, @Nullable Entry entry) {
    if (entry != null && !found.contains(entry)) {
      found.add(entry);
    }
  }

  /** The record in whose gap an owner is; hashes go round in a circle. */
  private @Nullable Entry atOrBefore(int type, DnsName owner, long nowNanos) {
    Map.Entry<Key, Entry> before = entries.floorEntry(new Key(false, type, owner));
    if (before == null || before.getKey().type() != type) {
      before = entries.lowerEntry(new Key(false, type + 1, DnsName.ROOT));
    }
    if (before == null
        || before.getKey().type() != type
        || before.getKey().isWildcard()
        || before.getValue().isOver(nowNanos)) {
      return null;
    }
    return before.getValue();
  }
}
