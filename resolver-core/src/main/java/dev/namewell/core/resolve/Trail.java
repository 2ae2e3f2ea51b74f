package dev.namewell.core.resolve;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was done for one question, step by step, for people who ask why. Thread-safe. */
public final class Trail {
  /** More steps would explain less. */
  private static final int MAX_STEPS = 150;

  /** As many RRsets of one answer are looked at. */
  private static final int MAX_LINKS = 128;

  private final List<Step> steps = new ArrayList<>(2);
  private final List<Link> links = new ArrayList<>();

  /**
   * One server asked.
   *
   * @param depth 0 for the question itself, 1 for the address of a name server, and so on
   * @param zone whose server it is; null for an upstream, which answers for all of them
   * @param asked what it got to see
   * @param server null if a copy of the zone was looked into
   * @param transport of the latest query; null without a server
   * @param said what it said and what that means; its text is made when somebody reads it
   * @param nanos from asking to that
   */
  public record Step(
      int depth,
      @Nullable DnsName zone,
      Question asked,
      @Nullable Endpoint server,
      @Nullable Transport transport,
      Object said,
      long nanos) {}

  /** Notes a step; of very many the first ones are kept. */
  public synchronized void add(Step step) {
    if (steps.size() < MAX_STEPS) {
      steps.add(step);
    }
  }

  /** In the order of their ends; upstreams that one question went to as they were asked. */
  public synchronized List<Step> steps() {
    return List.copyOf(steps);
  }

  /** The proof begins anew: what the one before rested on no longer counts. */
  public synchronized void beginProof() {
    links.clear();
  }

  /** Notes what the proof rests on, with all above it. */
  public synchronized void restsOn(Link link) {
    if (links.size() < MAX_LINKS) {
      links.add(link);
    }
  }

  /** What the latest proof rests on, each once, behind what it hangs on. */
  public synchronized List<Link> links() {
    Set<Link> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Link> ordered = new ArrayList<>();
    for (Link lowest : links) {
      Deque<Link> chain = new ArrayDeque<>();
      for (Link at = lowest; at != null && seen.add(at); at = at.above()) {
        chain.push(at);
      }
      ordered.addAll(chain);
    }
    return List.copyOf(ordered);
  }
}
