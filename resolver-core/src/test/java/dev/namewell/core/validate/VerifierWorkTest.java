package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.fake.RecordedEvents;
import dev.namewell.core.port.Signal;
import dev.namewell.core.port.Task;
import dev.namewell.core.port.Tasks;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.sim.SimulatedTime;
import dev.namewell.core.sim.World;
import dev.namewell.core.sim.ZoneSigner;
import dev.namewell.core.validate.denial.Denial;
import dev.namewell.core.validate.denial.Denial.Proof;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;

/** Which work is done once, which not at all, and where. */
class VerifierWorkTest {
  private static final Duration A_MONTH = Duration.ofDays(30);
  private static final DnsName APEX = DnsName.parse(SignedTree.NSEC);
  private static final DnsName BELOW = APEX.child("b");

  private final World world = new World(8, "");
  private final RecordedEvents events = new RecordedEvents();
  private final SignatureVerifier verifier =
      new SignatureVerifier(world.time(), world.tasks(), events, Runnable::run, this::cryptography);
  private final ZoneSigner signer = SignedTree.key(SignedTree.NSEC);
  private final ZoneKey key = new ZoneKey(signer.dnskey().rdataToWireCanonical());

  private boolean broken;

  private Optional<Provider> cryptography() {
    if (broken) {
      throw new IllegalStateException("out of order");
    }
    return Optional.empty();
  }

  @AfterEach
  void end() {
    world.close();
  }

  private static Rrset rrset(Record record, RRSIGRecord signature) {
    return new Rrset(
        DnsName.parse(record.getName().toString()),
        record.getType(),
        DClass.IN,
        (int) record.getTTL(),
        List.of(record.rdataToWireCanonical()),
        List.of(signature.rdataToWireCanonical()));
  }

  /** An address with a signature that is valid for two months. */
  private Rrset address(String name) {
    Record record =
        new ARecord(
            Name.fromConstantString(name), DClass.IN, 300, InetAddress.ofLiteral("192.0.2.1"));
    RRset set = new RRset(record);
    var begin = SimulatedTime.BEGINNING;
    return rrset(
        record,
        signer.sign(
            set, signer.terms(set, begin).valid(begin.minus(A_MONTH), begin.plus(A_MONTH))));
  }

  private Budget budget() {
    return new Budget(world.time(), Duration.ofDays(60));
  }

  /** One without signatures to verify. */
  private Budget exhausted() {
    return exhausted(budget());
  }

  private static Budget exhausted(Budget budget) {
    int left = 0;
    while (budget.takeSignature()) {
      left++;
    }
    assertThat(left).isPositive();
    return budget;
  }

  private Verdict verify(Rrset rrset, Budget budget) {
    return verifier.verify(rrset, APEX, List.of(key), budget);
  }

  @Test
  void aSignatureIsVerifiedOnceInADay() {
    Rrset known = address("www.nsec.com.");
    assertThat(verify(known, budget())).isInstanceOf(Verdict.Secure.class);

    world.pass(Duration.ofHours(23));
    assertThat(verify(known, exhausted())).isInstanceOf(Verdict.Secure.class);
    assertThat(events.limits).isEmpty();

    world.pass(Duration.ofHours(2));
    assertThat(verify(known, exhausted())).isInstanceOf(Verdict.Bogus.class);
  }

  @Test
  void aWrongOneIsRememberedToo() {
    Rrset right = address("www.nsec.com.");
    Rrset wrong =
        new Rrset(
            right.owner(),
            right.type(),
            right.recordClass(),
            300,
            List.of(new byte[] {1, 2, 3, 4}),
            right.signatures());
    Verdict first = verify(wrong, budget());

    assertThat(first).isInstanceOf(Verdict.Bogus.class);
    assertThat(verify(wrong, exhausted())).isEqualTo(first);
    assertThat(events.limits).isEmpty();
  }

  @Test
  void oneThatCouldNotBeVerifiedIsBogusForThisTimeOnly() {
    Rrset rrset = address("www.nsec.com.");
    broken = true;

    assertThat(verify(rrset, budget()).toString())
        .contains("www.nsec.com. A: the signature by key", "could not be verified");
    assertThat(events.defects).singleElement().extracting("message").isEqualTo("out of order");

    broken = false;
    assertThat(verify(rrset, budget())).isInstanceOf(Verdict.Secure.class);
  }

  @Test
  void whoeverMakesVerifyingFailHasNoMoreTriesThanWithWrongSignatures() {
    broken = true;
    Budget budget = budget();
    for (int i = 0; i < 9; i++) {
      assertThat(events.limits).isEmpty();
      assertThat(verify(address("www.nsec.com."), budget)).isInstanceOf(Verdict.Bogus.class);
    }
    assertThat(events.limits).containsExactly("wrong signatures for one question");
  }

