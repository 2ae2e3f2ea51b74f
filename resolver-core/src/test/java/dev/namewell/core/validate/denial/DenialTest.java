package dev.namewell.core.validate.denial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.sim.World;
import dev.namewell.core.validate.denial.Denial.Proof;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.utils.base32;

/**
 * What verified NSEC and NSEC3 records prove, and what they do not (RFC 4035 §5.4, 5155 §8, 6840).
 */
class DenialTest {
  private static final DnsName ZONE = DnsName.parse("example.");
  private static final base32 BASE32 = new base32(base32.Alphabet.BASE32HEX, false, true);

  private final World world = new World(6, "");
  private final List<Rrset> verified = new ArrayList<>();

  @AfterEach
  void end() {
    world.close();
  }

  private void nsec(String owner, String next, int... types) {
    add(
        new NSECRecord(
            Name.fromConstantString(owner), DClass.IN, 300, Name.fromConstantString(next), types));
  }

  /** A record that covers one name, and one that matches another; empty for none. */
  private void nsec3(int iterations, boolean optOut, String gapOf, String matching, int... types) {
    if (!matching.isEmpty()) {
      byte[] hash = hash(matching, iterations);
      add(nsec3(hash, after(hash), iterations, optOut, types));
    }
    if (!gapOf.isEmpty()) {
      byte[] hash = hash(gapOf, iterations);
      add(nsec3(before(hash), after(hash), iterations, optOut));
    }
  }

  private static NSEC3Record nsec3(
      byte[] owner, byte[] next, int iterations, boolean optOut, int... types) {
    return new NSEC3Record(
        Name.fromConstantString(BASE32.toString(owner) + ".example."),
        DClass.IN,
        300,
        1,
        optOut ? 1 : 0,
        iterations,
        new byte[] {(byte) 0xab},
        next,
        types);
  }

