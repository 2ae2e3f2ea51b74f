package dev.namewell.core.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Question;
import dev.namewell.core.wire.Octets;
import dev.namewell.core.wire.ReplyWriter;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Answers ready for clients, bounded by octets. Thread-safe.
 *
 * <p>Caffeine owns the memory and decides what to evict; it is told of a use only now and then,
 * because recording each one costs more than the look-up itself once the cache is half full. Expiry
 * is the entry's own affair, for stale answers must stay.
 */
public final class AnswerCache {
  /**
   * Octets that an entry costs besides its array: entry object, array header, Caffeine's node and
   * the hash table's, measured with compact object headers and rounded up.
   */
  private static final int OVERHEAD = 192;

  /** Every so many uses of an entry Caffeine learns of one; a power of two. */
  private static final int USES_PER_RECORD = 16;

  /** Lifetime of the first failure, doubled with each further one (RFC 9520 §3.2). */
  private static final int FIRST_FAILURE_SECONDS = 5;

  private static final int MAX_FAILURE_SECONDS = 300;
  private static final int MAX_DOUBLINGS = 6;

  private final Cache<Object, CachedAnswer> answers;
  private final Policy<Object, CachedAnswer> policy;
  private final AtomicInteger flushes = new AtomicInteger();
  private volatile Freshness freshness;

  /**
   * @param sizeBytes upper bound
   * @param maintenance runs Caffeine's housekeeping
   * @param evicted called for each entry that had to make room
   */
  public AnswerCache(long sizeBytes, Freshness freshness, Executor maintenance, Runnable evicted) {
    this.freshness = freshness;
    answers =
        Caffeine.newBuilder()
            .maximumWeight(sizeBytes)
            .<Object, CachedAnswer>weigher((key, entry) -> entry.packed().length + OVERHEAD)
            .executor(maintenance)
            .evictionListener((key, entry, cause) -> evicted.run())
            .build();
    policy = answers.policy();
  }

  /** The entry for a query, of whatever age. Allocates nothing, takes no lock. */
  public @Nullable CachedAnswer find(LookupKey key) {
    return policy.getIfPresentQuietly(key);
  }

  /** The entry for a question, of whatever age. */
  public @Nullable CachedAnswer find(Question question) {
    return policy.getIfPresentQuietly(CachedAnswer.answer(question, image(question), 0, 0, null));
  }

  private static ReplyWriter.Image image(Question question) {
    byte[] packed = new byte[12 + question.name().length() + 4];
    int at = question.name().copyTo(packed, 12);
    Octets.put16(packed, at, question.type());
    Octets.put16(packed, at + 2, question.recordClass());
    return new ReplyWriter.Image(packed, packed.length);
  }

  /** Notes a use of an entry. */
  public void used(CachedAnswer entry) {
    if ((entry.use() & (USES_PER_RECORD - 1)) == 0) {
      CachedAnswer _ = answers.getIfPresent(entry);
    }
  }

  /**
   * Keeps an answer with its TTLs bounded.
   *
   * @param nanos now
   * @param keep false: the entry is made only
   * @return the entry, which is not kept either if its TTL is zero: good for those who wait, for
   *     nobody else
   */
  public CachedAnswer put(Question question, Answer answer, long nanos, boolean keep) {
    int ttl = freshness.boundedTtl(answer);
    CachedAnswer entry =
        CachedAnswer.answer(question, pack(answer, ttl), ttl, nanos, answer.note());
    if (keep && ttl > 0) {
      replace(entry);
    } else if (keep) {
      answers.invalidate(entry);
    }
    return entry;
  }

  /** Caffeine would keep the old entry as the key of the new one, so that one goes first. */
  private void replace(CachedAnswer entry) {
    if (policy.getIfPresentQuietly(entry) != null) {
      answers.invalidate(entry);
    }
    answers.put(entry, entry);
  }

  private ReplyWriter.Image pack(Answer answer, int ttl) {
    int wireLength = answer.message().length;
    int[] offsets = answer.ttlOffsets();
    byte[] packed = Arrays.copyOf(answer.message(), wireLength + 2 * offsets.length);
    int least = answer.isNegative() ? ttl : Integer.MAX_VALUE;
    for (int i = 0; i < offsets.length; i++) {
      Octets.put16(packed, wireLength + 2 * i, offsets[i]);
      long own = Octets.u32(packed, offsets[i]);
      int bounded = freshness.boundedTtl(answer, own > Integer.MAX_VALUE ? 0 : (int) own);
      Octets.put32(packed, offsets[i], Math.min(least, bounded));
    }
    return new ReplyWriter.Image(packed, wireLength);
  }

