package dev.namewell.core.validate.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.NegativeAnchor;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.settings.ValidationSettings.Upkeep;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import dev.namewell.core.validate.anchor.RollingRoot.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** A zone that fails to validate for a while (RFC 7646); here the root itself. */
class NegativeAnchorTest {
  private static final Instant START = SimulatedTime.BEGINNING;
  private static final Duration HOUR = Duration.ofHours(1);

  private final Key key = Key.make();
  private final Key wrong = Key.make();
  private final Internet net = new Internet(17);
  private final RollingRoot root =
      new RollingRoot(net.world().time()::truth).publishing(key).signedBy(wrong);

  private void begin(NegativeAnchor... configured) {
    net.root().zone(RollingRoot.ZONE).behaving(root::sign);
    TrustAnchor anchor = new TrustAnchor(DnsName.ROOT, List.of(key.ds()), List.of());
    net.validating(
        new ValidationSettings(
            Mode.ON, List.of(anchor), List.of(configured), true, Upkeep.inMemory()));
    Asked _ = net.client().ask("host.", Type.A);
    net.world().pass(Duration.ofSeconds(10));
  }

  @AfterEach
  void end() {
    net.close();
  }

  private Asked ask() {
    return ask("host.");
  }

  private Asked ask(String name) {
    net.world().pass(Duration.ofMinutes(2)); // past what is remembered of failures
    return net.client().resolve(SimulatedClient.queryWithDo(name, Type.A));
  }

  private void assertBogus() {
    assertThat(ask().rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  private void assertInsecure() {
    Asked asked = ask();
    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.reply().getHeader().getFlag(Flags.AD)).as("AD").isFalse();
    assertThat(asked.extendedError()).contains(ExtendedError.NEGATIVE_TRUST_ANCHOR);
  }

  @Test
  void oneOfTheConfigurationEndsWhenItSays() {
    begin(new NegativeAnchor(DnsName.ROOT, Optional.of(START.plus(HOUR))));
    assertInsecure();

    net.world().pass(HOUR);

    assertBogus();
  }

  @Test
  void oneSetWhileRunningEndsWhenItsTimeIsOver() {
    begin();
    assertBogus();
    net.world().engine().addNegativeAnchor(DnsName.ROOT, START.plus(HOUR));
    assertInsecure();
    assertThat(net.world().engine().trust().orElseThrow().negative()).hasSize(1);

    net.world().pass(HOUR);

    assertBogus();
    assertThat(net.world().engine().trust().orElseThrow().negative()).isEmpty();
    assertThat(net.world().events().trust())
        .contains("negative trust anchor . has ended: its time is over");
  }

  @Test
  void itEndsEarlierWhenTheZoneValidatesAgain() {
    begin();
    net.world().engine().addNegativeAnchor(DnsName.ROOT, START.plus(HOUR.multipliedBy(24)));
    net.world().pass(HOUR);
    assertInsecure();

    root.signedBy(key);
    net.world().pass(Duration.ofMinutes(11));

    Asked asked = ask();
    assertThat(asked.reply().getHeader().getFlag(Flags.AD)).as("AD").isTrue();
    assertThat(net.world().events().trust())
        .contains("negative trust anchor . has ended: the zone validates again");
  }

  @Test
  void whatWasRememberedBelowItEndsWithIt() {
    begin();
    net.world().engine().addNegativeAnchor(DnsName.ROOT, START.plus(Duration.ofMinutes(9)));
    net.world().pass(Duration.ofMinutes(6));
    assertThat(ask("lasting.").rcode()).isEqualTo(Rcode.NOERROR);

    net.world().pass(Duration.ofMinutes(6));

    assertThat(ask("lasting.").rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void setByAClockThatWasAheadItLastsNoLongerThanAWeek() { // RFC 7646 §2.1
    begin();
    net.world().time().set(Duration.ofDays(400));
    net.world().engine().addNegativeAnchor(DnsName.ROOT, START.plus(Duration.ofDays(401)));
    net.world().time().set(Duration.ZERO);
    net.world().pass(Duration.ofDays(6));
    assertInsecure();

    net.world().pass(Duration.ofDays(2));

    assertBogus();
  }

  @Test
  void oneThatIsRemovedCountsNoMore() {
    begin();
    net.world().engine().addNegativeAnchor(DnsName.ROOT, START.plus(HOUR));
    assertInsecure();

    assertThat(net.world().engine().removeNegativeAnchor(DnsName.ROOT)).isTrue();

    assertBogus();
    assertThat(net.world().engine().removeNegativeAnchor(DnsName.ROOT)).isFalse();
  }

  @Test
  void oneSetWhileRunningOutlivesTheProgram() {
    begin();
    AnchorMemory.Known known =
        AnchorMemory.Known.NOTHING.withNegative(DnsName.parse("a.example."), START.plus(HOUR));

    assertThat(MemoText.read(MemoText.write(known, START)).known()).isEqualTo(known);
  }
}
