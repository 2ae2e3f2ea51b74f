package dev.namewell.core.iterate;

import dev.namewell.core.cache.RrsetCache;
import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Question;
import dev.namewell.core.exchange.ServerClient;
import dev.namewell.core.exchange.ServerHealth;
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
import java.util.Set;

/**
 * Finds answers at the authoritative servers themselves, beginning at the closest zone cut that is
 * known: the root in the worst case, a stub zone where one is configured. Thread-safe.
 */
public final class IterativeResolver implements Route {
  private final Iteration shared;
  private final Priming priming;
  private final RootWatch root;

  /**
   * What outlives a configuration.
   *
   * @param rootHealth of all the root's servers together
   */
  public record Memory(
      ServerMemories servers,
      RrsetCache rrsets,
      Delegations delegations,
      RootZoneCopy rootZone,
      ServerHealth rootHealth) {}

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
    root = new RootWatch(shared, priming, memory.rootHealth());
  }

  private IterativeResolver(Iteration shared, Priming priming, RootWatch root) {
    this.shared = shared;
    this.priming = priming;
    this.root = root;
  }

  /** The same way with fewer stub zones: theirs are looked for from the root down. */
  public IterativeResolver without(Set<DnsName> stubs) {
    Map<DnsName, Delegation> configured = new HashMap<>(shared.configured());
    configured.keySet().removeAll(stubs);
    return new IterativeResolver(shared.with(configured), priming, root);
  }

  /** Goes on finding out whether root servers answer, if an earlier configuration did not know. */
  public void start() {
    root.start();
  }

  /** Sends nothing more of its own accord. Resolutions under way go on. */
  public void stop() {
    root.stop();
  }

  /** True while no root server answers, so that nothing new is found. Cheap; on any thread. */
  public boolean isRootDead() {
    return root.isDead();
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
    if (!priming.prime(question.name(), budget)) {
      root.doubt();
    }
    return switch (new Walk(shared, budget).find(whole)) {
      case Walk.NoData(Failure failure) -> {
        if (shared.choice().isOutage()) {
          root.doubt();
        }
        yield new Found.Whole(failure);
      }
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