  /**
   * Keeps a failure for a short while, longer each time (RFC 9520). An answer that is there, stale
   * as it may be, stays; but one that is stale goes if what came in its place is forged.
   *
   * @param keep false: the entry is made only
   */
  public CachedAnswer putFailure(Question question, Failure failure, long nanos, boolean keep) {
    CachedAnswer known = find(question);
    int before = known == null ? 0 : known.failures();
    int ttl =
        Math.min(MAX_FAILURE_SECONDS, FIRST_FAILURE_SECONDS << Math.min(before, MAX_DOUBLINGS));
    CachedAnswer.Trouble trouble = new CachedAnswer.Trouble(failure.error(), before + 1);
    CachedAnswer entry = CachedAnswer.failure(question, trouble, ttl, nanos);
    boolean answerIsKept =
        known != null && known.failure() == null && mayStay(freshness.of(known, nanos), failure);
    if (keep && !answerIsKept) {
      replace(entry);
    }
    return entry;
  }

  private static boolean mayStay(Freshness.State state, Failure instead) {
    return switch (state) {
      case FRESH, NEARLY_EXPIRED -> true;
      case STALE -> !instead.error().isBogus();
      case GONE -> false;
    };
  }

  /** Puts back an entry that was saved; never over one that is there. */
  public void restore(
      Question question, ReplyWriter.Image image, int ttlSeconds, long storedNanos) {
    CachedAnswer entry = CachedAnswer.answer(question, image, ttlSeconds, storedNanos, null);
    answers.asMap().putIfAbsent(entry, entry);
  }

  /** Visits every entry, in no order, while others go on using the cache. */
  public void forEach(Consumer<CachedAnswer> visitor) {
    answers.asMap().values().forEach(visitor);
  }

  /**
   * How often anything was flushed, counted before it goes: what was found by then must not stay.
   */
  public int flushes() {
    return flushes.get();
  }

  /** Forgets an entry if it is there and no other in its place. */
  @SuppressWarnings("ReferenceEquality") // this one, not one for the same question
  public void forget(CachedAnswer entry) {
    answers.asMap().computeIfPresent(entry, (key, there) -> there == entry ? null : there);
  }

  /** Forgets everything; returns how many entries that were, about. */
  public long flush() {
    flushes.incrementAndGet();
    long count = answers.estimatedSize();
    answers.invalidateAll();
    return count;
  }

  /** Forgets all types of one name; returns how many entries. */
  public long flush(DnsName name) {
    return removeIf(entry -> entry.question().name().equals(name));
  }

  /** Forgets a name and all below it; returns how many entries. */
  public long flushSubtree(DnsName apex) {
    return removeIf(entry -> entry.question().name().isWithin(apex));
  }

  private long removeIf(Predicate<CachedAnswer> which) {
    flushes.incrementAndGet();
    long[] removed = {0};
    answers
        .asMap()
        .values()
        .removeIf(
            entry -> {
              boolean remove = which.test(entry);
              removed[0] += remove ? 1 : 0;
              return remove;
            });
    return removed[0];
  }

  /** Judges an entry as {@link Freshness} says. */
  public Freshness.State state(CachedAnswer entry, long nanos) {
    return freshness.of(entry, nanos);
  }

  /** New bounds, for entries put from now on and for judging those that are there. */
  public void apply(Freshness changed, long sizeBytes) {
    freshness = changed;
    policy.eviction().ifPresent(eviction -> eviction.setMaximum(sizeBytes));
  }

  /** Entries, about. */
  public long entries() {
    return answers.estimatedSize();
  }

  /** Octets in use, about. */
  public long bytes() {
    return policy.eviction().map(e -> e.weightedSize().orElse(0)).orElse(0L);
  }

  /** Upper bound in octets. */
  public long maxBytes() {
    return policy.eviction().map(eviction -> eviction.getMaximum()).orElse(0L);
  }
}