  private static byte[] hash(String name, int iterations) {
    try {
      return nsec3(new byte[20], new byte[20], iterations, false)
          .hashName(Name.fromConstantString(name));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] after(byte[] hash) {
    byte[] next = hash.clone();
    next[next.length - 1]++;
    return next;
  }

  private static byte[] before(byte[] hash) {
    byte[] previous = hash.clone();
    previous[previous.length - 1]--;
    return previous;
  }

  private void add(Record record) {
    Rrset rrset =
        new Rrset(
            DnsName.parse(record.getName().toString()),
            record.getType(),
            DClass.IN,
            300,
            List.of(record.rdataToWireCanonical()),
            List.of());
    verified.add(rrset);
  }

  private Denial denial() {
    return new Denial(ZONE, verified, new Budget(world.time(), Duration.ofSeconds(5)));
  }

  private static DnsName name(String text) {
    return DnsName.parse(text);
  }

  @Test
  void aNameInAGapDoesNotExistIfNoWildcardMakesIt() {
    nsec("a.example.", "d.example.", Type.A);
    assertThat(denial().nameError(name("b.example."))).isEqualTo(Proof.NOTHING);

    nsec("example.", "a.example.", Type.SOA, Type.NS);
    assertThat(denial().nameError(name("b.example."))).isEqualTo(Proof.PROVED);
    assertThat(denial().nameError(name("x.b.example."))).isEqualTo(Proof.PROVED);
    assertThat(denial().nameError(name("e.example."))).isEqualTo(Proof.NOTHING);
    assertThat(denial().nameError(name("a.example."))).isEqualTo(Proof.NOTHING);
  }

  @Test
  void theLastRecordCoversWhatIsBehindIt() {
    nsec("x.example.", "example.", Type.A);
    nsec("example.", "a.example.", Type.SOA, Type.NS);

    assertThat(denial().nameError(name("z.example."))).isEqualTo(Proof.PROVED);
  }

  @Test
  void aDelegationDeniesNothingBelowIt() { // RFC 6840 §4.1
    nsec("sub.example.", "x.example.", Type.NS);
    nsec("example.", "a.example.", Type.SOA, Type.NS);

    assertThat(denial().nameError(name("www.sub.example."))).isEqualTo(Proof.NOTHING);
    assertThat(denial().noData(name("sub.example."), RecordType.A)).isEqualTo(Proof.NOTHING);
    assertThat(denial().noData(name("sub.example."), RecordType.DS)).isEqualTo(Proof.PROVED);
    assertThat(denial().isInsecureCut(name("sub.example."))).isTrue();
  }

  @Test
  void aDnameDeniesNothingBelowIt() { // RFC 6672 §5.3.4.1
    nsec("moved.example.", "x.example.", Type.DNAME);
    nsec("example.", "a.example.", Type.SOA, Type.NS);

    assertThat(denial().nameError(name("www.moved.example."))).isEqualTo(Proof.NOTHING);
  }

  @Test
  void aChildsOwnRecordDoesNotDenyItsDs() {
    nsec("sub.example.", "x.example.", Type.NS, Type.SOA);

    assertThat(denial().noData(name("sub.example."), RecordType.DS)).isEqualTo(Proof.NOTHING);
    assertThat(denial().isInsecureCut(name("sub.example."))).isFalse();
  }

  @Test
  void anAliasIsNoDenialOfOtherTypes() {
    nsec("www.example.", "x.example.", Type.CNAME);

    assertThat(denial().noData(name("www.example."), RecordType.A)).isEqualTo(Proof.NOTHING);
  }

  @Test
  void aNextNameOutsideTheZoneProvesNothing() {
    nsec("a.example.", "z.elsewhere.", Type.A);
    nsec("example.", "a.example.", Type.SOA, Type.NS);

    assertThat(denial().nameError(name("b.example."))).isEqualTo(Proof.NOTHING);
  }

  @Test
  void anEmptyNonTerminalExists() {
    nsec("a.example.", "x.ent.example.", Type.A);
    nsec("example.", "a.example.", Type.SOA, Type.NS);

    assertThat(denial().noData(name("ent.example."), RecordType.A)).isEqualTo(Proof.PROVED);
    assertThat(denial().nameError(name("ent.example."))).isEqualTo(Proof.NOTHING);
  }

  @Test
  void aWildcardWithoutTheTypeIsNoData() {
    nsec("*.wild.example.", "x.example.", Type.TXT);

    assertThat(denial().noData(name("a.wild.example."), RecordType.A)).isEqualTo(Proof.PROVED);
    assertThat(denial().noData(name("a.wild.example."), RecordType.TXT)).isEqualTo(Proof.NOTHING);
    assertThat(denial().nameError(name("a.wild.example."))).isEqualTo(Proof.NOTHING);
  }

  @Test
  void aWildcardNeedsProofThatNothingIsCloser() {
    nsec("*.wild.example.", "k.wild.example.", Type.A);

    DnsName encloser = name("wild.example.");
    assertThat(denial().noCloserMatch(name("b.wild.example."), encloser)).isEqualTo(Proof.PROVED);
    assertThat(denial().noCloserMatch(name("k.wild.example."), encloser)).isEqualTo(Proof.NOTHING);
    assertThat(denial().noCloserMatch(name("b.k.wild.example."), encloser))
        .isEqualTo(Proof.NOTHING);
  }

  @Test
  void nsec3DeniesByClosestEncloserNextCloserAndWildcard() { // RFC 5155 §8.4
    nsec3(5, false, "b.example.", "example.", Type.SOA, Type.NS);
    assertThat(denial().nameError(name("a.b.example."))).isEqualTo(Proof.NOTHING);

    nsec3(5, false, "*.example.", "");
    assertThat(denial().nameError(name("a.b.example."))).isEqualTo(Proof.PROVED);
    assertThat(denial().nameError(name("c.example."))).isEqualTo(Proof.NOTHING);
  }

  @Test
  void nsec3DeniesTypes() { // RFC 5155 §8.5, §8.6
    nsec3(5, false, "", "www.example.", Type.A);
    nsec3(5, false, "", "sub.example.", Type.NS);

    assertThat(denial().noData(name("www.example."), RecordType.MX)).isEqualTo(Proof.PROVED);
    assertThat(denial().noData(name("www.example."), RecordType.A)).isEqualTo(Proof.NOTHING);
    assertThat(denial().noData(name("sub.example."), RecordType.A)).isEqualTo(Proof.NOTHING);
    assertThat(denial().noData(name("sub.example."), RecordType.DS)).isEqualTo(Proof.PROVED);
  }

  @Test
  void optOutProvesNoMoreThanThatSomethingMayBeUnsigned() { // RFC 5155 §9.2
    nsec3(5, true, "b.example.", "example.", Type.SOA, Type.NS);
    nsec3(5, true, "*.example.", "");

    assertThat(denial().nameError(name("b.example."))).isEqualTo(Proof.INSECURE);
    assertThat(denial().noData(name("b.example."), RecordType.DS)).isEqualTo(Proof.INSECURE);
  }

  @Test
  void nsec3BelowADelegationProvesNothing() {
    nsec3(5, false, "b.sub.example.", "sub.example.", Type.NS);
    nsec3(5, false, "*.sub.example.", "");

    assertThat(denial().nameError(name("b.sub.example."))).isEqualTo(Proof.NOTHING);
  }

  @Test
  void namesAtAndBelowADelegationWithoutDsAreInAnUnsignedZone() { // RFC 4035 §5.2
    nsec("sub.example.", "x.example.", Type.NS);

    assertThat(denial().isBelowInsecureCut(name("sub.example."))).isTrue();
    assertThat(denial().isBelowInsecureCut(name("a.b.sub.example."))).isTrue();
    assertThat(denial().isBelowInsecureCut(name("sup.example."))).isFalse();
    assertThat(denial().isBelowInsecureCut(ZONE)).isFalse();
  }

  @Test
  void hashedNamesOfDelegationsDoSoToo() { // RFC 5155 §8.9
    nsec3(1, false, "", "sub.example.", Type.NS);

    assertThat(denial().isBelowInsecureCut(name("sub.example."))).isTrue();
    assertThat(denial().isBelowInsecureCut(name("a.sub.example."))).isTrue();
    assertThat(denial().isBelowInsecureCut(name("sup.example."))).isFalse();
  }

  @Test
  void aDelegationWithDsAndAnApexHideNoUnsignedZone() {
    nsec("sub.example.", "t.example.", Type.NS, Type.DS);
    nsec("u.example.", "x.example.", Type.NS, Type.SOA);
    nsec("example.", "a.example.", Type.NS);

    assertThat(denial().isBelowInsecureCut(name("a.sub.example."))).isFalse();
    assertThat(denial().isBelowInsecureCut(name("a.u.example."))).isFalse();
    assertThat(denial().isBelowInsecureCut(name("a.example."))).isFalse();
  }

  @Test
  void hashesOfAnotherZoneProveNothing() { // CVE-2026-10723
    nsec3(5, false, "b.example.", "example.", Type.SOA, Type.NS);
    nsec3(5, false, "*.example.", "");
    Budget budget = new Budget(world.time(), Duration.ofSeconds(5));
    DnsName other = name("sub.example.");

    assertThat(new Denial(other, verified, budget).nameError(name("b.example.")))
        .isEqualTo(Proof.NOTHING);
  }

  @Test
  void manyIterationsMakeAZoneInsecure() { // RFC 9276 §3.2
    nsec3(51, false, "", "www.example.", Type.A);

    assertThat(denial().noData(name("www.example."), RecordType.MX)).isEqualTo(Proof.INSECURE);
    assertThat(denial().passedOver()).extracting(ExtendedError::code).isEqualTo(27);
  }

  @Test
  void howeverManyIterationsNoneIsDone() {
    nsec3(65535, false, "", "www.example.", Type.A);
    Budget budget = new Budget(world.time(), Duration.ofSeconds(5));
    Denial denial = new Denial(ZONE, verified, budget);

    assertThat(denial.noData(name("www.example."), RecordType.MX)).isEqualTo(Proof.INSECURE);
    assertThat(denial.isInsecureCut(name("www.example."))).isFalse();
    int hashes = 0;
    while (budget.takeHash()) {
      hashes++;
    }
    assertThat(hashes).as("all are left").isEqualTo(150);
  }

  @Test
  void asManyIterationsAsAreAllowedProve() { // RFC 9276 §3.2
    nsec3(50, false, "", "www.example.", Type.A);
    assertThat(denial().noData(name("www.example."), RecordType.MX)).isEqualTo(Proof.PROVED);
    assertThat(denial().passedOver()).isNull();
    assertThat(denial().isCostly()).isTrue();

    nsec3(150, false, "", "ftp.example.", Type.A);
    assertThat(denial().noData(name("ftp.example."), RecordType.MX)).isEqualTo(Proof.INSECURE);
    assertThat(denial().isCostly()).isFalse();
  }

  @Test
  void asManyIterationsAsAreAllowedShowADelegation() {
    nsec3(50, false, "", "sub.example.", Type.NS);

    assertThat(denial().isInsecureCut(name("sub.example."))).isTrue();
  }

  @Test
  void withoutClosestEncloserNoTypeIsDenied() { // RFC 5155 §8.7
    nsec3(1, false, "b.example.", "");

    assertThat(denial().noData(name("b.example."), RecordType.A)).isEqualTo(Proof.NOTHING);
  }

  @Test
  void aRecordThatEndsWithinItsNextHashProvesNothing() {
    nsec3(1, false, "", "www.example.", Type.A);
    Rrset whole = verified.removeLast();
    verified.add(
        new Rrset(
            whole.owner(),
            whole.type(),
            DClass.IN,
            300,
            List.of(Arrays.copyOf(whole.rdatas().getFirst(), 20)),
            List.of()));

    assertThat(denial().noData(name("www.example."), RecordType.MX)).isEqualTo(Proof.NOTHING);
  }

  @Test
  void aFewIterationsAreNotCostly() {
    assertThat(denial().isCostly()).isFalse();
    nsec3(0, false, "", "www.example.", Type.A);
    assertThat(denial().isCostly()).isFalse();
  }

  @Test
  void recordsOfOtherParametersDoNotAddUp() { // RFC 5155 §8.2
    nsec3(5, false, "b.example.", "example.", Type.SOA, Type.NS);
    byte[] last = new byte[20];
    Arrays.fill(last, (byte) 0xff);
    add(nsec3(new byte[20], last, 6, false));
    assertThat(denial().nameError(name("b.example."))).isEqualTo(Proof.NOTHING);

    add(nsec3(new byte[20], last, 5, false));
    assertThat(denial().nameError(name("b.example."))).isEqualTo(Proof.PROVED);
  }

  @Test
  void aRecordThatCoversNextToNothingIsNarrow() { // RFC 4470, RFC 7129 appendix B
    nsec("a.example.", "\\000.a.example.", Type.A);
    nsec("a.example.", "b.a.example.", Type.A);
    nsec("a.example.", "\\000.b.example.", Type.A);
    nsec("a.example.", "\\000.b.a.example.", Type.A);
    nsec("a.example.", "\\000\\000.a.example.", Type.A);
    assertThat(verified.stream().map(each -> Objects.requireNonNull(Nsec.of(each, ZONE))))
        .extracting(Nsec::isNarrow)
        .containsExactly(true, false, false, false, false);
    verified.clear();

    nsec3(5, false, "b.example.", "");
    add(nsec3(new byte[20], hash("b.example.", 5), 5, false));
    assertThat(verified.stream().map(each -> Objects.requireNonNull(Nsec3.of(each, ZONE))))
        .extracting(Nsec3::isNarrow)
        .containsExactly(true, false);
  }

  @Test
  void hashingEndsWithTheBudget() { // CVE-2023-50868
    nsec3(50, false, "b.example.", "example.", Type.SOA, Type.NS);
    nsec3(50, false, "*.example.", "");
    Budget budget = new Budget(world.time(), Duration.ofSeconds(5));
    while (budget.takeHash()) {
      // Others have used it up.
    }

    assertThat(new Denial(ZONE, verified, budget).nameError(name("b.example.")))
        .isEqualTo(Proof.NOTHING);
  }

  @Test
  void aProofRestsOnNoMoreThanItNeeds() {
    nsec("a.example.", "c.example.", Type.A);
    nsec("example.", "a.example.", Type.NS, Type.SOA);
    nsec("m.example.", "n.example.", Type.A);
    Denial denial = denial();

    assertThat(denial.nameError(name("x.example."))).isEqualTo(Proof.NOTHING);
    assertThat(denial.needed()).isEmpty();
    assertThat(denial.nameError(name("b.example."))).isEqualTo(Proof.PROVED);
    assertThat(denial.needed()).containsExactly(verified.get(0), verified.get(1));
    assertThat(denial.noData(name("m.example."), RecordType.MX)).isEqualTo(Proof.PROVED);
    assertThat(denial.needed()).containsExactlyElementsOf(verified);
  }

  @Test
  void soDoesOneByHashes() { // RFC 5155 §8.4
    nsec3(5, false, "b.example.", "example.", Type.SOA, Type.NS);
    nsec3(5, false, "*.example.", "");
    nsec3(5, false, "", "m.example.", Type.A);
    Denial denial = denial();

    assertThat(denial.noCloserMatch(name("b.example."), ZONE)).isEqualTo(Proof.PROVED);
    assertThat(denial.needed()).containsExactly(verified.get(1));
    assertThat(denial.nameError(name("b.example."))).isEqualTo(Proof.PROVED);
    assertThat(denial.needed())
        .containsExactlyInAnyOrderElementsOf(verified.subList(0, 3))
        .doesNotContain(verified.get(3));
  }

  @Test
  void withTooManyIterationsItRestsOnAll() {
    nsec3(51, false, "b.example.", "www.example.", Type.A);
    Denial denial = denial();

    assertThat(denial.noData(name("www.example."), RecordType.MX)).isEqualTo(Proof.INSECURE);
    assertThat(denial.needed()).containsExactlyElementsOf(verified);
  }
}
