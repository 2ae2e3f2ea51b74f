package dev.namewell.core.rfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events.ExchangeEnd;
import dev.namewell.core.sim.Fault;
import dev.namewell.core.sim.Fault.Forgery;
import dev.namewell.core.sim.Quirk;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedNetwork.Sent;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * The way to an upstream and back: forgery (RFC 5452), letter case (0x20), truncation (RFC 7766),
 * cookies (RFC 7873), EDNS (RFC 6891).
 */
class OutgoingTest {
  private static final String WWW = "www.example.";

  private final Scene it = new Scene(zone());

  @AfterEach
  void close() {
    it.close();
  }

  private static String zone() {
    StringBuilder zone = new StringBuilder(Scene.ZONE);
    for (int i = 1; i <= 200; i++) {
      zone.append("big.example. 60 IN A 10.0.0.").append(i).append('\n');
    }
    for (int i = 0; i < 50; i++) {
      zone.append("n").append(i).append(".example. 60 IN A 192.0.2.80\n");
    }
    return zone.toString();
  }

  /** What was sent about names of the zone, loop probes left out. */
  private List<Sent> sent() {
    return it.world.network().sent().stream()
        .filter(sent -> sent.question().toLowerCase(Locale.ROOT).contains(".example. "))
        .toList();
  }

