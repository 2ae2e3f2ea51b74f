package dev.namewell.core.rfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.port.Events.Source;
import dev.namewell.core.settings.CacheSettings.Stale;
import dev.namewell.core.sim.Fault;
import dev.namewell.core.sim.Quirk;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.World;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Serving stale data (RFC 8767), extended errors as RFC 8914 §4.4 and §4.20 say. */
class ServeStaleTest {
  private static final int STALE_ANSWER = 3;
  private static final int STALE_NXDOMAIN = 19;
  private static final Duration CLIENT_WAIT = Duration.ofMillis(1800);
  private static final String WWW = "www.example.";

  private final Scene it = new Scene(Scene.ZONE);

  @BeforeEach
  void on() {
    it.stale = Optional.of(World.STALE);
  }

  @AfterEach
  void close() {
    it.close();
  }

  private static void assertStale(Asked asked, int extendedError) {
    assertThat(asked.extendedError()).contains(extendedError);
    assertThat(asked.answers()).extracting(Record::getTTL).allMatch(ttl -> ttl == 30);
    assertThat(asked.authorities()).extracting(Record::getTTL).allMatch(ttl -> ttl == 30);
  }

  private static void assertFresh(Asked asked) {
    assertThat(asked.extendedError()).isEmpty();
    assertThat(asked.answers()).hasSize(1);
    assertThat(asked.answers().getFirst().getTTL()).isGreaterThan(30);
  }

  /** The upstream works, but does not get on with the one name; other names it answers. */
  private void stallsOnWww(Duration extra) {
    it.resolve("mail.example.");
    it.world.network().fault(it.upstream(0), new Fault.SlowName(WWW, extra));
  }

  @Test
  void after_1800_ms_without_an_answer_the_client_gets_the_stale_one() {
    it.resolve(WWW);
    it.passSeconds(61);
    stallsOnWww(Duration.ofMillis(2500));

    Asked asked = it.resolve(WWW);

    assertStale(asked, STALE_ANSWER);
    assertThat(asked.answers()).hasSize(1);
    assertThat(asked.took()).isEqualTo(CLIENT_WAIT);
    assertThat(it.world.events().count(Source.STALE)).isEqualTo(1);
  }

  @Test
  void meanwhile_the_question_goes_on_and_renews_the_cache() {
    it.resolve(WWW);
    it.passSeconds(61);
    stallsOnWww(Duration.ofMillis(2500));
    it.world.zone().load(Scene.ZONE.replace("192.0.2.80", "192.0.2.99"));
    assertStale(it.resolve(WWW), STALE_ANSWER);
    it.passSeconds(1);
    int before = it.exchanges(WWW + " A");

    Asked asked = it.resolve(WWW);

    assertFresh(asked);
    assertThat(asked.answers().getFirst().rdataToString()).isEqualTo("192.0.2.99");
    assertThat(asked.took()).isZero();
    assertThat(it.exchanges(WWW + " A")).isEqualTo(before);
  }

  @Test
  void who_comes_after_the_wait_does_not_wait_again() {
    it.resolve(WWW);
    it.passSeconds(61);
    stallsOnWww(Duration.ofMillis(2500));
    it.resolve(WWW);

    Asked second = it.resolve(WWW);

    assertStale(second, STALE_ANSWER);
    assertThat(second.took()).isZero();
  }

  @Test
  void who_meets_a_refresh_under_way_waits_no_longer_than_others() {
    it.prefetch = true;
    it.resolve(WWW);
    it.resolve(WWW);
    it.resolve(WWW);
    it.pass(Duration.ofMillis(59_500));
    stallsOnWww(Duration.ofSeconds(8));
    assertFreshButOld(it.resolve(WWW));
    it.pass(Duration.ofMillis(600));

    Asked asked = it.resolve(WWW);

    assertStale(asked, STALE_ANSWER);
    assertThat(asked.took()).isLessThanOrEqualTo(CLIENT_WAIT);
  }

  private static void assertFreshButOld(Asked asked) {
    assertThat(asked.extendedError()).isEmpty();
    assertThat(asked.answers().getFirst().getTTL()).isLessThanOrEqualTo(1);
  }

