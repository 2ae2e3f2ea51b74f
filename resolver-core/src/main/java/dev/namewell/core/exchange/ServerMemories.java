package dev.namewell.core.exchange;

import dev.namewell.core.dns.Endpoint;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
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

  /** Shows each server with what is known of it in one line, in no order. */
  public void forEach(long nowNanos, BiConsumer<Endpoint, String> visitor) {
    memories.forEach((server, memory) -> visitor.accept(server, memory.describe(nowNanos)));
  }

  /**
   * Forgets what is known of some servers; whoever holds a memory of them sees it empty.
   *
   * @return how many servers
   */
  public int forget(Predicate<Endpoint> which) {
    int count = 0;
    for (ServerMemory memory : memories.values()) {
      if (which.test(memory.server())) {
        memory.forget();
        memories.remove(memory.server(), memory);
        count++;
      }
    }
    return count;
  }
}
