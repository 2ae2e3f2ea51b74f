package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SignedZones;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Who asks for hostile zones in the name of others takes nothing from them. */
class SpoofedSourceTest {
  private static final int ZONES = 8;
  private static final int ROUNDS = 8;
  private static final int NAMES_EACH = 5;

  private final Internet net = new Internet(35);
  private final SignedZones zones = new SignedZones(SimulatedTime.BEGINNING);
  private final SignatureFlood flood = new SignatureFlood();

  @BeforeEach
  void plant() {
    StringBuilder below = new StringBuilder();
    String[] ds = new String[ZONES + 1];
    for (int i = 0; i < ZONES; i++) {
      ds[i] = plant("h" + i + ".", "192.0.2.1", below);
    }
    ds[ZONES] = plant("other.", "192.0.2.2", below);
    net.server("192.0.2.1")
        .behaving(
            (query, response) ->
                query.getQuestion().getType() == Type.A
                    ? flood.before(zones.sign(query, response))
                    : zones.sign(query, response));
    net.server("192.0.2.2").behaving(zones::sign);
    zones.plantRoot(net, below.toString(), ds);
    TrustAnchor anchor = zones.anchor(".");
    net.validating(new ValidationSettings(Mode.ON, List.of(anchor), List.of(), true));
  }

  private String plant(String apex, String server, StringBuilder below) {
    below.append("%1$s 86400 IN NS ns.%1$s\nns.%1$s 86400 IN A %2$s\n".formatted(apex, server));
    net.server(server)
        .zone(
            zones.zone(
                apex,
                """
                $Z 900 IN SOA ns.$Z host. 1 7200 3600 1209600 300
                $Z 3600 IN NS ns.$Z
                ns.$Z 3600 IN A $S
                *.$Z 600 IN A 192.0.2.80
                """
                    .replace("$Z", apex)
                    .replace("$S", server)));
    return zones.ds(apex);
  }

  @AfterEach
  void end() {
    net.close();
  }

  /** Asks for names of all hostile zones, many at a time. */
  private void waste(Transport transport) {
    for (int name = 0; name < ROUNDS * NAMES_EACH; name++) {
      for (int zone = 0; zone < ZONES; zone++) {
        String wasted = "n" + name + ".h" + zone + ".";
        net.client().ask(SimulatedClient.queryWithDo(wasted, Type.A), transport);
      }
      if (name % NAMES_EACH == 0) {
        net.world().pass(Duration.ofMillis(200));
      }
    }
    net.world().pass(Duration.ofMillis(200));
  }

  private Asked ask(String name, Transport transport, EDNSOption... options) {
    Message query = SimulatedClient.query(name, Type.A);
    query.removeAllRecords(Section.ADDITIONAL);
    query.addRecord(
        new OPTRecord(1232, 0, 0, ExtendedFlags.DO, List.of(options)), Section.ADDITIONAL);
    return net.client().await(net.client().ask(query, transport));
  }

  private int refused() {
    return net.world().events().limits().getOrDefault("validation work for one client", 0);
  }

  private static void assertAnswered(Asked asked) {
    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.answers()).isNotEmpty();
  }

  @Test
  void whoseNameIsUsedIsAskedForAProofOfItsAddressAndThenServed() {
    assertAnswered(ask("known.other.", Transport.UDP));
    waste(Transport.UDP);

    Asked unproved = ask("www.other.", Transport.UDP);
    assertThat(refused()).isPositive();
    assertThat(unproved.reply().getHeader().getFlag(Flags.TC)).isTrue();
    assertThat(unproved.answers()).isEmpty();
    assertAnswered(ask("known.other.", Transport.UDP));

    assertAnswered(ask("www.other.", Transport.TCP));
  }

  @Test
  void aCookieIsAProof() { // RFC 7873 §5.2.3
    waste(Transport.UDP);

    Asked unproved = ask("www.other.", Transport.UDP, new CookieOption(new byte[8]));
    assertThat(unproved.rcode()).isEqualTo(Rcode.BADCOOKIE);

    EDNSOption given = unproved.reply().getOPT().getOptions(EDNSOption.Code.COOKIE).getFirst();
    assertAnswered(ask("www.other.", Transport.UDP, given));
  }

  @Test
  void whoIsKnownByItsAddressPaysForItself() {
    waste(Transport.TCP);

    Asked proved = ask("www.other.", Transport.TCP);
    assertThat(refused()).isPositive();
    assertThat(proved.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertAnswered(ask("www.other.", Transport.UDP));
  }
}
