package dev.namewell.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class BogusNamesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final BogusNames names = new BogusNames(InstantSource.fixed(NOW));

  private void bogus(String name, boolean dnssecOk, String why) {
    Question question =
        new Question(DnsName.parse(name), RecordType.A, RecordClass.IN, dnssecOk, false);
    names.bogus(question, new ExtendedError(ExtendedError.DNSSEC_BOGUS, why));
  }

  @Test
  void aQuestionStandsThereOnceWithTheLatestReason() {
    bogus("one.example.", true, "expired");
    bogus("two.example.", true, "expired");
    bogus("one.example.", false, "not signed");

    assertThat(names.latest())
        .extracting(each -> each.question().name() + " " + each.why().text() + " " + each.times())
        .containsExactly("one.example. not signed 2", "two.example. expired 1");
    assertThat(names.latest().getFirst().last()).isEqualTo(NOW);
  }

  @Test
  void ofVeryManyTheLatestAreKept() {
    for (int i = 0; i <= BogusNames.MOST; i++) {
      bogus(i + ".example.", true, "expired");
    }

    assertThat(names.latest())
        .hasSize(BogusNames.MOST)
        .extracting(each -> each.question().name().toString())
        .startsWith(BogusNames.MOST + ".example.")
        .doesNotContain("0.example.");
  }
}
