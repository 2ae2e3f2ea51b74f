package dev.namewell.core.rfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.forward.UpstreamView;
import dev.namewell.core.port.Events.UpstreamState;
import dev.namewell.core.resolve.Explanations.Explanation;
import dev.namewell.core.sim.Fault;
import dev.namewell.core.sim.Quirk;
import dev.namewell.core.sim.SimulatedClient.Asked;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Two upstreams, of which one or both are in trouble. */
class FailoverTest {
  private static final Duration ROUND_TRIP = Duration.ofMillis(20);
  private static final Duration SHORT_TIMEOUT = Duration.ofMillis(400);

  private final Scene it = new Scene(zone("192.0.2.80"), zone("192.0.2.80"));
  private int names;

  @AfterEach
  void close() {
    it.close();
  }

  /** As many names as a test needs: none is ever found in the cache. */
  private static String zone(String address) {
    StringBuilder zone =
        new StringBuilder(
            "example. 900 IN SOA ns.example. host.example. 1 7200 3600 1209600 300\n");
    for (int i = 0; i < 2000; i++) {
      zone.append("n").append(i).append(".example. 60 IN A ").append(address).append('\n');
    }
    return zone.toString();
  }

  private String freshName() {
    return "n" + names++ + ".example.";
  }

  private Asked resolveFresh() {
    Asked asked = it.resolve(freshName());
    assertThat(asked.answers()).as("answer to " + asked.question()).hasSize(1);
    return asked;
  }

