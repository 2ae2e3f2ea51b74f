package dev.namewell.server.config.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Record;

class AnchorTextTest {
  /** As IANA published it in 2024, shortened. */
  private static final String XML =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <TrustAnchor id="380DC50D-484E-40D0-A3AE-68F2B18F61C7" source="http://data.iana.org/root-anchors/root-anchors.xml">
      <Zone>.</Zone>
      <KeyDigest id="Kjqmt7v" validFrom="2010-07-15T00:00:00+00:00" validUntil="2019-01-11T00:00:00+00:00">
      <KeyTag>19036</KeyTag>
      <Algorithm>8</Algorithm>
      <DigestType>2</DigestType>
      <Digest>49AAC11D7B6F6446702E54A1607371607A1A41855200FD2CE1CDDE32F24E8FB5</Digest>
      </KeyDigest>
      <KeyDigest id="Klajeyz" validFrom="2017-02-02T00:00:00+00:00">
      <KeyTag>20326</KeyTag>
      <Algorithm>8</Algorithm>
      <DigestType>2</DigestType>
      <Digest>E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D</Digest>
      </KeyDigest>
      <KeyDigest id="Kmyv6jo" validFrom="2999-07-18T00:00:00+00:00">
      <KeyTag>38696</KeyTag>
      <Algorithm>8</Algorithm>
      <DigestType>2</DigestType>
      <Digest>683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16</Digest>
      </KeyDigest>
      </TrustAnchor>
      """;

  @TempDir private Path folder;

  private List<Integer> tags(List<Record> records) {
    return records.stream().map(record -> ((DSRecord) record).getFootprint()).toList();
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("anchors"), text).toString();
  }

  @Test
  void bothKeysOfTheRootAreBuiltIn() {
    assertThat(tags(AnchorText.builtIn())).containsExactly(20326, 38696);
  }

  @Test
  void keysWhoseTimeIsOverAreLeftOut() throws IOException {
    assertThat(tags(AnchorText.read(file(XML)))).containsExactly(20326, 38696);
  }

  @Test
  void aFileWithoutAnyKeyIsTold() throws IOException {
    String all = file(XML.replaceAll("validFrom=\"[^\"]*\">", "validUntil=\"2019-01-11T00:00Z\">"));

    assertThatThrownBy(() -> AnchorText.read(all)).hasMessage("has no DS or DNSKEY record");
  }

  @Test
  void aBrokenXmlFileIsToldWithItsLine() throws IOException {
    String broken = file(XML.replace("</Zone>", ""));

    assertThatThrownBy(() -> AnchorText.read(broken))
        .hasMessageContaining("is no root-anchors.xml")
        .hasMessageContaining("[4,");
  }

  @Test
  void aBrokenRecordIsToldWithItsLine() throws IOException {
    String broken = file("; the root\n. IN DS 20326 8 2 E06D\n. IN DS no 8 2 00\n");

    assertThatThrownBy(() -> AnchorText.read(broken))
        .hasMessageStartingWith("is no DS or DNSKEY record: line 3: ");
  }
}
