package dev.namewell.core.forward;

import dev.namewell.core.exchange.ServerHealth.State;
import dev.namewell.core.settings.RouteSettings.Strategy;
import java.util.List;
import java.util.random.RandomGenerator;

/** Says which upstream is asked next. Upstreams are numbered as listed; sets are bit masks. */
final class UpstreamChoice {
  /** Bits of a mask. */
  static final int MAX_UPSTREAMS = 64;

  /** None is left. */
  static final int NONE = -1;

  /** How often a server that seems slower is asked first, so that it can prove otherwise. */
  private static final int EXPLORE_ONE_IN = 20;

  private final Strategy strategy;
  private final RandomGenerator random;

  UpstreamChoice(Strategy strategy, RandomGenerator random) {
    this.strategy = strategy;
    this.random = random;
  }

  /**
   * The best upstream that is not in {@code excluded}: those that work before those in doubt,
   * before those set aside, of which the one comes first whose failure is the longest ago.
   */
  int next(List<Upstream> upstreams, long excluded) {
    if (excluded == 0 && strategy == Strategy.FASTEST && random.nextInt(EXPLORE_ONE_IN) == 0) {
      int any = random.nextInt(upstreams.size());
      if (isUsable(upstreams.get(any), State.WORKING)) {
        return any;
      }
    }
    int best = NONE;
    for (int i = 0; i < upstreams.size(); i++) {
      boolean possible = (excluded >>> i & 1) == 0 && !upstreams.get(i).isLooping();
      if (possible && (best == NONE || isBetter(upstreams.get(i), upstreams.get(best)))) {
        best = i;
      }
    }
    return best;
  }

  /** True for an upstream in the given state that is no loop. */
  static boolean isUsable(Upstream upstream, State state) {
    return upstream.health().state() == state && !upstream.isLooping();
  }

  private boolean isBetter(Upstream one, Upstream other) {
    State mine = one.health().state();
    State theirs = other.health().state();
    if (mine != theirs) {
      return mine.compareTo(theirs) < 0;
    }
    if (mine == State.SET_ASIDE) {
      return one.health().lastFailureNanos() - other.health().lastFailureNanos() < 0;
    }
    return strategy == Strategy.FASTEST
        && one.memory().roundTrips().smoothedNanos() < other.memory().roundTrips().smoothedNanos();
  }
}
