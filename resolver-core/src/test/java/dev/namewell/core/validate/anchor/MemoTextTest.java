package dev.namewell.core.validate.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.validate.anchor.AnchorMemory.Known;
import dev.namewell.core.validate.anchor.MemoText.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of trust anchors, as it is kept between two lives of the program. */
class MemoTextTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

  private static Known with(Known known, DnsName zone) {
    return known
        .with(new FollowedZone(zone, List.of(), NOW, NOW.plus(Duration.ofDays(1))))
        .withNegative(zone, NOW.plus(Duration.ofHours(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        "a.example.",
        "a\\;b.example.",
        "\\;.",
        "a\\032\\;b.example.",
        "\\009.example.",
        "\\\\\\;x.",
        "\\\".example."
      })
  void aNameOfAnyOctetsComesBackAsItWas(String name) {
    Known known = with(Known.NOTHING, DnsName.parse(name));

    assertThat(MemoText.read(MemoText.write(known, NOW))).isEqualTo(new Reading(known, 0));
  }

  @Test
  void ofEachKindTheFirstThousandZonesAreKept() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < MemoText.MAX_ZONES + 2; i++) {
      text.append("negative n%04d. until 2026-03-02T00:00:00Z\n".formatted(i));
      text.append("zone z%04d. refreshed 2026-03-01T00:00:00Z ".formatted(i));
      text.append("next 2026-03-02T00:00:00Z\n");
    }
    text.append("negative n0000. until 2026-03-03T00:00:00Z\n");

    Reading read = MemoText.read(text.toString());

    assertThat(read.surplus()).isEqualTo(4);
    assertThat(read.known().zones()).hasSize(MemoText.MAX_ZONES);
    assertThat(read.known().negative()).hasSize(MemoText.MAX_ZONES);
    assertThat(read.known().zones()).containsKey(DnsName.parse("z0999."));
    assertThat(read.known().zones()).doesNotContainKey(DnsName.parse("z1000."));
    assertThat(read.known().negative())
        .containsEntry(DnsName.parse("n0000."), Instant.parse("2026-03-03T00:00:00Z"));
  }
}
