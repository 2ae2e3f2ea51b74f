package dev.namewell.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.exchange.ServerReply.Aliased;
import dev.namewell.core.exchange.ServerReply.Answered;
import dev.namewell.core.exchange.ServerReply.Failed;
import dev.namewell.core.fake.FakeNetwork;
import dev.namewell.core.fake.FakeServer;
import dev.namewell.core.fake.FakeWorld;
import dev.namewell.core.fake.Messages;
import dev.namewell.core.fake.RecordedEvents;
import dev.namewell.core.port.Events.ExchangeEnd;
import dev.namewell.core.port.Signal;
import dev.namewell.core.port.Task;
import dev.namewell.core.resolve.Budget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

class ServerClientTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final byte[] SERVER_COOKIE = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final Question QUESTION = Question.of(DnsName.parse("www.example."), RecordType.A);

  private final FakeWorld world = new FakeWorld();
  private final FakeServer server = new FakeServer("192.0.2.53");
  private final FakeNetwork network = new FakeNetwork(world, server);
  private final RecordedEvents events = new RecordedEvents();
  private final Random random = new Random(20);
  private final ServerClient client =
      new ServerClient(new ServerClient.Ports(network, world, world, events, random));
  private final ServerMemory memory = new ServerMemories(random).of(server.endpoint);

  private ServerReply ask() {
    return ask(QUESTION);
  }

  private ServerReply ask(Question question) {
    return world.run(() -> client.ask(askFor(question, Transport.UDP)));
  }

  private Ask askFor(Question question, Transport first) {
    return new Ask(memory, question, true, first, TIMEOUT, new Budget(world, TIMEOUT));
  }

  private List<Transport> transports() {
    return server.asked.stream().map(FakeServer.Asked::transport).toList();
  }

  private Message lastQuery() {
    return server.asked.getLast().query();
  }

  @Test
  void asks_with_edns_and_takes_the_answer() throws Exception {
    var dnssec = new Question(DnsName.parse("www.example."), RecordType.A, 1, true, true);

    assertThat(ask(dnssec)).isInstanceOf(Answered.class);

    OPTRecord opt = lastQuery().getOPT();
    assertThat(opt.getPayloadSize()).isEqualTo(1232);
    assertThat(opt.getFlags() & 0x8000).as("DO").isNotZero();
    assertThat(lastQuery().getHeader().getFlag(Flags.RD)).isTrue();
    assertThat(lastQuery().getHeader().getFlag(Flags.CD)).isTrue();
    assertThat(((CookieOption) opt.getOptions().getFirst()).getClientCookie()).hasSize(8);
    assertThat(events.exchanges).containsExactly("UDP ANSWERED");
    assertThat(network.open).isZero();
  }

  @Test
  void a_truncated_response_is_asked_for_again_over_tcp() {
    server.answers(
        (query, transport) -> {
          Message answer = Messages.address(query, "192.0.2.80");
          if (transport == Transport.UDP) {
            answer.getHeader().setFlag(Flags.TC);
          }
          return answer;
        });

    assertThat(ask()).isInstanceOf(Answered.class);
    assertThat(transports()).containsExactly(Transport.UDP, Transport.TCP);
  }

  @Test
  void after_forged_packets_only_tcp_is_believed() {
    server.forged = 1;

    assertThat(ask()).isInstanceOf(Answered.class);
    assertThat(transports()).containsExactly(Transport.UDP, Transport.TCP);
    assertThat(events.exchanges).containsExactly("UDP MISMATCH", "TCP ANSWERED");
  }

  @Test
  void letter_case_differs_from_query_to_query() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      ask();
      names.add(server.asked.getLast().name());
    }

    assertThat(names).doesNotHaveDuplicates();
    assertThat(names).allMatch(name -> name.toLowerCase(Locale.ROOT).equals("www.example."));
  }

  @Test
  void a_server_that_changes_letter_case_over_tcp_too_need_not_keep_it() {
    server.answers((query, _) -> inLowerCase(query));

    assertThat(ask()).isInstanceOf(Answered.class);
    assertThat(transports()).containsExactly(Transport.UDP, Transport.TCP);
    assertThat(ask()).isInstanceOf(Answered.class);
    assertThat(transports()).containsExactly(Transport.UDP, Transport.TCP, Transport.UDP);
    assertThat(server.asked.getLast().name()).isEqualTo("www.example.");
  }

  @Test
  void letter_case_changed_over_udp_alone_is_never_accepted() {
    server.answers(
        (query, transport) ->
            transport == Transport.UDP
                ? inLowerCase(query)
                : Messages.address(query, "192.0.2.80"));

    for (int i = 0; i < 3; i++) {
      assertThat(ask()).isInstanceOf(Answered.class);
      assertThat(server.asked.getLast().transport()).isEqualTo(Transport.TCP);
    }
  }

  @Test
  void a_server_without_tcp_that_changes_letter_case_is_asked_in_lower_case() {
    server.answers((query, transport) -> transport == Transport.UDP ? inLowerCase(query) : null);

    for (int i = 0; i < 3; i++) {
      assertThat(ask()).isInstanceOf(Answered.class);
    }
    assertThat(server.asked).hasSize(9);
    ask();
    assertThat(server.asked).as("believed after three times").hasSize(10);
  }

  private static Message inLowerCase(Message query) {
    try {
      Record question =
          Record.newRecord(new Name("www.example."), query.getQuestion().getType(), 1);
      Message lower = new Message(0);
      lower.addRecord(question, Section.QUESTION);
      return Messages.address(lower, "192.0.2.80");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Message withCookie(Message query, Message answer, byte[] serverCookie) {
    CookieOption theirs =
        (CookieOption) query.getOPT().getOptions(EDNSOption.Code.COOKIE).getFirst();
    return withCookie(answer, new CookieOption(theirs.getClientCookie(), serverCookie));
  }

  private static Message withCookie(Message answer, CookieOption cookie) {
    int upperRcode = answer.getOPT().getExtendedRcode();
    answer.removeAllRecords(Section.ADDITIONAL);
    answer.addRecord(new OPTRecord(1232, upperRcode, 0, 0, List.of(cookie)), Section.ADDITIONAL);
    return answer;
  }

  @Test
  void a_server_cookie_is_sent_back() {
    server.answers(
        (query, _) -> withCookie(query, Messages.address(query, "192.0.2.80"), SERVER_COOKIE));

    ask();
    ask();

    CookieOption cookie = (CookieOption) lastQuery().getOPT().getOptions().getFirst();
    assertThat(cookie.getServerCookie()).hasValue(SERVER_COOKIE);
    assertThat(transports()).containsExactly(Transport.UDP, Transport.UDP);
  }

  @Test
  void a_response_without_cookie_is_doubtful_where_the_server_used_to_send_one() {
    server.answers(
        (query, _) -> withCookie(query, Messages.address(query, "192.0.2.80"), SERVER_COOKIE));
    ask();
    server.asked.clear();
    server.working();

    assertThat(ask()).isInstanceOf(Answered.class);
    assertThat(transports()).containsExactly(Transport.UDP, Transport.TCP);

    server.asked.clear();
    ask();
    assertThat(transports())
        .as("over TCP the server showed that it sends cookies no more")
        .containsExactly(Transport.UDP);
  }

  @Test
  void a_response_with_a_wrong_client_cookie_is_doubtful() {
    server.answers(
        (query, transport) ->
            transport == Transport.TCP
                ? Messages.address(query, "192.0.2.80")
                : withCookie(
                    Messages.address(query, "192.0.2.66"),
                    new CookieOption(new byte[8], SERVER_COOKIE)));

    assertThat(ask()).isInstanceOf(Answered.class);
    assertThat(transports()).containsExactly(Transport.UDP, Transport.TCP);
    assertThat(memory.sendsCookies()).isFalse();
  }

  @Test
  void bad_cookie_is_mended_with_the_cookie_that_came() {
    server.answers(
        (query, _) -> {
          CookieOption cookie = (CookieOption) query.getOPT().getOptions().getFirst();
          boolean known = cookie.getServerCookie().isPresent();
          Message answer =
              known
                  ? Messages.address(query, "192.0.2.80")
                  : Messages.rcode(query, Rcode.BADCOOKIE);
          return withCookie(query, answer, SERVER_COOKIE);
        });

    assertThat(ask()).isInstanceOf(Answered.class);
    assertThat(transports()).containsExactly(Transport.UDP, Transport.UDP);
  }

  @Test
  void a_server_that_never_likes_a_cookie_is_asked_over_tcp() {
    server.answers(
        (query, transport) ->
            withCookie(
                query,
                transport == Transport.UDP
                    ? Messages.rcode(query, Rcode.BADCOOKIE)
                    : Messages.address(query, "192.0.2.80"),
                SERVER_COOKIE));

    assertThat(ask()).isInstanceOf(Answered.class);
    assertThat(transports()).containsExactly(Transport.UDP, Transport.UDP, Transport.TCP);
  }

  private static Message noEdns(Message query) {
    if (query.getOPT() == null) {
      return Messages.address(query, "192.0.2.80");
    }
    Message error = Messages.rcode(query, Rcode.FORMERR);
    error.removeAllRecords(Section.ADDITIONAL);
    return error;
  }

  @Test
  void edns_is_left_out_after_a_format_error_but_for_this_question_only() {
    server.answers((query, _) -> noEdns(query));

    assertThat(ask()).isInstanceOf(Answered.class);
    assertThat(lastQuery().getOPT()).isNull();
    ask();
    assertThat(server.asked).as("UDP could have been forged, so it is tried again").hasSize(4);
  }

  @Test
  void edns_is_left_out_for_a_while_when_the_error_came_over_tcp() {
    server.answers((query, _) -> noEdns(query));
    world.run(() -> client.ask(askFor(QUESTION, Transport.TCP)));
    server.asked.clear();

    ask();
    assertThat(server.asked).hasSize(1);
    assertThat(lastQuery().getOPT()).isNull();

    world.pass(Duration.ofMinutes(16));
    server.asked.clear();
    ask();
    assertThat(server.asked).as("tried again after a while").hasSize(2);
  }

  @Test
  void a_format_error_may_lack_the_question_a_good_answer_may_not() {
    server.answers(
        (query, transport) -> {
          Message answer = noEdns(query);
          if (transport == Transport.TCP && query.getOPT() != null) {
            answer.removeAllRecords(Section.QUESTION);
          }
          return answer;
        });
    assertThat(world.run(() -> client.ask(askFor(QUESTION, Transport.TCP))))
        .isInstanceOf(Answered.class);

    server.answers(
        (query, _) -> {
          Message answer = Messages.address(query, "192.0.2.80");
          answer.removeAllRecords(Section.QUESTION);
          return answer;
        });
    assertThat(ask())
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.end()).isEqualTo(ExchangeEnd.MISMATCH));
  }

  @Test
  void octets_that_are_no_message_are_asked_for_once_more() {
    server.mangle = bytes -> java.util.Arrays.copyOf(bytes, bytes.length - 3);

    assertThat(ask())
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.end()).isEqualTo(ExchangeEnd.GARBLED));
    assertThat(transports()).containsExactly(Transport.UDP, Transport.TCP);
    assertThat(events.exchanges).containsExactly("UDP GARBLED", "TCP GARBLED");
  }

  @Test
  void a_server_failure_keeps_what_the_server_said_about_it() {
    server.answers(
        (query, _) -> {
          Message answer = Messages.rcode(query, Rcode.SERVFAIL);
          answer.removeAllRecords(Section.ADDITIONAL);
          answer.addRecord(
              new OPTRecord(
                  1232, 0, 0, 0, List.of(new ExtendedErrorCodeOption(6, "bad signature"))),
              Section.ADDITIONAL);
          return answer;
        });

    assertThat(ask())
        .isEqualTo(
            new Failed(ExchangeEnd.SERVFAIL, Rcode.SERVFAIL, "SERVFAIL, EDE 6 (bad signature)"));
  }

  @Test
  void refusal_silence_no_way_and_too_much_work_are_told_apart() {
    server.rcode(Rcode.REFUSED);
    assertThat(ask()).isEqualTo(new Failed(ExchangeEnd.REFUSED, Rcode.REFUSED, "REFUSED"));
    server.silent();
    assertThat(ask()).isEqualTo(new Failed(ExchangeEnd.TIMEOUT, -1, "no response"));
    server.unreachable = "connection refused";
    assertThat(ask()).isEqualTo(new Failed(ExchangeEnd.UNREACHABLE, -1, "connection refused"));
    server.overloaded = "limits.exchanges";
    assertThat(ask()).isEqualTo(new Failed(ExchangeEnd.OVERLOADED, -1, "limits.exchanges"));
    assertThat(events.exchanges)
        .containsExactly("UDP REFUSED", "UDP TIMEOUT", "UDP UNREACHABLE", "UDP OVERLOADED");
    assertThat(events.limits).containsExactly("limits.exchanges");
    assertThat(network.open).isZero();
  }

  @Test
  void a_chain_without_its_end_is_told_with_its_target() {
    server.answers((query, _) -> Messages.records(query, "www.example. 60 IN CNAME www.other."));

    assertThat(ask())
        .isInstanceOfSatisfying(
            Aliased.class,
            aliased -> assertThat(aliased.target()).isEqualTo(DnsName.parse("www.other.")));
  }

  @Test
  void a_referral_is_no_answer() {
    server.answers(
        (query, _) -> {
          Message answer = Messages.rcode(query, Rcode.NOERROR);
          answer.addRecord(Messages.record("example. 60 IN NS ns.example."), Section.AUTHORITY);
          return answer;
        });

    assertThat(ask())
        .isEqualTo(
            new Failed(ExchangeEnd.OTHER_RCODE, Rcode.NOERROR, "referral instead of an answer"));
  }

  @Test
  void a_question_that_may_cost_nothing_more_is_not_asked() {
    Budget budget = new Budget(world, TIMEOUT);
    while (budget.takeExchange()) {
      assertThat(budget.isOver()).isFalse();
    }

    ServerReply reply =
        world.run(
            () -> client.ask(new Ask(memory, QUESTION, true, Transport.UDP, TIMEOUT, budget)));

    assertThat(reply)
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.end()).isEqualTo(ExchangeEnd.OVERLOADED));
    assertThat(server.asked).isEmpty();
  }

  @Test
  void the_same_question_is_under_way_once_however_many_ask_it() { // RFC 5452 §5
    int many = 1000;
    List<ServerReply> replies = new ArrayList<>();
    world.run(
        () -> {
          List<Task<Boolean>> tasks = new ArrayList<>();
          for (int i = 0; i < many; i++) {
            tasks.add(
                world.start("ask", () -> replies.add(client.ask(askFor(QUESTION, Transport.UDP)))));
          }
          world.sleep(Duration.ofSeconds(1));
          return tasks.size();
        });

    assertThat(server.asked).hasSize(1);
    assertThat(replies).hasSize(many).allMatch(Answered.class::isInstance);
  }

  @Test
  void of_many_who_wait_for_a_silent_server_one_at_a_time_asks_again() { // RFC 5452 §5
    server.silent();
    int[] most = {0};
    world.run(
        () -> {
          Signal signal = world.signal();
          Asking first = client.start(askFor(QUESTION, Transport.UDP), signal);
          for (int i = 0; i < 50; i++) {
            world.start("ask", () -> client.ask(askFor(QUESTION, Transport.UDP)));
          }
          signal.await(Duration.ofMillis(10));
          first.close();
          for (int i = 0; i < 300; i++) {
            world.sleep(Duration.ofMillis(10));
            most[0] = Math.max(most[0], network.open);
          }
          return most[0];
        });

    assertThat(most[0]).isEqualTo(1);
    assertThat(network.open).isZero();
  }

  @Test
  void who_joined_asks_himself_when_the_first_gives_up() {
    server.silent();
    List<ServerReply> replies = new ArrayList<>();
    world.run(
        () -> {
          Signal signal = world.signal();
          Asking first = client.start(askFor(QUESTION, Transport.UDP), signal);
          world.start("ask", () -> replies.add(client.ask(askFor(QUESTION, Transport.UDP))));
          signal.await(Duration.ofMillis(100));
          assertThat(server.asked).hasSize(1);
          server.working();
          first.close();
          world.sleep(Duration.ofSeconds(1));
          return first;
        });

    assertThat(replies).hasSize(1).allMatch(Answered.class::isInstance);
    assertThat(server.asked).hasSize(2);
    assertThat(network.open).isZero();
  }

  @Test
  void who_asks_again_for_want_of_an_answer_does_not_wait_for_himself() {
    server.silent();
    world.run(
        () -> {
          Signal signal = world.signal();
          Asking first = client.start(askFor(QUESTION, Transport.UDP), signal);
          Asking second = client.start(askFor(QUESTION, Transport.UDP), signal);
          assertThat(server.asked).hasSize(2);
          first.close();
          second.close();
          return 0;
        });
    assertThat(network.open).isZero();
  }

  @Test
  void round_trips_are_learnt_from_udp_answers() {
    server.latency(20);
    ask();

    assertThat(memory.roundTrips().smoothedNanos()).isEqualTo(Duration.ofMillis(20).toNanos());
  }
}
