package dev.namewell.core.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.fake.FakeServer;
import dev.namewell.core.fake.Messages;
import dev.namewell.core.forward.ForwardingFixture.Timed;
import dev.namewell.core.port.Events.UpstreamState;
import dev.namewell.core.settings.RouteSettings.Strategy;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;

class OrderedForwardingTest {
  private final ForwardingFixture it = new ForwardingFixture(Strategy.ORDERED);

  @Test
  void the_first_upstream_answers_and_nobody_else_is_asked() {
    Timed result = it.resolve();

    assertThat(result.answer().answerCount()).isEqualTo(1);
    assertThat(result.millis()).isEqualTo(10);
    assertThat(it.second.asked).isEmpty();
    assertThat(it.network.open).isZero();
  }

  @Test
  void after_a_short_timeout_the_second_is_asked() {
    it.first.silent();

    Timed result = it.resolve();

    assertThat(result.answer().answerCount()).isEqualTo(1);
    assertThat(result.millis()).isEqualTo(410);
    assertThat(it.network.open).as("exchanges left open").isLessThanOrEqualTo(1);
  }

  @Test
  void a_dead_first_upstream_costs_its_timeout_once() {
    it.first.silent();
    it.resolve();

    for (int i = 0; i < 50; i++) {
      assertThat(it.resolve().millis()).isEqualTo(10);
    }
    it.world.pass(Duration.ofSeconds(2));
    assertThat(it.events.upstreams).containsExactly("192.0.2.1:53 SET_ASIDE");
    assertThat(it.view(it.first).state()).isEqualTo(UpstreamState.SET_ASIDE);
    assertThat(it.isKnownDead()).isFalse();
  }

  @Test
  void probes_of_a_dead_upstream_become_rare() {
    it.first.silent();
    it.resolve();
    it.world.pass(Duration.ofMinutes(2));
    it.first.asked.clear();

    it.world.pass(Duration.ofMinutes(10));

    assertThat(it.first.asked).hasSizeBetween(18, 24);
  }

  @Test
  void an_upstream_that_is_back_is_found_by_a_probe_and_used_again() {
    it.first.silent();
    it.resolve();
    it.world.pass(Duration.ofSeconds(3));
    it.first.working();
    it.world.pass(Duration.ofSeconds(5));

    assertThat(it.events.upstreams)
        .containsExactly("192.0.2.1:53 SET_ASIDE", "192.0.2.1:53 WORKING");
    String name = it.freshName();
    it.resolve(name);
    assertThat(it.first.timesAsked(name)).isEqualTo(1);
    assertThat(it.second.timesAsked(name)).isZero();
  }

  @Test
  void a_late_answer_still_counts() {
    it.first.latency(600);
    it.second.silent();

    Timed result = it.resolve();

    assertThat(result.answer().answerCount()).isEqualTo(1);
    assertThat(result.millis()).isEqualTo(600);
    assertThat(it.view(it.first).failuresInRow()).isZero();
  }

  @Test
  void one_slow_name_does_not_set_an_upstream_aside() {
    it.resolve();
    it.first.answers(
        (query, _) ->
            query.getQuestion().getName().toString().equalsIgnoreCase("slow.example.")
                ? null
                : Messages.address(query, "192.0.2.80"));
    it.resolve("slow.example.");
    it.world.pass(Duration.ofSeconds(2));

    assertThat(it.events.upstreams).isEmpty();
    assertThat(it.view(it.first).doubted()).isFalse();
  }

  @Test
  void patience_adapts_to_a_fast_upstream() {
    it.first.latency(5);
    for (int i = 0; i < 30; i++) {
      it.resolve();
    }
    it.first.silent();

    assertThat(it.resolve().millis()).isBetween(20L, 60L);
  }

  @Test
  void a_failure_is_followed_by_the_next_upstream_at_once() {
    it.first.rcode(Rcode.SERVFAIL);
    assertThat(it.resolve().millis()).isEqualTo(20);
    it.first.rcode(Rcode.REFUSED);
    assertThat(it.resolve().millis()).isEqualTo(20);
    it.first.unreachable = "connection refused";
    assertThat(it.resolve().millis()).isEqualTo(10);
  }

