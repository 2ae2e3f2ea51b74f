package dev.namewell.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events.Source;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AnswerLabelsTest {
  @Test
  void labelsComeBackFromTheNumber() {
    int number =
        AnswerLabels.of(
            Transport.TCP,
            AnswerLabels.typePlace(RecordType.HTTPS),
            Rcode.NXDOMAIN,
            Source.FORWARDED);
    assertThat(AnswerLabels.values(number))
        .isEqualTo(List.of("tcp", "HTTPS", "NXDOMAIN", "forwarded"));
    assertThat(AnswerLabels.source(number)).isEqualTo(Source.FORWARDED);
  }

  @Test
  void everyTypeAndRcodeHasAPlaceAndTheRareOnesShareIt() {
    Set<List<String>> seen = new HashSet<>();
    for (int type = 0; type <= 0xffff; type++) {
      int number = AnswerLabels.of(Transport.UDP, AnswerLabels.typePlace(type), 0, Source.CACHE);
      seen.add(AnswerLabels.values(number));
    }
    for (int rcode = 0; rcode <= 0xfff; rcode++) {
      int number = AnswerLabels.of(Transport.UDP, AnswerLabels.NO_TYPE, rcode, Source.ERROR);
      assertThat(number).isBetween(0, AnswerLabels.COUNT - 1);
      seen.add(AnswerLabels.values(number));
    }
    assertThat(seen)
        .hasSize(17 + 9)
        .contains(
            List.of("udp", "other", "NOERROR", "cache"),
            List.of("udp", "CAA", "NOERROR", "cache"),
            List.of("udp", "none", "BADVERS", "error"),
            List.of("udp", "none", "other", "error"));
  }

  @Test
  void eachNumberStandsForOtherLabels() {
    Set<List<String>> seen = new HashSet<>();
    for (int number = 0; number < AnswerLabels.COUNT; number++) {
      seen.add(AnswerLabels.values(number));
    }
    assertThat(seen).hasSize(AnswerLabels.COUNT);
  }
}
