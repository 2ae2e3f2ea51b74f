package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.fake.Messages;
import dev.namewell.core.port.Events.CacheEvent;
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
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What has been proved about some names answers questions about others (RFC 8198). */
class AggressiveUseTest {
  private static final String SIGNED = "192.0.2.1";
  private static final String UNSIGNED = "192.0.2.2";

  private final Internet net = new Internet(32);
  private final SignedZones zones = new SignedZones(SimulatedTime.BEGINNING);

  @BeforeEach
  void plant() {
    zones.plantRoot(
        net,
        """
        zone. 86400 IN NS ns.zone.
        ns.zone. 86400 IN A 192.0.2.1
        """,
        zones.ds("zone."));
    net.server(SIGNED)
        .zone(
            zones.zone(
                "zone.",
                """
                zone. 900 IN SOA ns.zone. host. 1 7200 3600 1209600 300
                zone. 3600 IN NS ns.zone.
                alpha.zone. 600 IN A 192.0.2.80
                ns.zone. 3600 IN A 192.0.2.1
                cut.zone. 3600 IN NS ns.cut.zone.
                ns.cut.zone. 3600 IN A 192.0.2.2
                deep.empty.zone. 600 IN A 192.0.2.82
                text.zone. 600 IN TXT "text"
                *.wild.zone. 600 IN A 192.0.2.81
                *.alias.zone. 600 IN CNAME alpha.zone.
                """))
        .behaving(zones::sign);
    net.server(UNSIGNED)
        .zone(
            """
            cut.zone. 900 IN SOA ns.cut.zone. host. 1 7200 3600 1209600 300
            cut.zone. 3600 IN NS ns.cut.zone.
            ns.cut.zone. 3600 IN A 192.0.2.2
            www.cut.zone. 600 IN A 192.0.2.90
            """);
    validate(true);
  }

  @AfterEach
  void end() {
    net.close();
  }

  private void validate(boolean aggressiveNsec, String... negative) {
    TrustAnchor anchor = zones.anchor(".");
    List<DnsName> without = List.of(negative).stream().map(DnsName::parse).toList();
    net.validating(new ValidationSettings(Mode.ON, List.of(anchor), without, aggressiveNsec));
  }

  /** Asks with DO. */
  private Asked ask(String name, int type) {
    return net.client().resolve(SimulatedClient.queryWithDo(name, type));
  }

  /** Asks for what can be answered without asking anybody. */
  private Asked askWithoutQueries(String name, int type) {
    int before = net.sent();
    Asked asked = ask(name, type);
    assertThat(net.sent() - before).as("queries for " + name).isZero();
    assertThat(asked.reply().getHeader().getFlag(Flags.AD)).as("AD").isTrue();
    return asked;
  }

  private int synthesised() {
    return net.world().events().count(CacheEvent.SYNTHESISED);
  }

  @Test
  void aStormOfRandomNamesCostsHardlyAnyQueries() {
    SplittableRandom random = new SplittableRandom(7);
    ask("alpha.zone.", Type.A);
    int before = net.sent();
    for (int i = 0; i < 1000; i++) {
      Asked asked = ask(Long.toString(random.nextLong() >>> 1, 36) + ".zone.", Type.A);
      assertThat(asked.rcode()).isEqualTo(Rcode.NXDOMAIN);
      assertThat(asked.reply().getHeader().getFlag(Flags.AD)).isTrue();
    }
    assertThat(net.sent() - before).as("queries for 1000 names").isLessThan(15);
    assertThat(synthesised()).isGreaterThan(985);
  }

  @Test
  void aNameInAKnownGapDoesNotExist() {
    ask("beta.zone.", Type.A);

    Asked asked = askWithoutQueries("bravo.zone.", Type.MX);

    assertThat(asked.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(asked.authorities()).anyMatch(NSECRecord.class::isInstance);
    assertThat(asked.authorities()).anyMatch(SOARecord.class::isInstance);
  }

  @Test
  void aKnownNameHasNoOtherTypes() {
    ask("text.zone.", Type.A);

    Asked asked = askWithoutQueries("text.zone.", Type.MX);

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.answers()).isEmpty();
    assertThat(ask("text.zone.", Type.TXT).answers()).isNotEmpty();
  }

  @Test
  void anEmptyNonTerminalHasNoTypes() { // RFC 4592 §2.2.2
    ask("empty.zone.", Type.A);

    assertThat(askWithoutQueries("empty.zone.", Type.MX).rcode()).isEqualTo(Rcode.NOERROR);
  }

