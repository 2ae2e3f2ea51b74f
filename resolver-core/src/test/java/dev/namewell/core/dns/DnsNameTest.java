package dev.namewell.core.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Name;

class DnsNameTest {
  @ParameterizedTest
  @ValueSource(strings = {".", "com.", "www.example.com.", "a\\.b.example.", "\\000\\255.x."})
  void textAndBack(String text) {
    assertThat(DnsName.parse(text)).hasToString(text);
  }

  @Test
  void finalDotIsSuppliedAndCaseFolded() {
    assertThat(DnsName.parse("WWW.Example")).isEqualTo(DnsName.parse("www.example."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a..b", ".a", "a\\", "a\\25", "a\\256", "ü.de"})
  void refusesWhatIsNoName(String text) {
    assertThatThrownBy(() -> DnsName.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void labelsHave63OctetsAndNames255() {
    String label = "a".repeat(63);
    assertThat(DnsName.parse(label).length()).isEqualTo(65);
    assertThatThrownBy(() -> DnsName.parse(label + "a")).hasMessageContaining("63");
    String longest = (label + ".").repeat(3) + "a".repeat(61);
    assertThat(DnsName.parse(longest).length()).isEqualTo(255);
    assertThatThrownBy(() -> DnsName.parse(longest + "a")).hasMessageContaining("255");
  }

  @Test
  void isWithinItselfAndItsAncestorsOnly() {
    DnsName name = DnsName.parse("www.example.com");

    assertThat(name.isWithin(name)).isTrue();
    assertThat(name.isWithin(DnsName.parse("com"))).isTrue();
    assertThat(name.isWithin(DnsName.ROOT)).isTrue();
    assertThat(name.isWithin(DnsName.parse("ample.com"))).isFalse();
    assertThat(DnsName.parse("com").isWithin(name)).isFalse();
  }

  @Test
  void parentsEndAtTheRoot() {
    DnsName name = DnsName.parse("a.b");

    assertThat(name.parent()).isEqualTo(DnsName.parse("b"));
    assertThat(name.parent().parent()).isEqualTo(DnsName.ROOT);
    assertThat(DnsName.ROOT.parent()).isEqualTo(DnsName.ROOT);
    assertThat(DnsName.ROOT.child("B").child("a")).isEqualTo(name);
  }

  @Test
  void canonicalOrderIsThatOfRfc4034() {
    String[] ordered = {
      "example.",
      "a.example.",
      "yljkjljk.a.example.",
      "Z.a.example.",
      "zABC.a.EXAMPLE.",
      "z.example.",
      "\\001.z.example.",
      "*.z.example.",
      "\\200.z.example."
    };
    for (int i = 1; i < ordered.length; i++) {
      assertThat(DnsName.parse(ordered[i - 1])).isLessThan(DnsName.parse(ordered[i]));
    }
  }

  @Test
  void foldsEveryOctetAsDnsjavaDoes() throws Exception {
    Random random = new Random(1);
    for (int round = 0; round < 2000; round++) {
      byte[] wire = new byte[1 + 1 + random.nextInt(40) + 1];
      random.nextBytes(wire);
      wire[0] = (byte) (wire.length - 2);
      wire[wire.length - 1] = 0;
      Name theirs = new Name(wire);
      DnsName ours = DnsName.fromWire(wire, 0, wire.length);
      assertThat(ours.wire()).isEqualTo(theirs.toWireCanonical());
    }
  }
}
