package dev.namewell.core.validate.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
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

/** Who learns which keys are trusted, and how: servers (RFC 8145) and clients (RFC 8509). */
class AnchorSignalsTest {
  private final Key key = Key.make();
  private final Key other = Key.make();
  private final Internet net = new Internet(23);
  private final RollingRoot root =
      new RollingRoot(net.world().time()::truth).publishing(key).signedBy(key);
  private final String signal = "_ta-%04x.".formatted(key.tag());

  private void begin(Upkeep upkeep) {
    StringBuilder zone = new StringBuilder(RollingRoot.ZONE);
    for (int tag : new int[] {key.tag(), other.tag()}) {
      for (String which : List.of("is", "not")) {
        zone.append(sentinel(which, tag)).append(" 60 IN A 192.0.2.1\n");
        zone.append(sentinel(which, tag)).append(" 60 IN TXT x\n");
      }
    }
    net.root().zone(zone.toString()).behaving(root::sign);
    TrustAnchor anchor = new TrustAnchor(DnsName.ROOT, List.of(key.ds()), List.of());
    net.validating(new ValidationSettings(Mode.ON, List.of(anchor), List.of(), true, upkeep));
    Asked _ = net.client().ask("host.", Type.A);
    net.world().pass(Duration.ofSeconds(20));
  }

  private void begin() {
    begin(Upkeep.inMemory());
  }

  private static String sentinel(String which, int tag) {
    return "root-key-sentinel-%s-ta-%05d.".formatted(which, tag);
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

  @Test
  void theRootsServersAreToldTheTrustedKeys() { // RFC 8145 §5.1
    begin();

    assertThat(net.root().asked()).contains(signal + " NULL");
  }

  @Test
  void theyAreToldAgainEachTimeTheKeysAreLookedAt() {
    begin();
    net.world().pass(Duration.ofDays(1));

    assertThat(net.root().asked()).filteredOn((signal + " NULL")::equals).hasSize(3);
  }

  @Test
  void theyAreNotToldIfThatIsOff() {
    begin(new Upkeep(true, Optional.empty(), false, true, List.of()));

    assertThat(net.root().asked()).noneMatch(question -> question.startsWith("_ta"));
  }

  @Test
  void aClientsSignalGoesOnItsWay() { // RFC 8145 §5.3
    begin();

    Asked _ = ask("_ta-1234.", Type.NULL);

    assertThat(net.root().asked()).contains("_ta-1234. NULL");
  }

  private void assertAnswered(Asked asked) {
    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.answers()).isNotEmpty();
  }

  @Test
  void theSentinelSaysWhichKeysAreTrusted() {
    begin();

    assertAnswered(ask(sentinel("is", key.tag()), Type.A));
    assertThat(ask(sentinel("not", key.tag()), Type.A).rcode()).isEqualTo(Rcode.SERVFAIL);
    assertAnswered(ask(sentinel("not", other.tag()), Type.A));
    assertThat(ask(sentinel("is", other.tag()), Type.A).rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void theSentinelAnswersAddressesOnlyAndNotWithCd() { // RFC 8509 §3.1
    begin();

    assertAnswered(ask(sentinel("not", key.tag()), Type.TXT));
    assertAnswered(ask(sentinel("not", key.tag()), Type.A, Flags.CD));
  }

  @Test
  void theSentinelAnswersForProvedNamesOnly() {
    begin();
    net.world()
        .engine()
        .addNegativeAnchor(DnsName.ROOT, net.world().time().truth().plus(Duration.ofHours(1)));

    assertAnswered(ask(sentinel("not", key.tag()), Type.A));
  }

  @Test
  void theSentinelMayBeOff() {
    begin(new Upkeep(true, Optional.empty(), true, false, List.of()));

    assertAnswered(ask(sentinel("not", key.tag()), Type.A));
  }

  @Test
  void theSentinelFollowsARollOver() {
    begin();
    root.publishing(key, other).signedBy(key);
    net.world().pass(Duration.ofDays(32));

    assertAnswered(ask(sentinel("is", other.tag()), Type.A));
    assertThat(net.root().asked())
        .anyMatch(question -> question.contains("%04x".formatted(other.tag())));
  }
}