  @Test
  void aKnownWildcardMakesOtherNames() { // RFC 8198 §5.3
    ask("a.wild.zone.", Type.A);

    Asked asked = askWithoutQueries("b.wild.zone.", Type.A);

    assertThat(asked.answers()).hasSize(2);
    assertThat(asked.answers().getFirst().getName()).hasToString("b.wild.zone.");
    assertThat(asked.authorities()).anyMatch(NSECRecord.class::isInstance);
  }

  @Test
  void aKnownWildcardAliasLeadsOtherNamesOn() {
    ask("a.alias.zone.", Type.A);

    Asked asked = askWithoutQueries("b.alias.zone.", Type.A);

    assertThat(asked.answers()).extracting(Record::getType).contains(Type.CNAME, Type.A);
  }

  @Test
  void nothingIsDeniedAtOrBelowADelegation() {
    ask("cut.zone.", Type.DS);
    ask("cu.zone.", Type.A);
    ask("cuz.zone.", Type.A);

    assertThat(ask("www.cut.zone.", Type.A).answers()).hasSize(1);
    assertThat(ask("cut.zone.", Type.NS).answers()).hasSize(1);
    assertThat(ask("nowhere.cut.zone.", Type.A).rcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  @Test
  void aDsIsAlwaysAskedFor() {
    ask("beta.zone.", Type.A);
    int before = net.sent();

    assertThat(ask("bravo.zone.", Type.DS).rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(net.sent()).isGreaterThan(before);
  }

  @Test
  void nothingIsDeniedBelowANegativeTrustAnchor() {
    validate(true, "bravo.zone.");
    ask("beta.zone.", Type.A);
    int before = net.sent();

    assertThat(ask("www.bravo.zone.", Type.A).rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(net.sent()).isGreaterThan(before);
  }

  @Test
  void aDenialEndsWithItsNegativeTtl() { // RFC 9077 §3
    ask("beta.zone.", Type.A);
    SOARecord soa =
        (SOARecord)
            askWithoutQueries("bravo.zone.", Type.A).authorities().stream()
                .filter(SOARecord.class::isInstance)
                .findFirst()
                .orElseThrow();
    assertThat(soa.getTTL()).isLessThanOrEqualTo(300);

    net.world().pass(Duration.ofSeconds(301));
    int before = net.sent();
    ask("bronze.zone.", Type.A);

    assertThat(net.sent()).isGreaterThan(before);
  }

  @Test
  void aFlushForgetsWhatDeniesAName() {
    ask("beta.zone.", Type.A);
    net.world().engine().flush(DnsName.parse("bravo.zone."));
    int before = net.sent();

    ask("bravo.zone.", Type.A);

    assertThat(net.sent()).isGreaterThan(before);
  }

  @Test
  void aBogusNameCostsNoDenialsThatDoNotConcernIt() {
    ask("beta.zone.", Type.A);
    net.server(SIGNED)
        .behaving(
            (query, response) -> {
              Message signed = zones.sign(query, response);
              List<Record> records = signed.getSection(Section.ANSWER);
              signed.removeAllRecords(Section.ANSWER);
              records.stream()
                  .filter(record -> record.getType() != Type.RRSIG)
                  .forEach(record -> signed.addRecord(record, Section.ANSWER));
              return signed;
            });

    assertThat(ask("alpha.zone.", Type.A).rcode()).isEqualTo(Rcode.SERVFAIL);

    assertThat(askWithoutQueries("bravo.zone.", Type.A).rcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  @ParameterizedTest
  @CsvSource({
    "beta.zone.,bravo.zone.",
    "text.zone.,text.zone.",
    "a.wild.zone.,b.wild.zone.",
  })
  void whoChecksByHimselfGetsWhatTheZoneSays(String known, String other) { // RFC 8198 appendix A
    ask(known, Type.MX);
    net.server(SIGNED)
        .behaving(
            (query, response) -> {
              response.addRecord(
                  Messages.record(query.getQuestion().getName() + " 600 IN HINFO \"new\" \"new\""),
                  Section.ANSWER);
              return response;
            });
    Message query = SimulatedClient.queryWithDo(other, Type.HINFO);
    query.getHeader().setFlag(Flags.CD);

    assertThat(net.client().resolve(query).answers())
        .extracting(Record::getType)
        .contains(Type.HINFO);
    assertThat(synthesised()).isZero();
    assertThat(askWithoutQueries(other, Type.HINFO).answers()).isEmpty();
  }

  @Test
  void itCanBeTurnedOff() {
    validate(false);
    ask("beta.zone.", Type.A);
    int before = net.sent();

    ask("bravo.zone.", Type.A);

    assertThat(net.sent()).isGreaterThan(before);
    assertThat(synthesised()).isZero();
  }
}
