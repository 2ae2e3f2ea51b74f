package dev.namewell.core.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Outcome;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.fake.FakeWorld;
import dev.namewell.core.fake.Messages;
import dev.namewell.core.wire.QueryWriter;
import dev.namewell.core.wire.Response;
import dev.namewell.core.wire.ResponseReader;
import dev.namewell.core.wire.ResponseScrubber;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

class RoutingAndAliasesTest {
  private final FakeWorld world = new FakeWorld();
  private final Map<DnsName, Function<Message, Message>> names = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final Route route = this::find;

  private Budget budget() {
    return new Budget(world, Duration.ofSeconds(4));
  }

  private static Question a(String name) {
    return Question.of(DnsName.parse(name), RecordType.A);
  }

  private Found find(Question question, Budget budget) {
    asked.add(question.name().toString());
    Function<Message, Message> script = names.get(question.name());
    if (script == null) {
      return new Found.Whole(
          new Failure(Failure.Reason.UNREACHABLE, new ExtendedError(22, "nobody")));
    }
    try {
      Message query = new Message(QueryWriter.write(question, true, null));
      byte[] bytes = script.apply(query).toWire();
      Response response = (Response) ResponseReader.read(bytes);
      return switch (ResponseScrubber.scrub(response, question)) {
        case ResponseScrubber.Complete(Answer answer) -> new Found.Whole(answer);
        case ResponseScrubber.Dangling(Answer aliases, DnsName target) ->
            new Found.Aliases(aliases, target);
        case ResponseScrubber.Lame(String why) -> throw new AssertionError(why);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void name(String name, String... lines) {
    names.put(DnsName.parse(name), query -> Messages.records(query, lines));
  }

  private Outcome resolve(String name) {
    return new AliasChasingResolver(route).resolve(a(name), budget());
  }

  private static Route failing(String which) {
    return (_, _) ->
        new Found.Whole(new Failure(Failure.Reason.UNREACHABLE, new ExtendedError(0, which)));
  }

  private static String taken(Route routes, Question question, Budget budget) {
    return routes.find(question, budget)
            instanceof Found.Whole(Failure(Failure.Reason _, ExtendedError error))
        ? error.text()
        : "?";
  }

  @Test
  void the_longest_zone_wins() {
    Route routes =
        new RoutingResolver(
            Map.of(
                DnsName.ROOT,
                failing("root"),
                DnsName.parse("example."),
                failing("example"),
                DnsName.parse("corp.example."),
                failing("corp")));

    assertThat(taken(routes, a("www.corp.example."), budget())).isEqualTo("corp");
    assertThat(taken(routes, a("corp.example."), budget())).isEqualTo("corp");
    assertThat(taken(routes, a("xcorp.example."), budget())).isEqualTo("example");
    assertThat(taken(routes, a("other."), budget())).isEqualTo("root");
    assertThat(taken(routes, a("."), budget())).isEqualTo("root");
  }

  @Test
  void the_ds_record_of_a_zone_is_asked_of_its_parent() {
    Route routes =
        new RoutingResolver(
            Map.of(DnsName.ROOT, failing("root"), DnsName.parse("corp.example."), failing("corp")));

    var ds = Question.of(DnsName.parse("corp.example."), RecordType.DS);
    assertThat(taken(routes, ds, budget())).isEqualTo("root");
    var below = Question.of(DnsName.parse("a.corp.example."), RecordType.DS);
    assertThat(taken(routes, below, budget())).isEqualTo("corp");
  }

  @Test
  void without_a_route_there_is_no_answer() {
    Route routes = new RoutingResolver(Map.of(DnsName.parse("example."), failing("example")));

    assertThat(taken(routes, a("other."), budget())).contains("no route");
  }

  @Test
  void a_whole_answer_is_passed_on() {
    name("www.example.", "www.example. 60 IN A 192.0.2.1");

    assertThat(resolve("www.example.")).isInstanceOf(Answer.class);
    assertThat(asked).containsExactly("www.example.");
  }

  @Test
  void the_end_of_a_chain_is_asked_for_and_joined() {
    name("www.example.", "www.example. 60 IN CNAME a.other.", "a.other. 30 IN CNAME b.third.");
    name("b.third.", "b.third. 10 IN CNAME c.fourth.");
    name("c.fourth.", "c.fourth. 300 IN A 192.0.2.1", "c.fourth. 300 IN A 192.0.2.2");

    Answer answer = (Answer) resolve("www.example.");

    assertThat(Messages.texts(answer, Section.ANSWER))
        .containsExactly(
            "www.example. 60 a.other.",
            "a.other. 30 b.third.",
            "b.third. 10 c.fourth.",
            "c.fourth. 300 192.0.2.1",
            "c.fourth. 300 192.0.2.2");
    assertThat(answer.ttlSeconds()).isEqualTo(10);
    assertThat(asked).containsExactly("www.example.", "b.third.", "c.fourth.");
  }

  @Test
  void a_chain_may_end_in_a_name_error() {
    name("www.example.", "www.example. 600 IN CNAME gone.example.");
    names.put(DnsName.parse("gone.example."), query -> Messages.denial(query, Rcode.NXDOMAIN));

    Answer answer = (Answer) resolve("www.example.");

    assertThat(answer.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(answer.isNegative()).isTrue();
    assertThat(answer.ttlSeconds()).as("SOA MINIMUM").isEqualTo(60);
    assertThat(Messages.texts(answer, Section.ANSWER))
        .containsExactly("www.example. 600 gone.example.");
    assertThat(answer.authorityCount()).isEqualTo(1);
  }

  @Test
  void a_circle_of_aliases_is_a_failure() {
    name("a.example.", "a.example. 60 IN CNAME b.example.");
    name("b.example.", "b.example. 60 IN CNAME a.example.");

    assertThat(resolve("a.example."))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.error().text()).contains("alias loop at a.example."));
  }

  @Test
  void a_chain_without_end_reaches_the_limit() {
    for (int i = 0; i < 40; i++) {
      name("n" + i + ".example.", "n%d.example. 60 IN CNAME n%d.example.".formatted(i, i + 1));
    }

    assertThat(resolve("n0.example."))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Failure.Reason.LIMIT_REACHED));
    assertThat(asked).hasSize(12);
  }

  @Test
  void a_chain_whose_end_cannot_be_had_is_a_failure() {
    name("www.example.", "www.example. 60 IN CNAME a.other.");

    assertThat(resolve("www.example."))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Failure.Reason.UNREACHABLE));
  }

  @Test
  void a_dname_in_two_pieces_is_written_once() {
    name(
        "a.old.",
        "old. 60 IN DNAME new.",
        "a.old. 60 IN CNAME a.new.",
        "a.new. 60 IN CNAME b.old.");
    name(
        "b.old.", "old. 60 IN DNAME new.", "b.old. 60 IN CNAME b.new.", "b.new. 60 IN A 192.0.2.7");

    Answer answer = (Answer) resolve("a.old.");

    assertThat(Messages.texts(answer, Section.ANSWER))
        .containsExactly(
            "old. 60 new.",
            "a.old. 60 a.new.",
            "a.new. 60 b.old.",
            "b.old. 60 b.new.",
            "b.new. 60 192.0.2.7");
  }
}
