package dev.namewell.core.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Outcome;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.exchange.ServerClient;
import dev.namewell.core.exchange.ServerMemories;
import dev.namewell.core.fake.FakeNetwork;
import dev.namewell.core.fake.FakeServer;
import dev.namewell.core.fake.FakeWorld;
import dev.namewell.core.fake.RecordedEvents;
import dev.namewell.core.resolve.AliasChasingResolver;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.resolve.Resolver;
import dev.namewell.core.resolve.RoutingResolver;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.RouteSettings.Mode;
import dev.namewell.core.settings.RouteSettings.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Three upstreams in virtual time. */
final class ForwardingFixture {
  static final Duration QUERY_TIME = Duration.ofMillis(4500);
  static final Duration START = Duration.ofMillis(400);

  final FakeWorld world = new FakeWorld();
  final FakeServer first = new FakeServer("192.0.2.1");
  final FakeServer second = new FakeServer("192.0.2.2");
  final FakeServer third = new FakeServer("192.0.2.3");
  final FakeNetwork network = new FakeNetwork(world, first, second, third);
  final RecordedEvents events = new RecordedEvents();
  final Random random = new Random(7);
  final ServerClient.Ports ports = new ServerClient.Ports(network, world, world, events, random);
  final ServerMemories memories = new ServerMemories(random);
  final ServerClient client = new ServerClient(ports);
  private final AtomicInteger names = new AtomicInteger();
  Upstreams upstreams;

  ForwardingFixture(Strategy strategy, FakeServer... none) {
    upstreams = withUpstreams(strategy, first, second);
    assertThat(none).isEmpty();
  }

  Upstreams withUpstreams(Strategy strategy, FakeServer... servers) {
    upstreams = routes(List.of(route(DnsName.ROOT, Mode.FORWARD, strategy, servers)));
    return upstreams;
  }

  Upstreams routes(List<RouteSettings> routes) {
    upstreams = new Upstreams(routes, memories, client, ports);
    return upstreams;
  }

  static RouteSettings route(DnsName zone, Mode mode, Strategy strategy, FakeServer... servers) {
    List<Address> addresses =
        Stream.of(servers)
            .map(each -> each.endpoint.address())
            .map(address -> new Address(address.getAddress(), address.getPort()))
            .toList();
    return new RouteSettings(zone, mode, addresses, strategy, START, false);
  }

  /** A name that has not been asked for. */
  String freshName() {
    return "n" + names.incrementAndGet() + ".example.";
  }

  record Timed(Outcome outcome, Duration took) {
    Answer answer() {
      assertThat(outcome).isInstanceOf(Answer.class);
      return (Answer) outcome;
    }

    Failure failure() {
      assertThat(outcome).isInstanceOf(Failure.class);
      return (Failure) outcome;
    }

    long millis() {
      return took.toMillis();
    }
  }

  Timed resolve() {
    return resolve(freshName());
  }

  Timed resolve(String name) {
    return world.run(() -> resolveOnTask(name));
  }

  Resolver resolver() {
    return new AliasChasingResolver(new RoutingResolver(upstreams.routes()));
  }

  Timed resolveOnTask(String name) {
    long start = world.nanos();
    Outcome outcome =
        resolver()
            .resolve(Question.of(DnsName.parse(name), RecordType.A), new Budget(world, QUERY_TIME));
    return new Timed(outcome, Duration.ofNanos(world.nanos() - start));
  }

  UpstreamView view(FakeServer server) {
    return upstreams.view().stream()
        .filter(each -> each.server().equals(server.endpoint))
        .findFirst()
        .orElseThrow();
  }

  boolean isKnownDead() {
    return upstreams.isKnownDead(DnsName.parse("any.example."));
  }
}
