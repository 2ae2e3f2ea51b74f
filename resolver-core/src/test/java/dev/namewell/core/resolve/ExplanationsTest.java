package dev.namewell.core.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Question;
import dev.namewell.core.sim.World;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is kept of failures while very many fail. */
class ExplanationsTest {
  private static final Failure BOGUS =
      new Failure(
          Failure.Reason.BOGUS, new ExtendedError(ExtendedError.DNSSEC_BOGUS, "forged, perhaps"));

  private final World world = new World(9, "");
  private final Explanations explanations = new Explanations(world.time());

  @AfterEach
  void end() {
    world.close();
  }

  /** What the client is told about the failure of a name. */
  private String told(String name) {
    Question question = new Question(DnsName.parse(name), 1, 1, false, false);
    Budget budget = new Budget(world.time(), Duration.ofSeconds(5), null);
    return explanations.note(question, BOGUS, budget) instanceof Failure failure
        ? failure.error().text()
        : "no failure";
  }

  private boolean isKept(String name) {
    return !explanations.about(DnsName.parse(name)).isEmpty();
  }

  @Test
  void aFloodOfFailuresBelowOneNameDoesNotDriveOutOthers() {
    assertThat(told("bank.example.")).isEqualTo("#1 forged, perhaps");
    for (int i = 0; i < 1000; i++) {
      String _ = told("n" + i + ".hostile.test.");
    }

    assertThat(isKept("bank.example.")).isTrue();
    assertThat(isKept("n9.hostile.test.")).isTrue();
    assertThat(isKept("n10.hostile.test.")).isFalse();
    assertThat(explanations.latestFailures(1000)).hasSize(11);
  }

  @Test
  void whatIsNotKeptHasNoNumber() {
    for (int i = 0; i < 10; i++) {
      assertThat(told("n" + i + ".hostile.test.")).startsWith("#");
    }
    assertThat(told("n10.hostile.test.")).isEqualTo("forged, perhaps");
    assertThat(told("hostile.test.")).startsWith("#11 ");
    assertThat(told("deep.n10.hostile.test.")).startsWith("#12 ");
  }

  @Test
  void aSecondLaterTheyAreKeptAgain() {
    for (int i = 0; i < 20; i++) {
      String _ = told("n" + i + ".hostile.test.");
    }
    world.pass(Duration.ofSeconds(1));

    assertThat(told("n20.hostile.test.")).startsWith("#11 ");
  }
}
