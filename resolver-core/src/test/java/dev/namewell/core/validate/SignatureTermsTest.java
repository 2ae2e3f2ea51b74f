package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.fake.RecordedEvents;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.sim.SimulatedTime;
import dev.namewell.core.sim.World;
import dev.namewell.core.sim.ZoneSigner;
import dev.namewell.core.sim.ZoneSigner.Terms;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;

/** When a signature is valid, and for what (RFC 4034 §3.1, RFC 4035 §5.3.1). */
class SignatureTermsTest {
  private static final Instant NOW = SimulatedTime.BEGINNING;
  private static final Duration DAY = Duration.ofDays(1);
  private static final DnsName APEX = DnsName.parse(SignedTree.NSEC);
  private static final int TTL = 600;

  private final World world = new World(9, "");
  private final SignatureVerifier verifier =
      new SignatureVerifier(
          world.time(), world.tasks(), new RecordedEvents(), Runnable::run, Optional::empty);
  private final ZoneSigner key = SignedTree.key(SignedTree.NSEC);
  private final RRset address = address("www.nsec.com.");

  @AfterEach
  void end() {
    world.close();
  }

  private static RRset address(String name) {
    return new RRset(
        new ARecord(
            Name.fromConstantString(name), DClass.IN, TTL, InetAddress.ofLiteral("192.0.2.1")));
  }

  private Terms right() {
    return key.terms(address, NOW);
  }

  private Verdict verify(Terms terms) {
    return verify(address, key.sign(address, terms));
  }

  private Verdict verify(RRset set, RRSIGRecord... signatures) {
    return verify(set, key, signatures);
  }

  private Verdict verify(RRset set, ZoneSigner published, RRSIGRecord... signatures) {
    Rrset rrset =
        new Rrset(
            DnsName.parse(set.getName().toString()),
            set.getType(),
            DClass.IN,
            (int) set.getTTL(),
            List.of(set.first().rdataToWireCanonical()),
            Arrays.stream(signatures).map(RRSIGRecord::rdataToWireCanonical).toList());
    return verifier.verify(
        rrset,
        APEX,
        List.of(new ZoneKey(published.dnskey().rdataToWireCanonical())),
        new Budget(world.time(), DAY));
  }

  private static int code(Verdict verdict) {
    return verdict instanceof Verdict.Bogus bogus ? bogus.error().code() : -1;
  }

  private static int ttl(Verdict verdict) {
    return verdict instanceof Verdict.Secure secure ? secure.rrset().ttlSeconds() : -1;
  }

  @ParameterizedTest
  @CsvSource({
    "  1, 3600", // seconds of validity, of skew
    "36000, 3600",
    "36010, 3601",
    "360000, 36000",
    "864000, 86400",
    "9000000, 86400"
  })
  void aTenthOfItsValidityIsAllowedOnEitherSideWithinAnHourAndADay(int validity, int skew) {
    Instant from = NOW.minusSeconds(skew + validity);
    assertThat(ttl(verify(right().valid(from, NOW.minusSeconds(skew))))).isZero();
    assertThat(code(verify(right().valid(from.minusSeconds(1), NOW.minusSeconds(skew + 1)))))
        .isEqualTo(ExtendedError.SIGNATURE_EXPIRED);

    Instant to = NOW.plusSeconds(skew + validity);
    assertThat(ttl(verify(right().valid(NOW.plusSeconds(skew), to)))).isEqualTo(TTL);
    assertThat(code(verify(right().valid(NOW.plusSeconds(skew + 1), to.plusSeconds(1)))))
        .isEqualTo(ExtendedError.SIGNATURE_NOT_YET_VALID);
  }

  @Test
  void aSignatureThatEndsBeforeItBeginsIsNeverValid() {
    Terms never = right().valid(NOW.plusSeconds(10), NOW.minusSeconds(10));
    assertThat(code(verify(never))).isEqualTo(ExtendedError.SIGNATURE_EXPIRED);
    assertThat(ttl(verify(right().valid(NOW, NOW)))).isZero();
  }

  @Test
  void timesAreSerialNumbers() { // RFC 4034 §3.1.5
    Instant beyond2106 = Instant.ofEpochSecond((1L << 32) + 1000);
    Duration until = Duration.between(NOW, beyond2106);
    world.pass(until.minus(DAY));

    assertThat(ttl(verify(right().valid(beyond2106.minus(DAY.multipliedBy(2)), beyond2106))))
        .isEqualTo(TTL);
    world.pass(DAY.minusSeconds(60));
    assertThat(ttl(verify(right().valid(beyond2106.minus(DAY), beyond2106)))).isEqualTo(60);
  }

