package dev.namewell.core.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.cache.Freshness.State;
import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.Answer.Security;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.settings.CacheSettings;
import dev.namewell.core.wire.MessageWriter;
import dev.namewell.core.wire.Octets;
import dev.namewell.core.wire.Query;
import dev.namewell.core.wire.QueryWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerCacheTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Failure FAILURE =
      new Failure(Failure.Reason.UNREACHABLE, new ExtendedError(22, "nobody answers"));

  private final AtomicInteger evicted = new AtomicInteger();
  private final AnswerCache cache = cache(1 << 20);

  private AnswerCache cache(long size) {
    CacheSettings settings =
        new CacheSettings(
            size,
            Duration.ofSeconds(2),
            Duration.ofDays(1),
            Duration.ofHours(1),
            Optional.empty(),
            Duration.ofMinutes(5),
            Optional.of(
                new CacheSettings.Stale(
                    Duration.ofDays(1), Duration.ofSeconds(30), Duration.ofMillis(1800))),
            true);
    return new AnswerCache(size, new Freshness(settings), Runnable::run, evicted::incrementAndGet);
  }

  private static Question question(String name) {
    return Question.of(DnsName.parse(name), RecordType.A);
  }

  private static Answer answer(Question question, int ttl) {
    return answer(question, ttl, Security.INDETERMINATE);
  }

  private static Answer answer(Question question, int ttl, Security security) {
    return new MessageWriter(question, Rcode.NOERROR)
        .add(question.name(), RecordType.A, 1, ttl, new byte[] {1, 2, 3, 4})
        .toAnswer(ttl, security);
  }

  private CachedAnswer put(Question question, int ttl, long nanos) {
    return cache.put(question, answer(question, ttl), nanos, true);
  }

  @Test
  void aQueryFindsTheAnswerToItsQuestionInAnyLetterCase() {
    CachedAnswer put = put(question("www.example.com"), 300, 0);
    byte[] packet =
        QueryWriter.withLetterCase(QueryWriter.write(question("www.example.com"), true, null), -1);
    Query query = new Query();
    query.read(packet, packet.length);

    assertThat(cache.find(new LookupKey(query))).isSameAs(put);
  }

  @Test
  void otherTypesAndBitsAreOtherEntries() {
    put(question("www.example.com"), 300, 0);
    DnsName name = DnsName.parse("www.example.com");

    assertThat(cache.find(Question.of(name, RecordType.AAAA))).isNull();
    assertThat(cache.find(new Question(name, RecordType.A, 1, true, false))).isNull();
    assertThat(cache.find(new Question(name, RecordType.A, 1, false, true))).isNull();
    assertThat(cache.find(question("ww.example.com"))).isNull();
  }

  @Test
  void lifeIsFreshThenStaleThenGone() {
    CachedAnswer entry = put(question("a.example"), 100, 0);

    assertThat(cache.state(entry, 90 * SECOND - 1)).isEqualTo(State.FRESH);
    assertThat(cache.state(entry, 100 * SECOND)).isEqualTo(State.STALE);
    assertThat(cache.state(entry, (86400 + 100) * SECOND - 1)).isEqualTo(State.STALE);
    assertThat(cache.state(entry, (86400 + 100) * SECOND)).isEqualTo(State.GONE);
  }

  @Test
  void theLastTenthIsForPrefetch() {
    CachedAnswer entry = put(question("a.example"), 100, 0);
    assertThat(cache.state(entry, 89 * SECOND)).isEqualTo(State.FRESH);
    assertThat(cache.state(entry, 90 * SECOND)).isEqualTo(State.NEARLY_EXPIRED);
    assertThat(cache.state(entry, 100 * SECOND - 1)).isEqualTo(State.NEARLY_EXPIRED);
  }

  @Test
  void ttlsAreBoundedInTheEntryAndInItsRecords() {
    CachedAnswer entry = put(question("a.example"), 10_000_000, 0);

    assertThat(entry.ttlSeconds()).isEqualTo(86400);
    assertThat(recordTtl(entry)).isEqualTo(86400);
    assertThat(put(question("b.example"), 0, 0).ttlSeconds()).isEqualTo(2);
  }

  @Test
  void theLeastTtlProlongsNothingThatIsProved() { // RFC 4035 §5.3.3
    Question question = question("a.example");

    CachedAnswer secure = cache.put(question, answer(question, 1, Security.SECURE), 0, true);
    CachedAnswer insecure = cache.put(question, answer(question, 1, Security.INSECURE), 0, true);

    assertThat(secure.ttlSeconds()).isEqualTo(1);
    assertThat(recordTtl(secure)).isEqualTo(1);
    assertThat(insecure.ttlSeconds()).isEqualTo(2);
    assertThat(recordTtl(insecure)).isEqualTo(2);
  }

  private static long recordTtl(CachedAnswer entry) {
    return Octets.u32(entry.packed(), Octets.u16(entry.packed(), entry.wireLength()));
  }

  @Test
  void failuresLastFiveSecondsDoublingToFiveMinutes() {
    long now = 0;
    for (int expected : new int[] {5, 10, 20, 40, 80, 160, 300, 300}) {
      CachedAnswer entry = cache.putFailure(question("a.example"), FAILURE, now, true);
      assertThat(entry.ttlSeconds()).isEqualTo(expected);
      assertThat(cache.state(entry, now + expected * SECOND)).isEqualTo(State.GONE);
      now += expected * SECOND;
    }
    put(question("a.example"), 10, now);
    cache.flush(DnsName.parse("a.example"));
    assertThat(cache.putFailure(question("a.example"), FAILURE, now, true).ttlSeconds())
        .isEqualTo(5);
  }

  @Test
  void aFailureDoesNotReplaceAStaleAnswer() {
    CachedAnswer answer = put(question("a.example"), 10, 0);
    cache.putFailure(question("a.example"), FAILURE, 20 * SECOND, true);

    assertThat(cache.find(question("a.example"))).isSameAs(answer);
  }

  @ParameterizedTest
  @CsvSource({
    ExtendedError.DNSSEC_BOGUS + ", true",
    ExtendedError.RRSIGS_MISSING + ", true",
    ExtendedError.DNSSEC_INDETERMINATE + ", false",
  })
  void aStaleAnswerGoesIfAForgedOneCameButNotIfThatWasLeftOpen(int code, boolean goes) {
    CachedAnswer answer = put(question("a.example"), 10, 0);
    Failure failure = new Failure(Failure.Reason.BOGUS, new ExtendedError(code, ""));
    CachedAnswer entry = cache.putFailure(question("a.example"), failure, 20 * SECOND, true);

    assertThat(cache.find(question("a.example"))).isSameAs(goes ? entry : answer);
  }

  @Test
  void flushesANameASubtreeOrAll() {
    put(question("example.com"), 300, 0);
    put(question("a.example.com"), 300, 0);
    put(question("b.a.example.com"), 300, 0);
    put(question("example.net"), 300, 0);

    assertThat(cache.flush(DnsName.parse("a.example.com"))).isEqualTo(1);
    assertThat(cache.find(question("b.a.example.com"))).isNotNull();
    assertThat(cache.flushSubtree(DnsName.parse("example.com"))).isEqualTo(2);
    assertThat(cache.find(question("example.net"))).isNotNull();
    cache.flush();
    assertThat(cache.entries()).isZero();
  }

  @Test
  void anEntryIsForgottenUnlessAnotherHasTakenItsPlace() {
    CachedAnswer first = put(question("example.com"), 300, 0);
    CachedAnswer second = put(question("example.com"), 300, 0);

    cache.forget(first);
    assertThat(cache.find(question("example.com"))).isSameAs(second);
    cache.forget(second);
    assertThat(cache.find(question("example.com"))).isNull();
  }

  @Test
  void whatIsNotToBeKeptLeavesWhatIsThere() {
    CachedAnswer first = put(question("example.com"), 300, 0);

    assertThat(cache.put(question("example.com"), answer(question("example.com"), 5), 0, false))
        .isNotSameAs(first);
    assertThat(cache.putFailure(question("example.net"), FAILURE, 0, false).failure()).isNotNull();

    assertThat(cache.find(question("example.com"))).isSameAs(first);
    assertThat(cache.find(question("example.net"))).isNull();
  }

  @Test
  void isBoundedByOctets() {
    AnswerCache small = cache(50_000);
    for (int i = 0; i < 5000; i++) {
      Question question = question("host" + i + ".example");
      small.put(question, answer(question, 300), 0, true);
    }
    assertThat(small.bytes()).isLessThanOrEqualTo(50_000);
    assertThat(small.entries()).isLessThan(250);
    assertThat(evicted.get()).isEqualTo(5000 - (int) small.entries());
  }

  @Test
  void aNewAnswerTakesThePlaceOfTheOldOneAsKeyToo() {
    put(question("a.example"), 300, 0);
    CachedAnswer second = put(question("a.example"), 300, SECOND);
    CachedAnswer[] only = new CachedAnswer[1];
    cache.forEach(entry -> only[0] = entry);

    assertThat(only[0]).isSameAs(second);
    assertThat(cache.entries()).isEqualTo(1);
  }
}
