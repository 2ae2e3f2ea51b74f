package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.RecursionSettings.RootServer;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.RouteSettings.Strategy;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SignedZones;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * Private zones with servers of their own, below a signed root and a signed {@code com.}: never
 * bogus for want of a chain from the public tree.
 */
class RoutedZonesTest {
  private static final String ROOT_SERVER = "198.41.0.4";
  private static final String TLD = "192.5.6.30";
  private static final String PRIVATE = "10.0.0.53";

  private final Internet net = new Internet(37);
  private final SignedZones zones = new SignedZones(SimulatedTime.BEGINNING);
  private final SignedZones hidden = new SignedZones(SimulatedTime.BEGINNING);

  @BeforeEach
  void plant() {
    zones.plantRoot(
        net,
        """
        com. 86400 IN NS a.gtld.com.
        a.gtld.com. 86400 IN A 192.5.6.30
        """,
        zones.ds("com."));
    net.server(TLD)
        .zone(
            zones.zone(
                "com.",
                """
                com. 900 IN SOA a.gtld.com. host. 1 7200 3600 1209600 900
                com. 86400 IN NS a.gtld.com.
                a.gtld.com. 86400 IN A 192.5.6.30
                signed.com. 3600 IN NS ns.signed.com.
                ns.signed.com. 3600 IN A 192.0.2.1
                unsigned.com. 3600 IN NS ns.unsigned.com.
                ns.unsigned.com. 3600 IN A 192.0.2.2
                """
                    + hidden.ds("signed.com.")
                    + "\n"))
        .behaving(zones::sign);
  }

  @AfterEach
  void end() {
    net.close();
  }

  private static String text(String apex) {
    return """
    @ 900 IN SOA ns.@ host.@ 1 7200 3600 1209600 300
    @ 3600 IN NS ns.@
    ns.@ 3600 IN A 10.0.0.53
    www.@ 600 IN A 10.0.0.80
    """
        .replace("@", apex);
  }

  /** Asks for a name in a zone that is routed to the private server. */
  private Asked ask(String zone, RouteSettings.Mode mode, String name) {
    net.server(PRIVATE).zone(text(zone));
    Settings base =
        net.world()
            .recursive(
                List.of(
                    new RootServer(
                        DnsName.parse("a.root-servers.net."), List.of(address(ROOT_SERVER)))),
                true,
                true,
                new ValidationSettings(Mode.ON, List.of(zones.anchor(".")), List.of(), true));
    List<RouteSettings> routes = new ArrayList<>(base.routes());
    routes.add(
        new RouteSettings(
            DnsName.parse(zone),
            mode,
            List.of(address(PRIVATE)),
            Strategy.ORDERED,
            Duration.ofMillis(400),
            false));
    SimulatedClient client =
        net.world()
            .start(
                new Settings(
                    base.listen(),
                    base.threads(),
                    base.access(),
                    routes,
                    base.recursion(),
                    base.validation(),
                    base.cache(),
                    base.service(),
                    base.limits(),
                    base.http(),
                    base.control(),
                    base.log()));
    return client.resolve(SimulatedClient.queryWithDo(name, Type.A));
  }

  private static Address address(String ip) {
    return new Address(InetAddress.ofLiteral(ip), 53);
  }

  /** Denied by the root; denied by com.; a DS there and servers without keys; without DS. */
  @ParameterizedTest
  @CsvSource({
    "lan., FORWARD", "lan., STUB",
    "secret.com., FORWARD", "secret.com., STUB",
    "signed.com., FORWARD", "signed.com., STUB",
    "unsigned.com., FORWARD", "unsigned.com., STUB",
    "a.b.secret.com., FORWARD", "a.b.secret.com., STUB",
    "a.signed.com., FORWARD", "a.signed.com., STUB"
  })
  void anUnsignedZoneIsInsecure(String zone, RouteSettings.Mode mode) {
    Asked asked = ask(zone, mode, "www." + zone);

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.answers()).hasSize(1);
    assertThat(asked.reply().getHeader().getFlag(Flags.AD)).as("AD").isFalse();
    boolean proved = zone.equals("unsigned.com.");
    assertThat(asked.extendedError().orElse(0))
        .isEqualTo(proved ? 0 : ExtendedError.NEGATIVE_TRUST_ANCHOR);
  }

  @ParameterizedTest
  @CsvSource({
    "lan., FORWARD", "lan., STUB",
    "secret.com., FORWARD", "secret.com., STUB",
    "signed.com., FORWARD", "signed.com., STUB",
    "unsigned.com., FORWARD", "unsigned.com., STUB"
  })
  void soIsItsDenial(String zone, RouteSettings.Mode mode) {
    Asked asked = ask(zone, mode, "nowhere." + zone);

    assertThat(asked.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(asked.reply().getHeader().getFlag(Flags.AD)).as("AD").isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = RouteSettings.Mode.class,
      names = {"FORWARD", "STUB"})
  void aZoneThatIsSignedForItselfIsInsecureToo(RouteSettings.Mode mode) {
    SignedZones own = new SignedZones(SimulatedTime.BEGINNING);
    String _ = own.zone("lan.", text("lan."));
    net.server(PRIVATE).behaving(own::sign);

    Asked asked = ask("lan.", mode, "www.lan.");

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.reply().getHeader().getFlag(Flags.AD)).as("AD").isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = RouteSettings.Mode.class,
      names = {"FORWARD", "STUB"})
  void withoutThePublicTreeTooAZoneWithServersOfItsOwnResolves(RouteSettings.Mode mode) {
    net.root().behaving((query, response) -> null);

    assertThat(ask("lan.", mode, "www.lan.").rcode()).isEqualTo(Rcode.NOERROR);
  }
}