  @Test
  void theTtlIsTheLeastOfThreeThings() { // RFC 4035 §5.3.3
    assertThat(ttl(verify(right()))).isEqualTo(TTL);
    assertThat(ttl(verify(right().valid(NOW.minus(DAY), NOW.plusSeconds(599))))).isEqualTo(599);
    assertThat(ttl(verify(right().lasting(100)))).isEqualTo(100);
    assertThat(ttl(verify(right().lasting(0xffff_ffffL)))).isEqualTo(TTL);
  }

  @Test
  void itHasToBeOfThisTypeOwnerZoneAndKey() {
    ZoneSigner stranger = SignedTree.stranger(SignedTree.NSEC);
    assertThat(code(verify(right().covering(28)))).isEqualTo(ExtendedError.DNSSEC_BOGUS);
    assertThat(code(verify(right().withLabels(4)))).isEqualTo(ExtendedError.DNSSEC_BOGUS);
    assertThat(code(verify(right().withLabels(1)))).isEqualTo(ExtendedError.DNSSEC_BOGUS);
    assertThat(code(verify(right().by(Name.fromConstantString("com.")))))
        .isEqualTo(ExtendedError.RRSIGS_MISSING);
    assertThat(code(verify(right().of(250)))).isEqualTo(ExtendedError.UNSUPPORTED_DNSKEY_ALGORITHM);
    assertThat(code(verify(right().of(14)))).isEqualTo(ExtendedError.DNSKEY_MISSING);
    assertThat(code(verify(right().tagged(right().keyTag() ^ 1))))
        .isEqualTo(ExtendedError.DNSKEY_MISSING);
    assertThat(code(verify(address, stranger.sign(address, NOW))))
        .isEqualTo(ExtendedError.DNSKEY_MISSING);
    assertThat(code(verify(address, stranger.sign(address, right()))))
        .isEqualTo(ExtendedError.DNSSEC_BOGUS);
    RRset outside = address("www.other.com.");
    assertThat(code(verify(outside, key.sign(outside, key.terms(outside, NOW)))))
        .isEqualTo(ExtendedError.DNSSEC_BOGUS);
    assertThat(code(verify(address))).isEqualTo(ExtendedError.RRSIGS_MISSING);
  }

  @Test
  void aRevokedKeyIsNamedAsTheReason() {
    ZoneSigner revoked = key.announced(ZoneSigner.ENTRY_KEY | 0x80, 3);

    Verdict verdict = verify(address, revoked, revoked.sign(address, NOW));

    assertThat(code(verdict)).isEqualTo(ExtendedError.DNSKEY_MISSING);
    assertThat(verdict.toString()).contains("revoked");
  }

  @Test
  void oneGoodSignatureIsEnoughAndTheBestReasonIsGiven() {
    RRSIGRecord good = key.sign(address, NOW);
    RRSIGRecord expired = key.sign(address, right().valid(NOW.minus(DAY), NOW.minus(DAY)));
    RRSIGRecord parents = key.sign(address, right().by(Name.fromConstantString("com.")));

    assertThat(ttl(verify(address, expired, parents, good))).isEqualTo(TTL);
    assertThat(code(verify(address, parents, expired))).isEqualTo(ExtendedError.SIGNATURE_EXPIRED);
    assertThat(code(verify(address, expired, parents))).isEqualTo(ExtendedError.SIGNATURE_EXPIRED);
  }

  @Test
  void fewerLabelsThanTheOwnerNameAWildcard() { // RFC 4035 §5.3.2
    RRset wildcard = address("*.w.nsec.com.");
    RRset made = address("b.a.w.nsec.com.");
    RRSIGRecord signature = key.sign(wildcard, NOW);

    assertThat(verify(made, signature))
        .isInstanceOfSatisfying(
            Verdict.Secure.class,
            secure -> {
              assertThat(secure.encloser()).isEqualTo(DnsName.parse("w.nsec.com."));
              assertThat(secure.mayDeny()).isFalse();
            });
    assertThat(verify(wildcard, signature))
        .isInstanceOfSatisfying(
            Verdict.Secure.class, secure -> assertThat(secure.encloser()).isNull());
    assertThat(code(verify(address("a.v.nsec.com."), signature)))
        .isEqualTo(ExtendedError.DNSSEC_BOGUS);
  }
}
