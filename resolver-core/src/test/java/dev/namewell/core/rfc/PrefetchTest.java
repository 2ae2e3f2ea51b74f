package dev.namewell.core.rfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.port.Events.CacheEvent;
import dev.namewell.core.sim.SimulatedClient.Asked;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Type;

/** Names in use are renewed before they expire, so that no client has to wait for them. */
class PrefetchTest {
  private static final String WWW = "www.example.";
  private static final String QUESTION = "www.example. A";

  private final Scene it = new Scene(Scene.ZONE);

  @BeforeEach
  void on() {
    it.prefetch = true;
  }

  @AfterEach
  void close() {
    it.close();
  }

  private static long ttl(Asked asked) {
    return asked.answers().getFirst().getTTL();
  }

  @Test
  void a_hit_in_the_last_tenth_renews_a_name() {
    it.resolve(WWW);
    it.pass(Duration.ofMillis(53_900));
    it.resolve(WWW);
    assertThat(it.exchanges(QUESTION)).as("before the last tenth").isEqualTo(1);
    it.passSeconds(1);

    Asked hit = it.resolve(WWW);

    assertThat(hit.took()).isZero();
    assertThat(ttl(hit)).isBetween(5L, 6L);
    it.pass(Duration.ofMillis(100));
    assertThat(it.exchanges(QUESTION)).isEqualTo(2);
    assertThat(ttl(it.resolve(WWW))).isEqualTo(60);
    assertThat(it.world.events().count(CacheEvent.PREFETCH)).isEqualTo(1);
  }

  @Test
  void any_number_of_hits_makes_one_exchange() {
    it.resolve(WWW);
    it.passSeconds(56);
    for (int i = 0; i < 50; i++) {
      it.client().ask(WWW, Type.A);
    }
    it.passSeconds(1);

    assertThat(it.exchanges(QUESTION)).isEqualTo(2);
    assertThat(it.client().asked()).allMatch(asked -> asked.answers().size() == 1);
  }

  @Test
  void a_name_that_is_always_in_use_never_makes_a_client_wait() {
    it.resolve(WWW);
    for (int i = 0; i < 600; i++) {
      it.passSeconds(1);
      assertThat(it.resolve(WWW).took()).isZero();
    }

    assertThat(it.exchanges(QUESTION)).isBetween(11, 12);
  }

  @Test
  void a_name_that_nobody_asks_for_again_is_left_to_expire() {
    it.resolve(WWW);
    it.passSeconds(70);

    assertThat(it.exchanges(QUESTION)).isEqualTo(1);
    assertThat(it.world.events().count(CacheEvent.PREFETCH)).isZero();
  }

  @Test
  void where_it_is_off_nothing_is_renewed_before_its_time() {
    it.prefetch = false;
    for (int i = 0; i < 590; i++) {
      it.resolve(WWW);
      it.pass(Duration.ofMillis(100));
    }

    assertThat(it.exchanges(QUESTION)).isEqualTo(1);
  }
}
