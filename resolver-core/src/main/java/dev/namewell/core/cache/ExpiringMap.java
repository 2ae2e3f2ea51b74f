package dev.namewell.core.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A bounded map each of whose entries ends at a time of its own. Thread-safe. */
public final class ExpiringMap<K, V> {
  private final Cache<K, Timed<V>> entries;

  private record Timed<V>(V value, long endNanos) {}

  /**
   * @param most upper bound of the sum of all weights
   * @param maintenance runs Caffeine's housekeeping
   */
  public ExpiringMap(long most, Weigher<K, V> weigher, Executor maintenance) {
    entries =
        Caffeine.newBuilder()
            .maximumWeight(most)
            .<K, Timed<V>>weigher((key, entry) -> weigher.weigh(key, entry.value()))
            .executor(maintenance)
            .build();
  }

  /** The value, unless its time is over. */
  public @Nullable V find(K key, long nowNanos) {
    Timed<V> entry = entries.getIfPresent(key);
    return entry == null || entry.endNanos() - nowNanos <= 0 ? null : entry.value();
  }

  /**
   * Remembers a value for a while.
   *
   * @param endNanos from then on it is not found
   */
  public void put(K key, V value, long endNanos) {
    entries.put(key, new Timed<>(value, endNanos));
  }

  /**
   * Makes a new value of an old one at one go: nothing else happens to the key meanwhile.
   *
   * @param change is given the value, null if there is none whose time is not over; must be short
   *     and touch nothing else of this map
   * @param endNanos from then on the new value is not found
   */
  public void compute(K key, long nowNanos, Function<@Nullable V, V> change, long endNanos) {
    entries
        .asMap()
        .compute(
            key,
            (same, entry) ->
                new Timed<>(
                    change.apply(
                        entry == null || entry.endNanos() - nowNanos <= 0 ? null : entry.value()),
                    endNanos));
  }

  public void remove(K key) {
    // Caffeine makes objects to remove what is not there.
    if (entries.asMap().containsKey(key)) {
      entries.invalidate(key);
    }
  }

  public void removeIf(Predicate<K> which) {
    entries.asMap().keySet().removeIf(which);
  }

  public void clear() {
    entries.invalidateAll();
  }

  /** Shows every entry whose time is not over, in no order. */
  public void forEach(long nowNanos, BiConsumer<K, V> visitor) {
    for (Map.Entry<K, Timed<V>> entry : entries.asMap().entrySet()) {
      if (entry.getValue().endNanos() - nowNanos > 0) {
        visitor.accept(entry.getKey(), entry.getValue().value());
      }
    }
  }
}
