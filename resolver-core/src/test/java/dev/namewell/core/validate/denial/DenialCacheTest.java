package dev.namewell.core.validate.denial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.sim.World;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** What is remembered of denials, and which answers can be made from it (RFC 8198 §5). */
class DenialCacheTest {
  private static final DnsName ZONE = DnsName.parse("example.");
  private static final long SECOND = 1_000_000_000L;

  private final World world = new World(8, "");
  private final DenialCache cache = new DenialCache(1 << 20, Runnable::run);

  @AfterEach
  void end() {
    world.close();
  }

  private static Rrset rrset(Record record) {
    return new Rrset(
        DnsName.parse(record.getName().toString()),
        record.getType(),
        DClass.IN,
        (int) record.getTTL(),
        List.of(record.rdataToWireCanonical()),
        List.of());
  }

  private static Rrset soa(int ttl, int minimum) {
    Name apex = Name.fromConstantString("example.");
    return rrset(new SOARecord(apex, DClass.IN, ttl, apex, apex, 1, 7200, 3600, 86_400, minimum));
  }

  private static Rrset nsec(String owner, String next, int... types) {
    return rrset(
        new NSECRecord(
            Name.fromConstantString(owner), DClass.IN, 3600, Name.fromConstantString(next), types));
  }

  /** The record at a name's hash, or with {@code covers} one around it. */
  private static Rrset nsec3(String name, boolean covers, boolean optOut, int... types) {
    byte[] owner = new Nsec3Hash(3, new byte[] {1}).of(DnsName.parse(name));
    byte[] next = owner.clone();
    owner[5] -= (byte) (covers ? 1 : 0);
    next[5]++;
    DnsName hashed = Nsec3Hash.owner(owner, ZONE);
    return rrset(
        new NSEC3Record(
            Name.fromConstantString(hashed.toString()),
            DClass.IN,
            3600,
            1,
            optOut ? 1 : 0,
            3,
            new byte[] {1},
            next,
            types));
  }

  private void learn(Rrset... verified) {
    cache.learn(ZONE, List.of(verified), world.time().nanos());
  }

  private @Nullable Synthesised find(String name, int type) {
    return find(name, type, DnsName.ROOT);
  }

  private @Nullable Synthesised find(String name, int type, DnsName within) {
    Question question = new Question(DnsName.parse(name), type, RecordClass.IN, true, true);
    Budget budget = new Budget(world.time(), Duration.ofSeconds(5));
    return cache.find(question, within, budget, world.time().nanos());
  }

  private static int rcode(@Nullable Synthesised made) {
    return made == null ? -1 : made.rcode();
  }

  @Test
  void withoutSoaNothingIsDenied() { // RFC 2308 §3
    learn(nsec("example.", "d.example.", Type.SOA, Type.NS));
    assertThat(find("b.example.", RecordType.A)).isNull();

    learn(soa(900, 300), nsec("example.", "d.example.", Type.SOA, Type.NS));
    assertThat(rcode(find("b.example.", RecordType.A))).isEqualTo(Rcode.NXDOMAIN);
  }

  @Test
  void ttlsAreThoseOfNegativeAnswers() { // RFC 9077 §3
    learn(soa(900, 300), nsec("example.", "d.example.", Type.SOA, Type.NS));

    Synthesised made = Objects.requireNonNull(find("b.example.", RecordType.A));

    assertThat(made.authority()).extracting(Rrset::ttlSeconds).containsOnly(300);
  }

  @Test
  void nothingIsSaidOfZonesWithServersOfTheirOwn() {
    learn(soa(900, 300), nsec("example.", "d.example.", Type.SOA, Type.NS));

    assertThat(find("b.example.", RecordType.A, DnsName.parse("b.example."))).isNull();
  }

  @Test
  void aNewRecordEndsWhatWasSaidOfNamesInItsGap() {
    learn(
        soa(900, 300),
        nsec("example.", "b.example.", Type.SOA, Type.NS),
        nsec("b.example.", "d.example.", Type.A));
    assertThat(rcode(find("b.example.", RecordType.MX))).isEqualTo(Rcode.NOERROR);

    learn(nsec("example.", "d.example.", Type.SOA, Type.NS));
    assertThat(rcode(find("b.example.", RecordType.MX))).isEqualTo(Rcode.NXDOMAIN);
  }

  @Test
  void theLastRecordOfAChainIsKept() {
    learn(
        soa(900, 300),
        nsec("example.", "b.example.", Type.SOA, Type.NS),
        nsec("x.example.", "example.", Type.A));

    assertThat(rcode(find("z.example.", RecordType.A))).isEqualTo(Rcode.NXDOMAIN);
  }

  @Test
  void recordsMadeForOneNameAreNotKept() {
    learn(soa(900, 300), nsec("b.example.", "\\000.b.example.", Type.A));

    assertThat(find("b.example.", RecordType.MX)).isNull();
  }

  @Test
  void hashedNamesAreDenied() { // RFC 5155 §8.4
    learn(
        soa(900, 300),
        nsec3("example.", false, false, Type.SOA, Type.NS),
        nsec3("b.example.", true, false),
        nsec3("*.example.", true, false));

    assertThat(rcode(find("b.example.", RecordType.A))).isEqualTo(Rcode.NXDOMAIN);
    assertThat(rcode(find("a.b.example.", RecordType.A))).isEqualTo(Rcode.NXDOMAIN);
    assertThat(rcode(find("example.", RecordType.MX))).isEqualTo(Rcode.NOERROR);
    assertThat(find("c.example.", RecordType.A)).isNull();
  }

