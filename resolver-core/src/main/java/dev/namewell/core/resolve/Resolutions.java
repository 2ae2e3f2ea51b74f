package dev.namewell.core.resolve;

import dev.namewell.core.cache.AnswerCache;
import dev.namewell.core.cache.CachedAnswer;
import dev.namewell.core.cache.Freshness;
import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.KeyedHash;
import dev.namewell.core.dns.Outcome;
import dev.namewell.core.dns.Question;
import dev.namewell.core.port.Events;
import dev.namewell.core.port.Events.CacheEvent;
import dev.namewell.core.port.Events.Part;
import dev.namewell.core.port.Events.Source;
import dev.namewell.core.port.Task;
import dev.namewell.core.port.Tasks;
import dev.namewell.core.port.Time;
import dev.namewell.core.resolve.Budget.Payer;
import dev.namewell.core.resolve.WorkAccounts.ClientNetwork;
import dev.namewell.core.settings.Limit;
import dev.namewell.core.settings.LimitSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Questions being resolved, one leader task for each, and the clients that wait for them. A leader
 * never waits for another leader, so nothing can wait in a circle. Thread-safe; {@link #start} may
 * be called on an event loop.
 */
public final class Resolutions {
  /** After a failed refresh a stale answer is used at once for this long (RFC 8767 §5). */
  private static final Duration STALE_RETRY = Duration.ofSeconds(30);

  /** Buckets in which waiting queries are counted by client address; a power of two. */
  private static final int CLIENT_BUCKETS = 8192;

  private static final int NOBODY = -1;

  /** Somebody who waits for the result. */
  public interface Waiter {
    /** Called exactly once, on a task: with an answer, or with a failure. */
    void wake(CachedAnswer result, Source source);
  }

  /**
   * Who asks.
   *
   * @param proved true if nobody else can have sent the query: it came over a connection, or with a
   *     cookie that was given to this address
   */
  public record Asker(Client client, boolean proved) {}

  /** What became of an attempt to wait. */
  public enum Start {
    /** The waiter will be woken. */
    WAITING,
    /** Others have waited long enough already: use the stale answer at once. */
    USE_STALE,
    /** A limit was reached and counted; the waiter will not be woken. */
    REFUSED,
    /** The same, perhaps by others in the client's name: with a proof that it is its own it may. */
    UNPROVED
  }

  /**
   * What a resolution needs beyond the question; one for each configuration.
   *
   * @param forwarded whether answers for a name come from upstreams
   * @param epoch another one where answers are proved otherwise
   */
  public record Means(
      Resolver resolver,
      LimitSettings limits,
      @Nullable Duration staleWait,
      Predicate<DnsName> forwarded,
      int epoch) {
    Source source(DnsName name) {
      return forwarded.test(name) ? Source.FORWARDED : Source.RESOLVED;
    }
  }

  private final AnswerCache cache;
  private final Tasks tasks;
  private final Time time;
  private final Events events;
  private final ConcurrentHashMap<Question, Running> running = new ConcurrentHashMap<>();
  private final Explanations explanations;
  private final WorkAccounts accounts;
  private final AtomicInteger waiting = new AtomicInteger();

  /** Queries that count no more for the limits, and whose reply is not sent yet. */
  private final AtomicInteger waking = new AtomicInteger();

  private final AtomicIntegerArray waitingByClient = new AtomicIntegerArray(CLIENT_BUCKETS);
  private volatile int epoch;

  /**
   * @param accounts what is charged to zones and clients
   */
  public Resolutions(
      AnswerCache cache, Tasks tasks, Time time, Events events, WorkAccounts accounts) {
    this.accounts = accounts;
    this.cache = cache;
    this.tasks = tasks;
    this.time = time;
    this.events = events;
    this.explanations = new Explanations(time);
  }

  private record Waiting(Waiter waiter, int bucket) {}

  /** One question in flight. */
  private static final class Running {
    private final Payer payer;
    private final int flushes;
    private final int epoch;
    private final List<Waiting> clients = new ArrayList<>(2);
    private boolean ended;
    private boolean staleGiven;

    /** Bucket of the client that an answer is renewed for. */
    private int refreshedFor = NOBODY;

    /**
     * @param flushes of the cache so far
     * @param epoch of its means
     */
    Running(Payer payer, int flushes, int epoch) {
      this.payer = payer;
      this.flushes = flushes;
      this.epoch = epoch;
    }
  }

  /**
   * From now on nothing is remembered but what means of this epoch find. Whoever got hold of others
   * before may begin with them still.
   */
  public void enter(int newEpoch) {
    epoch = newEpoch;
  }

  /** True if what it finds is found under what counts no more. */
  private boolean isOutdated(Running resolution) {
    return resolution.flushes != cache.flushes() || resolution.epoch != epoch;
  }

  /**
   * Resolves a question that has an answer in the background, unless that is being done already, or
   * a limit is reached. Who joins when that answer has expired waits for a fresh one no longer than
   * others.
   *
   * @param asker who has had the answer, and pays as if it waited: without that its queries would
   *     have no bound
   */
  public void refresh(Question question, Asker asker, Means means) {
    int bucket = bucket(asker.client());
    ClientNetwork network = ClientNetwork.of(asker);
    if (running.containsKey(question) || isOver(network) || !admitClient(bucket, means.limits())) {
      return;
    }
    if (running.size() >= means.limits().resolutions()) {
      events.limitReached(Limit.RESOLUTIONS.key());
      waitingByClient.decrementAndGet(bucket);
      return;
    }
    Running mine = new Running(new Payer(accounts, network, true), cache.flushes(), means.epoch());
    mine.refreshedFor = bucket;
    if (running.putIfAbsent(question, mine) == null) {
      lead(question, mine, means, true);
    } else {
      waitingByClient.decrementAndGet(bucket);
    }
  }

  private boolean isOver(ClientNetwork client) {
    boolean over = accounts.isOver(client);
    if (over) {
      events.limitReached("validation work for one client");
    }
    return over;
  }

  /**
   * Resolves a question for a client, or lets it wait for the resolution that is running, unless
   * that one is outdated.
   *
   * @param stale true if a stale answer is there to fall back on
   */
  public Start start(Question question, Waiter waiter, Asker asker, Means means, boolean stale) {
    int bucket = bucket(asker.client());
    ClientNetwork network = ClientNetwork.of(asker);
    if (isOver(network)) {
      return asker.proved() ? Start.REFUSED : Start.UNPROVED;
    }
    Payer payer = new Payer(accounts, network, false);
    if (!admit(bucket, means.limits())) {
      return Start.REFUSED;
    }
    while (true) {
      Running other = running.get(question);
      if (other == null || isOutdated(other)) {
        if (running.size() >= means.limits().resolutions()) {
          return refuse(bucket, Limit.RESOLUTIONS.key());
        }
        Running mine = new Running(payer, cache.flushes(), means.epoch());
        mine.clients.add(new Waiting(waiter, bucket));
        boolean first =
            other == null
                ? running.putIfAbsent(question, mine) == null
                : running.replace(question, other, mine);
        if (first) {
          lead(question, mine, means, stale);
          return Start.WAITING;
        }
      } else {
        Start joined = join(other, new Waiting(waiter, bucket), means.limits(), stale);
        if (joined != null) {
          return joined;
        }
      }
    }
  }

  /** Null if that resolution has just ended. */
  private @Nullable Start join(Running other, Waiting client, LimitSettings limits, boolean stale) {
    synchronized (other) {
      if (other.ended) {
        return null;
      }
      if (other.staleGiven && stale) {
        leave(client.bucket());
        return Start.USE_STALE;
      }
      if (other.clients.size() < limits.waitingPerQuestion()) {
        other.clients.add(client);
        events.cache(CacheEvent.COALESCED);
        return Start.WAITING;
      }
    }
    return refuse(client.bucket(), Limit.WAITING_PER_QUESTION.key());
  }

  private boolean admit(int bucket, LimitSettings limits) {
    if (waiting.incrementAndGet() > limits.waiting()) {
      waiting.decrementAndGet();
      events.limitReached(Limit.WAITING.key());
      return false;
    }
    if (!admitClient(bucket, limits)) {
      waiting.decrementAndGet();
      return false;
    }
    return true;
  }

  private boolean admitClient(int bucket, LimitSettings limits) {
    if (waitingByClient.incrementAndGet(bucket) > limits.waitingPerClient()) {
      waitingByClient.decrementAndGet(bucket);
      events.limitReached(Limit.WAITING_PER_CLIENT.key());
      return false;
    }
    return true;
  }

  private Start refuse(int bucket, String limit) {
    leave(bucket);
    events.limitReached(limit);
    return Start.REFUSED;
  }

  private void leave(int bucket) {
    waiting.decrementAndGet();
    waitingByClient.decrementAndGet(bucket);
  }

  private static int bucket(Client client) {
    long hash = KeyedHash.mix(KeyedHash.seed() ^ client.addressHigh(), client.addressLow());
    return KeyedHash.finish(hash) & (CLIENT_BUCKETS - 1);
  }

  private void lead(Question question, Running mine, Means means, boolean stale) {
    Task<?> leader =
        tasks.<@Nullable Void>start(
            "resolve",
            () -> {
              finish(question, mine, means);
              return null;
            });
    if (stale && means.staleWait() != null) {
      fallBackOnStale(question, mine, leader, means.staleWait());
    }
  }

  @SuppressWarnings("ReferenceEquality") // replaced or not
  private void finish(Question question, Running mine, Means means) {
    CachedAnswer result = resolve(question, mine, means);
    running.remove(question, mine);
    if (mine.refreshedFor != NOBODY) {
      waitingByClient.decrementAndGet(mine.refreshedFor);
    }
    Source source = result.failure() == null ? means.source(question.name()) : Source.FAILURE;
    CachedAnswer best = source == Source.FAILURE ? staleInstead(question, result) : result;
    wake(take(mine, true), best, best == result ? source : Source.STALE);
  }

  private CachedAnswer resolve(Question question, Running mine, Means means) {
    Budget budget = new Budget(time, means.limits().queryTime(), mine.payer);
    Outcome outcome;
    try {
      outcome = means.resolver().resolve(question, budget);
    } catch (RuntimeException | StackOverflowError defect) {
      events.defect(Part.RESOLUTION, question.toString(), defect);
      outcome =
          new Failure(
              Failure.Reason.INTERNAL,
              new ExtendedError(ExtendedError.OTHER, "a defect: the log has the stack"));
    }
    // What is outdated is good for those who wait, for nobody else.
    boolean counts = !isOutdated(mine);
    CachedAnswer result =
        switch (explanations.note(question, outcome, budget)) {
          case Answer answer -> cache.put(question, answer, time.nanos(), counts);
          case Failure failure -> cache.putFailure(question, failure, time.nanos(), counts);
        };
    if (counts && isOutdated(mine)) { // since then
      cache.forget(result);
    }
    return result;
  }

  /**
   * A stale answer is better than none; it stands in until the next try is due. But not in place of
   * one that is forged, for the forger may have made it stale.
   */
  private CachedAnswer staleInstead(Question question, CachedAnswer failure) {
    CachedAnswer known = cache.find(question);
    long now = time.nanos();
    if (known == null
        || known.failure() != null
        || cache.state(known, now) == Freshness.State.GONE) {
      return failure;
    }
    known.retryAfter(now + STALE_RETRY.toNanos());
    boolean forged = failure.failure() != null && failure.failure().isBogus();
    return forged ? failure : known;
  }

  private void fallBackOnStale(
      Question question, Running mine, Task<?> leader, Duration staleWait) {
    tasks.<@Nullable Void>start(
        "stale timer",
        () -> {
          if (leader.await(staleWait) instanceof Task.StillRunning<?>) {
            CachedAnswer known = cache.find(question);
            if (known != null && known.failure() == null) {
              List<Waiting> late = take(mine, false);
              if (!late.isEmpty()) {
                events.cache(CacheEvent.STALE_REFRESH);
              }
              wake(late, known, Source.STALE);
            }
          }
          return null;
        });
  }

  private List<Waiting> take(Running mine, boolean ended) {
    synchronized (mine) {
      List<Waiting> taken = List.copyOf(mine.clients);
      mine.clients.clear();
      mine.ended |= ended;
      mine.staleGiven |= !ended;
      return taken;
    }
  }

  private void wake(List<Waiting> clients, CachedAnswer result, Source source) {
    waking.addAndGet(clients.size());
    for (Waiting client : clients) {
      // First: a client that has its reply may ask the next question at once.
      leave(client.bucket());
      client.waiter().wake(result, source);
      waking.decrementAndGet();
    }
  }

  /** How the latest resolutions went. */
  public Explanations explanations() {
    return explanations;
  }

  /** Questions being resolved. */
  public int inFlight() {
    return running.size();
  }

  /** Queries that wait for a resolution, up to the sending of their reply. */
  public int waiting() {
    return waiting.get() + waking.get();
  }
}
