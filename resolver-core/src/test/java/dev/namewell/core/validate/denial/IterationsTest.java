package dev.namewell.core.validate.denial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.validate.denial.Denial.Proof;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Type;

/**
 * How often names are hashed at most, and what records that want more are worth (RFC 9276 §3.2).
 */
class IterationsTest extends DenialScene {
  @Test
  void manyIterationsMakeAZoneInsecure() { // RFC 9276 §3.2
    nsec3(51, false, "", "www.example.", Type.A);

    Denial denial = denial();

    assertThat(denial.noData(name("www.example."), RecordType.MX)).isEqualTo(Proof.INSECURE);
    assertThat(denial.passedOver()).extracting(ExtendedError::code).isEqualTo(27);
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
    Denial denial = denial();
    assertThat(denial.noData(name("www.example."), RecordType.MX)).isEqualTo(Proof.PROVED);
    assertThat(denial.passedOver()).isNull();
    assertThat(denial().isCostly()).isTrue();

    verified.clear();
    nsec3(51, false, "", "www.example.", Type.A);
    assertThat(denial().noData(name("www.example."), RecordType.MX)).isEqualTo(Proof.INSECURE);
    assertThat(denial().isCostly()).isFalse();
  }

  /** What a zone has signed before it changed to fewer iterations, in front of what it says now. */
  private void replay() {
    List<Rrset> now = List.copyOf(verified);
    verified.clear();
    nsec3(150, false, "b.example.", "example.", Type.SOA, Type.NS);
    verified.addAll(now);
  }

  @Test
  void oneRecordWithTooManyIterationsSpoilsNoProof() {
    nsec3(5, false, "b.example.", "example.", Type.SOA, Type.NS);
    nsec3(5, false, "*.example.", "www.example.", Type.A);
    nsec3(5, false, "", "sub.example.", Type.NS);
    List<Rrset> now = List.copyOf(verified);
    replay();
    Denial denial = denial();

    assertThat(denial.nameError(name("b.example."))).isEqualTo(Proof.PROVED);
    assertThat(denial.noData(name("www.example."), RecordType.MX)).isEqualTo(Proof.PROVED);
    assertThat(denial.noCloserMatch(name("b.example."), ZONE)).isEqualTo(Proof.PROVED);
    assertThat(denial.isBelowInsecureCut(name("a.sub.example."))).isTrue();
    assertThat(denial.needed()).containsExactlyInAnyOrderElementsOf(now);
    assertThat(denial.passedOver()).isNull();
  }

  @Test
  void norOneByNames() {
    nsec("a.example.", "d.example.", Type.A);
    nsec("example.", "a.example.", Type.SOA, Type.NS);
    replay();
    Denial denial = denial();

    assertThat(denial.nameError(name("b.example."))).isEqualTo(Proof.PROVED);
    assertThat(denial.passedOver()).isNull();
  }

  @Test
  void whatIsNotProvedWithoutItRestsOnItAlone() {
    nsec3(5, false, "", "example.", Type.SOA, Type.NS);
    replay();
    Denial denial = denial();

    assertThat(denial.nameError(name("b.example."))).isEqualTo(Proof.INSECURE);
    assertThat(denial.needed()).containsExactlyElementsOf(verified.subList(0, 2));
    assertThat(denial.passedOver())
        .hasFieldOrPropertyWithValue("text", "example. hashes its names 150 times more");
  }

  @Test
  void itIsNoReasonForWhatOptOutMakesInsecure() {
    nsec3(5, true, "b.example.", "example.", Type.SOA, Type.NS);
    nsec3(5, true, "*.example.", "");
    replay();
    Denial denial = denial();

    assertThat(denial.nameError(name("b.example."))).isEqualTo(Proof.INSECURE);
    assertThat(denial.passedOver()).isNull();
  }

  @Test
  void besideItHashingTakesItsTime() {
    nsec3(50, false, "", "www.example.", Type.A);
    replay();

    assertThat(denial().isCostly()).isTrue();
  }

  @Test
  void asManyIterationsAsAreAllowedShowADelegation() {
    nsec3(50, false, "", "sub.example.", Type.NS);

    assertThat(denial().isInsecureCut(name("sub.example."))).isTrue();
  }

  @Test
  void aFewIterationsAreNotCostly() {
    assertThat(denial().isCostly()).isFalse();
    nsec3(0, false, "", "www.example.", Type.A);
    assertThat(denial().isCostly()).isFalse();
  }

  private Denial exhausted() {
    Budget budget = new Budget(world.time(), Duration.ofSeconds(5));
    while (budget.takeHash()) {
      // Others have used it up.
    }
    return new Denial(ZONE, verified, budget);
  }

  @Test
  void hashingEndsWithTheBudget() { // CVE-2023-50868
    nsec3(50, false, "b.example.", "example.", Type.SOA, Type.NS);
    nsec3(50, false, "*.example.", "");
    Denial denial = exhausted();

    assertThat(denial.isCutShort()).isFalse();
    assertThat(denial.nameError(name("b.example."))).isEqualTo(Proof.NOTHING);
    assertThat(denial.isCutShort()).isTrue();
  }

  @Test
  void whatIsProvedWithoutHashingIsNotCutShort() {
    nsec("a.example.", "d.example.", Type.A);
    nsec("example.", "a.example.", Type.SOA, Type.NS);
    nsec3(50, false, "", "www.example.", Type.A);
    Denial denial = exhausted();

    assertThat(denial.nameError(name("b.example."))).isEqualTo(Proof.PROVED);
    assertThat(denial.isCutShort()).isFalse();
  }

  @Test
  void onRecordsWithTooManyIterationsNothingRestsWhoseProofWasCutShort() {
    nsec3(5, false, "b.example.", "example.", Type.SOA, Type.NS);
    replay();
    Denial denial = exhausted();

    assertThat(denial.nameError(name("b.example."))).isEqualTo(Proof.NOTHING);
    assertThat(denial.passedOver()).isNull();
  }

  @Test
  void withTooManyIterationsItRestsOnAll() {
    nsec3(51, false, "b.example.", "www.example.", Type.A);
    Denial denial = denial();

    assertThat(denial.noData(name("www.example."), RecordType.MX)).isEqualTo(Proof.INSECURE);
    assertThat(denial.needed()).containsExactlyElementsOf(verified);
  }
}
