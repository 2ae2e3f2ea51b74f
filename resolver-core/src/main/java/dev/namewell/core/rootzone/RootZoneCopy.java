package dev.namewell.core.rootzone;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The copy that is used just now, if there is one. Thread-safe; outlives configurations. */
public final class RootZoneCopy {
  private volatile @Nullable Held held;

  /**
   * @param from where it came from, for people
   * @param endNanos from then on it is not used
   */
  private record Held(RootZone zone, String from, long endNanos) {}

  /** Null if there is none, or none that is still good. */
  public @Nullable RootZone zone(long nowNanos) {
    Held now = held;
    return now == null || now.endNanos() - nowNanos <= 0 ? null : now.zone();
  }

  /** False once a zone was taken, even if it has expired. */
  boolean isDropped() {
    return held == null;
  }

  /** One line for people. */
  public String describe(long nowNanos) {
    Held now = held;
    return now == null
        ? "no copy of the root zone"
        : "copy of %s from %s, good for %d s"
            .formatted(
                now.zone(), now.from(), Math.max(0, (now.endNanos() - nowNanos) / 1_000_000_000L));
  }

  /**
   * @param endNanos from then on it is not used
   * @param wanted whether it still is, once nobody can drop what is held until that is done
   */
  synchronized void hold(RootZone zone, String from, long endNanos, BooleanSupplier wanted) {
    if (wanted.getAsBoolean()) {
      held = new Held(zone, from, endNanos);
    }
  }

  /** From now on the root's servers are asked. */
  public synchronized void drop() {
    held = null;
  }
}