  @Test
  void spansWithOptOutDenyNothing() { // RFC 8198 §5.2
    learn(
        soa(900, 300),
        nsec3("example.", false, false, Type.SOA, Type.NS),
        nsec3("b.example.", true, true),
        nsec3("*.example.", true, false));

    assertThat(find("b.example.", RecordType.A)).isNull();
  }

  @Test
  void hashedWildcardsMakeNames() {
    learn(
        soa(900, 300),
        nsec3("wild.example.", false, false),
        nsec3("b.wild.example.", true, false),
        nsec3("*.wild.example.", false, false, Type.A));
    Rrset made =
        new Rrset(
            DnsName.parse("a.wild.example."),
            RecordType.A,
            DClass.IN,
            60,
            List.of(new byte[] {10, 0, 0, 1}),
            List.of());
    assertThat(find("b.wild.example.", RecordType.A)).isNull();
    assertThat(rcode(find("b.wild.example.", RecordType.MX))).isEqualTo(Rcode.NOERROR);

    cache.learnWildcard(ZONE, DnsName.parse("wild.example."), made, world.time().nanos());
    Synthesised found = Objects.requireNonNull(find("b.wild.example.", RecordType.A));

    assertThat(found.answer()).hasSize(1);
    assertThat(found.authority()).hasSize(1);
  }

  @Test
  void anExpiredRecordDeniesNothing() {
    cache.learn(
        ZONE,
        List.of(soa(900, 300), nsec("example.", "d.example.", Type.SOA, Type.NS)),
        world.time().nanos() - 301 * SECOND);

    assertThat(find("b.example.", RecordType.A)).isNull();
  }

  @Test
  void aZoneHasNoMoreThanItsShare() {
    List<Rrset> many = new ArrayList<>(List.of(soa(900, 300)));
    for (int i = 0; i < 5000; i++) {
      String text = "%05d".formatted(i);
      many.add(nsec("n" + text + "a.example.", "n" + text + "z.example.", Type.A));
    }
    learn(many.toArray(Rrset[]::new));

    assertThat(rcode(find("n04999a.example.", RecordType.MX))).isEqualTo(Rcode.NOERROR);
    assertThat(find("n00000a.example.", RecordType.MX)).isNull();
  }

  @Test
  void hashingForAnAnswerDrawsOnTheQuestion() { // CVE-2023-50868
    learnHashed();
    Question question =
        new Question(DnsName.parse("a.b.example."), RecordType.A, RecordClass.IN, true, true);
    Budget untouched = new Budget(world.time(), Duration.ofSeconds(5));
    Budget used = new Budget(world.time(), Duration.ofSeconds(5));

    assertThat(cache.find(question, DnsName.ROOT, used, world.time().nanos())).isNotNull();

    // The name, the two above it, and the wildcard: each once, whoever asks for its hash.
    assertThat(hashesLeft(untouched) - hashesLeft(used)).isEqualTo(4);
    assertThat(cache.find(question, DnsName.ROOT, used, world.time().nanos())).isNull();
  }

  private void learnHashed() {
    learn(
        soa(900, 300),
        nsec3("example.", false, false, Type.SOA, Type.NS),
        nsec3("b.example.", true, false, Type.A),
        nsec3("*.example.", true, false, Type.A));
  }

  private static int hashesLeft(Budget budget) {
    int left = 0;
    while (budget.takeHash()) {
      left++;
    }
    return left;
  }

  @Test
  void aBogusNameForgetsWhatWouldAnswerForIt() {
    learn(soa(900, 300), nsec("example.", "d.example.", Type.SOA, Type.NS));

    forget("e.example."); // not in the gap
    assertThat(find("b.example.", RecordType.A)).isNotNull();

    forget("b.example.");
    assertThat(find("b.example.", RecordType.A)).isNull();
  }

  private void forget(String name) {
    Question question = new Question(DnsName.parse(name), RecordType.A, RecordClass.IN, true, true);
    Budget budget = new Budget(world.time(), Duration.ofSeconds(5));
    cache.forget(question, budget, world.time().nanos());
  }

  @Test
  void whatWasKnownBeforeAFlushDoesNotComeBackWithWhatIsLearnedMeanwhile()
      throws InterruptedException {
    learn(soa(900, 300), nsec("example.", "d.example.", Type.SOA, Type.NS));
    Rrset more = nsec("m.example.", "p.example.", Type.A);
    Thread flush = new Thread(() -> cache.flush(ZONE, false));
    List<Rrset> verified =
        new AbstractList<>() {
          @Override
          public Rrset get(int index) {
            return more;
          }

          @Override
          public int size() {
            return 1;
          }

          // Where they are taken in.
          @Override
          public Iterator<Rrset> iterator() {
            if (flush.getState() == Thread.State.NEW) {
              flush.start();
              while (flush.getState() == Thread.State.RUNNABLE) {
                Thread.onSpinWait(); // until it is done, or waits for this one to be done
              }
            }
            return super.iterator();
          }
        };

    cache.learn(ZONE, verified, world.time().nanos());
    flush.join();

    assertThat(find("b.example.", RecordType.A)).isNull();
  }
}