  @Test
  void garbage_is_asked_for_again_over_tcp_and_then_of_the_next_upstream() {
    it.first.mangle = bytes -> Arrays.copyOf(bytes, 20);

    assertThat(it.resolve().millis()).isEqualTo(30);
    assertThat(it.first.asked).hasSize(2);
  }

  @Test
  void the_answer_to_another_question_is_not_taken() {
    it.first.answers(
        (query, _) -> {
          var other = Messages.records(query, "www.other. 60 IN A 192.0.2.66");
          other.removeAllRecords(org.xbill.DNS.Section.QUESTION);
          other.addRecord(
              Messages.record("www.other. 60 IN A 192.0.2.66"), org.xbill.DNS.Section.QUESTION);
          return other;
        });

    Answer answer = it.resolve("www.example.").answer();

    assertThat(Messages.texts(answer, 1)).containsExactly("www.example. 300 192.0.2.80");
  }

  @Test
  void a_name_error_is_an_answer() {
    it.first.answers((query, _) -> Messages.denial(query, Rcode.NXDOMAIN));

    assertThat(it.resolve().answer().rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(it.second.asked).isEmpty();
  }

  @Test
  void when_all_fail_the_client_is_told_who_said_what() {
    it.first.rcode(Rcode.SERVFAIL);
    it.second.rcode(Rcode.REFUSED);

    Timed result = it.resolve();

    assertThat(result.failure())
        .isEqualTo(
            new Failure(
                Failure.Reason.SERVER_FAILURE,
                new ExtendedError(
                    ExtendedError.NETWORK_ERROR, "192.0.2.1:53: SERVFAIL; 192.0.2.2:53: REFUSED")));
    assertThat(result.millis()).isEqualTo(20);
    assertThat(it.events.upstreams).isEmpty();
  }

  @Test
  void a_name_that_all_fail_on_is_no_upstreams_fault() {
    it.first.rcode(Rcode.SERVFAIL);
    it.second.rcode(Rcode.SERVFAIL);
    for (int i = 0; i < 20; i++) {
      it.resolve();
    }

    assertThat(it.view(it.first).failuresInRow()).isZero();
    assertThat(it.isKnownDead()).isFalse();
  }

  @Test
  void an_upstream_that_fails_where_another_does_not_is_set_aside_until_it_can() {
    it.first.rcode(Rcode.SERVFAIL);
    for (int i = 0; i < 4; i++) {
      it.resolve();
      it.world.pass(Duration.ofMillis(100));
    }
    assertThat(it.events.upstreams).containsExactly("192.0.2.1:53 SET_ASIDE");
    assertThat(it.resolve().millis()).isEqualTo(10);

    it.first.working();
    it.world.pass(Duration.ofSeconds(70));
    assertThat(it.events.upstreams).last().isEqualTo("192.0.2.1:53 WORKING");
  }

  @Test
  void a_limit_of_ours_is_named_and_no_upstreams_fault() {
    it.first.overloaded = "limits.exchanges";
    it.second.overloaded = "limits.exchanges";

    Failure failure = it.resolve().failure();

    assertThat(failure.reason()).isEqualTo(Failure.Reason.LIMIT_REACHED);
    assertThat(failure.error().text()).contains("limits.exchanges");
    assertThat(it.view(it.first).failuresInRow()).isZero();
  }

  @Test
  void a_lost_packet_to_the_only_upstream_is_sent_again() {
    it.withUpstreams(Strategy.ORDERED, it.first);
    it.first.silent();
    it.world.at(Duration.ofMillis(300), it.first::working);

    assertThat(it.resolve().millis()).isEqualTo(410);
  }

  @Test
  void an_upstream_that_gets_no_udp_is_asked_over_tcp() {
    it.withUpstreams(Strategy.ORDERED, it.first);
    it.first.answers(
        (query, transport) ->
            transport == Transport.TCP ? Messages.address(query, "192.0.2.80") : null);

    Timed result = it.resolve();

    assertThat(result.answer().answerCount()).isEqualTo(1);
    assertThat(result.millis()).isBetween(1000L, 2000L);
  }

  @Test
  void silence_of_all_ends_within_the_time_for_a_question() {
    it.first.silent();
    it.second.silent();

    Timed result = it.resolve();

    assertThat(result.failure().reason()).isEqualTo(Failure.Reason.UNREACHABLE);
    assertThat(result.failure().error().code()).isEqualTo(ExtendedError.NO_REACHABLE_AUTHORITY);
    assertThat(result.failure().error().text())
        .isEqualTo("192.0.2.1:53: no response; 192.0.2.2:53: no response");
    assertThat(result.took()).isLessThanOrEqualTo(ForwardingFixture.QUERY_TIME);
    it.upstreams.stop();
    it.world.pass(Duration.ofSeconds(5));
    assertThat(it.network.open).isZero();
  }

  @Test
  void upstreams_that_are_known_dead_are_given_up_quickly_but_still_asked() {
    it.first.silent();
    it.second.silent();
    it.resolve();
    it.world.pass(Duration.ofSeconds(5));
    assertThat(it.isKnownDead()).isTrue();

    assertThat(it.resolve().millis()).isLessThanOrEqualTo(900);
    it.second.working();
    String name = it.freshName();
    Timed result = it.resolve(name);
    assertThat(result.answer().answerCount()).isEqualTo(1);
    assertThat(result.millis()).isLessThanOrEqualTo(410);
    assertThat(it.isKnownDead()).isFalse();
  }

  @Test
  void after_an_outage_of_all_the_first_success_clears_every_record() {
    it.first.silent();
    it.second.silent();
    it.resolve();
    it.world.pass(Duration.ofHours(12));
    assertThat(it.isKnownDead()).isTrue();

    it.first.working();
    it.second.working();
    it.resolve();
    it.world.pass(Duration.ofMillis(50));

    assertThat(it.view(it.first).state()).isEqualTo(UpstreamState.WORKING);
    assertThat(it.view(it.second).state()).isEqualTo(UpstreamState.WORKING);
    assertThat(it.view(it.first).doubted()).isFalse();
    String name = it.freshName();
    it.resolve(name);
    assertThat(it.first.timesAsked(name)).isEqualTo(1);
  }

  @Test
  void a_reload_keeps_what_is_known_and_goes_on_probing() {
    it.first.silent();
    it.resolve();
    it.world.pass(Duration.ofSeconds(40));
    it.upstreams.stop();
    it.withUpstreams(Strategy.ORDERED, it.first, it.second).start();
    assertThat(it.view(it.first).state()).isEqualTo(UpstreamState.SET_ASIDE);
    assertThat(it.resolve().millis()).isEqualTo(10);

    it.first.working();
    it.world.pass(Duration.ofSeconds(70));
    assertThat(it.view(it.first).state()).isEqualTo(UpstreamState.WORKING);
  }

  @Test
  void three_upstreams_are_tried_in_turn() {
    it.withUpstreams(Strategy.ORDERED, it.first, it.second, it.third);
    it.first.silent();
    it.second.silent();

    assertThat(it.resolve().millis()).isEqualTo(810);
    assertThat(it.resolve().millis()).isEqualTo(10);
  }

  @Test
  void an_upstream_that_is_listed_twice_is_one() {
    it.withUpstreams(Strategy.ORDERED, it.first, it.first);

    assertThat(it.upstreams.view()).hasSize(1);
  }

  @Test
  void a_question_without_time_left_is_not_asked() {
    FakeServer first = it.first;
    Timed result =
        it.world.run(
            () -> {
              var budget = new dev.namewell.core.resolve.Budget(it.world, Duration.ofMillis(1));
              it.world.sleep(Duration.ofMillis(2));
              var outcome =
                  it.resolver()
                      .resolve(
                          dev.namewell.core.dns.Question.of(
                              dev.namewell.core.dns.DnsName.parse("www.example."), 1),
                          budget);
              return new Timed(outcome, Duration.ZERO);
            });

    assertThat(result.failure().reason()).isEqualTo(Failure.Reason.DEADLINE);
    assertThat(first.asked).isEmpty();
    assertThat(it.view(first).failuresInRow()).isZero();
  }
}
