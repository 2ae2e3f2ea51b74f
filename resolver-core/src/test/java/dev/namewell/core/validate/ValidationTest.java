package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SignedZones;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A signed root, a signed top-level domain, below it a signed zone and one that is not (RFC 4035).
 */
class ValidationTest {
  private static final String TLD = "192.5.6.30";
  private static final String SIGNED = "192.0.2.1";
  private static final String UNSIGNED = "192.0.2.2";

  private final Internet net = new Internet(31);
  private final SignedZones zones = new SignedZones(SimulatedTime.BEGINNING);

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
                    + zones.ds("signed.com.")
                    + "\n"))
        .behaving(zones::sign);
    net.server(SIGNED)
        .zone(
            zones.zone(
                "signed.com.",
                """
                signed.com. 900 IN SOA ns.signed.com. host. 1 7200 3600 1209600 300
                signed.com. 3600 IN NS ns.signed.com.
                ns.signed.com. 3600 IN A 192.0.2.1
                www.signed.com. 600 IN A 192.0.2.80
                alias.signed.com. 600 IN CNAME www.unsigned.com.
                *.wild.signed.com. 600 IN A 192.0.2.81
                deep.empty.signed.com. 600 IN A 192.0.2.82
                """))
        .behaving(zones::sign);
    net.server(UNSIGNED)
        .zone(
            """
            unsigned.com. 900 IN SOA ns.unsigned.com. host. 1 7200 3600 1209600 300
            unsigned.com. 3600 IN NS ns.unsigned.com.
            ns.unsigned.com. 3600 IN A 192.0.2.2
            www.unsigned.com. 600 IN A 192.0.2.90
            """);
    validate(Mode.ON);
  }

  @AfterEach
  void end() {
    net.close();
  }

  private void validate(Mode mode, String... negative) {
    TrustAnchor anchor = zones.anchor(".");
    List<DnsName> without = List.of(negative).stream().map(DnsName::parse).toList();
    net.validating(new ValidationSettings(mode, List.of(anchor), without, true));
  }

  /** Asks with DO. */
  private Asked ask(String name, int type) {
    return net.client().resolve(SimulatedClient.queryWithDo(name, type));
  }

  private static boolean isSecure(Asked asked) {
    return asked.reply().getHeader().getFlag(Flags.AD);
  }

  private void assertSecure(Asked asked, int rcode) {
    assertThat(asked.rcode()).isEqualTo(rcode);
    assertThat(isSecure(asked)).as("AD").isTrue();
  }

  private void assertBogus(Asked asked, int code) {
    assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(asked.extendedError()).contains(code);
    assertThat(asked.answers()).isEmpty();
  }

  /** The signed zone's server changes each record that it answers; null leaves one out. */
  private void mangle(Function<Record, @Nullable Record> change) {
    mangle(SIGNED, change);
  }

  private void mangle(String server, Function<Record, @Nullable Record> change) {
    net.server(server)
        .behaving(
            (query, response) -> {
              Message signed = zones.sign(query, response);
              for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
                List<Record> records = signed.getSection(section);
                signed.removeAllRecords(section);
                for (Record record : records) {
                  Record changed = change.apply(record);
                  if (changed != null) {
                    signed.addRecord(changed, section);
                  }
                }
              }
              return signed;
            });
  }

  private static Name name(String text) {
    return Name.fromConstantString(text);
  }

  @Test
  void anAnswerWithAChainOfTrustIsSecure() {
    Asked asked = ask("www.signed.com.", Type.A);

    assertSecure(asked, Rcode.NOERROR);
    assertThat(asked.answers()).hasSize(2).anyMatch(RRSIGRecord.class::isInstance);
  }

  @Test
  void withoutDoThereIsNeitherAdNorSignature() {
    Asked asked = net.resolve("www.signed.com.");

    assertThat(isSecure(asked)).isFalse();
    assertThat(asked.answers()).hasSize(1);
  }

  @Test
  void adInTheQueryAsksForAdInTheReply() { // RFC 6840 §5.7
    Message query = SimulatedClient.query("www.signed.com.", Type.A);
    query.getHeader().setFlag(Flags.AD);

    assertSecure(net.client().resolve(query), Rcode.NOERROR);
  }

  @Test
  void aDenialOfANameIsProved() {
    assertSecure(ask("nowhere.signed.com.", Type.A), Rcode.NXDOMAIN);
  }

  @Test
  void aDenialOfATypeIsProved() {
    assertSecure(ask("www.signed.com.", Type.MX), Rcode.NOERROR);
  }

  @Test
  void anEmptyNonTerminalIsProved() {
    assertSecure(ask("empty.signed.com.", Type.A), Rcode.NOERROR);
  }

  @Test
  void aWildcardIsProvedTogetherWithWhatItStandsInFor() {
    Asked asked = ask("a.wild.signed.com.", Type.A);

    assertSecure(asked, Rcode.NOERROR);
    assertThat(asked.authorities()).anyMatch(NSECRecord.class::isInstance);
  }

  @Test
  void aZoneWithoutDsIsInsecure() {
    Asked asked = ask("www.unsigned.com.", Type.A);

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(isSecure(asked)).isFalse();
  }

  @Test
  void anAliasToAnInsecureZoneIsInsecure() {
    Asked asked = ask("alias.signed.com.", Type.A);

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(isSecure(asked)).isFalse();
  }

  @Test
  void aChangedRecordIsBogus() {
    mangle(
        record ->
            record instanceof ARecord
                ? new ARecord(
                    record.getName(),
                    record.getDClass(),
                    record.getTTL(),
                    InetAddress.ofLiteral("203.0.113.66"))
                : record);

    assertBogus(ask("www.signed.com.", Type.A), ExtendedError.DNSSEC_BOGUS);
  }

  @Test
  void whoSetsCdGetsWhatIsBogus() {
    mangle(record -> record instanceof RRSIGRecord ? null : record);
    Message query = SimulatedClient.query("www.signed.com.", Type.A);
    query.getHeader().setFlag(Flags.CD);

    Asked asked = net.client().resolve(query);

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.answers()).hasSize(1);
    assertThat(isSecure(asked)).isFalse();
  }

  @Test
  void strippedSignaturesAreBogus() {
    mangle(
        record ->
            record instanceof RRSIGRecord rrsig && rrsig.getTypeCovered() == Type.A
                ? null
                : record);

    assertBogus(ask("www.signed.com.", Type.A), ExtendedError.RRSIGS_MISSING);
  }

  @Test
  void anExpiredSignatureIsBogus() {
    net.world().pass(Duration.ofDays(2));

    assertBogus(ask("www.signed.com.", Type.A), ExtendedError.SIGNATURE_EXPIRED);
  }

  @Test
  void aDenialWithoutProofIsBogus() {
    mangle(
        record ->
            record.getType() == Type.NSEC
                    || (record instanceof RRSIGRecord rrsig && rrsig.getTypeCovered() == Type.NSEC)
                ? null
                : record);

    assertBogus(ask("nowhere.signed.com.", Type.A), ExtendedError.NSEC_MISSING);
  }

  @Test
  void aWildcardWithoutProofThatItIsNeededIsBogus() {
    mangle(
        record ->
            record.getType() == Type.NSEC
                    || (record instanceof RRSIGRecord rrsig && rrsig.getTypeCovered() == Type.NSEC)
                ? null
                : record);

    assertBogus(ask("a.wild.signed.com.", Type.A), ExtendedError.NSEC_MISSING);
  }

  @Test
  void aSignedZoneCannotBeMadeInsecureByLeavingOutItsDs() {
    mangle(
        TLD,
        record ->
            record.getType() == Type.DS
                    || (record instanceof RRSIGRecord rrsig && rrsig.getTypeCovered() == Type.DS)
                ? null
                : record);

    assertThat(ask("www.signed.com.", Type.A).rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void aKeyThatTheDsDoesNotNameSignsNothing() {
    SignedZones others = new SignedZones(SimulatedTime.BEGINNING);
    String _ = others.zone("signed.com.", "www.signed.com. 600 IN A 192.0.2.80\n");
    net.server(SIGNED).behaving(others::sign);

    assertThat(ask("www.signed.com.", Type.A).rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void theParentsNsecDeniesNothingOfTheChild() { // RFC 6840 §4.1
    net.server(SIGNED)
        .behaving(
            (query, response) -> {
              if (query.getQuestion().getType() != Type.MX) {
                return zones.sign(query, response);
              }
              Message denial = new Message(query.getHeader().getID());
              denial.getHeader().setFlag(Flags.QR);
              denial.getHeader().setFlag(Flags.AA);
              denial.addRecord(query.getQuestion(), Section.QUESTION);
              zones.parents(name("signed.com."), denial);
              return denial;
            });

    assertThat(ask("signed.com.", Type.MX).rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void aNegativeTrustAnchorMakesAZoneInsecure() { // RFC 7646
    validate(Mode.ON, "signed.com.");
    mangle(record -> record instanceof RRSIGRecord ? null : record);

    Asked asked = ask("www.signed.com.", Type.A);

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(isSecure(asked)).isFalse();
  }

  @Test
  void logOnlyGivesWhatIsBogus() {
    validate(Mode.LOG_ONLY);
    mangle(record -> record instanceof RRSIGRecord ? null : record);

    Asked asked = ask("www.signed.com.", Type.A);

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(isSecure(asked)).isFalse();
  }
}
