package dev.namewell.core.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.fake.Messages;
import dev.namewell.core.forward.ForwardingFixture.Timed;
import dev.namewell.core.port.Events.UpstreamState;
import dev.namewell.core.settings.RouteSettings.Mode;
import dev.namewell.core.settings.RouteSettings.Strategy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

class OtherStrategiesTest {
  private final ForwardingFixture it = new ForwardingFixture(Strategy.PARALLEL);

  @Test
  void parallel_asks_all_and_takes_the_fastest() {
    it.first.latency(30);

    assertThat(it.resolve().millis()).isEqualTo(10);
    assertThat(it.first.asked).hasSize(1);
    assertThat(it.second.asked).hasSize(1);
    assertThat(it.network.open).isZero();
  }

  @Test
  void parallel_prefers_a_positive_answer_to_a_quick_denial() {
    it.first.latency(5).answers((query, _) -> Messages.denial(query, Rcode.NXDOMAIN));
    it.second.latency(25);

    Timed result = it.resolve();

    assertThat(result.answer().rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(result.millis()).isEqualTo(25);
  }

  @Test
  void parallel_does_not_wait_long_for_a_better_answer() {
    it.first.latency(5).answers((query, _) -> Messages.denial(query, Rcode.NXDOMAIN));
    it.second.silent();

    Timed result = it.resolve();

    assertThat(result.answer().rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(result.millis()).isEqualTo(35);
  }

  @Test
  void parallel_takes_a_denial_at_once_when_nobody_else_is_left() {
    it.first.latency(5).answers((query, _) -> Messages.denial(query, Rcode.NXDOMAIN));
    it.second.latency(10).rcode(Rcode.SERVFAIL);

    Timed result = it.resolve();

    assertThat(result.answer().rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(result.millis()).isEqualTo(10);
  }

  @Test
  void parallel_is_not_stopped_by_the_first_failure() {
    it.first.latency(1).rcode(Rcode.SERVFAIL);
    it.second.latency(100);

    assertThat(it.resolve().millis()).isEqualTo(100);
  }

  @Test
  void parallel_leaves_out_who_is_set_aside() {
    it.first.silent();
    it.second.latency(500);
    it.resolve();
    it.world.pass(Duration.ofSeconds(3));
    assertThat(it.view(it.first).state()).isEqualTo(UpstreamState.SET_ASIDE);
    String name = it.freshName();
    it.resolve(name);
    assertThat(it.first.timesAsked(name)).isZero();
  }

  @Test
  void fastest_settles_on_the_fast_one_and_now_and_then_tries_the_other() {
    it.withUpstreams(Strategy.FASTEST, it.first, it.second, it.third);
    it.first.latency(40);
    it.second.latency(5);
    it.third.latency(20);
    for (int i = 0; i < 400; i++) {
      it.resolve();
    }

    assertThat(it.second.asked.size()).isGreaterThan(330);
    assertThat(it.first.asked).hasSizeBetween(2, 40);
    assertThat(it.third.asked).hasSizeBetween(2, 40);
  }

  @Test
  void fastest_notices_who_has_become_faster() {
    it.withUpstreams(Strategy.FASTEST, it.first, it.second);
    it.first.latency(10);
    it.second.latency(40);
    for (int i = 0; i < 100; i++) {
      it.resolve();
    }
    it.second.latency(1);
    for (int i = 0; i < 600; i++) {
      it.resolve();
    }
    it.first.asked.clear();
    it.second.asked.clear();
    for (int i = 0; i < 100; i++) {
      it.resolve();
    }

    assertThat(it.second.asked.size()).isGreaterThan(80);
  }

  @Test
  void the_second_is_asked_when_the_first_is_later_than_usual() {
    it.withUpstreams(Strategy.ORDERED, it.first, it.second);
    it.first.latency(100);
    for (int i = 0; i < 60; i++) {
      it.resolve();
      it.first.latency(100 + i % 2 * 20);
    }
    assertThat(it.second.asked).isEmpty();
    it.first.latency(2000);
    String name = it.freshName();

    Timed result = it.resolve(name);

    assertThat(result.millis()).isBetween(120L, 160L);
    assertThat(it.second.timesAsked(name)).isEqualTo(1);
    assertThat(it.view(it.first).failuresInRow()).as("late, but not for long").isZero();
  }

  @Test
  void one_slow_answer_in_twenty_five_is_hedged() {
    it.withUpstreams(Strategy.ORDERED, it.first, it.second);
    it.second.latency(1);
    for (int i = 0; i < 1000; i++) {
      it.first.latency(i % 25 == 24 ? 150 : 100);
      it.resolve();
    }

    assertThat(it.second.asked).hasSizeBetween(30, 50);
  }

  @Test
  void hedging_costs_no_more_than_one_query_in_twenty() {
    HedgeBudget budget = new HedgeBudget();
    int spent = 0;
    for (int i = 0; i < 1000; i++) {
      budget.earn();
      spent += budget.spend() ? 1 : 0;
    }
    assertThat(spent).isEqualTo(50);

    for (int i = 0; i < 100_000; i++) {
      budget.earn();
    }
    spent = 0;
    while (budget.spend()) {
      spent++;
    }
    assertThat(spent).as("saved up for a stutter").isEqualTo(10);
  }

  @Test
  void an_upstream_that_leads_back_to_us_is_left_out() {
    it.withUpstreams(Strategy.ORDERED, it.first, it.second);
    it.first.answers(
        (query, _) -> {
          String name = query.getQuestion().getName().toString();
          return it.upstreams.isOwnProbe(DnsName.parse(name))
              ? Messages.rcode(query, Rcode.SERVFAIL)
              : Messages.address(query, "192.0.2.80");
        });
    it.upstreams.start();
    it.world.pass(Duration.ofSeconds(1));

    assertThat(it.events.upstreams).containsExactly("192.0.2.1:53 LOOPING");
    assertThat(it.view(it.first).state()).isEqualTo(UpstreamState.LOOPING);
    String name = it.freshName();
    it.resolve(name);
    assertThat(it.first.timesAsked(name)).isZero();
    assertThat(it.second.timesAsked(name)).isEqualTo(1);
    assertThat(it.upstreams.isOwnProbe(DnsName.parse("0123.loop.namewell."))).isFalse();
  }

  @Test
  void nothing_but_loops_is_a_failure_that_says_so() {
    it.withUpstreams(Strategy.ORDERED, it.first);
    it.first.answers(
        (query, _) -> {
          it.upstreams.isOwnProbe(DnsName.parse(query.getQuestion().getName().toString()));
          return Messages.rcode(query, Rcode.SERVFAIL);
        });
    it.upstreams.start();
    it.world.pass(Duration.ofSeconds(1));

    Failure failure = it.resolve().failure();
    assertThat(failure.reason()).isEqualTo(Failure.Reason.LOOP);
    assertThat(failure.error().text()).contains("192.0.2.1:53");
    assertThat(it.isKnownDead()).isTrue();
  }

  @Test
  void an_alias_into_another_route_is_followed_there() {
    it.routes(
        List.of(
            ForwardingFixture.route(DnsName.ROOT, Mode.FORWARD, Strategy.ORDERED, it.first),
            ForwardingFixture.route(
                DnsName.parse("lab.example."), Mode.FORWARD, Strategy.ORDERED, it.second)));
    it.second.answers(
        (query, _) -> Messages.records(query, "www.lab.example. 60 IN CNAME www.else."));

    Timed result = it.resolve("www.lab.example.");

    assertThat(Messages.texts(result.answer(), Section.ANSWER))
        .containsExactly("www.lab.example. 60 www.else.", "www.else. 300 192.0.2.80");
  }
}
