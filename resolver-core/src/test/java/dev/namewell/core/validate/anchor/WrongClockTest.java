package dev.namewell.core.validate.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.settings.ValidationSettings.Upkeep;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.validate.anchor.RollingRoot.Key;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** A machine that does not know what time it is. */
class WrongClockTest {
  private static final Duration YEARS = Duration.ofDays(20_000);
  private static final Duration A_WEEK = Duration.ofDays(7);

  private final Key key = Key.make();
  private final Internet net = new Internet(29);
  private final RollingRoot root =
      new RollingRoot(net.world().time()::truth).publishing(key).signedBy(key);

  private void begin(Duration ahead) {
    net.world().time().set(ahead);
    net.root().zone(RollingRoot.ZONE).behaving(root::sign);
    TrustAnchor anchor = new TrustAnchor(DnsName.ROOT, List.of(key.ds()), List.of());
    net.validating(
        new ValidationSettings(
            Mode.ON,
            List.of(anchor),
            List.of(),
            true,
            new Upkeep(true, Optional.empty(), true, true, List.of(DnsName.parse("pool.")))));
    Asked _ = net.client().ask("host.", Type.A);
    net.world().pass(Duration.ofMinutes(2));
  }

  @AfterEach
  void end() {
    net.close();
  }

  private Asked ask(String name, int type, int... flags) {
    Message query = SimulatedClient.queryWithDo(name, type);
    for (int flag : flags) {
      query.getHeader().setFlag(flag);
    }
    return net.client().resolve(query);
  }

  private static boolean isSecure(Asked asked) {
    return asked.reply().getHeader().getFlag(Flags.AD);
  }

  private void assertOnlyTimeCanBeLearnt(int error) {
    Asked asked = ask("host.", Type.A);
    assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(asked.extendedError()).contains(error);
    assertThat(asked.extendedText()).contains("the clock is not trusted");
    Asked time = ask("pool.", Type.A);
    assertThat(time.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(time.answers()).isNotEmpty();
    assertThat(isSecure(time)).as("AD").isFalse();
  }

  private void assertAllIsWellOnceTheClockIsSet() {
    net.world().time().set(Duration.ZERO);
    net.world().pass(Duration.ofMinutes(6));
    Asked asked = ask("host.", Type.A);
    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(isSecure(asked)).as("AD").isTrue();
    assertThat(isSecure(ask("pool.", Type.A))).as("AD").isTrue();
    assertThat(net.world().events().trust())
        .contains("the clock is right now: signatures are judged by it");
  }

  @Test
  void withoutABatteryItIs1970() {
    begin(YEARS.negated());

    assertOnlyTimeCanBeLearnt(ExtendedError.SIGNATURE_NOT_YET_VALID);
    assertAllIsWellOnceTheClockIsSet();
  }

  @Test
  void itIsAsLateAsWhenTheMachineWasSwitchedOff() {
    begin(A_WEEK.negated());

    assertOnlyTimeCanBeLearnt(ExtendedError.SIGNATURE_NOT_YET_VALID);
    assertAllIsWellOnceTheClockIsSet();
  }

  @Test
  void itIsLateByLessThanTheKeysAreSigned() {
    root.keysSince(Duration.ofDays(9));
    begin(A_WEEK.negated());

    assertThat(ask("host.", Type.A).extendedError())
        .contains(ExtendedError.SIGNATURE_NOT_YET_VALID);
    for (int i = 0; i < 2; i++) {
      Asked time = ask("pool.", Type.A);
      assertThat(time.rcode()).isEqualTo(Rcode.NOERROR);
      assertThat(time.answers()).isNotEmpty();
      assertThat(isSecure(time)).as("AD").isFalse();
      net.world().pass(Duration.ofSeconds(90));
    }
    assertThat(net.world().events().trust()).noneMatch(said -> said.startsWith("the clock"));

    net.world().time().set(Duration.ZERO);
    net.world().pass(Duration.ofMinutes(6));
    assertThat(isSecure(ask("host.", Type.A))).as("AD").isTrue();
    assertThat(isSecure(ask("pool.", Type.A))).as("AD").isTrue();
  }

  private void assertKeysThatWereWrongOnceAreAskedForAgain() {
    assertThat(ask("lasting.", Type.A).rcode()).as("forgets the keys").isEqualTo(Rcode.SERVFAIL);
    root.signedBy(Key.make());
    assertThat(ask("pool.", Type.A).extendedText()).contains("no trust anchor of .");
    root.signedBy(key);
    net.world().pass(Duration.ofSeconds(20));

    assertThat(ask("pool.", Type.A).rcode()).isEqualTo(Rcode.NOERROR);
  }

  @Test
  void keysThatWereWrongOnceDoNotKeepItFromBeingSet() {
    begin(YEARS.negated());

    assertKeysThatWereWrongOnceAreAskedForAgain();
  }

  @Test
  void norDoKeysThatWereWrongWhenItSeemedRight() {
    root.keysSince(Duration.ofDays(9));
    begin(A_WEEK.negated());

    assertKeysThatWereWrongOnceAreAskedForAgain();
    assertThat(net.world().events().trust()).noneMatch(said -> said.startsWith("the clock"));
  }

  @Test
  void whatHasExpiredByALateClockHasExpired() {
    root.keysSince(Duration.ofDays(9));
    begin(A_WEEK.negated());
    root.since(Duration.ofDays(20)).validFor(Duration.ofDays(-8).minusHours(13));
    net.world().pass(Duration.ofMinutes(2));

    Asked time = ask("pool.", Type.A);

    assertThat(time.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(time.extendedText()).contains("pool. A: the signature has expired");
  }

  @Test
  void itIsNotLateByMonthsWhileKeysAreValid() {
    root.keysSince(Duration.ofDays(41)).validFor(Duration.ofDays(10));
    begin(Duration.ofDays(-40));

    assertThat(ask("pool.", Type.A).extendedError())
        .contains(ExtendedError.SIGNATURE_NOT_YET_VALID);
  }

  @Test
  void itIsAYearAhead() {
    begin(Duration.ofDays(365));

    assertOnlyTimeCanBeLearnt(ExtendedError.SIGNATURE_EXPIRED);
    assertAllIsWellOnceTheClockIsSet();
  }

  @Test
  void aReplayOfOldKeysDoesNotMakeARightClockWrong() {
    begin(Duration.ZERO);
    root.validFor(Duration.ofHours(-11)).signedBy(key);
    net.world().pass(Duration.ofDays(4));

    assertThat(ask("pool.", Type.A).rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(net.world().events().trust()).noneMatch(said -> said.startsWith("the clock"));
  }

  @Test
  void aForgedSignatureOfTheFutureDoesNotMakeARightClockWrong() {
    begin(Duration.ZERO);
    Key forger = Key.make();
    RollingRoot ahead = new RollingRoot(() -> net.world().time().truth().plus(A_WEEK));
    net.root().behaving(ahead.publishing(key, forger).signedBy(forger)::sign);
    net.world().pass(Duration.ofDays(2));

    assertThat(net.world().events().trust()).noneMatch(said -> said.startsWith("the clock"));
  }

  @Test
  void whileTheClockIsWrongNoKeyIsLearned() {
    begin(A_WEEK.negated());
    root.publishing(key, Key.make()).signedBy(key);
    net.world().pass(Duration.ofDays(2));

    assertThat(net.world().engine().trust().orElseThrow().zones().getFirst().keys()).isEmpty();
  }
}