  @Test
  void while_all_upstreams_are_known_dead_the_stale_answer_comes_at_once() {
    it.resolve(WWW);
    it.world.network().fault(it.upstream(0), new Fault.Dead());
    it.passSeconds(61);
    Asked first = it.resolve(WWW);
    assertStale(first, STALE_ANSWER);
    assertThat(first.took()).isLessThanOrEqualTo(CLIENT_WAIT);
    it.passSeconds(60);

    for (int i = 0; i < 20; i++) {
      Asked asked = it.resolve(WWW);
      assertStale(asked, STALE_ANSWER);
      assertThat(asked.took()).isZero();
    }
  }

  @Test
  void an_outage_does_not_make_every_client_ask_upstream() {
    it.resolve(WWW);
    it.resolve("mail.example.");
    it.world.network().fault(it.upstream(0), new Fault.Dead());
    it.passSeconds(61);
    it.resolve(WWW);
    it.passSeconds(1);
    int before = it.exchanges(WWW + " A");
    for (int i = 0; i < 280; i++) {
      it.resolve(WWW);
      it.pass(Duration.ofMillis(100));
    }

    assertThat(it.exchanges(WWW + " A") - before).isZero();
  }

  @Test
  void a_stale_answer_has_an_end() {
    it.stale =
        Optional.of(
            new Stale(Duration.ofHours(1), Duration.ofSeconds(30), Duration.ofMillis(1800)));
    it.resolve(WWW);
    Duration expired = it.world.tasks().elapsed().plusSeconds(60);
    it.world.network().fault(it.upstream(0), new Fault.Dead());
    it.passUntil(expired.plusSeconds(3590));
    assertStale(it.resolve(WWW), STALE_ANSWER);
    it.passUntil(expired.plusSeconds(3600));

    Asked asked = it.resolve(WWW);

    assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(asked.answers()).isEmpty();
    assertThat(asked.extendedError()).contains(22);
  }

  @Test
  void after_recovery_answers_are_fresh() {
    it.resolve(WWW);
    it.world.network().fault(it.upstream(0), new Fault.Dead());
    it.passSeconds(300);
    assertStale(it.resolve(WWW), STALE_ANSWER);
    it.world.zone().load(Scene.ZONE.replace("192.0.2.80", "192.0.2.99"));
    it.world.network().heal(it.upstream(0));
    it.passSeconds(61);

    Asked asked = it.resolve(WWW);

    assertFresh(asked);
    assertThat(asked.answers().getFirst().rdataToString()).isEqualTo("192.0.2.99");
    assertThat(asked.took()).isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void a_name_error_may_be_stale_too() {
    it.resolve("missing.example.");
    it.world.network().fault(it.upstream(0), new Fault.Dead());
    it.passSeconds(301);

    Asked asked = it.resolve("missing.example.");

    assertThat(asked.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertStale(asked, STALE_NXDOMAIN);
    assertThat(asked.authorities()).hasSize(1);
  }

  @Test
  void nodata_may_be_stale_as_an_answer_is() {
    it.resolve(WWW, Type.AAAA);
    it.world.network().fault(it.upstream(0), new Fault.Dead());
    it.passSeconds(301);

    Asked asked = it.resolve(WWW, Type.AAAA);

    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertStale(asked, STALE_ANSWER);
  }

  @Test
  void a_failure_of_the_upstream_is_covered_and_not_tried_again_for_30_seconds() {
    it.resolve(WWW);
    it.passSeconds(61);
    it.world.server(0).with(Quirk.SERVFAIL);
    assertStale(it.resolve(WWW), STALE_ANSWER);
    Duration failed = it.world.tasks().elapsed();
    int before = it.exchanges(WWW + " A");
    it.passUntil(failed.plusSeconds(29));
    assertStale(it.resolve(WWW), STALE_ANSWER);
    assertThat(it.exchanges(WWW + " A")).isEqualTo(before);
    it.world.server(0).with();
    it.passUntil(failed.plusSeconds(31));

    assertFresh(it.resolve(WWW));
  }

  @Test
  void a_name_that_was_removed_is_not_kept_alive() {
    it.resolve("mail.example.");
    it.world.zone().load(Scene.ZONE.replace("mail.example. 60 IN A 192.0.2.25\n", ""));
    it.passSeconds(61);

    Asked asked = it.resolve("mail.example.");

    assertThat(asked.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(asked.extendedError()).isEmpty();
  }

  @Test
  void where_it_is_off_the_client_is_told_the_failure() {
    it.stale = Optional.empty();
    it.resolve(WWW);
    it.world.network().fault(it.upstream(0), new Fault.Dead());
    it.passSeconds(61);

    assertThat(it.resolve(WWW).rcode()).isEqualTo(Rcode.SERVFAIL);
  }
}