  private UpstreamView view(int upstream) {
    Endpoint server = it.upstream(upstream);
    return it.world.engine().upstreams().view().stream()
        .filter(view -> view.server().equals(server))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_dead_first_upstream_costs_one_short_timeout_once() {
    it.world.network().fault(it.upstream(0), new Fault.Dead());
    assertThat(resolveFresh().took()).isEqualTo(SHORT_TIMEOUT.plus(ROUND_TRIP));

    for (int i = 0; i < 100; i++) {
      assertThat(resolveFresh().took()).isEqualTo(ROUND_TRIP);
      it.passSeconds(1);
    }
    assertThat(view(0).state()).isEqualTo(UpstreamState.SET_ASIDE);
  }

  private Explanation explained(String name) {
    return it.world.engine().resolutions().explanations().about(DnsName.parse(name)).getFirst();
  }

  private static List<String> steps(Explanation explanation) {
    return explanation.trail().steps().stream()
        .map(
            step ->
                "%s %s %s after %d ms"
                    .formatted(
                        step.server(),
                        step.transport(),
                        step.said(),
                        Duration.ofNanos(step.nanos()).toMillis()))
        .toList();
  }

  @Test
  void of_an_answer_is_told_who_was_asked_first_and_who_gave_it() {
    it.world.network().fault(it.upstream(0), new Fault.Dead());
    String name = freshName();
    it.resolve(name);

    assertThat(explained(name).end()).isEqualTo("NOERROR, 1 record");
    assertThat(steps(explained(name)))
        .containsExactly(
            it.upstream(0) + " UDP no response after 420 ms",
            it.upstream(1) + " UDP NOERROR, 1 record after 20 ms");
  }

  @Test
  void of_a_failure_is_told_what_each_said_over_which_transport() {
    it.world.server(0).with(Quirk.REFUSED);
    it.world.server(1).with(Quirk.GARBAGE);
    String name = freshName();
    it.resolve(name);

    assertThat(explained(name).end()).startsWith("SERVFAIL: " + it.upstream(0) + ": REFUSED; ");
    assertThat(steps(explained(name)))
        .hasSize(2)
        .startsWith(it.upstream(0) + " UDP REFUSED after 20 ms")
        .last()
        .asString()
        .startsWith(it.upstream(1) + " TCP ");
  }

  @Test
  void an_upstream_that_dies_while_it_is_known_costs_less_than_that() {
    for (int i = 0; i < 500; i++) {
      resolveFresh();
    }
    it.world.network().fault(it.upstream(0), new Fault.Dead());
    Duration lost = Duration.ZERO;
    int slower = 0;
    for (int i = 0; i < 100; i++) {
      Duration took = resolveFresh().took();
      lost = lost.plus(took).minus(ROUND_TRIP);
      slower += took.compareTo(ROUND_TRIP) > 0 ? 1 : 0;
    }

    assertThat(lost).isLessThan(Duration.ofMillis(100));
    assertThat(slower).as("clients who noticed").isLessThanOrEqualTo(2);
  }

  @Test
  void clients_do_not_pay_for_finding_out_that_it_is_back() {
    it.world.network().fault(it.upstream(0), new Fault.Dead());
    resolveFresh();
    it.passSeconds(30);
    it.world.network().heal(it.upstream(0));
    for (int i = 0; i < 61; i++) {
      it.passSeconds(1);
      assertThat(resolveFresh().took()).isEqualTo(ROUND_TRIP);
    }

    assertThat(view(0).state()).isEqualTo(UpstreamState.WORKING);
    String last = freshName();
    it.resolve(last);
    assertThat(it.exchanges(0, last + " A")).isEqualTo(1);
    assertThat(it.exchanges(1, last + " A")).isZero();
  }

  @Test
  void after_a_router_reboot_the_first_success_clears_all_records() {
    for (int i = 0; i < 30; i++) {
      resolveFresh();
    }
    it.world.network().fault(it.upstream(0), new Fault.Dead());
    it.world.network().fault(it.upstream(1), new Fault.Dead());
    for (int i = 0; i < 20; i++) {
      assertThat(it.resolve(freshName()).rcode()).isEqualTo(Rcode.SERVFAIL);
      it.passSeconds(10);
    }
    it.world.network().heal(it.upstream(0));
    it.world.network().heal(it.upstream(1));

    resolveFresh();
    it.passSeconds(1);

    for (int upstream = 0; upstream < 2; upstream++) {
      assertThat(view(upstream).state()).isEqualTo(UpstreamState.WORKING);
      assertThat(view(upstream).doubted()).isFalse();
      assertThat(view(upstream).failuresInRow()).isZero();
    }
    for (int i = 0; i < 10; i++) {
      String name = freshName();
      assertThat(it.resolve(name).took()).isEqualTo(ROUND_TRIP);
      assertThat(it.exchanges(0, name + " A")).as("the first is first again").isEqualTo(1);
    }
  }

  @Test
  void during_a_total_outage_a_client_is_told_soon() {
    it.world.network().fault(it.upstream(0), new Fault.Dead());
    it.world.network().fault(it.upstream(1), new Fault.Dead());
    assertThat(it.resolve(freshName()).took()).isLessThanOrEqualTo(Duration.ofMillis(4500));
    it.passSeconds(10);

    Asked asked = it.resolve(freshName());

    assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(asked.took()).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void what_the_first_cannot_or_will_not_answer_the_second_is_asked() {
    for (Quirk quirk : new Quirk[] {Quirk.SERVFAIL, Quirk.REFUSED, Quirk.GARBAGE}) {
      it.world.server(0).with(quirk);
      Asked asked = resolveFresh();

      assertThat(asked.rcode()).as(quirk + " of the first").isEqualTo(Rcode.NOERROR);
      assertThat(asked.took()).isLessThan(SHORT_TIMEOUT);
      assertThat(it.resolve("n" + (names - 1) + ".example.").took()).isZero();
    }
  }

  @Test
  void a_name_error_of_the_first_stands() {
    Asked asked = it.resolve("missing.example.");

    assertThat(asked.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(it.exchanges(1, "missing.example. A")).isZero();
  }

  @Test
  void a_lone_failure_of_both_does_not_set_them_aside() {
    it.world.server(0).with(Quirk.SERVFAIL);
    it.world.server(1).with(Quirk.SERVFAIL);
    assertThat(it.resolve(freshName()).rcode()).isEqualTo(Rcode.SERVFAIL);
    it.world.server(0).with();
    it.world.server(1).with();
    String name = freshName();
    it.resolve(name);

    assertThat(it.exchanges(0, name + " A")).isEqualTo(1);
    assertThat(view(0).state()).isEqualTo(UpstreamState.WORKING);
  }

  @Test
  void a_first_upstream_that_stutters_costs_the_second_five_percent_at_most() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 1000; i++) {
      int stutter = 80 + (random.nextInt(10) == 0 ? random.nextInt(60) : 0);
      it.world.network().heal(it.upstream(0));
      it.world.network().fault(it.upstream(0), new Fault.Slow(Duration.ofMillis(stutter)));
      resolveFresh();
    }

    long toSecond =
        it.world.network().sentTo(it.upstream(1)).stream()
            .filter(sent -> sent.question().toLowerCase(Locale.ROOT).startsWith("n"))
            .count();
    assertThat(toSecond).isBetween(1L, 1000L / 20);
  }

  @Test
  void a_late_first_answer_still_counts_when_the_second_has_none() {
    it.world.network().fault(it.upstream(0), new Fault.Slow(Duration.ofMillis(900)));
    it.world.network().fault(it.upstream(1), new Fault.Dead());

    Asked asked = it.resolve(freshName(), Type.A);

    assertThat(asked.answers()).hasSize(1);
    assertThat(asked.took()).isEqualTo(Duration.ofMillis(920));
  }
}
