package dev.namewell.core.rfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events.CacheEvent;
import dev.namewell.core.sim.Fault;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Identical questions in flight are one question to the upstreams (RFC 5452 §5). */
class CoalescingTest {
  private static final String QUESTION = "www.example. A";

  private final Scene it = new Scene(Scene.ZONE);

  @AfterEach
  void close() {
    it.close();
  }

  private List<Asked> askAll(int count) {
    List<Asked> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(it.client().ask(i % 2 == 0 ? "www.example." : "wWw.ExAmPlE.", Type.A));
      it.pass(Duration.ofNanos(100_000));
    }
    it.passSeconds(6);
    return all;
  }

  @Test
  void one_exchange_answers_all_each_with_its_id_and_letter_case() {
    for (Asked asked : askAll(100)) {
      assertThat(asked.ends()).isEqualTo(1);
      assertThat(asked.answers()).hasSize(1);
      assertThat(asked.reply().getHeader().getID())
          .isEqualTo((asked.query()[0] & 0xff) << 8 | (asked.query()[1] & 0xff));
      assertThat(asked.reply().getQuestion().getName().toString() + " A")
          .isEqualTo(asked.question());
    }
    assertThat(it.exchanges(QUESTION)).isEqualTo(1);
    assertThat(it.world.events().count(CacheEvent.COALESCED)).isEqualTo(99);
  }

  @Test
  void all_are_told_of_the_one_failure() {
    it.world.network().fault(it.upstream(0), new Fault.Closed());

    for (Asked asked : askAll(100)) {
      assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
      assertThat(asked.extendedError()).contains(22);
    }
  }

  @Test
  void who_would_be_one_too_many_is_told_so_at_once() {
    it.world.network().fault(it.upstream(0), new Fault.Slow(Duration.ofMillis(300)));

    List<Asked> all = askAll(130);

    assertThat(all.subList(0, 100)).allMatch(asked -> asked.answers().size() == 1);
    for (Asked asked : all.subList(100, 130)) {
      assertThat(asked.rcode()).isEqualTo(Rcode.SERVFAIL);
      assertThat(asked.extendedError()).isPresent();
      assertThat(asked.took()).isZero();
    }
    assertThat(it.world.events().limits()).containsEntry("limits.waiting-per-question", 30);
  }

  @Test
  void what_would_be_answered_otherwise_is_another_question() {
    Message signed = SimulatedClient.queryWithDo("www.example.", Type.A);
    Message unchecked = SimulatedClient.query("www.example.", Type.A);
    unchecked.getHeader().setFlag(Flags.CD);
    it.client().ask(signed, Transport.UDP);
    it.client().ask(unchecked, Transport.UDP);
    it.client().ask("www.example.", Type.A);
    it.client().ask("www.example.", Type.AAAA);
    it.passSeconds(1);

    assertThat(it.exchanges(QUESTION)).isEqualTo(3);
    assertThat(it.exchanges("www.example. AAAA")).isEqualTo(1);
  }
}
