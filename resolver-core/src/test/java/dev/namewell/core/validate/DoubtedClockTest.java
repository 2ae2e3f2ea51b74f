package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.fake.RecordedEvents;
import dev.namewell.core.port.Memo;
import dev.namewell.core.records.RrsigRdata;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.settings.ValidationSettings.Sha1;
import dev.namewell.core.sim.SimulatedTime;
import dev.namewell.core.sim.World;
import dev.namewell.core.sim.ZoneSigner;
import dev.namewell.core.validate.SignatureVerifier.Timing;
import dev.namewell.core.validate.anchor.AnchorMemory;
import dev.namewell.core.validate.anchor.ClockTrust;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;

/** What signatures are worth by a clock that may be wrong. */
class DoubtedClockTest {
  private static final Instant NOW = SimulatedTime.BEGINNING;
  private static final Duration DAY = Duration.ofDays(1);
  private static final DnsName APEX = DnsName.parse(SignedTree.NSEC);
  private static final int TTL = 600;
  private static final int TIMELESS_TTL = 60;

  /** What had ended a month before this day, counted from now, is of no use. */
  private static final int RELEASE = -59;

  private final World world = new World(10, "");
  private final ClockTrust clock =
      new ClockTrust(
          new AnchorMemory(Memo.NONE, world.time(), new RecordedEvents()),
          world.time(),
          new RecordedEvents());
  private final SignatureVerifier certain =
      new SignatureVerifier(
          world.time(), world.tasks(), new RecordedEvents(), Runnable::run, Optional::empty);
  private final ZoneSigner signer = SignedTree.key(SignedTree.NSEC);
  private final ZoneKey key = new ZoneKey(signer.dnskey().rdataToWireCanonical());

  @AfterEach
  void end() {
    world.close();
  }

  /** An address that is signed for some days, counted from now. */
  private Rrset address(int fromDay, int toDay) {
    ARecord record =
        new ARecord(
            Name.fromConstantString("www." + SignedTree.NSEC),
            DClass.IN,
            TTL,
            InetAddress.ofLiteral("192.0.2.1"));
    RRset set = new RRset(record);
    Instant from = NOW.plus(DAY.multipliedBy(fromDay));
    Instant to = NOW.plus(DAY.multipliedBy(toDay));
    return new Rrset(
        DnsName.parse("www." + SignedTree.NSEC),
        record.getType(),
        DClass.IN,
        TTL,
        List.of(record.rdataToWireCanonical()),
        List.of(signer.sign(set, signer.terms(set, NOW).valid(from, to)).rdataToWireCanonical()));
  }

  private Verdict verify(SignatureVerifier verifier, Rrset rrset) {
    return verifier.verify(rrset, APEX, List.of(key), new Budget(world.time(), DAY));
  }

  private int ttl(Timing timing, int fromDay, int toDay) {
    return verify(certain.with(clock, timing), address(fromDay, toDay))
            instanceof Verdict.Secure secure
        ? secure.rrset().ttlSeconds()
        : -1;
  }

  private ExtendedError error(SignatureVerifier verifier, int fromDay, int toDay) {
    return verify(verifier, address(fromDay, toDay)) instanceof Verdict.Bogus(ExtendedError error)
        ? error
        : new ExtendedError(-1, "not bogus");
  }

  private int code(Timing timing, int fromDay, int toDay) {
    return error(certain.with(clock, timing), fromDay, toDay).code();
  }

  /** Signed by a trusted key for a time to come: the clock is late. */
  private void contradict() {
    byte[] rrsig = address(7, 17).signatures().getFirst();
    clock.contradict(Objects.requireNonNull(RrsigRdata.parse(rrsig)));
    assertThat(clock.isTrusted()).isFalse();
  }

  @Test
  void byTheClockASignatureHasToBeValidNow() {
    assertThat(ttl(Timing.NOW, -5, 5)).isEqualTo(TTL);
    assertThat(code(Timing.NOW, -20, -5)).isEqualTo(ExtendedError.SIGNATURE_EXPIRED);
    assertThat(code(Timing.NOW, 5, 20)).isEqualTo(ExtendedError.SIGNATURE_NOT_YET_VALID);
  }

  @Test
  void whereTheClockMayBeLateItMayBeginWithinAMonth() {
    assertThat(ttl(Timing.NOW_OR_SOON, -5, 5)).isEqualTo(TIMELESS_TTL);
    assertThat(ttl(Timing.NOW_OR_SOON, 29, 40)).isEqualTo(TIMELESS_TTL);
    assertThat(code(Timing.NOW_OR_SOON, 31, 40)).isEqualTo(ExtendedError.SIGNATURE_NOT_YET_VALID);
    assertThat(code(Timing.NOW_OR_SOON, -20, -5)).isEqualTo(ExtendedError.SIGNATURE_EXPIRED);
  }

  @Test
  void whateverTheClockSaysItMayBeOfAnyTimeThatIsNotOver() {
    assertThat(ttl(Timing.EVER, -5, 5)).isEqualTo(TIMELESS_TTL);
    assertThat(ttl(Timing.EVER, 300, 310)).isEqualTo(TIMELESS_TTL);
    assertThat(ttl(Timing.EVER, RELEASE - 38, RELEASE - 28)).isEqualTo(TIMELESS_TTL);
    assertThat(code(Timing.EVER, RELEASE - 42, RELEASE - 32))
        .isEqualTo(ExtendedError.SIGNATURE_EXPIRED);
    assertThat(code(Timing.EVER, 400, 390)).isEqualTo(ExtendedError.SIGNATURE_EXPIRED);
  }

  @Test
  void whoDoubtsNoClockAllowsNoOtherTime() {
    for (Timing timing : Timing.values()) {
      SignatureVerifier doubting = certain.with(clock, timing).with(Sha1.ON);
      assertThat(verify(doubting, address(-5, 5))).isInstanceOf(Verdict.Secure.class);
    }
    assertThat(error(certain, -20, -5).code()).isEqualTo(ExtendedError.SIGNATURE_EXPIRED);
    assertThat(error(certain, 5, 20).code()).isEqualTo(ExtendedError.SIGNATURE_NOT_YET_VALID);
  }

  @Test
  void theReasonSaysWhetherTheClockIsTrusted() {
    SignatureVerifier doubting = certain.with(clock, Timing.NOW);
    for (SignatureVerifier each : List.of(certain, doubting)) {
      assertThat(error(each, 5, 20).text()).endsWith("not valid yet; is the clock right?");
      assertThat(error(each, -20, -5).text()).endsWith("has expired");
    }

    contradict();

    assertThat(error(doubting, 5, 20).text()).endsWith("not valid yet; the clock is not trusted");
    assertThat(error(doubting, -20, -5).text()).endsWith("expired; the clock is not trusted");
    assertThat(error(certain, 5, 20).text()).endsWith("is the clock right?");
  }

  @Test
  void whatIsOverByATrustedKeysSignatureIsNotTakenForPossible() {
    contradict();

    assertThat(ttl(Timing.EVER, 8, 18)).isEqualTo(TIMELESS_TTL);
    assertThat(code(Timing.EVER, -200, -190)).isEqualTo(ExtendedError.SIGNATURE_EXPIRED);
  }

  @Test
  void aKeySignsForAnotherTimeOnlyWhereTheClockDoesNotCount() {
    Budget budget = new Budget(world.time(), DAY);

    assertThat(certain.with(clock, Timing.EVER).isSignedBy(key, address(100, 110), APEX, budget))
        .isTrue();
    assertThat(certain.with(clock, Timing.NOW).isSignedBy(key, address(100, 110), APEX, budget))
        .isFalse();
  }
}
