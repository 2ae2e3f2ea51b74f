package dev.namewell.core.iterate;

import dev.namewell.core.cache.RrsetCache;
import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Question;
import dev.namewell.core.exchange.ServerClient;
import dev.namewell.core.exchange.ServerMemories;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.resolve.Found;
import dev.namewell.core.resolve.Route;
import dev.namewell.core.rootzone.RootZoneCopy;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.RecursionSettings;
import dev.namewell.core.settings.RouteSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds answers at the authoritative servers themselves, beginning at the closest zone cut that is
 * known: the root in the worst case, a stub zone where one is configured. Thread-safe.
 */
public final class IterativeResolver implements Route {
  private final Iteration shared;
  private final Priming priming;

  /** What outlives a configuration. */
  public record Memory(
      ServerMemories servers, RrsetCache rrsets, Delegations delegations, RootZoneCopy rootZone) {}

  /**
   * @param stubs routes whose zones begin at configured servers
   */
  public IterativeResolver(
      RecursionSettings settings,
      List<RouteSettings> stubs,
      Memory memory,
      ServerClient client,
      ServerClient.Ports ports) {
    Map<DnsName, Delegation> configured = new HashMap<>();
    configured.put(DnsName.ROOT, RootHints.of(settings.rootHints()));
    for (RouteSettings stub : stubs) {
      configured.put(stub.zone(), delegation(stub));
    }
    shared =
        new Iteration(
            ports,
            client,
            memory.servers(),
            memory.rrsets(),
            memory.delegations(),
            memory.rootZone(),
            settings,
            configured,
            new ServerChoice(ports.random()));
    priming = new Priming(shared);
  }

  private static Delegation delegation(RouteSettings stub) {
    List<Endpoint> addresses =
        stub.upstreams().stream().map(Address::socketAddress).map(Endpoint::new).toList();
    return new Delegation(stub.zone(), List.of(new NameServer(stub.zone(), addresses)), true);
  }

  @Override
  public Found find(Question question, Budget budget) {
    // Signatures are always fetched: one resolution serves those who want them and those who don't.
    Question whole =
        new Question(question.name(), question.type(), question.recordClass(), true, false);
    priming.prime(question.name(), budget);
    return switch (new Walk(shared, budget).find(whole)) {
      case Walk.NoData(Failure failure) -> new Found.Whole(failure);
      case Walk.Data data -> found(question, data);
    };
  }

  private Found found(Question question, Walk.Data data) {
    Answer answer =
        AnswerBuilder.build(question, data.aliases(), data.known(), shared.ports().time().nanos());
    if (answer == null) {
      return new Found.Whole(
          new Failure(
              Failure.Reason.GARBLED,
              new ExtendedError(ExtendedError.OTHER, "the answer does not fit in one message")));
    }
    return data.known() == null ? new Found.Aliases(answer, data.end()) : new Found.Whole(answer);
  }
}