  /**
   * Signed octets and signature follow each other: who moves the border between them has octets
   * that were verified once, but other records and no signature.
   */
  @Test
  void aWholeRrsetThatIsKnownProvesNoPartOfIt() {
    RRset set = new RRset();
    for (String ip : List.of("192.0.2.1", "192.0.2.2")) {
      set.addRR(
          new ARecord(
              Name.fromConstantString("www.nsec.com."), DClass.IN, 300, InetAddress.ofLiteral(ip)));
    }
    byte[] rrsig = signer.sign(set, SimulatedTime.BEGINNING).rdataToWireCanonical();
    List<byte[]> rdatas = set.rrs(false).stream().map(Record::rdataToWireCanonical).toList();
    DnsName owner = DnsName.parse("www.nsec.com.");
    assertThat(verify(new Rrset(owner, 1, DClass.IN, 300, rdatas, List.of(rrsig)), budget()))
        .isInstanceOf(Verdict.Secure.class);

    byte[] second = set.rrs(false).getLast().toWireCanonical();
    int signature = rrsig.length - 64;
    ByteBuffer moved = ByteBuffer.allocate(rrsig.length + second.length);
    moved.put(rrsig, 0, signature).put(second).put(rrsig, signature, 64);
    Rrset part = new Rrset(owner, 1, DClass.IN, 300, rdatas.subList(0, 1), List.of(moved.array()));

    assertThat(verify(part, budget())).isInstanceOf(Verdict.Bogus.class);
  }

  @Test
  void recordsThatAreTheSameToASignatureAreOne() { // RFC 4034 §6.3
    Name owner = Name.fromConstantString("nsec.com.");
    RRset set = new RRset();
    List<byte[]> rdatas = new ArrayList<>();
    for (String host : List.of("ns1.nsec.com.", "ns2.nsec.com.")) {
      Record record = new NSRecord(owner, DClass.IN, 300, Name.fromConstantString(host));
      set.addRR(record);
      rdatas.add(record.rdataToWireCanonical());
    }
    byte[] otherCase = rdatas.getFirst().clone();
    otherCase[1] = 'N';
    byte[] rrsig = signer.sign(set, SimulatedTime.BEGINNING).rdataToWireCanonical();
    List<byte[]> three = List.of(rdatas.get(0), otherCase, rdatas.get(1));

    assertThat(verify(new Rrset(APEX, 2, DClass.IN, 300, three, List.of(rrsig)), budget()))
        .isInstanceOfSatisfying(
            Verdict.Secure.class,
            secure -> assertThat(secure.rrset().rdatas()).containsExactlyElementsOf(rdatas));
  }

  @Test
  void withoutSignaturesLeftItStaysOpenAndIsCounted() {
    assertThat(verify(address("www.nsec.com."), exhausted()))
        .isInstanceOfSatisfying(
            Verdict.Bogus.class,
            bogus -> {
              assertThat(bogus.error().code()).isEqualTo(ExtendedError.DNSSEC_INDETERMINATE);
              assertThat(bogus.error().text())
                  .isEqualTo("limit reached: signatures for one question");
            });
    assertThat(events.limits).containsExactly("signatures for one question");
  }

  @Test
  void withoutTimeLeftItStaysOpenToo() {
    Budget over = new Budget(world.time(), Duration.ofSeconds(1));
    world.pass(Duration.ofSeconds(2));

    assertThat(verify(address("www.nsec.com."), exhausted(over)).toString())
        .contains("no time left to verify www.nsec.com. A");
  }

  @Test
  void nineWrongSignaturesAreCounted() { // KeyTrap, CVE-2023-50387
    List<byte[]> signatures = address("www.nsec.com.").signatures();
    Budget budget = budget();
    for (int i = 0; i < 9; i++) {
      Rrset forged =
          new Rrset(
              DnsName.parse("www.nsec.com."),
              1,
              DClass.IN,
              300,
              List.of(new byte[] {(byte) 203, 0, 113, (byte) i}),
              signatures);
      assertThat(events.limits).isEmpty();
      assertThat(verify(forged, budget)).isInstanceOf(Verdict.Bogus.class);
    }
    assertThat(events.limits).containsExactly("wrong signatures for one question");
  }

