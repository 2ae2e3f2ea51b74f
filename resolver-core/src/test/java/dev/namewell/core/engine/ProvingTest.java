package dev.namewell.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.NegativeAnchor;
import dev.namewell.core.settings.ValidationSettings.Sha1;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.settings.ValidationSettings.Upkeep;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SimulatedTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The number that says whether answers from before a restart count still. */
class ProvingTest {
  private static final DnsName LAN = DnsName.parse("lan.");

  private final Internet net = new Internet(41);

  @AfterEach
  void end() {
    net.close();
  }

  private static TrustAnchor ds(DnsName zone, int lastOctet) {
    return new TrustAnchor(zone, List.of(new byte[] {1, 2, 8, 2, (byte) lastOctet}), List.of());
  }

  private static TrustAnchor dnskey(DnsName zone, int lastOctet) {
    return new TrustAnchor(zone, List.of(), List.of(new byte[] {1, 1, 3, 8, (byte) lastOctet}));
  }

  private static ValidationSettings trusting(TrustAnchor... anchors) {
    return new ValidationSettings(Mode.ON, List.of(anchors), List.of(), true);
  }

  private static ValidationSettings unlooked(Mode mode, NegativeAnchor... negative) {
    return new ValidationSettings(
        mode, List.of(ds(DnsName.ROOT, 1)), List.of(negative), true, Upkeep.inMemory());
  }

  private long number(ValidationSettings settings) {
    net.validating(settings).client();
    net.reload(settings);
    return net.world().engine().provedBy();
  }

  @Test
  void itIsAnotherWhereverAnAnswerCouldComeOutOtherwise() {
    long plain = number(trusting(ds(DnsName.ROOT, 1)));
    List<Long> others =
        List.of(
            number(trusting()),
            number(trusting(ds(DnsName.ROOT, 2))),
            number(trusting(dnskey(DnsName.ROOT, 1))),
            number(trusting(dnskey(DnsName.ROOT, 2))),
            number(trusting(ds(LAN, 1))),
            number(trusting(ds(DnsName.ROOT, 1), ds(LAN, 1))),
            number(trusting(ds(DnsName.ROOT, 1)).withSha1(Sha1.DIGESTS)),
            number(trusting(ds(DnsName.ROOT, 1)).withSha1(Sha1.OFF)),
            number(unlooked(Mode.ON, NegativeAnchor.of(LAN))),
            number(unlooked(Mode.LOG_ONLY)),
            number(unlooked(Mode.OFF)));

    assertThat(others).doesNotHaveDuplicates().doesNotContain(plain);
    net.route("lan.", RouteSettings.Mode.FORWARD, "10.0.0.53", false);
    assertThat(number(trusting(ds(DnsName.ROOT, 1)))).isNotIn(others).isNotEqualTo(plain);
  }

  @Test
  void itIsTheSameForTheSameInAnotherOrder() {
    assertThat(number(trusting(ds(LAN, 1), ds(DnsName.ROOT, 1))))
        .isEqualTo(number(trusting(ds(DnsName.ROOT, 1), ds(LAN, 1))));
  }

  @Test
  void itIsAnotherWhileThereIsANegativeTrustAnchorThatWasSetWhileRunning() {
    long before = number(trusting());
    net.world().engine().addNegativeAnchor(LAN, SimulatedTime.BEGINNING.plusSeconds(3600));
    long during = net.world().engine().provedBy();
    net.world().engine().removeNegativeAnchor(LAN);

    assertThat(during).isNotEqualTo(before);
    assertThat(net.world().engine().provedBy()).isEqualTo(before);
  }

  @Test
  void aNegativeTrustAnchorThatHasEndedIsAsIfItHadNotBeen() {
    long without = number(unlooked(Mode.ON));
    Optional<Instant> soon = Optional.of(SimulatedTime.BEGINNING.plusSeconds(60));
    assertThat(number(unlooked(Mode.ON, new NegativeAnchor(LAN, soon)))).isNotEqualTo(without);

    net.world().pass(Duration.ofMinutes(2));

    assertThat(net.world().engine().provedBy()).isEqualTo(without);
  }

  @Test
  void howAnswersWouldBeProvedMattersOnlyWhereTheyAre() {
    long before = number(ValidationSettings.off());
    assertThat(number(unlooked(Mode.OFF, NegativeAnchor.of(LAN)).withSha1(Sha1.OFF)))
        .isEqualTo(before);
    net.route("lan.", RouteSettings.Mode.FORWARD, "10.0.0.53", false);

    assertThat(number(ValidationSettings.off())).isEqualTo(before);
  }
}
