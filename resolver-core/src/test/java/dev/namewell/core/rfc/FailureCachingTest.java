package dev.namewell.core.rfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.sim.Fault;
import dev.namewell.core.sim.Quirk;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.World;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Caching of resolution failures (RFC 9520). */
class FailureCachingTest {
  private static final String WWW = "www.example.";
  private static final String QUESTION = "www.example. A";

  private final Scene it = new Scene(Scene.ZONE, Scene.ZONE);

  @AfterEach
  void close() {
    it.close();
  }

  private void bothFail() {
    it.world.server(0).with(Quirk.SERVFAIL);
    it.world.server(1).with(Quirk.SERVFAIL);
  }

  private void bothWork() {
    it.world.server(0).with();
    it.world.server(1).with();
  }

  /** Both upstreams are asked once, then nobody for so long. */
  private void failsFor(int seconds) {
    int before = it.exchanges(QUESTION);
    assertThat(it.resolve(WWW).rcode()).isEqualTo(Rcode.SERVFAIL);
    Duration failed = it.world.tasks().elapsed();
    assertThat(it.exchanges(QUESTION)).as("asked again").isGreaterThan(before);
    it.pass(Duration.ofMillis(100));
    int asked = it.exchanges(QUESTION);
    for (int i = 1; i < 5; i++) {
      it.passUntil(failed.plusMillis(seconds * 1000L * i / 5));
      Asked again = it.resolve(WWW);
      assertThat(again.rcode()).isEqualTo(Rcode.SERVFAIL);
      assertThat(again.took()).isZero();
    }
    it.passUntil(failed.plusSeconds(seconds).minusMillis(10));
    it.resolve(WWW);
    assertThat(it.exchanges(0, QUESTION) + it.exchanges(1, QUESTION))
        .as("nobody asked within " + seconds + " s")
        .isEqualTo(asked);
    it.passUntil(failed.plusSeconds(seconds));
  }

  @Test
  void a_failure_is_kept_for_five_seconds_and_then_for_twice_as_long_up_to_five_minutes() {
    it.resolve("mail.example.");
    bothFail();

    for (int seconds : new int[] {5, 10, 20, 40, 80, 160, 300, 300}) {
      failsFor(seconds);
    }
  }

  @Test
  void the_first_success_makes_it_begin_anew() {
    it.resolve("mail.example.");
    bothFail();
    failsFor(5);
    failsFor(10);
    bothWork();
    assertThat(it.resolve(WWW).answers()).hasSize(1);
    it.passSeconds(60);
    bothFail();

    failsFor(5);
  }

  @Test
  void silence_is_a_failure_too() {
    it.world.network().fault(it.upstream(0), new Fault.Dead());
    it.world.network().fault(it.upstream(1), new Fault.Dead());
    Asked first = it.resolve(WWW);
    assertThat(first.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(first.extendedError()).contains(22);
    it.pass(Duration.ofMillis(10));
    int asked = it.exchanges(QUESTION);

    Asked second = it.resolve(WWW);

    assertThat(second.took()).isZero();
    assertThat(second.extendedError()).isEqualTo(first.extendedError());
    assertThat(it.exchanges(QUESTION)).isEqualTo(asked);
  }

  @Test
  void it_stands_for_its_question_only() {
    bothFail();
    it.resolve(WWW);
    bothWork();

    assertThat(it.resolve("mail.example.").answers()).hasSize(1);
    assertThat(it.resolve(WWW, Type.AAAA).rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(it.resolve(WWW).rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void a_refresh_that_fails_is_not_repeated_with_every_query() {
    it.prefetch = true;
    it.stale = Optional.of(World.STALE);
    it.resolve(WWW);
    it.resolve(WWW);
    it.resolve(WWW);
    it.passSeconds(55);
    bothFail();
    int before = it.exchanges(QUESTION);
    for (int i = 0; i < 40; i++) {
      assertThat(it.resolve(WWW).answers()).hasSize(1);
      it.pass(Duration.ofMillis(100));
    }

    assertThat(it.exchanges(QUESTION) - before).as("each upstream once").isLessThanOrEqualTo(2);
  }

  @Test
  void a_refused_refresh_leaves_the_answer_to_its_last_second() {
    it.prefetch = true;
    it.resolve(WWW);
    it.resolve(WWW);
    it.resolve(WWW);
    it.passSeconds(55);
    it.world.server(0).with(Quirk.REFUSED);
    it.world.server(1).with(Quirk.REFUSED);
    it.resolve(WWW);
    it.passSeconds(4);

    Asked last = it.resolve(WWW);

    assertThat(last.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(last.answers().getFirst().getTTL()).isEqualTo(1);
    it.passSeconds(1);
    assertThat(it.resolve(WWW).rcode()).isEqualTo(Rcode.SERVFAIL);
  }
}
