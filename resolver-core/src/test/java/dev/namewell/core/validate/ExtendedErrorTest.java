package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.sim.Fault;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SignedZones;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What clients are told about DNSSEC, when it fails and when it cannot be had (RFC 8914). */
class ExtendedErrorTest {
  private static final String SERVER = "192.0.2.1";
  private static final String DIGEST = "00".repeat(32);

  private final Internet net = new Internet(33);
  private SignedZones zones = new SignedZones(SimulatedTime.BEGINNING);

  @AfterEach
  void end() {
    net.close();
  }

  private void plant(String... negative) {
    plantWith(zones.ds("zone."), negative);
  }

  /** A signed root and a zone below it, with this DS record. */
  private void plantWith(String ds, String... negative) {
    zones.plantRoot(
        net,
        """
        zone. 86400 IN NS ns.zone.
        ns.zone. 86400 IN A 192.0.2.1
        """,
        ds);
    net.server(SERVER)
        .zone(
            zones.zone(
                "zone.",
                """
                zone. 900 IN SOA ns.zone. host. 1 7200 3600 1209600 300
                zone. 3600 IN NS ns.zone.
                ns.zone. 3600 IN A 192.0.2.1
                www.zone. 600 IN A 192.0.2.80
                """))
        .behaving(zones::sign);
    TrustAnchor anchor = zones.anchor(".");
    List<DnsName> without = List.of(negative).stream().map(DnsName::parse).toList();
    net.validating(new ValidationSettings(Mode.ON, List.of(anchor), without, true));
  }

  /** Servers give instead of each record, among others those of the zone, these. */
  private void instead(Function<Record, List<Record>> change) {
    for (String server : List.of("198.41.0.4", SERVER)) {
      net.server(server)
          .behaving(
              (query, response) -> {
                Message signed = zones.sign(query, response);
                for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
                  List<Record> records = signed.getSection(section);
                  signed.removeAllRecords(section);
                  records.forEach(
                      record ->
                          change
                              .apply(record)
                              .forEach(changed -> signed.addRecord(changed, section)));
                }
                return signed;
              });
    }
  }

  private Asked ask(String name) {
    return net.client().resolve(SimulatedClient.queryWithDo(name, Type.A));
  }

  private void assertFailure(int code) {
    Asked asked = ask("www.zone.");
    assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(asked.extendedError()).contains(code);
  }

  /** Found, and again from the cache. */
  private void assertAnswerWith(int code) {
    for (int i = 0; i < 2; i++) {
      Asked asked = ask("www.zone.");
      assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
      assertThat(asked.answers()).isNotEmpty();
      assertThat(asked.reply().getHeader().getFlag(Flags.AD)).isFalse();
      assertThat(asked.extendedError()).contains(code);
    }
  }

  @ParameterizedTest
  @CsvSource({"253,2,1", "13,99,2"})
  void aZoneOfAnUnknownKindIsInsecureAndSaysWhy(int algorithm, int digest, int code) {
    plantWith("zone. 3600 IN DS 1 " + algorithm + " " + digest + " " + DIGEST);

    assertAnswerWith(code);
  }

  @Test
  void aNegativeTrustAnchorIsTold() {
    plant("zone.");

    assertAnswerWith(ExtendedError.NEGATIVE_TRUST_ANCHOR);
  }

  @Test
  void aSecureAnswerSaysNothing() {
    plant();

    assertThat(ask("www.zone.").extendedError()).isEmpty();
  }

  @Test
  void aSignatureOfTheFutureIsNotYetValid() {
    zones = new SignedZones(SimulatedTime.BEGINNING.plus(Duration.ofDays(30)));
    plant();

    assertFailure(ExtendedError.SIGNATURE_NOT_YET_VALID);
  }

  @Test
  void aKeyThatTheDsNamesIsMissing() {
    plantWith(new SignedZones(SimulatedTime.BEGINNING).ds("zone."));

    assertFailure(ExtendedError.DNSKEY_MISSING);
  }

  @Test
  void aKeyWithoutTheZoneKeyBitIsNone() {
    plant();
    instead(
        record ->
            record instanceof DNSKEYRecord key && key.getName().labels() > 1
                ? List.of(
                    new DNSKEYRecord(
                        key.getName(),
                        key.getDClass(),
                        key.getTTL(),
                        0,
                        key.getProtocol(),
                        key.getAlgorithm(),
                        key.getKey()))
                : List.of(record));

    assertFailure(ExtendedError.NO_ZONE_KEY_BIT_SET);
  }

  @Test
  void tooManyWrongSignaturesLeaveItOpen() { // CVE-2023-50387
    plant();
    SignatureFlood flood = new SignatureFlood();
    instead(
        record -> {
          List<Record> records = new ArrayList<>();
          for (int i = 0; i < 4 && record instanceof RRSIGRecord rrsig; i++) {
            records.add(flood.wrong(rrsig));
          }
          records.add(record);
          return records;
        });

    assertFailure(ExtendedError.DNSSEC_INDETERMINATE);

    net.root().behaving(zones::sign);
    net.server(SERVER).behaving(zones::sign);
    assertThat(ask("ns.zone.").reply().getHeader().getFlag(Flags.AD))
        .as("AD of the next question, for a limit is no judgement on the chain of trust")
        .isTrue();
  }

  @Test
  void aZoneWhoseServersAreSilentCannotBeReached() {
    plant();
    net.fault(SERVER, new Fault.Closed());

    assertFailure(ExtendedError.NO_REACHABLE_AUTHORITY);
  }
}
