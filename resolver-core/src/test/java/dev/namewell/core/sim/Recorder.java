package dev.namewell.core.sim;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events;
import dev.namewell.core.wire.Query;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps every event, for tests to count. */
public final class Recorder implements Events {
  private final SimulatedTasks tasks;
  private final Map<Source, Integer> sources = new EnumMap<>(Source.class);
  private final Map<DropReason, Integer> drops = new EnumMap<>(DropReason.class);
  private final Map<CacheEvent, Integer> cacheEvents = new EnumMap<>(CacheEvent.class);
  private final Map<ExchangeEnd, Integer> ends = new EnumMap<>(ExchangeEnd.class);
  private final Map<String, Integer> limits = new TreeMap<>();
  private final List<String> upstreamChanges = new ArrayList<>();
  private final List<String> rootChanges = new ArrayList<>();
  private final List<String> trust = new ArrayList<>();
  private final List<Throwable> defects = new ArrayList<>();
  private int answered;
  private int dropped;

  public Recorder(SimulatedTasks tasks) {
    this.tasks = tasks;
  }

  private void trace(String what, Object of) {
    tasks.trace().add(tasks.elapsedNanos(), what, of);
  }

  @Override
  public void answered(Query query, Client client, int rcode, Source source, long nanos) {
    answered++;
    sources.merge(source, 1, Integer::sum);
    trace("answered " + source + " " + rcode + " ", query);
  }

  @Override
  public void dropped(DropReason reason, Transport transport) {
    dropped++;
    drops.merge(reason, 1, Integer::sum);
    trace("dropped ", reason);
  }

  @Override
  public void exchanged(Endpoint server, Transport transport, ExchangeEnd end, long nanos) {
    ends.merge(end, 1, Integer::sum);
    trace("exchanged " + server + " ", end);
  }

  @Override
  public void upstreamChanged(Endpoint server, UpstreamState state, String why) {
    upstreamChanges.add(server + " " + state);
    trace("upstream " + server + " " + state + ": ", why);
  }

  @Override
  public void rootServersChanged(boolean answer, String why) {
    rootChanges.add(answer ? "answer" : why);
    trace("root servers ", answer + " " + why);
  }

  @Override
  public void cache(CacheEvent event) {
    cacheEvents.merge(event, 1, Integer::sum);
    trace("cache ", event);
  }

  @Override
  public void bogus(Question question, ExtendedError why) {
    trace("bogus ", question + ": " + why.text());
  }

  @Override
  public void trust(String what) {
    trust.add(what);
    trace("trust ", what);
  }

  @Override
  public void limitReached(String name) {
    limits.merge(name, 1, Integer::sum);
    trace("limit ", name);
  }

  @Override
  public void defect(Part part, String about, Throwable defect) {
    defects.add(defect);
    trace("defect in " + part + " (" + about + "): ", defect);
  }

  /** Replies reported so far. */
  public int answered() {
    return answered;
  }

  /** Queries reported as not answered. */
  public int dropped() {
    return dropped;
  }

  public int count(Source source) {
    return sources.getOrDefault(source, 0);
  }

  public int count(DropReason reason) {
    return drops.getOrDefault(reason, 0);
  }

  public int count(CacheEvent event) {
    return cacheEvents.getOrDefault(event, 0);
  }

  public int count(ExchangeEnd end) {
    return ends.getOrDefault(end, 0);
  }

  /** How often each limit was reached. */
  public Map<String, Integer> limits() {
    return Collections.unmodifiableMap(limits);
  }

  /** Server and new state, oldest first. */
  public List<String> upstreamChanges() {
    return Collections.unmodifiableList(upstreamChanges);
  }

  /** Why no root server answered, and {@code answer} when one did again, oldest first. */
  public List<String> rootChanges() {
    return Collections.unmodifiableList(rootChanges);
  }

  /** What was said about trust, oldest first. */
  public List<String> trust() {
    return Collections.unmodifiableList(trust);
  }

  public List<Throwable> defects() {
    return Collections.unmodifiableList(defects);
  }
}
