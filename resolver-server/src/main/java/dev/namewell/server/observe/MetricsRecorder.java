package dev.namewell.server.observe;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events;
import dev.namewell.core.settings.Limit;
import dev.namewell.core.wire.Query;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens. This object may be used from any thread and costs an uncontended atomic
 * addition or three a call; event loops count through {@link #forLoop}, which costs plain ones.
 * Costs nothing else until somebody reads.
 */
public final class MetricsRecorder implements Events {
  /** Label values that come from settings or constants; more share {@link #OVERFLOW}. */
  private static final int MAX_LABEL_VALUES = 256;

  static final String OVERFLOW = "other";

  /** Stripes for threads that are no event loops: 16 kB each. */
  private static final int MAX_STRIPES = 8;

  /** Upstreams that are counted one by one; null: all servers are. */
  private volatile @Nullable Set<Endpoint> own;

  private final EventCounts[] stripes;
  private final Map<Integer, LoopRecorder> loops = new ConcurrentHashMap<>();
  private final Map<String, UpstreamCounts> upstreams = new ConcurrentHashMap<>();
  private final Map<Endpoint, UpstreamCounts> byEndpoint = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> limits = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> bogus = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> defects = new ConcurrentHashMap<>();
  private final Map<Metric, LongSupplier> supplied = new ConcurrentHashMap<>();
  private final LongAdder reloads = new LongAdder();
  private final LongAdder failedReloads = new LongAdder();
  private final AtomicLong loadedSeconds;
  private volatile boolean lastReloadOk = true;

  /**
   * @param started when the program started: also when the first configuration was loaded
   */
  public MetricsRecorder(Instant started) {
    int processors = Runtime.getRuntime().availableProcessors();
    stripes = new EventCounts[Math.min(MAX_STRIPES, Integer.highestOneBit(processors) * 2)];
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = new EventCounts();
    }
    for (Limit limit : Limit.values()) {
      limits.put(limit.key(), new LongAdder());
    }
    for (int code : ExtendedError.failuresOfValidation()) {
      bogus.put(Integer.toString(code), new LongAdder());
    }
    for (Part part : Part.values()) {
      defects.put(AnswerLabels.text(part), new LongAdder());
    }
    loadedSeconds = new AtomicLong(started.getEpochSecond());
    supplied.put(Metric.START_TIME, started::getEpochSecond);
  }

  /**
   * Events of one event loop: the same object for the same number.
   *
   * <p>{@code answered}, {@code dropped} and {@code cache} of it may be called on that loop's
   * thread only, or counts get lost; whatever runs elsewhere, such as a task that answers after a
   * resolution, uses the recorder itself.
   */
  public Events forLoop(int loop) {
    return loops.computeIfAbsent(loop, number -> new LoopRecorder(this));
  }

  /**
   * Reads a metric without labels from elsewhere at each scrape, on the scraping thread.
   *
   * @param value must not block
   */
  public void supply(Metric metric, LongSupplier value) {
    if (!metric.labels().isEmpty() || metric.kind() == Metric.Kind.HISTOGRAM) {
      throw new IllegalArgumentException(metric + " has labels");
    }
    supplied.put(metric, value);
  }

  /** A reload ended. After a failed one the configuration before it stays in force. */
  public void reloaded(boolean successful, Instant when) {
    lastReloadOk = successful;
    if (successful) {
      reloads.increment();
      loadedSeconds.set(when.getEpochSecond());
    } else {
      failedReloads.increment();
    }
  }

  /**
   * From now on these upstreams are counted one by one, and all other servers, such as those that
   * recursion asks, together. Forgets upstreams that are no longer configured.
   */
  public void retainUpstreams(Collection<Endpoint> configured) {
    own = Set.copyOf(configured);
    byEndpoint.keySet().retainAll(configured);
    List<String> names = configured.stream().map(Endpoint::toString).toList();
    upstreams.keySet().retainAll(names);
    names.forEach(name -> bounded(upstreams, name, new UpstreamCounts()));
  }

  @Override
  public void answered(Query query, Client client, int rcode, Source source, long nanos) {
    stripe().shareAnswer(query, client, rcode, source, nanos);
  }

  @Override
  public void dropped(DropReason reason, Transport transport) {
    stripe().share(EventCounts.drop(reason, transport), 1);
  }

  @Override
  public void cache(CacheEvent event) {
    stripe().share(EventCounts.cache(event), 1);
  }

  private EventCounts stripe() {
    int thread = (int) Thread.currentThread().threadId();
    return stripes[thread & stripes.length - 1];
  }

  @Override
  public void exchanged(Endpoint server, Transport transport, ExchangeEnd end, long nanos) {
    upstream(server).exchanged(transport, end, nanos);
  }

  @Override
  public void upstreamChanged(Endpoint server, UpstreamState state, String why) {
    upstream(server).changed(state);
  }

  private UpstreamCounts upstream(Endpoint server) {
    UpstreamCounts known = byEndpoint.get(server);
    if (known != null) {
      return known;
    }
    Set<Endpoint> configured = own;
    if (configured != null && !configured.contains(server)) {
      return upstreams.computeIfAbsent(OVERFLOW, other -> new UpstreamCounts());
    }
    UpstreamCounts counts = bounded(upstreams, server.toString(), new UpstreamCounts());
    if (byEndpoint.size() < MAX_LABEL_VALUES) {
      byEndpoint.put(server, counts);
    }
    return counts;
  }

  @Override
  public void bogus(Question question, ExtendedError why) {
    adder(bogus, Integer.toString(why.code())).increment();
  }

  @Override
  public void trust(String what) {}

  @Override
  public void limitReached(String name) {
    adder(limits, name).increment();
  }

  @Override
  public void defect(Part part, String about, Throwable defect) {
    adder(defects, AnswerLabels.text(part)).increment();
  }

  private static LongAdder adder(Map<String, LongAdder> adders, String name) {
    LongAdder known = adders.get(name);
    return known != null ? known : bounded(adders, name, new LongAdder());
  }

  private static <T> T bounded(Map<String, T> all, String name, T fresh) {
    String label = all.size() < MAX_LABEL_VALUES || all.containsKey(name) ? name : OVERFLOW;
    T before = all.putIfAbsent(label, fresh);
    return before == null ? fresh : before;
  }

  /** Counts of all threads, to be read with the indexes of {@link EventCounts}. */
  long[] sums() {
    long[] sums = new long[EventCounts.LENGTH];
    for (EventCounts stripe : stripes) {
      stripe.addTo(sums);
    }
    loops.values().forEach(loop -> loop.counts().addTo(sums));
    return sums;
  }

  /** The value of a metric without labels. */
  double value(Metric metric) {
    LongSupplier elsewhere = supplied.get(metric);
    if (elsewhere != null) {
      return elsewhere.getAsLong();
    }
    return switch (metric) {
      case CACHE_HITS -> answers(Source.CACHE);
      case CACHE_STALE -> answers(Source.STALE);
      case CACHE_MISSES ->
          (double) answers(Source.FORWARDED) + answers(Source.RESOLVED) + answers(Source.FAILURE);
      case CACHE_PREFETCHES -> sums()[EventCounts.cache(CacheEvent.PREFETCH)];
      case CACHE_STALE_REFRESHES -> sums()[EventCounts.cache(CacheEvent.STALE_REFRESH)];
      case CACHE_COALESCED -> sums()[EventCounts.cache(CacheEvent.COALESCED)];
      case CACHE_SYNTHESISED -> sums()[EventCounts.cache(CacheEvent.SYNTHESISED)];
      case CACHE_EVICTIONS -> sums()[EventCounts.cache(CacheEvent.EVICTED)];
      case CONFIG_RELOADED -> loadedSeconds.get();
      case CONFIG_RELOAD_OK -> lastReloadOk ? 1 : 0;
      default -> 0;
    };
  }

  /** Replies from one source so far. */
  public long answers(Source source) {
    long[] sums = sums();
    long count = 0;
    for (int number = 0; number < AnswerLabels.COUNT; number++) {
      if (AnswerLabels.source(number) == source) {
        count += sums[EventCounts.ANSWERS + number];
      }
    }
    return count;
  }

  /** Queries so far that got no reply for this reason. */
  public long drops(DropReason reason) {
    long[] sums = sums();
    long count = 0;
    for (Transport transport : Transport.values()) {
      count += sums[EventCounts.drop(reason, transport)];
    }
    return count;
  }

  Map<String, UpstreamCounts> upstreams() {
    return upstreams;
  }

  Map<String, LongAdder> limits() {
    return limits;
  }

  Map<String, LongAdder> bogus() {
    return bogus;
  }

  Map<String, LongAdder> defects() {
    return defects;
  }

  /** Reloads by result. */
  Map<String, LongAdder> reloads() {
    return Map.of("success", reloads, "failure", failedReloads);
  }
}
