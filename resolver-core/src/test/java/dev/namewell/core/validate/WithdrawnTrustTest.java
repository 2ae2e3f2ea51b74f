package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events.CacheEvent;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SignedZones;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import dev.namewell.core.sim.ZoneSigner;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * What was proved by a key that is trusted no more, or under settings that count no more, answers
 * nothing from then on; least of all names that were never asked for (RFC 8198).
 */
class WithdrawnTrustTest {
  private static final String SERVER = "192.0.2.1";
  private static final String PRIVATE = "10.0.0.53";
  private static final String ZONE = "zone.";

  private final Internet net = new Internet(39);
  private final SignedZones zones = new SignedZones(SimulatedTime.BEGINNING);
  private final TrustAnchor anchor = zones.anchor(".");

  @BeforeEach
  void begin() {
    plant("");
    net.validating(trusting(anchor));
  }

  /** Chains of trust to the zone last a minute, its denials an hour. */
  private void plant(String more) {
    zones.plantRoot(
        net,
        """
        zone. 86400 IN NS ns.zone.
        ns.zone. 86400 IN A 192.0.2.1
        """,
        zones.ds(ZONE).replaceFirst("3600", "60"));
    plantZone(more);
  }

  private void plantZone(String more) {
    net.server(SERVER)
        .zone(
            zones.zone(
                ZONE,
                """
                zone. 10800 IN SOA ns.zone. host. 1 7200 3600 1209600 10800
                zone. 10800 IN NS ns.zone.
                alpha.zone. 600 IN A 192.0.2.80
                ns.zone. 10800 IN A 192.0.2.1
                """
                    + more))
        .behaving(zones::sign);
  }

  @AfterEach
  void end() {
    net.close();
  }

  private static ValidationSettings trusting(TrustAnchor... anchors) {
    return new ValidationSettings(Mode.ON, List.of(anchors), List.of(), true);
  }

  private static Message query(String name) {
    return SimulatedClient.queryWithDo(name, Type.A);
  }

  private Asked ask(String name) {
    return net.client().resolve(query(name));
  }

  private int synthesised() {
    return net.world().events().count(CacheEvent.SYNTHESISED);
  }

  private static boolean isSecure(Asked asked) {
    return asked.reply().getHeader().getFlag(Flags.AD);
  }

