package dev.namewell.core.validate.denial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.validate.denial.Denial.Proof;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Type;

/**
 * What verified NSEC and NSEC3 records prove, and what they do not (RFC 4035 §5.4, 5155 §8, 6840).
 */
class DenialTest extends DenialScene {
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
  void aZoneDeniesNoDsOfItsOwn() { // RFC 4035 §2.4
    nsec("example.", "a.example.", Type.NS);
    nsec3(5, false, "", "example.", Type.NS);
    assertThat(denial().noData(ZONE, RecordType.DS)).isEqualTo(Proof.NOTHING);

    nsec3(150, false, "", "example.", Type.NS);
    assertThat(denial().noData(ZONE, RecordType.DS)).isEqualTo(Proof.NOTHING);
  }

  @Test
  void onlyTheRootHasNobodyElseToDoThat() {
    nsec(".", "example.", Type.NS, Type.SOA);
    Budget budget = new Budget(world.time(), Duration.ofSeconds(5));

    assertThat(new Denial(DnsName.ROOT, verified, budget).noData(DnsName.ROOT, RecordType.DS))
        .isEqualTo(Proof.PROVED);
  }

  @Test
  void theApexOfTheRootIsNoZoneCutWhateverTypesItSaysToHave() {
    nsec(".", "example.", Type.NS);
    Budget budget = new Budget(world.time(), Duration.ofSeconds(5));

    assertThat(new Denial(DnsName.ROOT, verified, budget).isBelowInsecureCut(name("a."))).isFalse();
  }

  @Test
  void recordsOfTwoKindsDoNotMakeAnUnsignedZoneTogether() {
    nsec("sub.example.", "x.example.", Type.NS, Type.DS);
    nsec3(5, false, "", "sub.example.", Type.A);

    assertThat(denial().noData(name("sub.example."), RecordType.DS)).isEqualTo(Proof.PROVED);
    assertThat(denial().isInsecureCut(name("sub.example."))).isFalse();
    assertThat(denial().isBelowInsecureCut(name("a.sub.example."))).isFalse();
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
  void noRecordBelowAnotherNameThanTheApexIsAHashOfTheZone() { // RFC 5155 §8.2, CVE-2026-10723
    nsec3(5, false, "b.example.", "example.", Type.SOA, Type.NS);
    nsec3(5, false, "*.example.", "");
    assertThat(denial().nameError(name("b.example."))).isEqualTo(Proof.PROVED);

    verified.replaceAll(
        each ->
            new Rrset(
                name(each.owner().toString().replace(".example.", ".sub.example.")),
                each.type(),
                each.recordClass(),
                each.ttlSeconds(),
                each.rdatas(),
                each.signatures()));

    assertThat(denial().nameError(name("b.example."))).isEqualTo(Proof.NOTHING);
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
}
