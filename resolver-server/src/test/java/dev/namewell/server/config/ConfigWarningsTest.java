package dev.namewell.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is accepted but hardly meant: what comes of it, where it stands, how to mend it. */
class ConfigWarningsTest {
  private static final String ROOT = "{name: a.root, addresses: 192.0.2.1}";
  private static final String SHA256 = "ab".repeat(32);

  @TempDir Path folder;

  @Test
  void aRootOfOnesOwnWithTheKeysOfThePublicOne() {
    String yaml =
        """
        mode: recursive
        recursion:
          root-hints: [%s]
        """
            .formatted(ROOT);

    assertThat(Configs.warnings(folder, yaml))
        .containsExactly(
            "test.yaml:3:15 recursion.root-hints: has none of IANA's root servers, but what they"
                + " say is proved by IANA's keys of the root: if this is another root, every name"
                + " is bogus (to mend: name its keys in dnssec.trust-anchors, or set"
                + " dnssec.validation: off)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dnssec: {validation: off}",
        "dnssec: {trust-anchors: \". IN DS 1 13 2 ab\"}",
        "dnssec: {negative-trust-anchors: .}",
      })
  void aRootOfOnesOwnThatIsNotProvedByThePublicKeys(String dnssec) {
    String yaml =
        "mode: recursive\nrecursion: {root-hints: [%s]}\n%s\n"
            .formatted(ROOT, dnssec.replace("2 ab", "2 " + SHA256));

    assertThat(Configs.warnings(folder, yaml)).isEmpty();
  }

  @Test
  void hintsWithOneServerOfIanaAreForThePublicRoot() {
    String yaml =
        """
        mode: recursive
        recursion:
          root-hints:
            - %s
            - {name: k.root-servers.net, addresses: "2001:7fd::1"}
        """
            .formatted(ROOT);

    assertThat(Configs.warnings(folder, yaml)).isEmpty();
  }

  @Test
  void hintsThatNobodyUses() {
    String yaml =
        "upstreams: 192.0.2.9\nrecursion: {root-hints: [%s]}\ndnssec: {validation: on}\n"
            .formatted(ROOT);

    assertThat(Configs.warnings(folder, yaml)).isEmpty();
  }

  @Test
  void aTrustAnchorOfAnAlgorithmThatIsSwitchedOff() {
    String yaml =
        """
        dnssec:
          validation: on
          sha1: digests
          trust-anchors:
            - "one.example. DS 11 13 2 %1$s"
            - "old.example. DS 12 7 2 %1$s"
            - "old.example. DNSKEY 257 3 5 AwEAAQ=="
        """
            .formatted(SHA256);

    String why =
        " signs with SHA-1, which dnssec.sha1 switches off (to mend: sha1: on, or a key of another"
            + " algorithm); as old.example. has no other, all its names are bogus";
    assertThat(Configs.warnings(folder, yaml))
        .containsExactly(
            "test.yaml:6:7 dnssec.trust-anchors[1]: old.example. DS 12 trusts nothing: algorithm 7"
                + why,
            "test.yaml:7:7 dnssec.trust-anchors[2]: old.example. DNSKEY 1800 trusts nothing:"
                + " algorithm 5"
                + why);
  }

  @Test
  void aZoneWithATrustAnchorThatCountsBesideIsNotBogus() {
    String yaml =
        """
        dnssec:
          validation: on
          sha1: off
          trust-anchors: ["a.example. DS 11 5 2 %1$s", "a.example. DS 12 8 2 %1$s"]
        """
            .formatted(SHA256);

    assertThat(Configs.warnings(folder, yaml))
        .singleElement()
        .asString()
        .startsWith("test.yaml:4:19 dnssec.trust-anchors[0]: a.example. DS 11 trusts nothing")
        .endsWith("another algorithm)");
    assertThat(Configs.warnings(folder, yaml.replace("off", "on"))).isEmpty();
  }

  @Test
  void aDigestThatCanNameNoKey() {
    String yaml =
        """
        dnssec: {validation: on, trust-anchors: ["a.example. DS 1 8 2 abcd", "b.example. DS 2 8 9 ab"]}
        """;

    assertThat(Configs.warnings(folder, yaml))
        .containsExactly(
            "test.yaml:1:42 dnssec.trust-anchors[0]: a.example. DS 1 trusts nothing: its digest has"
                + " 2 octets, SHA-256 has 32; as a.example. has no other, all its names are bogus",
            "test.yaml:1:70 dnssec.trust-anchors[1]: b.example. DS 2 trusts nothing: digest type 9"
                + " is not known here; as b.example. has no other, all its names are bogus");
  }

  @Test
  void aTrustAnchorOfAnAlgorithmThatIsNotKnown() {
    String yaml =
        """
        dnssec:
          validation: on
          trust-anchors: ["a.example. DS 1 250 2 %s", "b.example. DNSKEY 257 3 12 AwEAAQ=="]
        """
            .formatted(SHA256);

    assertThat(Configs.warnings(folder, yaml))
        .hasSize(2)
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .contains("a.example. DS 1 trusts nothing: algorithm 250 is not known here;"))
        .anySatisfy(
            warning -> assertThat(warning).contains("nothing: algorithm 12 is not known here;"));
  }

  @Test
  void aTrustAnchorThatIsNoKeyOfAZone() {
    String key = Base64.getEncoder().encodeToString(new byte[64]);
    String yaml =
        """
        dnssec:
          validation: on
          trust-anchors:
            - "a.example. DNSKEY 257 3 13 AAAA"
            - "b.example. DNSKEY 1 3 13 %1$s"
            - "c.example. DNSKEY 385 3 13 %1$s"
            - "d.example. DNSKEY 256 3 13 %1$s"
        """
            .formatted(key);

    List<String> warnings = Configs.warnings(folder, yaml);
    assertThat(warnings).hasSize(3);
    assertThat(warnings.get(0)).contains("its key has 3 octets, those of algorithm 13 have 64");
    assertThat(warnings.get(1)).contains("it is no key of a zone");
    assertThat(warnings.get(2)).contains("it is revoked");
  }

  @Test
  void aNegativeTrustAnchorWhoseTimeIsOver() {
    String yaml =
        """
        dnssec:
          validation: on
          negative-trust-anchors: [a.example until 2020-01-01T00:00Z, b.example]
        """;

    assertThat(Configs.warnings(folder, yaml))
        .containsExactly(
            "test.yaml:3:28 dnssec.negative-trust-anchors[0]: its time is over: a.example. is"
                + " validated");
    assertThat(Configs.warnings(folder, yaml.replace("on\n", "off\n"))).isEmpty();
  }

  @Test
  void aResolverThatIsOpenToAll() {
    assertThat(Configs.warnings(folder, "allow:\n  - 10.0.0.0/8\n  - \"::/0\"\n"))
        .containsExactly(
            "test.yaml:3:5 allow[1]: ::/0 serves everyone: an open resolver is misused for"
                + " attacks");
  }
}