  private static Message read(Sent sent) {
    try {
      return new Message(sent.query());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Optional<byte[]> serverCookie(Sent sent) {
    Message query = read(sent);
    if (query.getOPT() == null) {
      return Optional.empty();
    }
    return query.getOPT().getOptions(EDNSOption.Code.COOKIE).stream()
        .flatMap(option -> ((CookieOption) option).getServerCookie().stream())
        .findFirst();
  }

  private void assertTrueAnswer(String name) {
    Asked asked = it.resolve(name);
    assertThat(asked.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(asked.answers())
        .as("answer to " + name)
        .singleElement()
        .extracting(record -> ((ARecord) record).getAddress().getHostAddress())
        .isEqualTo("192.0.2.80");
  }

  @Test
  void a_truncated_response_is_asked_for_again_over_tcp() {
    it.world.server(0).with(Quirk.TRUNCATES);

    assertTrueAnswer(WWW);
    assertThat(sent()).extracting(Sent::transport).containsExactly(Transport.UDP, Transport.TCP);
  }

  @Test
  void a_large_answer_is_fetched_whole_once_and_cut_for_udp_clients_only() {
    Message query = SimulatedClient.query("big.example.", Type.A);
    Asked udp = it.resolve("big.example.");
    Asked tcp = it.client().await(it.client().ask(query, Transport.TCP));

    assertThat(udp.reply().getHeader().getFlag(Flags.TC)).isTrue();
    assertThat(udp.reply().toWire().length).isLessThanOrEqualTo(1232);
    assertThat(udp.answers()).as("something to try at least").isNotEmpty();
    assertThat(tcp.reply().getHeader().getFlag(Flags.TC)).isFalse();
    assertThat(tcp.answers()).hasSize(200);
    assertThat(sent()).hasSize(2);
  }

  @Test
  void the_letter_case_of_the_name_is_mixed_and_has_to_come_back() {
    for (int i = 0; i < 20; i++) {
      assertTrueAnswer("n" + i + ".example.");
    }

    assertThat(sent()).hasSize(20).allMatch(sent -> sent.transport() == Transport.UDP);
    assertThat(sent().stream().map(sent -> sent.question().replaceAll("\\d", "")).distinct())
        .as("spellings")
        .hasSizeGreaterThan(15);
  }

  @Test
  void a_server_that_changes_letter_case_is_believed_over_tcp_and_then_spared() {
    it.world.server(0).with(Quirk.LOWERCASES_QUESTION);
    for (int i = 0; i < 10; i++) {
      assertTrueAnswer("n" + i + ".example.");
    }

    assertThat(sent()).filteredOn(sent -> sent.transport() == Transport.TCP).hasSize(1);
    assertThat(sent().subList(2, 11))
        .extracting(Sent::question)
        .allMatch(question -> question.startsWith("n") && question.endsWith(".example. A"));
  }

  @Test
  void forged_responses_are_never_believed() {
    for (Forgery forgery : Forgery.values()) {
      it.world.network().heal(it.upstream(0));
      it.world.network().fault(it.upstream(0), new Fault.Spoofed(1, forgery));
      for (int i = 0; i < 10; i++) {
        assertTrueAnswer("n" + (forgery.ordinal() * 10 + i) + ".example.");
      }
    }
  }

  @Test
  void after_a_mismatch_the_answer_is_fetched_over_tcp() {
    it.world.network().fault(it.upstream(0), new Fault.Spoofed(1, Forgery.OTHER_QUESTION));

    assertTrueAnswer(WWW);
    assertThat(sent()).extracting(Sent::transport).containsExactly(Transport.UDP, Transport.TCP);
    assertThat(it.world.events().count(ExchangeEnd.MISMATCH)).isPositive();
  }

  @Test
  void records_nobody_asked_for_reach_neither_client_nor_cache() {
    it.world.server(0).with(Quirk.ADDS_UNASKED_RECORDS);
    assertTrueAnswer(WWW);
    assertTrueAnswer(WWW);
    it.world.server(0).with();

    assertThat(it.resolve("www.bank.example.").rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(it.exchanges("www.bank.example. A")).isEqualTo(1);
  }

  @Test
  void the_servers_cookie_is_sent_back_from_then_on() {
    it.world.server(0).with(Quirk.COOKIES);
    for (int i = 0; i < 3; i++) {
      assertTrueAnswer("n" + i + ".example.");
    }

    assertThat(serverCookie(sent().getFirst())).isEmpty();
    assertThat(sent().subList(1, 3)).allMatch(sent -> serverCookie(sent).isPresent());
  }

  @Test
  void a_server_that_demands_its_cookie_is_satisfied_at_once() {
    it.world.server(0).with(Quirk.DEMANDS_COOKIE);
    for (int i = 0; i < 3; i++) {
      assertTrueAnswer("n" + i + ".example.");
    }

    assertThat(sent().size()).as("BADCOOKIE once, if at all").isLessThanOrEqualTo(4);
    assertThat(sent()).allMatch(sent -> sent.transport() == Transport.UDP);
  }

  @Test
  void a_server_that_knows_no_edns_is_asked_without() {
    it.world.server(0).with(Quirk.FORMERR_ON_EDNS);

    assertTrueAnswer(WWW);
    assertThat(sent()).hasSize(2);
    assertThat(read(sent().get(0)).getOPT()).isNotNull();
    assertThat(read(sent().get(1)).getOPT()).isNull();
  }

  @Test
  void an_error_over_udp_may_be_forged_so_the_next_question_has_edns_again() {
    it.world.server(0).with(Quirk.FORMERR_ON_EDNS);
    assertTrueAnswer(WWW);
    it.world.server(0).with();
    assertTrueAnswer("n1.example.");

    assertThat(read(sent().getLast()).getOPT()).isNotNull();
  }

  @Test
  void silence_and_loss_say_nothing_about_edns() {
    it.world.network().fault(it.upstream(0), new Fault.Lost(0.5));
    for (int i = 0; i < 20; i++) {
      it.resolve("n" + i + ".example.");
      it.passSeconds(5);
    }

    assertThat(sent()).isNotEmpty().allMatch(sent -> read(sent).getOPT() != null);
  }

  @Test
  void a_server_that_ignores_edns_is_understood() {
    it.world.server(0).with(Quirk.IGNORES_EDNS);

    assertTrueAnswer(WWW);
    assertThat(sent()).hasSize(1);
  }

  @Test
  void what_is_offered_to_servers_fits_every_path() {
    assertTrueAnswer(WWW);
    Message query = read(sent().getFirst());

    assertThat(query.getOPT().getPayloadSize()).isEqualTo(1232);
    assertThat(query.getHeader().getFlag(Flags.RD)).isTrue();
    assertThat(query.getHeader().getFlag(Flags.AD)).isFalse();
  }
}
