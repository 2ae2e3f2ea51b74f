package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.resolve.Explanations.Explanation;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SignedZones;
import dev.namewell.core.sim.SimulatedTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What a person is shown of the chain of trust: each link, and where it breaks. */
class ChainShownTest {
  private static final String TLD = "192.5.6.30";
  private static final String COM =
      """
      com. 900 IN SOA a.gtld.com. host. 1 7200 3600 1209600 900
      com. 86400 IN NS a.gtld.com.
      a.gtld.com. 86400 IN A 192.5.6.30
      www.com. 600 IN A 192.0.2.80
      unsigned.com. 3600 IN NS ns.unsigned.com.
      ns.unsigned.com. 3600 IN A 192.0.2.2
      """;

  private final Internet net = new Internet(47);
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
    net.server(TLD).zone(zones.zone("com.", COM)).behaving(zones::sign);
    net.server("192.0.2.2")
        .zone(
            """
            unsigned.com. 900 IN SOA ns.unsigned.com. host. 1 7200 3600 1209600 300
            unsigned.com. 3600 IN NS ns.unsigned.com.
            ns.unsigned.com. 3600 IN A 192.0.2.2
            www.unsigned.com. 600 IN A 192.0.2.90
            """);
    validate();
  }

  @AfterEach
  void end() {
    net.close();
  }

  private void validate(String... negative) {
    TrustAnchor anchor = zones.anchor(".");
    List<DnsName> without = List.of(negative).stream().map(DnsName::parse).toList();
    net.validating(new ValidationSettings(Mode.ON, List.of(anchor), without, true));
  }

  private Explanation explained(String name) {
    net.resolve(name);
    return net.world().engine().resolutions().explanations().about(DnsName.parse(name)).getFirst();
  }

  /** The links, with key tags and digests as T and D. */
  private List<String> shown(String name) {
    return explained(name).trail().links().stream()
        .map(link -> link.toString().replaceAll("\\b\\d{1,5} ED25519", "T ED25519"))
        .map(link -> link.replaceAll("\\bkey \\d+", "key T").replaceAll("\\b[0-9a-f]{64}\\b", "D"))
        .toList();
  }

  @Test
  void everyLinkFromTheTrustAnchorDown() {
    assertThat(shown("www.com."))
        .containsExactly(
            ". DS T ED25519 SHA-256 D: trust anchor",
            ". DNSKEY T ED25519 SEP: signed by key T of .",
            "com. DS T ED25519 SHA-256 D: signed by key T of .",
            "com. DNSKEY T ED25519 SEP: signed by key T of com.",
            "www.com. A: signed by key T of com.");
  }

  @Test
  void theProofThatAZoneIsNotSigned() {
    assertThat(shown("www.unsigned.com."))
        .endsWith(
            "com. DNSKEY T ED25519 SEP: signed by key T of com.",
            "unsigned.com. NSEC: signed by key T of com.",
            "unsigned.com. DS: insecure: no DS at unsigned.com.",
            "www.unsigned.com. A: insecure: no DS at unsigned.com.");
  }

  @Test
  void aDsOfAnotherKeyBreaksTheChain() {
    SignedZones others = new SignedZones(SimulatedTime.BEGINNING);
    String _ = others.zone("com.", COM);
    net.server(TLD).behaving(others::sign);

    assertThat(shown("www.com."))
        .doesNotHaveDuplicates()
        .last()
        .asString()
        .startsWith("com. DNSKEY T ED25519 SEP")
        .endsWith(": BOGUS: the DS of com. names key T, which signs nothing there");
  }

  @Test
  void aRecordWithoutSignatureIsNamed() {
    net.server(TLD)
        .behaving(
            (query, response) -> {
              Message signed = zones.sign(query, response);
              List<Record> answer = signed.getSection(Section.ANSWER);
              signed.removeAllRecords(Section.ANSWER);
              answer.stream()
                  .filter(r -> !(r instanceof RRSIGRecord s && s.getTypeCovered() == Type.A))
                  .forEach(r -> signed.addRecord(r, Section.ANSWER));
              return signed;
            });

    assertThat(shown("www.com."))
        .contains("com. DNSKEY T ED25519 SEP: signed by key T of com.")
        .endsWith("www.com. A: BOGUS: www.com. A is not signed, though com. is");
    assertThat(explained("www.com.").end()).startsWith("BOGUS: www.com. A is not signed");
  }

  @Test
  void aNegativeTrustAnchorIsNamedAsTheReason() {
    validate("com.");

    assertThat(shown("www.com."))
        .containsExactly(
            "com. DS: insecure: negative trust anchor for com.",
            "www.com. A: insecure: negative trust anchor for com.");
  }

  @Test
  void whatIsRememberedIsShownAgain() {
    List<String> first = shown("www.com.");
    net.server(TLD).behaving((query, response) -> response);

    assertThat(shown("other.com.")).containsSubsequence(first.subList(0, 4));
  }
}