  @Test
  void aKeySignsWhatItsOwnSignatureIsOver() {
    Rrset rrset = address("www.nsec.com.");
    ZoneKey stranger =
        new ZoneKey(SignedTree.stranger(SignedTree.NSEC).dnskey().rdataToWireCanonical());
    ZoneKey otherAlgorithm = new ZoneKey(otherAlgorithm());
    Rrset other =
        new Rrset(rrset.owner(), 1, DClass.IN, 300, List.of(new byte[4]), rrset.signatures());
    Rrset ofOtherType =
        new Rrset(rrset.owner(), 16, DClass.IN, 300, rrset.rdatas(), rrset.signatures());
    Rrset unreadable =
        new Rrset(rrset.owner(), 1, DClass.IN, 300, rrset.rdatas(), List.of(new byte[3]));

    assertThat(verifier.isSignedBy(key, rrset, APEX, budget())).isTrue();
    assertThat(verifier.isSignedBy(stranger, rrset, APEX, budget())).isFalse();
    assertThat(verifier.isSignedBy(otherAlgorithm, rrset, APEX, budget())).isFalse();
    assertThat(verifier.isSignedBy(key, rrset, DnsName.parse("com."), budget())).isFalse();
    assertThat(verifier.isSignedBy(key, other, APEX, budget())).isFalse();
    assertThat(verifier.isSignedBy(key, ofOtherType, APEX, budget())).isFalse();
    assertThat(verifier.isSignedBy(key, unreadable, APEX, budget())).isFalse();
  }

  /** The zone's key said to be of another algorithm, with the same tag. */
  private byte[] otherAlgorithm() {
    byte[] rdata = key.rdata().clone();
    rdata[3]++;
    rdata[5]--;
    return rdata;
  }

  private Denial denial(int iterations, Budget budget) {
    Name owner = Name.fromConstantString("0".repeat(32) + ".nsec.com.");
    NSEC3Record record =
        new NSEC3Record(
            owner, DClass.IN, 300, 1, 0, iterations, new byte[0], new byte[20], new int[] {1});
    Rrset rrset = rrset(record, signer.sign(new RRset(record), SimulatedTime.BEGINNING));
    return new Denial(APEX, List.of(rrset), budget);
  }

  private Proof judge(int iterations, Supplier<Proof> proof) {
    return verifier.judge(denial(iterations, budget()), proof, budget());
  }

  @Test
  void whatARecordProvesIsTheSameWhereverItIsFoundOut() {
    assertThat(judge(5, () -> Proof.PROVED)).isEqualTo(Proof.PROVED);
    assertThat(judge(6, () -> Proof.PROVED)).isEqualTo(Proof.PROVED);
    assertThat(judge(6, () -> Proof.INSECURE)).isEqualTo(Proof.INSECURE);
  }

  @Test
  void aCostlyProofThatFailsProvesNothingAndTheLogHasTheStack() {
    Supplier<Proof> failing =
        () -> {
          throw new IllegalStateException("a defect");
        };

    assertThat(judge(6, failing)).isEqualTo(Proof.NOTHING);
    assertThat(events.defects).singleElement().extracting("message").isEqualTo("a defect");
    assertThatThrownBy(() -> judge(5, failing)).hasMessage("a defect");
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 6})
  void withoutHashesLeftAProofStaysOpenAndIsCounted(int iterations) { // CVE-2023-50868
    Budget budget = budget();
    while (budget.takeHash()) {
      // Others have used it up.
    }
    Denial denial = denial(iterations, budget);

    assertThat(verifier.judge(denial, () -> denial.nameError(BELOW), budget))
        .isEqualTo(Proof.LEFT_OPEN);
    assertThat(events.limits).containsExactly("names hashed for one question");
    assertThat(SignatureVerifier.leftOpen(APEX, budget))
        .isEqualTo(new ExtendedError(5, "limit reached: names hashed for one question"));
  }

  @Test
  void aCostlyProofThatTakesTooLongStaysOpen() {
    Budget over = new Budget(world.time(), Duration.ofSeconds(1));
    world.pass(Duration.ofSeconds(2));
    SignatureVerifier waiting =
        new SignatureVerifier(
            world.time(), new Overloaded(), events, Runnable::run, Optional::empty);

    assertThat(waiting.judge(denial(6, over), () -> Proof.PROVED, over)).isEqualTo(Proof.LEFT_OPEN);
    assertThat(SignatureVerifier.leftOpen(APEX, over))
        .isEqualTo(new ExtendedError(5, "no time left to hash names as nsec.com. does"));
  }

  /** A machine that does not get round to computing anything. */
  private final class Overloaded implements Tasks {
    @Override
    public <T extends @Nullable Object> Task<T> compute(Callable<T> body) {
      return timeout -> new Task.StillRunning<>();
    }

    @Override
    public <T extends @Nullable Object> Task<T> start(String name, Callable<T> body) {
      return world.tasks().start(name, body);
    }

    @Override
    public void sleep(Duration time) {
      world.tasks().sleep(time);
    }

    @Override
    public Signal signal() {
      return world.tasks().signal();
    }
  }
}
