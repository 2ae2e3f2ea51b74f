package dev.namewell.core.exchange;

import dev.namewell.core.dns.Endpoint;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** The memories of all servers, for the life of the process: a reload keeps them. Thread-safe. */
public final class ServerMemories {
  /** As many as large resolvers keep; about 700 octets each. */
  private static final int MAX_SERVERS = 10_000;

  private final ConcurrentHashMap<Endpoint, ServerMemory> memories = new ConcurrentHashMap<>();
  private final RandomGenerator random;

  /**
   * @param random unpredictable: client cookies are made of it
   */
  public ServerMemories(RandomGenerator random) {
    this.random = random;
  }

  /** What is known about a server; the same object each time, unless too many were known. */
  public ServerMemory of(Endpoint server) {
    ServerMemory known = memories.get(server);
    if (known != null) {
      return known;
    }
    if (memories.size() >= MAX_SERVERS) {
      Iterator<Endpoint> some = memories.keySet().iterator();
      if (some.hasNext()) {
        memories.remove(some.next());
      }
    }
    return memories.computeIfAbsent(server, key -> new ServerMemory(key, random.nextLong()));
  }

  /** Forgets every server. */
  public void forget() {
    memories.clear();
  }
}