  /** From now on the zone's denials are known, and answer for other names. */
  private void learnDenials() {
    assertThat(ask("beta.zone.").rcode()).isEqualTo(Rcode.NXDOMAIN);
    Asked other = ask("bravo.zone.");
    assertThat(other.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(isSecure(other)).as("AD").isTrue();
    assertThat(synthesised()).isEqualTo(1);
  }

  /** Answered by the zone's servers, not from what is known. */
  private void assertAsked(String name) {
    assertThat(net.server(SERVER).asked()).contains(name + " A");
  }

  @Test
  void denialsEndWithTheKeyThatTheZoneHasReplaced() {
    learnDenials();
    ZoneSigner next = ZoneSigner.of(ZONE, DNSSEC.Algorithm.ED25519);
    zones.signedBy(ZONE, next);
    plant("bronze.zone. 600 IN A 192.0.2.81\n");
    net.world().pass(Duration.ofSeconds(61));

    Asked added = ask("bronze.zone.");
    Asked denied = ask("brook.zone.");

    assertThat(added.answers()).isNotEmpty();
    assertThat(isSecure(added)).as("AD").isTrue();
    assertThat(denied.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(signedBy(denied)).containsExactly(next.dnskey().getFootprint());
  }

  @Test
  void denialsEndWithTheDsThatTheZoneAboveHasNoMore() { // RFC 4035 §5.2
    learnDenials();
    Name zone = Name.fromConstantString(ZONE);
    int[] types = {Type.NS, Type.RRSIG, Type.NSEC};
    List<Record> unsigned =
        zones.signed(".", new NSECRecord(zone, DClass.IN, 60, Name.root, types));
    net.root()
        .behaving(
            (query, response) -> {
              Message signed = zones.sign(query, response);
              if (query.getQuestion().getType() == Type.DS) {
                signed.removeAllRecords(Section.ANSWER);
                unsigned.forEach(record -> signed.addRecord(record, Section.AUTHORITY));
              }
              return signed;
            });
    plantZone("bronze.zone. 600 IN A 192.0.2.81\n");
    net.server(SERVER).behaving((query, response) -> response);
    net.world().pass(Duration.ofSeconds(61));

    Asked added = ask("bronze.zone.");

    assertThat(added.answers()).isNotEmpty();
    assertThat(isSecure(added)).as("AD").isFalse();
    assertThat(synthesised()).isEqualTo(1);
  }

  @Test
  void denialsEndWithATrustAnchorThatTheConfigurationNamesNoMore() {
    learnDenials();
    TrustAnchor other = new SignedZones(SimulatedTime.BEGINNING).anchor(".");
    net.reload(trusting(other));

    assertThat(ask("bronze.zone.").rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(synthesised()).isEqualTo(1);
  }

  @Test
  void denialsEndWhereADeeperTrustAnchorIsConfigured() {
    learnDenials();
    TrustAnchor other = new SignedZones(SimulatedTime.BEGINNING).anchor("bronze.zone.");
    net.reload(trusting(anchor, other));

    assertThat(ask("www.bronze.zone.").rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(ask("brook.zone.").rcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  /** The root's keys are these; the first revokes itself or signs everything. */
  private void publishing(ZoneSigner first, ZoneSigner second) {
    net.root()
        .behaving(
            (query, response) -> {
              Message signed = zones.sign(query, response);
              boolean keys =
                  query.getQuestion().getType() == Type.DNSKEY
                      && query.getQuestion().getName().equals(Name.root);
              if (keys) {
                RRset set = new RRset(first.dnskey(), second.dnskey());
                signed.removeAllRecords(Section.ANSWER);
                set.rrs(false).forEach(record -> signed.addRecord(record, Section.ANSWER));
                for (ZoneSigner each : List.of(first, second)) {
                  signed.addRecord(each.sign(set, SimulatedTime.BEGINNING), Section.ANSWER);
                }
              }
              return signed;
            });
  }

  private static List<Integer> signedBy(Asked asked) {
    return asked.authorities().stream()
        .filter(RRSIGRecord.class::isInstance)
        .map(rrsig -> ((RRSIGRecord) rrsig).getFootprint())
        .distinct()
        .toList();
  }

  @Test
  void denialsEndWithATrustAnchorThatIsRevoked() { // RFC 5011 §2.1
    ZoneSigner old = zones.signer(".");
    ZoneSigner other = ZoneSigner.of(".", DNSSEC.Algorithm.ED25519);
    byte[] second = other.ds(DNSSEC.Digest.SHA256).rdataToWireCanonical();
    publishing(old, other);
    net.validating(
        trusting(
            new TrustAnchor(DnsName.ROOT, List.of(anchor.ds().getFirst(), second), List.of())));
    SimulatedClient _ = net.client();
    net.world().pass(Duration.ofMinutes(58));
    ask("beta.");
    assertThat(signedBy(ask("bravo."))).containsExactly(old.dnskey().getFootprint());
    assertThat(synthesised()).isEqualTo(1);

    int revoke = ZoneSigner.ENTRY_KEY | DNSKEYRecord.Flags.REVOKE;
    zones.signedBy(".", other);
    publishing(old.announced(revoke, DNSKEYRecord.Protocol.DNSSEC), other);
    net.world().pass(Duration.ofMinutes(3));
    assertThat(net.world().events().trust()).anyMatch(said -> said.contains("is revoked"));

    Asked asked = ask("bronze.");

    assertThat(asked.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(isSecure(asked)).as("AD").isTrue();
    assertThat(signedBy(asked)).containsExactly(other.dnskey().getFootprint());
  }

  @Test
  void belowANegativeTrustAnchorNoDenialsAreMade() { // RFC 7646
    learnDenials();
    net.world()
        .engine()
        .addNegativeAnchor(DnsName.parse(ZONE), SimulatedTime.BEGINNING.plusSeconds(3600));

    Asked asked = ask("bronze.zone.");

    assertThat(asked.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(isSecure(asked)).as("AD").isFalse();
    assertThat(synthesised()).isEqualTo(1);
    assertAsked("bronze.zone.");
  }

  /** The zone's server says something that is not signed. */
  private void forge() {
    net.server(SERVER).behaving(zones::signAllButAddresses);
  }

  @Test
  void whatWasOnItsWayWhenANegativeTrustAnchorWasRemovedIsNotRemembered() {
    forge();
    ask("beta.zone.");
    net.world()
        .engine()
        .addNegativeAnchor(DnsName.parse(ZONE), SimulatedTime.BEGINNING.plusSeconds(3600));
    ask("beta.zone.");
    Asked early = net.client().ask(query("alpha.zone."), Transport.UDP);
    net.world().pass(Duration.ofMillis(10));
    net.world().engine().removeNegativeAnchor(DnsName.parse(ZONE));
    Asked _ = net.client().await(early);

    assertThat(ask("alpha.zone.").rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  /** Asks for what is not signed, and is on its way when validation is switched on. */
  private Asked askBeforeValidationIsSwitchedOn() {
    forge();
    net.validating(ValidationSettings.off());
    ask("beta.zone.");
    Asked early = net.client().ask(query("alpha.zone."), Transport.UDP);
    net.world().pass(Duration.ofMillis(10));
    net.reload(trusting(anchor));
    return early;
  }

  @Test
  void whatWasOnItsWayWhenValidationWasSwitchedOnIsNotRemembered() {
    Asked early = askBeforeValidationIsSwitchedOn();
    assertThat(net.client().await(early).rcode()).isEqualTo(Rcode.NOERROR);

    assertThat(ask("alpha.zone.").rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  /** A server that knows a zone of which the public tree knows nothing, or something else. */
  private void plantPrivate(String zone) {
    net.server(PRIVATE)
        .zone(
            """
            @ 900 IN SOA ns.@ host.@ 1 7200 3600 1209600 300
            @ 3600 IN NS ns.@
            alpha.@ 600 IN A 10.0.0.80
            """
                .replace("@", zone));
  }

  @Test
  void whatWasExcusedBecauseAZoneHadServersOfItsOwnEndsWithThem() {
    plantPrivate(ZONE);
    net.route(ZONE, RouteSettings.Mode.FORWARD, PRIVATE, false);
    Asked excused = ask("alpha.zone.");
    assertThat(excused.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(isSecure(excused)).as("AD").isFalse();

    net.withoutRoutes().reload(trusting(anchor));

    assertThat(isSecure(ask("alpha.zone."))).as("AD").isTrue();
  }

  @Test
  void whatThePublicTreeDeniesEndsWhereAZoneGetsServersOfItsOwn() {
    plantPrivate("lan.");
    assertThat(ask("alpha.lan.").rcode()).isEqualTo(Rcode.NXDOMAIN);

    net.route("lan.", RouteSettings.Mode.FORWARD, PRIVATE, false).reload(trusting(anchor));

    assertThat(ask("alpha.lan.").rcode()).isEqualTo(Rcode.NOERROR);
  }

  @Test
  void aChainOfTrustThatWasOnItsWayWhenAllWasForgottenIsNotRemembered() {
    ZoneSigner next = ZoneSigner.of(ZONE, DNSSEC.Algorithm.ED25519);
    AtomicBoolean rolled = new AtomicBoolean();
    net.server(SERVER)
        .behaving(
            (query, response) -> {
              Message signed = zones.sign(query, response);
              if (query.getQuestion().getType() == Type.DNSKEY && !rolled.getAndSet(true)) {
                zones.signedBy(ZONE, next);
                plant("");
                net.world().engine().flush();
              }
              return signed;
            });
    ask("alpha.zone.");

    Asked after = ask("alpha.zone.");

    assertThat(rolled).isTrue();
    assertThat(after.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(isSecure(after)).as("AD").isTrue();
  }

  @Test
  void whoAsksAfterValidationWasSwitchedOnDoesNotWaitWithThoseBefore() {
    Asked early = askBeforeValidationIsSwitchedOn();

    Asked late = net.client().ask(query("alpha.zone."), Transport.UDP);

    assertThat(net.client().await(early).rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(net.client().await(late).rcode()).isEqualTo(Rcode.SERVFAIL);
  }
}
