package dev.namewell.core.engine;

import dev.namewell.core.cache.AnswerCache;
import dev.namewell.core.cache.Freshness;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Outcome;
import dev.namewell.core.dns.Question;
import dev.namewell.core.exchange.ServerMemories;
import dev.namewell.core.forward.Upstreams;
import dev.namewell.core.iterate.Delegations;
import dev.namewell.core.port.Events;
import dev.namewell.core.port.Events.CacheEvent;
import dev.namewell.core.port.Task;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.resolve.Resolutions;
import dev.namewell.core.resolve.Resolutions.Means;
import dev.namewell.core.resolve.Trail;
import dev.namewell.core.resolve.WorkAccounts;
import dev.namewell.core.rootzone.RootZoneCopy;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.validate.anchor.TrustAnchors;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The resolver: everything that lives as long as the process, and the plan in force. Thread-safe.
 */
public final class Engine {
  private final Environment world;
  private final AnswerCache cache;
  private final Resolutions resolutions;
  private final PlanCompiler compiler;
  private volatile Plan plan;

  private Engine(Environment world, Settings settings) {
    this.world = world;
    Executor maintenance = task -> world.tasks().start("cache maintenance", () -> maintain(task));
    cache =
        new AnswerCache(
            settings.cache().sizeBytes(),
            new Freshness(settings.cache()),
            maintenance,
            () -> world.events().cache(CacheEvent.EVICTED));
    resolutions =
        new Resolutions(
            cache,
            world.tasks(),
            world.time(),
            world.events(),
            new WorkAccounts(world.time(), maintenance));
    compiler = new PlanCompiler(world, settings.cache(), maintenance);
    plan = compiler.compile(settings);
    resolutions.enter(plan.means().epoch());
  }

  private static boolean maintain(Runnable task) {
    task.run();
    return true;
  }

  /** Puts a resolver together and lets it work: upstreams are probed for loops at once. */
  public static Engine assemble(Environment world, Settings settings) {
    Engine engine = prepare(world, settings);
    engine.start();
    return engine;
  }

  /** Puts a resolver together that sends nothing of its own accord before {@link #start}. */
  public static Engine prepare(Environment world, Settings settings) {
    return new Engine(world, settings);
  }

  /** Begins to look after upstreams and trust anchors. Once. */
  public void start() {
    plan.start();
    compiler.start(this::flushSubtree);
  }

  /** Sends nothing more of its own accord. Resolutions under way go on. */
  public void stop() {
    plan.stop();
  }

  /**
   * Why no question can be resolved just now, in words; empty while one may be. Cheap; on any
   * thread.
   */
  public Optional<String> outage() {
    return Optional.ofNullable(plan.outage());
  }

  /**
   * A handler for one event loop.
   *
   * @param events what happens on that loop, so that counters need not be shared
   */
  public QueryHandler handler(Events events) {
    return new QueryPath(this, world, events);
  }

  /** Swaps the configuration; cache, memory of servers and running resolutions stay. */
  public void apply(Settings settings) {
    Plan before = plan;
    Plan changed = compiler.compile(settings);
    cache.apply(new Freshness(settings.cache()), settings.cache().sizeBytes());
    plan = changed;
    before.stop();
    boolean otherProof = changed.means().epoch() != before.means().epoch();
    if (otherProof) {
      resolutions.enter(changed.means().epoch());
      flush();
    }
    if (otherProof || !isSameRootZone(settings, before.settings())) {
      compiler.rootZone().drop();
    }
    changed.start();
    compiler.start(this::flushSubtree);
  }

  /** A file that was read again is another one, even if nothing in it changed. */
  private static boolean isSameRootZone(Settings one, Settings other) {
    return one.recursion().rootZone().equals(other.recursion().rootZone());
  }

  /**
   * A resolution and how it went.
   *
   * @param trail its steps
   */
  public record Traced(Outcome outcome, Trail trail, Duration took) {}

  /** Resolves a question past the cache of answers, for somebody who wants to see how. */
  public Task<Traced> trace(Question question) {
    Means means = plan.means();
    return world
        .tasks()
        .start(
            "trace " + question,
            () -> {
              Budget budget = new Budget(world.time(), means.limits().queryTime());
              Outcome outcome = means.resolver().resolve(question, budget);
              return new Traced(outcome, budget.trail(), budget.used());
            });
  }

  /** The zone cuts that have been learned. */
  public Delegations delegations() {
    return compiler.delegations();
  }

  /** The copy of the root zone. */
  public RootZoneCopy rootZone() {
    return compiler.rootZone();
  }

  /** What is known about servers. */
  public ServerMemories servers() {
    return compiler.servers();
  }

  /**
   * What answers are proved by just now, as a number that is the same after a restart: where it is
   * another, what was remembered counts no more.
   */
  public long provedBy() {
    return Proving.of(plan.settings())
        .number(trust().map(TrustAnchors.View::negative).orElse(List.of()));
  }

  /** What is trusted just now, and what is not looked at; empty where nothing is validated. */
  public Optional<TrustAnchors.View> trust() {
    return compiler.trust();
  }

  /**
   * Takes a zone, with all below it, for unsigned (RFC 7646), over a restart too. Ends earlier if
   * the zone validates again. False if there are too many already. Blocks.
   */
  public boolean addNegativeAnchor(DnsName zone, Instant until) {
    boolean kept = compiler.anchors().keepNegative(zone, until);
    flushSubtree(zone);
    return kept;
  }

  /** Validates a zone again; false if it had no negative anchor but in the configuration. */
  public boolean removeNegativeAnchor(DnsName zone) {
    boolean known = compiler.anchors().negative().containsKey(zone);
    compiler.anchors().keepNegative(zone, null);
    flushSubtree(zone);
    return known;
  }

  /** The configuration in force. */
  public Settings settings() {
    return plan.settings();
  }

  /** Upstreams as they are seen just now, for people and metrics. */
  public Upstreams upstreams() {
    return plan.upstreams();
  }

  /** Forgets all that was learned; returns how many answers that were, about. */
  public long flush() {
    compiler.flush(DnsName.ROOT, true);
    return cache.flush();
  }

  /** Forgets one name; returns how many answers. */
  public long flush(DnsName name) {
    compiler.flush(name, false);
    return cache.flush(name);
  }

  /** Forgets a name and all below it; returns how many answers. */
  public long flushSubtree(DnsName apex) {
    compiler.flush(apex, true);
    return cache.flushSubtree(apex);
  }

  public AnswerCache cache() {
    return cache;
  }

  public Resolutions resolutions() {
    return resolutions;
  }

  Plan plan() {
    return plan;
  }
}
